"""How many clicks a program's creators brought, by day and by the terms in force: one statement, whatever was clicked."""

from collections.abc import Sequence
from datetime import date, datetime

import msgspec
from sqlalchemy import text

from app.db.arrays import times
from app.db.session import Fenced

FOLLOWED = """followed as (
        select e.creator_id, cast(c.at at time zone s.timezone as date) as day, c.at, c.id, c.verdict,
               width_bucket(c.at, cast(:starts as timestamptz[])) - 1 as part,
               exists (select from unnest(e.active) as span where span @> c.at) as could_earn
        from enrollments e
        join shops s on s.id = e.shop_id
        join links l on l.shop_id = e.shop_id and l.enrollment_id = e.id
        join clicks c on c.shop_id = l.shop_id and c.link_id = l.id and c.at >= :first and c.at < :until
        where e.shop_id = :shop and e.program_id = :program
    )"""
"""Clicks of a program from `first` until then, with the shop's day, the terms in force, and whether the creator could earn."""

_TALLIES = text(f"""
    with {FOLLOWED}
    select creator_id, day, part, count(*) as clicks, count(*) filter (where verdict = 'duplicate') as repeated,
           count(*) filter (where verdict = 'bot') as bots,
           count(*) filter (where verdict = 'billable' and could_earn) as billable,
           max(at) filter (where verdict = 'billable' and could_earn) as last_at
    from followed group by 1, 2, 3 having bool_or(verdict = 'billable' and could_earn) order by 1, 2, 3
""")  # noqa: S608 - constants of ours


class Tally(msgspec.Struct, frozen=True):
    """Clicks of one creator on one day of the shop, under the same terms."""

    creator_id: int
    day: date
    part: int
    """Which of the starts that were asked for lies last before these clicks."""
    clicks: int
    """All, whatever they count as."""
    repeated: int
    bots: int
    billable: int
    """While the creator could earn; at least 1."""
    last_at: datetime
    """The last of the billable ones."""


def tallies(
    session: Fenced, shop_id: int, program_id: int, starts: Sequence[datetime], until: datetime
) -> list[Tally]:
    """What was clicked from the first of the starts until then, of each creator in the order of days and parts.

    Starts ascend, each once. Days without a billable click are left out.
    """
    asked = {
        "shop": shop_id,
        "program": program_id,
        "starts": times(starts),
        "first": starts[0],
        "until": until,
    }
    return [Tally(*row) for row in session.execute(_TALLIES, asked)]
