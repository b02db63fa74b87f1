"""A viewer sees everything and changes nothing; a manager pays; an owner says who may do what."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.shops.staff import Role
from app.shops.store import staff
from app.web.audience import Audience, every_route, needs_of
from tests.conftest import NOW
from tests.pretend_shopify import id_token
from tests.web.shop import Shop
from tests.web.test_access import address

FETCH = {"X-Requested-With": "fetch"}
OWNER, OTHER = "42", "43"
FOR_OWNERS = {
    "providers.put", "providers.test", "payout_settings.put", "payout_settings.put_bank", "api_keys.give", "api_keys.revoke",
    "staff.put",
}  # fmt: skip
"""What decides where money comes from, who else may act, and who may decide so."""


@pytest.fixture
def other(app: Flask, world: Shop) -> FlaskClient:
    """A colleague of the owner."""
    with world.wiring.shop_session(world.shop_id) as session, session.begin():
        staff.meet(session, OWNER, NOW)
        staff.meet(session, OTHER, NOW)
        staff.put(session, OWNER, Role.OWNER, "Robin")
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {id_token(NOW, sub=OTHER)}"
    return client


def give(world: Shop, role: Role | None) -> None:
    with world.wiring.shop_session(world.shop_id) as session, session.begin():
        staff.put(session, OTHER, role, "Sam")


def writes(app: Flask) -> list[tuple[str, str, str]]:
    """(endpoint, method, address) of every route of the admin that is no GET."""
    return [
        (rule.endpoint, method, address(app, rule))
        for rule, who in every_route(app)
        if who is Audience.MERCHANT
        for method in sorted((rule.methods or set()) - {"GET", "HEAD", "OPTIONS"})
    ]


def test_a_viewer_can_write_nothing_at_all(app: Flask, world: Shop, other: FlaskClient) -> None:
    give(world, Role.VIEWER)
    before = world.everything()
    found = {(m, p): other.open(p, method=m, headers=FETCH).status_code for _, m, p in writes(app)}
    assert len(found) > 60
    assert {key: status for key, status in found.items() if status != 403} == {}
    assert world.everything() == before


def test_a_manager_can_do_everything_but_what_is_an_owners(
    app: Flask, world: Shop, other: FlaskClient
) -> None:
    give(world, Role.MANAGER)
    for endpoint, method, path in writes(app):
        if endpoint in FOR_OWNERS:
            answer = other.open(path, method=method, headers=FETCH)
            assert answer.status_code == 403, path
            assert "this takes an owner" in answer.text
        else:
            assert needs_of(app, endpoint, method) is Role.MANAGER, endpoint


def test_what_is_an_owners_is_what_we_say_it_is(app: Flask) -> None:
    found = {endpoint for endpoint, method, _ in writes(app) if needs_of(app, endpoint, method) is Role.OWNER}
    assert found == FOR_OWNERS


def test_a_viewer_reads_pages_of_money_without_a_button_that_pays(world: Shop, other: FlaskClient) -> None:
    give(world, Role.VIEWER)
    for path in ("/payouts", "/payouts/runs/2", "/payouts/1", "/creators/mara/payout"):
        shown = other.get(path)
        assert shown.status_code == 200
        assert "You can look at this" in shown.text, path
        for button in ("Approve", "Pay now", "Begin a run", "Cancel the run", "Mark as paid"):
            assert f">{button}" not in shown.text, (path, button)
    assert "Only an owner changes it" in other.get("/payouts/settings").text


def test_an_owner_gives_roles_and_the_last_one_stays(
    world: Shop, other: FlaskClient, merchant: FlaskClient
) -> None:
    assert "Staff member 43" in merchant.get("/staff").text
    given = merchant.post(f"/staff/{OTHER}", data={"role": "viewer", "name": "Sam"}, headers=FETCH)
    assert given.status_code == 303
    log = merchant.get("/payouts/log").text
    assert "Role changed" in log
    assert '<bdi style="overflow-wrap:anywhere">Sam</bdi>' in log
    assert "<bdi>Robin</bdi>" in log
    assert other.post("/payouts/runs", headers=FETCH).status_code == 403
    refused = merchant.post(f"/staff/{OWNER}", data={"role": "manager"}, headers=FETCH)
    assert refused.status_code == 422
    assert "the last owner" in refused.text
    assert merchant.post("/staff/999", data={"role": "viewer"}, headers=FETCH).status_code == 422
    everybody = merchant.post("/staff/*", data={"role": "owner"}, headers=FETCH)
    assert "Not everybody can be an owner" in everybody.text


def test_the_first_word_about_roles_makes_whoever_says_it_an_owner(
    app: Flask, world: Shop, merchant: FlaskClient
) -> None:
    colleague = app.test_client()
    colleague.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {id_token(NOW, sub=OTHER)}"
    colleague.get("/")
    assert merchant.post(f"/staff/{OTHER}", data={"role": "manager"}, headers=FETCH).status_code == 303
    assert colleague.post(f"/staff/{OWNER}", data={"role": "viewer"}, headers=FETCH).status_code == 403


def test_a_role_in_one_shop_is_none_in_another(app: Flask, world: Shop, other: FlaskClient) -> None:
    give(world, Role.OWNER)
    elsewhere = Shop(world.wiring, domain="other.myshopify.com")
    elsewhere.connect()
    with world.wiring.shop_session(elsewhere.shop_id) as session, session.begin():
        staff.meet(session, "1", NOW)
        staff.put(session, "1", Role.OWNER, "")
        staff.put(session, OTHER, Role.VIEWER, "")
    token = {"Authorization": f"Bearer {id_token(NOW, sub=OTHER, shop=elsewhere.domain)}"}
    assert other.post("/payouts/runs", headers=FETCH | token).status_code == 403
    assert other.post("/payouts/runs", headers=FETCH).status_code == 303
