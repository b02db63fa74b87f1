"""Reading: every line once handed on and stored, then the file is removed. A crash in between hands it on again."""

import fcntl
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec

from app.tracking.spool.record import Lost, Seen, Visited, record
from app.tracking.spool.writer import files

log = logging.getLogger(__name__)

PORTION = 1024 * 1024
"""Bytes read at once: some four thousand visits."""
_MARK = ".taken"
_unmarked: dict[Path, int] = {}
"""Byte of a file up to which all is taken, where a full disk takes no mark: forgotten with the process, and then handed on again."""


class Portion(msgspec.Struct, frozen=True):
    """Whole lines of one file, and where they end."""

    file: Path
    visits: tuple[Visited, ...]
    losses: tuple[Lost, ...]
    seen: tuple[Seen, ...]
    damaged: int
    """Lines that a crash cut off, or that something else wrote."""
    end: int
    """Byte of the file up to which all is taken once these are stored."""


@contextmanager
def alone(folder: Path) -> Iterator[bool]:
    """Whether nobody else reads the folder now, and nobody will until this ends."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / "reader.lock").open("wb") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def portions(folder: Path) -> Iterator[Portion]:
    """What waits now, oldest file first. Call `taken` for each when it is stored; removes files that are done.

    What is written meanwhile waits for the next time: a file that grows as fast as it is read would else keep all others,
    and whoever wants to stop the reader, waiting.
    """
    for file in files(folder):
        is_final = _writer_is_gone(file)
        start, until = _taken_until(file), file.stat().st_size
        while start < until and (portion := _read(file, start, is_final=is_final)) is not None:
            yield portion
            start = portion.end
        if is_final and _taken_until(file) == file.stat().st_size:
            file.unlink()
            _mark(file).unlink(missing_ok=True)
            _unmarked.pop(file, None)


def taken(portion: Portion) -> None:
    """Remember that these are stored, also where the disk is full: only a file that is taken makes room on it."""
    mark = _mark(portion.file)
    fresh = mark.with_suffix(f"{mark.suffix}.new")
    try:
        fresh.write_text(str(portion.end))
        fresh.replace(mark)
    except OSError as error:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)
        _unmarked[portion.file] = portion.end
        log.warning("No mark in %s (%s): a restart hands these visits on again.", mark.parent, error.strerror)
    else:
        _unmarked.pop(portion.file, None)


def _read(file: Path, start: int, *, is_final: bool) -> Portion | None:
    with file.open("rb") as opened:
        opened.seek(start)
        read = opened.read(PORTION)
    is_end = is_final and len(read) < PORTION
    whole = len(read) if is_end else read.rfind(b"\n") + 1
    if whole == 0 and len(read) == PORTION:
        whole = PORTION  # No line of ours is that long: damaged, and stepped over.
    if whole == 0:
        return None
    lines = [text for text in read[:whole].split(b"\n") if text]
    found = [r for r in map(record, lines) if r is not None]
    return Portion(
        file,
        tuple(r for r in found if isinstance(r, Visited)),
        tuple(r for r in found if isinstance(r, Lost)),
        tuple(r for r in found if isinstance(r, Seen)),
        len(lines) - len(found),
        start + whole,
    )


def _writer_is_gone(file: Path) -> bool:
    """Whether nobody holds the file any more: it has its last size then."""
    handle = os.open(file, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    else:
        return True
    finally:
        os.close(handle)


def _taken_until(file: Path) -> int:
    """0 also where a power cut emptied the mark: what is handed on again adds nothing."""
    mark = _mark(file)
    said = mark.read_text() if mark.exists() else ""
    marked = int(said) if said.isdecimal() else 0
    return min(max(marked, _unmarked.get(file, 0)), file.stat().st_size)


def _mark(file: Path) -> Path:
    return file.with_suffix(f"{file.suffix}{_MARK}")
