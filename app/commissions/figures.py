"""What an order earns, in figures only: what `accrue.earn` comes to, without the words that explain it. Pure.

A dry run asks this of a hundred thousand orders and shows sums. Who earns a line, what a rule pays and
where it stops is asked of the same rules; only the records of each line are left out. It knows orders
that one creator is credited with alone; `Pricer.is_enough` says for which offers that will do.
Source: precision.md 2, docs/decisions/0037.
"""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

import msgspec

from app.campaigns.model import OfferTerms
from app.commissions.base import goods_of, why_out
from app.commissions.book import book_of
from app.commissions.checks import reached
from app.commissions.conditions.brought_by import BroughtBy
from app.commissions.conditions.channel import Channel
from app.commissions.conditions.country import Country
from app.commissions.conditions.customer import Customer
from app.commissions.conditions.order_value import OrderValue
from app.commissions.history import Amounts
from app.commissions.plugin import Condition, LineRule, RatedRule
from app.commissions.rules.second_level import SecondLevel
from app.commissions.sale import UNKNOWN_GOODS, About, Before, Goods, LineShare, Sale, Spent
from app.kernel.money import half_even
from app.orders.model import Line

ALONE = (Decimal(1),)
NO_RULE = -1
NOTHING_BEFORE = Before()
MOST_REMEMBERED = 50_000
"""Lines whose rule is remembered: as many as a large catalogue has variants."""


class Around(msgspec.Struct, frozen=True):
    """What conditions may ask of an order beyond its lines, as in `sale.About`; only what is asked is told."""

    country: str | None = None
    channel: str = "web"
    evidence: str = "code"
    token: str = ""
    customer: str | None = None


class Sold(msgspec.Struct, frozen=True):
    """An order that one creator is credited with alone."""

    currency: str
    lines: tuple[Line, ...]
    taxes_included: bool
    is_cancelled: bool
    returned: Mapping[int, int] = {}
    """Units that came back, by line."""
    goods: Mapping[int, Goods] = {}
    """By product; left out where no rule asks."""
    around: Around = Around()


class Part(msgspec.Struct, frozen=True):
    """What one creator earns of an order."""

    creator_id: int
    now: int
    """On what still stands, after caps. Minor units."""
    amounts: Amounts
    """As placed: what counters count."""


Base = tuple[Line, int, int, int]
"""(line, its base as placed, what of it still stands, units left): minor units."""


