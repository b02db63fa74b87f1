"""A statement as CSV with its digest, and checking such a file without the database.

The digest is the sha256 of every line above its own, so the file proves itself:
`head -n -1 FILE | sha256sum`.
"""

import csv
import io
from collections.abc import Iterable, Iterator
from hashlib import sha256

from app.kernel.currency import major_units, minor_units
from app.kernel.errors import Invalid
from app.reports.export import csv_line, text_cell
from app.reports.statement import Asked, Closing, Moved, Opening, Row, Standing

HEAD = ("row", "at", "kind", "about", "why", "currency", "pending", "payable", "in_transit", "paid")
AMOUNTS = HEAD[-4:]


class BadStatement(Invalid):
    """A file that is no statement of ours, or one that was changed."""


def lines(asked: Asked, rows: Iterable[Row]) -> Iterator[str]:
    """The CSV line by line, the digest last: a file without it was cut short."""
    seen = sha256()
    for line in _body(asked, rows):
        seen.update(line.encode())
        yield line
    yield csv_line(["digest", "", "", "", seen.hexdigest(), *[""] * 5])


def digest(asked: Asked, rows: Iterable[Row]) -> str:
    """Hex sha256 of the statement: page, PDF and CSV of the same rows show the same."""
    seen = sha256()
    for line in _body(asked, rows):
        seen.update(line.encode())
    return seen.hexdigest()


def _body(asked: Asked, rows: Iterable[Row]) -> Iterator[str]:
    period = f"{asked.period.start_on} to {asked.period.end_on} ({asked.timezone})"
    yield csv_line(HEAD)
    yield csv_line(["statement", "", asked.domain, text_cell(asked.creator), period, *[""] * 5])
    for row in rows:
        yield _line(row)


def _line(row: Row) -> str:
    match row:
        case Opening():
            return csv_line(["opening", "", "", "", "", row.currency, *_amounts(row.stands, row.currency)])
        case Moved():
            told = [row.at.isoformat(timespec="seconds"), row.kind, text_cell(row.about), text_cell(row.why)]
            return csv_line(["movement", *told, row.currency, *_amounts(row.by, row.currency)])
        case Closing():
            return csv_line(["closing", "", "", "", "", row.currency, *_amounts(row.stands, row.currency)])


def _amounts(stands: Standing, currency: str) -> list[str]:
    of = (stands.pending, stands.payable, stands.in_transit, stands.paid)
    return [f"{major_units(minor, currency):f}" for minor in of]


def verify(raw: bytes) -> tuple[str, int]:
    """(digest, number of movements) of a file that is whole and adds up. Raises BadStatement saying what is wrong.

    Recomputed from the rows, so a file that a program wrote again with other quotes or line ends still holds.
    """
    read = _read(raw)
    if not read or tuple(read[0]) != HEAD:
        raise BadStatement("The file does not begin with the columns of a statement.")
    last = read[-1]
    if last[0] != "digest":
        raise BadStatement("The file ends without its digest: it was cut short.")
    found = sha256("".join(csv_line(row) for row in read[:-1]).encode()).hexdigest()
    if found != last[4]:
        raise BadStatement(f"The rows give the digest {found}, the file says {last[4][:80]}: it was changed.")
    return found, _add_up(read[1:-1])


def _read(raw: bytes) -> list[list[str]]:
    try:
        text = raw.decode("utf-8-sig")
        found = [row for row in csv.reader(io.StringIO(text, newline=""), strict=True) if row]
    except (UnicodeDecodeError, csv.Error) as error:
        raise BadStatement(f"The file cannot be read as CSV in UTF-8: {error}.") from None
    if any(len(row) != len(HEAD) for row in found):
        raise BadStatement(f"A row of the file has not {len(HEAD)} columns.")
    return found


def _add_up(read: list[list[str]]) -> int:
    stands: dict[str, list[int]] = {}
    movements = 0
    for kind, *_, currency, pending, payable, in_transit, paid in read:
        if kind == "statement":
            continue
        amounts = [minor_units(text, currency) for text in (pending, payable, in_transit, paid)]
        if kind == "opening":
            stands[currency] = amounts
        elif currency not in stands:
            raise BadStatement(f"The file has no opening balance in {currency[:20]!r}.")
        elif kind == "movement":
            movements += 1
            stands[currency] = [a + b for a, b in zip(stands[currency], amounts, strict=True)]
        elif stands[currency] != amounts:
            raise BadStatement(f"The movements in {currency} do not lead to the closing balance.")
    return movements
