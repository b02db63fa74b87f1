"""The sixteen traps, as their bodies leave the devstore."""

import json
from decimal import Decimal
from typing import Any

import pytest

from devstore.jsonbody import to_json
from devstore.model import Shop
from devstore.payloads.order import order_body
from devstore.payloads.refund import refund_body
from devstore.scenarios import SCENARIOS
from devstore.state import Event, State


class Played:
    """A scenario and the bodies it leads to, as JSON text read back."""

    def __init__(self, state: State, shop: Shop, name: str) -> None:
        self.events: list[Event] = []
        state.listener = self.events.append
        state.app = state.app
        self.made = SCENARIOS[name](state, shop, [])
        self.at = state.shop(self.made["shop"])
        self.row = self.at.orders[self.made["order"]]
        self.text = to_json(order_body(state, self.at, self.row)).decode()
        self.order: dict[str, Any] = json.loads(self.text, parse_float=Decimal)
        self.refund_text = ""
        if self.row.refunds:
            self.refund_text = to_json(refund_body(self.at, self.row, self.row.refunds[0])).decode()
            self.refund: dict[str, Any] = json.loads(self.refund_text, parse_float=Decimal)


@pytest.fixture
def play(state: State, shop: Shop) -> Any:
    return lambda name: Played(state, shop, name)


def test_t01_a_manual_discount_stands_among_the_codes_without_being_one(play: Any) -> None:
    order = play("t01_manual_discount_as_code").order
    assert order["discount_codes"] == [{"code": "SPRING9", "amount": "18.00", "type": "percentage"}]
    (application,) = order["discount_applications"]
    assert (application["type"], application["title"]) == ("manual", "SPRING9")
    assert "code" not in application
    assert order["source_name"] == "shopify_draft_order"


def test_t02_two_applications_are_allocated_line_by_line(play: Any) -> None:
    order = play("t02_several_applications").order
    parts = [[(a["amount"], a["discount_application_index"]) for a in line["discount_allocations"]]
             for line in order["line_items"]]  # fmt: skip
    assert [sorted(one, key=lambda a: a[1]) for one in parts] == [
        [("4.80", 0), ("4.00", 1)], [("3.60", 0)], [("3.60", 0)],
    ]  # fmt: skip
    assert order["total_discounts"] == "16.00"
    assert [one["type"] for one in order["discount_applications"]] == ["discount_code", "automatic"]
    assert [one["code"] for one in order["discount_codes"]] == ["ANNA10"]


def test_t03_a_shipping_refund_is_told_twice_with_opposite_signs(play: Any) -> None:
    refund = play("t03_shipping_refund_twice").refund
    assert [(one["kind"], one["amount"]) for one in refund["order_adjustments"]] == [
        ("shipping_refund", "-7.00")
    ]
    assert refund["refund_shipping_lines"][0]["subtotal_amount_set"]["shop_money"]["amount"] == "7.00"
    assert refund["refund_line_items"] == []
    assert [one["amount"] for one in refund["transactions"]] == ["7.00"]


def test_t04_a_pending_refund_carries_a_discrepancy_that_cancels_its_lines(play: Any) -> None:
    refund = play("t04_refund_discrepancy").refund
    (line,) = refund["refund_line_items"]
    assert (line["quantity"], line["subtotal"], line["total_tax"]) == (2, 90, 9)
    assert [(a["kind"], a["amount"]) for a in refund["order_adjustments"]] == [
        ("refund_discrepancy", "99.00")
    ]
    assert [(t["kind"], t["status"]) for t in refund["transactions"]] == [("refund", "pending")]


def test_t05_subtotals_are_json_numbers_and_whole_ones_have_no_point(play: Any) -> None:
    text = play("t05_numbers_not_strings").refund_text
    assert '"subtotal":24.35,' in text
    assert '"subtotal":24,' in text
    assert '"amount":"24.00"' in text


def test_t06_a_yen_amount_has_no_point_anywhere(play: Any) -> None:
    played = play("t06_zero_decimals")
    assert played.order["line_items"][0]["price"] == "45000"
    assert '"subtotal":40500,' in played.refund_text
    assert played.order["currency"] == "JPY"


