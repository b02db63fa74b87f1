"""POST /pixel, from a stranger's bytes to evidence on an order: joined by the checkout, whatever comes first."""

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from werkzeug.test import Client, TestResponse

from app.flows.load_clicks import load_all
from app.kernel.clock import FixedClock
from app.kernel.ids import ShopId
from app.tracking import account
from app.tracking.forget import forget_shop
from tests.bodies import code, order
from tests.credit_shop import CreditShop
from tests.replaying import replayed

PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148"
AGREED = {"marketing": True, "analytics": True}
CHECKOUT = "7f3cc2a6b8d94e10"


class Browser:
    """One shopper's browser in the shop, with its pixel."""

    events = 0

    def __init__(self, client: Client, shop: CreditShop, name: str = "c-1") -> None:
        self.client, self.name = client, name
        keys = account.account_keys(shop.wiring.settings.secret_keys)
        self.account = account.write(ShopId(shop.shop_id), keys[0])

    def tell(self, name: str = "page_viewed", **more: Any) -> TestResponse:
        Browser.events += 1
        event = {"account": self.account, "id": f"sh-{Browser.events}", "name": name, "client": self.name,
                 "consent": AGREED}  # fmt: skip
        return self.send(json.dumps(event | more).encode())

    def send(self, body: bytes, **headers: str) -> TestResponse:
        return self.client.post(
            "/pixel", data=body, headers={"User-Agent": PHONE, "Origin": "null"} | headers
        )

    def follow(self, slug: str = "mara") -> str:
        """Through a short link; the click's token."""
        answer = self.client.get(f"/r/{slug}", headers={"User-Agent": PHONE})
        return answer.headers["Location"].partition("tribute_click=")[2].partition("&")[0]

    def buy(self, **held: Any) -> None:
        for name in ("checkout_started", "checkout_completed"):
            assert self.tell(name, checkout=CHECKOUT, order="1001", **held).status_code == 204


@pytest.fixture
def browser(client: Client, shop: CreditShop) -> Browser:
    return Browser(client, shop)


def load(shop: CreditShop) -> int:
    found = load_all(shop.wiring.batch_session, shop.wiring.settings.spool)
    shop.work()
    return found


def stored(shop: CreditShop) -> list[Any]:
    with shop.wiring.shop_session(shop.shop_id) as session:
        return list(session.execute(text("select * from pixel_events order by at, id")).all())


def later(shop: CreditShop, **more: float) -> None:
    assert isinstance(shop.wiring.clock, FixedClock)
    shop.wiring.clock.at += timedelta(**more)


def bought(shop: CreditShop, **more: Any) -> None:
    later(shop, minutes=10)
    shop.deliver("orders/create", order(placed=shop.wiring.clock.now(), checkout_token=CHECKOUT, **more))
    shop.work()


def identical(shop: CreditShop) -> bool:
    return replayed(shop).identical


def found_by(shop: CreditShop) -> list[tuple[str, str]]:
    return [(c["value"], c["found_by"]["method"]) for c in shop.told()["candidates"]]


def test_the_browser_of_a_checkout_leads_from_the_order_to_its_click(
    shop: CreditShop, browser: Browser
) -> None:
    click = browser.follow()
    browser.tell(click=click, arrived=True)
    browser.buy(click=click)
    load(shop)
    bought(shop)
    assert (shop.credited(), found_by(shop)) == ({"mara": "1"}, [("mara", "pixel")])
    assert shop.told()["candidates"][0]["found_by"]["reliability"] == "fair"
    assert identical(shop)


def test_what_the_pixel_saw_counts_also_when_it_is_learnt_after_the_order(
    shop: CreditShop, browser: Browser
) -> None:
    browser.tell(ref="mara", arrived=True)
    browser.buy(ref="mara")
    bought(shop)
    assert shop.credited() == {}
    load(shop)
    assert (shop.credited(), found_by(shop)) == ({"mara": "1"}, [("mara", "pixel")])
    assert identical(shop)


def test_a_click_that_is_loaded_after_what_the_pixel_saw_of_it_counts(
    shop: CreditShop, browser: Browser
) -> None:
    spool = shop.wiring.settings.spool
    browser.buy(click=browser.follow())
    # Another machine's clicks come later: only what the pixel saw is here.
    aside = spool.parent / "aside"
    aside.mkdir()
    held = [(file, file.rename(aside / file.name)) for file in spool.glob("*.clicks")]
    load(shop)
    bought(shop)
    assert shop.credited() == {}
    for file, away in held:
        away.rename(file)
    load(shop)
    assert shop.credited() == {"mara": "1"}
    assert identical(shop)


