"""customerJourneySummary: the visits before an order, gathered some minutes after it was placed."""

from datetime import timedelta

from devstore.clock import rfc3339
from devstore.graphql.connections import connection
from devstore.graphql.context import Context, Node, gid
from devstore.order_model import Order
from devstore.visit_model import PageVisit
from devstore.visits import referral_code, utm

KNOWN_FOR = timedelta(days=30)


def journey(context: Context, order: Order) -> Node:
    """The visits of the order's browser in the 30 days before. None of them for draft, POS and API orders."""
    gathering = timedelta(seconds=context.state.switches.api.journey_seconds)
    is_ready = context.state.now >= order.created_at + gathering
    moments = (
        [_visit(context.shop.domain, order, at, one) for at, one in enumerate(_visits(order))]
        if is_ready
        else []
    )
    earlier = [
        other
        for other in context.shop.orders.values()
        if order.customer_id is not None
        and other.customer_id == order.customer_id
        and other.created_at < order.created_at
    ]
    first, last = (_visits(order)[0], _visits(order)[-1]) if moments else (None, None)
    return {
        "ready": is_ready,
        "customerOrderIndex": len(earlier),
        "daysToConversion": (last.at - first.at).days if first and last else None,
        "firstVisit": moments[0] if moments else None,
        "lastVisit": moments[-1] if moments else None,
        "moments": lambda **a: connection(context, moments, lambda one: one, a),
        "momentsCount": {"count": len(moments), "precision": "EXACT"},
    }


def _visits(order: Order) -> list[PageVisit]:
    page = order.visit.landing_site
    landed = [PageVisit(order.created_at, page)] if page is not None else []
    known = [one for one in order.visit.journey if one.at > order.created_at - KNOWN_FOR]
    return known or landed


def _visit(domain: str, order: Order, at: int, one: PageVisit) -> Node:
    return {
        "__typename": "CustomerVisit",
        "id": gid("CustomerVisit", order.id * 100 + at),
        "occurredAt": rfc3339(one.at),
        "landingPage": f"https://{domain}{one.page}" if one.page.startswith("/") else one.page,
        "referrerUrl": order.visit.referring_site,
        "referralCode": referral_code(one.page),
        "source": order.visit.referring_site or "direct",
        "sourceType": None,
        "sourceDescription": None,
        "utmParameters": utm(one.page),
        "marketingEvent": None,
    }
