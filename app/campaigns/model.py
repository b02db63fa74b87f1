"""Programs and offers as values: what the shopper gets, what the creator earns."""

from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from hashlib import sha256
from typing import Any

import msgspec

from app.campaigns.crediting import WINDOW_DAYS, Crediting, History
from app.campaigns.discount import USUAL as USUAL_DISCOUNT
from app.campaigns.discount import DiscountKind, DiscountSettings, check_settings
from app.campaigns.links import LinkTerms
from app.campaigns.vanity import USUAL, check_pattern
from app.kernel.currency import LARGEST_MINOR
from app.kernel.errors import Conflict, Invalid
from app.kernel.ids import OfferId, ProgramId

NOTICE = timedelta(days=7)
"""How long before it takes effect a change of terms is announced to creators."""
HOLD_DAYS = (0, 120)
LARGEST_PERCENT = Decimal(100)
PERCENT_DECIMALS = 2
"""Shopify keeps a discount as a fraction of four decimals."""


class OutOfRange(Invalid):
    """A number outside what it may be."""

    def __init__(self, what: str, value: object, least: object, most: object) -> None:
        super().__init__(f"{what} is {value}; it must be between {least} and {most}.")


class OfferClash(Conflict):
    """Other terms already stand on that date."""

    def __init__(self, program: str, effective_from: datetime, version: int) -> None:
        super().__init__(
            f"Program {program!r} has other terms from {effective_from.isoformat()} (version {version}). "
            "To price the orders since then again with these terms, publish them as a reprice."
        )


class NoticeTooShort(Conflict):
    """A change of terms would take effect before creators had their notice."""

    def __init__(self, program: str, effective_from: datetime, earliest: datetime) -> None:
        super().__init__(
            f"Program {program!r} cannot change its terms on {effective_from.isoformat()}: creators have "
            f"{NOTICE.days} days' notice, so the earliest is {earliest.isoformat()}. "
            "If they have agreed, waive the notice."
        )


class Program(msgspec.Struct, frozen=True):
    """Standing terms of one shop."""

    id: ProgramId
    handle: str
    name: str
    window_days: int
    hold_days: int
    history: History
    """How orders are credited, and since when."""
    links: LinkTerms = LinkTerms()
    code_pattern: str = USUAL
    """What codes are made by for creators who are added without one."""

    @property
    def crediting(self) -> Crediting:
        """How orders are credited that are placed now."""
        return self.history[-1].crediting


class ProgramDraft(msgspec.Struct, frozen=True):
    """What a program shall be. Raises OutOfRange."""

    handle: str
    name: str
    window_days: int
    """How old a click may be to count."""
    hold_days: int
    """Days from payment to maturity, for offers that say nothing of their own."""
    crediting: Crediting | None = None
    """How orders are credited, but for the window, which stands above; None leaves it as it is."""
    links: LinkTerms | None = None
    """None leaves them as they are."""
    code_pattern: str | None = None
    """What codes are made by; None leaves it as it is. Raises BadPattern."""

    def __post_init__(self) -> None:
        for what, value, (least, most) in (
            ("window_days", self.window_days, WINDOW_DAYS),
            ("hold_days", self.hold_days, HOLD_DAYS),
        ):
            if not least <= value <= most:
                raise OutOfRange(what, value, least, most)
        if self.code_pattern is not None:
            msgspec.structs.force_setattr(self, "code_pattern", check_pattern(self.code_pattern))


