"""Net sales as placed."""

from app.reports.column import Column, Unit

PLUGIN = Column(
    label="Gross sales",
    help="Net sales as the orders were placed: after discounts and tax, before anything was returned.",
    unit=Unit.MONEY,
    position=30,
    of="gross_minor",
    on_tile=False,
)
