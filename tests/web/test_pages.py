"""Every page as the server sends it: names of Polaris, queries, hostile input, other shops, locales, emptiness."""

import csv
import io
import re
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.config import Settings
from app.kernel.clock import FixedClock
from app.web.app import create_app
from app.wiring import Wiring, build
from tests.conftest import NOW
from tests.pretend_shopify import id_token
from tests.web.demo_shop import ORDER_ID, counted, seeded
from tests.web.polaris_check import errors_of
from tests.web.shop import Shop

QUERIES = {
    "/": 4,
    "/performance": 6,
    "/performance?program=main&creator=mara&sort=-roas": 6,
    "/creators": 2,
    "/creators?q=mara&status=active&sort=name": 2,
    "/creators/mara": 14,
    "/creators/mara/messages": 7,
    "/creators/mara/links": 4,
    "/creators/mara/payout": 12,
    "/creators/mara/tax": 9,
    "/creators/mara/landing": 8,
    "/creators/new": 3,
    "/codes/existing": 4,
    "/orders": 4,
    "/orders?status=unqualified": 4,
    f"/orders/{ORDER_ID}": 8,
    "/review": 9,
    "/review?view=decided": 5,
    "/review/settings": 2,
    "/programs": 5,
    "/programs/new": 1,
    "/programs/main": 7,
    "/programs/main/offer": 4,
    "/programs/main/versions": 7,
    "/settings": 3,
    "/health": 12,
    "/applications": 2,
    "/programs/main/signup": 3,
    "/privacy": 2,
    "/api-keys": 2,
    "/staff": 3,
    "/leads": 3,
    "/leads?state=all": 3,
    "/tracking": 6,
    "/payouts": 7,
    "/payouts/log": 3,
    "/tax": 4,
    "/payouts/settings": 6,
    "/payouts/runs/1": 6,
    "/payouts/runs/2": 12,
    "/payouts/1": 6,
}
"""Statements of each page, finding the shop included. A page that grows says so here."""


def test_every_page_uses_only_what_polaris_has(merchant: FlaskClient, world: Shop) -> None:
    assert {path: errors_of(merchant.get(path).text) for path in QUERIES} == {path: [] for path in QUERIES}


def test_the_polaris_check_finds_what_does_not_exist() -> None:
    bad = '<s-page titel="x"><s-form></s-form><s-badge tone="red">a</s-badge><p slot="middle">b</p></s-page>'
    assert len(errors_of(bad)) == 4


def test_a_page_asks_the_database_as_often_as_it_says_and_writes_nothing(
    merchant: FlaskClient, world: Shop, wiring: Wiring
) -> None:
    found = {}
    for path in QUERIES:
        with counted(wiring) as statements:
            assert merchant.get(path).status_code == 200
        found[path] = len(statements)
        assert [s for s in statements if re.match(r"\s*(insert|update|delete)", s, re.IGNORECASE)] == []
    assert found == QUERIES


def test_a_page_asks_no_more_often_for_many_creators(
    merchant: FlaskClient, world: Shop, wiring: Wiring
) -> None:
    for n in range(40):
        world.creator(f"more{n}", f"MORE{n}")
    for path in ("/performance", "/creators"):
        with counted(wiring) as statements:
            assert "Page" in merchant.get(path).text
        assert len(statements) == QUERIES[path]


def test_a_shop_with_nothing_in_it_has_every_page(app: Flask, wiring: Wiring) -> None:
    Shop(wiring, domain="empty.myshopify.com").connect()
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {id_token(NOW, shop='empty.myshopify.com')}"
    pages = [
        path
        for path in QUERIES
        if "mara" not in path and str(ORDER_ID) not in path and not path[-1:].isdigit()
    ]
    answers = {path: client.get(path) for path in pages}
    assert {path: a.status_code for path, a in answers.items()} == dict.fromkeys(pages, 200)
    assert "Add your first creator" in answers["/creators"].text
    assert "No credited orders yet" in answers["/orders"].text
    assert "n/a" in answers["/performance"].text


