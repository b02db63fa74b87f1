"""An order as GraphQL shows it."""

from decimal import Decimal

from devstore.clock import rfc3339
from devstore.graphql.connections import connection
from devstore.graphql.context import Context, Node, gid
from devstore.graphql.journey import journey
from devstore.graphql.order_lines import (
    application_node,
    line_node,
    refund_node,
    return_node,
    shipping_node,
    tax_node,
    transaction_node,
)
from devstore.graphql.rewards import accounts_of
from devstore.graphql.values import bag, money
from devstore.life_model import Dispute, Fulfillment
from devstore.model import Customer
from devstore.order_model import Order
from devstore.payloads.order import discount_codes
from devstore.sent import order_status
from devstore.totals import Totals, payments
from devstore.visits import referral_code

FULFILMENT = {None: "UNFULFILLED", "partial": "PARTIALLY_FULFILLED", "fulfilled": "FULFILLED"}
CHANNELS = {"web": "Online Store", "shopify_draft_order": "Draft Orders", "pos": "Point of Sale"}


def order_node(context: Context, order: Order) -> Node:
    """Order. Amounts come from the same totals as the webhooks."""
    totals = Totals(order)
    node = _words(order, totals) | _sums(order, totals) | _lists(context, order)
    customer = context.shop.customers.get(order.customer_id) if order.customer_id is not None else None
    return node | {
        "__typename": "Order",
        "app": {
            "id": gid("App", order.app_id or 580111),
            "name": CHANNELS.get(order.source_name, "Shopify API"),
        },
        "attribution": {
            "handle": order.source_name,
            "displayName": CHANNELS.get(order.source_name, order.source_name),
        },
        "customer": lambda **_: None if customer is None else customer_node(context, customer),
        "email": order.email if context.state.switches.protected_data else None,
        "customerJourneySummary": lambda **_: journey(context, order),
        "metafield": lambda **a: _metafield(context, order, **a),
        "risk": {"recommendation": "NONE", "assessments": []},
        "disputes": [_dispute(one) for one in order.disputes],
    }


def customer_node(context: Context, one: Customer) -> Node:
    """Customer. Names and addresses are level 2: null without approval."""
    known = context.state.switches.protected_data
    count = sum(1 for order in context.shop.orders.values() if order.customer_id == one.id)
    return {
        "__typename": "Customer",
        "id": gid("Customer", one.id),
        "legacyResourceId": str(one.id),
        "numberOfOrders": str(count),
        "createdAt": rfc3339(one.created_at),
        "updatedAt": rfc3339(one.updated_at),
        "tags": one.tags,
        "email": one.email if known else None,
        "firstName": one.first_name if known else None,
        "lastName": one.last_name if known else None,
        "storeCreditAccounts": lambda **a: accounts_of(context, one.id, a),
    }


def _words(order: Order, totals: Totals) -> Node:
    return _status(order, totals) | {
        "id": order.gid,
        "legacyResourceId": str(order.id),
        "name": order.name,
        "number": order.number,
        "createdAt": rfc3339(order.created_at),
        "processedAt": rfc3339(order.created_at),
        "updatedAt": rfc3339(order.updated_at),
        "currencyCode": order.currency,
        "presentmentCurrencyCode": order.presentment_currency,
        "taxesIncluded": order.taxes_included,
        "dutiesIncluded": False,
        "discountCodes": [listed["code"] for listed in discount_codes(order)],
        "discountCode": next((listed["code"] for listed in discount_codes(order)), None),
        "tags": order.tags,
        "note": order.note,
        "sourceName": order.source_name,
        "sourceIdentifier": None,
        "cartToken": order.visit.cart_token,
        "checkoutToken": order.visit.checkout_token,
        "customAttributes": [{"key": key, "value": value} for key, value in order.note_attributes.items()],
        "landingPageUrl": order.visit.landing_site,
        "referrerUrl": order.visit.referring_site,
        "referralCode": referral_code(order.visit.landing_site),
        "paymentGatewayNames": sorted({t.gateway for t in order.transactions}),
        "subtotalLineItemsQuantity": sum(line.quantity for line in order.lines),
        "currentSubtotalLineItemsQuantity": sum(line.current_quantity for line in order.lines),
    }


