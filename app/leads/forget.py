"""Leads of one person, and forgetting them, or all that a shop has. The flows of privacy call this."""

from typing import Any

from sqlalchemy import delete, select, text

from app.db.session import Fenced
from app.kernel.ids import ShopId
from app.leads.tables import LeadEvent, OpenedAccount

_HELD = text("""
    select at, action, source, contact, visitor from lead_events
    where shop_id = :shop and (person = :person or (source = 'customer' and key = :customer)) order by at, ref
""")

# The digest stays, as it does on orders: it is why a second lead of the same person is not paid.
_FORGET = text("""
    update lead_events set contact = '{}' where shop_id = :shop and (person = :person or (source = 'customer' and key = :customer))
""")


_VISITS = text("""
    select click_id, visitor from lead_events
    where shop_id = :shop and (person = :person or (source = 'customer' and key = :customer))
""")


def visits(
    session: Fenced, shop_id: ShopId, person: bytes | None, customer: str
) -> tuple[frozenset[int], frozenset[str]]:
    """The clicks and the browsers that the person's leads name."""
    rows = session.execute(_VISITS, {"shop": shop_id, "person": person, "customer": customer}).all()
    clicks = frozenset(row.click_id for row in rows if row.click_id is not None)
    return clicks, frozenset(row.visitor for row in rows if row.visitor is not None)


def held(session: Fenced, shop_id: ShopId, person: bytes | None, customer: str) -> list[dict[str, Any]]:
    """What is kept of the person's leads, oldest first, for the merchant's file."""
    rows = session.execute(_HELD, {"shop": shop_id, "person": person, "customer": customer}).mappings()
    return [{**row, "at": row["at"].isoformat()} for row in rows]


def forget_person(session: Fenced, shop_id: ShopId, person: bytes | None, customer: str) -> None:
    """Take out of their leads what is written in the clear. The rest stays: it is why a creator was paid."""
    session.execute(_FORGET, {"shop": shop_id, "person": person, "customer": customer})


def account_held(session: Fenced, shop_id: ShopId, customer: bytes | None) -> list[dict[str, Any]]:
    """What is kept of an account that was opened lately, for the merchant's file."""
    account = OpenedAccount
    query = select(account.opened_at, account.click_id, account.clicked_at).where(
        account.shop_id == shop_id, account.customer == customer
    )
    return [
        {
            "opened_at": row.opened_at.isoformat() if row.opened_at else None,
            "click": row.click_id,
            "clicked_at": row.clicked_at.isoformat() if row.clicked_at else None,
        }
        for row in session.execute(query)
    ]


def forget_account(session: Fenced, shop_id: ShopId, customer: bytes | None) -> None:
    """The halves of a lead go; the lead that was made of them stays without a word in the clear."""
    session.execute(
        delete(OpenedAccount).where(OpenedAccount.shop_id == shop_id, OpenedAccount.customer == customer)
    )


def forget_shop(session: Fenced, shop_id: ShopId) -> None:
    """Every lead goes; the awards and the books stay."""
    for table in (LeadEvent, OpenedAccount):
        session.execute(delete(table).where(table.shop_id == shop_id))
