"""The page of a payout that nobody claimed at PayPal: one button gets it back."""

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from app.config import Settings
from app.web.app import create_app
from devstore.oauth import mint_id_token
from devstore.seed import LUMEN
from tests.rooms.provider_scene import PAYPAL, READY, Town, town

FETCH = {"X-Requested-With": "fetch"}


@pytest.fixture
def lumen(settings: Settings) -> Iterator[Town]:
    with town(settings, scopes={"read_orders"}) as made:
        made.connect("paypal", PAYPAL)
        made.by_paypal("mara")
        made.owe("mara", 2500)
        made.script("paypal", becomes="UNCLAIMED", receiver="mara@example.com")
        made.reserve(made.plan(), READY)
        made.pay()
        made.told("paypal")
        yield made


@pytest.fixture
def merchant(lumen: Town) -> FlaskClient:
    assert lumen.devstore is not None
    state = lumen.devstore.state
    client = create_app(lumen.wiring).test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {mint_id_token(state, state.shop(LUMEN))}"
    return client


def test_it_is_taken_back_by_a_button_and_owed_again(lumen: Town, merchant: FlaskClient) -> None:
    (payout,) = lumen.payouts()
    here = f"/payouts/{payout.id}"
    assert "Take it back" in merchant.get(here).text
    done = merchant.post(f"{here}/return", headers=FETCH, follow_redirects=True)
    assert done.status_code == 200
    assert "Take it back" not in done.text
    assert lumen.states() == {"mara": "returned"}
    again = merchant.post(f"{here}/return", headers=FETCH)
    assert (again.status_code, "only what nobody claimed" in again.text) == (422, True)
    assert merchant.post(f"/payouts/{payout.id + 9}/return", headers=FETCH).status_code == 404


def test_when_paypal_does_not_answer_the_page_says_so(lumen: Town, merchant: FlaskClient) -> None:
    (payout,) = lumen.payouts()
    lumen.wiring.provider_http.adapters.clear()
    said = merchant.post(f"/payouts/{payout.id}/return", headers=FETCH)
    assert (said.status_code, "Nobody knows yet" in said.text) == (422, True)
    assert lumen.states() == {"mara": "unclaimed"}
