"""customerJourneySummary: the visits before an order, as far as the landing page tells."""

from devstore.clock import rfc3339
from devstore.graphql.connections import connection
from devstore.graphql.context import Context, Node, gid
from devstore.order_model import Order
from devstore.visits import referral_code, utm


def journey(context: Context, order: Order) -> Node:
    """One visit at most: the devstore keeps the page on which the cart began. None for draft, POS and API orders."""
    visit = _visit(order)
    earlier = [
        other
        for other in context.shop.orders.values()
        if order.customer_id is not None
        and other.customer_id == order.customer_id
        and other.created_at < order.created_at
    ]
    moments = [] if visit is None else [visit]
    return {
        "ready": True,
        "customerOrderIndex": len(earlier),
        "daysToConversion": None if visit is None else 0,
        "firstVisit": visit,
        "lastVisit": visit,
        "moments": lambda **a: connection(context, moments, lambda one: one, a),
        "momentsCount": {"count": len(moments), "precision": "EXACT"},
    }


def _visit(order: Order) -> Node | None:
    page = order.visit.landing_site
    if page is None:
        return None
    tags = utm(page)
    return {
        "__typename": "CustomerVisit",
        "id": gid("CustomerVisit", order.id),
        "occurredAt": rfc3339(order.created_at),
        "landingPage": page,
        "referrerUrl": order.visit.referring_site,
        "referralCode": referral_code(page),
        "source": order.visit.referring_site or "direct",
        "sourceType": None,
        "sourceDescription": None,
        "utmParameters": tags,
        "marketingEvent": None,
    }