def test_of_two_creators_the_later_visit_of_the_browser_counts(shop: CreditShop, browser: Browser) -> None:
    for slug in ("mara", "theo"):
        browser.tell(click=browser.follow(slug), arrived=True)
        later(shop, hours=30)
    browser.buy(ref="theo")
    load(shop)
    bought(shop)
    assert shop.credited() == {"theo": "1"}
    assert [reason for _, reason in shop.reasons()] == ["won", "earlier_click"]


def test_what_the_cart_carries_too_is_one_visit_and_the_cart_found_it(
    shop: CreditShop, browser: Browser
) -> None:
    click = browser.follow()
    browser.buy(click=click)
    load(shop)
    bought(shop, note_attributes=[{"name": "_tribute_click", "value": click}])
    assert found_by(shop) == [("mara", "cart")]


def test_a_code_still_goes_before_what_the_pixel_saw(shop: CreditShop, browser: Browser) -> None:
    browser.buy(click=browser.follow())
    load(shop)
    line = {"lines": None, "codes": [code("THEO5")]}
    bought(shop, **line)
    assert shop.credited() == {"theo": "1"}


def test_a_click_after_the_order_earns_nothing(shop: CreditShop, browser: Browser) -> None:
    bought(shop)
    later(shop, minutes=1)
    browser.buy(click=browser.follow())
    load(shop)
    assert shop.credited() == {}


def test_another_browser_with_another_checkout_says_nothing_of_this_order(
    shop: CreditShop, client: Client
) -> None:
    other = Browser(client, shop, "c-2")
    other.tell("checkout_completed", checkout="another", order="1001", ref="mara", arrived=True)
    load(shop)
    bought(shop)
    assert shop.credited() == {}


def test_an_event_is_kept_once_however_often_it_is_told_and_loaded(
    shop: CreditShop, browser: Browser
) -> None:
    for _ in range(3):
        assert browser.tell(id="sh-same", ref="mara").status_code == 204
    assert load(shop) == 3
    for mark in shop.wiring.settings.spool.rglob("*.taken"):
        mark.unlink()
    assert load(shop) == 3
    (row,) = stored(shop)
    assert (row.step, row.click_id, row.consent) == ("page", None, "granted")


def test_nothing_that_a_pixel_says_is_a_click_or_a_day_of_a_link(shop: CreditShop, browser: Browser) -> None:
    browser.tell(ref="mara", arrived=True)
    browser.buy(ref="mara", click="A" * 48)
    load(shop)
    with shop.wiring.shop_session(shop.shop_id) as session:
        counted = session.execute(
            text("select (select count(*) from clicks) + (select count(*) from link_days)")
        )
        assert counted.scalar_one() == 0
    assert len(stored(shop)) == 3


def test_the_sandbox_may_ask_from_nowhere_and_gets_no_cookie(browser: Browser) -> None:
    asked = browser.client.open("/pixel", method="OPTIONS", headers={"Origin": "null"})
    told = browser.tell(ref="mara")
    for answer in (asked, told):
        assert (answer.status_code, answer.headers["Access-Control-Allow-Origin"]) == (204, "*")
        assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"{", 400), (b"\xff", 400), (b"x" * 5000, 413), (b"", 411),
     (b'{"account":"A","id":"1","name":"page_viewed","client":"c"}', 403)],
)  # fmt: skip
def test_what_is_no_event_is_refused_with_a_sentence(
    shop: CreditShop, browser: Browser, body: bytes, status: int
) -> None:
    answer = browser.send(body)
    assert answer.status_code == status
    assert answer.json
    assert len(answer.json["error"]) > 20
    assert (load(shop), stored(shop)) == (0, [])


def test_machines_and_names_of_nobody_leave_nothing(shop: CreditShop, browser: Browser) -> None:
    told = {"account": browser.account, "id": "b-1", "name": "page_viewed", "client": "c", "ref": "mara"}
    assert browser.send(json.dumps(told).encode(), **{"User-Agent": "Googlebot/2.1"}).status_code == 204
    assert browser.tell(ref="nobody").status_code == 204
    load(shop)
    assert stored(shop) == []


def test_one_address_may_tell_240_events_a_minute(browser: Browser) -> None:
    answers = [browser.tell(ref="mara").status_code for _ in range(241)]
    assert (set(answers[:240]), answers[240]) == ({204}, 429)
    assert browser.client.get("/pixel").status_code == 405


def test_an_erased_shop_keeps_none(shop: CreditShop, browser: Browser) -> None:
    browser.tell(ref="mara")
    load(shop)
    browser.tell(ref="mara")
    with shop.wiring.batch_session() as session, session.begin():
        session.admit([shop.shop_id])
        forget_shop(session, ShopId(shop.shop_id))
    load(shop)
    assert stored(shop) == []
