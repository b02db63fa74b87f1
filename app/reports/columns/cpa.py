"""Cost per acquisition."""

from app.reports.column import Column, Unit

PLUGIN = Column(
    label="CPA",
    help="Cost per order: commission, fees and gifts divided by orders. Not available without orders.",
    unit=Unit.MONEY,
    position=70,
    of="spend_minor",
    per="orders",
    less_is_better=True,
)
