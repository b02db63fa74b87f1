"""Writing: a visit is in the file when `append` returns, so that no SIGKILL loses it; once a second it is on the disk.

One writer has one file at a time, holds a lock on it while it lives, and begins another when it is large
or old. A reader therefore knows by the lock which files will not grow any more.
"""

import fcntl
import os
import secrets
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from threading import Lock

import msgspec

from app.kernel.errors import Retriable
from app.kernel.ids import random_word
from app.tracking.spool.record import Lost, line

SUFFIX = ".clicks"
PIXEL = "pixel"
"""Folder within the spool for what web pixels saw: it has a limit of its own, so that it cannot crowd clicks out."""
LARGEST = 8 * 1024 * 1024
"""Bytes of one file."""
OLDEST = timedelta(minutes=5)
MOST = 2 * 1024 * 1024 * 1024
"""Bytes of all files together: some seven million clicks that the database did not take yet."""


class SpoolFull(Retriable):
    """The visit is not written down: the folder holds all it may, or the disk is full."""

    def __init__(self, folder: Path, why: str) -> None:
        super().__init__(f"The click is not recorded: {folder} {why}.")


class SpoolWriter:
    """Appends lines from any number of threads. Call `tick` about once a second."""

    def __init__(self, folder: Path, now: datetime, *, largest: int = LARGEST, most: int = MOST) -> None:
        self.folder = folder
        self._largest = largest
        self._most = most
        self._guard = Lock()
        self._is_full = False
        self._dirty = False
        self._made = 0
        self._losses: dict[int, Lost] = {}
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._begin(now)

    def append(self, text: bytes) -> None:
        """Return when the line is handed to the kernel whole. Raises SpoolFull."""
        with self._guard:
            if self._is_full:
                raise SpoolFull(self.folder, f"holds {self._most // 1024 // 1024} MiB that wait to be loaded")
            self._write(text)

    def note_loss(self, shop_id: int, at: datetime) -> None:
        """Count a visit that was not written down; the next `tick` tells it in the file."""
        with self._guard:
            held = self._losses.get(shop_id) or Lost(secrets.randbits(63), shop_id, at, at, 0)
            self._losses[shop_id] = msgspec.structs.replace(held, until=at, visits=held.visits + 1)

    def tick(self, now: datetime) -> None:
        """Bring what was written to the disk; begin another file when this one is large or old; look at the limit.

        Raises OSError where the disk does not do it; clicks go on into the file there is, and the next call tries again.
        """
        with self._guard:
            self._tell_losses()
            held = os.dup(self._file) if self._dirty else None
            self._dirty = False
            failed = self._turn(now)
        if held is not None:
            self._bring(held)
        self._is_full = sum(_size(file) for file in files(self.folder)) >= self._most
        if failed is not None:
            raise failed

    def close(self) -> None:
        """Give the file up; nothing may be appended after."""
        with self._guard:
            self._tell_losses()
            os.fsync(self._file)
            os.close(self._file)

    def _bring(self, held: int) -> None:
        """Outside the lock: nobody's redirect waits for the disk."""
        try:
            os.fsync(held)
        except OSError:
            self._dirty = True
            raise
        finally:
            os.close(held)

    def _turn(self, now: datetime) -> OSError | None:
        """Another file, when it is time; why there is none. The other is given up after it: its number may be a stranger's next."""
        if not self._size or (self._size < self._largest and now - self._begun < OLDEST):
            return None
        before = self._file
        try:
            self._begin(now)
        except OSError as error:
            return error
        os.close(before)
        return None

    def _write(self, text: bytes) -> None:
        try:
            written = os.write(self._file, text)
        except OSError as error:
            raise SpoolFull(self.folder, f"cannot be written to ({error.strerror})") from error
        if written < len(text):
            # The disk filled up within the line: no torn piece of it stays.
            os.ftruncate(self._file, self._size)
            raise SpoolFull(self.folder, "lies on a disk that is full")
        self._size += written
        self._dirty = True

    def _tell_losses(self) -> None:
        """A line a second and shop at most, so also when the folder holds all that it may."""
        for shop_id, lost in list(self._losses.items()):
            with suppress(SpoolFull):  # Then the next second tells of it.
                self._write(line(lost))
                del self._losses[shop_id]

    def _begin(self, now: datetime) -> None:
        self._made += 1
        name = f"{now:%Y%m%dT%H%M%S%f}-{os.getpid()}-{self._made:06}-{random_word(6)}{SUFFIX}"
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        new = self.folder / f"{name}.new"
        opened = os.open(new, flags, 0o600)
        try:
            fcntl.flock(opened, fcntl.LOCK_EX)
            # Named only when locked: no reader takes it for one that is given up.
            new.rename(self.folder / name)
        except OSError:
            os.close(opened)
            raise
        self._file, self._begun = opened, now
        self._size = 0


def _size(file: Path) -> int:
    """Bytes; 0 when the reader has removed it since the folder was listed."""
    try:
        return file.stat().st_size
    except FileNotFoundError:
        return 0


def files(folder: Path) -> list[Path]:
    """All files of the spool, oldest first."""
    return sorted(folder.glob(f"*{SUFFIX}"))
