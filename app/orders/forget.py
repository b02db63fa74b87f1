"""Which orders are a person's, what they hold of it, and forgetting it. The flows of privacy call this."""

from collections.abc import Callable, Collection, Sequence
from typing import Any

import msgspec
from sqlalchemy import or_, select, text, update

from app.db.session import Fenced
from app.kernel.ids import ShopId
from app.orders.model import PageVisit, repacked
from app.orders.tables import Dispute, Journey, Order, Refund


def orders_of(
    session: Fenced, shop_id: ShopId, *, customer_key: bytes | None, email_key: bytes | None
) -> list[int]:
    """Ids of the orders with one of these pseudonyms."""
    keys = [Order.customer_key == customer_key] if customer_key else []
    keys += [Order.email_key == email_key] if email_key else []
    if not keys:
        return []
    return list(session.scalars(select(Order.id).where(Order.shop_id == shop_id, or_(*keys))))


def origins(session: Fenced, shop_id: ShopId, order_ids: Collection[int]) -> list[dict[str, Any]]:
    """Where these orders came from: Origin as it is stored."""
    wanted = select(Order.origin).where(Order.shop_id == shop_id, Order.id.in_(sorted(order_ids)))
    return list(session.scalars(wanted))


def held(session: Fenced, shop_id: ShopId, order_ids: Collection[int]) -> list[dict[str, Any]]:
    """What is kept of these orders, with their refunds and disputes, for the merchant's file."""
    wanted = sorted(order_ids)
    orders = session.execute(
        select(Order.id, Order.name, Order.facts, Order.origin).where(
            Order.shop_id == shop_id, Order.id.in_(wanted)
        )
    ).all()
    refunds = session.execute(
        select(Refund.order_id, Refund.facts).where(Refund.shop_id == shop_id, Refund.order_id.in_(wanted))
    ).all()
    disputes = session.execute(
        select(Dispute.order_id, Dispute.facts, Dispute.amount_minor, Dispute.currency).where(
            Dispute.shop_id == shop_id, Dispute.order_id.in_(wanted)
        )
    ).all()
    journeys = {
        told.order_id: told.visits
        for told in session.execute(
            select(Journey.order_id, Journey.visits).where(
                Journey.shop_id == shop_id, Journey.order_id.in_(wanted)
            )
        )
    }
    return [
        {
            "id": order.id,
            "name": order.name,
            "facts": order.facts,
            "origin": {key: value for key, value in order.origin.items() if key != "traces"},
            "refunds": [refund.facts for refund in refunds if refund.order_id == order.id],
            "disputes": [
                {**told.facts, "amount_minor": told.amount_minor, "currency": told.currency}
                for told in disputes
                if told.order_id == order.id
            ],
            "visits": journeys.get(order.id, []),
        }
        for order in orders
    ]


def forget_addresses(
    session: Fenced,
    shop_id: ShopId,
    order_ids: Collection[int],
    *,
    page: Callable[[str], str],
    referrer: Callable[[str], str],
) -> None:
    """Keep of the addresses of pages that these orders came by what `page` and `referrer` leave of them."""
    wanted = sorted(order_ids)
    bare = {"landing_site": page, "referring_site": referrer}
    for row in session.execute(
        select(Order.id, Order.origin).where(Order.shop_id == shop_id, Order.id.in_(wanted))
    ).all():
        left = {key: of(row.origin[key]) for key, of in bare.items() if row.origin.get(key)}
        session.execute(
            update(Order).where(Order.shop_id == shop_id, Order.id == row.id).values(origin=row.origin | left)
        )
    _forget_pages(session, shop_id, wanted, page)


def _forget_pages(
    session: Fenced, shop_id: ShopId, wanted: Sequence[int], page: Callable[[str], str]
) -> None:
    for told in session.execute(
        select(Journey.order_id, Journey.version, Journey.visits).where(
            Journey.shop_id == shop_id, Journey.order_id.in_(wanted)
        )
    ).all():
        seen = msgspec.convert(told.visits, tuple[PageVisit, ...])
        left = tuple(PageVisit(visit.at, page(visit.landing_site)) for visit in seen)
        session.execute(
            update(Journey)
            .where(Journey.shop_id == shop_id, Journey.order_id == told.order_id)
            .values(version=repacked(told.version, left), visits=msgspec.to_builtins(left))
        )


def forget_shop(session: Fenced, shop_id: ShopId) -> None:
    """Take shoppers out of every order of the shop; ids, lines and amounts stay for the books."""
    session.execute(
        text(
            "update orders set customer_key = null, email_key = null, origin = '{}', origin_version = null "
            "where shop_id = :shop"
        ),
        {"shop": shop_id},
    )
    for table in ("journeys", "journeys_awaited", "journey_cursors"):
        session.execute(text(f"delete from {table} where shop_id = :shop"), {"shop": shop_id})  # noqa: S608
