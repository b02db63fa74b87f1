"""E51: a creator works in several channels. Each has a link of its own, and the page says which of them brings shoppers."""

from urllib.parse import parse_qs, urlsplit

import requests
from playwright.sync_api import Page, expect

from app.flows.explain import explain
from tests.stories.house import House

PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Instagram 360.{0}"
PLACES = (("mara-tt", "tiktok", 3), ("mara-yt", "youtube", 2), ("mara-mail", "email", 1))
"""Slug, channel, and how many different shoppers follow it."""


def follow(house: House, slug: str, shopper: int) -> str:
    """Where the link leads a shopper."""
    headers = {"User-Agent": PHONE.format(shopper)}
    answer = requests.get(
        f"{house.app_url}/r/{slug}?s1=story", headers=headers, timeout=20, allow_redirects=False
    )
    assert answer.status_code == 302
    return answer.headers["Location"]


def test_each_channel_has_a_link_and_its_clicks_and_an_order_is_credited_to_its_click(
    house: House, page: Page
) -> None:
    house.set_terms()
    house.add_creator("Mara Lind", "mara", "MARA10")
    for slug, channel, _ in PLACES:
        form = {"slug": slug, "to": "/products/serum", "channel": channel}
        assert house.ask("POST", "/creators/mara/links", **form).status_code == 303
    where, *_ = [follow(house, slug, n) for slug, _, shoppers in PLACES for n in range(shoppers)]
    parts = urlsplit(where)
    assert parts.path.endswith("/products/serum")
    assert parse_qs(parts.query)["utm_source"] == ["tiktok"]
    assert parse_qs(parts.query)["s1"] == ["story"]
    assert requests.get(where, timeout=20).status_code == 200

    token = parse_qs(parts.query)["tribute_click"][0]
    order = house.order(note_attributes={"_tribute_click": token})
    house.until(lambda: house.ask("GET", f"/orders/{order.id}").ok, "the order's page")
    house.until(lambda: "3" in clicks(house, "TikTok"), "three clicks of TikTok")
    with house.wiring.shop_session(house.shop_id) as session:
        told = explain(session, str(order.id), house.state.now)
    assert [(c["creator"], c["kind"], c["won"]) for c in told["candidates"]] == [("mara", "click", True)]

    page.goto(f"{house.admin}/creators/mara/links")
    table = page.frame_locator("iframe").get_by_role("table", name="Clicks by channel")
    for n, (channel, count) in enumerate((("TikTok", 3), ("YouTube", 2), ("E-mail", 1)), start=1):
        row = table.get_by_role("row").nth(n)
        expect(row).to_contain_text(channel)
        expect(row.get_by_role("cell").nth(1)).to_have_text(str(count))


def clicks(house: House, channel: str) -> str:
    """What the page says beside the channel."""
    text = house.ask("GET", "/creators/mara/links").text.partition('aria-label="Clicks by channel"')[2]
    return text.partition(f">{channel}</bdi>")[2].partition("</tr>")[0]
