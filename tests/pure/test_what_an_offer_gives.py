"""Every kind of discount: read from a file, typed on the page, spoken, and written for Shopify's real schema."""

import gzip
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from babel import Locale
from graphql import GraphQLSchema, build_schema
from graphql.utilities import coerce_input_value

from app.campaigns.discount import USUAL, BadDiscount, DiscountKind, DiscountSettings, Items, SingleUse
from app.campaigns.model import Discount, OfferTerms, RuleSpec, check_discount
from app.flows.apply_cells import BadFile, Cell
from app.flows.apply_discount import discount
from app.flows.code_terms import Terms
from app.flows.discount_words import shoppers_get
from app.flows.fill_pool import pool_terms
from app.flows.offer_words import differences
from app.shopify.discount_input import FORMS, named_in, written
from app.web.admin.offers_read import read
from app.web.admin.offers_typed import of_terms
from app.web.formats import Format

FMT = Format(Locale("en"), "EUR", "Europe/Berlin")
RULES = (RuleSpec("percent", {"rate": "0.12"}),)
GETS = {"percent": "100", "products": ["2"], "buy": {"quantity": 2, "get": 1, "collections": ["7"]}}
FILES: list[tuple[dict[str, Any], DiscountKind, str]] = [
    ({"percent": "10"}, DiscountKind.PERCENT, "10% off"),
    ({"percent": "12.5", "products": ["1", "2"], "once_per_customer": True}, DiscountKind.PERCENT,
     "12.5% off some products, once for each customer"),
    ({"amount": "5.00", "minimum": {"amount": "50"}}, DiscountKind.AMOUNT, "€5.00 off, from €50.00"),
    ({"amount": "5", "each_item": True, "collections": ["3"], "combines_with": []}, DiscountKind.AMOUNT,
     "€5.00 off each item of some products"),
    ({"free_shipping": True, "minimum": {"quantity": 3}, "usage_limit": 100}, DiscountKind.FREE_SHIPPING,
     "Free shipping, from 3 items, at most 100 times"),
    ({**GETS, "usage_limit": 5, "limit_per_code": True}, DiscountKind.BUY_GET,
     "1 free for 2 bought, at most 5 times a code"),
    ({"percent": "10", "single_use": {}}, DiscountKind.PERCENT,
     "10% off, links give single-use codes for 7 days, or else the creator's"),
    ({"amount": "5", "usage_limit": 5, "limit_per_code": True, "single_use": {"days": 1, "else": "nothing"}},
     DiscountKind.AMOUNT, "€5.00 off, at most 5 times a code, links give single-use codes for 1 day, or else none"),
]  # fmt: skip


def terms_of(given: dict[str, Any]) -> OfferTerms:
    taken_off, settings = discount(Cell("discount", given), "EUR")
    return OfferTerms(30, taken_off, RULES, given=settings)


def offered(terms: OfferTerms) -> Terms:
    kind = terms.discount_kind
    return Terms("Tribute: Main", kind, terms.discount, terms.given, datetime(2026, 1, 1, tzinfo=UTC))


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    packed = Path(__file__).resolve().parents[2] / "devstore" / "admin-2026-10.graphql.gz"
    return build_schema(gzip.decompress(packed.read_bytes()).decode(), assume_valid=True)


def test_what_was_published_before_there_were_kinds_keeps_its_digest() -> None:
    terms = OfferTerms(30, Discount.of_percent(Decimal(10)), RULES, given=DiscountSettings(items=Items()))
    assert terms.digest() == "2e53486252233f25fc1e109dabcd00c03e2c9baab4da4b80b1221f9b2f9cb600"
    assert offered(terms).digest == "57380c199bce14b49d51842dfc98791585152f8d1ed00c8a473045468708c542"


@pytest.mark.parametrize(("file", "kind", "words"), FILES)
def test_a_file_says_any_kind_and_the_page_keeps_it(
    file: dict[str, Any], kind: DiscountKind, words: str
) -> None:
    terms = terms_of(file)
    assert terms.discount_kind is kind
    assert shoppers_get(terms, FMT) == words
    reading = read(of_terms(terms), "EUR")
    assert reading.errors == {}
    assert reading.terms is not None
    assert reading.terms.digest() == terms.digest()


@pytest.mark.parametrize(("file", "kind", "words"), FILES)
def test_shopifys_schema_takes_what_is_written(
    schema: GraphQLSchema, file: dict[str, Any], kind: DiscountKind, words: str
) -> None:
    terms = offered(terms_of(file))
    form = FORMS[kind]
    mutation = schema.mutation_type
    assert mutation is not None
    for end in ("Create", "Update"):
        field = mutation.fields[f"{form.field}{end}"]
        given = written(terms, named_in(terms.given))
        assert coerce_input_value(given, field.args[form.variable].type), words


def test_an_amount_is_exact_in_a_currency_without_decimals_too() -> None:
    taken_off, _ = discount(Cell("discount", {"amount": "500"}), "JPY")
    terms = Terms("x", DiscountKind.AMOUNT, taken_off, USUAL, datetime(2026, 1, 1, tzinfo=UTC))
    value = written(terms, {})["customerGets"]["value"]
    assert value == {"discountAmount": {"amount": "500", "appliesOnEachItem": False}}


