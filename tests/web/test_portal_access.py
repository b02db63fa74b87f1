"""Nobody sees a creator's pages but the creator: every route of the portal, asked by everybody else."""

from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from werkzeug.routing import Rule

from app.kernel.clock import FixedClock
from app.web.audience import Audience, every_route
from app.wiring import Wiring
from tests.conftest import NOW
from tests.pretend_shopify import id_token
from tests.web.creator import MARA, browser, form_of, sign_in
from tests.web.demo_shop import ORDER_ID
from tests.web.shop import Shop

FACTS = {"order": str(ORDER_ID), "number": "1", "offer": 1, "key": "0" * 16, "token": "x"}
"""What stands for the variable parts of an address, besides whose it is."""


def routes(portal: Flask, shop: str, creator: str) -> list[tuple[str, str]]:
    """(method, address) of every page of a creator."""
    return [
        (method, address(portal, rule, {"shop": shop, "creator": creator}))
        for rule, who in every_route(portal)
        if who is Audience.CREATOR and "creator" in rule.arguments
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]


def address(portal: Flask, rule: Rule, whose: dict[str, str]) -> str:
    with portal.test_request_context():
        facts = {**FACTS, **whose}
        return portal.url_map.bind("").build(rule.endpoint, {a: facts[a] for a in rule.arguments})


def answers(client: FlaskClient, asked: list[tuple[str, str]], form: str = "") -> dict[tuple[str, str], int]:
    return {
        (method, path): client.open(path, method=method, data={"form": form}).status_code
        for method, path in asked
    }


def test_every_route_is_a_creators_or_shows_nothing_of_anybody(portal: Flask) -> None:
    assert {who for _, who in every_route(portal)} == {Audience.CREATOR, Audience.PUBLIC}
    public = {rule.rule for rule, who in every_route(portal) if who is Audience.PUBLIC}
    assert public == {
        "/portal/sign-in",
        "/portal/sign-in/sent",
        "/portal/enter",
        "/portal/enter/<token>",
        "/portal/language",
        "/portal/passkey",
        "/portal/passkey/question",
    }


def test_whoever_did_not_sign_in_is_sent_to_do_so(portal: Flask, wiring: Wiring, clock: FixedClock) -> None:
    asked = routes(portal, "lumen", "mara")
    assert len(asked) >= 20
    stranger = browser(portal, wiring)
    assert set(answers(stranger, asked).values()) == {303}
    stranger.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {id_token(NOW)}"
    assert set(answers(stranger, asked).values()) == {303}
    stranger.set_cookie("tribute", "A" * 43)
    assert set(answers(stranger, asked).values()) == {303}


def test_a_creator_finds_nothing_of_another_and_changes_nothing(
    portal: Flask, wiring: Wiring, world: Shop
) -> None:
    other = Shop(wiring, domain="other.myshopify.com")
    other.connect()
    other.creator("mara", "MARA10")
    other.run("update creators set email = 'someone@example.com' where shop_id = :shop")
    ella = sign_in(portal, wiring, world.shop_id, "ella@example.com").client
    form = form_of(ella)
    before = world.everything(), other.everything()
    for shop, creator in (("lumen", "mara"), ("other", "mara"), ("other", "ella"), ("nowhere", "ella")):
        found = answers(ella, routes(portal, shop, creator), form)
        assert {key: status for key, status in found.items() if status != 404} == {}
    assert (world.everything(), other.everything()) == before


def test_numbers_of_others_are_not_there_on_ones_own_pages(
    portal: Flask, wiring: Wiring, world: Shop
) -> None:
    ella = sign_in(portal, wiring, world.shop_id, "ella@example.com").client
    for path in ("payouts/1", f"sales/{ORDER_ID}", "messages/1/file", "payouts/-1", "sales/0", "sales/1e9"):
        mine = ella.get(f"/portal/lumen/ella/{path}")
        assert mine.status_code == 404, path


def test_one_person_is_a_creator_of_several_shops(portal: Flask, wiring: Wiring, world: Shop) -> None:
    other = Shop(wiring, domain="other.myshopify.com")
    other.connect()
    other.creator("marita", "MARITA")
    other.run("update creators set email = :to where shop_id = :shop", to=" Mara@Example.com".strip())
    mara = sign_in(portal, wiring, other.shop_id, MARA)
    shown = mara.see("/portal")
    assert 'href="/portal/lumen/mara"' in shown
    assert 'href="/portal/other/marita"' in shown
    assert "Other shops" in mara.see("/portal/other/marita")


def test_a_session_ends_thirty_days_after_it_was_last_used(
    portal: Flask, wiring: Wiring, world: Shop, clock: FixedClock
) -> None:
    mara = sign_in(portal, wiring, world.shop_id, MARA).client
    for _ in range(3):
        clock.at += timedelta(days=29)
        assert mara.get("/portal/lumen/mara").status_code == 200
    clock.at += timedelta(days=30)
    assert mara.get("/portal/lumen/mara").status_code == 303


def test_guessing_links_is_stopped(portal: Flask, wiring: Wiring, world: Shop) -> None:
    guessing = browser(portal, wiring)
    found = [guessing.post("/portal/enter", data={"token": f"guess{n}"}).status_code for n in range(25)]
    assert found[0] == 410
    assert found[-1] == 429


def test_links_are_not_asked_for_without_end(portal: Flask, wiring: Wiring, world: Shop) -> None:
    asking = browser(portal, wiring)
    found = [
        asking.post("/portal/sign-in", data={"email": f"n{n}@example.com"}).status_code for n in range(25)
    ]
    assert found[0] == 303
    assert found[-1] == 429


def test_addresses_that_are_none_are_refused_in_a_sentence(portal: Flask, wiring: Wiring) -> None:
    asking = browser(portal, wiring)
    for typed in ("", "x", "a@b", "a@b.c\r\nBcc: d@e.f", "<script>@x.de", "a" * 300 + "@x.de"):
        answer = asking.post("/portal/sign-in", data={"email": typed})
        assert answer.status_code == 422
        assert "is no e-mail address" in answer.text
        assert "<script>" not in answer.text.replace("<script src", "")


def test_no_page_waits_for_a_second_connection_while_it_holds_one(
    portal: Flask, wiring: Wiring, world: Shop
) -> None:
    mara = sign_in(portal, wiring, world.shop_id, MARA).client
    held = [0]

    def take(*_: object) -> None:
        held.append(held[-1] + 1)

    def give(*_: object) -> None:
        held.append(held[-1] - 1)

    event.listen(wiring.engine, "checkout", take)
    event.listen(wiring.engine, "checkin", give)
    try:
        for method, path in routes(portal, "lumen", "mara"):
            mara.open(path, method=method, data={"form": form_of(mara)}).close()
    finally:
        event.remove(wiring.engine, "checkout", take)
        event.remove(wiring.engine, "checkin", give)
    assert max(held) == 1
