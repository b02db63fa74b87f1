"""`tribute assign`, as a person at a terminal uses it."""

import json
from typing import Any

import pytest

from app.cli import main
from app.config import Settings
from app.wiring import Wiring
from tests.bodies import code, order
from tests.credit_shop import CreditShop, credit_shop

SHOP = "lumen.myshopify.com"
WHY = ("--reason", "His live show")
Said = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def environment(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "DATABASE_URL": str(settings.database_url).replace("postgresql+psycopg", "postgresql"),
        "TRIBUTE_DATA": str(settings.data),
        "TRIBUTE_SECRET_KEYS": settings.secret_keys[0],
        "SHOPIFY_API_KEY": "key",
        "SHOPIFY_API_SECRET": "hush-hush",
    }.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def shop(wiring: Wiring) -> CreditShop:
    built = credit_shop(wiring)
    built.deliver("orders/create", order(codes=[code("MARA10")]))
    built.work()
    return built


def credited(said: Said, *words: str) -> dict[str, str]:
    assert main(["assign", SHOP, "#1001", *words, "--json"]) == 0
    record: dict[str, Any] = json.loads(said.readouterr().out)
    return {c["creator"]: c["weight"] for c in record["credits"]}


def test_an_order_is_credited_split_and_given_back_and_the_books_follow(
    capsys: Said, shop: CreditShop
) -> None:
    assert credited(capsys, "theo", *WHY) == {"theo": "1"}
    assert shop.balances()["theo", "pending"] == 1200
    assert credited(capsys, "mara=0.25", "theo=0.75", *WHY) == {"mara": "0.25", "theo": "0.75"}
    assert credited(capsys, "mara", "theo", *WHY) == {"mara": "0.5", "theo": "0.5"}
    assert credited(capsys, "--nobody", *WHY) == {}
    assert credited(capsys, "--undo") == {"mara": "0.5", "theo": "0.5"}
    for _ in range(3):
        last = credited(capsys, "--undo")
    assert last == {"mara": "1"}
    assert main(["assign", SHOP, "#1001", "theo", *WHY]) == 0
    assert "#1001 is credited to theo (1): pending." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((), "Say who"),
        (("theo",), "Say who"),
        (("theo", "--nobody", *WHY), "Say who"),
        (("theo", "--undo"), "Say who"),
        (("--undo",), "no decision about #1001 to undo"),
        (("nina", *WHY), "no creator 'nina'"),
        (("theo", "--program", "vip", *WHY), "no program 'vip'"),
        (("theo=x", *WHY), "no part of a whole"),
        (("theo=0.5", *WHY), "are not the whole"),
        (("theo=NaN", *WHY), "are not the whole"),
        (("mara=0.5", "theo", *WHY), "some have none"),
        (("theo", "theo", *WHY), "named twice"),
        (("theo", "--reason", " "), "It is empty"),
    ],
)
def test_words_that_make_no_decision_are_refused_in_a_sentence(
    capsys: Said, shop: CreditShop, words: tuple[str, ...], sentence: str
) -> None:
    assert main(["assign", SHOP, "#1001", *words]) == 1
    heard = capsys.readouterr()
    assert (heard.out, sentence in heard.err) == ("", True), heard.err
    assert shop.credited() == {"mara": "1"}


def test_a_test_order_is_never_credited_by_anybody(capsys: Said, shop: CreditShop) -> None:
    shop.deliver("orders/create", order(1002, test=True))
    shop.work()
    assert main(["assign", SHOP, "1002", "theo", *WHY]) == 1
    assert "test orders never earn" in capsys.readouterr().err
