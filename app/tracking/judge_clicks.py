"""Which visits count: one of a browser and a link within 24 hours, and never a machine's. Pure."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from app.tracking.agents import is_machine
from app.tracking.click import Verdict
from app.tracking.spool.record import Visited

WITHIN = timedelta(hours=24)


def judge(visits: Sequence[Visited], counted: Collection[int]) -> list[Verdict]:
    """The verdict on each. `counted`: indexes of those that a stored billable click lies within 24 hours of.

    A duplicate does not begin a new day: the 24 hours run from the click that counted.
    """
    last: dict[tuple[int, int, str], datetime] = {}
    verdicts = {}
    for n in sorted(range(len(visits)), key=lambda n: (visits[n].at, visits[n].click_id)):
        verdicts[n] = _verdict(visits[n], last, is_counted=n in counted)
    return [verdicts[n] for n in range(len(visits))]


def _verdict(visit: Visited, last: dict[tuple[int, int, str], datetime], *, is_counted: bool) -> Verdict:
    if is_machine(visit):
        return Verdict.BOT
    keys = [(visit.shop_id, visit.link_id, digest) for digest in visit.prints]
    before = [last[key] for key in keys if key in last]
    if is_counted or any(visit.at - at < WITHIN for at in before):
        return Verdict.DUPLICATE
    last[keys[0]] = visit.at
    return Verdict.BILLABLE
