"""/proxy/lead: a form in the store, open where a program pays for it, credited by what the cart or the address says."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import Client, TestResponse

from app.wiring import Wiring
from app.wsgi import Application
from tests.conftest import NOW
from tests.credit_shop import CreditShop
from tests.drawn import drawn
from tests.lead_shop import derived, lead_shop, leads, per_lead, stands
from tests.rooms.test_pages_in_the_store import Shown, signed

SENT = {"email": "Ann@example.com", "name": "Ann", "message": "Please {{ call }} me."}


@pytest.fixture
def shop(wiring: Wiring) -> CreditShop:
    return lead_shop(wiring, per_lead(actions=["newsletter", "quote_request"]))


@pytest.fixture
def client(wiring: Wiring, shop: CreditShop) -> Iterator[Client]:
    application = Application(wiring)
    yield Client(application)
    application.close()


def send(
    client: Client,
    wiring: Wiring,
    sent: dict[str, str] = SENT,
    *,
    path: str = "",
    ip: str = "203.0.113.7",
    **query: str,
) -> TestResponse:
    address = f"/proxy/lead{path}?{signed(wiring, **query)}"
    return client.post(address, data=sent, headers={"X-Forwarded-For": ip})


def test_the_form_is_open_only_for_what_a_program_pays(
    wiring: Wiring, shop: CreditShop, client: Client
) -> None:
    answers = {
        path: client.get(f"/proxy/lead{path}?{signed(wiring)}")
        for path in ("", "/quote_request", "/other", "/%7B%7B")
    }
    assert {path: a.status_code for path, a in answers.items()} == {
        "": 200,
        "/quote_request": 200,
        "/other": 404,
        "/%7B%7B": 404,
    }
    shown = Shown(drawn(answers["/quote_request"].text))
    assert "Quote request" in shown.words
    assert "Set-Cookie" not in answers[""].headers
    assert client.get("/proxy/lead?shop=lumen.myshopify.com&signature=00").status_code == 401


def test_a_lead_is_kept_once_and_credited_by_the_cart(
    wiring: Wiring, shop: CreditShop, client: Client
) -> None:
    shop.click("mara", NOW - timedelta(days=2), visitor="v-ann")
    first = send(client, wiring, SENT | {"visitor": "v-ann", "click": ""})
    again = send(client, wiring, SENT | {"name": "Somebody else"})
    assert (first.status_code, first.data) == (again.status_code, again.data)
    derived(shop)
    assert [(lead.creator, lead.state, lead.action, lead.contact) for lead in leads(shop)] == [
        (
            "mara",
            "approved",
            "newsletter",
            {"email": "Ann@example.com", "name": "Ann", "message": "Please {{ call }} me."},
        )
    ]
    assert stands(shop)


def test_the_address_that_led_to_the_form_names_the_creator(
    wiring: Wiring, shop: CreditShop, client: Client
) -> None:
    assert send(client, wiring, path="/quote_request", ref="theo").status_code == 200
    derived(shop)
    assert [(lead.creator, lead.action) for lead in leads(shop)] == [("theo", "quote_request")]


def test_a_machine_that_fills_in_everything_is_thanked_and_forgotten(
    wiring: Wiring, shop: CreditShop, client: Client
) -> None:
    answer = send(client, wiring, SENT | {"company_website": "x"})
    assert (answer.status_code, leads(shop)) == (200, [])
    assert answer.data == send(client, wiring).data


def test_too_many_from_one_address_wait(wiring: Wiring, shop: CreditShop, client: Client) -> None:
    said = [send(client, wiring, SENT | {"email": f"a{n}@example.com"}).status_code for n in range(11)]
    assert said == [200] * 10 + [429]
    assert send(client, wiring, ip="203.0.113.8").status_code == 200


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    sent=st.fixed_dictionaries(
        {"email": st.one_of(st.text(max_size=30), st.just("a@b.co"))},
        optional={name: st.text(max_size=30) for name in ("name", "message", "visitor", "click", "ref")},
    ),
    ip=st.ip_addresses(v=4),
)
def test_nothing_that_is_typed_becomes_code_or_an_error(
    wiring: Wiring, shop: CreditShop, client: Client, sent: dict[str, str], ip: object
) -> None:
    hostile = {
        name: f"{{{{ shop }}}}<script>{text}" if name != "email" else text for name, text in sent.items()
    }
    answer = send(client, wiring, hostile, ip=str(ip))
    assert answer.status_code in {200, 422, 429}
    assert "<script>" not in answer.text
    assert "{{ shop }}" not in answer.text
