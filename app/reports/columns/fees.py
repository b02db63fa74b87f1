"""Fixed fees."""

from app.reports.column import Column, Unit

PLUGIN = Column(
    label="Fixed fees",
    help="What agreements owe whatever is sold. The same amount stands in the ledger.",
    unit=Unit.MONEY,
    position=52,
    of="fees_minor",
    less_is_better=True,
    on_tile=False,
)
