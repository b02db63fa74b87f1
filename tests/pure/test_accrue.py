"""What should be earned, worked out by hand."""

from datetime import timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.campaigns.model import RuleSpec
from app.commissions.accrue import target
from app.commissions.checks import FlatCurrency
from app.commissions.model import Position
from app.commissions.rulebook import BadRule, rule_of
from app.orders.model import OrderFacts, RefundFacts
from tests.pure.paying import FLAT, PERCENT, PLACED, earnings, line, order, refund


def commission(facts: OrderFacts, spec: RuleSpec, *refunds: RefundFacts) -> int:
    return earnings(facts, spec, *refunds)[0].commission_minor


def test_percent_rounds_half_even_once_a_line() -> None:
    # 12 % of 1.25 is 0.15; of 0.38 it is 0.0456, so 0.05; of 10.04 it is 1.2048, so 1.20.
    assert commission(order(line(1, 125), line(2, 38), line(3, 1004)), PERCENT) == 15 + 5 + 120


def test_a_discount_lowers_the_base_of_its_line() -> None:
    assert commission(order(line(1, 1000, 2, discount=200)), PERCENT) == 216


def test_flat_is_one_amount_however_many_lines() -> None:
    assert commission(order(line(1, 1000), line(2, 3000, 4)), FLAT) == 500


def test_flat_falls_with_the_units_that_came_back() -> None:
    facts = order(line(1, 1000, 2), line(2, 2000))
    assert commission(facts, FLAT, refund((1, 1))) == 375


def test_flat_in_another_currency_than_the_order_is_refused() -> None:
    with pytest.raises(FlatCurrency, match="flat commission is in EUR and the order in USD"):
        earnings(order(line(1, 1000), currency="USD"), FLAT)


def test_two_creators_share_the_base_to_the_last_cent() -> None:
    one, two = earnings(order(line(1, 333)), PERCENT, weights=("0.5", "0.5"))
    assert one.net_minor + two.net_minor == 333
    assert (one.net_minor, two.net_minor) == (167, 166)


def test_two_creators_share_a_flat_amount_to_the_last_cent() -> None:
    one, two = earnings(order(line(1, 333)), FLAT, weights=("0.333333", "0.666667"))
    assert (one.commission_minor, two.commission_minor) == (167, 333)


@given(
    prices=st.lists(st.tuples(st.integers(0, 50_000), st.integers(1, 6)), min_size=1, max_size=5),
    spec=st.sampled_from([PERCENT, FLAT]),
    data=st.data(),
)
def test_refunds_only_ever_reduce_and_a_full_one_ends_at_nothing(
    prices: list[tuple[int, int]], spec: RuleSpec, data: st.DataObject
) -> None:
    facts = order(*(line(n, price, units) for n, (price, units) in enumerate(prices)))
    some = tuple((n, data.draw(st.integers(0, units))) for n, (_, units) in enumerate(prices))
    full = tuple((n, units) for n, (_, units) in enumerate(prices))
    assert 0 <= commission(facts, spec, refund(*some)) <= commission(facts, spec)
    assert commission(facts, spec, refund(*full)) == 0


def test_until_it_is_paid_nothing_is_owed_then_pending_then_payable() -> None:
    (earning,) = earnings(order(line(1, 1000)), PERCENT)
    unpaid = msgspec.structs.replace(earning, earned_minor=0, paid_at=None, matures_at=None)
    assert target(unpaid, PLACED) == Position()
    assert target(earning, PLACED + timedelta(days=30) - timedelta(microseconds=1)) == Position(pending=120)
    assert target(earning, PLACED + timedelta(days=30)) == Position(payable=120)


def test_a_flag_never_matures_by_itself() -> None:
    (earning,) = earnings(order(line(1, 1000)), PERCENT)
    assert target(
        msgspec.structs.replace(earning, flags=("two_creators",)), PLACED + timedelta(days=900)
    ) == Position(pending=120)


@pytest.mark.parametrize(
    ("spec", "why"),
    [
        (
            RuleSpec("percentage", {"rate": "0.1"}),
            "no such rule. Known: bonus, bracket, cap, fixed_fee, flat",
        ),
        (RuleSpec("percent", {"rate": "1.2"}), "0.12 is twelve percent"),
        (RuleSpec("percent", {"rate": "-0.1"}), "between 0 and 1"),
        (RuleSpec("percent", {"rate": 0.1}), "numbers are written as text"),
        (RuleSpec("percent", {"rate": "NaN"}), "cannot be read"),
        (RuleSpec("percent", {}), "rate"),
        (RuleSpec("percent", {"rate": "0.1", "ratte": "0.2"}), "ratte"),
        (RuleSpec("flat", {"amount": "5.001", "currency": "EUR"}), "not an exact amount"),
        (RuleSpec("flat", {"amount": "0", "currency": "EUR"}), "more than 0"),
        (RuleSpec("flat", {"amount": "5.00", "currency": "EURO"}), "not a currency"),
    ],
)
def test_a_rule_that_cannot_be_read_says_why(spec: RuleSpec, why: str) -> None:
    with pytest.raises(BadRule, match=why):
        rule_of(spec)
