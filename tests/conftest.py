"""One PostgreSQL for the whole run, and a database of its own for every test that asks for one."""

import os
import shutil
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import fasteners
import pytest
from cryptography.fernet import Fernet
from playwright.sync_api import Browser, Page, sync_playwright
from sqlalchemy import create_engine, text
from sqlalchemy.engine import URL, make_url

from app.config import Settings
from app.db.embedded import start
from app.db.migrate import migrate
from app.kernel.clock import FixedClock
from app.wiring import Wiring, build

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
"""The present of every test that does not say otherwise."""


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> URL:
    """The shared server, with a migrated template in it. DATABASE_URL names another server to test on."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        given = os.environ.get("DATABASE_URL")
        url = make_url(given or start(shared / "postgres")).set(drivername="postgresql+psycopg")
        with fasteners.InterProcessLock(shared / "template.lock"):
            marker = shared / "template.ready"
            if not marker.exists():
                _make_template(url)
                marker.touch()
    return url


def _run(url: URL, *statements: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def _make_template(url: URL) -> None:
    _run(
        url,
        "alter system set fsync = off",
        "select pg_reload_conf()",
        "drop database if exists template_tribute",
    )
    _run(url, "create database template_tribute")
    migrate(url.set(database="template_tribute"))


@pytest.fixture
def database(postgres: URL, request: pytest.FixtureRequest) -> Iterator[URL]:
    """An empty, migrated database that nobody else uses."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
    name = f"test_{worker}_{os.getpid()}_{abs(hash(request.node.nodeid)):x}"
    _run(postgres, f"create database {name} template template_tribute")
    yield postgres.set(database=name)
    _run(postgres, f"drop database {name} with (force)")


@pytest.fixture
def settings(database: URL, tmp_path: Path) -> Settings:
    """Settings of an app on that database."""
    return Settings(
        database_url=database.render_as_string(hide_password=False),
        data=tmp_path,
        url="http://127.0.0.1:8000",
        secret_keys=(Fernet.generate_key().decode(),),
        shopify_api_key="test-key",
        shopify_api_secret="test-secret",
    )


@pytest.fixture
def clock() -> FixedClock:
    """A clock that stands at NOW until a test moves it."""
    return FixedClock(NOW)


@pytest.fixture
def wiring(settings: Settings, clock: FixedClock) -> Iterator[Wiring]:
    """The app, wired to the test's own database and clock."""
    built = build(settings, clock)
    yield built
    built.engine.dispose()


CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The system's Chromium, else Playwright's own.

    One per module, not per session: while Playwright runs, nothing else in this thread can use asyncio.
    """
    system = next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=system, args=flags)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page in a context of its own: no cookies or storage of another test."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(5_000)
    yield context.new_page()
    context.close()
