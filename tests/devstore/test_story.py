from typing import Any

from devstore.seed import LUMEN


def test_a_shopper_orders_with_a_code_and_the_app_hears_of_it(client: Any, ear: Any) -> None:
    client.control(f"/shops/{LUMEN}/discounts", {"title": "Main", "code": "MARA10", "percent": "10"})
    order = client.control(
        f"/shops/{LUMEN}/orders",
        {"lines": [{"handle": "serum", "quantity": 2}], "codes": ["mara10"], "email": "a@example.com"},
    )
    assert client.control("/webhooks/settle", {})["settled"]
    assert [one.topic for one in ear.heard] == ["discounts/create", "orders/create", "orders/paid"]
    assert ear.heard[1].body["id"] == order["id"]
    assert order["discount_codes"] == [{"code": "MARA10", "amount": "9.60", "type": "percentage"}]
    assert order["total_price"] == "91.35"
