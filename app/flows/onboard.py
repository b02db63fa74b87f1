"""A creator sets up being paid on the provider's own pages (Stripe): an account once, a link at every click."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from app.creators import store as creators
from app.flows.cashier import Cashier
from app.flows.payout_details import change, opened
from app.kernel.errors import NotFound
from app.kernel.ids import ShopId
from app.payouts import details_store
from app.payouts.hosted import StripeAccount
from app.payouts.provider import AsksThem, Recipient

STRIPE = "stripe"
_ACCOUNTS = UUID("5f0e7c1c-52f4-4d0e-9b57-3c1f0f1c9a10")
"""Whatever is made of it names an account of a creator."""


class NotOffered(NotFound):
    """The shop does not pay by it."""

    def __init__(self) -> None:
        super().__init__("This shop does not pay by Stripe. Choose another way of being paid.")


@dataclass(frozen=True, slots=True)
class Returns:
    """Where Stripe sends the creator afterwards."""

    done: str
    again: str
    """Where a link that was used or is too old leads: it makes a new one."""


@dataclass(frozen=True, slots=True)
class Who:
    """The creator who clicked, and who did it in the log."""

    handle: str
    recipient: Recipient
    actor: str


def begin(
    cashier: Cashier, shop_id: ShopId, who: Who, returns: Returns, *, shop_key: bytes, now: datetime
) -> str:
    """Stripe's address to go to now: it works once, for minutes. Not to be called inside a transaction.

    The first click opens the account and makes it the creator's payout details, on hold like any others.
    Raises NotOffered, Retriable, Permanent.
    """
    provider = _asks(cashier, shop_id)
    account = _known(cashier, shop_id, who.handle)
    if account is None:
        made = provider.open_account(who.recipient, _key(shop_id, who))
        account = StripeAccount(made, who.recipient.country)
        with cashier.open_session(shop_id) as session, session.begin():
            change(session, cashier.vault, who.handle, account, shop_key=shop_key, actor=who.actor, now=now)
    return provider.onboarding(account.account_id, refresh_url=returns.again, return_url=returns.done)


def complaint(cashier: Cashier, shop_id: ShopId, handle: str) -> str | None:
    """None when Stripe pays this creator now, else a sentence for them: that they came back proves nothing.

    Raises NotOffered, NotFound before the first click, Retriable, Permanent.
    """
    provider = _asks(cashier, shop_id)
    account = _known(cashier, shop_id, handle)
    if account is None:
        raise NotFound("You have not begun to set up Stripe yet.")
    return provider.complaint(account.account_id)


def _asks(cashier: Cashier, shop_id: ShopId) -> AsksThem:
    provider: object = cashier.providers(shop_id).get(STRIPE)
    if not isinstance(provider, AsksThem):
        raise NotOffered
    return provider


def _known(cashier: Cashier, shop_id: ShopId, handle: str) -> StripeAccount | None:
    with cashier.open_session(shop_id) as session, session.begin():
        newest = details_store.newest(session, creators.creator(session, handle).id)
        details = opened(cashier.vault, shop_id, newest) if newest is not None else None
    return details if isinstance(details, StripeAccount) else None


def _key(shop_id: ShopId, who: Who) -> UUID:
    """The same for the same creator as they are now: two clicks open one account."""
    one = who.recipient
    return uuid5(
        _ACCOUNTS,
        f"{shop_id}:{who.handle}:{one.name}:{one.email}:{one.country}:{one.currency}:{one.is_company}",
    )
