"""What an offer says besides its rules, as fields: the editor draws them and offer_words speaks them."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from app.campaigns.model import HOLD_DAYS, Base, CreditWhen, Discount, HoldFrom, OfferTerms, RuleSpec, plain
from app.kernel.fields import Choice, Field, FieldKind

PERCENTS = Decimal(100)

_CREDIT = (
    Choice(CreditWhen.WITH_CODE, "When they carry a code"),
    Choice(CreditWhen.ALWAYS, "Always"),
    Choice(CreditWhen.NEVER, "Never"),
)

DISCOUNT = Field(
    "discount",
    "Discount for shoppers",
    FieldKind.PERCENT,
    help="What a code takes off. Changed in Shopify for you.",
    least="0",
    most="1",
    optional=True,
)
HOLD = (
    Field(
        "hold_days",
        "Hold, in days",
        FieldKind.COUNT,
        help="How long a commission waits before it can be paid.",
        least=str(HOLD_DAYS[0]),
        most=str(HOLD_DAYS[1]),
    ),
    Field(
        "hold_from",
        "The hold counts from",
        FieldKind.CHOICE,
        choices=(Choice(HoldFrom.PAID, "Payment"), Choice(HoldFrom.FULFILLED, "Fulfilment")),
    ),
)
SWITCHES = (
    Field("tax", "Taxes count", FieldKind.SWITCH, help="Commission is paid on the tax in the price, too."),
    Field("shipping", "Shipping counts", FieldKind.SWITCH, help="Commission is paid on shipping, too."),
    Field(
        "undiscounted", "Discounts do not count", FieldKind.SWITCH, help="Commission is paid on full prices."
    ),
)
NEVER_EARN = (
    Field("products", "Products", FieldKind.PRODUCTS, optional=True),
    Field("collections", "Collections", FieldKind.COLLECTIONS, optional=True),
    Field("tags", "Product tags", FieldKind.TEXTS, optional=True),
    Field("vendors", "Vendors", FieldKind.TEXTS, optional=True),
    Field(
        "channels",
        "Sales channels",
        FieldKind.TEXTS,
        help="web, pos, draft, or an app's number.",
        optional=True,
    ),
)
CHANNELS = (
    Field("pos", "Orders in a store (POS) earn", FieldKind.CHOICE, choices=_CREDIT),
    Field("drafts", "Draft orders earn", FieldKind.CHOICE, choices=_CREDIT),
)
TERMS = (DISCOUNT, *HOLD, *SWITCHES, *NEVER_EARN, *CHANNELS)
"""Every field of an offer that belongs to no rule."""


def values_of(terms: OfferTerms) -> dict[str, Any]:
    """The values of TERMS in the fields' own writing; what is empty is left out."""
    base = terms.base
    found: dict[str, Any] = {
        "hold_days": terms.hold_days,
        "hold_from": terms.hold_from.value,
        "tax": base.tax,
        "shipping": base.shipping,
        "undiscounted": base.discount,
        "pos": terms.pos.value,
        "drafts": terms.drafts.value,
    }
    if terms.discount.percent is not None:
        found["discount"] = f"{plain(terms.discount.percent / PERCENTS):f}"
    return found | {f.key: list(getattr(base, f.key)) for f in NEVER_EARN if getattr(base, f.key)}


def terms_of(values: Mapping[str, Any], rules: tuple[RuleSpec, ...]) -> OfferTerms:
    """The terms with these values of TERMS and these rules. Raises Invalid for a discount Shopify cannot hold."""
    never: dict[str, tuple[str, ...]] = {f.key: tuple(values.get(f.key, ())) for f in NEVER_EARN}
    percent = plain(Decimal(values["discount"]) * PERCENTS) if "discount" in values else None
    return OfferTerms(
        hold_days=values["hold_days"],
        discount=Discount() if percent is None else Discount.of_percent(percent),
        rules=rules,
        hold_from=HoldFrom(values["hold_from"]),
        base=Base(tax=values["tax"], shipping=values["shipping"], discount=values["undiscounted"], **never),
        pos=CreditWhen(values["pos"]),
        drafts=CreditWhen(values["drafts"]),
    )