def test_t07_transactions_are_in_the_shoppers_currency_only(play: Any) -> None:
    played = play("t07_two_currencies")
    bag = played.order["total_price_set"]
    assert (bag["shop_money"]["amount"], bag["presentment_money"]["amount"]) == ("130.00", "97.50")
    (transaction,) = played.refund["transactions"]
    assert (transaction["amount"], transaction["currency"]) == ("48.75", "USD")


def test_t08_an_unpaid_cancelled_order_stays_pending_and_moves_no_money(play: Any) -> None:
    played = play("t08_cancelled_before_payment")
    assert played.order["cancelled_at"] is not None
    assert (played.order["financial_status"], played.order["total_price"]) == ("pending", "640.00")
    assert (played.order["subtotal_price"], played.order["current_total_price"]) == ("640.00", "0.00")
    assert (played.refund["transactions"], played.refund["refund_line_items"][0]["subtotal"]) == ([], 640)
    assert played.refund["refund_line_items"][0]["restock_type"] == "cancel"


def test_t09_included_tax_is_inside_the_subtotal(play: Any) -> None:
    order = play("t09_taxes_included").order
    assert (order["subtotal_price"], order["total_tax"], order["total_price"]) == (
        "120.00",
        "20.00",
        "120.00",
    )
    assert order["line_items"][0]["tax_lines"][0]["rate"] == Decimal("0.2")


def test_t10_a_gift_card_line_is_neither_taxed_nor_discounted(play: Any) -> None:
    _, card = play("t10_gift_card_sold").order["line_items"]
    assert (card["gift_card"], card["fulfillment_service"], card["taxable"]) == (True, "gift_card", False)
    assert (card["tax_lines"], card["discount_allocations"], card["requires_shipping"]) == ([], [], False)


def test_t11_a_test_order_says_so_and_the_stores_notification_is_signed_by_another(play: Any) -> None:
    played = play("t11_test_bodies")
    assert played.order["test"] is True
    notification = played.events[-1]
    body = json.loads(notification.body)
    assert (body["id"], body["test"], body["confirmed"]) == (820982911946154508, True, False)
    assert body["cancelled_at"] is not None
    assert body["financial_status"] == "voided"
    assert notification.secret is not None


def test_t12_a_tip_is_in_the_total_but_not_in_the_subtotal(play: Any) -> None:
    order = play("t12_tip").order
    assert (order["total_tip_received"], order["subtotal_price"]) == ("5.00", "27.00")
    assert order["total_price"] == "36.95"


def test_t13_lines_and_transaction_may_disagree(play: Any) -> None:
    refund = play("t13_sums_that_do_not_close").refund
    assert refund["refund_line_items"][0]["subtotal"] == 45
    assert refund["transactions"][0]["amount"] == "9.00"
    assert refund["order_adjustments"][0]["amount"] == "36.00"


def test_t14_the_newest_body_comes_first_and_the_oldest_twice(play: Any, state: State, shop: Shop) -> None:
    from devstore.verbs.install import install

    install(state, shop)
    events = play("t14_refund_before_its_order").events
    assert [one.topic for one in events] == [
        "customers/create", "orders/updated", "refunds/create", "orders/paid", "orders/updated", "orders/create", "orders/create",
    ]  # fmt: skip
    versions = [json.loads(one.body)["updated_at"] for one in events if one.topic.startswith("orders")]
    assert versions == sorted(versions, reverse=True)
    assert versions[0] > versions[-1]


def test_t15_people_may_be_missing(play: Any) -> None:
    order = play("t15_missing_people").order
    assert (order["customer"], order["email"], order["shipping_address"]) == (None, None, None)


def test_t16_a_sale_at_the_till_has_no_landing_page(play: Any) -> None:
    order = play("t16_no_landing_page").order
    missing = (
        "landing_site",
        "referring_site",
        "browser_ip",
        "client_details",
        "cart_token",
        "checkout_token",
    )
    assert [order[key] for key in missing] == [None] * 6
    assert order["discount_codes"][0]["code"] == "ANNA10"
