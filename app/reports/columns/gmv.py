"""Gross merchandise value."""

from app.reports.column import Column, Unit

PLUGIN = Column(
    label="GMV",
    help="Price times quantity of everything in credited orders, before discounts and returns. Without gift cards and shipping.",
    unit=Unit.MONEY,
    position=20,
    of="gmv_minor",
)
