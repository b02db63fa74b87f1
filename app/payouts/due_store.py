"""What is payable and in no payout yet: one statement over the postings, whoever asks."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import text

from app.db.arrays import plain, texts
from app.db.session import ShopSession
from app.payouts.due import Chosen, Owed
from app.payouts.ways import Way

# What payouts themselves moved has no subject. A payout that came back covers nothing any more.
_REMAINING = """
    candidate as (
        select b.creator_id, b.currency from balances b
        where b.shop_id = :shop and b.account = 'payable' and b.credit_minor <> b.debit_minor
          and (cast(:creator as bigint) is null or b.creator_id = cast(:creator as bigint))
    ),
    moved as (
        select p.creator_id, p.currency, coalesce('order:' || p.order_id, 'award:' || p.award) as subject,
               case when p.credit = 'payable' then p.amount_minor else -p.amount_minor end as amount,
               e.effective_at < :cut_off as is_then
        from candidate c
        join postings p on p.shop_id = :shop and p.creator_id = c.creator_id and p.currency = c.currency
        join journal_entries e on e.shop_id = :shop and e.id = p.entry_id
        where 'payable' in (p.debit, p.credit) and (p.order_id is not null or p.award is not null)
        union all
        select o.creator_id, o.currency, part.subject, -part.amount_minor, true
        from candidate c
        join payouts o on o.shop_id = :shop and o.creator_id = c.creator_id and o.currency = c.currency
        join payout_parts part on part.shop_id = :shop and part.payout_id = o.id
        where o.state not in ('failed', 'returned', 'cancelled')
    ),
    remaining as (
        select creator_id, currency, subject, coalesce(sum(amount) filter (where is_then), 0) as by_then,
               sum(amount) as by_now
        from moved group by 1, 2, 3
    )
"""

_OWED = text(f"""
    with {_REMAINING}, total as (
        select creator_id, currency, sum(by_then) as by_then, sum(by_now) as by_now
        from remaining group by 1, 2 having sum(by_then) <> 0 or sum(by_now) <> 0
    )
    select t.*, k.handle, k.name, d.id as details_id, d.version, d.way, d.masked, d.country, d.usable_from,
           w.reason as paused, coalesce(f.is_valid, false) as has_tax_form,
           exists (select from payouts o where o.shop_id = :shop and o.creator_id = t.creator_id
                   and o.currency = t.currency and o.state in ('reserved', 'submitting', 'unknown')) as under_way
    from total t
    join creators k on k.shop_id = :shop and k.id = t.creator_id
    left join payout_pauses w on w.shop_id = :shop and w.creator_id = t.creator_id
    left join lateral (
        select * from payout_details d where d.shop_id = :shop and d.creator_id = t.creator_id
        order by d.version desc limit 1
    ) d on d.sealed is not null
    left join lateral (
        select f.signed_on <= at.day and (f.valid_until is null or f.valid_until >= at.day) as is_valid
        from tax_forms f
        cross join (select cast(cast(:at as timestamptz) at time zone s.timezone as date) as day
                    from shops s where s.id = :shop) at
        where f.shop_id = :shop and f.creator_id = t.creator_id and f.status = 'accepted'
        order by f.version desc limit 1
    ) f on true
    order by k.name, k.handle, t.currency
""")  # noqa: S608 - constants of this file

_COVER = text(f"""
    with {_REMAINING}, total as (
        select creator_id, currency, sum(by_now) < sum(by_then) as is_less_now from remaining group by 1, 2
    )
    insert into payout_parts (shop_id, payout_id, subject, amount_minor)
    select :shop, x.payout_id, r.subject, case when t.is_less_now then r.by_now else r.by_then end
    from unnest(cast(:payouts as bigint[]), cast(:creators as bigint[]), cast(:currencies as text[]))
        as x(payout_id, creator_id, currency)
    join total t using (creator_id, currency)
    join remaining r using (creator_id, currency)
    where case when t.is_less_now then r.by_now else r.by_then end <> 0
""")  # noqa: S608 - constants of this file

_LOCK = text("""
    select 1 from balances b
    where b.shop_id = :shop and b.account = 'payable'
      and (cast(:creator as bigint) is null or b.creator_id = cast(:creator as bigint))
    order by b.creator_id, b.currency for update
""")


def lock(session: ShopSession, creator_id: int | None) -> None:
    """Hold every balance that a run may take from: refunds wait until it has committed."""
    session.execute(_LOCK, {"shop": session.shop_id, "creator": creator_id})


def owed(session: ShopSession, cut_off: datetime, creator_id: int | None, *, at: datetime) -> list[Owed]:
    """Everybody with something payable or owing that no payout covers, by name; one creator's when given.

    `at`: when it is paid; the newest accepted tax form has to hold on that day of the shop.
    """
    key = {"shop": session.shop_id, "cut_off": cut_off, "creator": creator_id, "at": at}
    return [
        Owed(
            row.creator_id,
            row.handle,
            row.name,
            row.currency,
            by_cut_off_minor=int(row.by_then),
            now_minor=int(row.by_now),
            details=_chosen(row) if row.details_id is not None else None,
            paused=row.paused,
            has_tax_form=row.has_tax_form,
            is_under_way=row.under_way,
        )
        for row in session.execute(_OWED, key)
    ]


def cover(
    session: ShopSession, cut_off: datetime, creator_id: int | None, made: Sequence[tuple[int, Owed]]
) -> None:
    """Write down what each of these payouts pays for. Its parts sum to its amount: the same rows, the same rule."""
    session.execute(
        _COVER,
        {
            "shop": session.shop_id,
            "cut_off": cut_off,
            "creator": creator_id,
            "payouts": plain(payout_id for payout_id, _ in made),
            "creators": plain(one.creator_id for _, one in made),
            "currencies": texts(one.currency for _, one in made),
        },
    )


def _chosen(row: object) -> Chosen:
    return Chosen(
        row.details_id,  # type: ignore[attr-defined]
        row.version,  # type: ignore[attr-defined]
        Way(row.way),  # type: ignore[attr-defined]
        row.masked,  # type: ignore[attr-defined]
        row.country,  # type: ignore[attr-defined]
        row.usable_from,  # type: ignore[attr-defined]
    )
