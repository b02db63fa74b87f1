"""One PostgreSQL for the whole run, and a database of its own for every test that asks for one."""

import itertools
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import fasteners
import psutil
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

API_SECRET = "shpss_0123456789abcdef0123456789abcdef"
"""What Shopify signs with, in the form and length it has there; made up."""


ROOT = Path(__file__).resolve().parents[1]
SERVER = ROOT / ".tribute" / "test-postgres"
"""Kept between runs and shared by all that run at once; every test has a database of its own in it."""

HASTE = (
    "alter system set fsync = off",
    "alter system set synchronous_commit = off",
    "alter system set full_page_writes = off",
    "alter system set autovacuum = off",
    "alter system set jit = off",
    "alter system set max_wal_size = '4GB'",
    "alter system set checkpoint_timeout = '1h'",
    "select pg_reload_conf()",
)
"""Nothing here has to outlive a power cut."""

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def postgres() -> URL:
    """The shared server. DATABASE_URL names another one to test on."""
    given = os.environ.get("DATABASE_URL")
    return make_url(given or start(SERVER)).set(drivername="postgresql+psycopg")


@pytest.fixture(scope="session")
def template(postgres: URL) -> str:
    """Name of a migrated database to copy; made once for each state of the migrations."""
    migrations = [p.read_bytes() for p in sorted((ROOT / "migrations").rglob("*.py"))]
    digest = sha256(b"".join(migrations) + repr(HASTE).encode()).hexdigest()[:12]
    name = f"template_{digest}"
    SERVER.parent.mkdir(parents=True, exist_ok=True)
    with fasteners.InterProcessLock(SERVER.parent / "template.lock"):
        _drop_databases_of_the_dead(postgres)
        if not _names(postgres, name):
            _run(postgres, *HASTE, f"create database {name}_raw")
            migrate(postgres.set(database=f"{name}_raw"))
            _run(postgres, f"alter database {name}_raw rename to {name}")
    return name


def _run(url: URL, *statements: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def _names(url: URL, like: str) -> list[str]:
    engine = create_engine(url)
    with engine.connect() as connection:
        found = list(
            connection.execute(
                text("select datname from pg_database where datname like :n"), {"n": like}
            ).scalars()
        )
    engine.dispose()
    return found


def _drop_databases_of_the_dead(url: URL) -> None:
    """A killed run leaves its databases behind; their names say whose they were."""
    for name in _names(url, "test\\_%"):
        if not psutil.pid_exists(int(name.split("_")[1])):
            _run(url, f"drop database if exists {name} with (force)")
    for name in _names(url, "%\\_raw"):
        _run(url, f"drop database if exists {name} with (force)")


@pytest.fixture
def database(postgres: URL, template: str) -> Iterator[URL]:
    """An empty, migrated database that nobody else uses."""
    with fresh_database(postgres, template) as url:
        yield url


@contextmanager
def fresh_database(postgres: URL, template: str) -> Iterator[URL]:
    """The same for as long as it is held."""
    name = f"test_{os.getpid()}_{next(_numbers)}"
    # Files are copied: through the log, the other strategy, it costs several times as much.
    _run(postgres, f"create database {name} template {template} strategy file_copy")
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
        shopify_api_secret=API_SECRET,
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
