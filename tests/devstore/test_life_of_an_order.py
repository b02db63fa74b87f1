"""What can befall an order at the pretend Shopify: each verb, what it says to the app, and what it refuses."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from devstore.jsonbody import to_json
from devstore.model import Refused, Shop
from devstore.order_model import DiscountRequest, LineRequest, Order, OrderRequest
from devstore.payloads.order import order_body
from devstore.seed import LUMEN
from devstore.state import Event, State
from devstore.totals import Totals
from devstore.verbs.archive_order import archive_order, reopen_order
from devstore.verbs.cancel_order import cancel_order
from devstore.verbs.create_shop import update_shop
from devstore.verbs.dispute_order import move_dispute, open_dispute
from devstore.verbs.edit_order import edit_order
from devstore.verbs.fulfil_order import cancel_fulfillment, fulfil_order
from devstore.verbs.install import install
from devstore.verbs.move_money import fail_payment, pay_order, release_authorization
from devstore.verbs.place_order import place_order
from devstore.verbs.refund_order import fail_refund, refund_order
from devstore.verbs.renew_subscription import renew_subscription
from devstore.verbs.return_order import cancel_return, close_return, open_return, process_return

NOTHING = Decimal(0)


@pytest.fixture
def heard(state: State, shop: Shop) -> Iterator[list[Event]]:
    install(state, shop)
    events: list[Event] = []
    state.listener = events.append
    yield events
    state.listener = None


def place(state: State, shop: Shop, quantity: int = 2, **more: Any) -> Order:
    variant = shop.product_by_handle("serum").variants[0].id
    plan = more.pop("plan", None)
    wanted = LineRequest(variant, quantity, Decimal(50), selling_plan_id=plan)
    return place_order(state, shop, OrderRequest(lines=[wanted], shipping=Decimal(5), **more))


def topics(heard: list[Event]) -> list[str]:
    return [event.topic for event in heard]


def test_an_authorization_is_captured_in_parts_until_the_order_is_paid(state: State, shop: Shop) -> None:
    order = place(state, shop, payment="authorized")
    states = [Totals(order).financial_status]
    for amount in ("40", "65"):
        pay_order(state, shop, order, amount=Decimal(amount))
        states.append(Totals(order).financial_status)
    assert states == ["authorized", "partially_paid", "paid"]
    assert [(t.kind, t.parent_id is None) for t in order.transactions] == [
        ("authorization", True),
        ("capture", False),
        ("capture", False),
    ]


@pytest.mark.parametrize(("expire", "status"), [(False, "voided"), (True, "expired")])
def test_an_authorization_that_is_let_go_cannot_be_captured(
    state: State, shop: Shop, *, expire: bool, status: str
) -> None:
    order = place(state, shop, payment="authorized")
    release_authorization(state, shop, order, expire=expire)
    assert Totals(order).financial_status == status
    with pytest.raises(Refused, match="nothing is authorized"):
        release_authorization(state, shop, order)
    assert pay_order(state, shop, order).transactions[-1].kind == "sale"


def test_a_payment_that_fails_leaves_the_order_unpaid(state: State, shop: Shop) -> None:
    order = place(state, shop, payment="pending")
    fail_payment(state, shop, order)
    assert [t.status for t in order.transactions] == ["failure"]
    assert Totals(order).financial_status == "pending"


def test_a_refund_whose_payment_fails_keeps_its_lines(state: State, shop: Shop) -> None:
    order = place(state, shop)
    refund = refund_order(state, shop, order, lines={order.lines[0].id: 1}, pending=True)
    fail_refund(state, shop, order, refund)
    assert [t.status for t in refund.transactions] == ["failure"]
    assert (order.lines[0].current_quantity, Totals(order).refunded) == (1, NOTHING)
    with pytest.raises(Refused, match="no pending payment"):
        fail_refund(state, shop, order, refund)


def test_an_order_is_sent_in_two_parcels_and_one_is_called_back(
    state: State, shop: Shop, heard: list[Event]
) -> None:
    order = place(state, shop)
    line = order.lines[0].id
    heard.clear()
    first = fulfil_order(state, shop, order, lines={line: 1})
    assert order_body(state, shop, order)["fulfillment_status"] == "partial"
    fulfil_order(state, shop, order)
    body = order_body(state, shop, order)
    assert (body["fulfillment_status"], len(body["fulfillments"])) == ("fulfilled", 2)
    assert topics(heard) == [
        "orders/partially_fulfilled",
        "orders/updated",
        "orders/fulfilled",
        "orders/updated",
    ]
    with pytest.raises(Refused, match="nothing is left"):
        fulfil_order(state, shop, order)
    with pytest.raises(Refused, match="cannot be cancelled"):
        cancel_order(state, shop, order)
    cancel_fulfillment(state, shop, order, first.id)
    assert order_body(state, shop, order)["fulfillment_status"] == "partial"


def test_a_return_changes_nothing_until_it_is_processed_and_then_its_refund_names_it(
    state: State, shop: Shop, heard: list[Event]
) -> None:
    order = place(state, shop)
    line = order.lines[0]
    with pytest.raises(Refused, match="cannot be returned"):
        open_return(state, shop, order, {line.id: 1})
    fulfil_order(state, shop, order)
    back = open_return(state, shop, order, {line.id: 1})
    assert line.current_quantity == 2
    heard.clear()
    refund = process_return(state, shop, order, back)
    close_return(state, shop, order, back)
    assert (line.current_quantity, Totals(order).refunded) == (1, Decimal(50))
    assert topics(heard)[:3] == ["refunds/create", "returns/process", "orders/updated"]
    assert f'"return":{{"id":{back.id}' in heard[0].body.decode().replace(" ", "")
    assert back.refunds == [refund.id]
    with pytest.raises(Refused, match="closed"):
        process_return(state, shop, order, back)


def test_a_return_that_is_called_off_leaves_the_order_as_it_was(state: State, shop: Shop) -> None:
    order = place(state, shop)
    fulfil_order(state, shop, order)
    back = open_return(state, shop, order, {order.lines[0].id: 2})
    with pytest.raises(Refused, match="0 can"):
        open_return(state, shop, order, {order.lines[0].id: 1})
    cancel_return(state, shop, order, back)
    assert open_return(state, shop, order, {order.lines[0].id: 1}).status == "open"


def test_an_exchange_hands_out_a_new_line_and_only_the_difference_moves(state: State, shop: Shop) -> None:
    order = place(state, shop)
    fulfil_order(state, shop, order)
    back = open_return(state, shop, order, {order.lines[0].id: 1})
    swap = LineRequest(shop.product_by_handle("serum").variants[0].id, 1, Decimal(30))
    refund = process_return(state, shop, order, back, exchange=[swap])
    assert [t.shop_amount for t in refund.transactions] == [Decimal(20)]
    assert [line.current_quantity for line in order.lines] == [1, 1]
    assert Totals(order).outstanding == NOTHING


def test_an_edit_may_take_an_amount_off_a_line(state: State, shop: Shop, heard: list[Event]) -> None:
    order = place(state, shop, payment="pending")
    heard.clear()
    edit_order(state, shop, order, discounts={order.lines[0].id: Decimal(10)})
    assert (Totals(order).subtotal, order.discount_applications[0].type) == (Decimal(90), "manual")
    assert topics(heard) == ["orders/edited", "orders/updated"]
    with pytest.raises(Refused, match="90"):
        edit_order(state, shop, order, discounts={order.lines[0].id: Decimal(91)})


def test_an_archived_order_is_reopened_but_a_cancelled_one_stays_cancelled(state: State, shop: Shop) -> None:
    order = place(state, shop)
    archive_order(state, shop, order)
    with pytest.raises(Refused, match="archived already"):
        archive_order(state, shop, order)
    assert reopen_order(state, shop, order).closed_at is None
    cancel_order(state, shop, order)
    assert reopen_order(state, shop, order).cancelled_at is not None


def test_a_dispute_is_told_to_who_subscribed_and_never_changes_the_order(
    state: State, shop: Shop, heard: list[Event]
) -> None:
    order = place(state, shop)
    before = order.updated_at
    heard.clear()
    dispute = open_dispute(state, shop, order, type="inquiry", amount=Decimal(30))
    move_dispute(state, shop, order, dispute, "chargeback")
    move_dispute(state, shop, order, dispute, "under_review")
    move_dispute(state, shop, order, dispute, "lost")
    assert topics(heard) == ["disputes/create", "disputes/update", "disputes/update", "disputes/update"]
    assert (dispute.type, dispute.amount, order.updated_at) == ("chargeback", Decimal(30), before)
    assert dispute.finalized_on is not None
    with pytest.raises(Refused, match="lost already"):
        move_dispute(state, shop, order, dispute, "won")
    with pytest.raises(Refused, match="cannot be disputed"):
        open_dispute(state, shop, order, amount=Decimal(1000))


def test_a_renewal_has_no_code_and_no_visit(state: State, shop: Shop) -> None:
    code = DiscountRequest("discount_code", "ANNA10", Decimal(10))
    first = place(state, shop, plan=77, email="jane@example.com", discounts=[code])
    renewal = renew_subscription(state, shop, first)
    assert (renewal.source_name, renewal.discount_applications) == ("subscription_contract_checkout_one", [])
    assert (renewal.customer_id, renewal.lines[0].selling_plan_id) == (first.customer_id, 77)
    with pytest.raises(Refused, match="no subscription"):
        renew_subscription(state, shop, place(state, shop))


def test_orders_keep_their_currency_when_the_shop_changes_its_own(state: State, shop: Shop) -> None:
    old = place(state, shop, payment="pending")
    update_shop(state, shop, currency="JPY")
    new = place(state, shop)
    edit_order(state, shop, old, add=[LineRequest(old.lines[0].variant_id, 1, Decimal("1.25"))])
    assert (old.currency, new.currency) == ("EUR", "JPY")
    assert Totals(old).price == Decimal("106.25")


def test_a_sale_at_the_till_says_where_it_was(state: State, shop: Shop) -> None:
    body = order_body(state, shop, place(state, shop, source_name="pos"))
    assert (body["location_id"], body["app_id"]) == (shop.location_id, 129785)
    assert to_json(body)


@pytest.mark.parametrize(
    ("path", "given", "word"),
    [
        ("disputes", {"type": "complaint"}, "complaint"),
        ("disputes/7", {"status": "lost"}, "7"),
        ("returns", {"lines": {}}, "lines"),
        ("returns/7/process", {}, "7"),
        ("fulfil", {"lines": {"1": 1}}, "0 can"),
        ("fulfillments/7/cancel", {}, "7"),
        ("reopen", {}, "not archived"),
        ("void", {}, "nothing is authorized"),
        ("fail_payment", {}, "nothing is owed"),
        ("renew", {}, "no subscription"),
        ("refunds/7/fail", {}, "7"),
    ],
)
def test_a_control_call_that_cannot_be_says_why(client: Any, path: str, given: Any, word: str) -> None:
    order = client.control(f"/shops/{LUMEN}/orders", {"lines": [{"handle": "serum"}]})
    answer = client.control(f"/shops/{LUMEN}/orders/{order['id']}/{path}", given)
    assert answer["status"] in {404, 422}
    assert word in answer["error"]


def test_graphql_shows_parcels_disputes_and_the_plan(client: Any) -> None:
    root = f"/shops/{LUMEN}/orders"
    order = client.control(root, {"lines": [{"handle": "serum", "selling_plan_id": 77}]})
    client.control(f"{root}/{order['id']}/fulfil", {})
    client.control(f"{root}/{order['id']}/disputes", {})
    told = client.ask(
        """query($id: ID!) { order(id: $id) { displayFulfillmentStatus fulfillments(first: 5) { status createdAt }
        disputes { status initiatedAs } lineItems(first: 1) { nodes { sellingPlan { sellingPlanId } } } } }""",
        id=f"gid://shopify/Order/{order['id']}",
    )["order"]
    assert told["displayFulfillmentStatus"] == "FULFILLED"
    assert [one["status"] for one in told["fulfillments"]] == ["SUCCESS"]
    assert told["disputes"] == [{"status": "NEEDS_RESPONSE", "initiatedAs": "CHARGEBACK"}]
    assert told["lineItems"]["nodes"][0]["sellingPlan"]["sellingPlanId"].endswith("/77")
