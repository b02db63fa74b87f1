"""Accounts that shoppers opened, and the clicks by which they had come: whichever is told first waits for the other."""

from datetime import datetime, timedelta

import msgspec
from sqlalchemy import delete, text

from app.db.session import Fenced, ShopSession
from app.leads.tables import OpenedAccount

KEPT = timedelta(days=30)
"""How long one half waits. Shopify tells within two days; a browser on the shopper's next page."""

_COLUMNS = "opened_at, person, click_id, clicked_at"
# The first word counts: a later click did not lead to the account.
_UPSERT = f"""
    insert into opened_accounts (shop_id, customer, told_at, {_COLUMNS})
    values (:shop, :customer, :now, cast(:opened_at as timestamptz), cast(:person as bytea), cast(:click_id as bigint),
            cast(:clicked_at as timestamptz))
    on conflict (shop_id, customer) do update set
        opened_at = coalesce(opened_accounts.opened_at, excluded.opened_at),
        person = coalesce(opened_accounts.person, excluded.person),
        click_id = coalesce(opened_accounts.click_id, excluded.click_id),
        clicked_at = coalesce(opened_accounts.clicked_at, excluded.clicked_at)
    returning {_COLUMNS}
"""  # noqa: S608 - constants of ours


class Account(msgspec.Struct, frozen=True):
    """What is known of an account so far."""

    opened_at: datetime | None = None
    person: bytes | None = None
    click_id: int | None = None
    clicked_at: datetime | None = None

    @property
    def was_brought(self) -> bool:
        """A click led there: it came first, and the account was opened after it."""
        both = self.opened_at is not None and self.clicked_at is not None
        return both and self.clicked_at <= self.opened_at  # type: ignore[operator]


def note(session: Fenced, shop_id: int, customer: bytes, told: Account, now: datetime) -> Account:
    """Put one half to what is known, and return both. Whoever comes second waits for the first to be committed."""
    facts = {"shop": shop_id, "customer": customer, "now": now, **msgspec.structs.asdict(told)}
    row = session.execute(text(_UPSERT), facts).one()
    return Account(row.opened_at, row.person, row.click_id, row.clicked_at)


def trim(session: ShopSession, before: datetime) -> None:
    """Halves that have waited long enough go, and wholes whose lead was made."""
    account = OpenedAccount
    session.execute(delete(account).where(account.shop_id == session.shop_id, account.told_at < before))
