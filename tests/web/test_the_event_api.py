"""POST /api/v1/events: who may speak, what is taken once, and that nothing a stranger sends breaks it."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from werkzeug.test import Client, TestResponse

from app.flows import give_api_key
from app.wiring import Wiring
from app.wsgi import Application
from tests.conftest import NOW
from tests.credit_shop import CreditShop
from tests.lead_shop import derived, lead_shop, leads, stands, states
from tests.statements import asked
from tests.web.shop import Shop
from tests.world import World

GOOD = {"action": "newsletter", "email": "ann@example.com", "ref": "mara"}


@pytest.fixture
def shop(wiring: Wiring) -> CreditShop:
    return lead_shop(wiring)


@pytest.fixture
def client(wiring: Wiring) -> Iterator[Client]:
    application = Application(wiring)
    yield Client(application)
    application.close()


def key_of(shop: World) -> str:
    with shop.wiring.shop_session(shop.shop_id) as session, session.begin():
        return give_api_key.give(session, "Server", actor="test", now=NOW)


def send(
    client: Client, key: str, body: object = GOOD, *, once: str | None = "one", **more: Any
) -> TestResponse:
    headers = {"Authorization": f"Bearer {key}"} | ({"Idempotency-Key": once} if once is not None else {})
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return client.post("/api/v1/events", data=data, headers=headers | more)


def test_an_event_is_taken_once_and_pays_the_creator(client: Client, shop: CreditShop) -> None:
    key = key_of(shop)
    first, again = send(client, key), send(client, key, GOOD | {"email": "other@example.com"})
    assert (first.status_code, first.json and first.json["result"]) == (201, "taken")
    assert (again.status_code, again.json) == (
        200,
        {"id": first.json["id"], "result": "known"} if first.json else {},
    )
    derived(shop)
    assert [(lead.creator, lead.state, lead.contact) for lead in leads(shop)] == [
        ("mara", "approved", {"email": "ann@example.com"})
    ]
    assert shop.balances()["mara", "pending"] == 200
    assert stands(shop)


def test_an_install_is_accepted_once_whatever_names_the_try(client: Client, shop: CreditShop) -> None:
    key, event = key_of(shop), {"action": "app_download", "install_id": "device-1", "ref": "mara"}
    assert [send(client, key, event, once=once).status_code for once in (None, "two")] == [201, 200]
    derived(shop)
    assert list(states(shop).values()) == ["approved"]


def test_a_key_speaks_for_its_own_shop_and_no_longer_than_it_is_wanted(
    wiring: Wiring, client: Client, shop: CreditShop
) -> None:
    other = World(wiring, domain="other.myshopify.com")
    key, others = key_of(shop), key_of(other)
    assert send(client, others, once="x").status_code == 201
    assert leads(shop) == []
    swapped = key.replace(f"tribute_{shop.shop_id}_", f"tribute_{other.shop_id}_")
    assert [send(client, k).status_code for k in (swapped, "", "tribute_1_x", key[:-1] + "!")] == [401] * 4
    with wiring.shop_session(shop.shop_id) as session, session.begin():
        number, used = session.execute(text("select id, last_used_at from api_keys")).one()
        assert used is None
        give_api_key.revoke(session, number, actor="test", now=NOW)
    refused = send(client, key)
    assert (refused.status_code, refused.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert "Settings, API keys" in (refused.json or {})["error"]


def test_strangers_are_slowed_down_and_senders_bounded(client: Client, shop: CreditShop) -> None:
    key = key_of(shop)
    assert send(client, key).status_code == 201
    assert [send(client, "guess").status_code for _ in range(31)] == [401] * 30 + [429]
    said = [send(client, key).status_code for _ in range(600)]
    assert (said[0], said[-1]) == (200, 429)


def test_whoever_guesses_keys_is_refused_without_a_word_to_the_database(
    wiring: Wiring, client: Client, shop: CreditShop
) -> None:
    key = key_of(shop)
    guess = f"tribute_{shop.shop_id}_{'x' * 43}"
    assert [send(client, guess, once="g").status_code for _ in range(30)] == [401] * 30
    with asked(wiring) as statements:
        assert [send(client, guess[:-1] + end).status_code for end in "abc"] == [429] * 3
        # A new key has to wait too where somebody guesses; from anywhere else it works.
        assert send(client, key).status_code == 429
    assert statements == []
    elsewhere = {"REMOTE_ADDR": "203.0.113.9"}
    headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": "one"}
    taken = client.post("/api/v1/events", json=GOOD, headers=headers, environ_overrides=elsewhere)
    assert taken.status_code == 201
    assert send(client, key).status_code == 200


def test_a_key_that_was_revoked_is_a_guess_from_then_on(client: Client, shop: CreditShop) -> None:
    key = key_of(shop)
    assert send(client, key).status_code == 201
    with shop.wiring.shop_session(shop.shop_id) as session, session.begin():
        session.execute(text("update api_keys set revoked_at = :now"), {"now": NOW})
    assert [send(client, key).status_code for _ in range(31)] == [401] * 30 + [429]


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        (b"", 411, "Content-Length"), (b'{"action": "news", "name": "\\ud800"}', 400, "no event"), (b"[]", 400, "Expected `object`"), (b"{", 400, "no event"), (b"\xff", 400, "no event"),
        (GOOD | {"plan": "x"}, 400, "unknown field `plan`"), ({"email": "a@example.com"}, 400, "required field `action`"),
        (GOOD | {"email": 3}, 400, "Expected `str | null`"), (GOOD | {"email": "nobody"}, 422, "not an e-mail address"),
        (GOOD | {"action": "News"}, 422, "small letters"), (GOOD | {"at": "2026-11-22T12:00:00"}, 422, "needs its zone"),
        (GOOD | {"at": "2031-01-01T00:00:00Z"}, 422, "within the last 30 days"),
        (GOOD | {"note": "x" * 4001}, 422, "4001 characters"), (GOOD | {"name": "a\0b"}, 422, "name has"),
        (b"x" * 16_385, 413, "16384 bytes"), (b"[" * 10_000, 400, "no event"),
    ],
)  # fmt: skip
def test_what_is_no_event_is_refused_in_words(
    client: Client, shop: CreditShop, body: object, status: int, said: str
) -> None:
    refused = send(client, key_of(shop), body)
    assert (refused.status_code, said in (refused.json or {})["error"]) == (status, True), refused.text
    assert leads(shop) == []


def test_an_event_without_a_name_for_its_tries_is_refused(client: Client, shop: CreditShop) -> None:
    key = key_of(shop)
    assert [send(client, key, once=once).status_code for once in (None, "", "x" * 151)] == [400] * 3
    assert client.get("/api/v1/events").status_code == 405
    assert client.post("/api/v1/other").status_code == 404


def test_a_shop_that_left_takes_no_events(wiring: Wiring, client: Client, shop: CreditShop) -> None:
    key = key_of(shop)
    with wiring.platform_session() as session, session.begin():
        session.execute(text("update shops set status = 'uninstalled'"))
    assert send(client, key).status_code == 403


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    body=st.one_of(
        st.binary(max_size=200),
        st.dictionaries(
            st.sampled_from(
                ["action", "email", "name", "click", "visitor", "ref", "code", "at", "install_id", "x"]
            ),
            st.one_of(
                st.text(max_size=40), st.integers(), st.none(), st.sampled_from(["newsletter", "a@b.co"])
            ),
        ).map(lambda found: json.dumps(found).encode()),
    ),
    once=st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=20),
)
def test_nothing_that_is_sent_breaks_it(client: Client, shop: CreditShop, body: bytes, once: str) -> None:
    with shop.wiring.shop_session(shop.shop_id) as session, session.begin():
        session.execute(text("delete from api_keys"))
    answer = send(client, key_of(shop), body, once=once)
    assert answer.status_code in {200, 201, 400, 411, 422}
    assert answer.is_json


def test_the_page_shows_a_key_once_and_lists_it_by_its_end(merchant: FlaskClient, world: Shop) -> None:
    made = merchant.post("/api-keys", data={"name": "Newsletter server"})
    assert made.status_code == 200
    key = made.text.split('data-copy="')[1].split('"')[0]
    page = merchant.get("/api-keys").text
    assert key.startswith(f"tribute_{world.shop_id}_")
    assert (key in page, "Newsletter server" in page, key[-4:] in page) == (False, True, True)
    number = page.split("/api-keys/")[1].split("/")[0]
    assert merchant.post(f"/api-keys/{number}/revocation").status_code == 303
    assert "No keys" in merchant.get("/api-keys").text
    assert merchant.post(f"/api-keys/{number}/revocation").status_code == 404
    assert merchant.post("/api-keys", data={"name": " "}).status_code == 422
