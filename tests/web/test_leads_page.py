"""The page of leads: who, why, how much, and a word that counts at once and can be taken back."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from app.flows.take_lead import Told, read, take
from app.leads.model import Source
from app.wiring import Wiring
from tests.conftest import NOW
from tests.lead_shop import derived, per_lead
from tests.web.polaris_check import errors_of
from tests.web.shop import Shop


@pytest.fixture
def leads(world: Shop, wiring: Wiring) -> list[str]:
    """Two leads that mara brought wait for a word; a third has nobody."""
    world.offer((per_lead(review=True),), NOW - timedelta(days=200))
    key = wiring.desk.shop_key(world.context)
    assert key is not None
    refs = []
    with wiring.shop_session(world.shop_id) as session, session.begin():
        for number, code in enumerate(("MARA10", "MARA10", "NOBODYS")):
            told = Told(Source.API, f"k{number}", "quote_request", NOW - timedelta(minutes=number), code=code,
                        email=f"p{number}@example.com", contact={"note": "<b>{{ x }}</b>"})  # fmt: skip
            sent = read(told, key, NOW)
            take(session, wiring.desk.queue, world.shop_id, sent)
            refs.append(sent.ref)
    derived(world)  # type: ignore[arg-type]
    return refs


def amounts(world: Shop, wiring: Wiring) -> list[int]:
    derived(world)  # type: ignore[arg-type]
    with wiring.shop_session(world.shop_id) as session:
        query = text("select amount_minor from awards where kind = 'per_lead' order by amount_minor")
        return list(session.execute(query).scalars())


def test_the_list_says_who_why_and_how_much(merchant: FlaskClient, leads: list[str]) -> None:
    page = merchant.get("/leads").text
    assert errors_of(page) == []
    assert page.count("Approve Quote request") == 2
    assert "The code MARA10 belongs to mara" in page
    assert "2.00 EUR" in page
    assert "&lt;b&gt;{{ x }}&lt;/b&gt;" in page
    nobody = merchant.get("/leads?state=unqualified").text
    assert "belongs to no creator" in nobody
    assert leads[0] not in nobody
    assert all(ref in merchant.get("/leads?state=all").text for ref in leads)
    assert leads[0] in merchant.get("/leads?creator=mara&page=x&state=nothing").text
    assert "No leads here" in merchant.get("/leads?state=rejected").text


def test_a_word_counts_at_once_and_is_taken_back(
    merchant: FlaskClient, world: Shop, wiring: Wiring, leads: list[str]
) -> None:
    said = merchant.post("/leads/rulings", data={"verb": "approve", "lead": leads[:2], "state": "pending"})
    assert (said.status_code, said.location) == (303, "/leads?state=pending&done=approved")
    assert leads[0] in merchant.get("/leads?state=approved").text
    assert amounts(world, wiring) == [200, 200]
    merchant.post("/leads/rulings", data={"verb": f"undo {leads[0]}"})
    assert leads[0] in merchant.get("/leads").text
    merchant.post("/leads/rulings", data={"verb": "reject", "lead": leads[1], "reason": "Not a real address"})
    page = merchant.get("/leads?state=rejected").text
    assert "Not a real address" in page
    assert amounts(world, wiring) == [0, 0]


def test_a_creators_page_leads_to_their_leads_and_home_says_how_many_wait(
    merchant: FlaskClient, world: Shop, wiring: Wiring, leads: list[str]
) -> None:
    home, creator = merchant.get("/").text, merchant.get("/creators/mara").text
    assert '<a href="/leads"><bdi>2</bdi> leads wait for your decision</a>' in home
    assert 'href="/leads?creator=mara"' in creator
    page = merchant.get("/leads?creator=mara").text
    assert errors_of(page) == []
    assert all(f"{name} <bdi>{n}</bdi>" in page for name, n in (("To decide", 2), ("Not credited", 0)))
    assert "Not credited <bdi>1</bdi>" in merchant.get("/leads").text
    said = merchant.post("/leads/rulings", data={"verb": "approve", "lead": leads[:2], "creator": "mara"})
    assert said.location == "/leads?state=pending&creator=mara&done=approved"
    assert "for your decision" not in merchant.get("/").text
    assert "Approved <bdi>2</bdi>" in merchant.get(said.location).text


@pytest.mark.parametrize("sent", [{"verb": ""}, {"verb": "approve"}, {"verb": "pay", "lead": "x"}, {"verb": "reject", "lead": "x", "reason": "a\0"}])  # fmt: skip
def test_what_decides_nothing_is_said(merchant: FlaskClient, world: Shop, sent: dict[str, str]) -> None:
    assert merchant.post("/leads/rulings", data=sent).status_code == 422
    assert merchant.post("/leads/rulings", data={"verb": "approve", "lead": "f" * 16}).status_code == 303
