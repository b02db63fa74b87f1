"""What is Shopify's is stored once, byte for byte, before it is acknowledged."""

import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from sqlalchemy import create_engine, text
from sqlalchemy.engine import URL

from app.config import Settings
from app.wiring import Wiring, build
from app.wsgi import Application
from tests.conftest import NOW
from tests.rooms.webhooks import BODY, ask, delivery, signed


@pytest.fixture
def app(wiring: Wiring) -> Iterator[Application]:
    application = Application(wiring)
    yield application
    application.close()


def stored(wiring: Wiring) -> list[Any]:
    with wiring.engine.connect() as connection:
        return list(connection.execute(text("select * from inbox order by id")).mappings())


def as_owner(database: URL, statement: str) -> None:
    engine = create_engine(database)
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()


def test_a_delivery_is_stored_as_it_came(app: Application, wiring: Wiring) -> None:
    assert ask(app, delivery(EVENT_ID="e-1")).code == 200
    (row,) = stored(wiring)
    assert (row["shop_domain"], row["topic"], row["webhook_id"], row["event_id"]) == (
        "lumen.myshopify.com",
        "orders/create",
        "w-1",
        "e-1",
    )
    assert (row["body"], row["body_sha256"]) == (BODY, sha256(BODY).digest())
    assert (row["source"], row["api_version"], row["state"]) == ("webhook", "2026-10", "new")
    assert row["triggered_at"] == datetime(2026, 11, 22, 11, 59, 58, 123456, tzinfo=UTC)


def test_a_delivery_of_the_events_family_is_stored_without_an_event_id(
    app: Application, wiring: Wiring
) -> None:
    assert ask(app, delivery(family="HTTP_SHOPIFY_", TOPIC="Order", ACTION="update")).code == 200
    (row,) = stored(wiring)
    assert (row["topic"], row["event_id"], row["webhook_id"]) == ("Order/update", None, "w-1")


def test_the_shop_is_the_same_however_its_domain_is_written(app: Application, wiring: Wiring) -> None:
    assert ask(app, delivery(SHOP_DOMAIN="LUMEN.myshopify.com")).code == 200
    assert ask(app, delivery()).code == 200
    assert [row["shop_domain"] for row in stored(wiring)] == ["lumen.myshopify.com"]


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\x00\xfe", b"[" * 200_000, b'{"id": 1e999}', b"null"])
def test_a_body_that_is_no_json_is_stored_for_the_worker_to_judge(
    app: Application, wiring: Wiring, body: bytes
) -> None:
    assert ask(app, delivery(body)).code == 200
    assert [row["body"] for row in stored(wiring)] == [body]


def test_the_largest_body_is_stored_and_one_byte_more_is_not(app: Application, wiring: Wiring) -> None:
    largest = bytes(4 * 1024 * 1024)
    assert ask(app, delivery(largest, WEBHOOK_ID="w-1")).code == 200
    assert ask(app, delivery(largest + b"x", WEBHOOK_ID="w-2")).code == 413
    assert [len(row["body"]) for row in stored(wiring)] == [len(largest)]


def test_unknown_shops_and_topics_are_stored(app: Application, wiring: Wiring) -> None:
    assert ask(app, delivery(SHOP_DOMAIN="nobody-knows-it.myshopify.com", TOPIC="moons/waxed")).code == 200
    assert [row["topic"] for row in stored(wiring)] == ["moons/waxed"]


@pytest.mark.parametrize("at", ["yesterday", "2026-11-22T11:59:58", "0001-01-01T00:00:00+23:59"])
def test_the_time_of_receipt_stands_in_for_one_that_cannot_be_read(
    app: Application, wiring: Wiring, at: str
) -> None:
    assert ask(app, delivery(TRIGGERED_AT=at)).code == 200
    assert [row["triggered_at"] for row in stored(wiring)] == [NOW]


def test_a_delivery_repeated_is_acknowledged_and_stored_once(app: Application, wiring: Wiring) -> None:
    assert [ask(app, delivery()).code for _ in range(3)] == [200, 200, 200]
    assert len(stored(wiring)) == 1


def test_one_business_event_delivered_twice_is_stored_once(app: Application, wiring: Wiring) -> None:
    assert ask(app, delivery(WEBHOOK_ID="w-1", EVENT_ID="e-1")).code == 200
    assert ask(app, delivery(WEBHOOK_ID="w-2", EVENT_ID="e-1")).code == 200
    assert [row["webhook_id"] for row in stored(wiring)] == ["w-1"]


def test_the_same_ids_of_another_shop_or_topic_are_other_events(app: Application, wiring: Wiring) -> None:
    assert ask(app, delivery(EVENT_ID="e-1")).code == 200
    assert ask(app, delivery(EVENT_ID="e-1", TOPIC="orders/paid")).code == 200
    assert ask(app, delivery(EVENT_ID="e-1", SHOP_DOMAIN="other.myshopify.com")).code == 200
    assert len(stored(wiring)) == 3


def test_many_at_once_are_each_stored_once(app: Application, wiring: Wiring) -> None:
    deliveries = [delivery(b'{"id": %d}' % (n % 40), WEBHOOK_ID=f"w-{n % 40}") for n in range(200)]
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda environ: ask(app, environ).code, deliveries))
    assert set(answers) == {200}
    assert sorted(row["body"] for row in stored(wiring)) == sorted(b'{"id": %d}' % n for n in range(40))


