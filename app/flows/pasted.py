"""Lines of a spreadsheet as people paste or upload them, and what is wrong with each."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.kernel.errors import Invalid

MOST = 10_000
"""Lines of one."""
SEPARATORS = (";", "\t")
"""Beside the comma; the first line shows which it is."""


@dataclass(frozen=True)
class Line:
    """One line with something in it."""

    number: int
    """Of the file, from 1."""
    cells: Mapping[str, str]
    """By column, without blanks around them; those that are empty are left out."""


@dataclass(frozen=True)
class Fault:
    """Why a line could not be taken."""

    line: int
    why: str


class Faulty(Invalid):
    """Some lines cannot be taken, so none was."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        told = "1 line cannot be taken" if len(faults) == 1 else f"{len(faults)} lines cannot be taken"
        super().__init__(f"{told}, so none was. Line {faults[0].line}: {faults[0].why}")
        self.faults = faults


def lines(text: str, columns: Sequence[str], *, largest: int, example: str) -> list[Line]:
    """The lines of a text with `,`, `;` or tabs between the cells.

    A first line that names columns says their order, E-mail like email; without one it is that of `columns`. Raises Invalid when
    the text is too long, cannot be read so, or says nothing; Faulty for lines of more cells than there are columns.
    """
    if len(text) > largest:
        raise Invalid(f"It has {len(text)} characters; at most {largest} fit. Take it in parts.")
    rows = _rows(text.lstrip("\ufeff"))
    head = [cell.lower().replace("-", "") for cell in rows[0][1]] if rows else []
    if head and set(head) <= set(columns):
        columns, rows = head, rows[1:]
    if not rows:
        raise Invalid(f"There is no line in it. Write one for each, such as: {example}")
    if len(rows) > MOST:
        raise Invalid(f"These are {len(rows)} lines; at most {MOST} fit. Take them in parts.")
    long = [Fault(number, _too_long(cells, columns)) for number, cells in rows if len(cells) > len(columns)]
    if long:
        raise Faulty(tuple(long))
    return [
        Line(number, {column: cell for column, cell in zip(columns, cells, strict=False) if cell})
        for number, cells in rows
    ]


def _rows(text: str) -> list[tuple[int, list[str]]]:
    first = text.partition("\n")[0]
    separator = next((mark for mark in SEPARATORS if mark in first), ",")
    try:
        rows = list(csv.reader(io.StringIO(text), delimiter=separator))
    except csv.Error as broken:
        raise Invalid(f"It cannot be read as lines of a spreadsheet: {broken}.") from None
    stripped = [(number, [cell.strip() for cell in row]) for number, row in enumerate(rows, 1)]
    return [(number, _without_blanks_at_the_end(cells)) for number, cells in stripped if any(cells)]


def _without_blanks_at_the_end(cells: list[str]) -> list[str]:
    """A spreadsheet writes every line as long as its longest."""
    last = max(n for n, cell in enumerate(cells) if cell)
    return cells[: last + 1]


def _too_long(cells: Sequence[str], columns: Sequence[str]) -> str:
    return f"It has {len(cells)} cells; these are known: {', '.join(columns)}."
