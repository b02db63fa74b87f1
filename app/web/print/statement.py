"""A statement as PDF: the rows of the page, set by typst.

Fonts: typst brings Libertinus Serif for Latin, Greek and Cyrillic. Other scripts are taken from the fonts
of the machine; where it has none, a name in that script is shown as empty boxes (docs/contracts.md).
"""

from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from app.kernel.errors import Invalid
from app.reports.statement import Asked, Closing, Moved, Opening, Row, Standing
from app.web.formats import Format

TEMPLATE = (Path(__file__).parent / "statement.typ").read_bytes()
LABELS = {"pending": "On hold", "payable": "Payable", "in_transit": "Being paid", "paid": "Paid out"}
MOST_ROWS = 5000
"""About 150 pages; the CSV has no limit."""


class TooLong(Invalid):
    """More movements than a paper should have."""

    def __init__(self, rows: int) -> None:
        super().__init__(
            f"The statement has {rows} rows, too many to print; take a shorter period, or the CSV."
        )


def pdf(asked: Asked, rows: Sequence[Row], digest: str, *, shop: str, name: str, fmt: Format) -> bytes:
    """The PDF. `name`: the creator's. Raises TooLong."""
    import typst  # Large, and only needed when somebody prints.

    if len(rows) > MOST_ROWS:
        raise TooLong(len(rows))
    data = {
        "lang": fmt.locale.language,
        "title": f"Statement {asked.creator} {asked.period.start_on} {asked.period.end_on}",
        "shop": shop,
        "domain": asked.domain,
        "period": f"{fmt.full_day(asked.period.start_on)} – {fmt.full_day(asked.period.end_on)}",  # noqa: RUF001 - a range is written so
        "facts": [["For", name], ["Handle", f"@{asked.creator}"], ["Time zone", asked.timezone]],
        "opening": "Opening balance",
        "closing": "Closing balance",
        "nothing": "Nothing was earned up to the end of this period.",
        "proof": "Digest of the rows (sha256), the same in the CSV:",
        "digest": digest,
        "sections": [_section(currency, part, fmt) for currency, part in sections(rows)],
    }
    # The end of the period, not the present: the same statement is the same file.
    made: datetime = asked.ends_at.astimezone(UTC)
    inputs = {"data": msgspec.json.encode(data).decode()}
    return bytes(typst.compile(TEMPLATE, format="pdf", sys_inputs=inputs, timestamp=made))


def sections(rows: Iterable[Row]) -> list[tuple[str, list[Row]]]:
    """The rows by currency."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row.currency, []).append(row)
    return list(found.items())


def shown(part: Iterable[Row]) -> list[str]:
    """The accounts worth a column: those two that everybody has, and others where something ever moved."""
    rows = list(part)
    return [
        field.name
        for field in fields(Standing)
        if field.name in {"pending", "payable"} or any(getattr(_amounts_of(r), field.name) for r in rows)
    ]


def _amounts_of(row: Row) -> Standing:
    return row.by if isinstance(row, Moved) else row.stands


def _section(currency: str, part: list[Row], fmt: Format) -> dict[str, Any]:
    accounts = shown(part)
    opening, closing = part[0], part[-1]
    assert isinstance(opening, Opening)  # noqa: S101 - rows() promises this order
    assert isinstance(closing, Closing)  # noqa: S101 - rows() promises this order

    def amounts(of: Standing, *, blank: bool) -> list[str]:
        return [
            "" if blank and getattr(of, a) == 0 else fmt.money(getattr(of, a), currency) for a in accounts
        ]

    return {
        "title": currency,
        "columns": [LABELS[a] for a in accounts],
        "opening": amounts(opening.stands, blank=False),
        "closing": amounts(closing.stands, blank=False),
        "moves": [
            {"on": fmt.full_day(r.at), "about": r.about, "why": r.why, "amounts": amounts(r.by, blank=True)}
            for r in part
            if isinstance(r, Moved)
        ],
    }
