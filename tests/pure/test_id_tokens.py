"""Who opened a page: our verdict beside the one of Shopify's own package."""

import base64
import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from shopify_app import ShopifyApp

from app.shopify.session_token import BadIDToken, verify
from tests.pretend_shopify import API_KEY, SECRET, SHOP, id_token

OLD = "shpss_old_0123456789abcdef0123456789ab"
FOREIGN = "shpss_foreign_0123456789abcdef01234567"
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def official(token: str) -> bool:
    app = ShopifyApp(client_id=API_KEY, client_secret=SECRET, old_client_secret=OLD)
    headers = {"Authorization": f"Bearer {token}"}
    request = app.verify_app_home_req(
        {"method": "GET", "url": "https://app.example/", "headers": headers, "body": ""}, "/auth/bounce"
    )
    return bool(request.ok)


def ours(token: str, at: datetime = NOW) -> bool:
    try:
        verify(token, api_key=API_KEY, secrets=[SECRET, OLD], now=at)
    except BadIDToken:
        return False
    return True


def claims(at: datetime) -> dict[str, Any]:
    return jwt.decode(id_token(at), options={"verify_signature": False})


def unsigned(at: datetime) -> str:
    parts = [{"alg": "none", "typ": "JWT"}, claims(at)]
    return (
        ".".join(base64.urlsafe_b64encode(json.dumps(p).encode()).rstrip(b"=").decode() for p in parts) + "."
    )


BOTH: dict[str, tuple[Callable[[datetime], str], bool]] = {
    "valid": (id_token, True),
    "signed with the old secret": (lambda at: id_token(at, secret=OLD), True),
    "a few seconds early": (lambda at: id_token(at + timedelta(seconds=5)), True),
    "expired": (lambda at: id_token(at - timedelta(minutes=5)), False),
    "not valid for an hour yet": (lambda at: id_token(at + timedelta(hours=1)), False),
    "for another app": (lambda at: id_token(at, aud="another"), False),
    "signed with somebody else's secret": (lambda at: id_token(at, secret=FOREIGN), False),
    "not signed at all": (unsigned, False),
    "signed in another way": (lambda at: jwt.encode(claims(at), SECRET * 2, algorithm="HS512"), False),
    "no token": (lambda _at: "x", False),
    "empty": (lambda _at: "", False),
}


@pytest.mark.parametrize("case", BOTH)
def test_both_come_to_the_same_verdict(case: str) -> None:
    make, verdict = BOTH[case]
    # Shopify's package reads the machine's clock, so the two are compared at the present.
    present = datetime.fromtimestamp(int(time.time()), UTC)
    token = make(present)
    assert ours(token, present) is verdict
    assert official(token) is verdict


@pytest.mark.parametrize(("seconds", "verdict"), [(-11, False), (-10, True), (69, True), (70, False)])
def test_clocks_may_differ_by_ten_seconds(seconds: int, *, verdict: bool) -> None:
    assert ours(id_token(NOW), NOW + timedelta(seconds=seconds)) is verdict


def test_what_is_not_even_text_is_refused() -> None:
    assert not ours("\ud800.é.")


STRICTER: dict[str, dict[str, Any]] = {
    "issued by another shop": {"iss": "https://other.myshopify.com/admin"},
    "no issuer": {"iss": None},
    "no end": {"exp": None},
    "no beginning": {"nbf": None},
    "nobody": {"sub": None},
    "an end that is text": {"exp": str(2**33)},
    "a host that only looks like a shop": {
        "iss": f"https://{SHOP}.evil.example/admin",
        "dest": f"https://{SHOP}.evil.example",
    },
    "a shop with a port": {"iss": f"https://{SHOP}:8443/admin", "dest": f"https://{SHOP}:8443"},
    "no https": {"iss": f"http://{SHOP}/admin", "dest": f"http://{SHOP}"},
    "a destination that is no address": {"dest": 7},
    "a destination nobody can parse": {"dest": "https://[x", "iss": "https://[x"},
    "several audiences": {"aud": [API_KEY, "another"]},
}


@pytest.mark.parametrize("case", STRICTER)
def test_we_refuse_more_than_the_package_does(case: str) -> None:
    assert not ours(id_token(NOW, **STRICTER[case]))


def test_the_shop_comes_from_the_token_and_from_nothing_else() -> None:
    token = verify(id_token(NOW), api_key=API_KEY, secrets=[SECRET], now=NOW)
    assert (token.shop, token.user_id) == (SHOP, "42")


def test_the_time_is_the_callers_so_that_a_pretend_present_works() -> None:
    token = id_token(NOW)
    assert not ours(token, NOW + timedelta(hours=1))
    assert ours(id_token(NOW + timedelta(days=400)), NOW + timedelta(days=400))


def test_an_error_says_what_is_wrong_and_nothing_of_the_token() -> None:
    raw = id_token(NOW, secret=FOREIGN)
    with pytest.raises(BadIDToken, match=r"its signature is not Shopify's\.$") as caught:
        verify(raw, api_key=API_KEY, secrets=[SECRET], now=NOW)
    assert raw not in str(caught.value)
    assert SECRET not in repr(caught.value)
