"""A creator asks to be paid what is due. The merchant approves or declines it like any run."""

from datetime import datetime, timedelta

from app.db.session import ShopSession
from app.flows import payout_run
from app.flows.payout_run import Ways
from app.kernel.errors import Conflict, Forbidden
from app.kernel.money import Money
from app.payouts import due_store, run_store
from app.payouts.amounts import decimal_string
from app.payouts.due import Excluded, Owed, Plan, Terms, plan
from app.payouts.run import REQUEST, Run, RunState
from app.payouts.settings import Settings

AT_ONCE = timedelta(seconds=1)
"""What became payable at this very instant is before the cut-off."""


class TakesNoRequests(Forbidden):
    """The merchant has not switched it on."""

    def __init__(self) -> None:
        super().__init__(
            "This shop pays by its own calendar and takes no requests. Write to the shop instead."
        )


class NothingToAskFor(Conflict):
    """A run would pay this creator nothing, with the sentences that a run says."""

    def __init__(self, excluded: tuple[Excluded, ...]) -> None:
        said = [
            f"{_due(one)} is due. {one.sentence}" if one.owed.due_minor > 0 else one.sentence
            for one in excluded
        ]
        super().__init__(" ".join(said) or "Nothing is due to you yet.")


def may_ask_for(session: ShopSession, creator_id: int, ways: Ways, now: datetime) -> tuple[Owed, ...]:
    """What a request made now would be for; nothing where the shop takes none. Nothing is written."""
    settings = run_store.settings(session)
    if not settings.takes_requests:
        return ()
    return _due_now(session, creator_id, settings, ways, now).paid


def request(session: ShopSession, creator_id: int, ways: Ways, *, actor: str, now: datetime) -> Run:
    """Ask for all that is due now, in each currency; one that waits for its answer is asked for once.

    Nothing is paid before somebody approves it, and then by the rules of any run: the minimum holds.
    Raises TakesNoRequests, NothingToAskFor.
    """
    settings = run_store.settings(session)
    if not settings.takes_requests:
        raise TakesNoRequests
    known = run_store.newest_request(session, creator_id)
    if known is not None and known.state is RunState.PLANNED:
        return known
    found = _due_now(session, creator_id, settings, ways, now)
    if not found.paid:
        raise NothingToAskFor(found.excluded)
    asked = payout_run.new_run(REQUEST, now + AT_ONCE, now, actor=actor, now=now)
    made = payout_run.plan_run(session, payout_run.for_one(asked, creator_id))
    # Two clicks at once: the second finds what the first has committed.
    return made or _open(session, creator_id)


def _due_now(session: ShopSession, creator_id: int, settings: Settings, ways: Ways, now: datetime) -> Plan:
    owed = due_store.owed(session, now + AT_ONCE, creator_id, at=now)
    return plan(owed, Terms(settings, now, ways.ready))


def _open(session: ShopSession, creator_id: int) -> Run:
    known = run_store.newest_request(session, creator_id)
    if known is None:
        raise LookupError(f"the open request of creator {creator_id} is gone")
    return known


def _due(one: Excluded) -> str:
    return f"{decimal_string(Money(one.owed.due_minor, one.owed.currency))} {one.owed.currency}"
