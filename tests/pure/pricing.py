"""Sales made by hand, and offers to price them with."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import msgspec

from app.campaigns.model import ConditionSpec, Discount, OfferTerms, RuleSpec
from app.commissions.book import book_of
from app.commissions.price import Part, capped, price
from app.commissions.sale import About, Before, Count, Goods, LineShare, Sale, Spent

ONE = (Decimal(1),)


def rule(kind: str, *when: ConditionSpec, **fields: Any) -> RuleSpec:
    return RuleSpec(kind, {k.rstrip("_"): v for k, v in fields.items()}, when)


def when(kind: str, **fields: Any) -> ConditionSpec:
    return ConditionSpec(kind, {k.rstrip("_"): v for k, v in fields.items()})


def percent(rate: str, *conditions: ConditionSpec) -> RuleSpec:
    return RuleSpec("percent", {"rate": rate}, conditions)


def terms(*rules: RuleSpec, **more: Any) -> OfferTerms:
    return OfferTerms(30, Discount(), rules, **more)


def share(number: int, minor: int, ordered: int = 1, *, left: int | None = None, **more: Any) -> LineShare:
    remaining = ordered if left is None else left
    facts = {"product_id": 10 + number, "variant_id": 20 + number, **more}
    return LineShare(
        number, f"Line {number}", minor, minor * remaining // ordered, ordered, remaining, **facts
    )


def goods(*tags: str, collections: Sequence[str] = (), vendor: str | None = None) -> Goods:
    return Goods(frozenset(collections), frozenset(tags), vendor)


def sale(*lines: LineShare, currency: str = "EUR", weights: tuple[Decimal, ...] = ONE, **about: Any) -> Sale:
    facts = About(value_minor=sum(one.placed_minor for one in lines))
    return Sale(currency, lines, weights, 0, msgspec.structs.replace(facts, **about))


def before(orders: int = 0, net_minor: int = 0, *, month: tuple[int, int] = (0, 0)) -> Before:
    return Before(Count(orders, net_minor), Count(*month))


def parts(of: Sale, *rules: RuleSpec, spent: Spent | None = None) -> list[Part]:
    """The lines of the explanation, caps included."""
    book = book_of(kept := terms(*rules))
    assert kept.rules
    return capped(price(of, book), book.caps, spent or Spent(), order_minor=0, currency=of.currency)


def earned(of: Sale, *rules: RuleSpec, spent: Spent | None = None) -> list[int]:
    """The commission of each line of the explanation."""
    return [part.line.commission_minor for part in parts(of, *rules, spent=spent)]
