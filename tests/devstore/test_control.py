"""The control API: what tests and the demo steer with."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from devstore import seed
from devstore.clock import Clock, parse_instant
from devstore.model import Shop
from devstore.payloads.order import order_body
from devstore.seed import DUNE, KAZE, LUMEN
from devstore.state import State
from devstore.totals import Totals
from devstore.verbs.carts import checkout, codes_that_apply, set_cart, set_cart_line, start_cart
from devstore.verbs.discounts import create_discount


def test_a_page_of_another_origin_may_not_steer(client: Any) -> None:
    url = f"{client.at.url}/_control/state"
    answer = requests.get(url, headers={"Origin": "https://evil.example"}, timeout=9)
    assert answer.json()["code"] == "FORBIDDEN"
    assert requests.get(url, headers={"Origin": client.at.url}, timeout=9).status_code == 200


@pytest.mark.parametrize(
    ("path", "body", "word"),
    [
        (f"/shops/{LUMEN}/orders", {"lines": [{"handle": "serum"}], "colour": 1}, "colour"),
        (f"/shops/{LUMEN}/orders", {}, "lines"),
        (f"/shops/{LUMEN}/orders", {"lines": [{"handle": "nothing"}]}, "nothing"),
        (f"/shops/{LUMEN}/orders", {"lines": [{"handle": "serum"}], "codes": ["GHOST"]}, "GHOST"),
        (f"/shops/{LUMEN}/orders", {"lines": [{"handle": "serum"}], "tip": "much"}, "much"),
        (f"/shops/{LUMEN}/orders", {"lines": [{"handle": "serum"}], "payment": "owed"}, "owed"),
        (f"/shops/{LUMEN}/orders/7/pay", {}, "7"),
        ("/shops/nowhere.myshopify.com/orders", {"lines": []}, "nowhere"),
        ("/shops", {"domain": LUMEN, "currency": "EUR", "timezone": "UTC"}, "exists"),
        ("/webhooks", {"explode": True}, "explode"),
        ("/webhooks", {"paused": "yes"}, "paused"),
        ("/clock", {"set": "2026-11-22T12:00:00"}, "time zone"),
        ("/scenarios/t99", {}, "t99"),
    ],
)
def test_a_mistake_is_answered_with_the_word_that_is_wrong(
    client: Any, path: str, body: Any, word: str
) -> None:
    answer = client.control(path, body)
    assert answer["status"] in {404, 422}
    assert word in answer["error"]


def test_time_is_set_moved_and_told_to_the_app(tmp_path: Path) -> None:
    clock = Clock(stands_at=parse_instant("2026-11-22T12:00:00Z"), file=tmp_path / "clock")
    clock.move(timedelta(days=29))
    assert (tmp_path / "clock").read_text() == "2026-12-21T12:00:00Z\n"
    clock.set(parse_instant("2026-11-01T01:00:00+01:00"))
    assert (tmp_path / "clock").read_text() == "2026-11-01T00:00:00Z\n"


def test_an_order_may_lie_in_the_past_in_the_shops_zone(client: Any) -> None:
    body = {"lines": [{"handle": "serum"}], "placed_at": "2026-10-24T22:30:00Z"}
    assert client.control(f"/shops/{LUMEN}/orders", body)["created_at"] == "2026-10-25T00:30:00+02:00"


def test_three_shops_have_three_currencies(client: Any) -> None:
    prices = {
        domain: client.control(f"/shops/{domain}/orders", {"lines": [{"handle": "serum"}]})["subtotal_price"]
        for domain in (LUMEN, KAZE, DUNE)
    }
    assert prices == {LUMEN: "48.00", KAZE: "4500", DUNE: "14.500"}


def test_part_payments_edits_refunds_and_cancellation_reach_the_right_status(client: Any) -> None:
    root = f"/shops/{LUMEN}/orders"
    lines = [{"handle": "serum", "quantity": 2}]
    order = client.control(
        root, {"lines": lines, "payment": "partially_paid", "paid_amount": "20", "shipping": "0"}
    )
    at, line = f"{root}/{order['id']}", str(order["line_items"][0]["id"])
    assert (order["financial_status"], order["total_outstanding"]) == ("partially_paid", "76.00")
    assert client.control(f"{at}/pay", {})["financial_status"] == "paid"
    edited = client.control(f"{at}/edit", {"set_quantity": {line: 3}})
    assert (edited["financial_status"], edited["total_outstanding"]) == ("partially_paid", "48.00")
    client.control(f"{at}/pay", {})
    client.control(f"{at}/refund", {"lines": {line: 1}})
    assert client.control(at, method="GET")["financial_status"] == "partially_refunded"
    assert client.control(f"{at}/refund", {"lines": {line: 3}})["status"] == 422
    cancelled = client.control(f"{at}/cancel", {"reason": "fraud"})
    assert (cancelled["financial_status"], cancelled["cancel_reason"]) == ("refunded", "fraud")
    assert cancelled["current_total_price"] == "0.00"
    assert client.control(f"{at}/cancel", {})["status"] == 422


def test_an_authorization_is_captured_or_voided(client: Any) -> None:
    root = f"/shops/{LUMEN}/orders"
    held = [client.control(root, {"lines": [{"handle": "serum"}], "payment": "authorized"}) for _ in range(2)]
    assert held[0]["financial_status"] == "authorized"
    assert client.control(f"{root}/{held[0]['id']}/pay", {})["financial_status"] == "paid"
    assert client.control(f"{root}/{held[1]['id']}/cancel", {})["financial_status"] == "voided"


def test_a_pending_refund_settles(client: Any) -> None:
    made = client.control("/scenarios/t04_refund_discrepancy", {})
    at = f"/shops/{LUMEN}/orders/{made['order']}/refunds/{made['refund']}/settle"
    refund = client.control(at, {})
    assert refund["order_adjustments"] == []
    assert refund["transactions"][0]["status"] == "success"


def test_reset_forgets_and_begins_again(client: Any) -> None:
    client.control(f"/shops/{LUMEN}/orders", {"lines": [{"handle": "serum"}]})
    client.control("/reset", {})
    assert client.control(f"/shops/{LUMEN}", method="GET")["orders"] == 0
    assert client.control("/reset", {"shops": "none"})["shops"] == []


def test_a_cart_becomes_an_order_with_its_attributes_and_its_code(state: State, shop: Shop) -> None:
    create_discount(state, shop, title="Main", value=shop.tax_rate * 100, code="MARA21")
    cart = start_cart(state, shop, landing_site="/products/serum?ref=mara")
    set_cart_line(state, shop, cart, shop.product_by_handle("serum").variants[0].id, 2)
    set_cart(state, shop, cart, attributes={"_tribute": "v1"}, discount_codes=["mara21", "GHOST"])
    kept, refused = codes_that_apply(state, shop, cart)
    assert (kept, list(refused)) == (["MARA21"], ["GHOST"])
    order = checkout(state, shop, cart, email="jo@example.com")
    assert order.note_attributes == {"_tribute": "v1"}
    assert order.visit.cart_token == cart.token
    assert cart.token not in shop.carts
    body = order_body(state, shop, order)
    assert (body["landing_site_ref"], body["discount_codes"][0]["code"]) == ("mara", "MARA21")


def test_a_made_up_year_is_the_same_each_time_and_ends_now(state: State, shop: Shop) -> None:
    def year() -> tuple[dict[str, int], list[str]]:
        fresh = State()
        seed.demo_shops(fresh)
        lumen = fresh.shop(LUMEN)
        for code in ("MARA10", "LINA10"):
            create_discount(fresh, lumen, title=code, value=shop.tax_rate * 100, code=code)
        tally = seed.year_of_orders(fresh, lumen, codes={"MARA10": 3, "LINA10": 1}, orders=300)
        rows = [f"{o.created_at} {Totals(o).current_price}" for o in lumen.orders.values()]
        used = {c.code: c.uses for d in lumen.discounts.values() for c in d.codes}
        assert used["MARA10"] > used["LINA10"] > 0
        assert used[seed.MERCHANTS_OWN] > 0
        assert max(o.updated_at for o in lumen.orders.values()) <= fresh.now
        return tally, rows

    tally, rows = year()
    assert (tally, rows) == year()
    assert set(tally) >= {"orders", "with_code", "without_code", "refund"}
    assert len({row[:10] for row in rows}) > 150


def test_seeding_can_deliver_its_webhooks(client: Any, ear: Any) -> None:
    tally = client.control(f"/shops/{LUMEN}/seed", {"codes": {}, "orders": 20, "days": 30, "deliver": True})
    assert client.control("/webhooks/settle", {})["settled"]
    assert len(ear.of("orders/create")) == tally["orders"]
