"""Invented order bodies with the shape and size (8 to 10 KB) of Shopify's, for the benchmarks and the soak."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

EPOCH = datetime(2026, 9, 1, tzinfo=UTC)
EXPONENTS = {"EUR": 2, "USD": 2, "JPY": 0, "KWD": 3}


@dataclass
class Line:
    """One line as it was ordered, and how many units of it came back."""

    id: int
    quantity: int
    price_minor: int
    discount_minor: int = 0
    tax_minor: int = 0
    refunded: int = 0
    gift_card: bool = False


@dataclass
class Order:
    """Everything about an order that decides money; `version` counts the changes it went through."""

    id: int
    lines: list[Line]
    currency: str = "EUR"
    code: str | None = "MARA10"
    taxes_included: bool = False
    test: bool = False
    version: int = 0
    status: str = "paid"
    cancelled: bool = False
    placed_at: datetime = EPOCH
    customer: int | None = None
    """Shopify's number; None: one of five thousand who share an address."""
    refunds: list[dict[str, Any]] = field(default_factory=list)

    @property
    def updated_at(self) -> datetime:
        return self.placed_at + timedelta(minutes=self.version)


def body(order: Order) -> bytes:
    """The order as an orders/* webhook would carry it."""
    total = sum(line.price_minor * line.quantity - line.discount_minor for line in order.lines)
    totals: dict[str, Any] = {}
    for name in ("subtotal_price", "total_price", "total_line_items_price", "total_discounts", "total_tax"):
        totals[f"{name}_set"] = _bag(total, order.currency)
        totals[f"current_{name}_set"] = _bag(total, order.currency)
        totals[name] = _major(total, order.currency)
    content = _head(order) | totals | _people(order)
    content["line_items"] = [_line(line, order.currency) for line in order.lines]
    content["discount_codes"] = (
        [{"code": order.code, "amount": "0.00", "type": "percentage"}] if order.code else []
    )
    content["discount_applications"] = [_application(order.code)]
    content["refunds"] = order.refunds
    return json.dumps(content, separators=(",", ":")).encode()


def refund(order: Order, line: Line, units: int, number: int) -> dict[str, Any]:
    """A refund of some units of a line, as refunds/create carries it and the order repeats it."""
    at = order.placed_at + timedelta(days=1, minutes=number)
    item = {
        "id": order.id * 100 + number,
        "line_item_id": line.id,
        "quantity": units,
        "restock_type": "return",
    }
    return {
        "id": order.id * 10 + number,
        "order_id": order.id,
        "created_at": _at(at),
        "processed_at": _at(at),
        "note": None,
        "refund_line_items": [item],
        "order_adjustments": [],
        "transactions": [],
    }


def order_body(number: int) -> bytes:
    """The nth order of the intake's benchmark: four lines, one code."""
    lines = [Line(id=number * 10 + n, quantity=1 + n % 2, price_minor=1999 + 7 * n) for n in range(4)]
    return body(Order(id=450_000_000 + number, lines=lines))


def _head(order: Order) -> dict[str, Any]:
    cancelled_at = _at(order.updated_at) if order.cancelled else None
    return {
        "id": order.id,
        "admin_graphql_api_id": f"gid://shopify/Order/{order.id}",
        "name": f"#{order.id % 1_000_000}",
        "created_at": _at(order.placed_at),
        "processed_at": _at(order.placed_at),
        "updated_at": _at(order.updated_at),
        "cancelled_at": cancelled_at,
        "cancel_reason": "customer" if order.cancelled else None,
        "currency": order.currency,
        "presentment_currency": order.currency,
        "financial_status": order.status,
        "fulfillment_status": None,
        "taxes_included": order.taxes_included,
        "test": order.test,
        "source_name": "web",
        "landing_site": "/products/serum?utm_source=instagram&utm_medium=social",
        "referring_site": "https://www.instagram.example/",
        "note_attributes": [],
        "payment_gateway_names": ["bogus"],
        "total_outstanding": "0.00",
        "shipping_lines": [],
        "tax_lines": [],
        "tags": "",
        "confirmed": True,
        "order_status_url": f"https://shop.example/{order.id}/authenticate?key=0123456789abcdef",
    }


def _people(order: Order) -> dict[str, Any]:
    address = {
        "first_name": "Ada",
        "last_name": "Example",
        "address1": "Canal 12",
        "address2": None,
        "city": "Amsterdam",
        "zip": "1000 AA",
        "province": "Noord-Holland",
        "country": "Netherlands",
        "country_code": "NL",
        "phone": None,
        "company": None,
        "latitude": None,
        "longitude": None,
    }
    number = 7_000_000 + order.id % 5_000 if order.customer is None else order.customer
    customer = {"id": number, "email": f"shopper{number}@example.com", "tags": ""}
    client = {"accept_language": "nl-NL", "user_agent": "Mozilla/5.0 (X11; Linux x86_64)", "browser_ip": None}
    return {
        "email": customer["email"],
        "customer": customer | {"default_address": address},
        "billing_address": address,
        "shipping_address": address,
        "client_details": client,
    }


def _line(line: Line, currency: str) -> dict[str, Any]:
    discounts = [
        {
            "amount": _major(line.discount_minor, currency),
            "amount_set": _bag(line.discount_minor, currency),
            "discount_application_index": 0,
        }
    ]
    taxes = [{"title": "VAT", "rate": 0.21, "price_set": _bag(line.tax_minor, currency)}]
    return {
        "id": line.id,
        "admin_graphql_api_id": f"gid://shopify/LineItem/{line.id}",
        "product_id": 900_000 + line.id % 50,
        "variant_id": 910_000 + line.id % 50,
        "title": "Serum with an ordinary name",
        "variant_title": "30 ml",
        "name": "Serum with an ordinary name - 30 ml",
        "sku": f"SERUM-{line.id % 50}",
        "vendor": "Lumen",
        "quantity": line.quantity,
        "current_quantity": line.quantity - line.refunded,
        "fulfillable_quantity": line.quantity,
        "fulfillment_service": "manual",
        "fulfillment_status": None,
        "gift_card": line.gift_card,
        "grams": 120,
        "price": _major(line.price_minor, currency),
        "price_set": _bag(line.price_minor, currency),
        "total_discount": "0.00",
        "total_discount_set": _bag(0, currency),
        "requires_shipping": True,
        "taxable": True,
        "properties": [],
        "duties": [],
        "tax_lines": taxes if line.tax_minor else [],
        "discount_allocations": discounts if line.discount_minor else [],
    }


def _application(code: str | None) -> dict[str, Any]:
    """The discount that every discounted line points at: the code, or an automatic one without any."""
    kind = {"type": "discount_code", "code": code} if code else {"type": "automatic", "title": "Autumn"}
    return kind | {
        "value": "10.0",
        "value_type": "percentage",
        "allocation_method": "across",
        "target_selection": "all",
        "target_type": "line_item",
    }


def _bag(minor: int, currency: str) -> dict[str, Any]:
    money = {"amount": _major(minor, currency), "currency_code": currency}
    return {"shop_money": money, "presentment_money": money}


def _major(minor: int, currency: str) -> str:
    return str(Decimal(minor).scaleb(-EXPONENTS[currency]))


def _at(instant: datetime) -> str:
    return instant.isoformat().replace("+00:00", "Z")
