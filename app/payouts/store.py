"""Payouts and where they are: every query of a worker. Runs stand in run_store, what is due in due_store."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, text, update
from sqlalchemy.sql.elements import ColumnElement

from app.creators.tables import Creator
from app.db.arrays import plain, texts, times
from app.db.session import ShopSession
from app.kernel.money import Money
from app.payouts.due import Owed
from app.payouts.protocol import Payout, Refused, State
from app.payouts.tables import Payout as Row
from app.payouts.tables import PayoutDetails, PayoutPart, PayoutRun
from app.payouts.ways import Way

UNDER_WAY = (State.RESERVED, State.SUBMITTING, State.UNKNOWN, State.IN_TRANSIT, State.UNCLAIMED)


@dataclass(frozen=True, slots=True)
class New:
    """A payout that is to be made."""

    owed: Owed
    key: UUID
    batch: UUID
    provider: str
    details_id: int


@dataclass(frozen=True, slots=True)
class Held:
    """A payout with all that a call needs, as it was read."""

    id: int
    run_id: int
    run_key: UUID
    creator_id: int
    handle: str
    name: str
    amount: Money
    key: UUID
    batch: UUID
    provider: str
    details_id: int
    details_version: int
    way: Way
    masked: str
    sealed: bytes | None = field(repr=False)
    reserved_at: datetime
    moves: int
    payout: Payout


def add(session: ShopSession, run_id: int, made: Sequence[New], now: datetime) -> dict[tuple[int, str], int]:
    """Make payouts; the id of each (creator, currency). One that is open already fails the transaction."""
    rows = session.execute(
        _ADD,
        {
            "shop": session.shop_id,
            "run": run_id,
            "now": now,
            "creators": plain(one.owed.creator_id for one in made),
            "currencies": texts(one.owed.currency for one in made),
            "amounts": plain(one.owed.due_minor for one in made),
            "keys": texts(str(one.key) for one in made),
            "batches": texts(str(one.batch) for one in made),
            "providers": texts(one.provider for one in made),
            "details": plain(one.details_id for one in made),
        },
    )
    return {(row.creator_id, row.currency): row.id for row in rows}


_ADD = text("""
    insert into payouts (shop_id, run_id, creator_id, currency, amount_minor, key, batch, provider, details_id,
                         reserved_at, moved_at, state, moves)
    select :shop, :run, x.creator_id, x.currency, x.amount, cast(x.key as uuid), cast(x.batch as uuid), x.provider,
           x.details_id, :now, :now, 'reserved', 1
    from unnest(cast(:creators as bigint[]), cast(:currencies as text[]), cast(:amounts as bigint[]),
                cast(:keys as text[]), cast(:batches as text[]), cast(:providers as text[]),
                cast(:details as bigint[]))
        as x(creator_id, currency, amount, key, batch, provider, details_id)
    returning id, creator_id, currency
""")

_UNEQUAL = text("""
    select o.id, o.amount_minor, coalesce(sum(p.amount_minor), 0) as parts
    from payouts o left join payout_parts p on p.shop_id = o.shop_id and p.payout_id = o.id
    where o.shop_id = :shop and o.run_id = :run
    group by o.shop_id, o.id having o.amount_minor <> coalesce(sum(p.amount_minor), 0)
    limit 1
