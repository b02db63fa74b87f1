"""PayPal Payouts: many payouts in one call, under ids of ours. An id that PayPal has already means found, never a new id.

PayPal cannot be searched by our ids. A batch whose answer was lost is found by sending the same id again: PayPal
refuses it and leads to the batch. So nothing that PayPal refuses on a retry is ever taken for a failure.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import msgspec

from app.kernel.errors import Forbidden, Invalid, Permanent, UpstreamError
from app.payouts.details import PaypalAccount
from app.payouts.paypal import answers, batches
from app.payouts.paypal.batches import Batch
from app.payouts.paypal.client import SCOPE, Away, NoAnswer, PaypalClient, Reply
from app.payouts.paypal.signature import verify
from app.payouts.plugin import Field, Outside, Plugin, Values
from app.payouts.protocol import Answer, Done, Missing, Refused, Unknown
from app.payouts.provider import Heard, Instruction, Notice, Question

HOSTS = {"live": "https://api-m.paypal.com", "sandbox": "https://api-m.sandbox.paypal.com"}
MOST = 15_000
"""Items in one call (Payouts 1.9)."""
USUAL = 500
_CREATED = 201
_OK = 200

Carried = Sequence[tuple[Instruction, PaypalAccount]]


class _Batch(msgspec.Struct):
    payout_batch_id: str = ""


class _Resource(msgspec.Struct):
    payout_item_id: str = ""
    batch_header: _Batch = msgspec.field(default_factory=_Batch)


class _Event(msgspec.Struct):
    id: str
    event_type: str
    resource: _Resource = msgspec.field(default_factory=_Resource)


@dataclass(frozen=True)
class PayPal:
    """One shop's account at PayPal."""

    client: PaypalClient
    webhook_id: str
    limit: int = USUAL
    name: str = "paypal"

    def send(self, instructions: Sequence[Instruction]) -> Mapping[UUID, Answer]:
        """One call: all of one batch. Those that PayPal cannot carry are refused alone."""
        refused = {one.key: said for one in instructions if (said := _alone(one)) is not None}
        carried = [
            (one, one.details)
            for one in instructions
            if one.key not in refused and isinstance(one.details, PaypalAccount)
        ]
        return {**refused, **self._pay(carried)} if carried else refused

    def _pay(self, carried: Carried) -> Mapping[UUID, Answer]:
        batch = carried[0][0].batch
        try:
            reply = self.client.post("payments", "payouts", body=batches.body(batch, carried))
            return self._heard_of(reply, batch, carried)
        except Permanent as refusal:
            return _all(carried, _refused(Refused("not_let_in", str(refusal)), carried))
        except UpstreamError as lost:
            return _all(carried, Unknown(str(lost)))

    def _heard_of(self, reply: Reply, batch: UUID, carried: Carried) -> Mapping[UUID, Answer]:
        if reply.status in {_OK, _CREATED}:
            batch_id, status = batches.made(reply)
            return {one.key: answers.of_batch(status, batch_id, one.key) for one, _ in carried}
        if reply.is_fault or reply.is_too_early:
            return _all(
                carried, Unknown(f"PayPal answered {reply.status}: the same batch is asked about again.")
            )
        found = answers.named_batch(reply.body)
        if found is not None:
            return self._adopt(found, batch, carried)
        return _all(carried, _refused(answers.refusal(reply.status, reply.body), carried))

    def _adopt(self, batch_id: str, batch: UUID, carried: Carried) -> Mapping[UUID, Answer]:
        """PayPal has this id already: what became of its batch is what became of these payouts."""
        found = batches.read(self.client, batch_id)
        if found is None or found.sender_id != str(batch):
            return _all(
                carried, Unknown("PayPal leads to a batch that is not ours. Look at PayPal's activity.")
            )
        asked = [_question(one) for one, _ in carried]
        inside = {item.key for item in found.items}
        return _of(found, asked) | {one.key: _not_in(found) for one in asked if one.key not in inside}

    def status(self, questions: Sequence[Question]) -> Mapping[UUID, Answer]:
        """By the batches that PayPal gave numbers to; a batch without one can only be found by sending it again."""
        known = {one.batch: found for one in questions if (found := answers.batch_of(one.provider_id))}
        said: dict[UUID, Answer] = {}
        for batch in {one.batch for one in questions}:
            asked = [one for one in questions if one.batch == batch]
            said |= self._looked_up(known.get(batch), asked)
        return said

    def _looked_up(self, batch_id: str | None, asked: Sequence[Question]) -> dict[UUID, Answer]:
        if batch_id is None:
            return {one.key: Missing() for one in asked}
        try:
            found = batches.read(self.client, batch_id)
        except UpstreamError as lost:
            return {one.key: Unknown(str(lost)) for one in asked}
        if found is None:
            why = f"PayPal knows no batch {batch_id}. Are the keys those of another PayPal account?"
            return {one.key: Unknown(why) for one in asked}
        return _of(found, asked)

    def heard(self, headers: Mapping[str, str], body: bytes) -> Sequence[Heard]:
        """Verify and read in one."""
        self.verify(headers, body)
        return self.read(body)

    def verify(self, headers: Mapping[str, str], body: bytes) -> Notice:
        """Raises Forbidden unless PayPal says that it sent these bytes to this webhook, Retriable."""
        try:
            event = msgspec.json.decode(body, type=_Event)
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise Forbidden("This webhook is none of PayPal's.") from None
        if not self.webhook_id:
            raise Forbidden("The webhook's ID was not entered: nothing that comes can be believed.")
        verify(self.client, self.webhook_id, headers, body)
        return Notice(event.id, event.event_type)

    def read(self, body: bytes) -> Sequence[Heard]:
        """The item, or all items of the batch, that an event is about, as they are now. Raises Retriable, Permanent."""
        about = msgspec.json.decode(body, type=_Event).resource
        try:
            if about.payout_item_id:
                item = batches.item(self.client, about.payout_item_id)
                items = [item] if item is not None else []
            elif about.batch_header.payout_batch_id:
                batch = batches.read(self.client, about.batch_header.payout_batch_id)
                items = list(batch.items) if batch is not None else []
            else:
                items = []
        except NoAnswer:
            raise Away from None
        return [Heard(item.key, answers.fact(item)) for item in items if item.key is not None]

    def take_back(self, asked: Question) -> Answer:
        """Take back what nobody claimed; PayPal returns it to the balance."""
        try:
            number = answers.item_of(asked.provider_id) or self._number(asked)
            if number is None:
                return Unknown("PayPal does not show this payout yet. Try again in a few minutes.")
            reply = self.client.post("payments", "payouts-item", number, "cancel", body=b"{}")
            if reply.status == _OK:
                return answers.checked(batches.item_in(reply), asked)
            if reply.is_fault or reply.is_too_early:
                return Unknown(f"PayPal answered {reply.status}.")
            return answers.refusal(reply.status, reply.body)
        except UpstreamError as lost:
            return Unknown(str(lost))

    def _number(self, asked: Question) -> str | None:
        said = self.status([asked])[asked.key]
        return answers.item_of(said.provider_id) if isinstance(said, Done) else None

    def balance(self, currency: str) -> int | None:  # noqa: ARG002
        """PayPal tells it only to apps with another permission, which nobody should have to ask for."""
        return None

    def check(self) -> str | None:
        """Whether PayPal lets the app in, and allows it payouts."""
        if not self.webhook_id:
            return "The webhook's ID is missing: without it PayPal's webhooks are refused. Copy it from the app at PayPal."
        try:
            scopes = self.client.scope().split()
        except UpstreamError as refused:
            return str(refused)
        if SCOPE not in scopes:
            return "PayPal has not allowed this app to use Payouts. Switch Payouts on in the app, or ask PayPal for access."
        return None


