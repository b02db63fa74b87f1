"""A browser is called as its owner calls it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.identities.model import browser, device

WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile/15E148 Safari/604.1"


@pytest.mark.parametrize(
    ("agent", "called"),
    [
        (WINDOWS, "Chrome on Windows"),
        (WINDOWS + " Edg/142.0.0.0", "Edge on Windows"),
        (IPHONE, "Safari on iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0", "Firefox on Linux"),
        (
            "Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 Chrome/142.0 Mobile Safari/537.36",
            "Chrome on Android",
        ),
        ("curl/8.0", ""),
    ],
)
def test_it_is_called_as_people_call_it(agent: str, called: str) -> None:
    assert browser(agent) == called


@given(st.text())
def test_whatever_it_says_nothing_of_it_is_repeated(agent: str) -> None:
    assert len(browser(agent)) <= len("Firefox on ChromeOS")
    assert device(agent) in browser(agent)
