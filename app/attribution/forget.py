"""The evidence of a person's orders, and forgetting a shop's. The flows of privacy call this."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import select, update

from app.attribution.tables import Assignment, Conversion
from app.db.session import Fenced
from app.kernel.ids import ShopId


def held(session: Fenced, shop_id: ShopId, order_ids: Collection[int]) -> dict[int, list[Any]]:
    """The candidates of these orders, by order."""
    rows = session.execute(
        select(Conversion.order_id, Conversion.candidates).where(
            Conversion.shop_id == shop_id, Conversion.order_id.in_(sorted(order_ids))
        )
    )
    return {row.order_id: row.candidates for row in rows}


def forget_shop(session: Fenced, shop_id: ShopId) -> None:
    """Drop the evidence: it holds codes and names. Who was credited how much stays in the books."""
    session.execute(
        update(Conversion).where(Conversion.shop_id == shop_id).values(candidates=[]),
        execution_options={"synchronize_session": False},
    )
    session.execute(
        update(Assignment).where(Assignment.shop_id == shop_id).values(actor="", reason=""),
        execution_options={"synchronize_session": False},
    )
