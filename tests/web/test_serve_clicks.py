"""`tribute serve` loses and doubles no click, though several processes are killed in the middle of it."""

import socket
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection, HTTPException
from threading import Event
from time import monotonic
from urllib.parse import parse_qs, urlsplit

from sqlalchemy import text

from app.config import Settings
from app.flows.load_clicks import load_all
from app.kernel.ids import ShopId
from app.tracking.token import read, token_keys
from app.wiring import Wiring
from tests.credit_shop import credit_shop
from tests.web.serving import serving

SHOPPERS = 3
"""At each server."""
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) Mobile/15E148 Instagram 360.0"


def follow(port: int, name: str, enough: Event, led: list[str]) -> None:
    """Follow the link again and again until the server is gone; keeps where it led."""
    connection = HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        for n in range(2000):
            connection.request("GET", "/r/mara", headers={"User-Agent": f"{PHONE} {name}-{n}"})
            answer = connection.getresponse()
            answer.read()
            assert answer.status == 302
            led.append(answer.headers["Location"])
            if len(led) == 200:
                enough.set()
    except (OSError, HTTPException):
        return  # The server is gone, in the middle of an answer or before it.
    finally:
        connection.close()


HOSTILE = (
    b"GET /r/mara?\xff\xfe=\x80&s1=\xc3\xa9 HTTP/1.1",
    b"GET /r/mara?%00=%00&s1=%00&utm_source=%ff%fe HTTP/1.1",
    b"GET /r/mara?s1=<script>alert(1)</script> HTTP/1.1",
    b"GET /r/mara?s1=%0d%0aSet-Cookie:x=1 HTTP/1.1",
    b"GET /r/mara?" + b"a=b&" * 1000 + b" HTTP/1.1",
    b"GET /r/%6d%61%72%61 HTTP/1.1",
    b"GET /r/mara%ff HTTP/1.1",
    b"GET /r/mara\xc3\xa9 HTTP/1.1",
    b"GET /r//evil.example HTTP/1.1",
    b"GET /r/../r/mara HTTP/1.1",
    b"GET //r/mara HTTP/1.1",
)


def test_no_request_breaks_the_route_or_leads_out_of_the_shop(settings: Settings, wiring: Wiring) -> None:
    shop = credit_shop(wiring)
    with serving(settings) as served:
        for first in HOSTILE:
            for more in (
                b"User-Agent: \xff\xe9 \x80\r\nReferer: http://\xff/\r\n",
                b"X-Forwarded-For: \xff,,,\r\n",
            ):
                raw = answered(served.port, first + b"\r\nHost: x\r\n" + more + b"\r\n")
                status = int(raw[9:12])
                assert status in {302, 303, 400, 404, 401}, (first, more, raw)
                if status == 302:
                    where = raw.partition(b"location: ")[2].partition(b"\r\n")[0]
                    assert where.startswith(b"https://lumen.myshopify.com/"), (first, where)
                    assert b"\r\nset-cookie" not in raw.lower()
                    assert b"<script" not in raw
    load_until_all_is_taken(wiring, settings)
    with wiring.shop_session(shop.shop_id) as session:
        assert session.scalar(text("select count(*) from clicks")) > 5


def answered(port: int, request: bytes) -> bytes:
    """What the server says to these bytes."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        connection.sendall(request)
        said = b""
        while b"\r\n\r\n" not in said and (more := connection.recv(65536)):
            said += more
    return said


def load_until_all_is_taken(wiring: Wiring, settings: Settings) -> None:
    """A killed process holds its file for a moment after its parent has gone."""
    give_up_at = monotonic() + 20
    while list(settings.spool.glob("*.clicks")):
        load_all(wiring.batch_session, settings.spool)
        assert monotonic() < give_up_at, "the spool was not emptied"


def stored(wiring: Wiring, shop_id: ShopId) -> list[int]:
    with wiring.shop_session(shop_id) as session:
        return list(session.execute(text("select id from clicks")).scalars())


def test_no_click_is_lost_or_doubled_when_two_servers_are_killed_between_writing_and_loading(
    settings: Settings, wiring: Wiring
) -> None:
    shop = credit_shop(wiring)
    led: list[str] = []
    with (
        serving(settings) as one,
        serving(settings) as other,
        ThreadPoolExecutor(2 * SHOPPERS) as pool,
    ):
        enough = Event()
        running = [
            pool.submit(follow, served.port, f"{served.port}-{n}", enough, led)
            for served in (one, other)
            for n in range(SHOPPERS)
        ]
        assert enough.wait(60)
        load_all(
            wiring.batch_session, settings.spool
        )  # While both write: what is loaded is not loaded again.
        one.kill_everything()
        other.kill_everything()
        for shopper in running:
            shopper.result(60)
        one.process.wait(20), other.process.wait(20)
    load_until_all_is_taken(wiring, settings)
    keys = token_keys(settings.secret_keys)
    told = [read(parse_qs(urlsplit(where).query)["tribute_click"][0], keys) for where in led]
    kept = stored(wiring, shop.shop_id)
    assert len(led) >= 200
    assert {said.click_id for said in told if said is not None} <= set(kept)
    # What was written down and not answered any more is at most one visit of each shopper.
    assert len(led) <= len(kept) <= len(led) + 2 * SHOPPERS
    with wiring.shop_session(shop.shop_id) as session:
        counted = session.scalar(text("select sum(clicks + duplicates + bots) from link_days"))
    assert counted == len(kept)
