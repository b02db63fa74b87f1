"""What clicks earn: each creator's days that are over, counted by the database and priced by the terms of their time."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby

from app.campaigns.model import OfferVersion, in_force
from app.commissions.click_days import Paid, pay
from app.commissions.model import AwardDue
from app.commissions.rulebook import rule_of
from app.commissions.rules.per_click import PerClick
from app.db.session import Fenced
from app.flows.click_budget import Cut, Lot, program_cuts
from app.kernel.currency import major_units
from app.kernel.period import day_of, start_of
from app.shops.store import ShopContext
from app.tracking.store.tallies import Tally, tallies

KIND = "per_click"
Owed = tuple[OfferVersion, str, int, AwardDue]
"""The version that pays, the name of its rule, creator id, and what is due."""


def dues(
    session: Fenced, shop: ShopContext, program_id: int, versions: Sequence[OfferVersion], now: datetime
) -> Iterator[Owed]:
    """What the program owes for the clicks of days that are over in the shop's zone."""
    starts = sorted({v.effective_from for v in versions})
    parts = [v for v in (in_force(list(versions), at) for at in starts) if v is not None]
    rules = [_rules(version) for version in parts]
    names = sorted({name for held in rules for name in held})
    if not names:
        return
    until = start_of(day_of(now, shop.timezone), shop.timezone)
    found = tallies(session, shop.id, program_id, starts, until)
    for name in names:
        lots = [
            lot
            for _, group in groupby(found, key=lambda t: t.creator_id)
            for lot in _of_creator(list(group), [held.get(name) for held in rules])
        ]
        cuts = program_cuts(session, shop, program_id, (starts, until), lots)
        for _, group in groupby(lots, key=lambda lot: lot.tally.creator_id):
            for lot, due in _dues(list(group), cuts):
                yield parts[lot.tally.part], name, lot.tally.creator_id, due


def _rules(version: OfferVersion) -> dict[str, PerClick]:
    """The version's rules for clicks, each under a name of its own."""
    found: dict[str, PerClick] = {}
    for spec in version.terms.rules:
        rule = rule_of(spec) if spec.kind == KIND else None
        if isinstance(rule, PerClick):
            found[KIND if not found else f"{KIND}-{len(found) + 1}"] = rule
    return found


def _of_creator(counted: Sequence[Tally], rules: Sequence[PerClick | None]) -> Iterator[Lot]:
    """What one creator's own caps let through."""
    paid_of = pay((t.day, t.billable, rules[t.part]) for t in counted)
    for tally, paid in zip(counted, paid_of, strict=True):
        rule = rules[tally.part]
        if rule is not None and paid is not None:
            yield Lot(tally, paid, rule)


def _dues(lots: Sequence[Lot], cuts: Mapping[Lot, Cut]) -> Iterator[tuple[Lot, AwardDue]]:
    """A day with one price is one award; after a change of terms within it there is another for the rest of it."""
    again: dict[str, int] = {}
    for lot in lots:
        day = lot.tally.day.isoformat()
        again[day] = again.get(day, 0) + 1
        cut = cuts.get(lot)
        yield (
            lot,
            AwardDue(
                key_suffix=day if again[day] == 1 else f"{day}-{again[day]}",
                earned_at=lot.tally.last_at,
                amount_minor=lot.paid.minor if cut is None else cut.minor,
                currency=lot.rule.currency,
                reason=_words(lot.tally, lot.paid, lot.rule) + ("" if cut is None else f" {cut.reason}"),
            ),
        )


def _words(tally: Tally, paid: Paid, rule: PerClick) -> str:
    noun = "click" if tally.billable == 1 else "clicks"
    said = (
        f"{tally.billable} billable {noun} of {tally.clicks}: {tally.repeated} repeated, {tally.bots} by bots"
    )
    idle = tally.clicks - tally.billable - tally.repeated - tally.bots
    said += f", {idle} while paused" if idle else ""
    said += f"; {rule.amount} {rule.currency} each."
    if paid.over_day:
        said += f" {paid.over_day} more than the {rule.most_a_day} a day that are paid."
    if paid.cut_minor:
        said += f" The budget is used up: {major_units(paid.cut_minor, rule.currency)} {rule.currency} less."
    return said
