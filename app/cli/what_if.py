"""`tribute replay --offer` and `--model`: what other terms, or another model, would have paid."""

from argparse import Namespace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from app.campaigns import store as campaigns
from app.campaigns.model import OfferTerms
from app.cli.say import Answer, table
from app.cli.wired import shop_of, wired
from app.db.session import ShopSession
from app.flows.apply_cells import document
from app.flows.apply_offers import offer as read_offer
from app.flows.what_if import Change, Difference, Differences, OtherModel, OtherTerms, what_if
from app.kernel.currency import major_units
from app.kernel.errors import Invalid, NotFound
from app.kernel.period import start_of
from app.shops.model import ShopRecord

EARLIEST, LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)


def ask(given: Namespace) -> Answer:
    """The differences in money, by creator and in all. Reads only. Raises NoSuchShop, NotFound, Invalid, NoSuchModel."""
    with wired() as wiring:
        shop = shop_of(wiring, given.shop)
        since = start_of(given.since, shop.timezone) if given.since else EARLIEST
        until = start_of(given.until + timedelta(days=1), shop.timezone) if given.until else LATEST
        with wiring.shop_session(shop.id) as session:
            change = OtherModel(given.model) if given.model else _terms(session, shop, given.offer)
            found = what_if(session, change, since, until)
    return Answer(_told(found), _facts(change, found))


def _terms(session: ShopSession, shop: ShopRecord, text: str) -> Change:
    """PROGRAM@VERSION, or PROGRAM@FILE with an offer as `tribute apply` reads it."""
    handle, at, named = text.partition("@")
    if not at or not named:
        raise Invalid(f"{text[:80]!r} names no terms; write PROGRAM@VERSION or PROGRAM@FILE, such as main@2.")
    program = campaigns.program(session, handle)
    if not named.isdecimal():
        plan = read_offer(
            document(Path(named).read_bytes()),
            timezone=shop.timezone,
            currency=shop.currency,
            hold_days=program.hold_days,
            waived=True,
        )
        return OtherTerms(handle, plan.terms)
    return OtherTerms(handle, _published(session, program.id, handle, int(named)))


def _published(session: ShopSession, program_id: int, handle: str, number: int) -> OfferTerms:
    versions = {version.version: version for version in campaigns.versions_of(session, program_id)}
    if number not in versions:
        raise NotFound(f"Program {handle!r} has no version {number}; it has {len(versions)}.")
    return versions[number].terms


def _facts(change: Change, found: Differences) -> dict[str, Any]:
    asked = {"model": change.model} if isinstance(change, OtherModel) else {"program": change.program}
    return {
        **asked,
        "totals": [_cells(difference) for difference in found.totals.values()],
        "creators": [
            {"creator": handle, **_cells(difference)} for (handle, _), difference in _changed(found)
        ],
    }


def _cells(difference: Difference) -> dict[str, Any]:
    return {
        "currency": difference.currency,
        "orders": difference.orders,
        "orders_changed": difference.orders_changed,
        "paid_minor": difference.paid_minor,
        "would_minor": difference.would_minor,
        "more_minor": difference.more_minor,
    }


def _changed(found: Differences) -> list[tuple[tuple[str, str], Difference]]:
    """Whoever would have been paid otherwise, the largest difference first."""
    changed = [(who, d) for who, d in found.creators.items() if d.orders_changed]
    return sorted(changed, key=lambda row: (-abs(row[1].more_minor), row[0]))


def _told(found: Differences) -> str:
    heading = ("creator", "", "orders changed", "paid", "would have been", "more")
    rows = [_row(handle, difference) for (handle, _), difference in _changed(found)]
    rows += [_row("all", difference) for difference in found.totals.values()]
    return table([heading, *rows])


def _row(name: str, difference: Difference) -> tuple[str, ...]:
    amounts = (difference.paid_minor, difference.would_minor, difference.more_minor)
    shown = [f"{major_units(minor, difference.currency)}" for minor in amounts]
    return (name, difference.currency, f"{difference.orders_changed} of {difference.orders}", *shown)