def test_products_that_are_named_no_more_are_taken_away_by_name() -> None:
    before = terms_of({"percent": "10", "products": ["1", "2"]})
    now = offered(terms_of({"percent": "10", "products": ["2", "3"]}))
    items = written(now, named_in(before.given))["customerGets"]["items"]
    assert items == {
        "products": {
            "productsToAdd": ["gid://shopify/Product/2", "gid://shopify/Product/3"],
            "productsToRemove": ["gid://shopify/Product/1"],
        }
    }
    groups = offered(terms_of({"percent": "10", "collections": ["9"]}))
    assert written(groups, named_in(before.given))["customerGets"]["items"] == {
        "products": {"productsToRemove": ["gid://shopify/Product/1", "gid://shopify/Product/2"]},
        "collections": {"add": ["gid://shopify/Collection/9"]},
    }


@pytest.mark.parametrize(
    ("file", "why"),
    [
        ({}, "discount.percent: It is missing"),
        ({"percent": "10", "amount": "5"}, "more than one thing"),
        ({"amount": "0"}, "must be between 1"),
        ({"amount": "1.234"}, "not an exact amount in EUR"),
        ({"free_shipping": False}, "gives nothing"),
        ({"free_shipping": True, "products": ["1"]}, "cannot name products"),
        ({"free_shipping": True, "combines_with": ["shipping"]}, "does not combine free shipping"),
        ({"percent": "10", "each_item": True}, "for a fixed amount only"),
        ({"percent": "10", "products": ["1"], "collections": ["2"]}, "not both"),
        ({"percent": "10", "minimum": {"amount": "5", "quantity": 2}}, "one of them"),
        ({"percent": "10", "minimum": {"quantity": 0}}, "0 is not a number from 1"),
        ({"percent": "10", "usage_limit": 0}, "0 is not a number from 1"),
        ({"percent": "10", "limit_per_code": True}, "How often each code may be used is missing"),
        ({"percent": "10", "combines_with": ["gift"]}, "names 'gift'"),
        ({"percent": "10", "single_use": {"days": 0}}, "0 is not a number of days from 1 to 90"),
        ({"percent": "10", "single_use": {"days": 91}}, "91 is not a number of days from 1 to 90"),
        ({"percent": "10", "single_use": {"else": "mine"}}, "names 'mine'; it is one of own_code, nothing"),
        ({"percent": "10", "single_use": {}, "usage_limit": 5}, "Shopify counts those apart"),
        ({"free_shipping": True, "buy": {"quantity": 1, "get": 1}}, "goes with a percent"),
        ({"percent": "100", "buy": {"quantity": 1, "get": 1, "products": ["1"]}}, "Name what shoppers get"),
        ({"percent": "100", "products": ["1"], "buy": {"quantity": 1, "get": 1}}, "has to be bought"),
    ],
)
def test_what_shopify_could_not_hold_is_refused_in_words(file: dict[str, Any], why: str) -> None:
    with pytest.raises(BadFile, match=why):
        terms_of(file)


def test_the_page_says_beside_which_input_it_is_refused() -> None:
    typed = of_terms(terms_of({"percent": "10"}))
    typed.values |= {"minimum_amount": ["20"], "minimum_quantity": ["2"]}
    assert read(typed, "EUR").errors.keys() == {"minimum_quantity"}
    typed = of_terms(terms_of(GETS))
    typed.values["buy_collections"] = [""]
    assert read(typed, "EUR").errors.keys() == {"buy_products"}


def test_single_use_codes_change_nothing_of_the_discount_that_creators_codes_have() -> None:
    usual, single = terms_of({"percent": "10"}), terms_of({"percent": "10", "single_use": {"days": 3}})
    assert usual.digest() != single.digest()
    assert offered(usual).digest == offered(single).digest
    pool = pool_terms(offered(single))
    assert (pool.title, pool.given.usage_limit) == ("Tribute: Main (single use)", 1)
    assert pool.digest == pool_terms(offered(terms_of({"percent": "10", "single_use": {"days": 9}}))).digest
    with pytest.raises(BadDiscount, match="something to take off"):
        check_discount(OfferTerms(30, Discount(), RULES, given=DiscountSettings(single_use=SingleUse())))


def test_nothing_off_is_a_kind_of_its_own() -> None:
    terms = OfferTerms(30, Discount(), RULES)
    check_discount(terms)
    assert terms.discount_kind is DiscountKind.NOTHING
    assert shoppers_get(terms, FMT) == "Nothing: orders are tracked by links"
    assert read(of_terms(terms), "EUR").terms == terms
    with pytest.raises(BadDiscount):
        check_discount(OfferTerms(30, Discount(), RULES, given=DiscountSettings(free_shipping=True)))


def test_what_changes_is_told_without_what_stays_as_is_usual() -> None:
    nothing, five = OfferTerms(30, Discount(), RULES), terms_of({"amount": "5", "usage_limit": 3})
    assert [(said.what, said.before, said.after) for said in differences(nothing, five, FMT)] == [
        ("Shoppers get", "Nothing (links only)", "A fixed amount off"),
        ("Amount off", None, "€5.00"),
        ("Uses at most", None, "3"),
    ]
