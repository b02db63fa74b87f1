"""Average order value."""

from app.reports.column import Column, Unit

PLUGIN = Column(
    label="AOV",
    help="Average order value: net sales divided by orders. Not available without orders.",
    unit=Unit.MONEY,
    position=60,
    of="net_minor",
    per="orders",
)