def _alone(one: Instruction) -> Refused | None:
    if not isinstance(one.details, PaypalAccount):
        return Refused("other_details", "This creator has no PayPal address.")
    try:
        batches.body(one.batch, [(one, one.details)])
    except Invalid as invalid:
        return Refused("amount", str(invalid))
    return None


def _refused(said: Refused | Unknown, carried: Carried) -> Answer:
    """Of the first attempt a refusal is one. Of a retry it is none: the first may have been paid."""
    if isinstance(said, Refused) and any(one.is_retry for one, _ in carried):
        return Unknown(f"PayPal refused it when it was asked again: {said.sentence}")
    return said


def _all(carried: Carried, said: Answer) -> Mapping[UUID, Answer]:
    return {one.key: said for one, _ in carried}


def _of(batch: Batch, asked: Sequence[Question]) -> dict[UUID, Answer]:
    items = {item.key: item for item in batch.items}
    return {
        one.key: answers.checked(items[one.key], one) if one.key in items else _unlisted(batch, one.key)
        for one in asked
    }


def _unlisted(batch: Batch, key: UUID) -> Answer:
    if batch.status == "SUCCESS":
        return Unknown(f"PayPal does not list this payout in batch {batch.id}. Look at PayPal's activity.")
    return answers.of_batch(batch.status, batch.id, key)


def _not_in(batch: Batch) -> Answer:
    if batch.status == "SUCCESS":
        why = "PayPal has this batch already, and this payout is not in it. It is owed again."
        return Refused("not_in_batch", why)
    return Unknown("PayPal is still at work on this batch.")


def _question(one: Instruction) -> Question:
    return Question(one.payout_id, one.key, one.batch, one.amount, one.details, None, one.created_at)


def connect(values: Values, outside: Outside) -> PayPal:
    """PayPal by these keys."""
    base = outside.bases.get("paypal") or HOSTS[values.get("mode") or "live"]
    client = PaypalClient(outside.http, outside.clock, base, values["client_id"], values["client_secret"])
    return PayPal(client, values.get("webhook_id", ""), int(values.get("batch_size") or USUAL))


def _fault(values: Values) -> str | None:
    size = values["batch_size"]
    if size and not (size.isdecimal() and 1 <= int(size) <= MOST):
        return f"A batch has 1 to {MOST} payouts, not {size[:20]}."
    return None


PLUGIN = Plugin(
    fields=(
        Field(
            "mode",
            "Environment",
            "Sandbox pays play money.",
            choices=(("live", "Live"), ("sandbox", "Sandbox")),
            is_account=True,
            environment="PAYPAL_MODE",
        ),
        Field(
            "client_id",
            "Client ID",
            "It is in PayPal's developer dashboard at your app.",
            is_account=True,
            environment="PAYPAL_CLIENT_ID",
        ),
        Field(
            "client_secret",
            "Secret",
            "It is in PayPal's developer dashboard at your app.",
            is_secret=True,
            environment="PAYPAL_CLIENT_SECRET",
        ),
        Field(
            "webhook_id",
            "Webhook ID",
            "It is in PayPal's developer dashboard at your app's webhook.",
            environment="PAYPAL_WEBHOOK_ID",
        ),
        Field(
            "batch_size",
            "Payouts in one batch",
            f"1 to {MOST}; {USUAL} when nothing is said.",
            is_required=False,
        ),
    ),
    connect=connect,
    fault=_fault,
)
