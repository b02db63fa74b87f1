"""Access tokens under load, and what becomes of a shop when they can no longer be had."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from app.config import Settings
from app.kernel.clock import FixedClock
from app.kernel.ids import ShopId
from app.shopify.errors import NeedsReauth, NotInstalled, ShopifyDown
from app.shops import store
from app.shops.model import Status
from app.wiring import Wiring, build
from tests.conftest import NOW
from tests.pretend_shopify import PretendShopify
from tests.rooms.shopify_side import connected_app, opened

THREADS = 8
PATIENT = 60


@pytest.fixture
def shopify() -> PretendShopify:
    return PretendShopify()


@pytest.fixture
def app(settings: Settings, shopify: PretendShopify) -> Iterator[Wiring]:
    with connected_app(settings, shopify) as wiring:
        yield wiring


@pytest.fixture
def shop_id(app: Wiring) -> ShopId:
    return app.installer(opened(app), NOW).id


def pass_time(app: Wiring, by: timedelta) -> None:
    assert isinstance(app.clock, FixedClock)
    app.clock.at += by


def refreshes(shopify: PretendShopify) -> list[str]:
    return [str(body["refresh_token"]) for body in shopify.asked_for("grant_type", "refresh_token")]


def ask_at_once(sources: list[Wiring], shop_id: ShopId) -> set[str]:
    """Tokens that this many threads get when they all ask at one moment."""
    gate = threading.Barrier(len(sources), timeout=PATIENT)

    def ask(source: Wiring) -> str:
        gate.wait()
        return source.tokens.access_token(shop_id)

    with ThreadPoolExecutor(len(sources)) as pool:
        return set(pool.map(ask, sources, timeout=PATIENT))


def test_a_living_token_is_used_as_it_is(app: Wiring, shop_id: ShopId, shopify: PretendShopify) -> None:
    pass_time(app, timedelta(minutes=58))
    assert app.tokens.access_token(shop_id) == "access-1"
    assert refreshes(shopify) == []


def test_a_token_is_replaced_a_minute_before_it_ends(
    app: Wiring, shop_id: ShopId, shopify: PretendShopify
) -> None:
    pass_time(app, timedelta(minutes=59))
    assert app.tokens.access_token(shop_id) == "access-2"
    assert app.tokens.access_token(shop_id) == "access-2"
    assert refreshes(shopify) == ["refresh-1"]
    pass_time(app, timedelta(hours=2))
    assert app.tokens.access_token(shop_id) == "access-3"
    assert refreshes(shopify) == ["refresh-1", "refresh-2"]


def test_eight_threads_that_meet_an_expired_token_cause_one_refresh(
    app: Wiring, shop_id: ShopId, shopify: PretendShopify
) -> None:
    pass_time(app, timedelta(hours=2))
    assert ask_at_once([app] * THREADS, shop_id) == {"access-2"}
    assert refreshes(shopify) == ["refresh-1"]


def test_eight_processes_that_meet_an_expired_token_cause_one_refresh(
    app: Wiring, shop_id: ShopId, shopify: PretendShopify
) -> None:
    pass_time(app, timedelta(hours=2))
    others = [build(app.settings, app.clock) for _ in range(THREADS)]
    assert ask_at_once(others, shop_id) == {"access-2"}
    for other in others:
        other.engine.dispose()
        other.http.close()
    assert refreshes(shopify) == ["refresh-1"]


def test_no_transaction_is_open_while_shopify_is_asked(
    app: Wiring, shop_id: ShopId, shopify: PretendShopify
) -> None:
    seen: list[str] = []

    owner = create_engine(app.engine.url)
    query = (
        "select state from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
    )

    def look_around(_body: dict[str, Any]) -> tuple[int, dict[str, str], Any]:
        with owner.connect() as connection:
            seen.extend(connection.execute(text(query)).scalars())
        return shopify.pair()

    shopify.token_answer = look_around
    pass_time(app, timedelta(hours=2))
    app.tokens.access_token(shop_id)
    owner.dispose()
    assert seen
    assert set(seen) == {"idle"}


def test_a_refused_refresh_marks_the_shop_and_asks_for_the_merchant(
    app: Wiring, shop_id: ShopId, shopify: PretendShopify
) -> None:
    shopify.token_answer = lambda _body: (400, {}, {"error": "invalid_grant"})
    pass_time(app, timedelta(days=100))
    for _ in range(2):
        with pytest.raises(NeedsReauth, match="must open Tribute in the Shopify admin once") as caught:
            app.tokens.access_token(shop_id)
        assert "refresh-1" not in str(caught.value)
    assert len(refreshes(shopify)) == 1
    with app.platform_session() as session:
        assert store.get(session, shop_id).status is Status.NEEDS_REAUTH
    shopify.token_answer = None
    assert app.installer(opened(app), app.clock.now()).status is Status.INSTALLED
    assert app.tokens.access_token(shop_id) == "access-2"


def test_an_unanswered_refresh_is_asked_again_with_the_same_token(
    app: Wiring, shop_id: ShopId, shopify: PretendShopify
) -> None:
    shopify.token_answer = lambda _body: (502, {}, b"<html>")
    pass_time(app, timedelta(hours=2))
    with pytest.raises(ShopifyDown, match="it answered 502 to a request for a token"):
        app.tokens.access_token(shop_id)
    shopify.token_answer = None
    assert app.tokens.access_token(shop_id) == "access-2"
    assert refreshes(shopify) == ["refresh-1", "refresh-1"]


def test_an_answer_that_is_no_pair_is_not_stored(
    app: Wiring, shop_id: ShopId, shopify: PretendShopify
) -> None:
    shopify.token_answer = lambda _body: (200, {}, {"access_token": "half"})
    pass_time(app, timedelta(hours=2))
    with pytest.raises(ShopifyDown, match="was not readable") as caught:
        app.tokens.access_token(shop_id)
    assert "half" not in str(caught.value)
    shopify.token_answer = None
    assert app.tokens.access_token(shop_id) == "access-2"


def test_a_refresh_that_an_uninstall_overtakes_brings_no_token_back(
    app: Wiring, shop_id: ShopId, shopify: PretendShopify
) -> None:
    def uninstalled_meanwhile(_body: dict[str, Any]) -> tuple[int, dict[str, str], Any]:
        with app.shop_session(shop_id) as session, session.begin():
            store.delete_tokens(session, shop_id)
            store.change(session, shop_id, status=Status.UNINSTALLED)
        return shopify.pair()

    shopify.token_answer = uninstalled_meanwhile
    pass_time(app, timedelta(hours=2))
    app.tokens.access_token(shop_id)
    with app.shop_session(shop_id) as session:
        assert store.read_tokens(session, shop_id) is None
    with pytest.raises(NotInstalled):
        app.tokens.access_token(shop_id)


def test_an_idle_shop_is_renewed_about_once_a_month(
    app: Wiring, shop_id: ShopId, shopify: PretendShopify
) -> None:
    keep = next(job.handler for job in app.jobs if job.name == "shops.keep_tokens_alive")
    keep()
    app.job_worker.run_due()
    assert refreshes(shopify) == []
    pass_time(app, timedelta(days=31))
    keep()
    keep()
    app.job_worker.run_due()
    assert refreshes(shopify) == ["refresh-1"]
    keep()
    app.job_worker.run_due()
    assert refreshes(shopify) == ["refresh-1"]


def test_every_secret_of_a_shop_is_written_again_under_the_newest_key(app: Wiring, shop_id: ShopId) -> None:
    with app.shop_session(shop_id) as session, session.begin():
        before = store.read_tokens(session, shop_id)
        store.rotate_secrets(session, app.vault, shop_id)
        after = store.read_tokens(session, shop_id)
    assert before is not None
    assert after is not None
    assert before.access_token != after.access_token
    assert app.tokens.access_token(shop_id) == "access-1"
