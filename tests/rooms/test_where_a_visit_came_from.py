"""What is kept of where a visit came from: the country as our own proxy saw it, and floods from one address."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import text
from werkzeug.test import Client

from app.kernel.clock import FixedClock
from app.tracking.judge_clicks import MOST_OF_AN_ADDRESS
from app.tracking.token import ClickToken, token_keys, write
from app.web.go.redirect import network
from app.wiring import Wiring, build
from app.wsgi import Application
from tests.bodies import order
from tests.credit_shop import CreditShop
from tests.rooms.test_clicks_by_name import ask
from tests.rooms.test_clicks_on_links import PHONE, clicks, load


@pytest.fixture
def behind(wiring: Wiring, shop: CreditShop, clock: FixedClock) -> Iterator[Client]:
    """The app behind one proxy of the operator's own."""
    built = build(replace(wiring.settings, trusted_proxies=1), clock)
    vars(built)["engine"] = wiring.engine
    application = Application(built)
    yield Client(application)
    application.close()


def countries(wiring: Wiring, shop: CreditShop) -> Counter[str]:
    load(wiring)
    with wiring.shop_session(shop.shop_id) as session:
        return Counter(session.scalars(text("select country from clicks")))


def test_the_country_is_the_one_that_our_proxy_names(
    wiring: Wiring, shop: CreditShop, behind: Client
) -> None:
    for n, said in enumerate(["NL", "NL", "de", "XX", "T1", "<b", "NLD", ""]):
        headers = {"User-Agent": PHONE, "CF-IPCountry": said, "X-Forwarded-For": f"203.0.113.{n}"}
        assert behind.get("/r/mara", headers=headers).status_code == 302
    assert countries(wiring, shop) == {"NL": 2, "": 6}


def test_without_a_proxy_of_ours_nobody_can_write_a_country(
    wiring: Wiring, shop: CreditShop, client: Client
) -> None:
    client.get("/r/mara", headers={"User-Agent": PHONE, "CF-IPCountry": "NL"})
    assert countries(wiring, shop) == {"": 1}


def test_a_click_by_name_has_no_country_for_our_proxy_saw_only_shopifys_server(
    wiring: Wiring, shop: CreditShop, behind: Client
) -> None:
    assert ask(behind, wiring, {"ref": "mara"}, country="CA").status_code == 200
    assert countries(wiring, shop) == {"": 1}


def test_a_thousand_clicks_in_one_second_from_one_phone_are_all_led_on_and_one_is_paid_for(
    wiring: Wiring, shop: CreditShop, client: Client
) -> None:
    headers = {"User-Agent": PHONE}
    assert {client.get("/r/mara", headers=headers).status_code for _ in range(1000)} == {302}
    load(wiring)
    assert Counter(clicks(wiring, shop)) == {("mara", "billable"): 1, ("mara", "duplicate"): 999}


@pytest.mark.parametrize("forge", ["number", "token", "visitor"])
def test_what_a_cart_borrows_from_another_shop_credits_nobody(
    wiring: Wiring, shop: CreditShop, forge: str
) -> None:
    shop.click("mara", wiring.clock.now(), visitor="v-1")
    other = CreditShop(wiring, domain="other.myshopify.com")
    other.creator("zoe", "ZOE10")
    other.link("zoe", "zoe")
    keys = token_keys(wiring.settings.secret_keys)
    said = {
        "number": ("_tribute_click", "1"),
        "token": ("_tribute_click", write(ClickToken(other.shop_id, 1, wiring.clock.now(), 1), keys[0])),
        "visitor": ("_tribute_visitor", "v-1"),
    }[forge]
    attributes = [{"name": said[0], "value": said[1]}]
    for world in (shop, other):
        world.deliver("orders/create", order(2001, placed=wiring.clock.now(), note_attributes=attributes))
        world.work()
    assert shop.credited(2001) == {"mara": "1"}
    assert other.credited(2001) == {}


def test_one_address_that_calls_its_browser_otherwise_each_time_is_paid_for_a_hundred(
    wiring: Wiring, shop: CreditShop, client: Client
) -> None:
    for first in (0, 60, 120):
        for n in range(first, first + 60):
            assert client.get("/r/mara", headers={"User-Agent": f"{PHONE} {n}"}).status_code == 302
        load(wiring)
    with wiring.shop_session(shop.shop_id) as session:
        rows = session.execute(text("select verdict, count(*) as held from clicks group by 1"))
        assert {row.verdict: row.held for row in rows} == {
            "billable": MOST_OF_AN_ADDRESS,
            "duplicate": 180 - MOST_OF_AN_ADDRESS,
        }


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("203.0.113.7", "203.0.113.8", False),
        ("2001:db8::1", "2001:db8:0:0:ffff::2", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("no:address", "no:other", False),
    ],
)
def test_one_household_is_one_address_also_in_version_6(one: str, other: str, same: bool) -> None:  # noqa: FBT001
    assert (network(one) == network(other)) is same
