"""Return on ad spend."""

from app.reports.column import Column, Unit

PLUGIN = Column(
    label="ROAS",
    help="Net sales divided by commission, fees and gifts. Not available while nothing was spent.",
    unit=Unit.TIMES,
    position=80,
    of="net_minor",
    per="spend_minor",
)
