"""What a pretend shop gave its customers: store credit and gift cards. Amounts are in major units."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal


@dataclass
class Credit:
    """One credit of a store credit account."""

    id: int
    amount: Decimal
    balance: Decimal
    """Of the account after it."""
    at: datetime
    event: str = "ADJUSTMENT"


@dataclass
class CreditAccount:
    """A customer's store credit in one currency."""

    id: int
    customer_id: int
    currency: str
    credits: list[Credit] = field(default_factory=list)

    @property
    def balance(self) -> Decimal:
        """What can be spent."""
        return sum((one.amount for one in self.credits), Decimal(0))


@dataclass
class GiftCard:
    """A gift card. Its code is known to whoever made it, once."""

    id: int
    code: str
    amount: Decimal
    currency: str
    customer_id: int | None
    note: str | None
    at: datetime
    mailed: int = 0


@dataclass
class Rewards:
    """All of one shop."""

    is_credit_on: bool = True
    accounts: dict[int, CreditAccount] = field(default_factory=dict)
    cards: dict[int, GiftCard] = field(default_factory=dict)

    def account(self, customer_id: int, currency: str) -> CreditAccount | None:
        """The customer's account in that currency."""
        for one in self.accounts.values():
            if (one.customer_id, one.currency) == (customer_id, currency):
                return one
        return None
