"""The body of every orders/* webhook but orders/edited: the REST order of 2026-10, without checkout_id."""

from decimal import Decimal
from itertools import groupby
from operator import attrgetter

from devstore.model import Shop
from devstore.money import text
from devstore.order_model import Allocation, DiscountApplication, Order, TaxLine
from devstore.payloads.fulfillment import fulfillment_body
from devstore.payloads.line import line_body, shipping_body
from devstore.payloads.parts import Body, address, bag, local, number, tax_lines
from devstore.payloads.people import customer_body
from devstore.payloads.refund import embedded_refund
from devstore.sent import order_status
from devstore.state import State
from devstore.totals import Totals
from devstore.visits import referral_code


def order_body(state: State, shop: Shop, order: Order) -> Body:
    """The order as it stands. Amounts are strings in the shop currency; `*_set` carry both currencies."""
    totals = Totals(order)
    body = _identity(shop, order) | _flags(order) | _visit(order) | _status(shop, order, totals)
    body |= _money(order, totals) | _people(shop, order, people=state.switches.protected_data)
    return body | {
        "discount_applications": [_application(one) for one in order.discount_applications],
        "discount_codes": discount_codes(order),
        "fulfillments": [fulfillment_body(shop, order, one) for one in order.fulfillments],
        "line_items": [line_body(order, line) for line in order.lines],
        "payment_terms": None,
        "refunds": [embedded_refund(shop, order, refund) for refund in order.refunds],
        "shipping_lines": [shipping_body(order, parcel) for parcel in order.shipping_lines],
        "tax_lines": tax_lines(order, _order_taxes(order)),
    }


def _identity(shop: Shop, order: Order) -> Body:
    page = f"https://{shop.domain}/{shop.id}/orders/{order.token}/authenticate?key={order.token[:8]}"
    return {
        "id": order.id,
        "admin_graphql_api_id": order.gid,
        "app_id": order.app_id,
        "confirmation_number": order.confirmation_number,
        "name": order.name,
        "number": order.number,
        "order_number": order.number + 1000,
        "order_status_url": page,
        "token": order.token,
        "note": order.note,
        "note_attributes": [{"name": key, "value": value} for key, value in order.note_attributes.items()],
        "tags": ", ".join(order.tags),
        "po_number": None,
        "reference": None,
        "source_identifier": None,
        "source_name": order.source_name,
        "source_url": None,
        "user_id": None,
        "device_id": None,
        "location_id": order.location_id,
        "merchant_business_entity_id": "MTU0ODM4MDAwOQ",
        "merchant_of_record_app_id": None,
    }


def _flags(order: Order) -> Body:
    return {
        "confirmed": order.confirmed,
        "payment_gateway_names": sorted({t.gateway for t in order.transactions}),
        "total_weight": sum(line.grams * line.quantity for line in order.lines),
        "tax_exempt": False,
        "taxes_included": order.taxes_included,
        "duties_included": False,
        "estimated_taxes": False,
        "test": order.test,
    }


def _visit(order: Order) -> Body:
    visit = order.visit
    client = {
        "accept_language": None,
        "browser_height": None,
        "browser_ip": visit.browser_ip,
        "browser_width": None,
        "session_hash": None,
        "user_agent": visit.user_agent,
    }
    return {
        "browser_ip": visit.browser_ip,
        "cart_token": visit.cart_token,
        "checkout_token": visit.checkout_token,
        "client_details": None if visit.browser_ip is None else client,
        "landing_site": visit.landing_site,
        "landing_site_ref": referral_code(visit.landing_site),
        "referring_site": visit.referring_site,
        "buyer_accepts_marketing": False,
        "customer_locale": None,
    }


def _status(shop: Shop, order: Order, totals: Totals) -> Body:
    return {
        "created_at": local(shop, order.created_at),
        "processed_at": local(shop, order.created_at),
        "updated_at": local(shop, order.updated_at),
        "cancelled_at": local(shop, order.cancelled_at),
        "cancel_reason": order.cancel_reason,
        "closed_at": local(shop, order.closed_at),
        "financial_status": totals.financial_status,
        "fulfillment_status": order_status(order),
    }


def _money(order: Order, totals: Totals) -> Body:
    zero = bag(order, Decimal(0))
    amounts = {
        "current_subtotal_price": totals.current_subtotal,
        "current_total_discounts": totals.current_discounts,
        "current_total_price": totals.current_price,
        "current_total_tax": totals.current_tax,
        "subtotal_price": totals.subtotal,
        "total_discounts": totals.discounts,
        "total_line_items_price": totals.line_items,
        "total_price": totals.price,
        "total_tax": totals.tax,
    }
    body: Body = {key: text(amount, order.currency) for key, amount in amounts.items()}
    body |= {f"{key}_set": bag(order, amount) for key, amount in amounts.items()}
    return body | {
        "currency": order.currency,
        "presentment_currency": order.presentment_currency,
        "total_outstanding": text(totals.outstanding, order.currency),
        "total_shipping_price_set": bag(order, totals.shipping),
        "total_tip_received": text(order.tip, order.currency),
        "total_cash_rounding_payment_adjustment_set": zero,
        "total_cash_rounding_refund_adjustment_set": zero,
        "current_total_additional_fees_set": None,
        "current_total_duties_set": None,
        "original_total_additional_fees_set": None,
        "original_total_duties_set": None,
    }


def _people(shop: Shop, order: Order, *, people: bool) -> Body:
    customer = shop.customers.get(order.customer_id) if order.customer_id is not None else None
    home = address(order.address) if people else None
    return {
        "email": order.email if people else None,
        "contact_email": order.email if people else None,
        "phone": order.phone if people else None,
        "billing_address": home,
        "shipping_address": home,
        "customer": customer_body(shop, customer, people=people),
    }


def _application(one: DiscountApplication) -> Body:
    body: Body = {
        "target_type": one.target_type,
        "type": one.type,
        "value": number(one.value),
        "value_type": one.value_type,
        "allocation_method": one.allocation_method,
        "target_selection": one.target_selection,
    }
    # T1: only a real code has the key `code`.
    if one.type == "discount_code":
        return body | {"code": one.title}
    return body | {"title": one.title} | ({"description": one.title} if one.type == "manual" else {})


def discount_codes(order: Order) -> list[Body]:
    """Codes and, as Shopify does it (T1), manual discounts too; automatic ones never."""
    listed = []
    given: list[Allocation] = [a for line in order.lines for a in line.allocations]
    given += [a for parcel in order.shipping_lines for a in parcel.allocations]
    for index, one in enumerate(order.discount_applications):
        if one.type == "automatic":
            continue
        kind = "shipping" if one.target_type == "shipping_line" else one.value_type
        amount = sum((a.amount for a in given if a.application_index == index), Decimal(0))
        listed.append({"code": one.title, "amount": text(amount, order.currency), "type": kind})
    return listed


def _order_taxes(order: Order) -> list[TaxLine]:
    every = [tax for line in order.lines for tax in line.tax_lines]
    every += [tax for parcel in order.shipping_lines for tax in parcel.tax_lines]
    by = attrgetter("title", "rate")
    return [
        TaxLine(title, rate, sum((t.price for t in same), Decimal(0)))
        for (title, rate), same in groupby(sorted(every, key=by), key=by)
    ]
