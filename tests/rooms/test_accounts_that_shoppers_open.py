"""customers/create as a lead: Shopify says when, the shopper's browser says by which click, in either order."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import text
from werkzeug.test import Client, TestResponse

from app.flows.forget_visits import ForgetVisits
from app.flows.load_clicks import load_all
from app.kernel.clock import FixedClock
from app.shops import store
from app.wiring import Wiring
from app.wsgi import Application
from tests.bodies import Json
from tests.credit_shop import CreditShop
from tests.lead_shop import awards, derived, lead_shop, leads, per_lead, stands
from tests.rooms.test_pages_in_the_store import signed

ANN = 777000777
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Instagram 360.0"


@pytest.fixture
def shop(wiring: Wiring) -> CreditShop:
    return lead_shop(wiring, per_lead(actions=["registration"]))


@pytest.fixture
def client(wiring: Wiring, shop: CreditShop) -> Iterator[Client]:
    application = Application(wiring)
    yield Client(application)
    application.close()


def click(client: Client, wiring: Wiring, slug: str = "mara") -> str:
    """The signed click with which a link leads to the shop."""
    answer = client.get(f"/r/{slug}", headers={"User-Agent": PHONE})
    load_all(wiring.batch_session, wiring.settings.spool)
    return parse_qs(urlsplit(answer.headers["Location"]).query)["tribute_click"][0]


def tell(
    client: Client, wiring: Wiring, token: object, customer: str = str(ANN), **more: str
) -> TestResponse:
    query = signed(wiring, logged_in_customer_id=customer, **more)
    return client.post(f"/proxy/account?{query}", json={"click": token})


def customer(at: datetime, number: int = ANN, email: str | None = "Ann@example.com") -> Json:
    return {
        "id": number,
        "email": email,
        "created_at": at.isoformat(),
        "first_name": "Ann",
        "state": "enabled",
        "addresses": [{"name": "Ann Doe", "address1": "Parkweg 7"}],
    }


def opened(shop: CreditShop, at: datetime, **more: object) -> None:
    shop.deliver("customers/create", customer(at, **more))  # type: ignore[arg-type]
    shop.work()


@pytest.mark.parametrize("order", ["shopify first", "browser first"])
def test_an_account_opened_after_a_click_is_a_lead_of_its_creator_whoever_tells_first(
    wiring: Wiring, shop: CreditShop, client: Client, clock: FixedClock, order: str
) -> None:
    token = click(client, wiring)
    clock.at += timedelta(hours=2)
    at = clock.at
    halves: list[Callable[[], object]] = [partial(opened, shop, at), partial(tell, client, wiring, token)]
    for half in halves if order == "shopify first" else halves[::-1]:
        clock.at += timedelta(minutes=1)
        half()
    derived(shop)
    assert [(lead.creator, lead.state, lead.action, lead.at, lead.contact) for lead in leads(shop)] == [
        ("mara", "approved", "registration", at, {"customer": str(ANN)})
    ]
    assert awards(shop) == [("mara", 200, f"Lead of {at:%Y-%m-%d}: registration.")]
    for half in halves:
        half()
    assert len(leads(shop)) == 1
    assert stands(shop)


def test_an_account_that_was_there_before_the_click_is_no_lead(
    wiring: Wiring, shop: CreditShop, client: Client, clock: FixedClock
) -> None:
    opened(shop, clock.at)
    clock.at += timedelta(minutes=5)
    assert tell(client, wiring, click(client, wiring)).status_code == 204
    assert leads(shop) == []


def test_a_guest_who_never_signs_in_is_no_lead_and_nobody_is_one_without_shopifys_word(
    wiring: Wiring, shop: CreditShop, client: Client, clock: FixedClock
) -> None:
    token = click(client, wiring)
    clock.at += timedelta(minutes=5)
    opened(shop, clock.at)
    tell(client, wiring, token, customer="778")
    assert leads(shop) == []


def test_of_two_clicks_the_one_told_first_led_to_the_account(
    wiring: Wiring, shop: CreditShop, client: Client, clock: FixedClock
) -> None:
    """Shopify's word may be late by two days; what the shopper clicked meanwhile led to nothing."""
    token = click(client, wiring)
    clock.at += timedelta(minutes=5)
    at = clock.at
    tell(client, wiring, token)
    clock.at += timedelta(days=1)
    tell(client, wiring, click(client, wiring, "theo"))
    opened(shop, at)
    derived(shop)
    assert [lead.creator for lead in leads(shop)] == ["mara"]


def test_the_same_person_as_a_lead_before_is_told_as_a_duplicate(
    wiring: Wiring, shop: CreditShop, client: Client, clock: FixedClock
) -> None:
    for number in (ANN, ANN + 1):
        token = click(client, wiring)
        clock.at += timedelta(minutes=5)
        opened(shop, clock.at, number=number)
        tell(client, wiring, token, customer=str(number))
    derived(shop)
    assert sorted(lead.state for lead in leads(shop)) == ["approved", "duplicate"]


