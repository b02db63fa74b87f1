"""Return on ad spend."""

from app.reports.column import Column, Unit

PLUGIN = Column(
    label="ROAS",
    help="Net sales divided by what was spent on creators. Not available while nothing was spent.",
    unit=Unit.TIMES,
    position=80,
    of="net_minor",
    per="commission_minor",
)
