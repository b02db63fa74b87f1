"""What commissions stand on: net sales by line, with what the offer switches in or leaves out. Pure.

Source: semantics.md 4, precision.md 2. The sales that reports show stay net sales, whatever an offer
switches: only the base of the commission follows the offer.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import lru_cache

import msgspec

from app.campaigns.model import NET_SALES, Base
from app.commissions.checks import fold
from app.commissions.sale import UNKNOWN_GOODS, Goods, Known, LineShare
from app.kernel.money import half_even, share_out
from app.orders.model import OrderFacts
from app.orders.net_sales import LineBase

CHANNELS = {"": "web", "shopify_draft_order": "draft"}
"""What Shopify's source_name means, where it is not the channel's own name."""


def channel_of(order: OrderFacts) -> str:
    """web, pos, draft, or an app's number."""
    return CHANNELS.get(order.source_name, order.source_name)


def whole_lines(order: OrderFacts, bases: Sequence[LineBase], terms: Base, known: Known) -> list[LineShare]:
    """Every line of the order with its base by these terms, whoever is credited; shipping comes last."""
    lines = [_line(base, terms, known.goods) for base in bases]
    if terms.shipping and known.shipping is not None:
        lines.append(_shipping(order, known.shipping, terms))
    return (
        lines
        if terms is NET_SALES
        else [_kept(line, why_out(line, channel_of(order), terms)) for line in lines]
    )


def split(lines: Sequence[LineShare], weights: tuple[Decimal, ...]) -> list[tuple[LineShare, ...]]:
    """The lines as each creator has them, by rank: nothing is lost between all of them, ties go to the higher rank."""
    if len(weights) == 1:
        return [tuple(lines)]
    placed = [share_out(line.placed_minor, weights) for line in lines]
    current = [share_out(line.current_minor, weights) for line in lines]
    return [
        tuple(
            msgspec.structs.replace(line, placed_minor=placed[n][rank], current_minor=current[n][rank])
            for n, line in enumerate(lines)
        )
        for rank in range(len(weights))
    ]


def _line(base: LineBase, terms: Base, goods: Mapping[int, Goods]) -> LineShare:
    line, placed = base.line, base.placed_minor
    if terms.tax:
        placed += line.tax_minor  # Contained tax was taken out before; any other was never in.
    if terms.discount:
        placed += line.discount_minor
    return LineShare(
        line_id=line.id,
        title=line.title,
        placed_minor=placed,
        current_minor=half_even(placed * base.remaining, base.ordered),
        ordered=base.ordered,
        remaining=base.remaining,
        product_id=line.product_id,
        variant_id=line.variant_id,
        goods=goods_of(line.vendor, goods.get(line.product_id or 0)),
    )


def _shipping(order: OrderFacts, stands: tuple[int, int], terms: Base) -> LineShare:
    """Shipping as if it were a line of one unit, of which a part may have gone back."""
    placed, current = stands
    if terms.tax and placed:
        with_tax = placed + order.shipping_tax_minor
        placed, current = with_tax, half_even(current * with_tax, placed)
    return LineShare(0, "Shipping", placed, current, 1, int(current > 0), is_shipping=True)


@lru_cache(maxsize=4096)
def goods_of(vendor: str, known: Goods | None) -> Goods:
    """The vendor is told by the order itself, the rest by the catalogue."""
    if not vendor:
        return known or UNKNOWN_GOODS
    return msgspec.structs.replace(known or UNKNOWN_GOODS, vendor=fold(vendor))


def _kept(line: LineShare, why: str | None) -> LineShare:
    if why is None:
        return line
    return msgspec.structs.replace(line, placed_minor=0, current_minor=0, excluded=why)


def why_out(line: LineShare, channel: str, terms: Base) -> str | None:
    """Why the offer leaves the line out, in a sentence; None when it counts."""
    tags, vendors, channels = _folded(terms.tags), _folded(terms.vendors), _folded(terms.channels)
    if fold(channel) in channels:
        return f"Orders of the channel {channel} are excluded."
    if str(line.product_id) in terms.products:
        return f"Product {line.product_id} is excluded."
    if found := sorted(line.goods.collections.intersection(terms.collections)):
        return f"Collection {found[0]} is excluded."
    if found := sorted(line.goods.tags & tags):
        return f"Products with the tag {found[0]} are excluded."
    if line.goods.vendor in vendors:
        return f"The vendor {line.goods.vendor} is excluded."
    return None


@lru_cache(maxsize=1024)
def _folded(values: tuple[str, ...]) -> frozenset[str]:
    return frozenset(map(fold, values))
