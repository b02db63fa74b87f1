"""What stays of an address names no person, and every rule reads the same from it."""

from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.flows.bare_address import bare_page, bare_referrer
from app.fraud.landing import leads_to_code, paid_search, sources
from app.fraud.lists import is_coupon_site
from app.tracking.click import trail

PERSON = "?email=ada%40example.com&_kx=ada&fbclid=adas-browser&gclid=adas-click&ref=mara&utm_source=honey.com&utm_term=ada"
NAMES = st.sampled_from([
    "ref", "REF", "source", "r", "sca_ref", "aff", "utm_medium", "utm_content", "utm_source", "UTM_SOURCE", "tribute_click", "gclid",
    "email", "q",
])  # fmt: skip
VALUES = st.text(max_size=8) | st.sampled_from(
    ["mara", "Theo", "310.uITk", "creator", "cpc", "honey.com", "", "a b"]
)
PATHS = st.sampled_from(
    [
        "/",
        "/discount/MARA10",
        "/discount/mara%2010",
        "/discount",
        "/account/ada",
        "//x.y/discount/A",
        "[",
        "https://[/",
    ]
)
QUERIES = st.lists(st.tuples(NAMES, VALUES), max_size=6).map(urlencode) | st.text(max_size=30)


@pytest.mark.parametrize(
    ("address", "stays"),
    [
        (f"/account/ada{PERSON}", "/?gclid=1&ref=mara&utm_source=honey.com"),
        ("/discount/MARA10?redirect=/account/ada", "/discount/MARA10"),
        ("https://lumen.example/?ref=ada%40example.com", "/?ref=-"),
        ("/?" + "&".join(["ref=mara"] * 101), "/"),
        ("/?" + "&".join(["gclid=ada"] * 201), "/"),
        ("https://[", "/"),
    ],
)
def test_only_what_says_who_sent_them_stays(address: str, stays: str) -> None:
    assert bare_page(address) == stays
    assert bare_page(stays) == stays


@given(PATHS, QUERIES, st.sampled_from([0, 0, 0, 99, 100, 101, 199, 200]))
def test_every_rule_reads_the_same_from_what_stays(path: str, query: str, more: int) -> None:
    address = f"{path}?{query}{'&x=1' * more}"
    left = bare_page(address)
    assert trail((), left) == trail((), address)
    assert paid_search(left) == paid_search(address)
    assert sources(left) == sources(address)
    assert leads_to_code(left, "MARA10") == leads_to_code(address, "MARA10")
    assert bare_page(left) == left


@given(
    st.text(max_size=30)
    | st.sampled_from(["https://mail.example/ada?q=ada", "honey.com", "https://www.HONEY.com/x?a=ada"])
)
def test_of_a_referrer_the_host_stays(address: str) -> None:
    left = bare_referrer(address)
    assert is_coupon_site(left) == is_coupon_site(address)
    assert bool(left) == bool(address)
    assert bare_referrer(left) == left
    assert "ada" not in bare_referrer("https://mail.example/ada?q=ada")
