"""Who of a program's creators gets what is left of its budget: click by click in the order of time, counted by the database."""

from collections.abc import Sequence
from datetime import date, datetime

import msgspec
from sqlalchemy import text

from app.db.arrays import plain, times
from app.db.session import Fenced
from app.tracking.store.tallies import FOLLOWED

_SHARES = text(f"""
    with {FOLLOWED}, ranked as (
        select creator_id, day, part, at, id, row_number() over (partition by creator_id, day, part order by at, id) as n
        from followed where verdict = 'billable' and could_earn
    ), valued as (
        select r.*, least(k.amount, k.minor - (r.n - 1) * k.amount) as minor, k.room
        from unnest(cast(:creators as bigint[]), cast(:days as date[]), cast(:parts as int[]), cast(:amounts as bigint[]),
                    cast(:minors as bigint[]), cast(:rooms as bigint[])) as k(creator_id, day, part, amount, minor, room)
        join ranked r on r.creator_id = k.creator_id and r.day = k.day and r.part = k.part
        where k.minor > (r.n - 1) * k.amount
    ), run as (
        select *, sum(minor) over (partition by day, part order by at, id) as upto from valued
    )
    select creator_id, day, part, sum(greatest(0, least(minor, room - (upto - minor)))) as minor,
           min(min(at) filter (where upto >= room)) over (partition by day, part) as used_up_at
    from run group by 1, 2, 3 order by 1, 2, 3
""")  # noqa: S608 - constants of ours


class Claim(msgspec.Struct, frozen=True):
    """What one creator's own caps let through in a stretch whose budget is reached."""

    creator_id: int
    day: date
    part: int
    amount_minor: int
    """Of a click."""
    minor: int
    room_minor: int
    """What is left for all creators in the stretch."""


class Share(msgspec.Struct, frozen=True):
    """What a claim gets."""

    creator_id: int
    day: date
    part: int
    minor: int
    used_up_at: datetime | None
    """The click that reached the budget, whosever it was; the same for all of the stretch."""


def shares(
    session: Fenced,
    shop_id: int,
    program_id: int,
    within: tuple[Sequence[datetime], datetime],
    claims: Sequence[Claim],
) -> list[Share]:
    """What each claim gets: clicks are paid by their time, then their number, whoever brought them. One statement.

    `within`: the starts and the end, as for tallies. Nothing is asked without a claim.
    """
    if not claims:
        return []
    starts, until = within
    asked = {
        "shop": shop_id,
        "program": program_id,
        "starts": times(starts),
        "first": starts[0],
        "until": until,
        "creators": plain(c.creator_id for c in claims),
        "days": times(c.day for c in claims),
        "parts": plain(c.part for c in claims),
        "amounts": plain(c.amount_minor for c in claims),
        "minors": plain(c.minor for c in claims),
        "rooms": plain(c.room_minor for c in claims),
    }
    return [
        Share(r.creator_id, r.day, r.part, int(r.minor), r.used_up_at)
        for r in session.execute(_SHARES, asked)
    ]
