"""An offer between what is kept and what a form shows: nothing is lost on the way there and back."""

import sys
from collections.abc import Iterator
from decimal import Decimal
from types import MappingProxyType
from typing import Any, ClassVar

import msgspec
import pytest
from babel import Locale
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from app.campaigns.model import Base, ConditionSpec, CreditWhen, Discount, HoldFrom, OfferTerms, RuleSpec
from app.commissions import rulebook
from app.commissions.plugin import Role
from app.commissions.rulebook import CONDITIONS, KINDS
from app.flows.offer_words import differences, rule
from app.kernel.errors import Invalid
from app.kernel.fields import LISTS, Field, FieldKind
from app.web.admin.offers_draw import Slot, draw
from app.web.admin.offers_read import read
from app.web.admin.offers_typed import Part, Typed, of_terms, sent
from app.web.admin.offers_values import read as read_value
from app.web.formats import Format

FMT = Format(Locale("en"), "EUR", "Europe/Berlin")


def percent(rate: str, *when: ConditionSpec) -> RuleSpec:
    return RuleSpec("percent", {"rate": rate}, when)


def offer(*rules: RuleSpec, **more: Any) -> OfferTerms:
    return OfferTerms(more.pop("hold_days", 30), Discount.of_percent(Decimal(10)), rules, **more)


def as_sent(typed: Typed, currency: str) -> MultiDict[str, str]:
    """What a browser would send of the drawn form: every input, with nothing changed."""
    drawing = draw(typed, {}, currency)
    form: MultiDict[str, str] = MultiDict()

    def put(slots: tuple[Slot, ...]) -> None:
        for slot in slots:
            for cell in [c for row in slot.rows for c in row] or [slot]:
                if cell.widget != "check" or cell.value:
                    form.add(cell.name, cell.value)

    put(
        (
            *drawing.discount,
            *drawing.scope,
            *drawing.limits,
            *drawing.hold,
            *drawing.switches,
            *drawing.never_earn,
            *drawing.channels,
        )
    )
    for group in drawing.rules:
        for part in (group, *group.when):
            form.add(f"{part.name}.kind", part.kind)
            put(part.slots)
    return form


def round_trip(terms: OfferTerms, currency: str) -> OfferTerms | None:
    reading = read(sent(as_sent(of_terms(terms), currency)), currency)
    assert reading.errors == {}
    return reading.terms


NUMBERS = st.lists(st.integers(1, 10**12).map(str), min_size=1, max_size=4, unique=True).map(sorted)
WORDS = st.lists(
    st.text("abcdefghij ,-é", min_size=1, max_size=9).map(str.strip).filter(bool), min_size=1, max_size=4,
    unique_by=str.casefold,
).map(sorted)  # fmt: skip
COUNTRIES = st.lists(st.sampled_from(["DE", "AT", "FR", "JP"]), min_size=1, unique=True).map(sorted)
RATES = st.integers(0, 10**6).map(lambda n: f"{(Decimal(n) / 10**6).normalize():f}")
DECIMALS = {"EUR": 2, "JPY": 0, "KWD": 3}


def amounts(currency: str, least: int = 1) -> st.SearchStrategy[str]:
    return st.integers(least, 10**7).map(lambda n: f"{Decimal(n).scaleb(-DECIMALS[currency]):f}")


def steps(field: Field, currency: str, starts: str) -> st.SearchStrategy[list[dict[str, str]]]:
    highs = st.lists(st.integers(1, 10**6), max_size=4, unique=True).map(lambda h: [0, *sorted(h)])
    scale = -DECIMALS[currency] if starts == "money" else 0

    def rows(drawn: tuple[list[int], list[str]]) -> list[dict[str, str]]:
        return [
            {"from": f"{Decimal(n).scaleb(scale):f}", "rate": r}
            for n, r in zip(drawn[0], drawn[1], strict=False)
        ]

    return st.tuples(highs, st.lists(RATES, min_size=5, max_size=5)).map(rows)


