"""Store credit and gift cards: given to customers of the shop, and looked for among what was given lately.

Neither mutation takes an idempotency key (API 2026-10). A gift card carries a note; a credit carries nothing of ours.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.kernel.clock import instant
from app.kernel.currency import major_units, minor_units
from app.kernel.errors import Invalid
from app.kernel.money import Money
from app.shopify.admin_api import ShopAPI
from app.shopify.errors import AccessDenied

CREDIT_SCOPES = frozenset(
    {"write_store_credit_account_transactions", "read_store_credit_accounts", "read_customers"}
)
CARD_SCOPES = frozenset({"write_gift_cards", "read_customers"})
MOST_PAGES = 50
_OURS = "StoreCreditAccountCreditTransaction"
_BY_HAND = "ADJUSTMENT"
"""Given by a person or an app: not a refund, not a payment that came back."""


class TooMany(Invalid):
    """More was given since then than we look through."""

    def __init__(self) -> None:
        super().__init__("More was given in the shop since then than can be looked through. Look in Shopify.")


@dataclass(frozen=True, slots=True)
class Gift:
    """A credit or a gift card that somebody was given."""

    gid: str
    amount: Money
    at: datetime
    note: str = ""


@dataclass(frozen=True)
class Rewards:
    """Of one shop. Raises what ShopAPI.execute raises."""

    api: ShopAPI

    def give_credit(self, customer_id: int, amount: Money) -> str:
        """Credit to be spent in the shop; Shopify mails the customer. Returns the number of the transaction."""
        asked = {"creditAmount": _money(amount), "notify": True}
        made = self.api.execute("store_credit_give", {"id": _customer(customer_id), "creditInput": asked})
        gid: str = made["storeCreditAccountCredit"]["storeCreditAccountTransaction"]["id"]
        return gid

    def credits_since(self, customer_id: int, currency: str, since: datetime) -> list[Gift]:
        """What this customer was credited by hand or by an app, oldest first. Raises TooMany."""
        found = self.api.execute("store_credit_look", {"id": _customer(customer_id)})["customer"]
        accounts = found["storeCreditAccounts"]["nodes"] if found is not None else []
        gifts: list[Gift] = []
        for account in accounts:
            if account["balance"]["currencyCode"] == currency:
                gifts += _credits(account["transactions"], since)
        return sorted(gifts, key=lambda one: (one.at, one.gid))

    def is_credit_on(self) -> bool:
        """Whether customers can spend store credit in this shop."""
        found = self.api.execute("store_credit_state")["storeCreditConfiguration"]
        return bool(found["storeCreditEnabled"])

    def make_card(self, customer_id: int, amount: Money, note: str) -> str:
        """A gift card with a code of Shopify's; returns its number. Nobody is mailed yet."""
        asked = {"initialAmount": _money(amount), "customerId": _customer(customer_id), "note": note}
        made = self.api.execute("gift_card_create", {"input": asked})
        gid: str = made["giftCardCreate"]["giftCard"]["id"]
        return gid

    def send_card(self, gid: str) -> None:
        """Have Shopify mail the card with its code to its customer."""
        self.api.execute("gift_card_send", {"id": gid})

    def cards_since(self, since: datetime) -> Iterator[Gift]:
        """Every gift card of the shop, newest first. Raises TooMany."""
        after = None
        for _ in range(MOST_PAGES):
            page = self.api.execute("gift_cards_newest", {"after": after})["giftCards"]
            if page is None:
                raise AccessDenied(self.api.domain, "GiftCardsNewest", "gift cards may not be read.")
            for node in page["nodes"]:
                at = instant(node["createdAt"])
                if at < since:
                    return
                yield Gift(node["id"], _amount(node["initialValue"]), at, node["note"] or "")
            if not page["pageInfo"]["hasNextPage"]:
                return
            after = page["pageInfo"]["endCursor"]
        raise TooMany


def _credits(transactions: dict[str, Any], since: datetime) -> list[Gift]:
    gifts: list[Gift] = []
    for node in transactions["nodes"]:
        at = instant(node["createdAt"])
        if at < since:
            return gifts
        if node["__typename"] == _OURS and node["event"] == _BY_HAND:
            gifts.append(Gift(node["id"], _amount(node["amount"]), at))
    if transactions["pageInfo"]["hasNextPage"]:
        raise TooMany
    return gifts


def _customer(number: int) -> str:
    return f"gid://shopify/Customer/{number}"


def _money(amount: Money) -> dict[str, str]:
    value = f"{major_units(amount.minor, amount.currency):f}"
    return {"amount": value, "currencyCode": amount.currency}


def _amount(value: dict[str, str]) -> Money:
    return Money(minor_units(value["amount"], value["currencyCode"]), value["currencyCode"])
