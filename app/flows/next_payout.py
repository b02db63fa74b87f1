"""What a creator is paid next and when, or why not: the same rule that a run itself goes by."""

from dataclasses import dataclass
from datetime import datetime

from app.db.session import ShopSession
from app.flows.payout_request import AT_ONCE
from app.flows.payout_run import Ways
from app.payouts import due_store, run_store
from app.payouts.calendar import Cadence, next_run
from app.payouts.due import Owed, Terms, Why, exclusion


@dataclass(frozen=True, slots=True)
class Coming:
    """One currency."""

    owed: Owed
    why: Why | None
    """Why the next run will not pay it, as things stand; None: it will."""

    @property
    def follows_minor(self) -> int:
        """What was approved after the cut-off of the next run: the one after it pays that."""
        return max(0, self.owed.now_minor - max(0, self.owed.due_minor))


@dataclass(frozen=True, slots=True)
class NextPayout:
    """The next run of the calendar, seen by one creator."""

    pay_at: datetime | None
    """None: the shop pays when it says so."""
    cadence: Cadence
    minimum: int
    """Whole units of each currency."""
    coming: tuple[Coming, ...]


def next_payout(
    session: ShopSession, creator_id: int, ways: Ways, *, timezone: str, now: datetime
) -> NextPayout:
    """What this creator can count on. Nothing is written."""
    settings = run_store.settings(session)
    date = next_run(settings.cadence, now, timezone)
    # What becomes payable until a cut-off to come is not known yet: only what is there is promised.
    cut_off = date.cut_off if date is not None else now + AT_ONCE
    terms = Terms(settings, date.pay_at if date is not None else now, ways.ready)
    owed = due_store.owed(session, cut_off, creator_id, at=terms.at)
    found = [(one, exclusion(one, terms)) for one in owed]
    coming = tuple(Coming(one, said.why if said is not None else None) for one, said in found)
    return NextPayout(date.pay_at if date is not None else None, settings.cadence, settings.minimum, coming)
