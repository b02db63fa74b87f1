"""Commission."""

from app.reports.column import Column, Unit

PLUGIN = Column(
    label="Commission",
    help="What creators earned on these orders, after returns, and their bonuses. The same amount stands in the ledger.",
    unit=Unit.MONEY,
    position=50,
    of="commission_minor",
    less_is_better=True,
)
