"""The route with everything it needs, and the thread that keeps its spool in order."""

import logging
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from threading import Event, Thread
from time import monotonic

from app.db.driver import Driver
from app.kernel.clock import Clock
from app.tracking.destination import Target
from app.tracking.spool.writer import SpoolWriter
from app.tracking.store.targets import target
from app.web.go.book import LinkBook
from app.web.go.kept import KeptLinks
from app.web.go.redirect import Redirect

TICK_SECONDS = 1.0
"""How much of what was written a failing machine (not a failing process) may lose."""

log = logging.getLogger(__name__)


class ShortLinks:
    """GET /r/<slug>, until it is closed."""

    def __init__(
        self,
        *,
        folder: Path,
        driver: Driver,
        clock: Clock,
        secret_keys: Sequence[str],
        admin_origin: str | None,
        proxies: int,
    ) -> None:
        self._clock = clock
        self._spool = SpoolWriter(folder, clock.now())
        find = partial(_find, driver, admin_origin)
        self.book = LinkBook(find, KeptLinks(folder / "links.jsonl"), monotonic)
        self.route = Redirect(
            book=self.book, spool=self._spool, secret_keys=secret_keys, clock=clock, proxies=proxies
        )
        self._stop = Event()
        self._ticking = Thread(target=self._tick, name="spool", daemon=True)
        self._ticking.start()

    def close(self) -> None:
        """Bring what was written to the disk and give the files up."""
        self._stop.set()
        self._ticking.join()
        self._spool.close()
        self.book.close()

    def _tick(self) -> None:
        while not self._stop.wait(TICK_SECONDS):
            try:
                self._spool.tick(self._clock.now())
            except OSError as error:
                log.error("The spool of clicks could not be brought to the disk: %s", error)  # noqa: TRY400


def _find(driver: Driver, admin_origin: str | None, slug: str) -> Target | None:
    return driver.run(lambda connection: target(connection, slug, admin_origin))
