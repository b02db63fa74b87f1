"""One creator's part of one order, line by line: the most specific rule that takes a line earns it. Pure.

Source: semantics.md 5, precision.md 1.1 and 2.
"""

from collections.abc import Sequence

import msgspec

from app.commissions.book import Book, Bound
from app.commissions.checks import same_currency
from app.commissions.model import LineEarning
from app.commissions.rules.cap import Cap
from app.commissions.rules.second_level import SecondLevel
from app.commissions.sale import LineShare, Sale, Spent

NO_RULE, RENEWALS = "none", "renewals"


class Part(msgspec.Struct, frozen=True):
    """One line of an earning, with its commission as placed."""

    line: LineEarning
    placed_minor: int
    is_added: bool = False
    """It stands for no line of the order."""


def price(sale: Sale, book: Book) -> list[Part]:
    """Every line of the sale and every bonus that it brings. Raises FlatCurrency."""
    refused = book.renewals.refuses(sale) if book.renewals is not None else None
    if refused is not None:
        return [_unpaid(line, RENEWALS, refused) for line in sale.lines]
    won = _won(sale, book)
    parts: dict[int, Part] = {
        place: _unpaid(line, NO_RULE, line.excluded or "No rule of the offer takes this line.")
        for place, line in enumerate(sale.lines)
        if won[place] is None
    }
    for bound in book.lines:
        places = [place for place, winner in enumerate(won) if winner is bound]
        if places:
            parts.update(zip(places, _earned(sale, bound, places), strict=True))
    return [*(parts[place] for place in range(len(sale.lines))), *_extras(sale, book)]


def _won(sale: Sale, book: Book) -> list[Bound | None]:
    """The rule that earns each line; None where none takes it, or where the offer leaves it out."""
    first = book.lines[0] if len(book.lines) == 1 and not book.lines[0].conditions else None
    if first is not None and first.rule.TAKES_SHIPPING:
        return [None if line.excluded else first for line in sale.lines]
    return [
        None if line.excluded else next((b for b in book.lines if b.takes(sale, line)), None)
        for line in sale.lines
    ]


def _earned(sale: Sale, bound: Bound, places: Sequence[int]) -> list[Part]:
    """The lines that one rule won, priced together: a fixed amount is spread over these."""
    part = sale if len(places) == len(sale.lines) else sale.of([sale.lines[place] for place in places])
    before = part.as_placed()
    now = bound.rule.earn(part)
    placed = now if before is part else bound.rule.earn(before)
    rate, note = bound.rule.rate(part), bound.rule.reached(part)
    return [
        Part(
            LineEarning(
                line=line.line_id,
                title=line.title,
                placed_minor=line.placed_minor,
                base_minor=line.current_minor,
                ordered=line.ordered,
                remaining=line.remaining,
                rule=bound.kind,
                rate=rate,
                commission_minor=minor,
                why=bound.why,
                note=note,
            ),
            placed_minor,
        )
        for line, minor, placed_minor in zip(part.lines, now, placed, strict=True)
    ]


def _unpaid(line: LineShare, rule: str, note: str) -> Part:
    shown = LineEarning(
        line=line.line_id,
        title=line.title,
        placed_minor=line.placed_minor,
        base_minor=line.current_minor,
        ordered=line.ordered,
        remaining=line.remaining,
        rule=rule,
        rate="0",
        commission_minor=0,
        note=note,
    )
    return Part(shown, 0)


def _extras(sale: Sale, book: Book) -> list[Part]:
    """What the order adds to the lines; it is taken back only when nothing of the order is left."""
    found = [(kind, rule, added) for kind, rule in book.extras if (added := rule.adds(sale)) is not None]
    return [
        _added(
            sale.lines,
            kind,
            rule.LABEL,
            rate=rule.rate(sale),
            minor=minor if any(line.remaining for line in sale.lines) else 0,
            placed_minor=minor,
            note=why,
        )
        for kind, rule, (minor, why) in found
    ]


def _added(
    lines: Sequence[LineShare | LineEarning],
    kind: str,
    title: str,
    *,
    rate: str,
    minor: int,
    placed_minor: int,
    note: str,
) -> Part:
    """A line of the explanation that stands for no line of the order: it is there as long as they are."""
    shown = LineEarning(
        line=0,
        title=title,
        placed_minor=0,
        base_minor=0,
        ordered=sum(line.ordered for line in lines),
        remaining=sum(line.remaining for line in lines),
        rule=kind,
        rate=rate,
        commission_minor=minor,
        note=note,
    )
    return Part(shown, placed_minor, is_added=True)


def recruited(parts: Sequence[Part], second: SecondLevel, creator: str) -> Part:
    """The recruiter's share of another creator's lines, as one line of their own."""
    real = [part for part in parts if not part.is_added]
    lines = [part.line for part in real]
    now = sum(second.share(line.base_minor, line.commission_minor) for line in lines)
    placed = sum(second.share(part.line.placed_minor, part.placed_minor) for part in real)
    return _added(
        lines,
        "second_level",
        second.LABEL,
        rate=str(second.rate_),
        minor=now,
        placed_minor=placed,
        note=f"Of {'net sales' if second.of == 'net_sales' else 'the commission'} of {creator}.",
    )


def capped(
    parts: list[Part], caps: Sequence[Cap], spent: Spent, *, order_minor: int, currency: str
) -> list[Part]:
    """The same with a line for what the tightest cap cuts: the sum as placed, and never more than that now.

    `spent`: by orders before this one; `order_minor`: by this one, for those who rank higher.
    """
    if not caps:
        return parts
    for cap in caps:
        same_currency(cap.currency, currency)
    placed = sum(part.placed_minor for part in parts)
    tightest = min(caps, key=lambda cap: cap.room(spent, order_minor))
    allowed = tightest.room(spent, order_minor)
    if placed <= allowed:
        return parts
    now = sum(part.line.commission_minor for part in parts)
    cut = _added(
        [part.line for part in parts if not part.is_added],
        "cap",
        tightest.title(),
        rate=tightest.most_words(),
        minor=min(now, allowed) - now,
        placed_minor=allowed - placed,
        note=tightest.why_cut(placed, allowed),
    )
    return [
        *parts,
        msgspec.structs.replace(cut, line=msgspec.structs.replace(cut.line, cut_minor=placed - allowed)),
    ]
