"""Reading an offer of a file for `tribute apply`: its terms, checked as a whole, and from when they hold."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from app.campaigns.discount import USUAL
from app.campaigns.model import Base, CreditWhen, Discount, HoldFrom, OfferTerms, ProgramDraft
from app.commissions import checks
from app.commissions.contradictions import BadTerms, check
from app.flows.apply_cells import BadFile, Cell, at, needed
from app.flows.apply_discount import discount
from app.flows.apply_rules import listed, rule

SWITCHES = ("tax", "shipping", "discount")
LISTS = ("products", "collections", "tags", "vendors", "channels")
WINDOW_DAYS = 30

E = TypeVar("E", bound=StrEnum)


@dataclass(frozen=True)
class OfferPlan:
    """One version of a program's terms."""

    path: str
    terms: OfferTerms
    effective_from: datetime
    notice_waived: bool


def offer(cell: Cell, *, timezone: str, currency: str, hold_days: int, waived: bool) -> OfferPlan:
    """The offer that a file describes. Raises BadFile."""
    fields = cell.fields(
        "effective_from", "discount", "rules", "hold_days", "hold_from", "base", "pos", "drafts", "notice"
    )
    needed(cell, fields, "effective_from", "rules")
    rules = fields["rules"].items()
    with at(cell.path):
        hold = fields["hold_days"].whole() if "hold_days" in fields else hold_days
        ProgramDraft("", "", WINDOW_DAYS, hold)
    taken_off, given = Discount(), USUAL
    if "discount" in fields:
        taken_off, given = discount(fields["discount"], currency)
    terms = OfferTerms(
        hold_days=hold,
        discount=taken_off,
        rules=tuple(rule(c, currency) for c in rules),
        hold_from=_choice(fields, "hold_from", HoldFrom.PAID),
        base=_base(fields["base"]) if "base" in fields else Base(),
        pos=_choice(fields, "pos", CreditWhen.WITH_CODE),
        drafts=_choice(fields, "drafts", CreditWhen.WITH_CODE),
        given=given,
    )
    _check(terms, cell.path, fields["rules"])
    return OfferPlan(
        path=cell.path,
        terms=terms,
        effective_from=fields["effective_from"].instant(timezone),
        notice_waived=waived_by(fields, inherited=waived),
    )


def waived_by(fields: Mapping[str, Cell], *, inherited: bool) -> bool:
    """Whether the notice is waived here or above."""
    if "notice" not in fields:
        return inherited
    if fields["notice"].value != "waived":
        raise fields["notice"].refuse('can only be "waived".')
    return True


def _choice(fields: Mapping[str, Cell], key: str, default: E) -> E:
    if key not in fields:
        return default
    kinds = type(default)
    if fields[key].value not in list(kinds):
        raise fields[key].refuse(f"is none of {', '.join(kinds)}.")
    return kinds(fields[key].value)


def _base(cell: Cell) -> Base:
    fields = cell.fields(*SWITCHES, *LISTS)
    for switch in SWITCHES:
        if switch in fields and not isinstance(fields[switch].value, bool):
            raise fields[switch].refuse("is neither true nor false.")
    lists = {
        key: _list(fields[key], is_ids=key in {"products", "collections"}) for key in LISTS if key in fields
    }
    on = {key for key in SWITCHES if key in fields and fields[key].value}
    return Base(tax="tax" in on, shipping="shipping" in on, discount="discount" in on, **lists)


def _list(cell: Cell, *, is_ids: bool) -> tuple[str, ...]:
    values = tuple(sorted(listed(item) for item in cell.items()))
    if values:
        with at(cell.path):
            (checks.ids if is_ids else checks.some)(cell.path.rpartition(".")[2], values)
    return values


def _check(terms: OfferTerms, path: str, rules: Cell) -> None:
    """What the terms may not say as a whole, under the path of the rule that it is about."""
    try:
        check(terms)
    except BadTerms as refused:
        if refused.rule is not None:
            raise BadFile(rules.items()[refused.rule].path, str(refused)) from None
        raise BadFile(rules.path if not terms.rules else path, str(refused)) from None
