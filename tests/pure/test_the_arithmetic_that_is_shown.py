"""Every line of an explanation, field by field: what it stands on, what it earned and as placed, and why."""

from datetime import UTC, datetime
from decimal import Decimal

import msgspec
import pytest

from app.attribution.touchpoint import exactly
from app.campaigns.model import NET_SALES, Base, OfferTerms
from app.commissions.base import channel_of, split, whole_lines
from app.commissions.book import Needs, book_of
from app.commissions.contradictions import needs_of
from app.commissions.model import LineEarning
from app.commissions.price import Part, recruited
from app.commissions.rules.second_level import SecondLevel
from app.commissions.sale import UNKNOWN_GOODS, Goods, Known, LineShare, Spent
from app.orders.model import Line
from app.orders.net_sales import line_bases
from tests.pure.paying import order, refund
from tests.pure.pricing import parts, percent, rule, sale, share, terms, when

PLACED = datetime(2026, 3, 1, tzinfo=UTC)
TWO_OF_THREE = share(7, 900, 3, left=2)


def test_a_line_that_earned_shows_its_base_its_units_and_its_rule() -> None:
    (part,) = parts(sale(TWO_OF_THREE), percent("0.1", when("product", ids=["17"])))
    shown = LineEarning(7, "Line 7", 900, 600, 3, 2, "percent", "0.1", 60, ("product 17",))
    assert part == Part(shown, 90)


def test_a_line_that_no_rule_takes_shows_the_same_and_earns_nothing() -> None:
    (part,) = parts(sale(TWO_OF_THREE), percent("0.1", when("product", ids=["99"])))
    note = "No rule of the offer takes this line."
    assert part == Part(LineEarning(7, "Line 7", 900, 600, 3, 2, "none", "0", 0, note=note), 0)
    left_out = msgspec.structs.replace(TWO_OF_THREE, excluded="The vendor x is excluded.")
    for rules in ([percent("0.1")], [percent("0.1"), percent("0.2", when("product", ids=["17"]))]):
        (part,) = parts(sale(left_out), *rules)
        assert (part.line.rule, part.line.note) == ("none", "The vendor x is excluded.")


def test_lines_keep_their_order_whichever_rule_took_them() -> None:
    found = parts(
        sale(share(1, 100), share(2, 200), share(3, 300), share(4, 400)),
        percent("0.1"), percent("0.5", when("product", ids=["12", "14"])), percent("0.2", when("product", ids=["13"])),
    )  # fmt: skip
    assert [(p.line.line, p.line.commission_minor, p.placed_minor) for p in found] == [
        (1, 10, 10), (2, 100, 100), (3, 60, 60), (4, 200, 200),
    ]  # fmt: skip


def test_a_renewal_that_earns_nothing_shows_why_on_each_line_and_brings_no_bonus() -> None:
    found = parts(
        sale(TWO_OF_THREE, share(2, 100), is_renewal=True), percent("0.1"), rule("renewals", earn="off"),
        rule("bonus", on="first_sale", amount="5.00", currency="EUR"),
    )  # fmt: skip
    note = "Renewals of a subscription do not earn."
    assert found[0] == Part(LineEarning(7, "Line 7", 900, 600, 3, 2, "renewals", "0", 0, note=note), 0)
    assert [(p.line.rule, p.line.note) for p in found] == [("renewals", note)] * 2


@pytest.mark.parametrize(("left", "now"), [(1, 500), (0, 0)])
def test_a_bonus_is_a_line_of_its_own_that_stands_for_none(left: int, now: int) -> None:
    gift = rule("bonus", on="first_sale", amount="5.00", currency="EUR")
    _, _, added = parts(sale(share(1, 900, 3, left=0), share(2, 500, 2, left=left)), percent("0.1"), gift)
    note = "This was the creator's first sale in the program."
    shown = LineEarning(0, "Bonus", 0, 0, 5, left, "bonus", "5.00 EUR", now, note=note)
    assert added == Part(shown, 500, is_added=True)


def test_a_cap_is_a_line_that_takes_away_what_was_cut() -> None:
    cap = rule("cap", per="order", amount="1.00", currency="EUR")
    gift = rule("bonus", on="first_sale", amount="0.20", currency="EUR")
    *_, cut = parts(sale(share(1, 1000, 4, left=3), share(2, 500, 2)), percent("0.1"), gift, cap)
    # As placed 100 + 50 + 20; of it 75 + 50 + 20 still stand.
    note = "The order earned 1.70 EUR as placed; 1.00 EUR of the cap was left, so 0.70 EUR was cut."
    title, rate = "Cap of 1.00 EUR for an order", "1.00 EUR"
    shown = LineEarning(0, title, 0, 0, 6, 5, "cap", rate, -45, note=note, cut_minor=70)
    assert cut == Part(shown, -70, is_added=True)


