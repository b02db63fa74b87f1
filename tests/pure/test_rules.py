"""Each rule at its borders, worked out by hand."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from app.campaigns.model import RuleSpec
from app.commissions.checks import FlatCurrency
from app.commissions.happening import Happening
from app.commissions.rulebook import BadRule, rule_of
from app.commissions.rules.fixed_fee import FixedFee
from app.commissions.rules.per_click import PerClick
from app.commissions.sale import Shopper, Spent
from tests.pure.pricing import before, earned, parts, percent, rule, sale, share

HALF = (Decimal("0.5"), Decimal("0.5"))
BRACKETS = rule(
    "bracket", currency="EUR", steps=[{"from": "0", "rate": "0.05"}, {"from": "100.00", "rate": "0.1"}]
)
PLACED = datetime(2026, 3, 31, 10, tzinfo=UTC)


def tiers(by: str, over: str, start: str) -> RuleSpec:
    steps = [{"from": "0", "rate": "0.1"}, {"from": start, "rate": "0.2"}]
    return rule("tier", by=by, over=over, steps=steps, currency="EUR")


def test_per_item_pays_each_unit_that_stands() -> None:
    spec = rule("per_item", amount="2.50", currency="EUR")
    assert earned(sale(share(1, 3000, 3), share(2, 100, 2, left=1)), spec) == [750, 250]


def test_per_item_is_shared_to_the_last_cent() -> None:
    spec = rule("per_item", amount="0.25", currency="EUR")
    of = sale(share(1, 300, 3), weights=HALF)
    assert earned(of, spec) == [38]
    assert earned(type(of)(of.currency, of.lines, HALF, 1, of.about), spec) == [37]


@pytest.mark.parametrize(("value", "commission"), [(9999, 500), (10000, 1000), (10001, 1000), (0, 0)])
def test_a_bracket_begins_at_its_amount(value: int, commission: int) -> None:
    assert earned(sale(share(1, value)), BRACKETS) == [commission]


def test_a_refund_leaves_the_bracket_as_it_was_when_the_order_was_placed() -> None:
    assert earned(sale(share(1, 8000), share(2, 4000, left=0)), BRACKETS) == [800, 0]


@pytest.mark.parametrize(("orders", "commission"), [(0, 100), (1, 100), (2, 200), (3, 200)])
def test_a_tier_by_orders_is_reached_by_the_orders_before(orders: int, commission: int) -> None:
    of = sale(share(1, 1000), before=before(orders))
    assert earned(of, tiers("orders", "lifetime", "2")) == [commission]


@pytest.mark.parametrize(("net", "commission"), [(4999, 100), (5000, 200)])
def test_a_tier_by_net_sales_is_reached_by_the_sales_before(net: int, commission: int) -> None:
    of = sale(share(1, 1000), before=before(9, net))
    assert earned(of, tiers("net_sales", "lifetime", "50.00")) == [commission]


def test_a_tier_of_the_month_asks_for_the_month_only() -> None:
    of = sale(share(1, 1000), before=before(50, month=(1, 0)))
    assert earned(of, tiers("orders", "month", "2")) == [100]


def test_a_tier_says_what_was_reached() -> None:
    (part,) = parts(sale(share(1, 1000), before=before(3)), tiers("orders", "lifetime", "2"))
    assert part.line.note == "Before this order in all: 3 orders; the tier from 2 orders."


@pytest.mark.parametrize(
    ("fields", "orders", "net", "bonus"),
    [
        ({"on": "first_sale"}, 0, 0, 500),
        ({"on": "first_sale"}, 1, 0, None),
        ({"on": "target", "by": "orders", "target": "3"}, 1, 0, None),
        ({"on": "target", "by": "orders", "target": "3"}, 2, 0, 500),
        ({"on": "target", "by": "orders", "target": "3"}, 3, 0, None),
        ({"on": "target", "by": "net_sales", "target": "20.00"}, 7, 999, None),
        ({"on": "target", "by": "net_sales", "target": "20.00"}, 7, 1000, 500),
        ({"on": "target", "by": "net_sales", "target": "20.00"}, 7, 2000, None),
        ({"on": "every", "by": "orders", "target": "2"}, 1, 0, 500),
        ({"on": "every", "by": "orders", "target": "2"}, 2, 0, None),
        ({"on": "every", "by": "orders", "target": "2"}, 3, 0, 500),
        ({"on": "every", "by": "net_sales", "target": "3.00"}, 0, 100, 1500),
        ({"on": "sign_up"}, 0, 0, None),
    ],
)  # fmt: skip
def test_a_bonus_comes_with_the_order_that_reaches_it(
    fields: dict[str, str], orders: int, net: int, bonus: int | None
) -> None:
    of = sale(share(1, 1000), before=before(orders, net))
    found = earned(of, percent("0.1"), rule("bonus", amount="5.00", currency="EUR", **fields))
    # Every 3.00: from 1.00 to 11.00 passes 3.00, 6.00 and 9.00.
    assert found == [100] + ([] if bonus is None else [bonus])


@pytest.mark.parametrize(("left", "bonus"), [(2, 500), (1, 500), (0, 0)])
def test_a_bonus_is_taken_back_only_when_nothing_of_the_order_is_left(left: int, bonus: int) -> None:
    first = rule("bonus", on="first_sale", amount="5.00", currency="EUR")
    assert earned(sale(share(1, 1000, 2, left=left)), percent("0.1"), first)[1] == bonus


def months(number: int) -> RuleSpec:
    return rule("renewals", earn="months", count=number)


@pytest.mark.parametrize(
    ("spec", "renewals", "placed", "earns"),
    [
        (rule("renewals", earn="always"), 99, PLACED, True),
        (rule("renewals", earn="off"), 0, PLACED, False),
        (rule("renewals", earn="first", count=2), 1, PLACED, True),
        (rule("renewals", earn="first", count=2), 2, PLACED, False),
        # Three months after the last day of November end with the last day of February.
        (months(3), 9, datetime(2026, 2, 28, 9, tzinfo=UTC), True),
        (months(3), 9, datetime(2026, 2, 28, 10, tzinfo=UTC), False),
    ],
)
def test_renewals_earn_as_the_offer_says(
    spec: RuleSpec, renewals: int, placed: datetime, *, earns: bool
) -> None:
    past = Shopper(renewals + 1, renewals, datetime(2025, 11, 30, 10, tzinfo=UTC))
    of = sale(share(1, 1000), is_renewal=True, placed_at=placed, shopper=past)
    assert earned(of, percent("0.1"), spec) == [100 if earns else 0]
    assert earned(sale(share(1, 1000), shopper=past), percent("0.1"), spec) == [100]


@pytest.mark.parametrize(
    ("per", "spent", "allowed"),
    [
        ("order", Spent(), 600),
        ("creator", Spent(creator=100), 500),
        ("creator", Spent(creator=600), 0),
        ("creator", Spent(creator=601), 0),
        ("day", Spent(day=599, month=9999, creator=9999), 1),
        ("month", Spent(month=200), 400),
        ("program", Spent(program=600), 0),
    ],
)
def test_a_cap_leaves_what_is_left_of_it(per: str, spent: Spent, allowed: int) -> None:
    cap = rule("cap", per=per, amount="6.00", currency="EUR")
    found = parts(sale(share(1, 10000)), percent("0.1"), cap, spent=spent)
    assert sum(part.line.commission_minor for part in found) == allowed
    assert sum(part.placed_minor for part in found) == allowed
    assert found[-1].line.cut_minor == 1000 - allowed
    assert found[-1].line.note is not None


def test_a_cap_that_is_not_reached_leaves_no_trace() -> None:
    cap = rule("cap", per="order", amount="10.00", currency="EUR")
    assert len(parts(sale(share(1, 10000)), percent("0.1"), cap)) == 1


def test_after_a_refund_what_was_cut_stays_cut() -> None:
    cap = rule("cap", per="order", amount="6.00", currency="EUR")
    assert sum(earned(sale(share(1, 10000, 10, left=7)), percent("0.1"), cap)) == 600
    assert sum(earned(sale(share(1, 10000, 10, left=5)), percent("0.1"), cap)) == 500


def test_of_two_caps_the_tighter_cuts() -> None:
    caps = [
        rule("cap", per=per, amount=amount, currency="EUR")
        for per, amount in (("order", "6.00"), ("day", "4.00"))
    ]
    assert sum(earned(sale(share(1, 10000)), percent("0.1"), *caps)) == 400


@pytest.mark.parametrize(
    "spec",
    [
        rule("per_item", amount="1.00", currency="EUR"),
        BRACKETS,
        tiers("net_sales", "month", "1.00"),
        rule("flat", amount="1.00", currency="EUR"),
    ],
)
def test_amounts_of_another_currency_price_nothing(spec: RuleSpec) -> None:
    with pytest.raises(FlatCurrency, match="in EUR and the order in JPY"):
        earned(sale(share(1, 1000), currency="JPY"), spec)


@pytest.mark.parametrize(
    ("kind", "fields", "why"),
    [
        ("percent", {"rate": "12"}, "rate is 12; write a fraction between 0 and 1: 0.12 is twelve percent"),
        ("percent", {"rate": "Infinity"}, "rate is Infinity"),
        ("percent", {"rate": "0.1234567"}, "at most 6 decimals"),
        ("per_item", {"amount": "-1.00", "currency": "EUR"}, "amount is -1.00 EUR; it must be more than 0"),
        ("bracket", {"currency": "EUR", "steps": []}, "steps has 0 rows"),
        ("bracket", {"currency": "EUR", "steps": [{"from": "5.00", "rate": "0.1"}]}, "leaves a hole below it"),
        ("bracket", {"currency": "EUR", "steps": [{"from": "0", "rate": "0.1"}, {"from": "0.00", "rate": "0.2"}]},
         "a step from 0.00 comes after one from 0"),
        ("bracket", {"currency": "EUR", "steps": [{"from": "0", "rate": "1.1"}]}, "rate is 1.1"),
        ("bracket", {"currency": "EUR", "steps": [{"from": "0", "rate": "0.1", "to": "5"}]}, "to"),
        ("tier", {"over": "year", "by": "orders", "currency": "EUR", "steps": [{"from": "0", "rate": "0.1"}]}, "year"),
        ("tier", {"over": "month", "by": "orders", "currency": "EUR", "steps": [{"from": "0.5", "rate": "0.1"}]},
         "'0.5'; write a whole number of orders"),
        ("tier", {"over": "month", "by": "orders", "currency": "EUR", "steps": [{"from": "0", "rate": 0.1}]},
         "numbers are written as text"),
        ("bonus", {"on": "target", "amount": "1.00", "currency": "EUR"}, "target is missing"),
        ("bonus", {"on": "target", "amount": "1.00", "currency": "EUR", "target": "0"}, "target is 0"),
        ("bonus", {"on": "target", "amount": "1.00", "currency": "EUR", "target": "ten"}, "'ten'; write a whole number"),
        ("bonus", {"on": "sign_up", "amount": "1.00", "currency": "EUR", "over": "month"}, "over is 'month'"),
        ("second_level", {"rate": "2", "of": "commission"}, "rate is 2"),
        ("second_level", {"rate": "0.2", "of": "profit"}, "profit"),
        ("renewals", {"earn": "first"}, "count is missing"),
        ("renewals", {"earn": "first", "count": 0}, "count is 0"),
        ("renewals", {"earn": "off", "count": 3}, "count is 3"),
        ("cap", {"per": "year", "amount": "1.00", "currency": "EUR"}, "year"),
        ("cap", {"per": "day", "amount": "0", "currency": "EUR"}, "more than 0"),
        ("per_click", {"amount": "0.10", "currency": "EUR", "most_a_day": 0}, "most_a_day is 0"),
        ("per_click", {"amount": "0.10", "currency": "EUR", "budget": "0.05"}, "less than a single one"),
        ("per_lead", {"amount": "0.001", "currency": "EUR"}, "not an exact amount"),
        ("fixed_fee", {"amount": "100.00", "currency": "EUR", "every": "week"}, "week"),
    ],
)  # fmt: skip
def test_parameters_beyond_sense_are_refused_with_the_value(
    kind: str, fields: dict[str, Any], why: str
) -> None:
    with pytest.raises(BadRule, match=why):
        rule_of(RuleSpec(kind, fields))


def clicks(*hours: int, rejected: int | None = None) -> list[Happening]:
    made = [PLACED + timedelta(hours=hour) for hour in hours]
    return [Happening(at, f"c{n}", at.date(), rejected=n == rejected) for n, at in enumerate(made)]


def test_clicks_are_paid_first_come_first_paid_up_to_so_many_a_day() -> None:
    per_click = PerClick(amount="0.10", currency="EUR", most_a_day=2)
    priced = per_click.price(reversed(clicks(0, 1, 2, 20)))
    assert [(p.key, p.minor) for p in priced] == [("c0", 10), ("c1", 10), ("c2", 0), ("c3", 10)]
    assert priced[2].reason == "Only 2 a day are paid."


def test_a_budget_pays_the_last_click_in_part() -> None:
    per_click = PerClick(amount="0.10", currency="EUR", budget="0.25")
    assert [p.minor for p in per_click.price(clicks(0, 1, 2, 3))] == [10, 10, 5, 0]


def test_a_rejected_lead_earns_nothing_and_frees_no_room() -> None:
    per_lead = PerClick(amount="0.10", currency="EUR", budget="0.20")
    priced = per_lead.price(clicks(0, 1, 2, rejected=0))
    assert [(p.minor, p.placed_minor) for p in priced] == [(0, 10), (10, 10), (0, 0)]


def test_a_monthly_fee_is_due_on_the_day_of_joining_and_not_while_paused() -> None:
    fee = FixedFee(amount="100.00", currency="EUR", every="month")
    joined = datetime(2026, 1, 31, 12, tzinfo=UTC)
    paused, resumed = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)
    due = fee.due(joined, ((None, paused), (resumed, None)), datetime(2026, 5, 31, 12, tzinfo=UTC))
    assert [(d.key_suffix, d.earned_at.day, d.amount_minor) for d in due] == [
        ("2026-01", 31, 10000), ("2026-02", 28, 10000), ("2026-04", 30, 10000), ("2026-05", 31, 10000),
    ]  # fmt: skip


def test_a_fee_on_joining_is_due_once() -> None:
    fee = FixedFee(amount="100.00", currency="EUR", every="once")
    assert [d.key_suffix for d in fee.due(PLACED, ((None, None),), PLACED + timedelta(days=900))] == ["once"]
    assert list(fee.due(PLACED, ((None, None),), PLACED - timedelta(seconds=1))) == []