""")


def unequal(session: ShopSession, run_id: int) -> tuple[int, int, int] | None:
    """(payout, amount, sum of its parts) of one whose parts do not sum to it; None: all do."""
    row = session.execute(_UNEQUAL, {"shop": session.shop_id, "run": run_id}).one_or_none()
    return (row.id, row.amount_minor, int(row.parts)) if row else None


def under_way(session: ShopSession) -> list[Held]:
    """Every payout that is not at its end, oldest first. Locks nothing."""
    return _held(session, Row.state.in_([state.value for state in UNDER_WAY]))


def get(session: ShopSession, payout_id: int) -> Held | None:
    """One payout, as it is now; None: this shop has none of that number. Locks nothing."""
    found = _held(session, Row.id == payout_id)
    return found[0] if found else None


def locked(session: ShopSession, ids: Collection[int]) -> list[Held]:
    """These payouts, locked in the order of their ids until the transaction ends."""
    return _held(session, Row.id.in_(sorted(ids)), lock=True)


def submitting(session: ShopSession) -> list[Held]:
    """Those of which a call is being made, or was when its worker died."""
    return _held(session, Row.state == State.SUBMITTING.value)


def by_key(session: ShopSession, keys: Collection[UUID]) -> dict[UUID, int]:
    """Ids of the payouts with these keys."""
    rows = session.execute(select(Row.key, Row.id).where(Row.key.in_(list(keys))))
    return {row.key: row.id for row in rows}


def by_provider_id(session: ShopSession, provider: str, ids: Collection[str]) -> dict[str, int]:
    """Ids of the payouts that this provider knows by these ids."""
    rows = session.execute(
        select(Row.provider_id, Row.id).where(Row.provider == provider, Row.provider_id.in_(sorted(ids)))
    )
    return {str(row.provider_id): row.id for row in rows}


def parts(session: ShopSession, ids: Collection[int]) -> dict[int, int]:
    """How many orders and awards each of these payouts pays for."""
    query = (
        select(PayoutPart.payout_id, func.count().label("parts"))
        .where(PayoutPart.shop_id == session.shop_id, PayoutPart.payout_id.in_(sorted(ids)))
        .group_by(PayoutPart.payout_id)
    )
    return dict.fromkeys(ids, 0) | {row.payout_id: row.parts for row in session.execute(query)}


def of_run(session: ShopSession, run_id: int) -> list[Held]:
    """Every payout of a run, oldest first."""
    return _held(session, Row.run_id == run_id)


def _held(session: ShopSession, wanted: ColumnElement[bool], *, lock: bool = False) -> list[Held]:
    """Read as columns: ten thousand objects of the session's would take as much memory as all the rest."""
    columns = [getattr(Row, column.key) for column in Row.__table__.columns]
    query = (
        select(*columns, PayoutRun.key.label("run_key"), Creator.handle, Creator.name, PayoutDetails.version,
               PayoutDetails.way, PayoutDetails.masked, PayoutDetails.sealed)
        .join(PayoutRun, (PayoutRun.shop_id == Row.shop_id) & (PayoutRun.id == Row.run_id))
        .join(Creator, (Creator.shop_id == Row.shop_id) & (Creator.id == Row.creator_id))
        .join(PayoutDetails, (PayoutDetails.shop_id == Row.shop_id) & (PayoutDetails.id == Row.details_id))
        .where(Row.shop_id == session.shop_id, wanted)
        .order_by(Row.id)
    )  # fmt: skip
    if lock:
        query = query.with_for_update(of=Row)
    return [_read(row) for row in session.execute(query)]


def _read(row: Any) -> Held:
    refusal = Refused(row.refusal_code or "", row.refusal) if row.refusal is not None else None
    known = Payout(
        State(row.state), row.attempts, row.first_sent_at, row.sent_at, row.looked_at, row.missing_since, refusal,
        row.provider_id, row.fee_minor, row.reason,
    )  # fmt: skip
    return Held(
        row.id, row.run_id, row.run_key, row.creator_id, row.handle, row.name, Money(row.amount_minor, row.currency),
        row.key, row.batch, row.provider, row.details_id, row.version, Way(row.way),
        row.masked, row.sealed, row.reserved_at, row.moves, known,
    )  # fmt: skip


_SAVE = text("""
    update payouts o set
        state = x.state, attempts = x.attempts, first_sent_at = x.first_sent_at, sent_at = x.sent_at,
        looked_at = x.looked_at, missing_since = x.missing_since, refusal_code = x.refusal_code, refusal = x.refusal,
        provider_id = x.provider_id, fee_minor = x.fee_minor, reason = x.reason, moves = x.moves,
        moved_at = case when o.state = x.state then o.moved_at else :now end
    from unnest(cast(:ids as bigint[]), cast(:states as text[]), cast(:attempts as bigint[]),
                cast(:first_sent as timestamptz[]), cast(:sent as timestamptz[]), cast(:looked as timestamptz[]),
                cast(:missing as timestamptz[]), cast(:codes as text[]), cast(:refusals as text[]),
                cast(:provider_ids as text[]), cast(:fees as bigint[]), cast(:reasons as text[]),
                cast(:moves as bigint[]))
        as x(id, state, attempts, first_sent_at, sent_at, looked_at, missing_since, refusal_code, refusal, provider_id,
             fee_minor, reason, moves)
    where o.shop_id = :shop and o.id = x.id
""")


def save(session: ShopSession, changed: Sequence[tuple[int, Payout, int]], now: datetime) -> None:
    """Write (id, what is known now, entries so far) of each, in one statement. They have to be locked."""
    known: list[Payout] = [payout for _, payout, _ in changed]
    columns: dict[str, Any] = {
        "ids": plain(one for one, _, _ in changed),
        "states": texts(one.state.value for one in known),
        "attempts": plain(one.attempts for one in known),
        "first_sent": times(one.first_sent_at for one in known),
        "sent": times(one.sent_at for one in known),
        "looked": times(one.looked_at for one in known),
        "missing": times(one.missing_since for one in known),
        "codes": texts(one.refusal.code if one.refusal else None for one in known),
        "refusals": texts(one.refusal.sentence if one.refusal else None for one in known),
        "provider_ids": texts(one.provider_id for one in known),
        "fees": plain(one.fee_minor for one in known),
        "reasons": texts(one.reason for one in known),
        "moves": plain(moves for _, _, moves in changed),
    }
    session.execute(_SAVE, {"shop": session.shop_id, "now": now, **columns})


def put_in_batch(session: ShopSession, ids: Collection[int], batch: UUID) -> None:
    """These payouts go out together from now on."""
    session.execute(update(Row).where(Row.id.in_(sorted(ids))).values(batch=batch))
