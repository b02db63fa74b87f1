"""What creators were paid in a year, by way and currency, and whether the 1099-NEC threshold was reached.

From the books: what left for each payout in the year, less what came back in it, by the shop's own days. Fees of
providers, gifts of goods, and what was paid before by another app are not in it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import text

from app.db.session import ShopSession
from app.kernel.currency import major_units
from app.kernel.money import Money
from app.kernel.period import Period, start_of, zone
from app.payouts.tax import NETWORKS, FormStatus, TaxForm
from app.reports.export import csv_line, text_cell

PORTION = 1000
HEAD = ("creator", "name", "tax_form", "form_state", "form_valid_until", "currency", "way", "reported_on", "paid",
        "counts_for_1099_nec_usd", "threshold_reached")  # fmt: skip


class Reached(StrEnum):
    """How what was paid stands to the threshold."""

    YES = "yes"
    NO = "no"
    FOREIGN = "foreign"
    """An accepted W-8 says that the payee is no US person."""
    UNKNOWN = "unknown"
    """The threshold of that year is not known."""


@dataclass(frozen=True, slots=True)
class Paid:
    """What one creator was paid by one way in one currency."""

    creator: str
    name: str
    currency: str
    provider: str
    minor: int
    """Paid less returned; negative when more came back in the year than was paid in it."""
    nec_minor: int
    """US cents of the creator in the year that count for a 1099-NEC, over all ways."""
    form: TaxForm | None
    status: FormStatus | None
    valid_until: date | None

    @property
    def is_network(self) -> bool:
        """Paid through a network that reports it itself, on a 1099-K."""
        return self.provider in NETWORKS


# Each payout knows how many entries it made in the books: they are found by their keys, not by reading all years.
_ROWS = text("""
    with paid as (
        select o.creator_id, o.currency, o.provider,
               sum(case when p.credit = 'cash' then p.amount_minor else -p.amount_minor end) as minor
        from payouts o
        cross join lateral generate_series(1, o.moves) as n
        join journal_entries e on e.shop_id = :shop and e.idempotency_key = 'payout:' || o.key || ':' || n
        join postings p on p.shop_id = :shop and p.entry_id = e.id
        where o.shop_id = :shop and o.reserved_at < :ends and e.kind <> 'fee'
          and 'cash' in (p.debit, p.credit) and e.effective_at >= :begins and e.effective_at < :ends
        group by 1, 2, 3
    )
    select k.handle, k.name, paid.currency, paid.provider, paid.minor,
           coalesce(sum(paid.minor) filter (where paid.currency = 'USD' and paid.provider <> all(:networks))
                    over (partition by paid.creator_id), 0) as nec,
           f.kind, f.status, f.valid_until
    from paid
    join creators k on k.shop_id = :shop and k.id = paid.creator_id
    left join lateral (
        select f.kind, f.status, f.valid_until from tax_forms f
        where f.shop_id = :shop and f.creator_id = paid.creator_id
        order by f.status = 'accepted' desc, f.version desc limit 1
    ) f on true
    where paid.minor <> 0
    order by k.name, k.handle, paid.currency, paid.provider
""")

_FIRST = text("select min(reserved_at) from payouts where shop_id = :shop")


def years(session: ShopSession, timezone: str, now: datetime) -> list[int]:
    """The years that there may be payments in, the latest first."""
    first = session.execute(_FIRST, {"shop": session.shop_id}).scalar_one() or now
    local = zone(timezone)
    return list(range(now.astimezone(local).year, first.astimezone(local).year - 1, -1))


def rows(session: ShopSession, year: int, timezone: str) -> Iterator[Paid]:
    """By name, way and currency. Read in portions; the session stays open meanwhile."""
    whole = Period(date(year, 1, 1), date(year, 12, 31))
    facts = {
        "shop": session.shop_id,
        "begins": start_of(whole.start_on, timezone),
        "ends": start_of(whole.day_after(), timezone),
        "networks": sorted(NETWORKS),
    }
    found = session.execute(_ROWS, facts, execution_options={"yield_per": PORTION})
    try:
        for r in found:
            yield Paid(
                r.handle,
                r.name,
                r.currency,
                r.provider,
                int(r.minor),
                int(r.nec),
                TaxForm(r.kind) if r.kind else None,
                FormStatus(r.status) if r.status else None,
                r.valid_until,
            )
    finally:
        found.close()  # Whoever stops reading half-way leaves no open cursor behind.


def reached(row: Paid, threshold: Money | None) -> Reached:
    """Whether what counts for a 1099-NEC reaches the year's threshold: exactly the threshold does."""
    if row.status is FormStatus.ACCEPTED and row.form is not None and row.form is not TaxForm.W9:
        return Reached.FOREIGN
    if threshold is None:
        return Reached.UNKNOWN
    return Reached.YES if row.nec_minor >= threshold.minor else Reached.NO


def lines(found: Iterator[Paid], threshold: Money | None) -> Iterator[str]:
    """The CSV, line by line; amounts in major units."""
    yield csv_line(HEAD)
    for row in found:
        yield csv_line(
            [
                text_cell(row.creator),
                text_cell(row.name),
                row.form.value if row.form else "",
                row.status.value if row.status else "none",
                row.valid_until.isoformat() if row.valid_until else "",
                row.currency,
                row.provider,
                "1099-K" if row.is_network else "1099-NEC",
                f"{major_units(row.minor, row.currency):f}",
                f"{major_units(row.nec_minor, 'USD'):f}",
                reached(row, threshold).value,
            ]
        )
