"""Every query over verdicts: many credits in one statement."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import text

from app.commissions.model import Ruling
from app.db.arrays import plain, texts
from app.db.session import ShopSession

CreditKey = tuple[int, int]
"""(order id, creator id)."""


class Standing(msgspec.Struct, frozen=True):
    """A credit and what was said of it."""

    order_id: int
    creator_id: int
    creator: str
    """Handle."""
    flags: tuple[str, ...]
    """Open ones."""
    ruling: Ruling | None
    cleared: tuple[str, ...]
    reason: str

    @property
    def key(self) -> CreditKey:
        """Which credit it is."""
        return (self.order_id, self.creator_id)

    def says(self, ruling: Ruling, cleared: tuple[str, ...], reason: str) -> bool:
        """Whether just this was said already: a second click is no second decision."""
        return (self.ruling, self.cleared, self.reason) == (ruling, cleared, reason)


# The credits are locked, sorted: two people who decide about the same ones take turns.
_STANDING = text("""
    select c.order_id, c.creator_id, r.handle, c.flags::text as flags, v.ruling, v.cleared::text as cleared, v.reason
    from unnest(cast(:orders as bigint[]), cast(:creators as bigint[])) as k(order_id, creator_id)
    join credits c on c.shop_id = :shop and c.order_id = k.order_id and c.creator_id = k.creator_id
    join creators r on r.shop_id = c.shop_id and r.id = c.creator_id
    left join verdicts v on v.shop_id = c.shop_id and v.order_id = c.order_id and v.creator_id = c.creator_id
    order by c.order_id, c.creator_id
    for update of c
""")

_PUT = text("""
    insert into verdicts (shop_id, order_id, creator_id, ruling, cleared, reason, actor, decided_at)
    select :shop, k.order_id, k.creator_id, :ruling, k.cleared, :reason, :actor, :now
    from unnest(cast(:orders as bigint[]), cast(:creators as bigint[]), cast(:cleared as jsonb[]))
        as k(order_id, creator_id, cleared)
    on conflict (shop_id, order_id, creator_id) do update set ruling = excluded.ruling, cleared = excluded.cleared,
        reason = excluded.reason, actor = excluded.actor, decided_at = excluded.decided_at
""")

_flags = msgspec.json.Decoder(tuple[str, ...])


def standing(session: ShopSession, keys: Sequence[CreditKey]) -> list[Standing]:
    """These credits with what was said of them, locked until commit; those that are not there are left out."""
    rows = session.execute(_STANDING, _columns(session, keys)) if keys else ()
    return [
        Standing(
            r.order_id,
            r.creator_id,
            r.handle,
            _flags.decode(r.flags),
            Ruling(r.ruling) if r.ruling else None,
            _flags.decode(r.cleared) if r.cleared else (),
            r.reason or "",
        )
        for r in rows
    ]


def put(
    session: ShopSession,
    words: Sequence[tuple[CreditKey, tuple[str, ...]]],
    ruling: Ruling,
    reason: str,
    *,
    actor: str,
    now: datetime,
) -> None:
    """Let this stand of each credit, with the flags that it clears."""
    if words:
        cleared = texts(msgspec.json.encode(flags).decode() for _, flags in words)
        given = {"ruling": ruling.value, "reason": reason, "actor": actor, "now": now, "cleared": cleared}
        session.execute(_PUT, _columns(session, [key for key, _ in words]) | given)


def _columns(session: ShopSession, keys: Sequence[CreditKey]) -> dict[str, object]:
    return {
        "shop": session.shop_id,
        "orders": plain(k[0] for k in keys),
        "creators": plain(k[1] for k in keys),
    }
