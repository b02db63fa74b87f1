"""The theme extension's files, and the signature of what the app proxy forwards."""

import gzip
import json
import re
from datetime import UTC, datetime

import pytest

from app.campaigns.crediting import WINDOW_DAYS
from devstore.proxy_signature import signature, signed
from devstore.storefront_locale import LOCALES
from devstore.theme_block import BLOCKS, EMBED, EXTENSION, block, words


def test_the_script_weighs_at_most_two_kilobytes() -> None:
    script = EXTENSION / "assets" / block(EMBED).schema["javascript"]
    assert len(gzip.compress(script.read_bytes(), 9)) <= 2048


@pytest.mark.parametrize(
    ("customer", "expected"),
    [
        ("1", "4c68c8624d737112c91818c11017d24d334b524cb5c2b8ba08daa056f7395ddb"),
        ("", "e072b6d7e6622d85912a5214b860d3100dc1e73d9bc29f43796ac8c9ff8093cb"),
    ],
)
def test_the_signature_is_that_of_shopifys_documentation(customer: str, expected: str) -> None:
    now = datetime.fromtimestamp(1317327555, UTC)
    given = [("extra", "1"), ("extra", "2"), ("shop", "forged"), ("signature", "forged")]
    sent = signed(given, "shop-name.myshopify.com", "/apps/awesome_reviews", now, "hush")
    known = [(name, customer if name == "logged_in_customer_id" else value) for name, value in sent[:-1]]
    assert signature(known, "hush") == expected


@pytest.mark.parametrize("name", [EMBED, *BLOCKS])
@pytest.mark.parametrize("locale", LOCALES)
def test_every_block_has_its_words_in_every_language(name: str, locale: str) -> None:
    default = ".default" if locale == "en" else ""
    merchants = json.loads((EXTENSION / "locales" / f"{locale}{default}.schema.json").read_text())
    schema = block(name).schema
    for key in re.findall(r"t:(\w+\.\w+)", json.dumps(schema)):
        group, _, word = key.partition(".")
        assert merchants[group][word]
    for key in re.findall(r"'(\w+\.\w+)' \| t\b", block(name).liquid):
        group, _, word = key.partition(".")
        assert words(locale)[group][word]


@pytest.mark.parametrize("asset", ["creator-banner.js", "tribute-part.js"])
def test_each_script_of_a_block_weighs_at_most_two_kilobytes(asset: str) -> None:
    assert len(gzip.compress((EXTENSION / "assets" / asset).read_bytes(), 9)) <= 2048


def test_the_embed_can_remember_a_click_for_as_long_as_any_window() -> None:
    """Shopify takes at most 101 values of a slider, and a value that one of its steps reaches."""
    (days,) = [s for s in block(EMBED).schema["settings"] if s["id"] == "days"]
    assert days["max"] >= WINDOW_DAYS[1]
    assert (days["max"] - days["min"]) // days["step"] <= 100
    assert [(days[end] - days["min"]) % days["step"] for end in ("max", "default")] == [0, 0]
    assert days["default"] == 30
