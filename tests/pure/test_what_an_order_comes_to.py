"""What an order costs with its edits, what of it a dispute takes, what shipping still stands: at their borders."""

from datetime import UTC, datetime

import msgspec
import pytest

from app.orders.model import DisputeFacts, DisputeState, FinancialStatus, Line, OrderFacts, RefundFacts
from app.orders.net_sales import due_minor, lost_share, shipping_base
from app.shopify.payloads import is_renewal

AT = datetime(2026, 11, 1, tzinfo=UTC)
LINE = Line(1, "Serum", 11, 21, 3, 3, 5000, 0, 0, gift_card=False)


def order(**more: object) -> OrderFacts:
    facts = OrderFacts(
        id=7, name="#7", placed_at=AT, updated_at=AT, currency="EUR", taxes_included=True, test=False,
        cancelled_at=None, financial_status=FinancialStatus.PAID, lines=(LINE,), discounts=(), total_minor=15000,
    )  # fmt: skip
    return msgspec.structs.replace(facts, **more)


def refund(units: int = 0, shipping: int | None = None) -> RefundFacts:
    return RefundFacts(1, 7, AT, ((1, units),) if units else (), needs_reread=False, shipping_minor=shipping)


def dispute(
    status: str, amount: int | None = None, currency: str | None = "EUR", number: int = 1
) -> DisputeFacts:
    return DisputeFacts(number, 7, "chargeback", status, AT, amount, currency if amount is not None else None)


@pytest.mark.parametrize(
    ("facts", "refunds", "due"),
    [
        (order(), [], 15000),
        (order(total_minor=None), [], None),
        (order(total_minor=10000), [refund(1)], 15000),
        (order(total_minor=0), [refund(3)], 15000),
        (order(total_minor=10000), [], 10000),
        (order(total_minor=5700, shipping_minor=700), [refund(2, 0)], 15700),
        (order(total_minor=15000, shipping_minor=700), [refund(0, 700)], 15700),
        (
            order(total_minor=15000, shipping_minor=700, shipping_tax_minor=70, taxes_included=False),
            [refund(0, 700)],
            15770,
        ),
    ],
)
def test_what_is_due_is_what_stands_and_what_came_back(
    facts: OrderFacts, refunds: list[RefundFacts], due: int | None
) -> None:
    assert due_minor(facts, refunds) == due


@pytest.mark.parametrize(
    ("facts", "refunds", "base"),
    [
        (order(shipping_minor=605, shipping_tax_minor=105), [], (500, 500)),
        (order(shipping_minor=605, shipping_tax_minor=105), [refund(0, 605)], (500, 0)),
        (order(shipping_minor=605, shipping_tax_minor=105), [refund(0, 121)], (500, 400)),
        (order(shipping_minor=605, shipping_tax_minor=105), [refund(3, None)], (500, 500)),
        (
            order(shipping_minor=605, shipping_tax_minor=105, taxes_included=False),
            [refund(0, 121)],
            (605, 484),
        ),
        (order(shipping_minor=605, cancelled_at=AT), [], (605, 0)),
        (order(shipping_minor=0), [], (0, 0)),
        (order(shipping_minor=1), [refund(0, 9)], (1, 0)),
    ],
)
def test_shipping_falls_with_shipping_lines_only(
    facts: OrderFacts, refunds: list[RefundFacts], base: tuple[int, int]
) -> None:
    assert shipping_base(facts, refunds) == base


@pytest.mark.parametrize(
    ("disputes", "share"),
    [
        ([], None),
        ([dispute("needs_response", 15000)], None),
        ([dispute("won", 15000)], None),
        ([dispute("prevented", 15000)], None),
        ([dispute("lost", 15000)], (15000, 15000)),
        ([dispute("lost", 99999)], (15000, 15000)),
        ([dispute("accepted", 5000)], (5000, 15000)),
        ([dispute("lost", 1)], (1, 15000)),
        ([dispute("lost")], (1, 1)),
        ([dispute("lost", 5000, "GBP")], (1, 1)),
        ([dispute("lost", 5000), dispute("lost", 2500, number=2)], (7500, 15000)),
        ([dispute("lost", 9000), dispute("lost", 9000, number=2)], (15000, 15000)),
    ],
)
def test_a_lost_dispute_takes_its_share_and_never_more_than_all(
    disputes: list[DisputeFacts], share: tuple[int, int] | None
) -> None:
    assert lost_share(order(), disputes) == share


def test_a_dispute_in_the_shoppers_currency_is_measured_by_the_total_in_it() -> None:
    facts = order(shown_currency="JPY", shown_total_minor=24000)
    assert lost_share(facts, [dispute("lost", 6000, "JPY")]) == (6000, 24000)
    both = [dispute("lost", 6000, "JPY"), dispute("lost", 3750, number=2)]
    assert lost_share(facts, both) == (60000, 120000)


def test_what_is_left_after_refunds_is_what_a_dispute_can_take() -> None:
    assert lost_share(order(total_minor=5000), [dispute("lost", 5000)]) == (5000, 5000)
    assert lost_share(order(total_minor=0), [dispute("lost", 5000)]) == (1, 1)


def test_a_status_that_nobody_knows_yet_holds_like_an_open_dispute() -> None:
    assert dispute("escalated_to_the_moon", 1).state is DisputeState.OPEN


def test_a_chargeback_comes_after_its_inquiry_and_a_decision_after_both() -> None:
    inquiry = DisputeFacts(1, 7, "inquiry", "lost", AT)
    told = [
        inquiry,
        *(DisputeFacts(1, 7, "chargeback", s, AT) for s in ("needs_response", "under_review", "lost")),
    ]
    packed = [word.packed() for word in told]
    assert packed == sorted(packed)
    assert len(set(packed)) == len(told)


@pytest.mark.parametrize(
    ("source", "on_a_plan", "renewal"),
    [
        ("web", True, False),
        ("subscription_contract", False, True),
        ("subscription_contract_checkout_one", True, True),
        ("294517", True, True),
        ("294517", False, False),
        ("pos", True, False),
        (None, True, False),
    ],
)
def test_a_renewal_is_known_by_its_source_or_by_an_app_that_bills_a_plan(
    source: str | None, *, on_a_plan: bool, renewal: bool
) -> None:
    assert is_renewal(source, on_a_plan=on_a_plan) is renewal
