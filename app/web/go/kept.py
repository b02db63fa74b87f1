"""Links that were once looked up here, in a file: for the hour when memory is empty and the database away."""

import fcntl
import logging
from functools import cached_property
from pathlib import Path
from typing import BinaryIO

import msgspec

from app.tracking.destination import Target

log = logging.getLogger(__name__)

LARGEST = 16 * 1024 * 1024
"""Bytes; then only the newest line of each link is kept."""


class KeptLinks:
    """Lines of JSON, the newest of a slug counts. Several processes may share the file."""

    def __init__(self, file: Path) -> None:
        self._file = file
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)

    def get(self, slug: str) -> Target | None:
        """What was known of it when this process first had to ask."""
        return self._held.get(slug)

    def put(self, target: Target) -> None:
        """Add a line, where the disk takes one. Not brought to the disk at once: a lost line is a look-up more."""
        try:
            with self._file.open("ab") as opened:
                opened.write(msgspec.json.encode(target) + b"\n")
                is_large = opened.tell() > LARGEST
            if is_large:
                self._tidy()
        except OSError as error:
            log.warning("The link %r is not written down in %s: %s", target.slug, self._file, error)

    def drop(self, slug: str) -> None:
        """Take a link out that is gone, perhaps with its shop: its slug is often somebody's name."""
        try:
            self._tidy(without=slug)
        except OSError as error:
            log.warning("The link %r stays in %s: %s", slug, self._file, error)

    @cached_property
    def _held(self) -> dict[str, Target]:
        if not self._file.exists():
            return {}
        with self._file.open("rb") as opened:
            return _newest(opened)

    def _tidy(self, without: str | None = None) -> None:
        with self._file.open("r+b") as opened:
            fcntl.flock(opened, fcntl.LOCK_EX)
            held = _newest(opened)
            held.pop(without or "", None)
            opened.seek(0)
            opened.truncate()
            opened.writelines(msgspec.json.encode(target) + b"\n" for target in held.values())


def _newest(lines: BinaryIO) -> dict[str, Target]:
    found = {}
    for line in lines:
        try:
            target = msgspec.json.decode(line, type=Target)
        except (
            msgspec.DecodeError
        ):  # Two processes, or a crash, in the middle of a line: the others are good.
            continue
        found[target.slug] = target
    return found
