"""Net sales: the base of commissions."""

from app.reports.column import Column, Unit

PLUGIN = Column(
    label="Net sales",
    help="Price times quantity, less discounts, less tax contained in the price, less returns. Without shipping and gift cards. Commissions are a share of this.",
    unit=Unit.MONEY,
    position=40,
    of="net_minor",
)
