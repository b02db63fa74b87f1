"""Gifts."""

from app.reports.column import Column, Unit

PLUGIN = Column(
    label="Gifts",
    help="What the goods given to creators cost. The same amount stands in the ledger.",
    unit=Unit.MONEY,
    position=54,
    of="gifts_minor",
    less_is_better=True,
    on_tile=False,
)
