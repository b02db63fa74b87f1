"""Running `tribute` inside a test, with the environment of the test's own database."""

import json
from typing import Any

import pytest

from app.cli import main
from app.config import Settings

Said = pytest.CaptureFixture[str]


def environment_of(settings: Settings) -> dict[str, str]:
    """What the command line reads in place of these settings."""
    return {
        "DATABASE_URL": str(settings.database_url).replace("postgresql+psycopg", "postgresql"),
        "TRIBUTE_DATA": str(settings.data),
        "TRIBUTE_SECRET_KEYS": settings.secret_keys[0],
        "SHOPIFY_API_KEY": "key",
        "SHOPIFY_API_SECRET": "hush-hush",
    }


def answer(said: Said, *words: str) -> Any:
    """Run a command that succeeds, and read its JSON."""
    assert main([*words, "--json"]) == 0
    return json.loads(said.readouterr().out)


def refusal(said: Said, *words: str) -> str:
    """Run a command that is refused, and read its sentence; nothing may stand on standard output."""
    assert main(words) == 1
    heard = said.readouterr()
    assert heard.out == ""
    return heard.err
