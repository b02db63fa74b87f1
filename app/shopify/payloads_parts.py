"""What the readers of webhook bodies share: money bags, ids, times, and what they say when a body is not readable."""

from datetime import datetime
from typing import Annotated, TypeVar

import msgspec

from app.kernel.errors import Invalid

T = TypeVar("T")
Id = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]
Units = Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]


class BadPayload(Invalid):
    """A body that is not the order or refund that its topic promises."""

    def __init__(self, what: str, why: str) -> None:
        super().__init__(f"This is not a readable {what}: {why}")


class Money(msgspec.Struct):
    """An amount as text, with its currency."""

    amount: str
    currency_code: str


class Bag(msgspec.Struct):
    """An amount in the shop's currency; the shopper's is skipped unparsed."""

    shop_money: Money


class BothBag(Bag):
    """An amount in both currencies."""

    presentment_money: Money | None = None


def decode(decoder: "msgspec.json.Decoder[T]", body: bytes, what: str) -> T:
    """The body by this decoder. Raises BadPayload."""
    try:
        return decoder.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise BadPayload(what, str(error)) from None
    except RecursionError:
        raise BadPayload(what, "it is nested too deeply.") from None


def aware(at: datetime) -> datetime:
    """The same instant. Raises BadPayload for a time without a zone."""
    if at.tzinfo is None:
        raise BadPayload("order", f"the time {at.isoformat()} has no zone.")
    return at
