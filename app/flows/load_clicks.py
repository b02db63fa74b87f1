"""The spool's visits become clicks: looked at, judged, stored, and the orders they led to judged again."""

import logging
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar

from prometheus_client import Counter

from app.db.faults import is_refused
from app.db.session import BatchSession
from app.flows.take_clicks import take_clicks
from app.flows.take_pixel import take_pixel
from app.shops import store as shops
from app.tracking.agents import device
from app.tracking.click import Click, Consent, Verdict
from app.tracking.judge_clicks import MOST_OF_AN_ADDRESS, WITHIN, judge
from app.tracking.spool.reader import Portion, alone, portions, taken
from app.tracking.spool.record import Lost, Seen, Visited
from app.tracking.spool.writer import PIXEL
from app.tracking.store import turns
from app.tracking.store.clicks import Met, counted, crowds
from app.tracking.store.losses import keep_losses

T = TypeVar("T", Visited, Seen)
Follow = Callable[[BatchSession, Sequence[tuple[int, Click]]], None]
"""What follows from clicks that are stored, in the same transaction."""

log = logging.getLogger(__name__)

LOADED = Counter("tribute_clicks_loaded", "Visits brought from the spool into the database.")
DAMAGED = Counter("tribute_clicks_damaged", "Lines of the spool that could not be read.")
REFUSED = Counter("tribute_clicks_refused", "Visits that hold what the database never takes; left out.")
LARGEST = 1000
"""Clicks of one transaction."""


def load_all(open_session: Callable[[], BatchSession], folder: Path, follow: Follow = lambda *_: None) -> int:
    """All that waits in the folder; returns how many visits. A crash in between loses and doubles nothing.

    Each visit carries the number of its click, so bringing it again changes nothing; only what is committed
    is marked as taken. While another worker of this machine is at it there is nothing to do.
    """
    with alone(folder) as is_mine:
        if not is_mine:
            return 0
        # Clicks first: what pixels saw speaks of them.
        return sum(
            _load(open_session, p, follow) for place in (folder, folder / PIXEL) for p in portions(place)
        )


def _load(open_session: Callable[[], BatchSession], portion: Portion, follow: Follow) -> int:
    for start in range(0, len(portion.visits), LARGEST):
        _all_but_refused(partial(store, open_session, follow=follow), portion.visits[start : start + LARGEST])
    for start in range(0, len(portion.seen), LARGEST):
        _all_but_refused(partial(look_at, open_session), portion.seen[start : start + LARGEST])
    if portion.losses:
        note_losses(open_session, portion.losses)
    taken(portion)
    _count(portion)
    return len(portion.visits) + len(portion.seen)


def _all_but_refused(keep: Callable[[Sequence[T]], None], told: Sequence[T]) -> None:
    """Keep these at once; where one of them holds what the database never takes, all others are kept, by halves.

    Without it that one would hold up every visit that came after.
    """
    try:
        keep(told)
    except Exception as error:
        if not is_refused(error):
            raise
        if len(told) == 1:
            REFUSED.inc()
            log.warning("A visit was left out: the database takes no such value (%s).", type(error).__name__)
            return
        for half in (told[: len(told) // 2], told[len(told) // 2 :]):
            _all_but_refused(keep, half)


def store(
    open_session: Callable[[], BatchSession], visits: Sequence[Visited], follow: Follow = lambda *_: None
) -> None:
    """Judge these and keep them, in one transaction."""
    with open_session() as session, session.begin():
        shops_of = {v.shop_id for v in visits}
        session.admit(shops_of)
        turns.to_store(session, shops_of)
        verdicts = judge(visits, _counted(session, visits), _crowds(session, visits))
        clicks = [(v.shop_id, _click(v, verdict)) for v, verdict in zip(visits, verdicts, strict=True)]
        take_clicks(session, clicks)
        follow(session, clicks)
        # Only the theme embed tells of visits with consent: so the merchant sees that it is on.
        if told := [v for v in visits if v.consented]:
            shops.note_embed(session, {v.shop_id for v in told}, max(v.at for v in told).date().isoformat())


def look_at(open_session: Callable[[], BatchSession], seen: Sequence[Seen]) -> None:
    """Keep what web pixels saw, in one transaction."""
    with open_session() as session, session.begin():
        shops_of = {s.shop_id for s in seen}
        session.admit(shops_of)
        turns.to_store(session, shops_of)
        take_pixel(session, seen)


def note_losses(open_session: Callable[[], BatchSession], losses: Sequence[Lost]) -> None:
    """Keep how many visits could not be written down, for the page that tells the merchant."""
    with open_session() as session, session.begin():
        session.admit({lost.shop_id for lost in losses})
        keep_losses(session, losses)


def _counted(session: BatchSession, visits: Sequence[Visited]) -> set[int]:
    """A browser that came yesterday is known by yesterday's digest."""
    met = [
        (n, Met(v.shop_id, v.link_id, bytes.fromhex(digest), v.at))
        for n, v in enumerate(visits)
        for digest in v.prints
    ]
    return {met[i][0] for i in counted(session, [m for _, m in met], WITHIN)}


def _crowds(session: BatchSession, visits: Sequence[Visited]) -> dict[tuple[int, int, str], int]:
    """Billable clicks of each visit's address and link on that day, as far as they matter."""
    asked = {(v.shop_id, v.link_id, bytes.fromhex(v.network)) for v in visits if v.network}
    found = crowds(session, asked, MOST_OF_AN_ADDRESS)
    return {(shop, link, network.hex()): held for (shop, link, network), held in found.items()}


def _click(visit: Visited, verdict: Verdict) -> Click:
    return Click(
        id=visit.click_id,
        link_id=visit.link_id,
        at=visit.at,
        visitor=None,
        verdict=verdict,
        consent=Consent.GRANTED if visit.consented else Consent.UNKNOWN,
        landing=_told(f"?{visit.query}" if visit.query else ""),
        referrer=_told(visit.referrer),
        print=bytes.fromhex(visit.prints[0]),
        network=bytes.fromhex(visit.network) or None,
        device=device(visit.agent),
        country=visit.country,
    )


def _told(text: str) -> str | None:
    """Fit to be stored: PostgreSQL takes no NUL, and one visit that it refuses would hold up all that came after."""
    return text.replace("\0", "") or None


def _count(portion: Portion) -> None:
    LOADED.inc(len(portion.visits))
    if portion.damaged:
        DAMAGED.inc(portion.damaged)
        log.warning("%d damaged lines in %s were left out.", portion.damaged, portion.file.name)
