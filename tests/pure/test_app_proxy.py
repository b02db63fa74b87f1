"""Whom the app proxy's signature proves, by the vectors of Shopify's documentation."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from app.shopify.app_proxy import NotFromShopify, pairs, shop_of, sign

THEN = datetime.fromtimestamp(1317327555, UTC)
SECRET = "hush"
VECTORS = {
    "1": "4c68c8624d737112c91818c11017d24d334b524cb5c2b8ba08daa056f7395ddb",
    "": "e072b6d7e6622d85912a5214b860d3100dc1e73d9bc29f43796ac8c9ff8093cb",
}


def told(customer: str = "1") -> list[tuple[str, str]]:
    return [
        ("extra", "1"),
        ("extra", "2"),
        ("shop", "shop-name.myshopify.com"),
        ("logged_in_customer_id", customer),
        ("path_prefix", "/apps/awesome_reviews"),
        ("timestamp", "1317327555"),
    ]


def signed(given: list[tuple[str, str]], secret: str = SECRET) -> str:
    return urlencode([*given, ("signature", sign(given, secret).decode())])


@pytest.mark.parametrize("customer", VECTORS)
def test_the_documentations_examples_are_believed(customer: str) -> None:
    query = urlencode([*told(customer), ("signature", VECTORS[customer])])
    assert shop_of(query, [SECRET], THEN) == "shop-name.myshopify.com"


def test_the_secret_before_the_rotation_is_believed_too() -> None:
    assert shop_of(signed(told(), "old"), ["new", "old"], THEN) == "shop-name.myshopify.com"


@pytest.mark.parametrize(("seconds", "fresh"), [(-91, False), (-90, True), (90, True), (91, False)])
def test_a_request_is_believed_for_ninety_seconds(seconds: int, *, fresh: bool) -> None:
    now = THEN + timedelta(seconds=seconds)
    if fresh:
        assert shop_of(signed(told()), [SECRET], now)
        return
    with pytest.raises(NotFromShopify, match="90 seconds"):
        shop_of(signed(told()), [SECRET], now)


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ([], "one shop"),
        ([*told(), ("shop", "other.myshopify.com")], "one shop"),
        ([*told(), ("timestamp", "1317327555")], "one shop"),
        ([*told(), ("hmac", "a"), ("hmac", "b")], "one shop"),
        ([(n, v if n != "timestamp" else "soon") for n, v in told()], "90 seconds"),
        ([(n, v if n != "shop" else "evil.example") for n, v in told()], "no shop"),
        ([("x", str(n)) for n in range(101)], "more than 100"),
    ],
)
def test_what_shopify_would_not_send_is_refused_even_with_a_signature(
    given: list[tuple[str, str]], why: str
) -> None:
    with pytest.raises(NotFromShopify, match=why):
        shop_of(signed(given), [SECRET], THEN)


def test_any_change_of_what_was_signed_is_refused() -> None:
    query = urlencode([*told("2"), ("signature", VECTORS["1"])])
    with pytest.raises(NotFromShopify, match="not Shopify's"):
        shop_of(query, [SECRET], THEN)


@drawn(st.text(alphabet="ab=&+%2F0é;?#[]\u202e", max_size=60) | st.text(max_size=60))
def test_an_address_is_read_as_pythons_own_library_reads_it(query: str) -> None:
    assert pairs(query) == parse_qsl(query, keep_blank_values=True)
