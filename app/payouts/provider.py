"""What every way of paying can do. One file each in `providers`; they never know of one another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from uuid import UUID

from app.kernel.money import Money
from app.payouts.details import Details
from app.payouts.protocol import Answer, Done
from app.payouts.ways import Way


@dataclass(frozen=True, slots=True)
class Instruction:
    """One payout as it is handed over: frozen, the same at each attempt."""

    payout_id: int
    key: UUID
    """Its idempotency key, made when it was reserved: the provider pays it at most once."""
    run: UUID
    batch: UUID
    """Of what is sent in one call; recorded before it."""
    amount: Money
    name: str
    """Of the payee, in any script."""
    details: Details = field(repr=False)
    note: str
    """What the payee reads."""
    created_at: datetime
    """When the run was reserved."""


@dataclass(frozen=True, slots=True)
class Question:
    """A payout that is asked about."""

    payout_id: int
    key: UUID
    batch: UUID
    amount: Money
    details: Details | None = field(repr=False)
    """None: the creator was erased meanwhile."""
    provider_id: str | None
    """None: no answer was ever heard."""
    asked_since: datetime
    """When the run was reserved: nothing of it is older."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What a provider told of its own accord, verified and read again from the provider."""

    key: UUID | None
    """Of our payout; None: only the provider's id is known."""
    fact: Done


PROVIDERS: Mapping[Way, str] = {
    Way.SEPA: "bank_file",
    Way.ACH: "bank_file",
    Way.UK_BANK: "bank_file",
    Way.WISE: "bank_file",
    Way.PAYPAL: "paypal",
    Way.STRIPE: "stripe",
    Way.STORE_CREDIT: "store_credit",
    Way.GIFT_CARD: "gift_card",
    Way.MANUAL: "manual",
}
"""Who pays each way, by name."""


class Provider(Protocol):
    """A way of paying. No call is ever made inside a transaction; none repeats itself."""

    @property
    def name(self) -> str:
        """As stored with payouts: `stripe`, `paypal`, `bank_file`, `store_credit`, `gift_card`, `manual`."""
        ...

    @property
    def limit(self) -> int:
        """Instructions in one call."""
        ...

    def send(self, instructions: Sequence[Instruction]) -> Mapping[UUID, Answer]:
        """Pay them: Done, Refused or Unknown for each key; a key that is left out counts as Unknown."""
        ...

    def status(self, questions: Sequence[Question]) -> Mapping[UUID, Answer]:
        """What the provider knows of them: Done, Missing, or Unknown where it could not be asked."""
        ...

    def heard(self, headers: Mapping[str, str], body: bytes) -> Sequence[Heard]:
        """What a webhook says. Raises Forbidden for a forged one, Retriable where it could not be read again."""
        ...

    def balance(self, currency: str) -> int | None:
        """Minor units that can be paid out now; None: it tells nobody."""
        ...

    def check(self) -> str | None:
        """Try the connection: None when all is well, else a sentence that says what to do."""
        ...
