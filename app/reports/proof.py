"""The checks of `tribute prove` that are one question to the database each.

Every query returns a row that names an offender, or nothing. Source: semantics.md 7.
"""

from sqlalchemy import text

from app.db.session import ShopSession
from app.reports.rollup import EARNED, STORED

BEARERS = "('commission_expense', 'fee_expense', 'gift_expense', 'opening', 'writeoff')"
"""Accounts that bear what creators are owed."""

BORNE_BY = """case kind when 'fixed_fee' then 'fee_expense' when 'gift' then 'gift_expense'
    when 'imported' then 'opening' when 'write_off' then 'writeoff' else 'commission_expense' end"""
"""The account that bears an award: what commissions.awards says, said in SQL."""

QUESTIONS: dict[str, str] = {
    "every entry has postings": """
        select 'entry ' || j.idempotency_key || ' has no posting'
        from journal_entries j
        where j.shop_id = :shop
          and not exists (select from postings p where p.shop_id = j.shop_id and p.entry_id = j.id)
    """,
    "every entry balances by currency": """
        select 'entry ' || p.entry_id || ' moves ' || sum(p.amount_minor) filter (where p.amount_minor <= 0)
        from postings p where p.shop_id = :shop
        group by p.entry_id, p.currency having bool_or(p.amount_minor <= 0 or p.debit = p.credit)
    """,
    "balances equal the postings": """
        select coalesce(b.creator_id, m.creator_id) || ' ' || coalesce(b.account, m.account) || ' '
               || coalesce(b.currency, m.currency) || ': balance ' || coalesce(b.credit_minor - b.debit_minor, 0)
               || ', postings ' || coalesce(m.minor, 0)
        from (select * from balances where shop_id = :shop) b
        full join (
            select creator_id, currency, account, sum(minor) as minor from (
                select creator_id, currency, credit as account, amount_minor as minor
                from postings where shop_id = :shop
                union all
                select creator_id, currency, debit, -amount_minor from postings where shop_id = :shop
            ) as moved group by 1, 2, 3
        ) m using (creator_id, currency, account)
        where coalesce(b.credit_minor - b.debit_minor, 0) <> coalesce(m.minor, 0)
    """,
    "expense equals the commissions that stand": f"""
        select account || ' ' || currency || ': books ' || coalesce(e.minor, 0) || ', commissions and awards '
               || coalesce(c.minor, 0)
        from (
            select account, currency, sum(minor) as minor from (
                select debit as account, currency, amount_minor as minor from postings where shop_id = :shop
                union all
                select credit, currency, -amount_minor from postings where shop_id = :shop
            ) as moved where account in {BEARERS} group by 1, 2
        ) e
        full join (
            select account, currency, sum(minor) as minor from (
                select 'commission_expense' as account, currency, earned_minor as minor
                from credits where shop_id = :shop
                union all
                select {BORNE_BY}, currency, amount_minor from awards where shop_id = :shop and revoked_at is null
            ) as due group by 1, 2
        ) c using (account, currency)
        where coalesce(e.minor, 0) <> coalesce(c.minor, 0)
    """,  # noqa: S608 - constants of this file
    "every award's postings equal its amount": """
        select 'award ' || coalesce(p.key, a.key) || ': posted ' || coalesce(p.minor, 0) || ', should be '
               || coalesce(a.minor, 0)
        from (
            select award as key, creator_id, currency,
                   sum(case when credit in ('pending', 'payable', 'goods') then amount_minor else 0 end
                     - case when debit in ('pending', 'payable', 'goods') and credit <> 'in_transit' then amount_minor
                            else 0 end) as minor
            from postings where shop_id = :shop and award is not null group by 1, 2, 3
        ) p
        full join (
            select key, creator_id, currency, case when revoked_at is null then amount_minor else 0 end as minor
            from awards where shop_id = :shop
        ) a using (key, creator_id, currency)
        where coalesce(p.minor, 0) <> coalesce(a.minor, 0)
    """,
    "every order's postings equal its commission": """
        select 'order ' || coalesce(p.order_id, c.order_id) || ' creator ' || coalesce(p.creator_id, c.creator_id)
               || ': posted ' || coalesce(p.pending, 0) || ' pending and ' || coalesce(p.payable, 0)
               || ' payable, should be ' || coalesce(c.pending, 0) || ' and ' || coalesce(c.payable, 0)
        from (
            select order_id, creator_id, currency,
                   sum(case when credit = 'pending' then amount_minor when debit = 'pending' then -amount_minor
                       else 0 end) as pending,
                   sum(case when credit = 'payable' then amount_minor
                            when debit = 'payable' and credit <> 'in_transit' then -amount_minor else 0 end) as payable
            from postings where shop_id = :shop and order_id is not null group by 1, 2, 3
        ) p
        full join (
            select order_id, creator_id, currency,
                   case when matured then 0 else earned_minor end as pending,
                   case when matured then earned_minor else 0 end as payable
            from credits where shop_id = :shop
        ) c using (order_id, creator_id, currency)
        where coalesce(p.pending, 0) <> coalesce(c.pending, 0) or coalesce(p.payable, 0) <> coalesce(c.payable, 0)
    """,
    "in transit equals the open payouts": """
        select 'creator ' || creator_id || ' ' || currency || ': ' || coalesce(b.minor, 0) || ' in transit, open payouts are '
               || coalesce(o.minor, 0)
        from (
            select creator_id, currency, credit_minor - debit_minor as minor
            from balances where shop_id = :shop and account = 'in_transit'
        ) b
        full join (
            select creator_id, currency, sum(amount_minor) as minor from payouts
            where shop_id = :shop and state in ('reserved', 'submitting', 'unknown', 'in_transit', 'unclaimed')
            group by 1, 2
        ) o using (creator_id, currency)
        where coalesce(b.minor, 0) <> coalesce(o.minor, 0)
    """,
    "cash equals what was paid": """
        select 'creator ' || creator_id || ' ' || currency || ': ' || coalesce(b.minor, 0) || ' of cash, paid with fees '
               || coalesce(o.minor, 0)
        from (
            select creator_id, currency, credit_minor - debit_minor as minor
            from balances where shop_id = :shop and account = 'cash'
        ) b
        full join (
            select creator_id, currency,
                   sum(case when state = 'paid' then amount_minor else 0 end + fee_minor) as minor
            from payouts where shop_id = :shop group by 1, 2
        ) o using (creator_id, currency)
        where coalesce(b.minor, 0) <> coalesce(o.minor, 0)
    """,
    "every payout equals what it pays for": """
        select 'payout ' || o.id || ': ' || o.amount_minor || ', its parts ' || coalesce(sum(p.amount_minor), 0)
        from payouts o left join payout_parts p on p.shop_id = o.shop_id and p.payout_id = o.id
        where o.shop_id = :shop
        group by o.shop_id, o.id having o.amount_minor <> coalesce(sum(p.amount_minor), 0)
    """,
    "weights of every order sum to one": """
        select 'order ' || order_id || ' is credited ' || sum(weight) || ' times'
        from credits where shop_id = :shop group by order_id having sum(weight) <> 1
    """,
    "rollups equal the credits": f"""
        select 'creator ' || creator_id || ' on ' || day || ': rollup ' || coalesce(r.commission_minor, 0)
               || ', credits and awards ' || coalesce(c.commission_minor, 0)
        from (select * from rollup_creator_day where shop_id = :shop) r
        full join (
            select creator_id, program_id, day, currency, {", ".join(f"sum({m}) as {m}" for m in STORED)}
            from ({EARNED}) as earned where shop_id = :shop group by 1, 2, 3, 4
        ) c using (creator_id, program_id, day, currency)
        where ({", ".join(f"r.{m}" for m in STORED)}) is distinct from ({", ".join(f"c.{m}" for m in STORED)})
          and not exists (select from rollup_dirty d where d.shop_id = :shop)
    """,  # noqa: S608 - constants of the rollup
    "a day of the shop equals its creators": """
        select 'on ' || coalesce(s.day, c.day) || ': shop ' || coalesce(s.net_minor, 0) || ', creators '
               || coalesce(c.net_minor, 0)
        from (select * from rollup_shop_day where shop_id = :shop) s
        full join (
            select day, currency, sum(orders) as orders, sum(net_minor) as net_minor
            from rollup_creator_day where shop_id = :shop group by 1, 2
        ) c using (day, currency)
        where (s.orders, s.net_minor) is distinct from (c.orders, c.net_minor)
    """,
}


_FIRSTS = [f"(select {n}, words from ({q}) as q (words) limit 1)" for n, q in enumerate(QUESTIONS.values())]  # noqa: S608
_ALL = text(" union all ".join(_FIRSTS))


def offenders(session: ShopSession) -> dict[str, str | None]:
    """For each of QUESTIONS, by name, the first offender in words; None when it holds. One statement asks them all."""
    found = {row[0]: str(row[1]) for row in session.execute(_ALL, {"shop": session.shop_id})}
    return {name: found.get(n) for n, name in enumerate(QUESTIONS)}
