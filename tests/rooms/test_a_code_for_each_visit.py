"""From a creator's link by way of /c/... to an order with a code of the shopper's own: by the whole app, and replayed."""

import os
import signal
import subprocess
import sys
from decimal import Decimal
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import text
from werkzeug.test import Client, TestResponse

from app.campaigns.discount import DiscountSettings, SingleUse
from app.campaigns.model import Discount
from app.flows.prove import prove
from app.tracking.store import single, single_stock
from app.tracking.token import read, token_keys
from app.wiring import Wiring
from tests.bodies import code, line, order
from tests.conftest import NOW
from tests.credit_shop import CreditShop
from tests.rooms.test_clicks_by_name import ask
from tests.rooms.test_clicks_on_links import PHONE, load
from tests.world import INSTALLED

CODES = [f"ONCE{n:04}" for n in range(300)]


@pytest.fixture
def shop(shop: CreditShop) -> CreditShop:
    """Its links hand out codes, of which three hundred are ready."""
    terms = DiscountSettings(single_use=SingleUse(days=7))
    shop.offer(shop.rules, INSTALLED, discount=Discount(percent=Decimal(10)), given=terms)
    stock(shop, CODES)
    return shop


def stock(shop: CreditShop, codes: list[str]) -> None:
    with shop.wiring.shop_session(shop.shop_id) as session, session.begin():
        single_stock.make(session, shop.program_id, codes, NOW)
        made = single_stock.on_the_way(session, shop.program_id, "made", most=1000)
        number = single_stock.put_discount(
            session, shop.program_id, "gid://shopify/DiscountCodeNode/9", digest="d", form="basic", named={},
            now=NOW,
        )  # fmt: skip
        single_stock.mark_ready(session, number, {c.id: None for c in made})


def get(
    client: Client, path: str, *, ip: str = "203.0.113.7", agent: str = PHONE, **headers: str
) -> TestResponse:
    sent = {"User-Agent": agent, **headers}
    return client.get(path, headers=sent, environ_overrides={"REMOTE_ADDR": ip})


def landed(client: Client, *, then: dict[str, str] | None = None, **who: str) -> str:
    """Where a visitor ends up; `then`: headers of the second step."""
    first = get(client, "/r/mara?s1=story", **who)
    step = first.headers["Location"]
    assert (first.status_code, step[:8]) == (302, "/c/mara/")
    second = get(client, step, **who, **(then or {}))
    assert second.status_code == 302
    assert "Set-Cookie" not in second.headers
    return second.headers["Location"]


def code_in(address: str) -> str | None:
    path = urlsplit(address).path
    return path.removeprefix("/discount/") if path.startswith("/discount/") else None


def pool(shop: CreditShop) -> tuple[int, int]:
    with shop.wiring.shop_session(shop.shop_id) as session:
        found = single.pool(session, shop.program_id)
    return found.handed, found.used


def test_a_visitor_comes_to_the_shop_with_a_code_and_keeps_it(client: Client, shop: CreditShop) -> None:
    where = landed(client)
    assert code_in(where) == "ONCE0000"
    page = urlsplit(parse_qs(urlsplit(where).query)["redirect"][0])
    given = parse_qs(page.query)
    assert (page.path, given["ref"], given["s1"]) == ("/", ["mara"], ["story"])
    assert read(given["tribute_click"][0], token_keys(shop.wiring.settings.secret_keys)) is not None
    assert code_in(landed(client)) == "ONCE0000"
    assert code_in(landed(client, ip="203.0.113.8")) == "ONCE0001"
    assert pool(shop) == (2, 0)


@pytest.mark.parametrize(
    ("agent", "headers"),
    [
        ("Googlebot/2.1", {}),
        ("", {}),
        (PHONE, {"Sec-Purpose": "prefetch;prerender"}),
        (PHONE, {"Purpose": "preview"}),
    ],
)
def test_whoever_does_not_look_gets_no_code(
    client: Client, shop: CreditShop, agent: str, headers: dict[str, str]
) -> None:
    assert code_in(landed(client, agent=agent, then=headers)) is None
    assert pool(shop) == (0, 0)


def test_tokens_that_are_forged_old_or_of_another_link_get_no_code(client: Client, shop: CreditShop) -> None:
    step = get(client, "/r/mara").headers["Location"]
    token = step.rpartition("/")[2]
    forged = token[:-1] + ("A" if token[-1] != "A" else "B")
    assert code_in(get(client, f"/c/mara/{forged}").headers["Location"]) is None
    assert code_in(get(client, f"/c/theo/{token}").headers["Location"]) is None
    for path in (
        "/c/",
        "/c/mara",
        "/c/mara/short",
        f"/c/nobody/{token}",
        f"/c/..%2f/{token}",
        f"/c/MARA!/{token}",
    ):
        assert get(client, path).status_code == 404, path
    assert client.post(step).status_code == 405
    assert pool(shop) == (0, 0)


