"""One PostgreSQL for the whole run, and a database of its own for every test that asks for one."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from hypothesis import settings as examples
from playwright.sync_api import Browser, Page, expect, sync_playwright
from sqlalchemy.engine import URL

from app.config import Settings
from app.kernel.clock import FixedClock
from app.wiring import Wiring, build
from tests import databases
from tests.databases import Lent

# A busy machine is no finding: no example has a time to keep.
examples.register_profile("tribute", deadline=None)
examples.load_profile("tribute")

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
"""The present of every test that does not say otherwise."""

API_SECRET = "shpss_0123456789abcdef0123456789abcdef"
"""What Shopify signs with, in the form and length it has there; made up."""


SECRET_KEY = Fernet.generate_key().decode()
"""One for the whole process: rows that one test sealed are brought back for others."""


@pytest.fixture(scope="session")
def postgres() -> URL:
    """The shared server."""
    return databases.server()


@pytest.fixture(scope="session")
def template(postgres: URL) -> str:
    """Name of a migrated database to copy."""
    return databases.template(postgres)


@pytest.fixture(scope="session")
def lent(postgres: URL, template: str) -> Iterator[Lent]:
    """The database of this process."""
    made = Lent(postgres, template)
    yield made
    made.throw_away()


@pytest.fixture
def database(lent: Lent) -> Iterator[URL]:
    """An empty, migrated database that nobody else uses."""
    with lent.lend() as url:
        yield url


@pytest.fixture
def settings(database: URL, tmp_path: Path) -> Settings:
    """Settings of an app on that database."""
    return Settings(
        database_url=database.render_as_string(hide_password=False),
        data=tmp_path,
        url="http://127.0.0.1:8000",
        secret_keys=(SECRET_KEY,),
        shopify_api_key="test-key",
        shopify_api_secret=API_SECRET,
    )


@pytest.fixture
def clock() -> FixedClock:
    """A clock that stands at NOW until a test moves it."""
    return FixedClock(NOW)


@pytest.fixture
def wiring(settings: Settings, clock: FixedClock, lent: Lent, database: URL) -> Wiring:
    """The app, wired to the test's own database and clock."""
    built = build(settings, clock)
    vars(built)["engine"] = lent.app_engine(database)
    return built


PATIENCE_MS = 45_000
"""How long a browser waits for what is about to come. Only a test that fails waits that long; shared cores stand still for seconds."""
expect.set_options(timeout=PATIENCE_MS)
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
    context.set_default_timeout(PATIENCE_MS)
    yield context.new_page()
    context.close()
