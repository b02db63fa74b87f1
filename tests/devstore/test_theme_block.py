"""The theme extension's files, and the signature of what the app proxy forwards."""

import gzip
import json
from datetime import UTC, datetime

import pytest

from devstore.proxy_signature import signature, signed
from devstore.theme_block import EMBED, EXTENSION, block


def test_the_script_weighs_at_most_two_kilobytes() -> None:
    script = EXTENSION / "assets" / block(EMBED).schema["javascript"]
    assert len(gzip.compress(script.read_bytes(), 9)) <= 2048


def test_every_word_of_the_blocks_schema_is_translated() -> None:
    words = json.loads((EXTENSION / "locales" / "en.default.schema.json").read_text())
    schema = block(EMBED).schema
    keys = [schema["name"], *(one[part] for one in schema["settings"] for part in ("label", "info"))]
    for key in keys:
        group, _, name = key.removeprefix("t:").partition(".")
        assert words[group][name]


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
