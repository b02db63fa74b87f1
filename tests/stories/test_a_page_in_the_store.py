"""A creator's page and the sign-up form in the pretend storefront: what a shopper and an applicant meet there."""

from functools import partial

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import text

from devstore.demo.in_store import show_in_store
from tests.stories.house import House
from tests.stories.test_a_link_leads_to_a_commission import PHONE

WORDS = "Hello, I am Mara.\n\n{{ shop.name }} is what I use every day."


@pytest.fixture
def mara(house: House, page: Page) -> None:
    """A creator with a code, a link and a page, whose shoppers have a telephone."""
    page.context.set_extra_http_headers({"User-Agent": PHONE})
    house.set_terms()
    house.add_creator("Mara Lind", "mara", "MARA10")
    house.until(partial(house.shop.redeem_code, "MARA10"), "the code in Shopify")
    link = {"slug": "mara", "to": "/", "channel": "instagram"}
    said = {"is_live": "1", "picture": "", "words": WORDS, "products": "serum\nno-longer-there"}
    assert house.ask("POST", "/creators/mara/links", **link).status_code == 303
    assert house.ask("POST", "/creators/mara/landing", **said).status_code == 303


def clicks(house: House) -> int:
    with house.wiring.shop_session(house.shop_id) as session:
        return int(
            session.execute(text("select count(*) from clicks where consent = 'granted'")).scalar_one()
        )


@pytest.mark.usefixtures("mara")
def test_a_visit_of_a_creators_page_counts_once_the_shopper_agrees(house: House, page: Page) -> None:
    house.shop.theme_embed_enabled = True
    page.goto(f"{house.storefront}/apps/tribute/mara")
    expect(page.get_by_role("heading", name="Mara Lind")).to_be_visible()
    expect(page.get_by_text("{{ shop.name }} is what I use every day.")).to_be_visible()
    assert page.locator(".tribute-shelf li").count() == 1
    assert (clicks(house), list(house.shop.carts.values())) == (0, [])
    with page.expect_response("**/cart/update.js"):
        page.get_by_role("button", name="Accept").click()
    house.until(lambda: clicks(house) == 1, "the visit as a click")
    (cart,) = house.shop.carts.values()
    assert cart.attributes["_tribute_click"]


@pytest.mark.usefixtures("mara")
def test_the_code_is_taken_by_a_press_without_any_consent(house: House, page: Page) -> None:
    page.goto(f"{house.storefront}/apps/tribute/mara")
    page.get_by_role("link", name="Use this code").click()
    expect(page.get_by_role("heading", name="Mara Lind")).to_be_visible()
    assert [cart.discount_codes for cart in house.shop.carts.values()] == [["MARA10"]]
    assert clicks(house) == 0
    there = page.goto(f"{house.storefront}/apps/tribute/nobody")
    assert there is not None
    assert there.status == 404
    expect(page.get_by_role("heading", name="Page not found")).to_be_visible()


@pytest.mark.usefixtures("mara")
def test_an_applicant_becomes_a_creator(house: House, page: Page) -> None:
    form = {
        "is_on": "1",
        "intro": "Join us.",
        "questions": "What do you make?",
        "terms": "Say that it is an ad.",
    }
    assert house.ask("POST", "/programs/main/signup", **form).status_code == 303
    page.goto(f"{house.storefront}/apps/tribute/apply")
    page.get_by_label("Your name").fill("Ida Holm")
    page.get_by_label("E-mail").fill("ida@example.com")
    page.get_by_label("What do you make?").fill("Short films about skin.")
    page.get_by_label("I agree").check()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    with house.wiring.shop_session(house.shop_id) as session:
        number = session.execute(text("select id from applications")).scalar_one()
    answer = house.ask("POST", f"/applications/{number}/acceptance", handle="ida")
    assert answer.headers["Location"] == "/creators/ida?done=added"
    house.until(partial(house.shop.redeem_code, "IDA10"), "a code by the program's pattern")


def test_the_demo_shows_all_of_it(house: House, page: Page) -> None:
    house.set_terms()
    house.add_creator("Mara Lind", "mara", "MARA10")
    show_in_store(house.state, house.shop, house.app_url, house.devstore.url)
    page.goto(f"{house.storefront}/apps/tribute/mara")
    expect(page.locator(".tribute-shelf li")).to_have_count(3)
    for picture in page.locator(".tribute-shelf img").all():
        picture.scroll_into_view_if_needed()
        expect(picture).to_have_js_property("complete", value=True)
        assert picture.evaluate("one => one.naturalWidth") > 0
    assert "Ida Holm" in house.ask("GET", "/applications").text
