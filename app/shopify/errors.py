"""What can go wrong with Shopify, one class a case. The messages are for people and hold no secrets."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.kernel.errors import Forbidden, Permanent, Retriable, Unknown

LONG_WAIT_SECONDS = 3600
"""Before asking a frozen or locked shop again: only a person there can change it."""


class ShopifyDown(Retriable):
    """It could not be reached, or answered with a fault of its own; nothing happened there."""

    def __init__(self, shop: str, why: str, *, after_seconds: int | None = None) -> None:
        super().__init__(f"Shopify could not be asked about {shop}: {why}.", after_seconds=after_seconds)


class OutcomeUnknown(Unknown):
    """A change was sent and no answer came: it may have happened."""

    def __init__(self, shop: str, document: str, why: str) -> None:
        super().__init__(
            f"Shopify gave no answer to {document} for {shop}: {why}. It may have been done; look before repeating it."
        )
        self.document = document


class Throttled(Retriable):
    """The shop's allowance of requests stayed used up."""

    def __init__(self, shop: str, after_seconds: int) -> None:
        super().__init__(
            f"Shopify asks us to slow down for {shop}; it will be tried again in {after_seconds} s.",
            after_seconds=after_seconds,
        )


class ShopPaused(Retriable):
    """The shop is frozen (402) or locked (423): nothing can be read or changed until the merchant acts."""

    def __init__(self, shop: str, status: int) -> None:
        what = "has an unpaid bill with Shopify" if status == 402 else "is locked by Shopify"  # noqa: PLR2004
        super().__init__(
            f"{shop} {what}, so nothing can be read or changed there for now.",
            after_seconds=LONG_WAIT_SECONDS,
        )


class ShopGone(Permanent):
    """404: there is no such shop any more."""

    def __init__(self, shop: str) -> None:
        super().__init__(f"Shopify knows no shop {shop} any more.")


class NotInstalled(Permanent):
    """The app is not installed there."""

    def __init__(self, shop: str) -> None:
        super().__init__(
            f"Tribute is not installed in {shop}. The merchant must install it from the Shopify admin."
        )


class NeedsReauth(Permanent):
    """Shopify no longer accepts what we hold; only the merchant opening the app helps."""

    def __init__(self, shop: str) -> None:
        super().__init__(
            f"Shopify no longer accepts Tribute's sign-in for {shop}. "
            "The merchant must open Tribute in the Shopify admin once; the work that waits then goes on."
        )


class StaleIDToken(Forbidden):
    """Shopify refused to exchange an ID token; App Bridge can fetch a fresh one."""

    def __init__(self, shop: str) -> None:
        super().__init__(f"The sign-in for {shop} was too old to be exchanged.")


class AccessDenied(Permanent):
    """403, or ACCESS_DENIED for everything that was asked."""

    def __init__(self, shop: str, document: str, why: str) -> None:
        super().__init__(f"{shop} does not let Tribute do {document}: {why}")
        self.document = document


class BadRequest(Permanent):
    """The document or its variables are not acceptable: a fault of ours."""

    def __init__(self, shop: str, document: str, why: str) -> None:
        super().__init__(f"Shopify did not accept {document} for {shop}: {why}")
        self.document = document


@dataclass(frozen=True)
class UserError:
    """One business error of a mutation."""

    field: str
    code: str
    message: str


class UserErrors(Permanent):
    """A mutation was refused for a reason that its input or the shop's state holds."""

    def __init__(self, document: str, errors: Sequence[UserError]) -> None:
        self.document = document
        self.errors = tuple(errors)
        super().__init__(f"Shopify refused {document}: " + " ".join(e.message for e in errors))

    def has(self, code: str) -> bool:
        """Whether one of the errors has this code."""
        return any(error.code == code for error in self.errors)
