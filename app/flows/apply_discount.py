"""Reading an offer's discount of a file for `tribute apply`: what shoppers get, off what, and how often."""

from collections.abc import Mapping

from app.campaigns.discount import (
    BESIDE_SHIPPING,
    EVERYTHING,
    BadDiscount,
    Buys,
    Combines,
    DiscountKind,
    DiscountSettings,
    Items,
    SingleUse,
    check_settings,
)
from app.campaigns.model import Discount
from app.commissions import checks
from app.flows.apply_cells import Cell, at, needed
from app.flows.apply_rules import listed
from app.kernel.currency import minor_units

VALUES = ("percent", "amount", "free_shipping")
SWITCHES = ("each_item", "limit_per_code", "once_per_customer")
Fields = Mapping[str, Cell]


def discount(cell: Cell, currency: str) -> tuple[Discount, DiscountSettings]:
    """The discount that a file describes, and how it is given. Raises BadFile."""
    fields = cell.fields(
        *VALUES,
        *SWITCHES,
        "products",
        "collections",
        "buy",
        "minimum",
        "usage_limit",
        "combines_with",
        "single_use",
    )
    if len([key for key in VALUES if key in fields]) > 1:
        raise cell.refuse("takes off more than one thing: write percent, amount or free_shipping.")
    if not any(key in fields for key in VALUES):
        needed(cell, fields, "percent")
    taken_off = _value(fields, currency)
    given = _settings(fields, currency)
    try:
        check_settings(_kind(given), given)
    except BadDiscount as refusal:
        raise fields.get(refusal.key, cell).refuse(f"is refused. {refusal}") from None
    return taken_off, given


def _value(fields: Fields, currency: str) -> Discount:
    if "percent" in fields:
        with at(fields["percent"].path):
            return Discount.of_percent(fields["percent"].number())
    if "amount" in fields:
        with at(fields["amount"].path):
            return Discount.of_amount(minor_units(fields["amount"].number(), currency), currency)
    if not _switch(fields, "free_shipping"):
        raise fields["free_shipping"].refuse(
            "gives nothing; leave the discount out for an offer by links only."
        )
    return Discount()


def _kind(given: DiscountSettings) -> DiscountKind:
    if given.buys is not None:
        return DiscountKind.BUY_GET
    return DiscountKind.FREE_SHIPPING if given.free_shipping else DiscountKind.PERCENT


def _settings(fields: Fields, currency: str) -> DiscountSettings:
    free = "free_shipping" in fields
    minor, quantity = _minimum(fields["minimum"], currency) if "minimum" in fields else (None, None)
    usual = () if free else BESIDE_SHIPPING
    return DiscountSettings(
        free_shipping=free,
        buys=_buys(fields["buy"], fields) if "buy" in fields else None,
        each_item=_each_item(fields),
        items=_items(fields),
        minimum_minor=minor,
        currency=None if minor is None else currency,
        minimum_quantity=quantity,
        usage_limit=_count(fields, "usage_limit"),
        limit_per_code=_switch(fields, "limit_per_code"),
        once_per_customer=_switch(fields, "once_per_customer"),
        combines=_combines(fields["combines_with"]) if "combines_with" in fields else usual,
        single_use=_single_use(fields["single_use"]) if "single_use" in fields else None,
    )


def _buys(cell: Cell, around: Fields) -> Buys:
    if "percent" not in around:
        raise cell.refuse("goes with a percent off what is got; 100 is for free.")
    fields = cell.fields("quantity", "get", "products", "collections", "per_order")
    needed(cell, fields, "quantity", "get")
    whole = fields["quantity"].whole(), fields["get"].whole()
    return Buys(*whole, _items(fields), _count(fields, "per_order"))


ELSE = ("own_code", "nothing")


def _single_use(cell: Cell) -> SingleUse:
    fields = cell.fields("days", "else")
    otherwise = listed(fields["else"]) if "else" in fields else ELSE[0]
    if otherwise not in ELSE:
        raise fields["else"].refuse(f"names {otherwise!r}; it is one of {', '.join(ELSE)}.")
    days = _count(fields, "days")
    return SingleUse(SingleUse().days if days is None else days, own_code=otherwise == ELSE[0])


def _each_item(fields: Fields) -> bool:
    if "each_item" in fields and "amount" not in fields:
        raise fields["each_item"].refuse("means something for a fixed amount only.")
    return _switch(fields, "each_item")


def _items(fields: Fields) -> Items:
    found = Items(_ids(fields, "products"), _ids(fields, "collections"))
    return found or EVERYTHING


def _ids(fields: Fields, key: str) -> tuple[str, ...]:
    if key not in fields:
        return ()
    ids = tuple(sorted(listed(item) for item in fields[key].items()))
    with at(fields[key].path):
        checks.ids(key, ids)
    return ids


def _minimum(cell: Cell, currency: str) -> tuple[int | None, int | None]:
    fields = cell.fields("amount", "quantity")
    if len(fields) != 1:
        raise cell.refuse("is an amount or a quantity, one of them.")
    if "quantity" in fields:
        return None, fields["quantity"].whole()
    with at(fields["amount"].path):
        return minor_units(fields["amount"].number(), currency), None


def _count(fields: Fields, key: str) -> int | None:
    return fields[key].whole() if key in fields else None


def _switch(fields: Fields, key: str) -> bool:
    if key in fields and not isinstance(fields[key].value, bool):
        raise fields[key].refuse("is neither true nor false.")
    return key in fields and bool(fields[key].value)


def _combines(cell: Cell) -> tuple[Combines, ...]:
    named = [listed(item) for item in cell.items()]
    for text in named:
        if text not in list(Combines):
            raise cell.refuse(f"names {text!r}; it is a list of {', '.join(Combines)}.")
    return tuple(each for each in Combines if each in named)