def _status(order: Order, totals: Totals) -> Node:
    return {
        "cancelledAt": None if order.cancelled_at is None else rfc3339(order.cancelled_at),
        "cancelReason": None if order.cancel_reason is None else order.cancel_reason.upper(),
        "closedAt": None if order.closed_at is None else rfc3339(order.closed_at),
        "closed": order.closed_at is not None,
        "test": order.test,
        "edited": order.edited,
        "confirmed": order.confirmed,
        "confirmationNumber": order.confirmation_number,
        "displayFinancialStatus": totals.financial_status.upper(),
        "displayFulfillmentStatus": FULFILMENT[order_status(order)],
        "fullyPaid": totals.outstanding <= 0,
        "unpaid": totals.captured == 0,
    }


def _sums(order: Order, totals: Totals) -> Node:
    refunded_shipping = sum((p.refunded for p in order.shipping_lines), Decimal(0))
    amounts = {
        "subtotalPriceSet": totals.subtotal,
        "totalPriceSet": totals.price,
        "totalDiscountsSet": totals.discounts,
        "totalTaxSet": totals.tax,
        "totalShippingPriceSet": totals.shipping,
        "totalTipReceivedSet": order.tip,
        "totalRefundedSet": totals.refunded,
        "totalRefundedShippingSet": refunded_shipping,
        "totalReceivedSet": totals.captured,
        "totalOutstandingSet": totals.outstanding,
        "totalCapturableSet": max(totals.authorized - totals.captured, Decimal(0)),
        "netPaymentSet": totals.captured - totals.refunded,
        "currentSubtotalPriceSet": totals.current_subtotal,
        "currentTotalPriceSet": totals.current_price,
        "currentTotalDiscountsSet": totals.current_discounts,
        "currentTotalTaxSet": totals.current_tax,
        "currentShippingPriceSet": totals.current_shipping,
    }
    return {name: bag(order, amount) for name, amount in amounts.items()} | {
        "totalTipReceived": money(order.tip, order.currency)
    }


def _lists(context: Context, order: Order) -> Node:
    places = range(len(order.discount_applications))
    return {
        "lineItems": lambda **a: connection(
            context, order.lines, lambda one: line_node(context, order, one), a
        ),
        "shippingLines": lambda **a: connection(
            context, order.shipping_lines, lambda one: shipping_node(order, one), a
        ),
        "shippingLine": shipping_node(order, order.shipping_lines[0]) if order.shipping_lines else None,
        "discountApplications": lambda **a: connection(
            context, places, lambda index: application_node(order, index), a
        ),
        "refunds": lambda first=None: [refund_node(context, order, one) for one in order.refunds[:first]],
        "transactions": lambda first=None, **a: [
            transaction_node(order, one) for one in payments(order)[:first] if not a.get("capturable")
        ],
        "fulfillments": lambda first=None, **_: [_fulfillment(one) for one in order.fulfillments[:first]],
        "returns": lambda **a: connection(context, order.returns, lambda one: return_node(order, one), a),
        "taxLines": [tax_node(order, tax) for line in order.lines for tax in line.tax_lines],
    }


def _fulfillment(one: Fulfillment) -> Node:
    return {
        "__typename": "Fulfillment",
        "id": gid("Fulfillment", one.id),
        "legacyResourceId": str(one.id),
        "status": one.status.upper(),
        "createdAt": rfc3339(one.created_at),
        "updatedAt": rfc3339(one.updated_at),
        "totalQuantity": sum(one.lines.values()),
    }


def _dispute(one: Dispute) -> Node:
    """OrderDisputeSummary: no amount, but no scope of its own either."""
    return {
        "__typename": "OrderDisputeSummary",
        "id": gid("OrderDisputeSummary", one.id),
        "initiatedAs": one.type.upper(),
        "status": one.status.upper(),
    }


def _metafield(context: Context, order: Order, key: str, namespace: str | None = None) -> Node | None:
    from devstore.graphql.metafields import metafield_of

    return metafield_of(context, order.gid, key, namespace)
