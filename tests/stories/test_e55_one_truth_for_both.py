"""E55: the creator and the merchant open the same order and read the same reason and the same sum."""

import re
from html import unescape

from playwright.sync_api import Page, expect

from app.creators import store as creators
from tests.stories.house import House
from tests.stories.portal import Portal


def reasons(shown: str) -> list[str]:
    """The sentences of an order's page that say why."""
    return [unescape(one) for one in re.findall(r"<p>(The code [^<]+)</p>", shown)]


def test_both_read_the_same_reason_and_the_same_sum(house: House, page: Page) -> None:
    house.set_terms()
    house.add_creator("Mara Lind", "mara", "MARA10")
    house.until(lambda: house.shop.redeem_code("MARA10"), "the code MARA10 in Shopify")
    order = house.order("MARA10", quantity=2)
    house.until(lambda: "MARA10" in house.ask("GET", f"/orders/{order.id}").text, "the order")
    merchant = house.ask("GET", f"/orders/{order.id}").text
    (told, *_) = reasons(merchant)

    mara = Portal(house, page, "mara")
    mara.sign_in()
    mara.see(f"/sales/{order.id}")
    expect(page.locator(".reason").first).to_have_text(told)
    earned = page.locator("h2#why").inner_text().partition(" ")[0]
    assert earned in unescape(merchant)
    assert order.email is None or order.email not in page.content()

    part = f"{order.id}-{mara_id(house)}"
    denied = house.ask("POST", "/review/verdicts", verb="deny", reason="Bought for resale.", credit=part)
    assert denied.status_code == 303, denied.text
    house.until(house.is_quiet, "the verdict")
    mara.see(f"/sales/{order.id}")
    expect(page.get_by_text("Bought for resale.").first).to_be_visible()
    expect(page.get_by_text("Denied").first).to_be_visible()


def mara_id(house: House) -> int:
    with house.wiring.shop_session(house.shop_id) as session:
        return creators.creator(session, "mara").id
