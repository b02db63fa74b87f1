"""Every query over the books."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import text

from app.db.arrays import plain, texts, times
from app.db.session import Fenced, ShopSession
from app.ledger.chart import Account
from app.ledger.model import Entry, Posted

_POST = text("""
    with entry as (
        insert into journal_entries (shop_id, kind, effective_at, idempotency_key, event_id)
        select x.shop_id, x.kind, x.effective_at, x.key, x.event_id
        from unnest(cast(:shop_ids as bigint[]), cast(:kinds as text[]), cast(:effective as timestamptz[]),
                    cast(:keys as text[]), cast(:events as bigint[])) as x(shop_id, kind, effective_at, key, event_id)
        returning shop_id, id, idempotency_key
    )
    insert into postings (shop_id, entry_id, debit, credit, creator_id, currency, amount_minor, order_id,
                          award)
    select e.shop_id, e.id, x.debit, x.credit, x.creator_id, x.currency, x.amount, x.order_id, x.award
    from unnest(cast(:l_shop_ids as bigint[]), cast(:l_keys as text[]), cast(:debits as text[]),
                cast(:credits as text[]), cast(:creators as bigint[]), cast(:currencies as text[]),
                cast(:amounts as bigint[]), cast(:orders as bigint[]), cast(:awards as text[]))
        as x(shop_id, key, debit, credit, creator_id, currency, amount, order_id, award)
    join entry e on e.shop_id = x.shop_id and e.idempotency_key = x.key
""")

_MOVE_BALANCES = text("""
    insert into balances as held (shop_id, creator_id, currency, account, debit_minor, credit_minor)
    select shop_id, creator_id, currency, account, sum(debit), sum(credit)
    from unnest(cast(:shop_ids as bigint[]), cast(:creators as bigint[]), cast(:currencies as text[]),
                cast(:accounts as text[]), cast(:debits as bigint[]), cast(:credits as bigint[]))
        as x(shop_id, creator_id, currency, account, debit, credit)
    group by 1, 2, 3, 4
    order by 1, 2, 3, 4
    on conflict (shop_id, creator_id, currency, account) do update
        set debit_minor = held.debit_minor + excluded.debit_minor,
            credit_minor = held.credit_minor + excluded.credit_minor
""")

# What is owed on hold and after it. Goods are the "on hold" of gifts, of which nothing ever matures. What a
# payout moved is no matter of the order.
_STANDS = """
    count(distinct p.entry_id) as entries, max(e.effective_at) as until,
    sum(case when p.credit in ('pending', 'goods') then p.amount_minor else 0 end)
      - sum(case when p.debit in ('pending', 'goods') then p.amount_minor else 0 end) as pending,
    sum(case when p.credit = 'payable' then p.amount_minor else 0 end)
      - sum(case when p.debit = 'payable' and p.credit <> 'in_transit' then p.amount_minor else 0 end) as payable
"""

_POSTED = text(f"""
    select p.shop_id, p.order_id, p.creator_id, p.currency, {_STANDS}
    from unnest(cast(:shop_ids as bigint[]), cast(:ids as bigint[])) as k(shop_id, order_id)
    join postings p on p.shop_id = k.shop_id and p.order_id = k.order_id
    join journal_entries e on e.shop_id = p.shop_id and e.id = p.entry_id
    group by p.shop_id, p.order_id, p.creator_id, p.currency
""")  # noqa: S608 - a constant of this file

_POSTED_AWARDS = text(f"""
    select p.shop_id, p.award, p.creator_id, p.currency, {_STANDS}
    from unnest(cast(:shop_ids as bigint[]), cast(:awards as text[])) as k(shop_id, award)
    join postings p on p.shop_id = k.shop_id and p.award = k.award
    join journal_entries e on e.shop_id = p.shop_id and e.id = p.entry_id
    group by p.shop_id, p.award, p.creator_id, p.currency
