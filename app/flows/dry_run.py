"""What terms that nobody has published yet would have paid, and what publishing them for a day gone by would do.

Reads only. The editor shows it before anything is decided.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.campaigns import store
from app.campaigns.model import OfferTerms, Program
from app.db.session import ShopSession
from app.flows.what_if import Difference, Differences, OtherTerms, what_if
from app.kernel.period import Period, day_of, start_of

DAYS = 90
"""How far back a dry run looks."""
CLOCKS_APART = timedelta(hours=1)
"""Shopify's clock may be ahead of ours: an order of this moment is placed already."""


@dataclass(frozen=True)
class Trial:
    """The outcome of a dry run."""

    period: Period
    differences: Differences

    def rows(self) -> list[tuple[str, Difference]]:
        """(creator's handle, difference) of everybody for whom it would be another amount, largest first."""
        changed = [(handle, d) for (handle, _), d in self.differences.creators.items() if d.orders_changed]
        return sorted(changed, key=lambda row: (-abs(row[1].more_minor), row[0]))


def dry_run(
    session: ShopSession, program: Program, terms: OfferTerms, *, timezone: str, now: datetime
) -> Trial:
    """What the last 90 days, today included, would have paid under these terms. Raises Invalid."""
    today = day_of(now, timezone)
    period = Period(today - timedelta(days=DAYS - 1), today)
    since, until = start_of(period.start_on, timezone), start_of(today + timedelta(days=1), timezone)
    return Trial(period, what_if(session, OtherTerms(program.handle, terms), since, until))


def would_reprice(
    session: ShopSession, program: Program, terms: OfferTerms, since: datetime, now: datetime
) -> Differences:
    """What publishing the terms for that day gone by would change: orders up to the next version's day."""
    later = [v.effective_from for v in store.versions_of(session, program.id) if v.effective_from > since]
    return what_if(session, OtherTerms(program.handle, terms), since, min([now + CLOCKS_APART, *later]))
