"""How often links are followed: sums of their days, never of clicks."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import text

from app.db.session import ShopSession

GONE = 400
"""From this status on a page is not there."""


@dataclass(frozen=True, slots=True)
class FollowedLink:
    """A link of a creator, with how often it was followed."""

    slug: str
    to_path: str
    channel: str
    program: str
    """Name."""
    recent: int
    """Billable clicks since the day that was asked for."""
    clicks: int
    """Billable ones of all time."""
    duplicates: int
    bots: int
    checked_at: datetime | None
    answer: int | None
    """The status of the page when it was last asked for; None: it could not be told."""

    @property
    def is_broken(self) -> bool:
        """Whether the page was not there."""
        return self.answer is not None and self.answer >= GONE


@dataclass(frozen=True, slots=True)
class Followed:
    """The same by channel."""

    channel: str
    recent: int
    clicks: int


_LINKS = text("""
    select l.slug, l.to_path, l.channel, p.name, d.recent, d.clicks, d.duplicates, d.bots, l.checked_at, l.answer
    from creators r
    join enrollments e on e.shop_id = r.shop_id and e.creator_id = r.id
    join programs p on p.shop_id = e.shop_id and p.id = e.program_id
    join links l on l.shop_id = e.shop_id and l.enrollment_id = e.id
    cross join lateral (
        select cast(coalesce(sum(clicks) filter (where day >= :since), 0) as bigint) as recent,
               cast(coalesce(sum(clicks), 0) as bigint) as clicks, cast(coalesce(sum(duplicates), 0) as bigint) as duplicates,
               cast(coalesce(sum(bots), 0) as bigint) as bots
        from link_days where shop_id = l.shop_id and link_id = l.id) d
    where r.shop_id = :shop and r.handle = :handle order by d.recent desc, l.slug
""")


def links_of(session: ShopSession, handle: str, since: date) -> list[FollowedLink]:
    """The creator's links, the most followed first."""
    found = session.execute(_LINKS, {"shop": session.shop_id, "handle": handle, "since": since})
    return [FollowedLink(*row) for row in found]


def by_channel(links: list[FollowedLink]) -> list[Followed]:
    """The channels of these links, the most followed first."""
    sums: dict[str, tuple[int, int]] = {}
    for link in links:
        recent, clicks = sums.get(link.channel, (0, 0))
        sums[link.channel] = recent + link.recent, clicks + link.clicks
    found = [Followed(channel, *counted) for channel, counted in sums.items()]
    return sorted(found, key=lambda f: (-f.recent, f.channel))
