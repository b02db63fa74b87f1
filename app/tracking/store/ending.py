"""Queries about the end of codes."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import select, text, update

from app.creators.tables import Enrollment
from app.db.arrays import plain
from app.db.session import Fenced, ShopSession
from app.kernel.ids import CodeId, ShopId
from app.tracking import store
from app.tracking.model import Code, CodeState, fold
from app.tracking.tables import Code as CodeRow


class Ending(msgspec.Struct, frozen=True):
    """A code whose time is over and which Shopify may still take."""

    id: CodeId
    code: str
    state: CodeState
    redeem_code_gid: str | None
    discount_gid: str | None
    """Its own, or that of its program; None: nothing of the program stands in Shopify."""
    is_alone: bool = False
    """Whether that discount carries no other code."""


_ENDING = text("""
    select c.id, c.code, c.state, c.redeem_code_gid, coalesce(o.gid, n.gid) as gid, o.gid is not null as is_alone
    from codes c
    join enrollments e on e.shop_id = c.shop_id and e.id = c.enrollment_id
    left join discount_nodes n on n.shop_id = e.shop_id and n.program_id = e.program_id and n.code_id is null
    left join discount_nodes o on o.shop_id = c.shop_id and o.program_id = e.program_id and o.code_id = c.id
    where c.shop_id = :shop and c.valid_to <= :now and c.state <> 'disabled'
    order by c.id for update of c
""")


_FAILED = text("""
    select c.id, c.folded from codes c join enrollments e on e.shop_id = c.shop_id and e.id = c.enrollment_id
    where c.state = 'failed' and e.program_id = :program order by c.id for update of c
""")
_DUE = text("""
    select distinct c.shop_id from unnest(cast(:shop_ids as bigint[])) as k(shop_id)
    join codes c on c.shop_id = k.shop_id
    where c.valid_to <= :now and c.state <> 'disabled' order by 1
""")


def shops_with_endings(session: Fenced, shop_ids: Sequence[int], now: datetime) -> list[ShopId]:
    """Which of these shops have codes whose time is over by then and which are not disabled yet."""
    rows = session.execute(_DUE, {"shop_ids": plain(shop_ids), "now": now})
    return [ShopId(row.shop_id) for row in rows]


def program_of(session: ShopSession, enrollment_id: int) -> int:
    """The program that an enrollment is in."""
    return session.execute(select(Enrollment.program_id).where(Enrollment.id == enrollment_id)).scalar_one()


def locked(session: ShopSession, text_: str) -> Code | None:
    """The shop's code of that text, locked until commit."""
    wanted = select(CodeRow.id).where(CodeRow.folded == fold(text_)).with_for_update()
    return store.code(session, text_) if session.execute(wanted).first() else None


def failed(session: ShopSession, program_id: int) -> dict[int, str]:
    """The program's codes that Shopify has not, locked until commit: id to folded code."""
    rows = session.execute(_FAILED, {"program": program_id})
    return {row.id: row.folded for row in rows}


def valid_to(session: ShopSession, code_id: int) -> datetime | None:
    """When the code ends; None when it does not."""
    return session.execute(select(CodeRow.valid_to).where(CodeRow.id == code_id)).scalar_one()


def end(session: ShopSession, code_id: int, at: datetime) -> None:
    """Let the code be valid until then."""
    session.execute(update(CodeRow).where(CodeRow.id == code_id).values(valid_to=at))


def over(session: ShopSession, now: datetime) -> list[Ending]:
    """The shop's codes whose time is over by then and which are not disabled yet."""
    rows = session.execute(_ENDING, {"shop": session.shop_id, "now": now})
    return [
        Ending(CodeId(r.id), r.code, CodeState(r.state), r.redeem_code_gid, r.gid, r.is_alone) for r in rows
    ]


def disable(session: ShopSession, code_ids: Sequence[int]) -> None:
    """Shopify takes these no more."""
    if code_ids:
        session.execute(
            update(CodeRow)
            .where(CodeRow.id.in_(code_ids))
            .values(state=CodeState.DISABLED.value, bulk_gid=None)
        )
