"""The command that rotates a code."""

from argparse import Namespace

from app.cli.say import Answer
from app.cli.wired import shop_of, wired
from app.flows.rotate_code import rotate_code


def rotate(given: Namespace) -> Answer:
    """Issue a new code in place of one that leaked. Raises NoSuchShop, and what rotate_code raises."""
    with wired() as wiring:
        shop = shop_of(wiring, given.shop)
        with wiring.shop_session(shop.id) as session, session.begin():
            done = rotate_code(
                session,
                wiring.desk,
                given.code,
                new=given.new,
                at=given.at,
                actor="cli",
                now=wiring.clock.now(),
            )
    text = f"{done.new} takes the place of {done.old}, which ends at {done.ends_at.isoformat()}."
    answer = {"shop": shop.domain, "old": done.old, "new": done.new, "ends_at": done.ends_at.isoformat()}
    return Answer(text, answer)
