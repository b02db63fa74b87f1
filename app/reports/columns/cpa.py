"""Cost per acquisition."""

from app.reports.column import Column, Unit

PLUGIN = Column(
    label="CPA",
    help="Cost per order: what was spent on creators divided by orders. Not available without orders.",
    unit=Unit.MONEY,
    position=70,
    of="commission_minor",
    per="orders",
    less_is_better=True,
)
