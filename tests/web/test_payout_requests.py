"""A creator asks to be paid in the portal; the merchant answers on the page of the run, and the creator reads it."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from app.payouts import run_store
from app.payouts.settings import Settings
from app.wiring import Wiring
from tests.web.creator import Person
from tests.web.shop import Shop

HERE = "/portal/lumen/mara/payouts"
ASK = f"{HERE}/request"
FETCH = {"X-Requested-With": "fetch"}


@pytest.fixture
def due(merchant: FlaskClient, world: Shop, wiring: Wiring) -> Shop:
    """Mara is owed what a cancelled payout would have paid, and the shop takes requests."""
    merchant.post("/payouts/1/words", data={"verb": "cancelled"}, headers=FETCH)
    with wiring.shop_session(world.shop_id) as session, session.begin():
        run_store.put_settings(session, Settings(takes_requests=True), wiring.clock.now() - timedelta(days=1))
    return world


def request_of(world: Shop) -> int:
    with world.wiring.shop_session(world.shop_id) as session:
        return int(
            session.execute(text("select max(id) from payout_runs where origin = 'request'")).scalar_one()
        )


def test_a_request_is_declined_with_a_reason_that_the_creator_reads(
    mara: Person, due: Shop, merchant: FlaskClient
) -> None:
    first = mara.see(HERE)
    assert "Ask to be paid now" in first
    assert "€0.00 is ready" not in first
    assert mara.send(HERE, ASK).status_code == 303
    waiting = mara.see(HERE)
    assert "The shop approves it first" in waiting
    assert "Ask to be paid now" not in waiting
    page = f"/payouts/runs/{request_of(due)}"
    assert "Run for a creator who asked" in merchant.get("/payouts").text
    assert "Asked for" in merchant.get(page).text
    refused = merchant.post(f"{page}/refusal", data={"because": " "}, headers=FETCH)
    assert refused.status_code == 422
    assert "Say why" in refused.text
    merchant.post(f"{page}/refusal", data={"because": "On <b>Monday</b>."}, headers=FETCH)
    assert "Declined" in merchant.get(page).text
    read = mara.see(HERE)
    assert "The shop declined your request" in read
    assert "On &lt;b&gt;Monday&lt;/b&gt;." in read
    assert "Ask to be paid now" in read


def test_an_approved_request_becomes_a_payout(mara: Person, due: Shop, merchant: FlaskClient) -> None:
    mara.send(HERE, ASK)
    page = f"/payouts/runs/{request_of(due)}"
    merchant.post(f"{page}/approval", headers=FETCH)
    assert "Queued" in merchant.get(page).text
    assert "Queued" in mara.see(HERE)
    again = mara.send(HERE, ASK)
    assert again.status_code == 422
    assert "Nothing is due to you yet" in again.text


def test_the_merchant_switches_requests_on(mara: Person, merchant: FlaskClient, world: Shop) -> None:
    off = mara.send(HERE, ASK)
    assert off.status_code == 422
    assert "takes no requests" in off.text
    merchant.post("/payouts/settings", data={"takes_requests": "yes", "minimum": "20"}, headers=FETCH)
    assert (
        'name="takes_requests" value="yes" aria-describedby="ask-help" checked'
        in merchant.get("/payouts/settings").text
    )
    with world.wiring.shop_session(world.shop_id) as session:
        assert run_store.settings(session).takes_requests