@pytest.mark.parametrize("who", ["", "0777 ", "²", "-1", "9" * 20, "abc"])
def test_whoever_is_not_signed_in_is_answered_alike_and_nothing_is_kept(
    wiring: Wiring, shop: CreditShop, client: Client, who: str
) -> None:
    assert tell(client, wiring, click(client, wiring), customer=who).status_code == 204
    assert _kept(shop) == 0


def test_a_name_written_into_the_address_a_second_time_makes_nobody_somebody_else(
    wiring: Wiring, shop: CreditShop, client: Client
) -> None:
    """Shopify signs what the visitor wrote, too."""
    from app.shopify.app_proxy import sign

    given = [
        ("shop", "lumen.myshopify.com"), ("timestamp", str(int(wiring.clock.now().timestamp()))),
        ("logged_in_customer_id", "1"), ("logged_in_customer_id", str(ANN)),
    ]  # fmt: skip
    signature = sign(given, wiring.settings.api_secrets[0]).decode()
    query = "&".join(f"{name}={value}" for name, value in [*given, ("signature", signature)])
    answer = client.post(f"/proxy/account?{query}", json={"click": click(client, wiring)})
    assert (answer.status_code, _kept(shop)) == (204, 0)


@pytest.mark.parametrize(
    "body", [b"", b"[]", b'{"click": 5}', b'{"click": "A"}', b"\xff", b'{"click":"' + b"A" * 5000]
)
def test_what_is_no_click_of_ours_is_refused_in_a_sentence(
    wiring: Wiring, shop: CreditShop, client: Client, body: bytes
) -> None:
    query = signed(wiring, logged_in_customer_id=str(ANN))
    answer = client.post(f"/proxy/account?{query}", data=body, content_type="application/json")
    assert (answer.status_code, answer.json) == (400, {"error": "This is no click of this shop."})
    assert client.get(f"/proxy/account?{query}").status_code == 405
    assert _kept(shop) == 0


def test_nothing_is_kept_where_no_program_pays_for_accounts(wiring: Wiring) -> None:
    shop = lead_shop(wiring, per_lead(actions=["newsletter"]))
    application = Application(wiring)
    client = Client(application)
    assert tell(client, wiring, click(client, wiring)).status_code == 204
    application.close()
    assert _kept(shop) == 0


def test_of_what_shopify_told_only_number_and_time_are_kept(
    wiring: Wiring, shop: CreditShop, clock: FixedClock
) -> None:
    opened(shop, clock.at)
    with wiring.batch_session() as session:
        body = session.execute(text("select body from inbox where topic = 'customers/create'")).scalar_one()
    said = bytes(body).decode()
    assert str(ANN) in said
    assert not any(word in said for word in ("Ann", "example.com", "Parkweg"))


def test_a_customer_is_forgotten_with_the_halves_of_their_lead(
    wiring: Wiring, shop: CreditShop, client: Client, clock: FixedClock
) -> None:
    token = click(client, wiring)
    clock.at += timedelta(minutes=5)
    opened(shop, clock.at)
    tell(client, wiring, token)
    derived(shop)
    before = awards(shop)
    shop.deliver(
        "customers/data_request",
        {"customer": {"id": ANN}, "shop_domain": "x", "orders_requested": [], "data_request": {"id": 31}},
    )
    shop.deliver("customers/redact", {"customer": {"id": ANN}, "shop_domain": "x", "orders_to_redact": []})
    shop.work()
    derived(shop)
    with wiring.shop_session(shop.shop_id) as session:
        assert [request.kind for request in store.privacy_requests(session)]
    assert _kept(shop) == 0
    assert [lead.contact for lead in leads(shop)] == [{}]
    assert awards(shop) == before


def test_an_account_that_could_not_be_read_is_emptied_when_its_customer_is_forgotten(
    wiring: Wiring, shop: CreditShop
) -> None:
    shop.deliver("customers/create", {"id": ANN, "email": "Ann@example.com"})
    shop.work()
    shop.deliver("customers/redact", {"customer": {"id": ANN}, "shop_domain": "x", "orders_to_redact": []})
    shop.work()
    with wiring.batch_session() as session:
        rows = session.execute(text("select state, body from inbox where topic = 'customers/create'")).all()
    ((state, body),) = rows
    assert (state, b"example.com" in bytes(body)) == ("parked", False)


def test_halves_that_waited_thirty_days_go(
    wiring: Wiring, shop: CreditShop, client: Client, clock: FixedClock
) -> None:
    tell(client, wiring, click(client, wiring))
    forget = ForgetVisits(wiring.batch_session, wiring.shop_session, wiring.clock)
    clock.at += timedelta(days=29)
    forget()
    assert _kept(shop) == 1
    clock.at += timedelta(days=2)
    forget()
    assert _kept(shop) == 0


def _kept(shop: CreditShop) -> int:
    with shop.wiring.shop_session(shop.shop_id) as session:
        return int(session.execute(text("select count(*) from opened_accounts")).scalar_one())
