"""Reading JSON that people write: every value knows its path, so that every refusal can name it."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal, DecimalException
from typing import Any, TypeVar

from app.kernel.clock import instant
from app.kernel.errors import Invalid, RefusedError
from app.kernel.period import start_of

T = TypeVar("T")
LARGEST_FILE = 32 * 1024 * 1024
"""Bytes: some hundred thousand creators."""
LONGEST_NUMBER = 40
WORD = re.compile(r"[a-z_]{1,40}")
DAY = re.compile(r"\d{4}-\d\d-\d\d")
EARLIEST_YEAR, LATEST_YEAR = 2000, 2100


class BadFile(Invalid):
    """Something in the file is refused; nothing of the file was applied."""

    def __init__(self, path: str, why: str) -> None:
        super().__init__(f"{path}: {why}" if path else why)
        self.path = path
        """Such as `creators[0].codes[1]`; empty for the file as a whole."""


def document(raw: bytes) -> "Cell":
    """The file's root. Raises BadFile when it is no JSON, or says one key twice."""
    if len(raw) > LARGEST_FILE:
        raise BadFile("", f"The file has {len(raw)} bytes; at most {LARGEST_FILE} are read.")
    try:
        value = json.loads(
            raw.decode("utf-8-sig"),
            object_pairs_hook=_once_each,
            parse_float=Decimal,
            parse_constant=_no_number,
        )
    except (ValueError, DecimalException, RecursionError) as error:
        raise BadFile("", f"The file is not JSON: {str(error)[:200]}") from None
    return Cell("", value)


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        keys = [key for key, _ in pairs]
        raise ValueError(f"the key {next(k for k in keys if keys.count(k) > 1)!r} stands twice in one object")
    return found


def _no_number(text: str) -> None:
    raise ValueError(f"{text} is no number")


@contextmanager
def at(path: str) -> Iterator[None]:
    """Whatever is refused inside is refused with this path before it."""
    try:
        yield
    except BadFile:
        raise
    except RefusedError as error:
        raise BadFile(path, str(error)) from error


@dataclass(frozen=True)
class Cell:
    """A value of the file and where it stands."""

    path: str
    value: Any

    def __str__(self) -> str:
        return json.dumps(self.value, default=str)[:80]

    def refuse(self, why: str) -> BadFile:
        """The refusal of this value, which it shows."""
        return BadFile(self.path or "the file", f"{self} {why}")

    def fields(self, *known: str) -> "Mapping[str, Cell]":
        """An object's values by key. Raises BadFile for a key that is not known, by its full path."""
        if not isinstance(self.value, dict):
            raise self.refuse("is not an object {...}.")
        cells = {key: Cell(_below(self.path, key), value) for key, value in self.value.items()}
        for key, cell in cells.items():
            if key not in known:
                raise BadFile(cell.path, f"There is no such key. Known here: {', '.join(sorted(known))}.")
        return cells

    def items(self) -> "list[Cell]":
        """A list's values."""
        if not isinstance(self.value, list):
            raise self.refuse("is not a list [...].")
        return [Cell(f"{self.path}[{n}]", v) for n, v in enumerate(self.value)]

    def text(self, check: Callable[[str], T]) -> T:
        """The text as `check` makes it; what that refuses is refused with the path."""
        if not isinstance(self.value, str):
            raise self.refuse('is not a text "...".')
        with at(self.path):
            return check(self.value)

    def whole(self) -> int:
        """A whole number."""
        if not isinstance(self.value, int) or isinstance(self.value, bool):
            raise self.refuse("is not a whole number.")
        return self.value

    def flag(self) -> bool:
        """True or false."""
        if not isinstance(self.value, bool):
            raise self.refuse("must be true or false.")
        return self.value

    def number(self) -> Decimal:
        """An exact number, written as text so that no reader of JSON can bend it."""
        if not isinstance(self.value, str):
            raise self.refuse('is not a number written as text, such as "10".')
        try:
            number = Decimal(self.value if len(self.value) <= LONGEST_NUMBER else "")
        except DecimalException:
            raise self.refuse("is not a number such as 10 or 0.12.") from None
        if not number.is_finite():
            raise self.refuse("is not a number such as 10 or 0.12.")
        return number

    def instant(self, timezone: str) -> datetime:
        """A date, which is 00:00 in the shop's zone, or an instant with its offset. UTC."""

        def read(text: str) -> datetime:
            found = _start_of(text, timezone) if DAY.fullmatch(text) else instant(text)
            if not EARLIEST_YEAR <= found.year < LATEST_YEAR:
                raise Invalid(f"{text[:40]!r} lies outside the years {EARLIEST_YEAR} to {LATEST_YEAR - 1}.")
            return found

        return self.text(read)


def _start_of(text: str, timezone: str) -> datetime:
    try:
        return start_of(date.fromisoformat(text), timezone).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Invalid(f"{text!r} is not a day of the calendar.") from None


def _below(path: str, key: str) -> str:
    if WORD.fullmatch(key) is None:
        return f"{path}[{json.dumps(key)[:80]}]"
    return f"{path}.{key}" if path else key


def needed(cell: Cell, fields: Mapping[str, Cell], *keys: str) -> None:
    """Refuse the object when one of these keys is missing, by the key's full path."""
    for key in keys:
        if key not in fields:
            raise BadFile(_below(cell.path, key), "It is missing and must be given.")
