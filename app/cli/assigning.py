"""`tribute assign`: a person says who brought an order."""

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from decimal import Decimal, DecimalException

from app.cli.say import Answer
from app.cli.wired import shop_of, wired
from app.flows import assign as assigning
from app.flows import explain as explaining
from app.flows.assign import BadSplit, Part
from app.flows.rejudge import rejudge
from app.kernel.errors import Invalid

LONGEST_NUMBER = 20
ACTOR = "cli"


class UnclearAssignment(Invalid):
    """Words that contradict each other."""

    def __init__(self) -> None:
        super().__init__("Say who: one or more creators, or --nobody, with --reason; or --undo alone.")


def arguments(parser: ArgumentParser) -> None:
    """The words of the command."""
    parser.add_argument("order", metavar="ORDER", help="its number, its gid or its #name")
    parser.add_argument(
        "creators", metavar="CREATOR[=PART]", nargs="*", help="handle, and a part such as 0.6"
    )
    parser.add_argument("--nobody", action="store_true", help="nobody brought it")
    parser.add_argument("--undo", action="store_true", help="take back the newest decision about it")
    parser.add_argument("--program", metavar="HANDLE", help="which one, for creators in several")
    parser.add_argument("--reason", metavar="TEXT", help="why; the creator reads it")


def assign(given: Namespace) -> Answer:
    """Decide, and post what follows. Raises UnclearAssignment, and what flows.assign raises."""
    named = bool(given.creators)
    clear = given.undo and not (named or given.nobody or given.reason)
    if not clear and (given.undo or named == given.nobody or not given.reason):
        raise UnclearAssignment
    with wired() as wiring:
        shop, now = shop_of(wiring, given.shop), wiring.clock.now()
        with wiring.shop_session(shop.id) as session, session.begin():
            if given.undo:
                order_id = assigning.undo(session, given.order, actor=ACTOR, now=now)
            else:
                parts = _parts(given.creators, given.program)
                order_id = assigning.assign(
                    session, given.order, parts, reason=given.reason, actor=ACTOR, now=now
                )
        with wiring.batch_session() as batch:
            while rejudge(batch, now):
                pass
        with wiring.shop_session(shop.id) as session:
            record = explaining.explain(session, str(order_id), now)
    credited = [f"{c['creator']} ({c['weight']})" for c in record["credits"]]
    text = f"{record['name']} is credited to {', '.join(credited) or 'nobody'}: {record['status']}."
    return Answer(text, record)


def _parts(said: Sequence[str], program: str | None) -> list[Part]:
    return [Part(handle, _weight(weight) if equals else None, program) for handle, equals, weight in
            (text.partition("=") for text in said)]  # fmt: skip


def _weight(text: str) -> Decimal:
    try:
        return Decimal(text if len(text) <= LONGEST_NUMBER else "")
    except DecimalException:
        raise BadSplit(f"{text[:40]!r} is no part of a whole such as 0.6.") from None
