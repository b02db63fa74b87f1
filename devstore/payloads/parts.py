"""Small pieces that several bodies share: money bags, times in the shop's zone, addresses."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from devstore.model import Shop
from devstore.money import text
from devstore.order_model import Address, Allocation, Order, TaxLine
from devstore.totals import in_presentment

Body = dict[str, Any]


def local(shop: Shop, instant: datetime | None) -> str | None:
    """An instant as REST writes it: the shop's zone with its offset."""
    return (
        None if instant is None else instant.astimezone(ZoneInfo(shop.timezone)).isoformat(timespec="seconds")
    )


def bag(order: Order, amount: Decimal) -> Body:
    """A money bag: the shop's amount and the shopper's."""
    shown, other = order.currency, order.presentment_currency
    return {
        "shop_money": {"amount": text(amount, shown), "currency_code": shown},
        "presentment_money": {"amount": text(in_presentment(order, amount), other), "currency_code": other},
    }


def number(value: Decimal) -> str:
    """A discount's value: "10.0", "12.5"."""
    plain = format(value.normalize(), "f")
    return plain if "." in plain else f"{plain}.0"


def tax_lines(order: Order, lines: list[TaxLine]) -> list[Body]:
    """Taxes of a line or of the order."""
    return [
        {
            "channel_liable": None,
            "price": text(tax.price, order.currency),
            "price_set": bag(order, tax.price),
            "rate": tax.rate,
            "title": tax.title,
        }
        for tax in lines
    ]


def allocations(order: Order, given: list[Allocation]) -> list[Body]:
    """Which application took how much from a line."""
    return [
        {
            "amount": text(one.amount, order.currency),
            "amount_set": bag(order, one.amount),
            "discount_application_index": one.application_index,
        }
        for one in given
    ]


def address(home: Address | None) -> Body | None:
    """A postal address without coordinates."""
    if home is None:
        return None
    return {
        "first_name": home.first_name,
        "address1": home.address1,
        "phone": home.phone,
        "city": home.city,
        "zip": home.zip,
        "province": home.province,
        "country": home.country,
        "last_name": home.last_name,
        "address2": None,
        "company": None,
        "latitude": None,
        "longitude": None,
        "name": f"{home.first_name} {home.last_name}",
        "country_code": home.country_code,
        "province_code": home.province_code,
    }
