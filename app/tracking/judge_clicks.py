"""Which visits count: one of a browser and a link within 24 hours, and never a machine's. Pure."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from app.tracking.agents import is_machine
from app.tracking.click import Verdict
from app.tracking.spool.record import Visited

WITHIN = timedelta(hours=24)
MOST_OF_AN_ADDRESS = 100
"""Billable clicks of one address on one link in a day (UTC). A browser's name costs nothing to change, an address does; so
many that a school or a carrier with many people behind one address is not cut off by a usual post."""

Crowd = tuple[int, int, str]
"""(shop id, link id, digest of an address under the key of a day)."""
NOBODY: Mapping[Crowd, int] = {}


def judge(
    visits: Sequence[Visited], counted: Collection[int], crowds: Mapping[Crowd, int] = NOBODY
) -> list[Verdict]:
    """The verdict on each.

    `counted`: indexes of those that a stored billable click lies within 24 hours of; `crowds`: how many billable
    clicks are stored of an address. A duplicate does not begin a new day: the 24 hours run from the click that
    counted.
    """
    last: dict[tuple[int, int, str], datetime] = {}
    held = dict(crowds)
    verdicts = {}
    for n in sorted(range(len(visits)), key=lambda n: (visits[n].at, visits[n].click_id)):
        verdicts[n] = _verdict(visits[n], last, held, is_counted=n in counted)
    return [verdicts[n] for n in range(len(visits))]


def _verdict(
    visit: Visited, last: dict[tuple[int, int, str], datetime], held: dict[Crowd, int], *, is_counted: bool
) -> Verdict:
    if is_machine(visit):
        return Verdict.BOT
    keys = [(visit.shop_id, visit.link_id, digest) for digest in visit.prints]
    before = [last[key] for key in keys if key in last]
    if is_counted or any(visit.at - at < WITHIN for at in before):
        return Verdict.DUPLICATE
    crowd = (visit.shop_id, visit.link_id, visit.network)
    if visit.network and held.get(crowd, 0) >= MOST_OF_AN_ADDRESS:
        return Verdict.DUPLICATE
    last[keys[0]] = visit.at
    held[crowd] = held.get(crowd, 0) + 1
    return Verdict.BILLABLE
