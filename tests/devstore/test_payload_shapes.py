"""The devstore's bodies have the keys and types of real ones (shapes.json, from tools/derive_shapes.py)."""

import importlib.util
import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from devstore.jsonbody import to_json
from devstore.model import Shop
from devstore.payloads.order import order_body
from devstore.payloads.refund import refund_body
from devstore.scenarios import SCENARIOS
from devstore.state import State

HERE = Path(__file__).parent
TABLE: dict[str, dict[str, Any]] = json.loads((HERE / "shapes.json").read_text())
TYPES = {bool: "boolean", int: "integer", Decimal: "number", str: "string", list: "array", dict: "object"}

# The samples show these only empty, or only filled; Shopify's own field descriptions say that both occur.
LINE = {"vendor": "string", "variant_title": "null", "variant_inventory_management": "null"}
ALSO = {
    "order.line_items[]": LINE,
    "order.refunds[]": {"note": "null"},
    "order.refunds[].refund_line_items[].line_item": LINE,
    "refund.refund_line_items[].line_item": LINE,
    "order": {"closed_at": "string", "customer": "null", "email": "null", "contact_email": "null", "phone": "null",
              "billing_address": "null", "shipping_address": "null", "note": "string", "confirmation_number": "string",
              "location_id": "integer", "fulfillment_status": "string"},
    "order.client_details": {"user_agent": "string"},
    "order.customer": {"email": "null", "first_name": "null", "last_name": "null", "default_address": "null"},
    "order.customer.default_address": {"province": "null", "province_code": "null", "phone": "null"},
    "address": {"province": "null", "province_code": "null", "phone": "null"},
    "tax_line": {"rate": "integer"},
}  # fmt: skip


def placer() -> Any:
    found = importlib.util.spec_from_file_location(
        "derive_shapes", HERE.parents[1] / "tools/derive_shapes.py"
    )
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module.place


PLACE = placer()


def faults(path: str, body: dict[str, Any]) -> Iterator[str]:
    entry = TABLE[path]
    for key in entry["required"]:
        if key not in body:
            yield f"{path}.{key} is missing"
    for key, value in body.items():
        if key not in entry["keys"]:
            yield f"{path}.{key} is no key of a real body"
            continue
        kind = TYPES.get(type(value), "null")
        allowed = {*entry["keys"][key].split("|"), ALSO.get(path, {}).get(key)}
        if kind not in allowed and not (kind == "integer" and "number" in allowed):
            yield f"{path}.{key} is {kind}, not {sorted(map(str, allowed))}"
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, dict):
                yield from faults(PLACE(path, key, listed=isinstance(value, list)), child)


def as_sent(body: dict[str, Any]) -> Any:
    return json.loads(to_json(body), parse_float=Decimal)


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_body_of_every_trap_has_the_shape_of_a_real_one(state: State, shop: Shop, name: str) -> None:
    SCENARIOS[name](state, shop, [])
    for one in state.shops.values():
        for order in one.orders.values():
            assert list(faults("order", as_sent(order_body(state, one, order)))) == []
            for refund in order.refunds:
                assert list(faults("refund", as_sent(refund_body(one, order, refund)))) == []


def test_a_body_without_approval_for_protected_data_keeps_its_keys(state: State, shop: Shop) -> None:
    SCENARIOS["t09_taxes_included"](state, shop, [])
    state.switches.protected_data = False
    (order,) = shop.orders.values()
    body = as_sent(order_body(state, shop, order))
    assert list(faults("order", body)) == []
    assert "jane.doe@example.com" not in to_json(body).decode()
    assert body["customer"]["id"] == order.customer_id


def test_the_table_has_what_came_after_the_samples() -> None:
    assert "checkout_id" not in TABLE["order"]["keys"]
    assert TABLE["order.line_items[]"]["keys"]["selling_plan_id"] == "integer|null"


def test_the_check_itself_finds_a_wrong_key_and_a_wrong_type(state: State, shop: Shop) -> None:
    SCENARIOS["t09_taxes_included"](state, shop, [])
    (order,) = shop.orders.values()
    body = as_sent(order_body(state, shop, order)) | {"checkout_id": 1, "total_price": Decimal("1.5")}
    del body["token"]
    assert sorted(faults("order", body)) == [
        "order.checkout_id is no key of a real body",
        "order.token is missing",
        "order.total_price is number, not ['None', 'string']",
    ]
