"""Who gets in where: every route of the app against every kind of token."""

from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from app.campaigns import store as campaigns
from app.campaigns.drafts import save
from app.flows.tax_forms import Signed, submit
from app.flows.write_message import write
from app.messages.model import attachment
from app.payouts.tax import TaxForm
from app.web.audience import Audience, every_route
from tests.conftest import NOW
from tests.pretend_shopify import id_token
from tests.web.demo_shop import ORDER_ID
from tests.web.shop import Shop

FACTS = {
    "handle": "mara",
    "program": "main",
    "order_id": ORDER_ID,
    "step": "pixel",
    "creator_id": 1,
    "application_id": 1,
    "event_id": 1,
    "key_id": 1,
    "request_id": 1,
    "message_id": 1,
    "user_id": "42",
    "run_id": 1,
    "payout_id": 1,
    "file_id": 1,
    "form_id": 1,
    "provider": "stripe",
    "digest": "0" * 64,
    "key": "bonus/main/mara/a",
}
"""What stands for the variable parts of an address."""

NOBODY = {
    "no token": {},
    "forged": {
        "Authorization": f"Bearer {id_token(NOW, secret='another-secret-of-the-same-length-0000000')}"
    },
    "expired": {"Authorization": f"Bearer {id_token(NOW - timedelta(minutes=5))}"},
    "for another app": {"Authorization": f"Bearer {id_token(NOW, aud='another-app')}"},
    "not a token": {"Authorization": "Bearer none"},
}


def merchant_routes(app: Flask) -> list[tuple[str, str]]:
    found = []
    for rule, who in every_route(app):
        if who is Audience.MERCHANT:
            methods = (rule.methods or set()) - {"HEAD", "OPTIONS"}
            found += [(method, address(app, rule)) for method in sorted(methods)]
    return found


def address(app: Flask, rule: Rule) -> str:
    facts = FACTS | ({"handle": FACTS["program"]} if rule.rule.startswith("/programs/") else {})
    with app.test_request_context():
        return app.url_map.bind("").build(rule.endpoint, {a: facts[a] for a in rule.arguments})


def test_every_route_declares_whom_it_is_for(app: Flask) -> None:
    assert {who for _, who in every_route(app)} == {Audience.MERCHANT, Audience.PUBLIC}


def test_there_are_routes_to_check(app: Flask) -> None:
    assert len(merchant_routes(app)) >= 15


def test_nobody_gets_in_without_a_good_token_of_shopify(app: Flask, world: Shop) -> None:
    client = app.test_client()
    asks = [(who, *route) for who in NOBODY for route in merchant_routes(app)]
    let_in = [
        (who, method, path)
        for who, method, path in asks
        if client.open(path, method=method, headers={"X-Requested-With": "fetch", **NOBODY[who]}).status_code
        != 401
    ]
    assert let_in == []


def test_a_document_without_a_token_is_sent_to_the_bounce_page(app: Flask, world: Shop) -> None:
    answer = app.test_client().get("/performance?shop=lumen.myshopify.com&creator=mara")
    assert answer.status_code == 302
    assert answer.location.startswith("/auth/bounce?")
    assert "mara" in answer.location


def test_a_token_in_the_address_never_writes(app: Flask, world: Shop) -> None:
    answer = app.test_client().post(f"/creators/mara/archival?id_token={id_token(NOW)}")
    assert answer.status_code == 401


def test_staff_of_the_shop_reach_every_page(app: Flask, world: Shop, merchant: FlaskClient) -> None:
    with world.wiring.shop_session(world.shop_id) as session, session.begin():
        program = campaigns.program(session, "main")
        (standing,) = campaigns.versions_of(session, program.id)
        save(session, program, standing.terms, read=None, actor="test", now=NOW)
        proof = attachment("proof.pdf", b"%PDF-")
        vault = world.wiring.vault
        write(session, vault, "mara", "Look.", is_from_creator=True, actor="test", now=NOW, attached=proof)
        signed = Signed(TaxForm.W9, NOW.date(), proof)
        submit(session, vault, "mara", signed, timezone="UTC", actor="test", now=NOW)
    about_nothing = ("/privacy/", "/history-imports/")
    pages = [p for method, p in merchant_routes(app) if method == "GET" and not p.startswith(about_nothing)]
    assert {path: merchant.get(path).status_code for path in pages} == dict.fromkeys(pages, 200)


def test_staff_of_another_shop_find_nothing_of_this_one(app: Flask, world: Shop) -> None:
    other = Shop(world.wiring, domain="other.myshopify.com")
    other.connect()
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {id_token(NOW, shop=other.domain)}"
    before = world.everything()
    leaks = []
    for method, path in merchant_routes(app):
        answer = client.open(path, method=method)
        # The words of the address may be repeated in an error; names and codes of the shop may not.
        leaks += [(path, word) for word in ("Mara Lind", "MARA10", "Kenji", "#1105") if word in answer.text]
    assert leaks == []
    assert world.everything() == before