def test_below_what_a_cap_leaves_nothing_more_is_taken() -> None:
    cap = rule("cap", per="creator", amount="1.00", currency="EUR")
    _, cut = parts(sale(share(1, 1000, 4, left=1)), percent("0.1"), cap, spent=Spent(creator=50))
    assert (cut.line.commission_minor, cut.line.cut_minor, cut.placed_minor) == (0, 50, -50)
    assert (cut.line.ordered, cut.line.remaining) == (4, 1)


@pytest.mark.parametrize(
    ("of", "now", "placed", "words"),
    [("net_sales", 60, 90, "net sales"), ("commission", 12, 18, "the commission")],
)
def test_a_second_level_is_a_share_of_real_lines_only(of: str, now: int, placed: int, words: str) -> None:
    gift = rule("bonus", on="first_sale", amount="5.00", currency="EUR")
    found = parts(sale(TWO_OF_THREE), percent("0.2"), gift)
    second = book_of(kept := terms(rule("second_level", rate="0.1", of=of))).second
    assert kept.rules
    assert isinstance(second, SecondLevel)
    note = f"Of {words} of mara."
    shown = LineEarning(0, "Second level", 0, 0, 3, 2, "second_level", "0.1", now, note=note)
    assert recruited(found, second, "mara") == Part(shown, placed, is_added=True)


SERUM = Line(1, "Serum", 11, 21, 3, 3, 1200, 400, 200, gift_card=False, vendor="Acme")
SOLD = order(SERUM, taxes_included=True, shipping_minor=605, shipping_tax_minor=105)
KNOWN = Known(goods={11: Goods(frozenset({"8", "7"}), frozenset({"sale", "new"}))}, shipping=(500, 250))


def based(base: Base, *back: tuple[int, int], **facts: object) -> list[LineShare]:
    made = msgspec.structs.replace(SOLD, **facts)
    return whole_lines(made, line_bases(made, [refund(*back)] if back else []), terms(base=base).base, KNOWN)


def test_a_line_carries_what_rules_ask_of_it() -> None:
    (line,) = based(Base(), (1, 1))
    assert line == LineShare(
        1, "Serum", 3000, 2000, 3, 2, 11, 21, Goods(frozenset({"8", "7"}), frozenset({"sale", "new"}), "acme")
    )


@pytest.mark.parametrize(
    ("product", "vendor", "goods"),
    [(12, "", UNKNOWN_GOODS), (None, "Acme", Goods(vendor="acme")), (12, " ACME ", Goods(vendor="acme"))],
)
def test_a_product_that_the_catalogue_does_not_know_has_the_vendor_of_the_order(
    product: int | None, vendor: str, goods: Goods
) -> None:
    line = msgspec.structs.replace(SERUM, product_id=product, vendor=vendor)
    assert based(Base(), lines=(line,))[0].goods == goods


def test_shipping_is_the_last_line_and_no_units_of_a_product() -> None:
    assert based(Base(shipping=True))[1] == LineShare(0, "Shipping", 500, 250, 1, 1, is_shipping=True)
    # With its tax of 105 it was 605, of which half still stands, half to even.
    assert based(Base(shipping=True, tax=True))[1] == LineShare(
        0, "Shipping", 605, 302, 1, 1, is_shipping=True
    )


@pytest.mark.parametrize(
    ("stands", "tax", "line"),
    [
        ((500, 0), False, (500, 0, 0)), ((500, 1), False, (500, 1, 1)), ((0, 0), True, (0, 0, 0)),
        ((1, 1), True, (106, 106, 1)),
    ],
)  # fmt: skip
def test_shipping_stands_while_a_cent_of_it_does(
    stands: tuple[int, int], line: tuple[int, int, int], *, tax: bool
) -> None:
    base = terms(base=Base(shipping=True, tax=tax)).base
    *_, shown = whole_lines(SOLD, line_bases(SOLD, ()), base, Known(shipping=stands))
    assert (shown.placed_minor, shown.current_minor, shown.remaining) == line


def test_where_nobody_asked_for_shipping_there_is_none() -> None:
    assert len(whole_lines(SOLD, line_bases(SOLD, ()), Base(shipping=True), Known())) == 1
    assert len(whole_lines(SOLD, line_bases(SOLD, ()), NET_SALES, KNOWN)) == 1


@pytest.mark.parametrize(
    ("base", "source", "why"),
    [
        (Base(channels=("WEB",)), "", "Orders of the channel web are excluded."),
        (Base(channels=("draft",)), "shopify_draft_order", "Orders of the channel draft are excluded."),
        (Base(products=("11",)), "", "Product 11 is excluded."),
        (Base(collections=("9", "8", "7")), "", "Collection 7 is excluded."),
        (Base(tags=("Sale", "New", "Old")), "", "Products with the tag new are excluded."),
        (Base(vendors=("ACME",)), "", "The vendor acme is excluded."),
        (
            Base(channels=("pos",), products=("1",), collections=("9",), tags=("ne",), vendors=("ac",)),
            "",
            None,
        ),
    ],
)
def test_a_line_that_the_offer_leaves_out_says_why_and_stands_on_nothing(
    base: Base, source: str, why: str | None
) -> None:
    (line,) = based(base, source_name=source)
    stands = (3000, 3000) if why is None else (0, 0)
    assert (line.excluded, line.placed_minor, line.current_minor) == (why, *stands)


