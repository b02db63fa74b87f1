"""How far visits came that a creator sent: browsers that the web pixel saw at each step. Set-based, over one creator's links."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text

from app.db.session import ShopSession

STEPS = ("page", "product", "cart", "checkout", "order")
"""In the sequence in which shoppers go through them."""

_FUNNEL = text("""
    select furthest, count(*) as visitors from (
        select e.client, max(array_position(cast(:steps as text[]), e.step)) as furthest
        from creators r
        join enrollments n on n.shop_id = r.shop_id and n.creator_id = r.id
        join links l on l.shop_id = n.shop_id and l.enrollment_id = n.id
        join pixel_events e on e.shop_id = l.shop_id and e.link_id = l.id and e.at >= :since
        where r.shop_id = :shop and r.handle = :handle
        group by e.client) seen
    group by furthest
""")


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of the way, and how many browsers came at least so far."""

    step: str
    visitors: int
    before: int
    """Browsers that came to the step before."""

    @property
    def percent(self) -> int | None:
        """Of the step before, rounded down; None where nobody came to it."""
        return self.visitors * 100 // self.before if self.before else None


def funnel(session: ShopSession, handle: str, since: datetime) -> list[Stage]:
    """Every step of the creator's visits since then. A browser that skipped a step (a cart link) passed it."""
    columns = {"steps": list(STEPS), "shop": session.shop_id, "handle": handle, "since": since}
    reached = {row.furthest: int(row.visitors) for row in session.execute(_FUNNEL, columns)}
    counts = [sum(n for far, n in reached.items() if far >= place) for place in range(1, len(STEPS) + 1)]
    return [Stage(*one) for one in zip(STEPS, counts, [counts[0], *counts], strict=False)]
