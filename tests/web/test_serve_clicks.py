"""`tribute serve` loses and doubles no click, though several processes are killed in the middle of it."""

from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection, HTTPException
from threading import Event
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
    while load_all(wiring.batch_session, settings.spool):
        pass
    keys = token_keys(settings.secret_keys)
    told = [read(parse_qs(urlsplit(where).query)["tribute_click"][0], keys) for where in led]
    kept = stored(wiring, shop.shop_id)
    assert len(led) >= 200
    assert {said.click_id for said in told if said is not None} <= set(kept)
    # What was written down and not answered any more is at most one visit of each shopper.
    assert len(led) <= len(kept) <= len(led) + 2 * SHOPPERS
    assert [f.name for f in settings.spool.glob("*.clicks")] == []
    with wiring.shop_session(shop.shop_id) as session:
        counted = session.scalar(text("select sum(clicks + duplicates + bots) from link_days"))
    assert counted == len(kept)
