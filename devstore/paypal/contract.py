"""What a request to PayPal Payouts 1.9 may contain, written down by hand from its specification; nothing beyond is allowed."""

from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

RecipientType = Literal["EMAIL", "PHONE", "PAYPAL_ID", "USER_HANDLE"]


class Unfit(Exception):
    """A request that PayPal would refuse: the field and why."""

    def __init__(self, field: str, issue: str) -> None:
        super().__init__(f"{field}: {issue}")
        self.field = field
        self.issue = issue


class Part(BaseModel):
    """A part of a request: strict, and nothing unknown."""

    model_config = ConfigDict(extra="forbid", strict=True)


Model = TypeVar("Model", bound=Part)


class Amount(Part):
    """A positive amount; the value is a string."""

    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")]
    value: Annotated[str, Field(pattern=r"^(0\.\d*[1-9]\d*|[1-9]\d*(\.\d+)?)$")]


class Header(Part):
    """Who is paid, in general."""

    sender_batch_id: Annotated[str, Field(max_length=256)] | None = None
    recipient_type: RecipientType | None = None
    email_subject: Annotated[str, Field(max_length=255)] | None = None
    email_message: Annotated[str, Field(max_length=1000)] | None = None
    note: Annotated[str, Field(max_length=1000)] | None = None


class Item(Part):
    """One payment."""

    recipient_type: RecipientType | None = None
    amount: Amount
    receiver: Annotated[str, Field(min_length=1, max_length=127)]
    note: Annotated[str, Field(max_length=4000)] | None = None
    sender_item_id: Annotated[str, Field(max_length=63)] | None = None
    recipient_wallet: Literal["PAYPAL", "VENMO", "RECIPIENT_SELECTED"] | None = None
    notification_language: str | None = None
    purpose: str | None = None
    alternate_notification_method: dict[str, Any] | None = None
    application_context: dict[str, Any] | None = None


class Batch(Part):
    """POST /v1/payments/payouts."""

    sender_batch_header: Header
    items: Annotated[list[Item], Field(min_length=1, max_length=15_000)]


class Verification(Part):
    """POST /v1/notifications/verify-webhook-signature."""

    auth_algo: str
    cert_url: str
    transmission_id: str
    transmission_sig: str
    transmission_time: str
    webhook_id: str
    webhook_event: dict[str, Any]


def batch_of(given: Any) -> Batch:
    """The request for a batch. Raises Unfit; every item needs a recipient type, its own or the header's."""
    batch = _read(Batch, given)
    for place, item in enumerate(batch.items):
        if item.recipient_type is None and batch.sender_batch_header.recipient_type is None:
            raise Unfit(f"items[{place}].recipient_type", "A recipient type is required.")
    return batch


def verification_of(given: Any) -> Verification:
    """The request to verify a notice. Raises Unfit."""
    return _read(Verification, given)


def _read(model: type[Model], given: Any) -> Model:
    try:
        return model.model_validate(given)
    except ValidationError as problem:
        first = problem.errors()[0]
        raise Unfit(".".join(str(part) for part in first["loc"]), first["msg"]) from problem
