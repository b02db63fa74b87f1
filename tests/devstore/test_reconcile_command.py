"""`tribute reconcile` against the devstore."""

import json
from typing import Any

import pytest

from app.cli import main
from devstore.state import State as DevState
from tests.devstore.reconciling import Scene, patience, scene

__all__ = ["patience", "scene"]


@pytest.fixture
def said(
    scene: Scene, state: DevState, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Any:
    settings = scene.app.settings
    for name, value in {
        "DATABASE_URL": str(settings.database_url).replace("postgresql+psycopg", "postgresql"),
        "TRIBUTE_DATA": str(settings.data),
        "TRIBUTE_SECRET_KEYS": settings.secret_keys[0],
        "SHOPIFY_API_KEY": settings.shopify_api_key,
        "SHOPIFY_API_SECRET": settings.shopify_api_secret,
        "SHOPIFY_ADMIN_ORIGIN": str(settings.shopify_admin_origin),
    }.items():
        monkeypatch.setenv(name, value)

    def run(*words: str) -> tuple[int, str, str]:
        code = main(words)
        heard = capsys.readouterr()
        return code, heard.out, heard.err

    return run


def test_reconcile_says_what_it_read_what_was_missing_and_what_it_fed(scene: Scene, said: Any) -> None:
    scene.orders(3)
    domain = scene.shop.domain
    for words in (("reconcile", domain, "--json"), ("reconcile", domain, "--full", "--json")):
        code, out, _ = said(*words)
        assert (code, sorted(json.loads(out))) == (0, ["fed", "missing", "read"])
    assert json.loads(out) == {"read": 3, "missing": 0, "fed": 0}
    scene.orders(1)
    code, out, _ = said("reconcile", domain)
    assert code == 0
    assert "4 orders read" in out
    assert "1 were missing here, 1 fed into the inbox." in out
    later = scene.state.now.replace(year=2027).isoformat()
    assert json.loads(said("reconcile", domain, "--since", later, "--json")[1])["read"] == 0


def test_a_check_that_fails_says_why_and_leaves_1(scene: Scene, said: Any) -> None:
    scene.shop.install = None
    code, out, err = said("reconcile", scene.shop.domain)
    assert (code, out) == (1, "")
    assert err.startswith("tribute: ")
