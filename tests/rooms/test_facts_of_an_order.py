"""What is told of an order beside its lines: payment in parts, disputes, sending, shipping. In any order of arrival."""

import itertools
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from app.campaigns.model import HoldFrom
from app.flows.explain import explain
from app.flows.order_to_ledger import REREAD_TOPIC
from app.kernel.ids import ShopId
from app.kernel.period import Period
from app.reports import orders as reports
from app.reports import store as figures
from app.reports.model import Filters
from app.wiring import Wiring
from tests.bodies import Json, bag, code, line, order, refund
from tests.conftest import NOW
from tests.world import PERCENT_12, World

MARA = [code("MARA10")]
ALREADY = NOW - timedelta(hours=1)


@pytest.fixture
def world(wiring: Wiring) -> World:
    made = World(wiring)
    made.creator("mara", "MARA10")
    return made


def sale(updated: Any = ALREADY, *, price: str = "100.00", currency: str = "EUR", **more: Any) -> Json:
    lines = more.pop("lines", None) or [line(1, price, currency=currency, off=[(0, "0")])]
    return order(1, lines=lines, codes=MARA, updated=updated, placed=ALREADY, currency=currency, **more)


def answer(
    paid: str, *, total: str = "100.00", currency: str = "EUR", updated: Any = ALREADY, **more: Any
) -> Json:
    """What GraphQL says of the same order."""

    def money(amount: str) -> Json:
        return {"shopMoney": {"amount": amount, "currencyCode": currency}}

    taken = {"allocatedAmountSet": money("0"), "discountApplication": {"index": 0}}
    return {
        "id": "gid://shopify/Order/1", "name": "#1", "createdAt": ALREADY.isoformat(), "updatedAt": updated.isoformat(),
        "cancelledAt": None, "test": False, "currencyCode": currency, "taxesIncluded": False, "sourceName": "web",
        "displayFinancialStatus": "PARTIALLY_PAID", "totalPriceSet": money(total), "currentTotalPriceSet": money(total),
        "discountApplications": {"nodes": [{"__typename": "DiscountCodeApplication", "index": 0, "code": "MARA10"}]},
        "lineItems": {"nodes": [{
            "id": "gid://shopify/LineItem/1", "title": "Product 1", "quantity": 1, "currentQuantity": 1,
            "isGiftCard": False, "originalUnitPriceSet": money(total), "discountAllocations": [taken],
        }]},
        "transactions": [
            {"kind": "SALE", "status": "SUCCESS", "processedAt": ALREADY.isoformat(), "amountSet": money(paid)},
            {"kind": "SALE", "status": "FAILURE", "processedAt": ALREADY.isoformat(), "amountSet": money("999")},
        ],
    } | more  # fmt: skip


def dispute(status: str, minutes: int, amount: str | None = "100.00", **more: Any) -> tuple[str, Json, Any]:
    body = {
        "id": 5,
        "order_id": 1,
        "type": "chargeback",
        "amount": amount,
        "currency": "EUR",
        "status": status,
    }
    topic = "disputes/create" if status == "needs_response" else "disputes/update"
    return topic, body | more, NOW + timedelta(minutes=minutes)


def stands(world: World, currency: str = "EUR") -> int:
    """Pending and payable together, in minor units."""
    with world.wiring.shop_session(world.shop_id) as session:
        return int(
            session.execute(
                text(
                    "select coalesce(sum(credit_minor - debit_minor), 0) from balances "
                    "where account in ('pending', 'payable') and currency = :c"
                ),
                {"c": currency},
            ).scalar_one()
        )


def status(world: World) -> str:
    with world.wiring.shop_session(world.shop_id) as session:
        listed, _ = reports.listed(session, reports.OrderFilters(), now=world.wiring.clock.now())
        told = explain(session, "1", world.wiring.clock.now())["status"]
    assert [row.status for row in listed] == [told]
    return str(told)


