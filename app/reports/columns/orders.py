"""Orders."""

from app.reports.column import Column, Unit

PLUGIN = Column(
    label="Orders",
    help="Orders credited to a creator. An order that two creators share counts half for each of them.",
    unit=Unit.COUNT,
    position=10,
    of="orders",
)