def test_nothing_in_the_address_leads_out_of_the_shop(client: Client, shop: CreditShop) -> None:
    step = get(client, "/r/mara").headers["Location"]
    where = get(client, f"{step}?redirect=//evil.example&utm_source=x%0d%0ay").headers["Location"]
    assert urlsplit(where).netloc == "lumen.myshopify.com"
    assert "evil" not in where
    assert shop.shop_id


def test_a_shopper_is_led_on_without_a_code_while_the_database_does_not_answer(
    client: Client, shop: CreditShop
) -> None:
    step = get(client, "/r/mara").headers["Location"]
    with shop.wiring.shop_session(shop.shop_id) as session, session.begin():
        session.execute(text("lock table single_codes in access exclusive mode"))
        answer = get(client, step)
    assert (answer.status_code, code_in(answer.headers["Location"])) == (302, None)
    assert code_in(get(client, step).headers["Location"]) == "ONCE0000"


def test_a_creators_name_in_the_storefront_brings_a_code_of_its_own_too(
    client: Client, shop: CreditShop
) -> None:
    first = ask(client, shop.wiring, {"ref": "mara"}).json or {}
    again = ask(client, shop.wiring, {"ref": "mara"}).json or {}
    other = ask(client, shop.wiring, {"ref": "mara"}, ip="203.0.113.99").json or {}
    assert (first["code"], again["code"], other["code"]) == ("ONCE0000", "ONCE0000", "ONCE0001")


def test_an_order_with_such_a_code_is_credited_explained_and_replayed(
    client: Client, shop: CreditShop
) -> None:
    given = code_in(landed(client))
    assert given
    shop.deliver("orders/create", order(1001, lines=[line(off=[(0, "10.00")])], codes=[code(given.lower())]))
    load(shop.wiring)
    shop.work()
    told = shop.told()
    (won,) = [c for c in told["candidates"] if c["won"]]
    assert (won["kind"], won["creator"], told["credits"][0]["creator"]) == ("code", "mara", "mara")
    visit = won["handed_out"]["visit"]
    assert won["reason"] == (
        f"The single-use code {given.lower()} was handed out at {NOW:%Y-%m-%d %H:%M} UTC to visit {visit}, "
        "which came by mara's link."
    )
    assert pool(shop) == (1, 1)
    with shop.wiring.shop_session(shop.shop_id) as session, shop.wiring.batch_session() as again:
        assert prove(session, again, shop.context, NOW)["ok"]
    replayed = shop.wiring.replayer(shop.context, NOW, now=NOW)
    assert replayed.identical, replayed.compared.differences[:3]
    assert code_in(landed(client)) == "ONCE0001"


def test_a_code_that_was_never_handed_out_credits_nobody(shop: CreditShop) -> None:
    shop.deliver("orders/create", order(1001, lines=[line(off=[(0, "10.00")])], codes=[code(CODES[5])]))
    shop.work()
    assert shop.told()["credits"] == []


TAKES = """
import os, sys
from app.config import Settings
from app.flows.hand_out import HandOut
from app.tracking.single_use import Visitor
from tests.conftest import NOW
from app.kernel.clock import FixedClock
from app.db.engine import app_engine
from app.db.session import ShopSession
from app.jobs.queue import Queue
address, shop, link, first = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
engine = app_engine(address)
ask = HandOut(lambda number: ShopSession(engine, number), Queue(), FixedClock(NOW))
for n in range(first, first + 200):
    who = Visitor(link, n, (f"b{n}", f"-b{n}"), (f"a{n}", f"-a{n}"))
    sys.stdout.write(f"{n} {ask(shop, who, None)}\\n")
    sys.stdout.flush()
"""


def test_processes_that_are_killed_never_give_one_code_to_two(shop: CreditShop, wiring: Wiring) -> None:
    """Three take codes at once and say so; each is killed after so many, wherever it is then."""
    with wiring.shop_session(shop.shop_id) as session:
        link = session.execute(text("select id from links where slug = 'mara'")).scalar_one()
    address = wiring.engine.url.render_as_string(hide_password=False)
    command = [sys.executable, "-c", TAKES, address, str(shop.shop_id), str(link)]
    started = [
        subprocess.Popen([*command, str(first)], stdout=subprocess.PIPE, text=True)
        for first in (1, 1001, 2001)
    ]
    said: list[tuple[int, str]] = []
    for process, after in zip(started, (5, 23, 41), strict=True):
        with process:
            assert process.stdout is not None
            lines = [process.stdout.readline() for _ in range(after)]
            os.kill(process.pid, signal.SIGKILL)
            lines += process.stdout.readlines()
        said += [(int(n), c) for n, c in (one.split() for one in lines if one.endswith("\n"))]
    given = dict(said)
    assert len(set(given.values())) == len(given) >= 69
    with wiring.shop_session(shop.shop_id) as session:
        rows = session.execute(text("select click_id, folded from single_codes where state = 'handed'"))
        held = {row.click_id: row.folded for row in rows}
    assert given.items() <= held.items()
    assert len(set(held.values())) == len(held)