@st.composite
def fields_of(draw: Any, kind: Any, currency: str) -> dict[str, Any]:
    """Values for everything that a kind declares, as its own checks allow them."""
    values: dict[str, Any] = {}
    for field in kind.FIELDS:
        if field.only_if is not None and values.get(field.only_if[0]) not in field.only_if[1]:
            continue
        values[field.key] = draw(_value(field, currency, values))
    if "currency" in kind.__struct_fields__:
        values["currency"] = currency
    return values


def _value(field: Field, currency: str, values: dict[str, Any]) -> st.SearchStrategy[Any]:
    is_money = values.get("by") == "net_sales"
    by_kind: dict[FieldKind, Any] = {
        FieldKind.PERCENT: RATES,
        FieldKind.MONEY: amounts(currency),
        FieldKind.CHOICE: st.sampled_from([choice.key for choice in field.choices]),
        FieldKind.SWITCH: st.booleans(),
        FieldKind.TEXT: amounts(currency) if is_money else st.integers(1, 10**6).map(str),
        FieldKind.COUNTRIES: COUNTRIES,
        FieldKind.TEXTS: WORDS,
        **dict.fromkeys(LISTS - {FieldKind.COUNTRIES, FieldKind.TEXTS}, NUMBERS),
    }
    if field.kind is FieldKind.COUNT:
        return st.integers(int(field.least or 1), int(field.most or 1000))
    if field.kind is FieldKind.STEPS:
        return steps(
            field, currency, "money" if is_money or field.columns[0].kind is FieldKind.MONEY else "count"
        )
    found: st.SearchStrategy[Any] = by_kind[field.kind]
    return found


@pytest.mark.parametrize("currency", ["EUR", "JPY", "KWD"])
@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
@settings(max_examples=25, deadline=None)
def test_every_rule_goes_through_the_form_and_comes_out_as_it_was(
    data: st.DataObject, kind: str, currency: str
) -> None:
    spec = RuleSpec(kind, data.draw(fields_of(KINDS[kind], currency)))
    try:
        rulebook.rule_of(spec)
    except Invalid:
        return
    lines = KINDS[kind].ROLE is Role.LINES
    other = RuleSpec("renewals", {"earn": "off"}) if lines else percent("0.1")
    terms = offer(spec, other)
    reading = read(sent(as_sent(of_terms(terms), currency)), currency)
    if "form" not in reading.errors:  # More than 100 % together: refused as a whole, which another test asks.
        assert reading.errors == {}
        assert reading.terms == terms
        assert reading.terms.digest() == terms.digest()


@pytest.mark.parametrize("kind", CONDITIONS)
@given(data=st.data())
@settings(max_examples=25, deadline=None)
def test_every_condition_goes_through_the_form_and_comes_out_as_it_was(
    data: st.DataObject, kind: str
) -> None:
    condition = ConditionSpec(kind, data.draw(fields_of(CONDITIONS[kind], "EUR")))
    try:
        rulebook.condition_of(condition)
    except Invalid:
        return
    terms = offer(percent("0.15", condition), percent("0.1"))
    assert round_trip(terms, "EUR") == terms


def test_everything_besides_the_rules_goes_through_the_form() -> None:
    base = Base(tax=True, shipping=True, discount=True, products=("12", "34"), collections=("5",), tags=("Sale, old",),
                vendors=("Foo",), channels=("pos",))  # fmt: skip
    full = offer(percent("0.12"), hold_days=0, hold_from=HoldFrom.FULFILLED, base=base, pos=CreditWhen.ALWAYS,
                 drafts=CreditWhen.NEVER)  # fmt: skip
    assert round_trip(full, "EUR") == full
    nothing_off = OfferTerms(30, Discount(), (percent("0.12"),))
    assert round_trip(nothing_off, "EUR") == nothing_off


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        (FieldKind.PERCENT, "12", "0.12"),
        (FieldKind.PERCENT, " 12,5 % ", "0.125"),
        (FieldKind.PERCENT, "0", "0"),
        (FieldKind.PERCENT, "100.0000", "1"),
        (FieldKind.MONEY, "5", "5.00"),
        (FieldKind.MONEY, "5,5 EUR", "5.50"),
        (FieldKind.COUNTRIES, "de, at\nFR", ["AT", "DE", "FR"]),
        (FieldKind.PRODUCTS, "gid://shopify/Product/12\nhttps://admin.shopify.com/store/lumen/products/34?x=1", ["12", "34"]),
        (FieldKind.TEXTS, "Foo, Inc.\n\n bar ", ["Foo, Inc.", "bar"]),
    ],
)  # fmt: skip
def test_a_person_may_write_as_people_do(kind: FieldKind, typed: str, kept: object) -> None:
    assert read_value(Field("x", "X", kind), typed, "EUR") == kept


