"""Payees whose account somebody else keeps: Stripe, Shopify, or the merchant's own memory. Nothing here is secret."""

from dataclasses import dataclass

from app.payouts.ways import Way

_LAST = 4


@dataclass(frozen=True, slots=True)
class StripeAccount:
    """An account at Stripe that its owner set up on Stripe's own pages."""

    account_id: str
    country: str
    way: Way = Way.STRIPE

    def canonical(self) -> dict[str, str]:
        """Stripe's number of it."""
        return {"account_id": self.account_id, "way": self.way.value}

    @property
    def masked(self) -> str:
        """How pages and mails name it."""
        return f"Stripe •••• {self.account_id[-_LAST:]}"


@dataclass(frozen=True, slots=True)
class ShopCustomer:
    """A customer of the shop, paid in store credit or by a gift card."""

    customer_id: int
    """Shopify's number."""
    country: str
    """Of the shop: nothing leaves it."""
    way: Way = Way.STORE_CREDIT

    def canonical(self) -> dict[str, str]:
        """One customer, however they are paid."""
        return {"customer_id": str(self.customer_id), "way": self.way.value}

    @property
    def masked(self) -> str:
        """How pages and mails name it."""
        return f"customer •••• {str(self.customer_id)[-_LAST:]}"


@dataclass(frozen=True, slots=True)
class ByHand:
    """Paid by the merchant outside of the app: cash, a cheque, another bank."""

    note: str
    """What the merchant has to know, such as who collects it."""
    country: str
    way: Way = Way.MANUAL

    def canonical(self) -> dict[str, str]:
        """Notes are no accounts: the same words say nothing of the same person, so they are never compared."""
        return {"note": self.note, "way": self.way.value}

    @property
    def masked(self) -> str:
        """How pages and mails name it."""
        return "outside of the app"