def test_while_the_secret_is_rotated_both_are_accepted(settings: Settings, wiring: Wiring) -> None:
    rotating = replace(settings, shopify_api_secret="new", shopify_api_secret_old="old")
    app = Application(build(rotating, wiring.clock))
    answers = [
        ask(app, delivery(WEBHOOK_ID=s, HMAC_SHA256=signed(BODY, s))).code for s in ("new", "old", "older")
    ]
    app.close()
    assert answers == [200, 200, 401]


@given(body=st.binary(max_size=2_000))
@examples(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_that_are_rightly_signed_are_stored_exactly(
    app: Application, wiring: Wiring, body: bytes
) -> None:
    webhook_id = sha256(body).hexdigest()
    assert ask(app, delivery(body, WEBHOOK_ID=webhook_id)).code == 200
    assert [row["body"] for row in stored(wiring) if row["webhook_id"] == webhook_id] == [body]


def test_nothing_is_acknowledged_while_the_database_is_down(settings: Settings, wiring: Wiring) -> None:
    nobody_listens = "postgresql://tribute:hidden@127.0.0.1:1/tribute"
    away = build(replace(settings, database_url=nobody_listens), wiring.clock)
    app = Application(away)
    answer = ask(app, delivery())
    app.close()
    assert (answer.code, answer.text) == (503, "Not stored; please send it again.\n")


def test_nothing_is_acknowledged_that_the_database_refuses(
    app: Application, wiring: Wiring, database: URL, caplog: pytest.LogCaptureFixture
) -> None:
    as_owner(database, "revoke insert on inbox from tribute_app")
    with caplog.at_level(logging.DEBUG):
        assert ask(app, delivery(b"ada@example.com")).code == 503
    assert stored(wiring) == []
    assert "InsufficientPrivilege" in caplog.text
    assert "ada@example.com" not in caplog.text
    as_owner(database, "grant insert on inbox to tribute_app")
    assert ask(app, delivery(b"ada@example.com")).code == 200


def test_a_locked_table_is_a_503_before_shopify_hangs_up(
    app: Application, wiring: Wiring, database: URL
) -> None:
    owner = create_engine(database)
    with owner.begin() as holder:
        holder.execute(text("lock table inbox in exclusive mode"))
        assert ask(app, delivery()).code == 503
    owner.dispose()
    assert ask(app, delivery()).code == 200
    assert len(stored(wiring)) == 1


def test_a_database_that_was_restarted_costs_no_delivery(
    app: Application, wiring: Wiring, database: URL
) -> None:
    assert ask(app, delivery(WEBHOOK_ID="before")).code == 200
    as_owner(
        database,
        "select pg_terminate_backend(pid) from pg_stat_activity "
        "where datname = current_database() and pid <> pg_backend_pid()",
    )
    wiring.engine.dispose()
    assert ask(app, delivery(WEBHOOK_ID="after")).code == 200
    assert [row["webhook_id"] for row in stored(wiring)] == ["before", "after"]