@pytest.mark.parametrize(
    ("currency", "total", "paid", "earned"),
    [
        ("EUR", "100.00", "0.00", 0),
        ("EUR", "100.00", "0.01", 0),
        ("EUR", "100.00", "0.05", 1),
        ("EUR", "100.00", "50.00", 600),
        ("EUR", "100.00", "99.99", 1200),
        ("EUR", "100.00", "250.00", 1200),
        ("EUR", "0.09", "0.05", 1),
        ("JPY", "10000", "1", 0),
        ("JPY", "10000", "3333", 400),
        ("JPY", "1", "1", 0),
        ("KWD", "10.000", "0.001", 0),
        ("KWD", "10.000", "5.001", 600),
        ("KWD", "0.009", "0.009", 1),
    ],
)
def test_a_part_of_the_payment_earns_that_part(
    wiring: Wiring, currency: str, total: str, paid: str, earned: int
) -> None:
    world = World(wiring, currency=currency)
    world.creator("mara", "MARA10")
    world.deliver("orders/create", sale(price=total, currency=currency, financial_status="partially_paid"))
    world.work()
    assert stands(world, currency) == 0
    told = answer(paid, total=total, currency=currency)
    world.deliver(REREAD_TOPIC, told, source="reread")
    world.work()
    assert stands(world, currency) == earned
    assert status(world) == ("pending" if earned else "awaiting_payment")


def test_what_graphql_said_of_the_payment_outlives_the_next_webhook(world: World) -> None:
    world.deliver(REREAD_TOPIC, answer("25.00"), source="reread")
    total: Json = {"current_total_price_set": bag("100.00", "EUR")}
    world.deliver("orders/updated", sale(NOW, financial_status="partially_paid", **total))
    world.work()
    assert stands(world) == 300
    world.deliver("orders/updated", sale(NOW + timedelta(seconds=1), financial_status="paid", **total))
    world.work()
    assert stands(world) == 1200


def test_a_cancelled_order_that_is_open_again_earns_again(world: World) -> None:
    for minutes, cancelled, earned in ((0, None, 1200), (1, NOW.isoformat(), 0), (2, None, 1200)):
        world.deliver("orders/updated", sale(NOW + timedelta(minutes=minutes), cancelled_at=cancelled))
        world.work()
        assert stands(world) == earned
    assert status(world) == "pending"


def test_disputes_end_the_same_whatever_arrives_first(world: World) -> None:
    life = [
        ("orders/create", sale(current_total_price_set=bag("100.00", "EUR")), NOW),
        dispute("needs_response", 1, "30.00"),
        dispute("under_review", 2, "30.00"),
        dispute("lost", 3, "30.00"),
    ]
    histories = list(itertools.permutations(life))
    for place in range(len(life)):
        for number, history in enumerate(histories):
            topic, body, triggered = history[place]
            named = {"id": 100 + number} if topic == "orders/create" else {"id": 5, "order_id": 100 + number}
            world.deliver(topic, body | named, triggered=triggered)
        world.work()
    assert stands(world) == 840 * len(histories)


def test_a_dispute_may_come_before_its_order_and_holds_it_from_the_start(world: World) -> None:
    topic, body, triggered = dispute("needs_response", 1)
    world.deliver(topic, body, triggered=triggered)
    world.work()
    assert world.inbox() == [("done", None)]
    world.deliver("orders/create", sale())
    world.work()
    assert (stands(world), status(world)) == (1200, "flagged")
    world.move_clock(days=31)
    world.work()
    assert ("mara", "payable") not in world.balances()


def test_a_summary_without_an_amount_does_not_erase_the_amount(world: World) -> None:
    world.deliver("orders/create", sale(current_total_price_set=bag("100.00", "EUR")))
    topic, body, triggered = dispute("needs_response", 1, "25.00")
    world.deliver(topic, body, triggered=triggered)
    summary = [{"id": "gid://shopify/OrderDisputeSummary/5", "initiatedAs": "CHARGEBACK", "status": "LOST"}]
    told = answer("100.00", disputes=summary, displayFinancialStatus="PAID")
    world.deliver(REREAD_TOPIC, told, source="reread", triggered=NOW + timedelta(minutes=9))
    world.work()
    assert stands(world) == 900


