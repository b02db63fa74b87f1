"""Queries of the discounts in Shopify that carry codes."""

from datetime import datetime

import msgspec
from sqlalchemy import Select, delete, select
from sqlalchemy.dialects.postgresql import insert

from app.db.session import ShopSession
from app.kernel.ids import CodeId, ProgramId
from app.tracking.model import Node
from app.tracking.tables import DiscountNode

CHANGING = ("gid", "terms_digest", "form", "named", "refusal", "spare")


def shared(session: ShopSession, program_id: int) -> Node | None:
    """The discount that carries all codes of the program, once there is one."""
    row = session.scalars(_of(program_id).where(DiscountNode.code_id.is_(None))).one_or_none()
    return _node(row) if row else None


def own(session: ShopSession, program_id: int) -> list[Node]:
    """The discounts that carry one code of the program each, oldest first."""
    rows = session.scalars(_of(program_id).where(DiscountNode.code_id.is_not(None)).order_by(DiscountNode.id))
    return [_node(row) for row in rows]


def put(session: ShopSession, node: Node, now: datetime) -> None:
    """Remember the discount, or what was last written to it."""
    values = msgspec.structs.asdict(node)
    statement = insert(DiscountNode).values(shop_id=session.shop_id, created_at=now, **values)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["shop_id", "program_id", "code_id"],
            set_={key: values[key] for key in CHANGING},
        )
    )


def drop(session: ShopSession, node: Node) -> None:
    """Forget the discount."""
    session.execute(
        delete(DiscountNode).where(
            DiscountNode.program_id == node.program_id,
            DiscountNode.code_id.is_not_distinct_from(node.code_id),
        )
    )


def _of(program_id: int) -> Select[DiscountNode]:
    return (
        select(DiscountNode)
        .where(DiscountNode.program_id == program_id)
        .execution_options(populate_existing=True)
    )


def _node(row: DiscountNode) -> Node:
    return Node(
        ProgramId(row.program_id),
        row.gid,
        row.terms_digest,
        row.form,
        row.named,
        row.refusal,
        row.spare,
        None if row.code_id is None else CodeId(row.code_id),
    )