""")  # noqa: S608 - a constant of this file

_BALANCES = """
    select creator_id, currency, account, sum(credit) as credit, sum(debit) as debit
    from (
        select p.creator_id, p.currency, p.credit as account, p.amount_minor as credit, 0 as debit, p.entry_id
        from postings p where p.shop_id = :shop
        union all
        select p.creator_id, p.currency, p.debit, 0, p.amount_minor, p.entry_id
        from postings p where p.shop_id = :shop
    ) as moved
"""


def insert(session: Fenced, entries: Sequence[Entry]) -> None:
    """Write entries and move the balances, in two statements however many there are."""
    lines = [(e, line) for e in entries for line in e.lines]
    session.execute(
        _POST,
        {
            "shop_ids": plain(e.shop_id for e in entries),
            "kinds": texts(e.kind.value for e in entries),
            "effective": times(e.effective_at for e in entries),
            "keys": texts(e.key for e in entries),
            "events": plain(e.event_id for e in entries),
            "l_shop_ids": plain(e.shop_id for e, _ in lines),
            "l_keys": texts(e.key for e, _ in lines),
            "debits": texts(line.debit.value for _, line in lines),
            "credits": texts(line.credit.value for _, line in lines),
            "creators": plain(e.creator_id for e, _ in lines),
            "currencies": texts(e.currency for e, _ in lines),
            "amounts": plain(line.amount_minor for _, line in lines),
            "orders": plain(e.order_id for e, _ in lines),
            "awards": texts(e.award for e, _ in lines),
        },
    )
    moves = [(e, line.debit, line.amount_minor, 0) for e, line in lines]
    moves += [(e, line.credit, 0, line.amount_minor) for e, line in lines]
    session.execute(
        _MOVE_BALANCES,
        {
            "shop_ids": plain(e.shop_id for e, *_ in moves),
            "creators": plain(e.creator_id for e, *_ in moves),
            "currencies": texts(e.currency for e, *_ in moves),
            "accounts": texts(account.value for _, account, *_ in moves),
            "debits": plain(debit for *_, debit, _ in moves),
            "credits": plain(credit for *_, credit in moves),
        },
    )


def posted(session: Fenced, keys: Sequence[tuple[int, int]]) -> dict[tuple[int, int], list[Posted]]:
    """What is posted for each (shop id, order id) that has postings, by creator."""
    found: dict[tuple[int, int], list[Posted]] = {}
    if not keys:
        return found
    columns = {"shop_ids": plain(k[0] for k in keys), "ids": plain(k[1] for k in keys)}
    for r in session.execute(_POSTED, columns):
        found.setdefault((r.shop_id, r.order_id), []).append(_posted(r))
    return found


def posted_awards(session: Fenced, keys: Sequence[tuple[int, str]]) -> dict[tuple[int, str], Posted]:
    """What is posted for each (shop id, award) that has postings."""
    if not keys:
        return {}
    columns = {"shop_ids": plain(k[0] for k in keys), "awards": texts(k[1] for k in keys)}
    return {(r.shop_id, r.award): _posted(r) for r in session.execute(_POSTED_AWARDS, columns)}


def _posted(row: Any) -> Posted:
    return Posted(row.creator_id, row.currency, int(row.pending), int(row.payable), row.entries, row.until)


def sums(session: ShopSession, as_of: datetime | None) -> list[tuple[int, str, Account, int]]:
    """(creator id, currency, account, credits minus debits) from the postings themselves, up to `as_of`."""
    joined = " join journal_entries j on j.shop_id = :shop and j.id = moved.entry_id where j.effective_at <= :as_of"
    statement = _BALANCES + (joined if as_of is not None else "") + " group by 1, 2, 3 order by 1, 2, 3"
    rows = session.execute(text(statement), {"shop": session.shop_id, "as_of": as_of})
    return [(r.creator_id, r.currency, Account(r.account), int(r.credit - r.debit)) for r in rows]
