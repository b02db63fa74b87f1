"""The checks of `tribute prove` that are one question to the database each.

Every query returns a row that names an offender, or nothing. Source: semantics.md 7.
"""

from sqlalchemy import text

from app.db.session import ShopSession

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
    "expense equals the commissions that stand": """
        select 'currency ' || coalesce(e.currency, c.currency) || ': expense ' || coalesce(e.minor, 0)
               || ', commissions ' || coalesce(c.minor, 0)
        from (
            select currency, sum(case when debit = 'commission_expense' then amount_minor else 0 end)
                           - sum(case when credit = 'commission_expense' then amount_minor else 0 end) as minor
            from postings where shop_id = :shop group by 1
        ) e
        full join (
            select currency, sum(earned_minor) as minor from credits where shop_id = :shop group by 1
        ) c using (currency)
        where coalesce(e.minor, 0) <> coalesce(c.minor, 0)
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
        select creator_id || ' ' || currency || ': ' || credit_minor - debit_minor || ' in transit, no payout is open'
        from balances where shop_id = :shop and account = 'in_transit' and credit_minor <> debit_minor
    """,
    "cash equals what was paid": """
        select creator_id || ' ' || currency || ': ' || credit_minor - debit_minor || ' of cash, nothing was paid'
        from balances where shop_id = :shop and account = 'cash' and credit_minor <> debit_minor
    """,
    "weights of every order sum to one": """
        select 'order ' || order_id || ' is credited ' || sum(weight) || ' times'
        from credits where shop_id = :shop group by order_id having sum(weight) <> 1
    """,
    "rollups equal the credits": """
        select 'creator ' || coalesce(r.creator_id, c.creator_id) || ' on ' || coalesce(r.day, c.day)
               || ': rollup ' || coalesce(r.commission_minor, 0) || ', credits ' || coalesce(c.commission_minor, 0)
        from (select * from rollup_creator_day where shop_id = :shop) r
        full join (
            select creator_id, program_id, placed_on as day, currency, sum(weight) as orders,
                   sum(net_minor) as net_minor,
                   sum(earned_minor) as commission_minor
            from credits where shop_id = :shop group by 1, 2, 3, 4
        ) c using (creator_id, program_id, day, currency)
        where (r.orders, r.net_minor, r.commission_minor) is distinct from (c.orders, c.net_minor, c.commission_minor)
          and not exists (select from rollup_dirty d where d.shop_id = :shop)
    """,
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


def offender(session: ShopSession, question: str) -> str | None:
    """The first offender against one of QUESTIONS, in words; None when it holds."""
    found = session.execute(text(f"select * from ({question}) as q limit 1"), {"shop": session.shop_id})  # noqa: S608
    row = found.one_or_none()
    return str(row[0]) if row else None
