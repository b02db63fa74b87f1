"""Exactness: parts add up to wholes in every currency, and nobody gets back more than was paid."""

from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from devstore.money import exponent, portion, split, unit
from devstore.order_model import DiscountRequest, LineRequest, Order, OrderRequest
from devstore.state import State
from devstore.totals import Totals
from devstore.verbs.cancel_order import cancel_order
from devstore.verbs.create_shop import add_product, create_shop
from devstore.verbs.edit_order import edit_order
from devstore.verbs.place_order import place_order
from devstore.verbs.refund_order import refund_order, worth_of

CURRENCIES = st.sampled_from(["EUR", "USD", "JPY", "KWD", "VND"])
NOTHING = Decimal(0)
# A loaded machine is no reason to fail: these are about sums, not about speed.
CALM = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def amounts(currency: str, least: int = 0) -> st.SearchStrategy[Decimal]:
    return st.integers(least, 200_000).map(lambda minor: Decimal(minor).scaleb(-exponent(currency)))


@st.composite
def orders(draw: Any) -> tuple[State, Any, Order]:
    currency = draw(CURRENCIES)
    state = State()
    shop = create_shop(
        state, "t.myshopify.com", name="T", currency=currency, timezone="UTC", country="NL",
        taxes_included=draw(st.booleans()), tax_rate=draw(st.sampled_from([NOTHING, Decimal("0.21"), Decimal("0.077")])),
        tax_shipping=draw(st.booleans()), shipping_price=draw(amounts(currency)),
    )  # fmt: skip
    prices = draw(st.lists(amounts(currency), min_size=1, max_size=5))
    made = [
        add_product(state, shop, f"P{i}", price, gift_card=draw(st.booleans()))
        for i, price in enumerate(prices)
    ]
    lines = [LineRequest(one.variants[0].id, draw(st.integers(1, 4))) for one in made]
    discounts = [
        DiscountRequest(
            type=draw(st.sampled_from(["discount_code", "automatic", "manual"])),
            title=f"D{i}",
            value=draw(st.integers(1, 100).map(Decimal)) if percent else draw(amounts(currency, 1)),
            value_type="percentage" if percent else "fixed_amount",
            variant_ids=draw(st.none() | st.just(frozenset({lines[0].variant_id}))),
        )
        for i, percent in enumerate(draw(st.lists(st.booleans(), max_size=3)))
    ]
    return state, shop, place_order(state, shop, OrderRequest(lines=lines, discounts=discounts))


@CALM
@given(CURRENCIES.flatmap(lambda c: st.tuples(st.just(c), amounts(c), st.lists(amounts(c, 1), min_size=1))))
def test_every_split_adds_up_and_no_part_is_a_unit_away_from_its_share(case: Any) -> None:
    currency, total, weights = case
    parts = split(total, weights, currency)
    assert sum(parts) == total
    exact = [total * weight / sum(weights) for weight in weights]
    assert all(abs(part - share) < unit(currency) for part, share in zip(parts, exact, strict=True))


@given(
    CURRENCIES.flatmap(lambda c: st.tuples(st.just(c), amounts(c))), st.lists(st.integers(1, 3), min_size=1)
)
def test_every_portion_of_a_line_adds_up_to_the_line(money: Any, steps: list[int]) -> None:
    currency, total = money
    of, before, parts = sum(steps), 0, []
    for step in steps:
        parts.append(portion(total, before, before + step, of, currency))
        before += step
    assert sum(parts) == total


@given(orders())
@CALM
def test_every_order_closes(case: Any) -> None:
    _, shop, order = case
    totals = Totals(order)
    for index, one in enumerate(order.discount_applications):
        given_away = [
            a.amount for line in order.lines for a in line.allocations if a.application_index == index
        ]
        if one.value_type == "fixed_amount":
            assert sum(given_away, NOTHING) <= one.value
    assert all(NOTHING <= line.discounted <= line.gross for line in order.lines)
    assert all(not line.allocations and not line.tax_lines for line in order.lines if line.gift_card)
    assert totals.line_items - totals.discounts == totals.subtotal
    on_top = NOTHING if shop.taxes_included else totals.tax
    assert totals.price == totals.subtotal + totals.shipping + on_top
    assert totals.current_price == totals.price
    assert totals.financial_status == "paid"
    step = unit(order.currency)
    assert all(amount % step == 0 for amount in (totals.price, totals.tax, totals.subtotal))


@given(orders(), st.data())
@CALM
def test_all_refunds_together_never_exceed_what_was_paid_and_end_at_nothing(case: Any, data: Any) -> None:
    state, shop, order = case
    refunds = []
    for rest in (False, True):
        wanted = {
            line.id: line.current_quantity if rest else data.draw(st.integers(0, line.quantity))
            for line in order.lines
        }
        lines = {line_id: units for line_id, units in wanted.items() if units}
        if lines:
            refunds.append(refund_order(state, shop, order, lines=lines))
        assert Totals(order).refunded <= Totals(order).captured
    totals = Totals(order)
    worth = sum((worth_of(order, one) for one in refunds), NOTHING)
    on_top = NOTHING if shop.taxes_included else sum((line.tax for line in order.lines), NOTHING)
    assert worth == totals.subtotal + on_top == totals.refunded
    assert totals.current_subtotal == NOTHING


@given(orders())
@CALM
def test_a_cancelled_order_gives_everything_back(case: Any) -> None:
    state, shop, order = case
    cancel_order(state, shop, order)
    totals = Totals(order)
    assert totals.refunded == totals.captured == totals.price
    assert totals.current_price == NOTHING


@given(orders(), st.data())
@CALM
def test_an_edit_changes_what_is_owed_by_what_it_changed(case: Any, data: Any) -> None:
    state, shop, order = case
    line = data.draw(st.sampled_from(order.lines))
    wanted = data.draw(st.integers(0, 6).filter(lambda n: n != line.current_quantity))
    versions = order.updated_at
    edit_order(state, shop, order, set_quantity={line.id: wanted})
    totals = Totals(order)
    assert line.current_quantity == wanted
    assert totals.outstanding == totals.current_price - totals.captured
    assert order.updated_at > versions
    assert (totals.outstanding > 0) == (totals.financial_status == "partially_paid") or totals.captured == 0
