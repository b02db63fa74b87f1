"""The creators' own pages: who gets in, who sees what, and what is refused."""

from datetime import timedelta

import pytest
from flask import Flask

from app.kernel.clock import FixedClock
from app.wiring import Wiring
from tests.web.creator import MARA, Person, browser, mailed_link, work
from tests.web.shop import Shop

HERE = "/portal/lumen/mara"
PAGES = (
    "",
    "/sales",
    "/links",
    "/earnings",
    "/payouts",
    "/details",
    "/account",
    "/profile",
    "/terms",
    "/messages",
    "/security",
    "/data",
)


def test_the_link_in_the_mail_leads_to_ones_own_page(mara: Person) -> None:
    answer = mara.client.get("/portal")
    assert (answer.status_code, answer.location) == (303, HERE)
    assert "Hello Mara" in mara.see(HERE)


@pytest.mark.parametrize("page", PAGES)
def test_every_page_shows_itself(mara: Person, page: str) -> None:
    assert "<h1>" in mara.see(HERE + page)


def test_every_address_is_answered_alike_and_only_a_creators_gets_a_mail(
    portal: Flask, wiring: Wiring, world: Shop, mara: Person
) -> None:
    stranger = browser(portal, wiring)
    known = stranger.post("/portal/sign-in", data={"email": MARA})
    unknown = stranger.post("/portal/sign-in", data={"email": "nobody@example.com"})
    assert (known.status_code, known.location, known.data) == (
        unknown.status_code,
        unknown.location,
        unknown.data,
    )
    work(wiring)
    assert mailed_link(wiring, world.shop_id, "nobody@example.com") is None
    assert mailed_link(wiring, world.shop_id, MARA) is not None


def test_a_link_works_once_and_looking_does_not_use_it(
    portal: Flask, wiring: Wiring, world: Shop, mara: Person
) -> None:
    asking = browser(portal, wiring)
    asking.post("/portal/sign-in", data={"email": MARA})
    work(wiring)
    token = mailed_link(wiring, world.shop_id, MARA)
    for _ in range(3):
        assert "m***@example.com" in asking.get(f"/portal/enter/{token}").text
    assert asking.post("/portal/enter", data={"token": token}).status_code == 303
    assert asking.post("/portal/enter", data={"token": token}).status_code == 410
    assert asking.get(f"/portal/enter/{token}").status_code == 410


def test_a_link_is_worth_nothing_after_a_quarter_of_an_hour(
    portal: Flask, wiring: Wiring, world: Shop, mara: Person, clock: FixedClock
) -> None:
    asking = browser(portal, wiring)
    asking.post("/portal/sign-in", data={"email": MARA})
    work(wiring)
    token = mailed_link(wiring, world.shop_id, MARA)
    clock.at += timedelta(minutes=15)
    assert asking.post("/portal/enter", data={"token": token}).status_code == 410


def test_a_session_is_new_with_each_sign_in_and_the_old_one_ends(
    portal: Flask, wiring: Wiring, world: Shop, mara: Person
) -> None:
    before = mara.client.get_cookie("tribute")
    assert before is not None
    mara.client.post("/portal/sign-in", data={"email": MARA})
    work(wiring)
    mara.client.post("/portal/enter", data={"token": mailed_link(wiring, world.shop_id, MARA)})
    after = mara.client.get_cookie("tribute")
    assert after is not None
    assert after.value != before.value
    planted = browser(portal, wiring)
    planted.set_cookie("tribute", before.value)
    assert planted.get(HERE).status_code == 303


def test_a_cookie_is_closed_to_scripts_and_other_sites(
    portal: Flask, wiring: Wiring, world: Shop, mara: Person
) -> None:
    asking = browser(portal, wiring)
    asking.post("/portal/sign-in", data={"email": MARA})
    work(wiring)
    answer = asking.post("/portal/enter", data={"token": mailed_link(wiring, world.shop_id, MARA)})
    said = answer.headers["Set-Cookie"]
    assert "HttpOnly" in said
    assert "SameSite=Lax" in said


def test_nobody_may_frame_a_page_or_keep_it(mara: Person) -> None:
    headers = mara.client.get(HERE).headers
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "path",
    ["/portal/lumen/ella", "/portal/lumen/nobody", "/portal/elsewhere/mara", "/portal/lumen/ella/payouts"],
)
def test_other_creators_and_other_shops_are_not_there(mara: Person, path: str) -> None:
    answer = mara.client.get(path)
    assert answer.status_code == 404
    assert "no such page for you" in answer.text


def test_a_changed_address_shuts_the_door_at_once(mara: Person, world: Shop) -> None:
    world.run("update creators set email = 'other@example.com' where handle = 'mara' and shop_id = :shop")
    assert mara.client.get(HERE).status_code == 404


def test_a_form_of_another_site_or_without_its_secret_is_refused(mara: Person) -> None:
    path = f"{HERE}/links"
    without = mara.client.post(path, data={"to": "/products/serum", "channel": "blog"})
    assert without.status_code == 403
    elsewhere = mara.client.post(path, headers={"Origin": "https://evil.example"}, data={"to": "/"})
    assert elsewhere.status_code == 403
    del mara.client.environ_base["HTTP_ORIGIN"]
    assert mara.client.post(path, data={"to": "/"}).status_code == 403
    assert '<bdi dir="ltr">/products/serum' not in mara.see(path)


def test_a_link_to_a_page_of_the_store_is_made_once(mara: Person) -> None:
    path = f"{HERE}/links"
    for _ in range(2):
        answer = mara.send(path, path, to="https://shop.example/products/serum?variant=1", channel="blog")
        assert answer.status_code == 303
    assert mara.see(path).count('<bdi dir="ltr">/products/serum?variant=1</bdi>') == 1
    assert mara.send(path, path, to="/x y", channel="blog").status_code == 422


def test_signing_out_ends_the_session(mara: Person) -> None:
    cookie = mara.client.get_cookie("tribute")
    assert cookie is not None
    mara.send(HERE, "/portal/sign-out")
    mara.client.set_cookie("tribute", cookie.value)
    assert mara.client.get(HERE).status_code == 303


def test_nobody_is_led_out_of_the_portal(portal: Flask, wiring: Wiring) -> None:
    asking = browser(portal, wiring)
    for evil in ("https://evil.example", "//evil.example", "/portal//evil", "/portal\\evil", "/settings"):
        assert 'name="to" value="/portal"' in asking.get("/portal/sign-in", query_string={"to": evil}).text


GREETINGS = {
    "de": "Hallo Mara",
    "fr": "Bonjour Mara",
    "es": "Hola, Mara",
    "nl": "Hallo Mara",
    "ar": "مرحبًا Mara",
}


@pytest.mark.parametrize("language", GREETINGS)
def test_a_language_is_kept_for_the_person(mara: Person, language: str) -> None:
    mara.send(HERE, "/portal/language", language=language, to=HERE)
    shown = mara.see(HERE)
    assert f'<html lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}">' in shown
    assert GREETINGS[language] in shown
    assert mara.send(HERE, "/portal/language", language="xx").status_code == 422
