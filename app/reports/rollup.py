"""Keeping the rollups true: a cell that changed is derived again from the credits, never added to."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import text

from app.db.arrays import plain, times
from app.db.session import BatchSession, Fenced
from app.reports.model import MEASURES

Cell = tuple[int, int, date]
"""(shop id, creator id, shop-local day the orders were placed)."""

_MARK = text("""
    insert into rollup_dirty (shop_id, creator_id, day)
    select * from unnest(cast(:shop_ids as bigint[]), cast(:creators as bigint[]), cast(:days as date[]))
""")

_TAKE = text("""
    delete from rollup_dirty where id in (select id from rollup_dirty order by id limit :most)
    returning shop_id, creator_id, day
""")

# One loop at a time derives cells: two that overlapped could leave the older answer of the two. A replay has
# tables of its own and does not wait for the workers.
_ALONE = text(
    "select pg_try_advisory_xact_lock(hashtextextended('rollups of ' || current_schema(), 7418232))"
)

EARNED = """
    select shop_id, creator_id, program_id, placed_on as day, currency, weight as orders, gmv_minor, gross_minor,
           net_minor, earned_minor as commission_minor, 0::bigint as fees_minor, 0::bigint as gifts_minor
    from credits
    union all
    select shop_id, creator_id, program_id, earned_on, currency, 0::numeric, 0::bigint, 0::bigint, 0::bigint,
           case when kind in ('fixed_fee', 'gift') then 0::bigint else amount_minor end,
           case when kind = 'fixed_fee' then amount_minor else 0::bigint end,
           case when kind = 'gift' then amount_minor else 0::bigint end
    from awards
    where revoked_at is null and amount_minor <> 0 and kind not in ('imported', 'write_off')
"""
"""What a cell is the sum of: orders, and what was earned without one. What another app owed was not earned
here, and a debt that is let go of is no earning; both stand in the books alone."""

STORED = tuple(m for m in MEASURES if m != "spend_minor")
"""Measures that are written; the database adds the spend up by itself."""

_INTO = ", ".join(STORED)
_SUMS = ", ".join(f"sum(k.{m})" for m in STORED)
_TAKE_OVER = ", ".join(f"{m} = excluded.{m}" for m in STORED)

_DERIVE_CREATORS = text(f"""
    with cell as materialized (
        select * from unnest(cast(:shop_ids as bigint[]), cast(:creators as bigint[]), cast(:days as date[]))
            as c(shop_id, creator_id, day)
    ),
    gone as (
        delete from rollup_creator_day r using cell c
        where r.shop_id = c.shop_id and r.creator_id = c.creator_id and r.day = c.day
          and not exists (select from ({EARNED}) k where k.shop_id = r.shop_id and k.creator_id = r.creator_id
                          and k.day = r.day and k.currency = r.currency and k.program_id = r.program_id)
    )
    insert into rollup_creator_day as held (shop_id, creator_id, program_id, day, currency, {_INTO})
    select k.shop_id, k.creator_id, k.program_id, k.day, k.currency, {_SUMS}
    from cell c
    join ({EARNED}) k on k.shop_id = c.shop_id and k.creator_id = c.creator_id and k.day = c.day
    group by 1, 2, 3, 4, 5
    on conflict (shop_id, creator_id, program_id, day, currency) do update set {_TAKE_OVER}
""")  # noqa: S608 - constants of this file

_DERIVE_SHOPS = text(f"""
    with cell as materialized (
        select distinct * from unnest(cast(:shop_ids as bigint[]), cast(:days as date[])) as c(shop_id, day)
    ),
    gone as (
        delete from rollup_shop_day r using cell c
        where r.shop_id = c.shop_id and r.day = c.day
          and not exists (select from rollup_creator_day k where k.shop_id = r.shop_id and k.day = r.day
                          and k.currency = r.currency)
    )
    insert into rollup_shop_day as held (shop_id, day, currency, {_INTO})
    select k.shop_id, k.day, k.currency, {_SUMS}
    from cell c join rollup_creator_day k on k.shop_id = c.shop_id and k.day = c.day
    group by 1, 2, 3
    on conflict (shop_id, day, currency) do update set {_TAKE_OVER}
""")  # noqa: S608 - constants of this file


def mark_dirty(session: Fenced, cells: Iterable[Cell]) -> None:
    """Say which cells must be derived again, in the transaction that changed what is under them."""
    rows = sorted(set(cells))
    if rows:
        session.execute(
            _MARK,
            {
                "shop_ids": plain(r[0] for r in rows),
                "creators": plain(r[1] for r in rows),
                "days": times(r[2] for r in rows),
            },
        )


def derive(session: BatchSession, most: int = 5000) -> int:
    """Derive the marked cells again, in the caller's transaction. Returns how many marks it took.

    0 also when another process is at it. The marks are taken before the credits are read, so what
    is committed in between has left a mark of its own.
    """
    if not session.execute(_ALONE).scalar_one():
        return 0
    taken = [(r.shop_id, r.creator_id, r.day) for r in session.execute(_TAKE, {"most": most})]
    cells = sorted(set(taken))
    if not cells:
        return 0
    session.admit({c[0] for c in cells})
    columns = {
        "shop_ids": plain(c[0] for c in cells),
        "creators": plain(c[1] for c in cells),
        "days": times(c[2] for c in cells),
    }
    session.execute(_DERIVE_CREATORS, columns)
    session.execute(_DERIVE_SHOPS, {"shop_ids": columns["shop_ids"], "days": columns["days"]})
    return len(taken)
