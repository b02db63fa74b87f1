"""A spool and the thread that brings it to the disk, once a second, until it is closed."""

import logging
from pathlib import Path
from threading import Event, Thread

from app.kernel.clock import Clock
from app.tracking.spool.writer import MOST, SpoolWriter

TICK_SECONDS = 1.0
"""How much of what was written a failing machine (not a failing process) may lose."""

log = logging.getLogger(__name__)


class TickingSpool:
    """A SpoolWriter that looks after itself."""

    def __init__(self, folder: Path, clock: Clock, *, most: int = MOST) -> None:
        self.spool = SpoolWriter(folder, clock.now(), most=most)
        self._clock = clock
        self._stop = Event()
        self._ticking = Thread(target=self._tick, name=f"spool {folder.name}", daemon=True)
        self._ticking.start()

    def close(self) -> None:
        """Bring what was written to the disk and give the files up."""
        self._stop.set()
        self._ticking.join()
        self.spool.close()

    def _tick(self) -> None:
        while not self._stop.wait(TICK_SECONDS):
            try:
                self.spool.tick(self._clock.now())
            except OSError as error:
                log.error("%s could not be brought to the disk: %s", self.spool.folder, error)  # noqa: TRY400
