"""From GET /r/<slug> to a click in the books: the shopper never waits, nothing is lost, nothing counted twice."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import text
from werkzeug.test import Client, TestResponse

from app.campaigns.links import LinkTerms
from app.campaigns.model import ProgramDraft
from app.campaigns.put_program import put
from app.flows.explain import explain
from app.flows.load_clicks import load_all
from app.kernel.clock import FixedClock
from app.kernel.ids import ShopId
from app.tracking.forget import forget_shop
from app.tracking.spool.record import Visited, line
from app.tracking.token import read, token_keys
from app.wiring import Wiring, build
from app.wsgi import Application
from tests.bodies import order
from tests.credit_shop import CreditShop
from tests.world import World

PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Instagram 360.0"


def follow(
    client: Client, path: str = "/r/mara", *, ip: str = "203.0.113.7", agent: str = PHONE
) -> TestResponse:
    return client.get(path, headers={"User-Agent": agent}, environ_overrides={"REMOTE_ADDR": ip})


def load(wiring: Wiring) -> int:
    return load_all(wiring.batch_session, wiring.settings.spool)


def clicks(wiring: Wiring, shop: CreditShop) -> list[tuple[str, str]]:
    with wiring.shop_session(shop.shop_id) as session:
        rows = session.execute(
            text(
                "select l.slug, c.verdict from clicks c join links l on l.id = c.link_id order by c.at, c.id"
            )
        )
        return [(row.slug, row.verdict) for row in rows]


def test_a_link_sends_the_shopper_into_the_shop_and_the_click_is_stored(
    wiring: Wiring, shop: CreditShop, client: Client
) -> None:
    answer = follow(client)
    where = urlsplit(answer.headers["Location"])
    assert answer.status_code == 302
    assert (where.scheme, where.netloc, where.path) == ("https", "lumen.myshopify.com", "/")
    said = read(parse_qs(where.query)["tribute_click"][0], token_keys(wiring.settings.secret_keys))
    assert said is not None
    assert load(wiring) == 1
    with wiring.shop_session(shop.shop_id) as session:
        row = session.execute(text("select * from clicks")).one()
    assert (row.id, row.at, row.link_id) == (said.click_id, said.at, said.link_id)
    assert (row.verdict, row.consent, row.visitor, row.device) == ("billable", "unknown", None, "phone")


def test_neither_cookie_nor_address_of_the_shopper_is_kept(
    wiring: Wiring, shop: CreditShop, client: Client
) -> None:
    answer = follow(client, ip="198.51.100.77")
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"
    held = b"".join(f.read_bytes() for f in wiring.settings.spool.iterdir() if f.is_file())
    assert b"198.51.100.77" not in held
    load(wiring)
    with wiring.shop_session(shop.shop_id) as session:
        assert "198.51.100.77" not in str(session.execute(text("select c::text from clicks c")).all())


def test_the_same_browser_counts_once_a_day_also_over_several_loads(
    wiring: Wiring, shop: CreditShop, client: Client, clock: FixedClock
) -> None:
    follow(client)
    load(wiring)
    clock.at += timedelta(hours=13)  # Past midnight, so under another key.
    follow(client)
    clock.at += timedelta(seconds=1)
    follow(client, ip="203.0.113.8")
    load(wiring)
    clock.at += timedelta(hours=11)
    follow(client)
    load(wiring)
    assert [verdict for _, verdict in clicks(wiring, shop)] == [
        "billable",
        "duplicate",
        "billable",
        "billable",
    ]


def test_previews_of_messengers_are_sent_on_and_counted_as_machines(
    wiring: Wiring, shop: CreditShop, client: Client
) -> None:
    assert follow(client, agent="WhatsApp/2.23.20.0").status_code == 302
    assert client.head("/r/mara", headers={"User-Agent": PHONE}).status_code == 302
    load(wiring)
    assert [verdict for _, verdict in clicks(wiring, shop)] == ["bot", "bot"]


def test_a_load_that_is_repeated_after_a_crash_adds_nothing(
    wiring: Wiring, shop: CreditShop, client: Client
) -> None:
    follow(client)
    load(wiring)
    for mark in wiring.settings.spool.glob("*.taken"):
        mark.unlink()
    assert load(wiring) == 1
    assert clicks(wiring, shop) == [("mara", "billable")]


def test_capitals_lead_there_too_and_made_up_links_lead_nowhere(client: Client, shop: CreditShop) -> None:
    assert follow(client, "/r/MARA").status_code == 302
    for path in (
        "/r/nobody",
        "/r/",
        "/r/a/b",
        "/r/%00",
        "/r/" + "x" * 500,
        "/r/🙂",
        "/r/..%2f",
        "/r/mara%0d%0aX: y",
    ):
        answer = follow(client, path)
        assert answer.status_code == 404, path
        assert answer.text == "This link leads nowhere.\n"


def test_a_link_is_followed_and_nothing_else(client: Client) -> None:
    answer = client.post("/r/mara")
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "GET, HEAD"


def test_the_shop_is_reached_and_the_click_kept_while_the_database_is_away(
    wiring: Wiring, shop: CreditShop, client: Client
) -> None:
    follow(client)
    load(wiring)
    away = Application(
        build(replace(wiring.settings, database_url="postgresql://nobody@127.0.0.1:1/x"), wiring.clock)
    )
    elsewhere = Client(away)
    assert follow(elsewhere, ip="203.0.113.9").status_code == 302
    unheard = follow(elsewhere, "/r/theo")
    assert unheard.status_code == 503
    assert unheard.headers["Retry-After"] == "60"
    away.close()
    assert load(wiring) == 1
    assert clicks(wiring, shop) == [("mara", "billable")] * 2


def test_an_order_whose_visit_began_with_the_link_is_credited_to_that_very_click(
    wiring: Wiring, shop: CreditShop, client: Client, clock: FixedClock
) -> None:
    where = follow(client).headers["Location"]
    clicked = clock.at
    load(wiring)
    clock.at += timedelta(days=2)
    parts = urlsplit(where)
    shop.deliver("orders/create", order(1001, placed=clock.at, landing_site=f"{parts.path}?{parts.query}"))
    shop.work()
    (seen,) = [c for c in shop.told()["candidates"] if c["kind"] == "click"]
    assert seen["won"]
    assert seen["seen_at"] == clicked.isoformat()
    assert shop.credited() == {"mara": "1"}


def test_a_program_whose_links_apply_the_code_leads_through_it(
    wiring: Wiring, shop: CreditShop, client: Client, clock: FixedClock
) -> None:
    with wiring.shop_session(shop.shop_id) as session, session.begin():
        terms = LinkTerms(campaign="{program} of {creator}", apply_code=True)
        put(session, ProgramDraft("main", "Main", 30, 30, links=terms), actor="test", now=clock.at)
    where = urlsplit(follow(client).headers["Location"])
    assert where.path == "/discount/MARA10"
    inner = urlsplit(parse_qs(where.query)["redirect"][0])
    assert (inner.netloc, inner.path) == ("", "/")
    assert parse_qs(inner.query)["utm_campaign"] == ["main of mara"]
    assert parse_qs(inner.query)["ref"] == ["mara"]


@pytest.mark.parametrize(
    "landing", ["/?sca_ref=MARA", "/?rfsn=mara", "/products/x?via=Mara", "/?dt_id=mara&utm_source=x"]
)
def test_an_old_link_of_another_app_is_credited_to_the_link_of_its_value(
    shop: CreditShop, clock: FixedClock, landing: str
) -> None:
    shop.deliver("orders/create", order(1001, placed=clock.at, landing_site=landing))
    shop.work()
    assert shop.credited() == {"mara": "1"}


@pytest.mark.parametrize("carrier", ["landing page", "cart"])
def test_a_click_that_is_loaded_after_its_order_counts_as_if_it_had_come_before(
    wiring: Wiring, shop: CreditShop, client: Client, clock: FixedClock, carrier: str
) -> None:
    parts = urlsplit(follow(client).headers["Location"])
    clicked = clock.at
    clock.at += timedelta(hours=1)
    token = parse_qs(parts.query)["tribute_click"][0]
    told: dict[str, Any] = {"landing_site": f"/?{parts.query}"}
    if carrier == "cart":
        told = {"note_attributes": [{"name": "_tribute_click", "value": token}]}
    shop.deliver("orders/create", order(1001, placed=clock.at, **told))
    shop.work()
    load(wiring)
    shop.work()
    (seen,) = [c for c in shop.told()["candidates"] if c["kind"] == "click"]
    assert (seen["won"], seen["seen_at"]) == (True, clicked.isoformat())


def test_an_older_click_that_another_machine_brings_later_is_not_paid_beside_the_newer(
    wiring: Wiring, shop: CreditShop, client: Client, clock: FixedClock
) -> None:
    follow(client)
    (waiting,) = wiring.settings.spool.glob("*.clicks")
    early = waiting.read_bytes()
    load(wiring)
    with wiring.shop_session(shop.shop_id) as session, session.begin():
        session.execute(text("delete from clicks"))
    clock.at += timedelta(hours=2)
    follow(client)
    load(wiring)
    (wiring.settings.spool / "20261122T000000000000-1-000001-OTHER.clicks").write_bytes(early)
    load(wiring)
    assert [verdict for _, verdict in clicks(wiring, shop)] == ["duplicate", "billable"]


def test_clicks_of_a_shop_that_was_erased_while_they_waited_are_not_kept(
    wiring: Wiring, shop: CreditShop, client: Client
) -> None:
    follow(client)
    with wiring.shop_session(shop.shop_id) as session, session.begin():
        forget_shop(session, ShopId(shop.shop_id))
    assert load(wiring) == 1
    assert clicks(wiring, shop) == []


def test_a_token_of_another_shop_is_no_evidence(wiring: Wiring, shop: CreditShop, client: Client) -> None:
    """What a cart or an address says counts only where that click is stored in the order's own shop."""
    where = follow(client).headers["Location"]
    load(wiring)
    other = World(wiring, domain="else.myshopify.com")
    other.creator("zoe", "ZOE10")
    token = parse_qs(urlsplit(where).query)["tribute_click"][0]
    attributes = [{"name": "_tribute_click", "value": token}]
    other.deliver("orders/create", order(2001, placed=wiring.clock.now(), note_attributes=attributes))
    other.work()
    with wiring.shop_session(other.shop_id) as session:
        told = explain(session, "2001", wiring.clock.now())
    assert [c for c in told["candidates"] if c["kind"] == "click"] == []


def test_a_visit_that_the_database_never_takes_holds_up_no_other(
    wiring: Wiring, shop: CreditShop, client: Client
) -> None:
    follow(client, "/r/mara")
    with wiring.shop_session(shop.shop_id) as session:
        link = session.scalar(text("select id from links where slug = 'mara'"))
    broken = Visited(shop.shop_id, link, 77, wiring.clock.now(), ("aa" * 16, "bb" * 16), PHONE, country="N\0")
    (file,) = wiring.settings.spool.glob("*.clicks")
    with file.open("ab") as spool:
        spool.write(line(broken))
    follow(client, "/r/theo")
    assert load(wiring) == 3
    assert sorted(clicks(wiring, shop)) == [("mara", "billable"), ("theo", "billable")]
    assert load(wiring) == 0
