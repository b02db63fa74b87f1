"""Stripe: transfers to creators' own accounts (Connect), or payments to their banks (Global Payouts).

Every call has the payout's own key and is made once: the SDK repeats nothing. Webhooks are verified by the SDK; what
they are about is read again from Stripe.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID

import msgspec
import stripe

from app.kernel.errors import Forbidden, Invalid
from app.payouts.hosted import StripeAccount
from app.payouts.plugin import Field, Outside, Plugin, Values
from app.payouts.protocol import Answer, Done, Refused, Unknown
from app.payouts.provider import Heard, Instruction, Notice, Question, Recipient
from app.payouts.stripe import errors, outbound, transfers
from app.payouts.stripe.keys import payout_key
from app.payouts.stripe.outbound import OutboundPayments
from app.payouts.stripe.recipients import Recipients
from app.payouts.stripe.transfers import Transfers

SECONDS = 20.0
TOLERANCE = 300
"""Seconds that a webhook's signature may be old."""

CONNECT = "connect"
GLOBAL = "global_payouts"
T = TypeVar("T")


class _Related(msgspec.Struct):
    id: str = ""
    type: str = ""
    object: str = ""

    @property
    def kind(self) -> str:
        return self.type or self.object


class _Data(msgspec.Struct):
    object: _Related = msgspec.field(default_factory=_Related)


class _Event(msgspec.Struct):
    """Thin events name the object; those of v1 hold it, and of it only the name is read."""

    id: str
    type: str
    related_object: _Related | None = None
    data: _Data | None = None


@dataclass(frozen=True)
class Stripe:
    """One shop's account at Stripe."""

    client: stripe.StripeClient
    signing_secret: str = field(repr=False)
    financial_account: str
    """Empty with Connect."""
    name: str = "stripe"
    limit: int = 1

    @property
    def rail(self) -> Transfers | OutboundPayments:
        """What new payouts go by."""
        return self._rails[0]

    @property
    def _rails(self) -> Sequence[Transfers | OutboundPayments]:
        connect = Transfers(self.client)
        if not self.financial_account:
            return (connect,)
        return (OutboundPayments(self.client, self.financial_account), connect)

    @property
    def _recipients(self) -> Recipients:
        return Recipients(self.client, is_global=bool(self.financial_account))

    def send(self, instructions: Sequence[Instruction]) -> Mapping[UUID, Answer]:
        """One call for each."""
        return {one.key: self._pay(one) for one in instructions}

    def _pay(self, one: Instruction) -> Answer:
        if not isinstance(one.details, StripeAccount):
            return Refused("other_details", "This creator has no account at Stripe.")
        try:
            return self.rail.pay(one, one.details)
        except Invalid as invalid:
            return Refused("amount", str(invalid))
        except stripe.StripeError as error:
            return errors.answer(error)

    def status(self, questions: Sequence[Question]) -> Mapping[UUID, Answer]:
        """By Stripe's number of it, else by ours."""
        return {one.key: self._find(one) for one in questions}

    def _find(self, asked: Question) -> Answer:
        try:
            if asked.provider_id is not None:
                return self._rail_of(asked.provider_id).find(asked)
            # Where the shop changed from one rail to the other since, either may have paid it.
            found = [rail.find(asked) for rail in self._rails]
        except stripe.StripeError as error:
            return Unknown(errors.sentence(error))
        return next((one for one in found if isinstance(one, Done | Unknown)), found[0])

    def _rail_of(self, provider_id: str) -> Transfers | OutboundPayments:
        if provider_id.startswith("tr_"):
            return Transfers(self.client)
        return OutboundPayments(self.client, self.financial_account)

    def heard(self, headers: Mapping[str, str], body: bytes) -> Sequence[Heard]:
        """Verify and read in one."""
        self.verify(headers, body)
        return self.read(body)

    def verify(self, headers: Mapping[str, str], body: bytes) -> Notice:
        """Raises Forbidden unless Stripe signed these bytes with this shop's secret in the last five minutes."""
        signature = headers.get("stripe-signature", "")
        if not (signature.isascii() and self.signing_secret):
            raise Forbidden("This webhook has no signature of Stripe's that could be checked.")
        try:
            stripe.WebhookSignature.verify_header(body, signature, self.signing_secret, TOLERANCE)
            event = msgspec.json.decode(body, type=_Event)
        except (stripe.SignatureVerificationError, UnicodeDecodeError, msgspec.DecodeError):
            raise Forbidden("The signature of this webhook is not Stripe's, or it is too old.") from None
        return Notice(event.id, event.type)

    def read(self, body: bytes) -> Sequence[Heard]:
        """The transfer or payment that an event is about, as it is now. Other events say nothing of payouts."""
        event = msgspec.json.decode(body, type=_Event)
        about = event.related_object or (event.data.object if event.data else _Related())
        if about.kind == transfers.KIND:
            transfer = self._asked(lambda: self.client.v1.transfers.retrieve(about.id))
            return [Heard(payout_key(transfer.metadata), transfers.fact(transfer))]
        if about.kind == outbound.KIND:
            payments = self.client.v2.money_management.outbound_payments
            payment = self._asked(lambda: payments.retrieve(about.id))
            return [Heard(payout_key(payment.metadata), outbound.fact(payment))]
        return []

    def balance(self, currency: str) -> int | None:
        """What can be paid out by the shop's rail. Raises Retriable, Permanent."""
        return self._asked(lambda: self.rail.balance(currency))

    def check(self) -> str | None:
        """Ask for the balance: that needs the key, its rights and the financial account."""
        if not self.signing_secret:
            return "The signing secret is missing: without it Stripe's webhooks are refused. Copy it from the endpoint."
        try:
            self.rail.balance("USD")
        except stripe.StripeError as error:
            if self.financial_account and errors.is_missing(error):
                return f"Stripe knows no financial account {self.financial_account}. Copy its id from Stripe's dashboard."
            return errors.sentence(error)
        return None

    def open_account(self, recipient: Recipient, key: UUID) -> str:
        """Raises Retriable, Permanent."""
        return self._asked(lambda: self._recipients.open(recipient, key))

    def onboarding(self, account_id: str, *, refresh_url: str, return_url: str) -> str:
        """Raises Retriable, Permanent."""
        link = self._recipients.link
        return self._asked(lambda: link(account_id, refresh_url=refresh_url, return_url=return_url))

    def complaint(self, account_id: str) -> str | None:
        """Raises Retriable, Permanent."""
        return self._asked(lambda: self._recipients.complaint(account_id))

    def _asked(self, call: Callable[[], T]) -> T:
        try:
            return call()
        except stripe.StripeError as error:
            raise errors.raised(error) from None


