"""Token exchange, refresh and what ends a token."""

from datetime import timedelta
from typing import Any

import jwt
import pytest

from devstore.model import Shop
from devstore.oauth import OFFLINE, ONLINE, mint_id_token
from devstore.seed import KAZE, LUMEN
from devstore.state import State

SHOP_QUERY = "{ shop { myshopifyDomain } }"


def refresh(client: Any, token: str) -> Any:
    return client.ask_token(grant_type="refresh_token", refresh_token=token)


def test_an_id_token_is_exchanged_for_an_expiring_pair(client: Any) -> None:
    body = client.ask_token().json()
    assert (body["expires_in"], body["refresh_token_expires_in"]) == (3600, 7776000)
    assert set(body) == {"access_token", "scope", "expires_in", "refresh_token", "refresh_token_expires_in"}
    client.token = body["access_token"]
    assert client.ask(SHOP_QUERY) == {"shop": {"myshopifyDomain": LUMEN}}


def test_an_online_token_names_its_user(client: Any) -> None:
    body = client.ask_token(requested_token_type=ONLINE).json()
    assert body["associated_user"]["id"] == 71_000_001
    assert "refresh_token" not in body


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"client_secret": "wrong"}, "invalid_client"),
        ({"client_id": "wrong"}, "invalid_client"),
        ({"subject_token": "wrong"}, "invalid_subject_token"),
        ({"expiring": "0"}, "invalid_request"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": "refresh_token", "refresh_token": "wrong"}, "invalid_grant"),
    ],
)
def test_a_wrong_request_is_answered_with_its_error_word(
    client: Any, changes: dict[str, str], error: str
) -> None:
    answer = client.ask_token(**changes)
    assert (answer.status_code, answer.json()["error"]) == (400, error)


@pytest.mark.parametrize(
    "claims", [{"exp": 1}, {"aud": "another-app"}, {"dest": f"https://{KAZE}"}, {"nbf": 4102444800}]
)
def test_an_id_token_that_does_not_fit_is_refused(client: Any, state: State, shop: Shop, claims: Any) -> None:
    answer = client.ask_token(subject_token=mint_id_token(state, shop, **claims))
    assert answer.json()["error"] == "invalid_subject_token"


def test_an_id_token_of_another_secret_or_algorithm_is_refused(client: Any, state: State, shop: Shop) -> None:
    claims = jwt.decode(mint_id_token(state, shop), options={"verify_signature": False})
    for forged in (jwt.encode(claims, "x" * 40, "HS256"), jwt.encode(claims, "", "none")):
        assert client.ask_token(subject_token=forged).json()["error"] == "invalid_subject_token"


def test_an_id_token_lives_a_minute_by_the_devstores_clock(client: Any, state: State, shop: Shop) -> None:
    token = mint_id_token(state, shop)
    state.clock.move(timedelta(seconds=69))
    assert client.ask_token(subject_token=token).status_code == 200
    state.clock.move(timedelta(seconds=2))
    assert client.ask_token(subject_token=token).json()["error"] == "invalid_subject_token"


def test_an_access_token_dies_after_an_hour(client: Any, state: State) -> None:
    state.clock.move(timedelta(seconds=3599))
    assert client.post(SHOP_QUERY).status_code == 200
    state.clock.move(timedelta(seconds=1))
    assert client.post(SHOP_QUERY).status_code == 401


def test_the_old_refresh_token_works_until_its_replacement_is_used(client: Any) -> None:
    first = client.ask_token().json()["refresh_token"]
    second = refresh(client, first).json()["refresh_token"]
    again = refresh(client, first).json()["refresh_token"]
    assert len({first, second, again}) == 3
    assert refresh(client, again).status_code == 200
    assert refresh(client, first).json()["error"] == "invalid_grant"


def test_a_refresh_token_dies_after_ninety_days(client: Any, state: State) -> None:
    token = client.ask_token().json()["refresh_token"]
    state.clock.move(timedelta(days=90))
    assert refresh(client, token).json()["error"] == "invalid_grant"


def test_uninstalling_ends_every_token_at_once(client: Any) -> None:
    token = client.ask_token().json()["refresh_token"]
    client.control(f"/shops/{LUMEN}/uninstall", {})
    assert client.post(SHOP_QUERY).status_code == 401
    assert refresh(client, token).json()["error"] == "invalid_client"
    assert client.ask_token().json()["error"] == "invalid_client"


def test_a_permanent_token_is_migrated_once(client: Any) -> None:
    old = client.control("/permanent_token", {"shop": LUMEN})["access_token"]
    body = client.ask_token(subject_token=old, subject_token_type=OFFLINE)
    assert body.json()["expires_in"] == 3600
    assert client.ask_token(subject_token=old, subject_token_type=OFFLINE).status_code == 400


def test_a_token_of_one_shop_opens_no_other(client: Any) -> None:
    client.control(f"/shops/{KAZE}/install", {})
    assert client.post(SHOP_QUERY, KAZE).status_code == 401
