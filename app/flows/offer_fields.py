"""What an offer says besides its rules, as fields: the editor draws them and offer_words speaks them."""

from collections.abc import Mapping
from typing import Any

from app.campaigns.model import HOLD_DAYS, Base, CreditWhen, HoldFrom, OfferTerms, RuleSpec, check_discount
from app.flows import discount_fields
from app.flows.discount_fields import DISCOUNT
from app.kernel.fields import Choice, Field, FieldKind

_CREDIT = (
    Choice(CreditWhen.WITH_CODE, "When they carry a code"),
    Choice(CreditWhen.ALWAYS, "Always"),
    Choice(CreditWhen.NEVER, "Never"),
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
TERMS = (*DISCOUNT, *HOLD, *SWITCHES, *NEVER_EARN, *CHANNELS)
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
    found |= discount_fields.values_of(terms)
    return found | {f.key: list(getattr(base, f.key)) for f in NEVER_EARN if getattr(base, f.key)}


def terms_of(values: Mapping[str, Any], rules: tuple[RuleSpec, ...], currency: str) -> OfferTerms:
    """The terms with these values of TERMS and these rules. Raises Invalid for a discount Shopify cannot hold."""
    never: dict[str, tuple[str, ...]] = {f.key: tuple(values.get(f.key, ())) for f in NEVER_EARN}
    discount, given = discount_fields.discount_of(values, currency)
    terms = OfferTerms(
        hold_days=values["hold_days"],
        discount=discount,
        rules=rules,
        hold_from=HoldFrom(values["hold_from"]),
        base=Base(tax=values["tax"], shipping=values["shipping"], discount=values["undiscounted"], **never),
        pos=CreditWhen(values["pos"]),
        drafts=CreditWhen(values["drafts"]),
        given=given,
    )
    check_discount(terms)
    return terms