class Pricer:
    """One offer's rules, ready to price many orders."""

    def __init__(self, terms: OfferTerms) -> None:
        book = book_of(terms)
        self.book, self._terms = book, terms.base
        self._rated = [_rated(bound.rule) for bound in book.lines]
        base = terms.base
        self._leaves_out = any((base.products, base.collections, base.tags, base.vendors, base.channels))
        asked: list[Condition] = [condition for bound in book.lines for condition in bound.conditions]
        self._by_line = self._leaves_out or any(condition.RANK for condition in asked)
        self.asks = {type(condition) for condition in asked}
        self.asks_channel = Channel in self.asks or bool(base.channels)
        """Whether it matters by which channel an order came."""
        self.asks_around = self.asks_channel or bool(self.asks & {BroughtBy, Country, Customer})
        """Whether anything of an order matters beyond its lines."""
        priced = [*(b.rule for b in book.lines), *(rule for _, rule in book.extras), *book.caps, *asked]
        self.currencies = {getattr(rule, "currency", None) for rule in priced} - {None}
        self._second_rate = book.second.rate_.as_integer_ratio() if book.second is not None else (0, 1)
        self._won: dict[object, int] = {}
        self._out: dict[object, bool] = {}

    @property
    def is_enough(self) -> bool:
        """Whether figures tell all of these terms: shipping as a line, and amounts in two currencies, they do not."""
        return not self._terms.shipping and len(self.currencies) <= 1

    def parts(
        self, sold: Sold, creators: tuple[int, int | None], *, before: Callable[[int], Before]
    ) -> list[Part]:
        """What the order earns: the creator's part, and that of who recruited them, after caps.

        The order is in the currency of the terms' amounts, and no renewal. `before`: the counters of a creator.
        """
        creator, recruiter = creators
        stood = before(creator)
        bases, gross = self._bases(sold)
        value = sum([base[1] for base in bases])  # A list is summed faster than a generator.
        earned, placed = self._earned(sold, bases, value, stood)
        added = self._extras(sold, bases, value, stood) if self.book.extras else (0, 0)
        own = self._capped(sum(earned) + added[0], sum(placed) + added[1], stood.spent, 0)
        parts = [Part(creator, own[0], Amounts(sold.currency, True, gross, own[1]))]
        second = self.book.second
        if second is not None and recruiter is not None:
            now = self._second(second, [base[2] for base in bases], earned)
            then = now if earned is placed else self._second(second, [base[1] for base in bases], placed)
            theirs = self._capped(now, then, before(recruiter).spent, own[1])
            parts.append(Part(recruiter, theirs[0], Amounts(sold.currency, False, 0, theirs[1])))
        return parts

    def _bases(self, sold: Sold) -> tuple[list[Base], int]:
        """Every line that may earn, as orders.net_sales and commissions.base have it; and net sales as placed."""
        found: list[Base] = []
        gross, terms = 0, self._terms
        for line in sold.lines:
            ordered = line.ordered
            if line.gift_card or ordered <= 0:
                continue
            placed = line.price_minor * ordered - line.discount_minor
            if sold.taxes_included:
                placed -= line.tax_minor
            gross += placed
            if terms.tax:
                placed += line.tax_minor
            if terms.discount:
                placed += line.discount_minor
            back = sold.returned.get(line.id, 0) if sold.returned else 0
            left = 0 if sold.is_cancelled else max(0, min(line.current, ordered - back))
            found.append(
                (line, placed, placed if left == ordered else half_even(placed * left, ordered), left)
            )
        if self._leaves_out:
            found = [(b[0], 0, 0, b[3]) if self._is_left_out(sold, b[0]) else b for b in found]
        return found, gross

    def _earned(
        self, sold: Sold, bases: Sequence[Base], value: int, before: Before
    ) -> tuple[list[int], list[int]]:
        """Commission of each line: on what still stands, and as placed."""
        if not self._by_line and bases:
            number = self._winner(sold, bases[0][0], value)  # Nothing asks of a line: one rule has them all.
            return self._of_rule(sold, bases, number, value, before)
        by_rule: dict[int, list[int]] = {}
        for place, base in enumerate(bases):
            by_rule.setdefault(self._winner(sold, base[0], value), []).append(place)
        now, placed = [0] * len(bases), [0] * len(bases)
        for number, places in by_rule.items():
            won = self._of_rule(sold, [bases[place] for place in places], number, value, before)
            for place, minor, placed_minor in zip(places, *won, strict=True):
                now[place], placed[place] = minor, placed_minor
        return now, placed

    def _of_rule(
        self, sold: Sold, bases: Sequence[Base], number: int, value: int, before: Before
    ) -> tuple[list[int], list[int]]:
        """Lines that one rule won."""
        if number == NO_RULE:
            return [0] * len(bases), [0] * len(bases)
        rated = self._rated[number]
        if rated is None:
            return self._fixed(sold, bases, number)
        rule, ladder = rated
        part, of = ladder[0][1] if len(ladder) == 1 else reached(ladder, rule.climbed(value, before))[1]
        placed = [half_even(base[1] * part, of) for base in bases]
        if all([base[1] == base[2] for base in bases]):  # noqa: C419 - a list is made faster than a generator
            return placed, placed
        return [half_even(base[2] * part, of) for base in bases], placed

    def _fixed(self, sold: Sold, bases: Sequence[Base], number: int) -> tuple[list[int], list[int]]:
        """Lines that a rule of fixed amounts won: it spreads them itself."""
        rule = self.book.lines[number].rule
        sale = Sale(sold.currency, tuple(map(_share, bases)), ALONE, 0)
        as_placed = sale.as_placed()
        now = list(rule.earn(sale))
        return now, now if as_placed is sale else list(rule.earn(as_placed))

    def _winner(self, sold: Sold, line: Line, value: int) -> int:
        """Which rule takes the line. Remembered: most lines are alike in all that conditions ask of them."""
        of_line = (line.product_id, line.variant_id, line.vendor, sold.goods.get(line.product_id or 0))
        key = (
            of_line if self._by_line else None,
            sold.around if self.asks_around else None,
            value if OrderValue in self.asks else None,
        )
        found = self._won.get(key)
        if found is None:
            found = self._find(sold, line, value)
            if len(self._won) < MOST_REMEMBERED:
                self._won[key] = found
        return found

    def _find(self, sold: Sold, line: Line, value: int) -> int:
        if self._leaves_out and self._is_left_out(sold, line):
            return NO_RULE
        shown = _share((line, 0, 0, 0), goods_of(line.vendor, sold.goods.get(line.product_id or 0)))
        sale = Sale(sold.currency, (shown,), ALONE, 0, _about(sold, value, NOTHING_BEFORE))
        return next((n for n, b in enumerate(self.book.lines) if b.takes(sale, shown)), NO_RULE)

    def _is_left_out(self, sold: Sold, line: Line) -> bool:
        goods = goods_of(line.vendor, sold.goods.get(line.product_id or 0))
        key = (line.product_id, goods, sold.around.channel)
        found = self._out.get(key)
        if found is None:
            found = why_out(_share((line, 0, 0, 0), goods), sold.around.channel, self._terms) is not None
            if len(self._out) < MOST_REMEMBERED:
                self._out[key] = found
        return found

    def _capped(self, now: int, placed: int, spent: Spent, order_minor: int) -> tuple[int, int]:
        """(now, placed) as far as the caps allow: `price.capped` in figures."""
        if not self.book.caps:
            return now, placed
        allowed = min([cap.room(spent, order_minor) for cap in self.book.caps])
        return (min(now, allowed), allowed) if placed > allowed else (now, placed)

    def _second(self, second: SecondLevel, bases: Sequence[int], commissions: Sequence[int]) -> int:
        """The recruiter's share of an order's lines: `SecondLevel.share` with its rate in whole numbers."""
        part, of = self._second_rate
        shared = bases if second.of == "net_sales" else commissions
        return sum([half_even(minor * part, of) for minor in shared])

    def _extras(self, sold: Sold, bases: Sequence[Base], value: int, before: Before) -> tuple[int, int]:
        """What the order adds: taken back only when nothing of it is left."""
        whole = LineShare(0, "", sum(base[1] for base in bases), 0, 1, 1)
        sale = Sale(sold.currency, (whole,), ALONE, 0, _about(sold, value, before))
        placed = sum(found[0] for _, rule in self.book.extras if (found := rule.adds(sale)) is not None)
        return placed if any(base[3] for base in bases) else 0, placed


def _rated(rule: LineRule) -> tuple[RatedRule, tuple[tuple[int, tuple[int, int]], ...]] | None:
    """The rule with its steps, each with its fraction in whole numbers; None: it pays fixed amounts."""
    if not isinstance(rule, RatedRule):
        return None
    return rule, tuple((start, rate.as_integer_ratio()) for start, rate in rule.ladder())


def _share(base: Base, goods: Goods = UNKNOWN_GOODS) -> LineShare:
    line, placed, current, left = base
    return LineShare(
        line.id, "", placed, current, line.ordered, left, line.product_id, line.variant_id, goods
    )


def _about(sold: Sold, value: int, before: Before) -> About:
    around = sold.around
    return About(
        value_minor=value,
        country=around.country,
        channel=around.channel,
        evidence=around.evidence,
        token=around.token,
        customer=around.customer,
        before=before,
    )
