"""A creator who is added without a code gets one by the program's pattern, and never somebody else's."""

import re
from dataclasses import dataclass, field, replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.attribution.modelbook import DEFAULT
from app.kernel.errors import TributeError
from app.kernel.ids import ShopId
from app.shopify.discounts import FoundCode
from app.shopify.errors import NeedsReauth, ShopifyDown
from app.web.admin.crediting import ORDERS
from app.wiring import Wiring
from tests.web.shop import Shop

ANOTHER_MARA = {"name": "Mara Berg", "handle": "mara-berg", "program": "main", "code": " "}


@dataclass
class Shopify:
    """What stands in the shop's Shopify, and what it was asked."""

    codes: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)
    silent: TributeError | None = None

    def find_code(self, _shop_id: ShopId, code: str) -> FoundCode | None:
        self.asked.append(code)
        if self.silent is not None:
            raise self.silent
        known = code in self.codes
        return (
            FoundCode("gid", "Summer", is_active=True, is_ours=False, redeem_code_gid=None) if known else None
        )


@pytest.fixture
def shopify(app: Flask, wiring: Wiring, world: Shop) -> Shopify:
    world.run("update shops set offline = false where id = :shop")
    found = Shopify()
    app.extensions["tribute.desk"] = replace(wiring.desk, find_code=found.find_code)
    return found


def test_forms_that_we_or_shopify_have_are_passed_over(
    merchant: FlaskClient, world: Shop, shopify: Shopify
) -> None:
    world.run("update programs set code_pattern = '{NAME}10' where shop_id = :shop")
    shopify.codes = {"MARA10-2", "MARA10-3"}
    assert merchant.post("/creators", data=ANOTHER_MARA).status_code == 303
    assert shopify.asked == ["MARA10-2", "MARA10-3", "MARA10-4"]
    assert "MARA10-4" in merchant.get("/creators/mara-berg").text


@pytest.mark.parametrize(
    "silence", [ShopifyDown("x.myshopify.com", "it is away"), NeedsReauth("x.myshopify.com")]
)
def test_while_shopify_is_silent_nobody_is_added_and_the_form_says_why(
    merchant: FlaskClient, world: Shop, shopify: Shopify, silence: TributeError
) -> None:
    before = world.everything()
    shopify.silent = silence
    answer = merchant.post("/creators", data=ANOTHER_MARA)
    assert answer.status_code == 422
    assert "Shopify cannot be asked now which codes are free." in answer.text
    assert world.everything() == before


def test_when_every_form_is_taken_in_shopify_a_code_has_to_be_typed(
    merchant: FlaskClient, world: Shop, shopify: Shopify
) -> None:
    world.run("update programs set code_pattern = '{NAME}' where shop_id = :shop")
    shopify.codes = {"MARA", *(f"MARA-{number}" for number in range(2, 99))}
    answer = merchant.post("/creators", data=ANOTHER_MARA)
    assert answer.status_code == 422
    assert "MARA and the forms after it are taken; type a code" in answer.text
    assert len(shopify.asked) == 20


def test_a_shop_without_shopify_asks_nobody(merchant: FlaskClient, world: Shop, shopify: Shopify) -> None:
    world.run("update shops set offline = true where id = :shop")
    assert merchant.post("/creators", data=ANOTHER_MARA).status_code == 303
    assert shopify.asked == []


def test_the_programs_page_shows_what_its_pattern_gives(merchant: FlaskClient, world: Shop) -> None:
    page = merchant.get("/programs/main").text
    assert 'value="{NAME}{PERCENT}"' in page
    assert "Anna Berg gets ANNA" in page


def test_a_pattern_is_kept_logged_and_refused_beside_its_field(merchant: FlaskClient, world: Shop) -> None:
    data = {
        "name": "Main",
        "window_days": "30",
        "hold_days": "30",
        "sources": next(iter(ORDERS)),
        "model": DEFAULT,
    }
    refused = merchant.post("/programs/main", data={**data, "code_pattern": "SALE"})
    assert refused.status_code == 422
    assert "or everybody&#39;s code would be the same" in refused.text
    chosen = merchant.post("/programs/main", data={**data, "code_pattern": "vip-{name}"})
    assert chosen.status_code == 303, chosen.text
    assert "Anna Berg gets VIP-ANNA" in merchant.get("/programs/main").text


def test_the_programs_page_shows_how_many_codes_are_in_shopify_while_some_are_not(
    merchant: FlaskClient, world: Shop
) -> None:
    world.run("update codes set state = 'active' where shop_id = :shop and state in ('waiting', 'issuing')")
    assert "Codes on their way" not in merchant.get("/programs/main").text
    world.run(
        "insert into codes (shop_id, enrollment_id, code, folded, state, created_at) "
        "select :shop, (select min(id) from enrollments where program_id = :program), s || n, s || n, s, now() "
        "from unnest(array['active', 'waiting', 'failed', 'disabled']) s, generate_series(1, 1200) n",
        program=world.program_id,
    )
    page = merchant.get("/programs/main").text
    (done, total) = re.findall(r"<bdi>([0-9,]+)</bdi> of <bdi>([0-9,]+)</bdi> codes are in Shopify", page)[0]
    assert int(total.replace(",", "")) - int(done.replace(",", "")) >= 2 * 1200
    assert int(done.replace(",", "")) >= 1200
    assert re.search(r"Shopify refused <bdi>1,20\d</bdi>", page)


def test_codes_that_shopify_has_not_are_told_on_the_programs_page_and_created_again(
    merchant: FlaskClient, world: Shop
) -> None:
    world.run("update codes set state = 'active', failure = null")
    assert "Codes that Shopify has not" not in merchant.get("/programs/main").text
    world.run("update codes set state = 'failed', failure = 'It was removed.' where code = 'MARA10'")
    assert "One code of this program does not work" in merchant.get("/programs/main").text
    world.run("update codes set state = 'failed', failure = 'It was removed.'")
    page = merchant.get("/programs/main").text
    assert "codes of this program do not work" in page
    assert "Create all again" in page
    answer = merchant.post("/programs/main/codes")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/programs/main?done=retried")
    assert "Codes on their way" in merchant.get("/programs/main").text
    assert merchant.post("/programs/nobody/codes").status_code == 404
