"""How the pretend shop's pages show amounts and instants, and how they find the shop they are about."""

from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from babel.numbers import format_currency
from flask import Blueprint, abort

from devstore.model import Refused, Shop
from devstore.money import exponent
from devstore.state import State


def money(amount: Decimal, currency: str) -> str:
    """€1,234.50 in the digits of the currency (Babel's own differ from ISO for some)."""
    digits = exponent(currency)
    pattern = "¤#,##0" + ("." + "0" * digits if digits else "")
    return format_currency(amount, currency, format=pattern, locale="en", currency_digits=False)


def plain(number: Decimal) -> str:
    """10, 12.5: no zeros at the end, no exponent."""
    return f"{number.normalize():f}"


def when(instant: datetime | None, timezone: str = "UTC") -> str:
    """22 Nov 2026, 13:05 in the shop's time zone; a long dash for never."""
    if instant is None:
        return "—"
    return format_datetime(instant.astimezone(ZoneInfo(timezone)), "d MMM y, HH:mm", locale="en")


def add_filters(pages: Blueprint) -> None:
    """Give a blueprint's templates |money, |plain and |when."""
    pages.add_app_template_filter(money)
    pages.add_app_template_filter(plain)
    pages.add_app_template_filter(when)


def shop_named(state: State, handle: str) -> Shop:
    """The shop at /store/<handle> or /shop/<handle>; a 404 that names the shops there are."""
    try:
        return state.shop(f"{handle}.myshopify.com")
    except Refused as refusal:
        abort(404, refusal.message)
