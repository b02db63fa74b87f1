"""One table for every kind of rule and of condition: just below its border, at it, and just above."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.campaigns.model import ConditionSpec, RuleSpec
from app.commissions.happening import Happening, PerEach
from app.commissions.model import StandingRule
from app.commissions.rulebook import CONDITIONS, KINDS, BadRule, rule_of
from app.commissions.rules.second_level import SecondLevel
from app.commissions.sale import LineShare, Shopper, Spent
from tests.pure.pricing import before, earned, goods, percent, rule, sale, share, when

PLACED = datetime(2026, 3, 31, 10, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)
EUR = {"currency": "EUR"}


def worth(minor: int, *rules: RuleSpec, **about: Any) -> int:
    """The commission of an order of one line."""
    return sum(earned(sale(share(1, minor), **about), *rules))


def steps(start: str) -> list[dict[str, str]]:
    return [{"from": "0", "rate": "0.1"}, {"from": start, "rate": "0.2"}]


def tier(by: str, over: str, start: str) -> RuleSpec:
    return rule("tier", by=by, over=over, steps=steps(start), **EUR)


def bonus(on: str, **fields: str) -> RuleSpec:
    return rule("bonus", on=on, amount="5.00", **EUR, **fields)


def capped(per: str, used: Spent) -> int:
    return sum(
        earned(sale(share(1, 1000)), percent("0.1"), rule("cap", per=per, amount="6.00", **EUR), spent=used)
    )


def brought(kind: str, number: int, **fields: Any) -> int:
    """What so many clicks or leads of one day come to at 0.10 each."""
    made = [Happening(PLACED + n * timedelta(minutes=1), f"c{n}", PLACED.date()) for n in range(number)]
    found = rule_of(rule(kind, amount="0.10", **EUR, **fields))
    assert isinstance(found, PerEach)
    return sum(one.minor for one in found.price(made))


def dues(kind: str, until: datetime, **fields: Any) -> int:
    found = rule_of(rule(kind, amount="5.00", **EUR, **fields))
    assert isinstance(found, StandingRule)
    return sum(due.amount_minor for due in found.due(PLACED, ((None, None),), until))


def recruiter(base: int, commission: int, of: str) -> int:
    found = rule_of(rule("second_level", rate="0.1", of=of))
    assert isinstance(found, SecondLevel)
    return found.share(base, commission)


def renewed(spec: RuleSpec, renewals: int, placed: datetime) -> int:
    past = Shopper(renewals + 1, renewals, datetime(2025, 12, 31, 10, tzinfo=UTC))
    return worth(1000, percent("0.1"), spec, is_renewal=True, placed_at=placed, shopper=past)


FLAT, PER_ITEM = rule("flat", amount="0.05", **EUR), rule("per_item", amount="0.05", **EUR)
BRACKET = rule("bracket", steps=steps("10.00"), **EUR)
FIRST, MONTHS = rule("renewals", earn="first", count=3), rule("renewals", earn="months", count=3)

RULES: list[tuple[str, str, Callable[[int], int], Sequence[int], Sequence[int]]] = [
    ("percent", "rounds half to even, here down", lambda n: worth(n, percent("0.1")), (4, 5, 6), (0, 0, 1)),
    ("percent", "rounds half to even, here up", lambda n: worth(n, percent("0.1")), (14, 15, 16), (1, 2, 2)),
    ("percent", "of nothing is nothing", lambda n: worth(n, percent("1")), (0, 1, 2), (0, 1, 2)),
    ("flat", "falls with units, half to even", lambda n: sum(earned(sale(share(1, 100, 10, left=n)), FLAT)),
     (0, 1, 2, 3, 10), (0, 0, 1, 2, 5)),
    ("flat", "goes to the lines that are worth something", lambda n: earned(sale(share(1, n), share(2, 1)), FLAT)[0],
     (0, 1, 4), (0, 3, 4)),
    ("per_item", "each unit that stands", lambda n: sum(earned(sale(share(1, 100, 2, left=n)), PER_ITEM)),
     (0, 1, 2), (0, 5, 10)),
    ("bracket", "the order's value", lambda n: worth(n, BRACKET), (999, 1000, 1001), (100, 200, 200)),
    ("tier", "orders in all", lambda n: worth(1000, tier("orders", "lifetime", "5"), before=before(n, month=(9, 0))),
     (4, 5, 6), (100, 200, 200)),
    ("tier", "orders of the month", lambda n: worth(1000, tier("orders", "month", "5"), before=before(9, month=(n, 0))),
     (4, 5, 6), (100, 200, 200)),
    ("tier", "sales in all", lambda n: worth(1000, tier("net_sales", "lifetime", "5.00"), before=before(9, n)),
     (499, 500, 501), (100, 200, 200)),
    ("tier", "sales of the month",
     lambda n: worth(1000, tier("net_sales", "month", "5.00"), before=before(9, 999, month=(9, n))),
     (499, 500, 501), (100, 200, 200)),
    ("bonus", "the first sale", lambda n: worth(0, bonus("first_sale"), before=before(n)), (0, 1, 2), (500, 0, 0)),
    ("bonus", "the order that reaches a target",
     lambda n: worth(0, bonus("target", by="orders", target="3"), before=before(n)), (1, 2, 3), (0, 500, 0)),
    ("bonus", "the target of a month",
     lambda n: worth(0, bonus("target", by="orders", over="month", target="3"), before=before(9, month=(n, 0))),
     (1, 2, 3), (0, 500, 0)),
    ("bonus", "sales that reach a target",
     lambda n: worth(1, bonus("target", by="net_sales", target="3.00"), before=before(9, n)), (298, 299, 300), (0, 500, 0)),
    ("bonus", "again at each multiple",
     lambda n: worth(0, bonus("every", by="orders", target="3"), before=before(n)), (4, 5, 6, 8), (0, 500, 0, 500)),
    ("bonus", "two multiples at once", lambda n: worth(n, bonus("every", by="net_sales", target="3.00")),
     (299, 300, 599, 600), (0, 500, 500, 1000)),
    ("bonus", "joining", lambda n: dues("bonus", PLACED + n * MOMENT, on="sign_up"), (-1, 0, 1), (0, 500, 500)),
    ("cap", "what it leaves uncut", lambda n: sum(earned(sale(share(1, n)), percent("1"), rule("cap", per="order", amount="6.00", **EUR))),
     (599, 600, 601), (599, 600, 600)),
    ("cap", "of a creator", lambda n: capped("creator", Spent(creator=n)), (499, 500, 501, 600, 601), (100, 100, 99, 0, 0)),
    ("cap", "of a day", lambda n: capped("day", Spent(day=n)), (499, 500, 501, 600, 601), (100, 100, 99, 0, 0)),
    ("cap", "of a month", lambda n: capped("month", Spent(month=n)), (499, 500, 501, 600, 601), (100, 100, 99, 0, 0)),
    ("cap", "of a program", lambda n: capped("program", Spent(program=n)), (499, 500, 501, 600, 601), (100, 100, 99, 0, 0)),
    ("fixed_fee", "once, on joining", lambda n: dues("fixed_fee", PLACED + n * MOMENT, every="once"), (-1, 0, 1), (0, 500, 500)),
    ("fixed_fee", "a month later, on its last day",
     lambda n: dues("fixed_fee", datetime(2026, 4, 30, 10, tzinfo=UTC) + n * MOMENT, every="month"), (-1, 0, 1), (500, 1000, 1000)),
    ("per_click", "so many a day", lambda n: brought("per_click", n, most_a_day=2), (1, 2, 3), (10, 20, 20)),
    ("per_click", "up to a budget", lambda n: brought("per_click", n, budget="0.25"), (2, 3, 4), (20, 25, 25)),
    ("per_lead", "so many a day", lambda n: brought("per_lead", n, most_a_day=2), (1, 2, 3), (10, 20, 20)),
    ("per_lead", "up to a budget", lambda n: brought("per_lead", n, budget="0.20"), (1, 2, 3), (10, 20, 20)),
    ("second_level", "of net sales, half to even", lambda n: recruiter(n, 999, "net_sales"), (14, 15, 16), (1, 2, 2)),
    ("second_level", "of the commission, half to even", lambda n: recruiter(999, n, "commission"), (4, 5, 6), (0, 0, 1)),
    ("renewals", "the first three", lambda n: renewed(FIRST, n, PLACED), (2, 3, 4), (100, 0, 0)),
    ("renewals", "for three months", lambda n: renewed(MONTHS, 9, PLACED + n * MOMENT), (-1, 0, 1), (100, 0, 0)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("make", "numbers", "expected"),
    [pytest.param(make, numbers, minor, id=f"{kind}: {what}") for kind, what, make, numbers, minor in RULES],
)
def test_a_rule_pays_what_it_should_around_its_border(
    make: Callable[[int], int], numbers: Sequence[int], expected: Sequence[int]
) -> None:
    assert [make(number) for number in numbers] == list(expected)


RANGE = when("order_value", currency="EUR", from_="10.00", below="20.00")
PLAIN = share(1, 1000)


def of_goods(**known: Any) -> LineShare:
    return share(1, 1000, goods=goods(*known.pop("tags", ()), **known))


CONDITIONS_AT_BORDERS: list[tuple[ConditionSpec, LineShare, dict[str, Any], bool]] = [
    (when("variant", ids=["21", "22"]), PLAIN, {}, True),
    (when("variant", ids=["2", "211", "11"]), PLAIN, {}, False),
    (when("variant", ids=["21"]), share(1, 1000, variant_id=None), {}, False),
    (when("product", ids=["11", "12"]), PLAIN, {}, True),
    (when("product", ids=["1", "111", "21"]), PLAIN, {}, False),
    (when("product", ids=["11"]), share(1, 1000, product_id=None), {}, False),
    (when("collection", ids=["7", "8"]), of_goods(collections=["8", "9"]), {}, True),
    (when("collection", ids=["7"]), of_goods(collections=["77"]), {}, False),
    (when("collection", ids=["7"]), PLAIN, {}, False),
    (when("tag", tags=[" Summer "]), of_goods(tags=["winter", "summer"]), {}, True),
    (when("tag", tags=["Summer"]), of_goods(tags=["summer sale"]), {}, False),
    (when("tag", tags=["Summer"]), PLAIN, {}, False),
    (when("vendor", vendors=["Other", "ACME "]), of_goods(vendor="acme"), {}, True),
    (when("vendor", vendors=["Acme"]), of_goods(vendor="acme inc"), {}, False),
    (when("vendor", vendors=["Acme"]), PLAIN, {}, False),
    (when("country", countries=["DE", "AT"]), PLAIN, {"country": "AT"}, True),
    (when("country", countries=["DE"]), PLAIN, {"country": "DK"}, False),
    (when("country", countries=["DE"]), PLAIN, {"country": None}, False),
    (when("channel", channels=["294517", "POS"]), PLAIN, {"channel": "pos"}, True),
    (when("channel", channels=["29451"]), PLAIN, {"channel": "294517"}, False),
    (when("customer", is_="new"), PLAIN, {"customer": "new"}, True),
    (when("customer", is_="new"), PLAIN, {"customer": "returning"}, False),
    (when("customer", is_="returning"), PLAIN, {"customer": None}, False),
    (when("brought_by", by="code", names=["mara10"]), PLAIN, {"evidence": "code", "token": "MARA10"}, True),
    (when("brought_by", by="code", names=["mara1"]), PLAIN, {"evidence": "code", "token": "MARA10"}, False),
    (when("brought_by", by="link", names=["mara10"]), PLAIN, {"evidence": "code", "token": "MARA10"}, False),
    (when("brought_by", by="link"), PLAIN, {"evidence": "binding"}, True),
    (when("brought_by", by="code"), PLAIN, {"evidence": "binding"}, False),
    (RANGE, PLAIN, {"value_minor": 999}, False),
    (RANGE, PLAIN, {"value_minor": 1000}, True),
    (RANGE, PLAIN, {"value_minor": 1001}, True),
    (RANGE, PLAIN, {"value_minor": 1999}, True),
    (RANGE, PLAIN, {"value_minor": 2000}, False),
    (RANGE, PLAIN, {"value_minor": 2001}, False),
]  # fmt: skip


@pytest.mark.parametrize(
    ("condition", "line", "about", "holds"),
    [pytest.param(*row, id=f"{row[0].kind} {'holds' if row[3] else 'fails'} {n}")
     for n, row in enumerate(CONDITIONS_AT_BORDERS)],
)  # fmt: skip
def test_a_condition_holds_up_to_its_border_and_no_further(
    condition: ConditionSpec, line: LineShare, about: dict[str, Any], *, holds: bool
) -> None:
    assert earned(sale(line, **about), percent("0.1", condition)) == [100 if holds else 0]


def test_every_rule_and_every_condition_stands_in_these_tables() -> None:
    assert {row[0] for row in RULES} == set(KINDS)
    for kind in CONDITIONS:
        assert {row[3] for row in CONDITIONS_AT_BORDERS if row[0].kind == kind} == {True, False}


@pytest.mark.parametrize(
    ("kind", "fields", "is_readable"),
    [
        ("percent", {"rate": "-0.000001"}, False),
        ("percent", {"rate": "0"}, True),
        ("percent", {"rate": "1"}, True),
        ("percent", {"rate": "1.000001"}, False),
        ("percent", {"rate": "0.123456"}, True),
        ("percent", {"rate": "0.1234567"}, False),
        ("flat", {"amount": "0.00"} | EUR, False),
        ("flat", {"amount": "0.01"} | EUR, True),
        ("per_item", {"amount": "0.00"} | EUR, False),
        ("per_item", {"amount": "0.01"} | EUR, True),
        ("renewals", {"earn": "first", "count": 0}, False),
        ("renewals", {"earn": "first", "count": 1}, True),
        ("renewals", {"earn": "months", "count": 1_000_000}, True),
        ("renewals", {"earn": "months", "count": 1_000_001}, False),
        ("per_click", {"amount": "0.10", "budget": "0.09"} | EUR, False),
        ("per_click", {"amount": "0.10", "budget": "0.10"} | EUR, True),
        ("bonus", {"on": "target", "amount": "1.00", "target": "0"} | EUR, False),
        ("bonus", {"on": "target", "amount": "1.00", "target": "1"} | EUR, True),
        ("bracket", {"steps": [{"from": str(n), "rate": "0.1"} for n in range(50)]} | EUR, True),
        ("bracket", {"steps": [{"from": str(n), "rate": "0.1"} for n in range(51)]} | EUR, False),
    ],
)
def test_a_rule_is_read_up_to_the_border_of_sense(
    kind: str, fields: dict[str, Any], *, is_readable: bool
) -> None:
    if is_readable:
        assert isinstance(rule_of(RuleSpec(kind, fields)), KINDS[kind])
    else:
        with pytest.raises(BadRule):
            rule_of(RuleSpec(kind, fields))