def test_a_dispute_about_no_order_is_ignored_and_an_unreadable_one_is_parked(world: World) -> None:
    topic, body, triggered = dispute("needs_response", 1, order_id=None)
    world.deliver(topic, body, triggered=triggered)
    world.deliver(topic, b'{"id": "five"}')
    world.work()
    assert [(state, bool(reason)) for state, reason in world.inbox()] == [("ignored", True), ("parked", True)]


def test_a_lost_dispute_of_everything_reverses_in_the_list_as_in_the_record(world: World) -> None:
    world.deliver("orders/create", sale(current_total_price_set=bag("100.00", "EUR")))
    topic, body, triggered = dispute("lost", 1)
    world.deliver(topic, body, triggered=triggered)
    world.work()
    assert (stands(world), status(world)) == (0, "reversed")


def test_the_hold_counts_from_sending_where_the_offer_says_so(world: World) -> None:
    world.offer([PERCENT_12], ALREADY - timedelta(days=1), hold_from=HoldFrom.FULFILLED)
    world.deliver("orders/create", sale())
    world.work()
    world.move_clock(days=40)
    world.work()
    assert world.balances()["mara", "pending"] == 1200
    sent = NOW + timedelta(days=20)
    parcels = [
        {"created_at": (sent - timedelta(days=9)).isoformat(), "status": "success"},
        {"created_at": sent.isoformat(), "status": "success"},
        {"created_at": (sent + timedelta(days=9)).isoformat(), "status": "cancelled"},
    ]
    world.deliver("orders/updated", sale(sent, fulfillments=parcels, fulfillment_status="fulfilled"))
    world.work()
    world.move_clock(days=10)
    world.work()
    assert world.balances()["mara", "payable"] == 1200


def test_a_line_added_after_everything_was_sent_does_not_start_the_hold_again(world: World) -> None:
    parcel = [{"created_at": NOW.isoformat(), "status": "success"}]
    world.deliver("orders/updated", sale(NOW, fulfillments=parcel, fulfillment_status="fulfilled"))
    world.deliver(
        "orders/updated", sale(NOW + timedelta(days=1), fulfillments=parcel, fulfillment_status="partial")
    )
    world.work()
    with world.wiring.shop_session(world.shop_id) as session:
        assert session.execute(text("select fulfilled_at from orders")).scalar_one() == NOW


@pytest.mark.parametrize("alone_first", [True, False])
def test_the_shipping_of_a_refund_is_known_whichever_body_comes_first(
    world: World, *, alone_first: bool
) -> None:
    embedded = refund(9, 1, at=NOW)
    back = [{"subtotal_amount_set": bag("7.00", "EUR")}]
    bodies = [
        ("refunds/create", embedded | {"refund_shipping_lines": back}),
        ("orders/updated", sale(NOW, refunds=[embedded])),
    ]
    for topic, body in bodies if alone_first else bodies[::-1]:
        world.deliver(topic, body)
        world.work()
    with world.wiring.shop_session(world.shop_id) as session:
        assert session.execute(text("select shipping_minor from refunds")).scalar_one() == 700
    assert stands(world) == 1200


def test_reports_keep_currencies_apart_when_the_shop_changes_its_own(world: World) -> None:
    world.deliver("orders/create", sale())
    world.work()
    changed = {"name": "Shop", "currency": "USD", "iana_timezone": "Europe/Amsterdam"}
    world.deliver("shop/update", changed)
    later = order(2, lines=[line(1, "50.00", currency="USD", off=[(0, "0")])], codes=MARA, currency="USD")
    world.deliver("orders/create", later)
    world.work()
    assert world.context.currency == "USD"
    period = Period(ALREADY.date(), NOW.date())
    with world.wiring.shop_session(ShopId(world.shop_id)) as session:
        found = figures.by_currency(session, Filters(period, "USD"), period)
    sums = {c: sum(t.commission_minor for t in days.values()) for c, days in found.items()}
    assert sums == {"EUR": 1200, "USD": 600}
