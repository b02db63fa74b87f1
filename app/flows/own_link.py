"""A creator makes a link of their own to a page of the store."""

from datetime import datetime

from app.creators import store as creators
from app.db.session import ShopSession
from app.flows.desk import Desk
from app.flows.give_link import give_link
from app.kernel.errors import Invalid
from app.kernel.ids import random_word
from app.reports.links import links_of

MOST = 50
"""Links of one creator that they may have made: a slug is the installation's and never comes free again."""


def own_link(
    session: ShopSession,
    desk: Desk,
    handle: str,
    to_path: str,
    channel: str,
    *,
    actor: str,
    now: datetime,
) -> str:
    """The slug of a new link; of the one that leads there for the same channel, where they have one.

    Raises BadLink, and Invalid where they have too many or are in no program.
    """
    creator = creators.creator(session, handle, lock=True)
    held = links_of(session, creator.handle, now.date())
    same = next((link.slug for link in held if (link.to_path, link.channel) == (to_path, channel)), None)
    if same is not None:
        return same
    if len(held) >= MOST:
        raise Invalid(f"You have {len(held)} links, which is as many as one may have. Use one of them.")
    slug = f"{handle[:40].strip('-_')}-{random_word(5).lower()}"
    give_link(
        session, desk, creator.handle, slug=slug, to_path=to_path, channel=channel, actor=actor, now=now
    )
    return slug
