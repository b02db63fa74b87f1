"""The address a link leads to: always inside the shop, the merchant's own words kept, the evidence ours."""

from urllib.parse import parse_qs, unquote, urlsplit

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.tracking.destination import Target, address
from app.tracking.model import BadLink, check_path

SHOP = "https://lumen.myshopify.com"
LINK = Target(1, 2, "mara", SHOP, "/products/serum", "instagram")
TOKEN = "T" * 48


def led(target: Target = LINK, query: str = "") -> tuple[str, dict[str, list[str]]]:
    parts = urlsplit(address(target, TOKEN, query))
    assert f"{parts.scheme}://{parts.netloc}" == SHOP
    return parts.path, parse_qs(parts.query, keep_blank_values=True)


def test_a_link_leads_to_its_page_and_says_whose_it_is() -> None:
    path, given_ = led()
    assert path == "/products/serum"
    assert given_ == {
        "utm_source": ["instagram"],
        "utm_medium": ["creator"],
        "utm_content": ["mara"],
        "ref": ["mara"],
        "tribute_click": [TOKEN],
    }


def test_the_merchants_own_parameters_stay_as_they_are() -> None:
    own = msgspec.structs.replace(LINK, to_path="/products/serum?variant=44&utm_source=autumn")
    _, given_ = led(own, "utm_source=elsewhere&s1=story")
    assert given_["variant"] == ["44"]
    assert given_["utm_source"] == ["autumn"]
    assert given_["s1"] == ["story"]


def test_a_visitors_own_campaign_goes_before_ours() -> None:
    assert led(query="utm_source=tiktok&gclid=abc")[1]["utm_source"] == ["tiktok"]
    assert led(query="gclid=abc")[1]["gclid"] == ["abc"]


def test_nobody_can_type_the_evidence_themselves() -> None:
    _, given_ = led(query=f"ref=else&tribute_click={'X' * 48}")
    assert given_["ref"] == ["mara"]
    assert given_["tribute_click"] == [TOKEN]


def test_a_code_is_put_into_the_cart_on_the_way() -> None:
    path, given_ = led(msgspec.structs.replace(LINK, code="MARA 10/ü"))
    assert unquote(path) == "/discount/MARA 10/ü"
    assert given_["redirect"][0].startswith("/products/serum?")
    assert f"tribute_click={TOKEN}" in given_["redirect"][0]


def test_a_place_on_the_page_stays_at_the_end() -> None:
    assert address(msgspec.structs.replace(LINK, to_path="/pages/a#top"), TOKEN).endswith("#top")


@given(
    st.text(max_size=80),
    st.text(max_size=200),
    st.sampled_from([None, "MARA10", "//evil.example", "a?b#c&d"]),
)
def test_no_path_and_no_query_leads_out_of_the_shop(path: str, query: str, code: str | None) -> None:
    try:
        target = msgspec.structs.replace(LINK, to_path=check_path("/" + path), code=code)
    except BadLink:
        return
    found = address(target, TOKEN, query)
    assert urlsplit(found).netloc == "lumen.myshopify.com"
    assert found.isascii()
    assert not set(found) & set(' \r\n\t<>"')


@given(st.text(max_size=80), st.text(max_size=100))
def test_the_address_ready_made_around_the_token_is_the_same(path: str, slug: str) -> None:
    hole = "-" * 48
    try:
        target = msgspec.structs.replace(LINK, to_path=check_path("/" + path), slug=slug)
    except BadLink:
        return
    before, _, after = address(target, hole).partition(hole)
    assert before + TOKEN + after == address(target, TOKEN)


@pytest.mark.parametrize(
    "query", ["redirect=//evil.example", "return_to=https://evil.example", "a=" * 500, "%ff=%fe", "&&&;;"]
)
def test_parameters_that_are_not_on_the_list_do_not_go_along(query: str) -> None:
    assert led(query=query) == led()
