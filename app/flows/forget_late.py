"""Visits that come in after their shopper was forgotten, such as those that waited in the spool of a machine that was down."""

from collections import defaultdict
from collections.abc import Sequence

from app.db.session import BatchSession, ShopSession
from app.flows.customer import visits_of_orders
from app.inbox.forget import forgotten
from app.kernel.ids import ShopId
from app.tracking import forget as tracking


def forget_late(session: BatchSession | ShopSession, led: Sequence[tuple[int, int]]) -> None:
    """Forget the visits of those (shop id, order id) whose shopper was forgotten; asks nothing where no order is named."""
    if not led:
        return
    by_shop = defaultdict[int, list[int]](list)
    for shop_id, order_id in forgotten(session, led):
        by_shop[shop_id].append(order_id)
    for shop_id, order_ids in by_shop.items():
        number = ShopId(shop_id)
        tracking.forget_visits(session, number, visits_of_orders(session, number, order_ids))
