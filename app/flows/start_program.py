"""Start a program with its first offer, as a merchant does it on the page for a new one."""

from datetime import datetime
from decimal import Decimal

from app.campaigns import store
from app.campaigns.model import Discount, OfferTerms, ProgramDraft, RuleSpec, plain
from app.campaigns.put_program import put
from app.db.session import ShopSession
from app.flows.desk import Desk
from app.flows.publish_offer import Publication, publish_offer
from app.kernel.errors import Conflict


class ProgramExists(Conflict):
    """The handle is that of another program."""

    def __init__(self, handle: str) -> None:
        super().__init__(
            f"There is already a program {handle!r} in this shop; choose another name or handle."
        )


def start_program(
    session: ShopSession,
    desk: Desk,
    draft: ProgramDraft,
    *,
    rate: Decimal,
    discount: Decimal,
    actor: str,
    now: datetime,
) -> None:
    """Add the program, and publish one rule of this fraction of net sales, and this discount in percent.

    The first version holds at once: nobody can have earned by other terms. Raises ProgramExists, OutOfRange.
    """
    store.take_turns(session)
    if draft.handle in {program.handle for program in store.programs(session)}:
        raise ProgramExists(draft.handle)
    program, _ = put(session, draft, actor=actor, now=now)
    rule = RuleSpec("percent", {"rate": f"{plain(rate):f}"})
    terms = OfferTerms(draft.hold_days, Discount.of_percent(discount), (rule,))
    first = Publication(terms, now, agreed=None, reprice=False)
    publish_offer(session, desk, program, first, actor=actor, now=now)
