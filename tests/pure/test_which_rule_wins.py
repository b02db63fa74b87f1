"""A line is earned by the most specific rule that takes it; ties go to the merchant's order."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.campaigns.model import Base, ConditionSpec, OfferTerms, RuleSpec
from app.commissions.base import whole_lines
from app.commissions.contradictions import BadTerms, check
from app.commissions.rulebook import CONDITIONS, KINDS, BadRule, condition_of
from app.commissions.sale import Goods, Known, Sale, Shopper, Spent
from app.orders.model import FinancialStatus, Line, OrderFacts
from app.orders.net_sales import line_bases
from tests.pure.pricing import before, earned, goods, parts, percent, rule, sale, share, terms, when

SPECIFIC = [
    ("0.5", when("variant", ids=["21"])),
    ("0.4", when("product", ids=["11"])),
    ("0.3", when("collection", ids=["7"])),
    ("0.2", when("tag", tags=["Summer"])),
    ("0.1", when("vendor", vendors=["ACME"])),
    ("0.05", when("country", countries=["DE"])),
]
ACME = goods("summer", collections=["7"], vendor="acme")


@pytest.mark.parametrize("most_specific", range(len(SPECIFIC)))
def test_variant_before_product_before_collection_before_tag_before_vendor_before_the_order(
    most_specific: int,
) -> None:
    rules = [
        percent("0.01"),
        *(percent(rate, condition) for rate, condition in reversed(SPECIFIC[most_specific:])),
    ]
    of = sale(share(1, 10000, goods=ACME), country="DE")
    assert earned(of, *rules) == [int(Decimal(SPECIFIC[most_specific][0]) * 10000)]


def test_more_conditions_are_more_specific_and_a_tie_goes_to_the_first() -> None:
    germany, new = when("country", countries=["DE"]), when("customer", is_="new")
    of = sale(share(1, 1000), country="DE", customer="new")
    assert earned(of, percent("0.1", germany), percent("0.2", germany, new)) == [200]
    assert earned(of, percent("0.1", germany), percent("0.2", new)) == [100]
    assert earned(of, percent("0.2", new), percent("0.1", germany)) == [200]


def test_each_line_has_its_own_winner_and_says_why() -> None:
    found = parts(
        sale(share(1, 1000), share(2, 1000), share(3, 1000)),
        percent("0.1"),
        rule("flat", when("product", ids=["12", "13"]), amount="3.00", currency="EUR"),
    )
    assert [(p.line.rule, p.line.commission_minor, p.line.why) for p in found] == [
        ("percent", 100, ()),
        ("flat", 150, ("product 12, 13",)),
        ("flat", 150, ("product 12, 13",)),
    ]


def test_a_line_that_no_rule_takes_earns_nothing_and_says_so() -> None:
    (part,) = parts(sale(share(1, 1000)), percent("0.1", when("product", ids=["99"])))
    assert (part.line.rule, part.line.commission_minor) == ("none", 0)
    assert part.line.note == "No rule of the offer takes this line."


@pytest.mark.parametrize(
    ("condition", "about", "holds"),
    [
        (when("country", countries=["DE", "AT"]), {"country": "AT"}, True),
        (when("country", countries=["DE"]), {"country": None}, False),
        (when("customer", is_="new"), {"customer": "returning"}, False),
        (when("customer", is_="new"), {"customer": None}, False),
        (when("customer", is_="returning"), {"customer": "returning"}, True),
        (when("brought_by", by="code"), {"evidence": "code"}, True),
        (when("brought_by", by="code"), {"evidence": "click"}, False),
        (when("brought_by", by="link"), {"evidence": "click"}, True),
        (when("brought_by", by="link"), {"evidence": "binding"}, True),
        (when("brought_by", by="link"), {"evidence": "manual"}, False),
        (when("brought_by", by="code", names=["Mara10"]), {"token": "MARA10"}, True),
        (when("brought_by", by="code", names=["MARA15"]), {"token": "MARA10"}, False),
        (when("channel", channels=["pos"]), {"channel": "pos"}, True),
        (when("channel", channels=["pos"]), {"channel": "web"}, False),
        (when("order_value", currency="EUR", from_="10.00"), {"value_minor": 999}, False),
        (when("order_value", currency="EUR", from_="10.00"), {"value_minor": 1000}, True),
        (when("order_value", currency="EUR", below="10.00"), {"value_minor": 999}, True),
        (when("order_value", currency="EUR", below="10.00"), {"value_minor": 1000}, False),
    ],
)
def test_a_condition_of_the_order_holds_at_its_border(
    condition: ConditionSpec, about: dict[str, Any], *, holds: bool
) -> None:
    assert earned(sale(share(1, 1000), **about), percent("0.1", condition)) == [100 if holds else 0]


def test_shipping_goes_to_the_rule_without_conditions_and_never_to_a_fixed_amount() -> None:
    of = sale(share(1, 1000), share(0, 500, is_shipping=True, product_id=None))
    special = percent("0.5", when("country", countries=["DE"]))
    assert earned(
        msgspec.structs.replace(of, about=msgspec.structs.replace(of.about, country="DE")),
        percent("0.1"),
        special,
    ) == [500, 50]
    assert earned(of, rule("flat", amount="3.00", currency="EUR")) == [300, 0]


PLACED = datetime(2026, 3, 1, tzinfo=UTC)


def order(**more: Any) -> OrderFacts:
    line = Line(1, "Serum", 11, 21, 2, 2, 1200, 400, 200, gift_card=False, vendor="Acme")
    made = OrderFacts(
        id=1, name="#1", placed_at=PLACED, updated_at=PLACED, currency="EUR", taxes_included=True, test=False,
        cancelled_at=None, financial_status=FinancialStatus.PAID, lines=(line,), discounts=(),
        shipping_minor=600, shipping_tax_minor=100,
    )  # fmt: skip
    return msgspec.structs.replace(made, **more)


@pytest.mark.parametrize(
    ("base", "minor"),
    [
        (Base(), [1800]),
        (Base(tax=True), [2000]),
        (Base(discount=True), [2200]),
        (Base(tax=True, discount=True), [2400]),
        (Base(shipping=True), [1800, 500]),
        (Base(shipping=True, tax=True), [2000, 600]),
        (Base(products=("11",)), [0]),
        (Base(products=("12",)), [1800]),
        (Base(tags=("Sale",)), [0]),
        (Base(collections=("7",)), [0]),
        (Base(vendors=("ACME",)), [0]),
        (Base(channels=("draft",)), [1800]),
        (Base(channels=("web",), shipping=True), [0, 0]),
    ],
)
def test_the_base_follows_the_switches_of_the_offer(base: Base, minor: list[int]) -> None:
    facts = order()
    known = Known(goods={11: Goods(frozenset({"7"}), frozenset({"sale"}))}, shipping=(500, 500))
    held = terms(percent("0.1"), base=base).base
    assert [line.placed_minor for line in whole_lines(facts, line_bases(facts, ()), held, known)] == minor


@pytest.mark.parametrize(
    ("rules", "why"),
    [
        ((), "holds no rule"),
        ((percent("0.1"), percent("0.2")), "rule 1 already takes all"),
        ((percent("0.1", when("product", ids=["1", "2"])), percent("0.2", when("product", ids=["2", "1"]))), "rule 1 already"),
        ((percent("0.1", when("customer", is_="new"), when("customer", is_="returning")),), "asks twice for 'customer'"),
        ((percent("0.9"), rule("second_level", rate="0.2", of="net_sales")), "90 % [+] second level 20 % = 110 %"),
        ((percent("0.9"), rule("second_level", rate="0.2", of="commission")), "90 % [+] second level 18 % = 108 %"),
        ((percent("0.1"), rule("cap", per="day", amount="1.00", currency="EUR"),
          rule("cap", per="day", amount="2.00", currency="EUR")), "rule 2 already"),
        ((percent("0.1"), rule("renewals", earn="off"), rule("renewals", earn="always")), "rule 2 already"),
        ((percent("0.1"), rule("cap", when("country", countries=["DE"]), per="day", amount="1.00", currency="EUR")),
         "has no conditions"),
        (tuple(percent("0.1", when("product", ids=[str(n)])) for n in range(1, 102)), "holds 101 rules"),
    ],
)  # fmt: skip
def test_terms_that_contradict_themselves_are_refused(rules: tuple[RuleSpec, ...], why: str) -> None:
    with pytest.raises(BadTerms, match=why):
        check(terms(*rules))


def test_a_rule_for_what_the_base_excludes_is_refused() -> None:
    offer = terms(
        percent("0.1"), percent("0.2", when("product", ids=["11"])), base=Base(products=("11", "12"))
    )
    with pytest.raises(BadTerms, match="base excludes the product 11") as refused:
        check(offer)
    assert refused.value.rule == 1


@pytest.mark.parametrize(
    ("kind", "fields", "why"),
    [
        ("product", {"ids": []}, "ids is empty"),
        ("product", {"ids": ["gid://shopify/Product/1"]}, "write Shopify's number"),
        ("product", {"ids": ["-1"]}, "'-1'"),
        ("product", {"ids": ["1", "1"]}, "names '1' twice"),
        ("product", {"ids": [str(n) for n in range(1, 1002)]}, "ids holds 1001"),
        ("tag", {"tags": ["Sale", "sale "]}, "twice"),
        ("tag", {"tags": [" "]}, "holds ' '"),
        ("country", {"countries": ["Germany"]}, "'Germany'; write two capitals"),
        ("order_value", {"currency": "EUR"}, "both missing"),
        ("order_value", {"currency": "EUR", "from": "5.00", "below": "5.00"}, "no order is in between"),
        ("order_value", {"currency": "EUR", "from": "-5.00"}, "at least 0"),
        ("customer", {"is": "old"}, "old"),
        ("season", {}, "no such condition. Known: brought_by, channel"),
    ],
)  # fmt: skip
def test_conditions_beyond_sense_are_refused_with_the_value(
    kind: str, fields: dict[str, Any], why: str
) -> None:
    with pytest.raises(BadRule, match=why):
        condition_of(ConditionSpec(kind, fields))


def test_every_kind_describes_its_fields() -> None:
    for kind in (*KINDS.values(), *CONDITIONS.values()):
        names = {field.encode_name for field in msgspec.structs.fields(kind)}  # type: ignore[arg-type]
        assert kind.LABEL
        assert kind.HELP
        assert names - {"currency"} == {field.key for field in kind.FIELDS}


def test_what_an_offer_leaves_as_it_was_does_not_change_its_digest() -> None:
    plain = terms(percent("0.1"))
    assert plain.digest() == terms(percent("0.1"), base=Base()).digest()
    assert b"base" not in plain.canonical()
    assert b"when" not in plain.canonical()
    assert msgspec.json.decode(plain.canonical(), type=OfferTerms) == plain


RULES = [
    percent("0.123456"),
    rule("flat", amount="7.00", currency="XXX"),
    rule("per_item", amount="3.00", currency="XXX"),
    rule("bracket", currency="XXX", steps=[{"from": "0", "rate": "0.07"}, {"from": "50", "rate": "0.11"}]),
    rule(
        "tier",
        by="orders",
        over="month",
        currency="XXX",
        steps=[{"from": "0", "rate": "0.1"}, {"from": "2", "rate": "0.3"}],
    ),
]
AMOUNTS = {"JPY": "7", "VND": "7000", "EUR": "7.00", "KWD": "0.700"}


def in_currency(spec: RuleSpec, currency: str) -> RuleSpec:
    fields = {
        k: currency if v == "XXX" else AMOUNTS[currency] if k == "amount" else v
        for k, v in spec.fields.items()
    }
    return RuleSpec(spec.kind, fields, spec.when)


@given(
    lines=st.lists(st.tuples(st.integers(0, 90_000), st.integers(1, 5)), min_size=1, max_size=4),
    spec=st.sampled_from(RULES),
    currency=st.sampled_from(sorted(AMOUNTS)),
    room=st.integers(0, 500),
    data=st.data(),
)
def test_never_negative_never_above_the_cap_and_a_full_refund_ends_at_nothing(
    lines: list[tuple[int, int]], spec: RuleSpec, currency: str, room: int, data: st.DataObject
) -> None:
    rules = [in_currency(r, currency) for r in (spec, rule("cap", per="creator", amount="7.00", currency="XXX"),
                                                rule("bonus", on="first_sale", amount="7.00", currency="XXX"))]  # fmt: skip

    def total(left: list[int]) -> int:
        of: Sale = sale(
            *(share(n + 1, minor, units, left=left[n]) for n, (minor, units) in enumerate(lines)),
            currency=currency, before=before(0, month=(2, 0)), shopper=Shopper(),
        )  # fmt: skip
        value = sum(minor for minor, _ in lines)
        of = msgspec.structs.replace(of, about=msgspec.structs.replace(of.about, value_minor=value))
        return sum(earned(of, *rules, spent=Spent(creator=room)))

    units = [units for _, units in lines]
    some = [data.draw(st.integers(0, most)) for most in units]
    whole, part, none = total(units), total(some), total([0] * len(units))
    most = int(AMOUNTS[currency].replace(".", ""))
    assert 0 == none <= part <= whole <= max(0, most - room)