@pytest.mark.parametrize(
    ("kind", "typed", "currency", "why"),
    [
        (FieldKind.PERCENT, "1200", "EUR", "1200 is not a percentage from 0 to 100"),
        (FieldKind.PERCENT, "Infinity", "EUR", "is not a percentage"),
        (FieldKind.PERCENT, "1_0", "EUR", "is not a percentage"),
        (FieldKind.PERCENT, "٣", "EUR", "is not a percentage"),
        (FieldKind.PERCENT, "12.00001", "EUR", "more than 4 decimals"),
        (FieldKind.MONEY, "5.5", "JPY", "more decimals than JPY, which has none"),
        (FieldKind.MONEY, "1e400", "EUR", "is not an amount"),
        (FieldKind.MONEY, "9" * 40, "EUR", "is not an amount"),
        (FieldKind.COUNT, "1.5", "EUR", "is not a whole number"),
    ],
)  # fmt: skip
def test_what_is_no_value_is_told_as_it_was_typed(
    kind: FieldKind, typed: str, currency: str, why: str
) -> None:
    with pytest.raises(Invalid, match=why):
        read_value(Field("x", "X", kind), typed, currency)


def test_rows_that_were_left_empty_do_not_count() -> None:
    typed = Typed(of_terms(offer(percent("0.1"))).values, [
        Part("bracket", {"steps.from": ["0", "", "100", ""], "steps.rate": ["10", "", "12", ""]})
    ])  # fmt: skip
    terms = read(typed, "EUR").terms
    assert terms is not None
    assert terms.rules[0].fields["steps"] == [
        {"from": "0.00", "rate": "0.1"},
        {"from": "100.00", "rate": "0.12"},
    ]


class Planted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A rule that somebody adds as a new file."""

    ROLE: ClassVar[Role] = Role.AWARD
    LABEL: ClassVar[str] = "Birthday gift"
    HELP: ClassVar[str] = "An amount on the creator's birthday."
    FIELDS: ClassVar[tuple[Field, ...]] = (
        Field("amount", "Amount", FieldKind.MONEY, least="0.01"),
        Field("public", "Announced", FieldKind.SWITCH),
    )
    amount: str
    currency: str
    public: bool


@pytest.fixture
def planted(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """As kernel.registry would have found it in a file of its own."""
    known, kinds = KINDS, MappingProxyType({**KINDS, "birthday": Planted})
    for module in list(sys.modules.values()):
        if getattr(module, "KINDS", None) is known:
            monkeypatch.setattr(module, "KINDS", kinds)
    rulebook._read.cache_clear()
    yield
    rulebook._read.cache_clear()


def test_a_rule_in_a_new_file_is_drawn_read_and_spoken_of(planted: None) -> None:
    gift = RuleSpec("birthday", {"amount": "20.00", "currency": "EUR", "public": True})
    terms = offer(percent("0.1"), gift)
    assert [slot.field.label for slot in draw(of_terms(terms), {}, "EUR").rules[1].slots] == [
        "Amount",
        "Announced",
    ]
    assert round_trip(terms, "EUR") == terms
    assert rule(gift, FMT) == "Birthday gift: amount €20.00, announced yes"
    assert differences(offer(percent("0.1")), terms, FMT)[0].what == "Birthday gift"
