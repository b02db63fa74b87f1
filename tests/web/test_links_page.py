"""The page of a creator's links: what it shows, what it takes, and pictures that a phone reads."""

import base64
import re
from urllib.parse import unquote

from flask.testing import FlaskClient
from sqlalchemy import text

from app.web.sharing import qr
from app.wiring import Wiring
from tests.web.shop import Shop

LINKS = "/creators/mara/links"


def counted(wiring: Wiring, world: Shop, clicks: int) -> None:
    with wiring.shop_session(world.shop_id) as session, session.begin():
        session.execute(
            text(
                "insert into link_days (shop_id, link_id, day, clicks, duplicates, bots) "
                "select shop_id, id, d.day, :clicks, 2, 3 from links, "
                "(values (date '2026-11-22'), (date '2026-01-01')) as d(day) where slug = 'mara-bio'"
            ),
            {"clicks": clicks},
        )


def test_a_link_is_added_shown_with_its_clicks_and_led_elsewhere(
    merchant: FlaskClient, world: Shop, wiring: Wiring
) -> None:
    said = {"slug": "Mara-Bio", "to": "/products/serum?variant=1", "channel": "tiktok"}
    assert merchant.post(LINKS, data=said).status_code == 303
    counted(wiring, world, 41)
    page = merchant.get(LINKS).text
    assert "/r/mara-bio" in page
    assert "<strong><bdi>41</bdi></strong> clicks" in page
    assert "<bdi>82</bdi> in all, without <bdi>4</bdi> repeats and <bdi>6</bdi> bots" in page
    assert merchant.post(LINKS, data={**said, "to": "/collections/skin"}).status_code == 303
    assert "/collections/skin" in merchant.get(LINKS).text


def test_a_link_out_of_the_shop_or_to_somebody_elses_name_is_refused_beside_the_field(
    merchant: FlaskClient, world: Shop
) -> None:
    for said in (
        {"slug": "ok", "to": "//evil.example", "channel": "tiktok"},
        {"slug": "ok", "to": "https://evil.example/", "channel": "tiktok"},
        {"slug": "🙂", "to": "/", "channel": "tiktok"},
        {"slug": "x" * 500, "to": "/", "channel": "tiktok"},
        {"slug": "", "to": "/", "channel": "tiktok"},
        {"slug": "ok", "to": "/", "channel": "<b>"},
    ):
        answer = merchant.post(LINKS, data=said)
        assert answer.status_code == 422, said
        assert "evil.example</bdi>" not in answer.text
    merchant.post("/creators/ella/links", data={"slug": "ella-1", "to": "/", "channel": "blog"})
    taken = merchant.post(LINKS, data={"slug": "ella-1", "to": "/", "channel": "blog"})
    assert taken.status_code == 422
    assert "is taken" in taken.text


def test_the_pictures_hold_the_address_and_are_what_they_say() -> None:
    made = qr("https://tribute.example/r/mara")
    head, _, png = made.png.partition(",")
    assert head == "data:image/png;base64"
    assert base64.b64decode(png).startswith(b"\x89PNG\r\n")
    assert re.match(r"data:image/svg\+xml[^,]*,<svg ", unquote(made.svg))
    assert made != qr("https://tribute.example/r/theo")


def test_a_program_says_what_its_links_do(merchant: FlaskClient, world: Shop) -> None:
    said = {
        "name": "Main", "window_days": "30", "hold_days": "30", "model": "code_then_last_click",
        "sources": "", "binding_days": "0", "apply_code": "1", "utm_source": "{channel}", "utm_campaign": "{program} {shop}",
    }  # fmt: skip
    page = merchant.get("/programs/main").text
    (sources,) = re.findall(r's-option value="([^"]*)" selected', page)[:1]
    refused = merchant.post("/programs/main", data={**said, "sources": sources})
    assert refused.status_code == 422
    assert "what may stand in braces" in refused.text
    taken = merchant.post("/programs/main", data={**said, "sources": sources, "utm_campaign": "{program}"})
    assert taken.status_code == 303
    page = merchant.get("/programs/main").text
    assert 'name="apply_code" value="1" checked' in page
    assert 'value="{program}"' in page


def test_how_far_visitors_came_is_told_with_what_is_not_known(
    merchant: FlaskClient, world: Shop, wiring: Wiring
) -> None:
    merchant.post(LINKS, data={"slug": "mara-bio", "to": "/", "channel": "tiktok"})
    assert "No visit seen yet" in merchant.get(LINKS).text
    came = [("page", 1), ("page", 2), ("product", 1), ("cart", 2), ("checkout", 1), ("page", 3), ("order", 1)]
    now = wiring.clock.now()
    with wiring.shop_session(world.shop_id) as session, session.begin():
        for number, (step, who) in enumerate(came):
            told = {"id": number, "at": now, "step": step, "client": bytes([who])}
            session.execute(
                text(
                    "insert into pixel_events (shop_id, id, at, step, client, link_id, arrived, consent) "
                    "select shop_id, :id, :at, :step, :client, id, false, 'granted' from links where slug = 'mara-bio'"
                ),
                told,
            )
    page = merchant.get(LINKS).text
    rows = re.findall(r'who wide">(\w+)</td><td class="num" data-l="Visitors"><bdi>(\d+)', page)
    assert rows == [("Shop", "3"), ("Product", "2"), ("Cart", "2"), ("Checkout", "1"), ("Order", "1")]
    assert re.findall(r'step before">(?:<bdi>)?(n/a|\d+%)', page) == ["n/a", "66%", "100%", "50%", "100%"]
    assert "orders by code alone are not in it" in page
    assert "No visit seen yet" not in merchant.get("/creators/mara/links").text
