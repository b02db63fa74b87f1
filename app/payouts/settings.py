"""How a shop pays: the calendar, the minimum, who has to say yes. Pure."""

import re
from dataclasses import dataclass, field

from app.kernel.currency import minor_units
from app.kernel.errors import Invalid
from app.payouts.calendar import Cadence

MOST = 1_000_000
"""Whole units of a currency that a minimum may be."""
_COUNTRY = re.compile(r"[A-Z]{2}")


@dataclass(frozen=True, slots=True)
class Settings:
    """What a shop decided; unless it did: by hand, from 20 on, one person's word is enough."""

    cadence: Cadence = Cadence.NEVER
    is_automatic: bool = False
    """Runs of the calendar need no approval, unless they need two."""
    minimum: int = 20
    """Whole units of each currency; a smaller balance is carried."""
    second_approver_from: int | None = None
    """Whole units of a currency: a run that pays as much needs two people."""
    tax_form_demanded: bool = False
    blocked_countries: frozenset[str] = field(default_factory=frozenset)
    mail_to: str | None = None
    """Who is told of runs that come, and gets creators' answers; None: nobody."""
    takes_requests: bool = False
    """Creators may ask to be paid what is due; somebody still has to approve it."""

    def __post_init__(self) -> None:
        if not 0 <= self.minimum <= MOST:
            raise Invalid(f"The minimum of a payout is 0 to {MOST:,}, not {self.minimum}.")
        if self.second_approver_from is not None and self.second_approver_from < 0:
            raise Invalid(f"The limit for a second approval is 0 or more, not {self.second_approver_from}.")
        for country in sorted(self.blocked_countries):
            if not _COUNTRY.fullmatch(country):
                raise Invalid(f"{country[:20]!r} is no country: write two capital letters, as DE.")

    def minimum_minor(self, currency: str) -> int:
        """The minimum in minor units of that currency."""
        return minor_units(str(self.minimum), currency)

    def needs_two(self, total_minor: int, currency: str) -> bool:
        """Whether a run that pays this much of a currency needs a second person."""
        limit = self.second_approver_from
        return limit is not None and total_minor >= minor_units(str(limit), currency)
