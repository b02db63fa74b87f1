"""Whose address a click is counted under: what our own proxies saw, and nothing that a sender can make up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.config import BadSetting, read
from app.web.go.redirect import sender

GIVEN = {
    "TRIBUTE_SECRET_KEYS": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    "SHOPIFY_API_KEY": "k",
    "SHOPIFY_API_SECRET": "s",
}


@pytest.mark.parametrize(
    ("said", "proxies", "found"),
    [
        ("203.0.113.7", 0, "10.0.0.1"),
        ("203.0.113.7", 1, "203.0.113.7"),
        ("6.6.6.6, 203.0.113.7", 1, "203.0.113.7"),
        ("6.6.6.6, 203.0.113.7, 10.0.0.2", 2, "203.0.113.7"),
        ("203.0.113.7", 2, "10.0.0.1"),
        ("", 1, "10.0.0.1"),
        (" ", 1, "10.0.0.1"),
    ],
)
def test_the_address_is_that_which_our_outermost_proxy_saw(said: str, proxies: int, found: str) -> None:
    assert sender({"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": said}, proxies) == found


@given(st.text(max_size=60), st.integers(0, 3))
def test_nothing_that_a_sender_writes_in_front_changes_who_they_are(forged: str, proxies: int) -> None:
    seen = ["203.0.113.7", "10.0.0.3", "10.0.0.2"][3 - max(proxies, 1) :] if proxies else []
    honest = ", ".join(seen)
    environ = {"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": honest}
    with_lies = environ | {"HTTP_X_FORWARDED_FOR": f"{forged}, {honest}" if proxies else forged}
    assert sender(with_lies, proxies) == sender(environ, proxies)


def test_no_proxy_is_trusted_unless_the_setting_says_so() -> None:
    assert read(GIVEN).trusted_proxies == 0
    assert read(GIVEN | {"TRIBUTE_TRUSTED_PROXIES": "2"}).trusted_proxies == 2


@pytest.mark.parametrize("value", ["-1", "x", "10", "1.5", "²"])
def test_a_number_of_proxies_that_is_none_stops_the_start(value: str) -> None:
    with pytest.raises(BadSetting, match="TRIBUTE_TRUSTED_PROXIES"):
        read(GIVEN | {"TRIBUTE_TRUSTED_PROXIES": value})
