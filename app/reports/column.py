"""What one report column is: a measure, or one measure per another. Each stands in reports/columns.

A column is declared rather than programmed, so that the database can sort by it and a page can
show it from one definition.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from app.reports.model import Totals


class Unit(StrEnum):
    """How a value is shown."""

    COUNT = "count"
    MONEY = "money"
    """Minor units of the shop's currency; may be fractional until it is shown."""
    TIMES = "times"
    """A plain ratio: 7.93 means 7.93 times."""


@dataclass(frozen=True, slots=True)
class Column:
    """One metric of semantics.md 9."""

    label: str
    help: str
    """Its definition; the tooltip on every page and the glossary of the export."""
    unit: Unit
    position: int
    """Where it stands among the columns, from the left."""
    of: str
    """The measure that is counted."""
    per: str | None = None
    """The measure it is divided by; where that is 0 the value is n/a, never 0."""
    less_is_better: bool = False
    on_tile: bool = True
    """Whether it has a tile above the table."""

    def value(self, totals: Totals) -> Decimal | None:
        """The value for these totals; None is n/a. Money comes in minor units, not yet rounded."""
        above = Decimal(getattr(totals, self.of))
        if self.per is None:
            return above
        below = Decimal(getattr(totals, self.per))
        return above / below if below else None