class Discount(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the code takes off for the shopper."""

    percent: Decimal | None = None
    """As Shopify shows it: 10 is ten percent."""
    amount_minor: int | None = None
    currency: str | None = None

    @classmethod
    def of_percent(cls, percent: Decimal) -> "Discount":
        """A discount of 0 to 100 percent, with at most two decimals. Raises Invalid."""
        if not percent.is_finite() or not 0 <= percent <= LARGEST_PERCENT:
            raise OutOfRange("percent", percent, 0, LARGEST_PERCENT)
        if percent != percent.quantize(Decimal(1).scaleb(-PERCENT_DECIMALS)):
            raise Invalid(f"percent is {percent}; Shopify keeps at most {PERCENT_DECIMALS} decimals.")
        return cls(percent=plain(percent))

    @classmethod
    def of_amount(cls, amount_minor: int, currency: str) -> "Discount":
        """A fixed amount, in minor units of the shop's currency. Raises OutOfRange."""
        if not 0 < amount_minor < LARGEST_MINOR:
            raise OutOfRange("amount", amount_minor, 1, LARGEST_MINOR - 1)
        return cls(amount_minor=amount_minor, currency=currency)


def plain(number: Decimal) -> Decimal:
    """The same number in its one plainest writing: 10 for 10.00, 0.12 for 0.1200."""
    whole = number.to_integral_value()
    return whole if number == whole else number.normalize()


class ConditionSpec(msgspec.Struct, frozen=True):
    """One condition of a rule: a kind of commissions.conditions, and its validated fields."""

    kind: str
    fields: dict[str, Any]


class RuleSpec(msgspec.Struct, frozen=True, omit_defaults=True):
    """One rule of an offer: a kind of commissions.rules, its validated fields, and when it holds."""

    kind: str
    fields: dict[str, Any]
    when: tuple[ConditionSpec, ...] = ()
    """All of them must hold; none: it holds always."""


class HoldFrom(StrEnum):
    """From when the hold counts."""

    PAID = "paid"
    FULFILLED = "fulfilled"


class CreditWhen(StrEnum):
    """Whether orders of a channel without a storefront earn."""

    WITH_CODE = "with_code"
    """When they carry a creator's code."""
    ALWAYS = "always"
    """By any evidence."""
    NEVER = "never"


class Base(msgspec.Struct, frozen=True, omit_defaults=True):
    """What commissions stand on, where it differs from net sales."""

    tax: bool = False
    """Taxes count."""
    shipping: bool = False
    """What was paid for shipping counts, priced by the rule that has no condition."""
    discount: bool = False
    """Discounts do not lower it."""
    products: tuple[str, ...] = ()
    """Shopify's numbers of products that never earn."""
    collections: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    vendors: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    """web, pos, draft, or an app's number: orders of these earn nothing."""


NET_SALES = Base()


class OfferTerms(msgspec.Struct, frozen=True, omit_defaults=True, weakref=True):
    """Everything of an offer that decides money; canonical, so that its digest names it.

    What is as it always was is left out of the canonical bytes: terms that were published before a
    switch existed keep their digest.
    """

    hold_days: int
    discount: Discount
    rules: tuple[RuleSpec, ...]
    hold_from: HoldFrom = HoldFrom.PAID
    base: Base = NET_SALES
    pos: CreditWhen = CreditWhen.WITH_CODE
    drafts: CreditWhen = CreditWhen.WITH_CODE
    given: DiscountSettings = USUAL_DISCOUNT
    """How the discount is given."""

    def __post_init__(self) -> None:
        # One value, one writing: defaults are told by identity.
        if self.base == NET_SALES:
            msgspec.structs.force_setattr(self, "base", NET_SALES)
        if self.given == USUAL_DISCOUNT:
            msgspec.structs.force_setattr(self, "given", USUAL_DISCOUNT)

    @property
    def discount_kind(self) -> DiscountKind:
        """What shoppers get; a discount of 0 percent is nothing."""
        if self.given.free_shipping:
            return DiscountKind.FREE_SHIPPING
        if self.discount.amount_minor is not None:
            return DiscountKind.AMOUNT
        if not self.discount.percent:
            return DiscountKind.NOTHING
        return DiscountKind.BUY_GET if self.given.buys is not None else DiscountKind.PERCENT

    def canonical(self) -> bytes:
        """The same bytes for the same terms."""
        return msgspec.json.encode(self, order="sorted")

    def digest(self) -> str:
        """Hex sha256 of the canonical bytes."""
        return sha256(self.canonical()).hexdigest()


class OfferVersion(msgspec.Struct, frozen=True):
    """One version of a program's terms, as the pricing path needs it."""

    id: OfferId
    program_id: ProgramId
    version: int
    effective_from: datetime
    terms: OfferTerms


def check_discount(terms: OfferTerms) -> None:
    """Refuse a discount that Shopify could not hold. Raises BadDiscount."""
    check_settings(terms.discount_kind, terms.given)


def in_force(versions: list[OfferVersion], at: datetime) -> OfferVersion | None:
    """The version that prices an order placed then; of two on one instant the higher version."""
    started = [v for v in versions if v.effective_from <= at]
    return max(started, key=lambda v: (v.effective_from, v.version), default=None)


class DraftChanged(Conflict):
    """Somebody saved the draft after this page was opened."""

    def __init__(self, program: str, by: str) -> None:
        super().__init__(
            f"The draft of {program!r} was saved by staff member {by} after you opened it. "
            "Open it again, or save once more to replace it by yours."
        )


class Draft(msgspec.Struct, frozen=True):
    """Terms that nobody has published yet. They price nothing."""

    terms: OfferTerms
    saved_at: datetime
    saved_by: str

    @property
    def stamp(self) -> str:
        """Names this state of the draft: whoever saves it says what they had read."""
        return self.saved_at.isoformat()
