"""What a basket costs: discounts allocated to lines, then taxes. Exact; the sums of the parts are the whole.

Order of work: automatic discounts, then codes, then manual ones. A percentage is taken of what the earlier ones left;
a fixed amount is spread by the undiscounted price (SOURCES.md T2). Gift cards are never discounted nor taxed.
"""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from devstore.discount_model import Discount, DiscountKind
from devstore.eligible import got, is_among
from devstore.model import Shop
from devstore.money import rounded, split
from devstore.order_model import (
    Allocation,
    DiscountApplication,
    DiscountRequest,
    OrderLine,
    ShippingLine,
    TaxLine,
)

HUNDRED = Decimal(100)
WORKING_ORDER = {"automatic": 0, "discount_code": 1, "manual": 2}


class Basket:
    """Lines and shipping being priced. Applications keep the order they were asked for; their index is final."""

    def __init__(self, shop: Shop, lines: list[OrderLine], shipping: list[ShippingLine]) -> None:
        self.shop = shop
        self.lines = lines
        self.shipping = shipping
        self.applications: list[DiscountApplication] = []

    def price(self, wanted: Sequence[DiscountRequest | Discount], titles: Sequence[str]) -> None:
        """Apply every discount (titles[i] is the code or name of wanted[i]), then put the taxes on."""
        self.applications = [application(one, title) for one, title in zip(wanted, titles, strict=True)]
        ranked = sorted(range(len(wanted)), key=lambda i: self._rank(self.applications[i]))
        for index in ranked:
            self._apply(index, wanted[index])
        for line in self.lines:
            tax_line(self.shop, line)
        if self.shop.tax_shipping:
            for parcel in self.shipping:
                parcel.tax_lines = taxes(self.shop, parcel.discounted_price, self.shop.currency)

    @staticmethod
    def _rank(one: DiscountApplication) -> tuple[int, bool]:
        """Of the codes those for some products come before those for the whole order."""
        return WORKING_ORDER[one.type], one.type == "discount_code" and one.target_selection == "all"

    def _apply(self, index: int, wanted: DiscountRequest | Discount) -> None:
        if self.applications[index].target_type == "shipping_line":
            self._free_shipping(index)
            return
        if isinstance(wanted, Discount) and wanted.buys is not None:
            self._buy_get(index, wanted)
            return
        chosen = wanted.variant_ids
        within: frozenset[int] = wanted.collection_ids if isinstance(wanted, Discount) else frozenset()
        lines = [
            line
            for line in self.lines
            if not line.gift_card and is_among(self.shop, line.variant_id, (chosen, within))
        ]
        each = isinstance(wanted, Discount) and wanted.each_item
        for line, amount in zip(lines, self._shares(self.applications[index], lines, each=each), strict=True):
            if amount:
                line.allocations.append(Allocation(index, amount))

    def _buy_get(self, index: int, wanted: Discount) -> None:
        units = got(self.shop, wanted, [line for line in self.lines if not line.gift_card])
        lines = [line for line in self.lines if not line.gift_card]
        for number, line in enumerate(lines):
            off = sum((unit.price for unit in units if unit.line == number), Decimal(0))
            amount = min(rounded(off * wanted.value / HUNDRED, self.shop.currency), line.discounted)
            if amount:
                line.allocations.append(Allocation(index, amount))

    def _shares(self, one: DiscountApplication, lines: list[OrderLine], *, each: bool) -> list[Decimal]:
        currency = self.shop.currency
        left = [line.discounted for line in lines]
        if one.value_type == "percentage":
            return split(rounded(sum(left, Decimal(0)) * one.value / HUNDRED, currency), left, currency)
        if each:
            return [min(one.value * line.quantity, rest) for line, rest in zip(lines, left, strict=True)]
        return spread(one.value, [line.gross for line in lines], left, currency)

    def _free_shipping(self, index: int) -> None:
        for parcel in self.shipping:
            if parcel.discounted_price:
                parcel.allocations.append(Allocation(index, parcel.discounted_price))
                parcel.discounted_price = Decimal(0)


def spread(amount: Decimal, weights: list[Decimal], room: list[Decimal], currency: str) -> list[Decimal]:
    """A fixed amount over lines by weight, no line above its room; what does not fit goes to the others."""
    parts = [Decimal(0) for _ in weights]
    left = min(amount, sum(room, Decimal(0)))
    while left > 0:
        open_weights = [w if parts[i] < room[i] else Decimal(0) for i, w in enumerate(weights)]
        for i, more in enumerate(split(left, open_weights, currency)):
            parts[i] = min(parts[i] + more, room[i])
        left = min(amount, sum(room, Decimal(0))) - sum(parts, Decimal(0))
    return parts


def application(wanted: DiscountRequest | Discount, title: str) -> DiscountApplication:
    """The discount as the order will remember it."""
    if isinstance(wanted, DiscountRequest):
        part = "explicit" if wanted.type == "manual" else "entitled"
        return DiscountApplication(
            type=wanted.type,
            title=title,
            value=wanted.value,
            value_type=wanted.value_type,
            target_selection="all" if wanted.variant_ids is None else part,
        )
    kind = "automatic" if wanted.automatic else "discount_code"
    if wanted.kind is DiscountKind.FREE_SHIPPING:
        return DiscountApplication(kind, title, HUNDRED, "percentage", "each", "all", "shipping_line")
    if wanted.kind is DiscountKind.BUY_GET:
        return DiscountApplication(kind, title, wanted.value, "percentage", "each", "entitled")
    return DiscountApplication(
        type=kind,
        title=title,
        value=wanted.value,
        value_type=wanted.kind.value,
        allocation_method="each" if wanted.each_item else "across",
        target_selection="all" if wanted.variant_ids is None else "entitled",
    )


def tax_line(shop: Shop, line: OrderLine, currency: str | None = None) -> None:
    """Set the tax of a line from its discounted price; gift cards and untaxed goods have none.

    An order keeps its currency when the shop's changes: an edit names it.
    """
    taxed = line.taxable and not line.gift_card
    line.tax_lines = taxes(shop, line.discounted, currency or shop.currency) if taxed else []


def taxes(shop: Shop, amount: Decimal, currency: str) -> list[TaxLine]:
    """Tax contained in the amount (prices include it) or on top of it."""
    if shop.tax_rate == 0:
        return []
    share = shop.tax_rate / (1 + shop.tax_rate) if shop.taxes_included else shop.tax_rate
    exact = (amount * share).quantize(Decimal("1e-12"), ROUND_HALF_UP)
    return [TaxLine(shop.tax_title, shop.tax_rate, rounded(exact, currency))]
