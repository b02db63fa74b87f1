"""What a machine that watches is told."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from wsgiref.util import setup_testing_defaults

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import URL

from app.config import Settings
from app.wiring import Wiring, build
from app.wsgi import Application
from tests.rooms.webhooks import ask, delivery


@pytest.fixture
def app(wiring: Wiring) -> Iterator[Application]:
    application = Application(wiring)
    yield application
    application.close()


@pytest.fixture
def away(settings: Settings) -> Iterator[Application]:
    """An app whose database does not answer."""
    nobody_listens = "postgresql://tribute:hidden@127.0.0.1:1/tribute"
    application = Application(build(replace(settings, database_url=nobody_listens)))
    yield application
    application.close()


def get(app: Application, path: str) -> tuple[int, str]:
    environ: dict[str, Any] = {"REQUEST_METHOD": "GET", "PATH_INFO": path}
    setup_testing_defaults(environ)
    answer = ask(app, environ)
    return answer.code, answer.text


def test_a_running_app_is_alive_and_ready(app: Application) -> None:
    assert get(app, "/healthz") == (200, "alive\n")
    assert get(app, "/readyz") == (200, "ready\n")


def test_without_its_database_the_app_is_alive_but_not_ready(away: Application) -> None:
    assert get(away, "/healthz") == (200, "alive\n")
    assert get(away, "/readyz") == (503, "The database does not answer.\n")


def test_without_a_schema_the_app_is_not_ready(app: Application, database: URL) -> None:
    owner = create_engine(database)
    with owner.begin() as connection:
        connection.execute(text("alter table inbox rename to elsewhere"))
    owner.dispose()
    code, sentence = get(app, "/readyz")
    assert code == 503
    assert "tribute migrate" in sentence


def test_the_metrics_count_answers_and_show_the_inbox(app: Application) -> None:
    ask(app, delivery(WEBHOOK_ID="m-1"))
    ask(app, delivery(HMAC_SHA256="AAAA"))
    code, metrics = get(app, "/metrics")
    assert code == 200
    assert 'tribute_webhooks_total{status="200"}' in metrics
    assert 'tribute_webhooks_total{status="401"}' in metrics
    assert "tribute_inbox_waiting 1.0" in metrics
    assert "tribute_inbox_parked 0.0" in metrics
    assert "lumen" not in metrics


def test_without_the_database_the_process_still_shows_its_own_numbers(away: Application) -> None:
    code, metrics = get(away, "/metrics")
    assert code == 200
    assert "tribute_webhooks_total" in metrics
    assert "the inbox's gauges are missing" in metrics


def test_any_other_path_is_not_for_the_hot_routes(app: Application) -> None:
    code, _ = get(app, "/webhooks/shopify/")
    assert code == 404