def test_hostile_names_are_text(merchant: FlaskClient, world: Shop) -> None:
    hostile = '<script>alert(1)</script>"\u202egnp'
    world.run("update creators set name = :name, email = :name where handle = 'mara'", name=hostile)
    world.run("update codes set failure = :name where code = 'ELLA10'", name=hostile)
    for path in (
        "/performance",
        "/creators",
        "/creators/mara",
        "/creators/ella",
        "/orders",
        f"/orders/{ORDER_ID}",
    ):
        page = merchant.get(path).text
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)" in page
    # What turns the direction of text stays inside its own element.
    text_only = re.sub(r'="[^"]*"', "", merchant.get("/creators").text)
    assert text_only.count("\u202e") == len(re.findall("<bdi>[^<]*\u202e", text_only)) > 0


def test_the_csv_has_the_numbers_of_the_page_and_no_formulas(merchant: FlaskClient, world: Shop) -> None:
    world.run("update creators set name = '=cmd|calc' where handle = 'mara'")
    rows = list(csv.DictReader(io.StringIO(merchant.get("/performance.csv").text)))
    mara = next(row for row in rows if row["creator"] == "mara")
    assert mara["name"] == "'=cmd|calc"
    page = merchant.get("/performance?creator=mara").text
    for key in ("net_sales", "commission", "gross_sales"):
        assert f"€{float(mara[key]):,.2f}" in page
    assert len(rows) == 10


def test_the_tiles_add_up_to_the_table(merchant: FlaskClient, world: Shop) -> None:
    rows = list(csv.DictReader(io.StringIO(merchant.get("/performance.csv").text)))
    total = sum(float(row["net_sales"]) for row in rows)
    assert f"€{total:,.0f}" in merchant.get("/performance").text


@pytest.mark.parametrize(
    ("locale", "direction", "amount"),
    [("en-US", "ltr", "€86.10"), ("de-DE", "ltr", "86,10\xa0€"), ("ar", "rtl", "\u200f86.10\xa0€")],
)
def test_numbers_and_direction_follow_the_locale_of_the_admin(
    merchant: FlaskClient, world: Shop, locale: str, direction: str, amount: str
) -> None:
    page = merchant.get(f"/orders/{ORDER_ID}", headers={"Accept-Language": locale}).text
    assert f'dir="{direction}"' in page
    assert f"<bdi>{amount}</bdi>" in page


def test_dates_that_cannot_be_read_are_told_and_the_page_still_works(
    merchant: FlaskClient, world: Shop
) -> None:
    for query in ("from=yesterday", "from=2026-11-02&to=2026-11-01", "from=2020-01-01&to=2026-01-01"):
        answer = merchant.get(f"/performance?{query}")
        assert answer.status_code == 200
        assert "can&#39;t be used" in answer.text or "can't be used" in answer.text


def test_what_is_not_there_is_a_page_that_says_so(merchant: FlaskClient, world: Shop) -> None:
    for path, sentence in (
        ("/creators/nobody", "nobody"),
        ("/orders/5", "no order"),
        ("/privacy/5.json", "no file"),
    ):
        answer = merchant.get(path)
        assert answer.status_code == 404
        assert sentence in answer.text
        assert errors_of(answer.text) == []


def test_pages_that_say_what_went_wrong_keep_the_menu(app: Flask, merchant: FlaskClient, world: Shop) -> None:
    for path, status in (("/creators/nobody", 404), ("/nowhere", 404), ("/settings/word", 405)):
        answer = merchant.get(path)
        assert answer.status_code == status
        assert "<s-app-nav>" in answer.text
        assert ">Creators</s-link>" in answer.text
        assert errors_of(answer.text) == []
    forged = {"Authorization": f"Bearer {id_token(NOW)[:-4]}AAAA"}
    for stranger in (app.test_client().get("/nowhere"), app.test_client().get("/nowhere", headers=forged)):
        assert stranger.status_code == 404
        assert "s-app-nav" not in stranger.text


def test_without_a_database_the_page_says_so(settings: Settings, clock: FixedClock) -> None:
    nowhere = replace(settings, database_url="postgresql://nobody@127.0.0.1:1/none?connect_timeout=1")
    client = create_app(build(nowhere, clock)).test_client()
    answer = client.get("/performance", headers={"Authorization": f"Bearer {id_token(NOW)}"})
    assert answer.status_code == 503
    assert "database does not answer" in answer.text
    assert errors_of(answer.text) == []


def test_another_shop_adds_nothing_to_the_figures(merchant: FlaskClient, world: Shop, wiring: Wiring) -> None:
    before = {path: merchant.get(path).text for path in QUERIES}
    seeded(wiring, "other.myshopify.com")
    assert {path: merchant.get(path).text for path in QUERIES} == before
