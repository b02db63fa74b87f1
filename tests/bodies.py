"""Invented webhook bodies of the right shape, for tests that need no pretend store."""

import json
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from tests.conftest import NOW

Json = dict[str, Any]


def bag(amount: str | Decimal, currency: str) -> Json:
    money = {"amount": str(amount), "currency_code": currency}
    return {"shop_money": money, "presentment_money": money}


def line(
    line_id: int = 1, price: str = "100.00", quantity: int = 1, *, currency: str = "EUR", **more: Any
) -> Json:
    body: Json = {
        "id": line_id,
        "title": f"Product {line_id}",
        "product_id": 10 + line_id,
        "variant_id": 20 + line_id,
        "quantity": quantity,
        "current_quantity": more.pop("current", quantity),
        "price": price,
        "price_set": bag(price, currency),
        "gift_card": more.pop("gift_card", False),
        "tax_lines": [{"rate": 0.2, "price_set": bag(t, currency)} for t in more.pop("taxes", [])],
        "discount_allocations": [
            {"amount": a, "amount_set": bag(a, currency), "discount_application_index": i}
            for i, a in more.pop("off", [])
        ],
    }
    assert not more, f"unknown: {more}"
    return body


def code(text: str, kind: str = "discount_code") -> Json:
    named = {"code": text} if kind == "discount_code" else {"title": text, "description": text}
    return {"type": kind, "value": "10.0", "value_type": "percentage", "target_type": "line_item", **named}


def refund(refund_id: int, order_id: int, *units: tuple[int, int], at: datetime, **more: Any) -> Json:
    return {
        "id": refund_id,
        "order_id": order_id,
        "created_at": at.isoformat(),
        "refund_line_items": [
            {"id": 1, "line_item_id": line_id, "quantity": n, "subtotal": 1.5} for line_id, n in units
        ],
        "order_adjustments": more.pop("adjustments", []),
        "transactions": more.pop("transactions", [{"id": 5, "kind": "refund", "status": "success"}]),
    }


def order(
    order_id: int = 1001, *, lines: list[Json] | None = None, codes: list[Json] | None = None, **more: Any
) -> Json:
    placed: datetime = more.pop("placed", NOW - timedelta(hours=1))
    body: Json = {
        "id": order_id,
        "name": f"#{order_id}",
        "created_at": placed.isoformat(),
        "updated_at": more.pop("updated", placed).isoformat(),
        "currency": "EUR",
        "line_items": lines if lines is not None else [line()],
        "discount_applications": codes or [],
        "discount_codes": [],
        "shipping_lines": [],
        "financial_status": "paid",
        "test": False,
        "taxes_included": False,
        "cancelled_at": None,
        "refunds": [],
        "source_name": "web",
        "customer": {"id": 77},
        "email": None,
    }
    return {**body, **more}


def dumps(body: Json) -> bytes:
    return json.dumps(body).encode()