@pytest.mark.parametrize(
    ("source", "channel"),
    [("", "web"), ("web", "web"), ("shopify_draft_order", "draft"), ("pos", "pos"), ("1", "1")],
)
def test_a_channel_has_the_name_that_offers_use(source: str, channel: str) -> None:
    assert channel_of(order(source_name=source)) == channel


def test_a_line_is_split_as_placed_and_as_it_stands() -> None:
    even = (Decimal("0.5"), Decimal("0.5"))
    halves = [lines[0] for lines in split([share(1, 101, 101, left=3)], even)]
    assert [(half.placed_minor, half.current_minor) for half in halves] == [(51, 2), (50, 1)]


def needs(*rules: object, **base: object) -> set[str]:
    kept: OfferTerms = terms(*rules, base=Base(**base))  # type: ignore[arg-type]
    found = book_of(kept).needs
    assert found.history == (found.creator or found.program)
    return {name for name in Needs.__dataclass_fields__ if getattr(found, name)}


def steps(kind: str, **fields: str) -> object:
    return rule(kind, steps=[{"from": "0", "rate": "0.1"}], currency="EUR", **fields)


def amount(kind: str, **fields: str) -> object:
    return rule(kind, amount="5.00", currency="EUR", **fields)


@pytest.mark.parametrize(
    ("rules", "base", "asked"),
    [
        ([percent("0.1")], {}, set()),
        ([steps("bracket")], {}, set()),
        ([steps("tier", by="orders", over="month")], {}, {"creator"}),
        ([amount("bonus", on="first_sale")], {}, {"creator"}),
        ([amount("bonus", on="sign_up")], {}, set()),
        ([amount("cap", per="order")], {}, set()),
        ([amount("cap", per="creator")], {}, {"creator"}),
        ([amount("cap", per="day")], {}, {"creator"}),
        ([amount("cap", per="month")], {}, {"creator"}),
        ([amount("cap", per="program")], {}, {"program"}),
        ([percent("0.1", when("customer", is_="new"))], {}, {"customer"}),
        ([rule("renewals", earn="off")], {}, set()),
        ([rule("renewals", earn="first", count=1)], {}, {"customer"}),
        ([rule("renewals", earn="months", count=1)], {}, {"customer"}),
        ([percent("0.1", when("collection", ids=["1"]))], {}, {"catalogue"}),
        ([percent("0.1", when("tag", tags=["x"]))], {}, {"catalogue"}),
        ([percent("0.1", when("product", ids=["1"]))], {}, set()),
        ([percent("0.1")], {"collections": ("1",)}, {"catalogue"}),
        ([percent("0.1")], {"tags": ("x",)}, {"catalogue"}),
        ([percent("0.1")], {"vendors": ("x",)}, set()),
        ([rule("second_level", rate="0.1", of="commission")], {}, {"recruiter"}),
        ([percent("0.1")], {"shipping": True}, {"shipping"}),
    ],
)
def test_an_offer_asks_only_for_what_its_rules_look_at(
    rules: list[object], base: dict[str, object], asked: set[str]
) -> None:
    assert needs(*rules, **base) == asked


@pytest.mark.parametrize("name", Needs.__dataclass_fields__)
def test_of_two_versions_whatever_either_asks_for_is_known(name: str) -> None:
    one, none = Needs(**{name: True}), Needs()
    assert one | none == none | one == one | one == one
    assert none | none == none


def test_versions_of_a_program_are_known_together() -> None:
    tier, gate = steps("tier", by="orders", over="month"), rule("renewals", earn="first", count=1)
    assert needs_of([terms(tier), terms(gate), terms()]) == Needs(creator=True, customer=True)  # type: ignore[arg-type]


def test_what_pays_without_an_order_is_kept_apart_with_its_kind() -> None:
    kept = terms(
        percent("0.1"), amount("fixed_fee", every="once"), amount("bonus", on="sign_up"),  # type: ignore[arg-type]
        amount("bonus", on="first_sale"), amount("per_click"), rule("renewals", earn="off"),  # type: ignore[arg-type]
    )  # fmt: skip
    book = book_of(kept)
    assert [kind for kind, _ in book.awards] == ["fixed_fee", "bonus", "per_click"]
    assert [kind for kind, _ in book.extras] == ["bonus", "bonus"]
    assert [bound.number for bound in book.lines] == [0]
    assert (book.second, book.caps, book.renewals is None) == (None, (), False)
    assert book_of(kept) is book


def test_a_model_that_never_estimates_is_off_by_nothing() -> None:
    assert exactly([], PLACED) == 0
