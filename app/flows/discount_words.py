"""What an offer gives to shoppers, in plain words: for pages and mails."""

from decimal import Decimal

from app.campaigns.discount import DiscountKind, DiscountSettings
from app.campaigns.model import OfferTerms
from app.flows.offer_words import Voice


def shoppers_get(terms: OfferTerms, voice: Voice) -> str:
    """10% off; €5.00 off each item of some products, from €50.00; free shipping, at most 100 times; ..."""
    if terms.discount_kind is DiscountKind.NOTHING:
        return "Nothing: orders are tracked by links"
    parts = [_value(terms, voice), *_conditions(terms.given, voice)]
    return ", ".join(parts)


def _value(terms: OfferTerms, voice: Voice) -> str:
    discount, given = terms.discount, terms.given
    some = " some products" if given.items else ""
    match terms.discount_kind:
        case DiscountKind.FREE_SHIPPING:
            return "Free shipping"
        case DiscountKind.AMOUNT:
            amount = voice.money(discount.amount_minor or 0, discount.currency)
            return f"{amount} off{' each item' if given.each_item else ''}{' of' if given.each_item and some else ''}{some}"
        case _:
            share = voice.share((discount.percent or Decimal(0)) / 100)
    if given.buys is None:
        return f"{share} off{some}"
    got = "free" if discount.percent == 100 else f"{share} off"  # noqa: PLR2004 - percent
    return f"{given.buys.gets} {got} for {given.buys.quantity} bought"


def _conditions(given: DiscountSettings, voice: Voice) -> list[str]:
    said = []
    if given.minimum_minor is not None:
        said.append(f"from {voice.money(given.minimum_minor, given.currency)}")
    if given.minimum_quantity is not None:
        said.append(f"from {given.minimum_quantity} items")
    if given.usage_limit is not None:
        said.append(f"at most {given.usage_limit} times{' a code' if given.limit_per_code else ''}")
    if given.once_per_customer:
        said.append("once for each customer")
    if given.single_use is not None:
        days, otherwise = given.single_use.days, "the creator's" if given.single_use.own_code else "none"
        lasting = f"{days} day{'' if days == 1 else 's'}"
        said.append(f"links give single-use codes for {lasting}, or else {otherwise}")
    return said