def connect(values: Values, outside: Outside) -> Stripe:
    """Stripe by these keys."""
    # The SDK would log bodies and errors: names, addresses, and what Stripe says of a wrong key.
    logging.getLogger("stripe").setLevel(logging.WARNING)
    base = outside.bases.get("stripe")
    addresses: Any = {"api": base} if base else {}
    client = stripe.StripeClient(
        values["api_key"],
        max_network_retries=0,
        http_client=stripe.RequestsClient(timeout=SECONDS, session=outside.http),
        base_addresses=addresses,
    )
    account = values.get("financial_account", "") if values.get("mode") == GLOBAL else ""
    return Stripe(client, values.get("signing_secret", ""), account)


def _fault(values: Values) -> str | None:
    key, secret = values["api_key"], values["signing_secret"]
    if key.startswith("pk_"):
        return "This is the publishable key. The secret key begins with sk_, a restricted one with rk_."
    if not key.startswith(("sk_", "rk_")):
        return "The secret key begins with sk_, a restricted one with rk_. Copy it from Stripe, Developers, API keys."
    if not secret.startswith("whsec_"):
        return "The signing secret begins with whsec_. Copy it from the webhook endpoint in Stripe."
    if values["mode"] == GLOBAL and not values["financial_account"].startswith("fa_"):
        return "Global Payouts pays from a financial account, whose id begins with fa_. Copy it from Stripe."
    return None


PLUGIN = Plugin(
    fields=(
        Field(
            "mode",
            "How Stripe pays",
            "Global Payouts needs a shop in the US or the UK; Connect also serves the EEA, Canada and Switzerland.",
            choices=((CONNECT, "Connect"), (GLOBAL, "Global Payouts")),
            environment="STRIPE_MODE",
        ),
        Field(
            "api_key",
            "Secret key",
            "It is in Stripe under Developers, API keys, and begins with sk_ or rk_.",
            is_secret=True,
            is_account=True,
            environment="STRIPE_SECRET_KEY",
        ),
        Field(
            "signing_secret",
            "Signing secret of the webhook",
            "It is in Stripe at the webhook endpoint and begins with whsec_.",
            is_secret=True,
            environment="STRIPE_WEBHOOK_SECRET",
        ),
        Field(
            "financial_account",
            "Financial account",
            "Only for Global Payouts: its id begins with fa_.",
            is_required=False,
            is_account=True,
            environment="STRIPE_FINANCIAL_ACCOUNT",
        ),
    ),
    connect=connect,
    fault=_fault,
)
