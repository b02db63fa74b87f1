"""What every way of paying can do. One file each in `providers`; they never know of one another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, runtime_checkable
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
    is_retry: bool = False
    """Whether it was handed over before, and nobody knows what became of that."""


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


@dataclass(frozen=True, slots=True)
class Notice:
    """A webhook whose signature is right."""

    id: str
    """The event's own id: the same however often it is sent."""
    kind: str


@dataclass(frozen=True, slots=True)
class Recipient:
    """A creator who is to be known to a provider that asks them itself."""

    name: str
    email: str = field(repr=False)
    country: str
    currency: str
    is_company: bool


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


@runtime_checkable
class Tells(Protocol):
    """A provider with webhooks: `heard` in two halves, so that what was verified can be stored before it is read."""

    def verify(self, headers: Mapping[str, str], body: bytes) -> Notice:
        """Whose webhook it is; `headers` by lower-case names. Raises Forbidden for a forged one, Retriable."""
        ...

    def read(self, body: bytes) -> Sequence[Heard]:
        """What a verified webhook is about, read again from the provider. Raises Retriable, Permanent."""
        ...


@runtime_checkable
class AsksThem(Protocol):
    """A provider on whose own pages creators answer its questions."""

    def open_account(self, recipient: Recipient, key: UUID) -> str:
        """The provider's number of their account; the same one for the same key. Raises Retriable, Permanent."""
        ...

    def onboarding(self, account_id: str, *, refresh_url: str, return_url: str) -> str:
        """An address that works once and for minutes: made on a click, never stored or mailed. Raises as above."""
        ...

    def complaint(self, account_id: str) -> str | None:
        """None when they can be paid now, else a sentence for them. Raises as above."""
        ...


@runtime_checkable
class TakesBack(Protocol):
    """A provider that holds what nobody claimed, and gives it back."""

    def take_back(self, asked: Question) -> Answer:
        """Take it back: Done with what it is by now, Refused, or Unknown."""
        ...
