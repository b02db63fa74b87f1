"""The page on which a merchant says whose their own codes are: all lines are taken, or none with each reason."""

from dataclasses import replace

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from app.kernel.ids import ShopId
from app.shopify.errors import ShopifyDown
from app.shopify.shop_codes import ShopCode, ShopCodes
from app.wiring import Wiring
from tests.web.conftest import Look
from tests.web.shop import Shop

PAGE = "/codes/existing"


def codes(world: Shop) -> list[str]:
    with world.wiring.shop_session(world.shop_id) as session:
        return list(session.execute(text("select code from codes where adopted order by id")).scalars())


def send(merchant: FlaskClient, lines: str, **more: str) -> tuple[int, str]:
    answer = merchant.post(PAGE, data={"codes": lines, "program": "main", "day": ""} | more)
    return answer.status_code, answer.text


def test_lines_are_taken_and_the_creators_are_shown(merchant: FlaskClient, world: Shop) -> None:
    assert send(merchant, "handle,code\nmara,FRIENDS\nmara,FAMILY", day="2026-11-01")[0] == 303
    assert codes(world) == ["FRIENDS", "FAMILY"]


def test_each_bad_line_is_named_and_none_is_taken(merchant: FlaskClient, world: Shop) -> None:
    status, page = send(merchant, "mara,FRIENDS\nnobody,<b>X</b>")
    assert status == 422
    assert "Line <bdi>2</bdi>:" in page
    assert "<b>X</b>" not in page
    assert codes(world) == []


def test_a_day_to_come_or_no_day_is_refused_beside_the_lines(merchant: FlaskClient, world: Shop) -> None:
    for day, why in (("2026-12-24", "is still to come"), ("soon", "is not a day such as")):
        status, page = send(merchant, "mara,FRIENDS", day=day)
        assert (status, why in page) == (422, True)
    assert codes(world) == []


def test_the_page_fits_a_phone_and_its_form_works_there(look: Look, world: Shop) -> None:
    page = look(PAGE, width=390)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_label("Others, one a line: handle,code").fill("mara,FRIENDS")
    page.get_by_role("button", name="Add codes").click()
    page.wait_for_url("**/creators*")
    assert codes(world) == ["FRIENDS"]


SUMMER = ShopCode("MARA-SUMMER", "Summer <b>sale</b>", is_active=False, uses=1234)


def shopify_has(app: Flask, wiring: Wiring, world: Shop, *codes: ShopCode, silent: bool = False) -> list[str]:
    """Let Shopify answer with these; returns what it is asked."""
    world.run("update shops set offline = false where id = :shop")
    asked: list[str] = []

    def answer(_shop_id: ShopId, search: str, after: str | None) -> ShopCodes:
        asked.append(f"{search} {after}")
        if silent:
            raise ShopifyDown("lumen.myshopify.com", "it is away")
        return ShopCodes(codes, (("Friends", 12),), None if after else "next&one")

    app.extensions["tribute.desk"] = replace(wiring.desk, shop_codes=answer)
    return asked


def test_the_shops_own_codes_are_listed_with_a_guess_whose_they_may_be(
    app: Flask, merchant: FlaskClient, wiring: Wiring, world: Shop
) -> None:
    taken = ShopCode("mara10", "Ours", is_active=True, uses=0)
    asked = shopify_has(app, wiring, world, SUMMER, taken)
    page = merchant.get(f"{PAGE}?q=summer").text
    assert asked == ["summer None"]
    assert 'name="owner.MARA-SUMMER"' in page
    assert 'placeholder="mara?"' in page
    assert "Summer &lt;b&gt;sale" in page
    assert 'name="owner.mara10"' not in page
    assert 'href="/creators/mara"' in page
    assert "after=next%26one" in page


def test_a_creator_named_beside_a_code_gets_it_with_those_that_were_typed(
    app: Flask, merchant: FlaskClient, wiring: Wiring, world: Shop
) -> None:
    shopify_has(app, wiring, world, SUMMER)
    status, _ = send(merchant, "mara,FRIENDS", **{"owner.MARA-SUMMER": "mara", "owner.OTHER": " "})
    assert (status, codes(world)) == (303, ["FRIENDS", "MARA-SUMMER"])


def test_when_shopify_is_silent_codes_can_still_be_typed(
    app: Flask, merchant: FlaskClient, wiring: Wiring, world: Shop
) -> None:
    shopify_has(app, wiring, world, silent=True)
    assert "Shopify does not say which codes you have" in merchant.get(PAGE).text
    assert send(merchant, "mara,FRIENDS")[0] == 303
