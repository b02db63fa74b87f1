"""Who is paid by a run, and who is not and why. Pure: the preview and the run itself ask the same question."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.kernel.errors import RefusedError
from app.kernel.money import Money
from app.payouts.amounts import decimal_string
from app.payouts.settings import Settings
from app.payouts.ways import Way, check_reach


class Why(StrEnum):
    """Why somebody who is owed money is not paid by a run."""

    DEBT = "debt"
    BELOW_MINIMUM = "below_minimum"
    NO_DETAILS = "no_details"
    DETAILS_TOO_NEW = "details_too_new"
    NO_TAX_FORM = "no_tax_form"
    PAUSED = "paused"
    UNDER_WAY = "under_way"
    OUT_OF_REACH = "out_of_reach"
    NO_PROVIDER = "no_provider"


@dataclass(frozen=True, slots=True)
class Chosen:
    """A version of where a creator wants to be paid."""

    details_id: int
    version: int
    way: Way
    masked: str
    country: str
    usable_from: datetime


@dataclass(frozen=True, slots=True)
class Owed:
    """What a creator is owed in one currency when a run looks."""

    creator_id: int
    handle: str
    name: str
    currency: str
    by_cut_off_minor: int
    """Payable by the cut-off and in no payout yet."""
    now_minor: int
    """The same by now: refunds since the cut-off are in it."""
    details: Chosen | None
    paused: str | None
    """Why the merchant pays them nothing for now."""
    has_tax_form: bool
    is_under_way: bool
    """A payout in this currency whose outcome nobody knows yet."""

    @property
    def due_minor(self) -> int:
        """The smaller of the two: neither what came after the cut-off nor what was taken back since is paid."""
        return min(self.by_cut_off_minor, self.now_minor)


@dataclass(frozen=True, slots=True)
class Excluded:
    """Somebody who is not paid, with a sentence for the merchant."""

    owed: Owed
    why: Why
    sentence: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run would pay now."""

    paid: tuple[Owed, ...]
    excluded: tuple[Excluded, ...]

    def totals(self) -> Mapping[str, int]:
        """Minor units by currency."""
        sums: dict[str, int] = {}
        for one in self.paid:
            sums[one.currency] = sums.get(one.currency, 0) + one.due_minor
        return sums


@dataclass(frozen=True, slots=True)
class Terms:
    """What decides besides the balance."""

    settings: Settings
    at: datetime
    """When it is paid: details have to be usable by then."""
    ready: Mapping[Way, str | None]
    """The ways that can be used, each with None or the sentence that says what is missing."""
    ignores_minimum: bool = False
    """A merchant who pays one creator by hand pays whatever is there."""


def plan(owed: list[Owed], terms: Terms) -> Plan:
    """Who is paid, and who is not and why; in the order given."""
    said = [(one, exclusion(one, terms)) for one in owed]
    return Plan(
        tuple(one for one, excluded in said if excluded is None),
        tuple(excluded for _, excluded in said if excluded is not None),
    )


def exclusion(owed: Owed, terms: Terms) -> Excluded | None:
    """Why this one is not paid; the first reason that holds. None: paid."""
    for reason in (_balance, _person, _details):
        found = reason(owed, terms)
        if found is not None:
            return Excluded(owed, *found)
    return None


Reason = tuple[Why, str]


def _balance(owed: Owed, terms: Terms) -> Reason | None:
    least = 1 if terms.ignores_minimum else max(1, terms.settings.minimum_minor(owed.currency))
    if owed.due_minor < 0:
        return Why.DEBT, f"Owes {_shown(-owed.due_minor, owed)}, which the next commissions pay back."
    if owed.due_minor < least:
        return (
            Why.BELOW_MINIMUM,
            f"Below the minimum of {_shown(least, owed)}; it is carried to the next run.",
        )
    return None


def _person(owed: Owed, terms: Terms) -> Reason | None:
    if owed.paused is not None:
        return Why.PAUSED, f"Payouts are paused: {owed.paused}"
    if owed.is_under_way:
        return Why.UNDER_WAY, "An earlier payout is not answered yet; this follows once it is."
    if terms.settings.tax_form_demanded and not owed.has_tax_form:
        return (
            Why.NO_TAX_FORM,
            "No tax form that was accepted and still holds. The creator uploads it in the portal.",
        )
    return None


def _details(owed: Owed, terms: Terms) -> Reason | None:
    chosen = owed.details
    if chosen is None:
        return Why.NO_DETAILS, "Has not said yet where to be paid. The creator enters it in the portal."
    if chosen.usable_from > terms.at:
        return (
            Why.DETAILS_TOO_NEW,
            f"Payout details were changed and can be used from {chosen.usable_from:%d %b %Y %H:%M} UTC on.",
        )
    try:
        check_reach(
            chosen.way,
            currency=owed.currency,
            country=chosen.country,
            blocked=terms.settings.blocked_countries,
        )
    except RefusedError as refused:
        return Why.OUT_OF_REACH, str(refused)
    missing = terms.ready.get(chosen.way, "This way of paying is not set up. Choose it in Settings, Payouts.")
    return (Why.NO_PROVIDER, missing) if missing is not None else None


def _shown(minor: int, owed: Owed) -> str:
    return f"{decimal_string(Money(minor, owed.currency))} {owed.currency}"
