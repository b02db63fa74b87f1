"""Runs and settings of payouts: every query of them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from app.db.session import Fenced, ShopSession
from app.payouts.calendar import Cadence
from app.payouts.run import REQUEST, NoSuchRun, Run, RunState
from app.payouts.settings import Settings
from app.payouts.tables import Payout, PayoutPause, PayoutRun, PayoutSettings

UNDER_WAY = ("reserved", "submitting", "unknown", "in_transit", "unclaimed")


def settings(session: ShopSession) -> Settings:
    """What the shop decided, or what holds until it does."""
    row = session.scalars(select(PayoutSettings)).one_or_none()
    if row is None:
        return Settings()
    return Settings(
        Cadence(row.cadence),
        row.is_automatic,
        row.minimum,
        row.second_approver_from,
        row.tax_form_demanded,
        frozenset(row.blocked_countries),
        row.mail_to,
        row.takes_requests,
    )


def calendar_since(session: ShopSession) -> datetime | None:
    """Since when the shop's calendar is as it is; None: it never had one."""
    return session.scalars(select(PayoutSettings.changed_at)).one_or_none()


def put_settings(session: ShopSession, wanted: Settings, now: datetime) -> None:
    """These hold from now on."""
    values = {
        "cadence": wanted.cadence.value,
        "is_automatic": wanted.is_automatic,
        "minimum": wanted.minimum,
        "second_approver_from": wanted.second_approver_from,
        "tax_form_demanded": wanted.tax_form_demanded,
        "blocked_countries": sorted(wanted.blocked_countries),
        "mail_to": wanted.mail_to,
        "takes_requests": wanted.takes_requests,
        "changed_at": now,
    }
    statement = insert(PayoutSettings).values(shop_id=session.shop_id, **values)
    session.execute(statement.on_conflict_do_update(index_elements=["shop_id"], set_=values))


def shops_with_runs(session: Fenced) -> list[int]:
    """Of the shops that the session sees, those with a calendar or a run that is to come."""
    planned = select(PayoutRun.shop_id).where(PayoutRun.state == RunState.PLANNED.value)
    calendar = select(PayoutSettings.shop_id).where(PayoutSettings.cadence != Cadence.NEVER.value)
    return sorted(session.scalars(planned.union(calendar)))


def shops_with_payouts(session: Fenced) -> list[int]:
    """Of the shops that the session sees, those with a payout that is not at its end."""
    query = select(Payout.shop_id).where(Payout.state.in_(UNDER_WAY)).distinct()
    return sorted(session.scalars(query))


def add(session: ShopSession, run: Run) -> Run | None:
    """Write a planned run; None when the calendar's of that instant, or the creator's open request, is there already."""
    statement = insert(PayoutRun).values(
        shop_id=session.shop_id,
        key=run.key,
        origin=run.origin,
        state=run.state.value,
        cut_off=run.cut_off,
        pay_at=run.pay_at,
        only_creator_id=run.only_creator_id,
        planned_at=run.planned_at,
        planned_by=run.planned_by,
    )
    made = session.execute(statement.on_conflict_do_nothing().returning(PayoutRun.id)).scalar_one_or_none()
    return get(session, made) if made is not None else None


def get(session: ShopSession, run_id: int, *, lock: bool = False) -> Run:
    """One run. Raises NoSuchRun."""
    query = select(PayoutRun).where(PayoutRun.id == run_id).execution_options(populate_existing=True)
    row = session.scalars(query.with_for_update() if lock else query).one_or_none()
    if row is None:
        raise NoSuchRun(run_id)
    return _run(row)


def id_of(session: ShopSession, key: UUID) -> int:
    """The number of the run with that key."""
    return session.execute(select(PayoutRun.id).where(PayoutRun.key == key)).scalar_one()


def planned(session: ShopSession) -> list[Run]:
    """Runs that were not made yet, the next first."""
    query = select(PayoutRun).where(PayoutRun.state == RunState.PLANNED.value).order_by(PayoutRun.pay_at)
    return [_run(row) for row in session.scalars(query)]


def newest(session: ShopSession, number: int, before: int | None = None) -> list[Run]:
    """The latest runs, newest first; older than that id when given."""
    query = select(PayoutRun).order_by(PayoutRun.id.desc()).limit(number)
    if before is not None:
        query = query.where(PayoutRun.id < before)
    return [_run(row) for row in session.scalars(query)]


def newest_request(session: ShopSession, creator_id: int) -> Run | None:
    """The last run that this creator asked for, whatever became of it."""
    asked = (PayoutRun.origin == REQUEST, PayoutRun.only_creator_id == creator_id)
    query = select(PayoutRun).where(*asked).order_by(PayoutRun.id.desc()).limit(1)
    row = session.scalars(query).one_or_none()
    return _run(row) if row is not None else None


def save(session: ShopSession, run: Run) -> None:
    """Write what was decided of a run that is locked."""
    row = session.scalars(select(PayoutRun).where(PayoutRun.id == run.id)).one()
    row.state = run.state.value
    row.previewed_at = run.previewed_at
    row.approved_at, row.approved_by = run.approved_at, run.approved_by
    row.second_at, row.second_by = run.second_at, run.second_by
    row.reserved_at = run.reserved_at
    row.declined_because = run.declined_because
    session.flush()


def pause(session: ShopSession, creator_id: int, reason: str, actor: str, now: datetime) -> None:
    """Pay this creator nothing until it is taken back."""
    values = {"reason": reason, "paused_by": actor, "paused_at": now}
    statement = insert(PayoutPause).values(shop_id=session.shop_id, creator_id=creator_id, **values)
    session.execute(statement.on_conflict_do_update(index_elements=["shop_id", "creator_id"], set_=values))


def resume(session: ShopSession, creator_id: int) -> None:
    """Take a pause back."""
    session.execute(delete(PayoutPause).where(PayoutPause.creator_id == creator_id))


@dataclass(frozen=True, slots=True)
class Pause:
    """Why a creator is not paid for now."""

    reason: str
    paused_at: datetime
    paused_by: str


def paused(session: ShopSession, creator_id: int) -> Pause | None:
    """The pause of a creator; None: they are paid."""
    row = session.scalars(select(PayoutPause).where(PayoutPause.creator_id == creator_id)).one_or_none()
    return Pause(row.reason, row.paused_at, row.paused_by) if row is not None else None


def _run(row: PayoutRun) -> Run:
    return Run(
        id=row.id,
        key=UUID(str(row.key)),
        origin=row.origin,
        state=RunState(row.state),
        cut_off=row.cut_off,
        pay_at=row.pay_at,
        only_creator_id=row.only_creator_id,
        planned_at=row.planned_at,
        planned_by=row.planned_by,
        previewed_at=row.previewed_at,
        approved_at=row.approved_at,
        approved_by=row.approved_by,
        second_at=row.second_at,
        second_by=row.second_by,
        reserved_at=row.reserved_at,
        declined_because=row.declined_because,
    )
