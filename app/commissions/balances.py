"""What each creator stands at: pending, payable, in transit and paid, by currency."""

from datetime import datetime

from app.commissions import award_store
from app.commissions import store as credits_store
from app.db.session import ShopSession
from app.ledger import store as books
from app.ledger.chart import Account

Balances = dict[str, dict[str, dict[str, int]]]
"""handle -> currency -> pending, payable, in_transit, paid; minor units."""


def balances(session: ShopSession, currency: str, as_of: datetime) -> Balances:
    """The balances of every creator of the shop, from the postings that were true by `as_of`.

    Exact at any instant, to the minor unit: nothing of it is read from what is known now. A hold that is over by then counts as over, also when no job has matured it yet: the answer does
    not depend on when a job ran. Every creator has a line in `currency`, the shop's own.
    """
    handles = credits_store.handles(session)
    shown: Balances = {handle: {currency: _nothing()} for handle in sorted(handles.values())}
    for creator_id, in_currency, account, minor in books.sums(session, as_of):
        cell = shown[handles[creator_id]].setdefault(in_currency, _nothing())
        if account in {Account.PENDING, Account.PAYABLE, Account.IN_TRANSIT}:
            cell[account.value] += minor
        elif account in {Account.CASH, Account.FEES}:  # Cash pays fees, too: without them, what creators got.
            cell["paid"] += minor
    for creator_id, in_currency, minor in award_store.overdue(session, as_of):
        cell = shown[handles[creator_id]][in_currency]
        cell["pending"] -= minor
        cell["payable"] += minor
    return shown


def _nothing() -> dict[str, int]:
    return {"pending": 0, "payable": 0, "in_transit": 0, "paid": 0}
