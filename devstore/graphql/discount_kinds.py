"""Creating and changing code discounts: off the purchase (basic), free shipping, buy and get."""

from decimal import Decimal
from typing import Any

from devstore.discount_model import Discount, DiscountKind
from devstore.graphql.context import Context, Node, mutation
from devstore.graphql.discount_input import read_discount
from devstore.graphql.discounts import answer, find, refusal_node
from devstore.graphql.errors import missing
from devstore.model import Refused
from devstore.verbs import discounts as verbs

BASIC = {DiscountKind.PERCENTAGE, DiscountKind.FIXED_AMOUNT}
VALUES: dict[DiscountKind, dict[str, Any]] = {
    DiscountKind.FREE_SHIPPING: {"kind": DiscountKind.FREE_SHIPPING, "value": Decimal(100)}
}


@mutation("discountCodeBasicCreate")
def basic_create(context: Context, basicCodeDiscount: dict[str, Any]) -> Node:  # noqa: N803  # Shopify's name
    """A percentage or an amount off, unlocked by a code."""
    return _create(context, basicCodeDiscount, "basicCodeDiscount", ("customerGets",))


@mutation("discountCodeBasicUpdate")
def basic_update(context: Context, id: str, basicCodeDiscount: dict[str, Any]) -> Node:  # noqa: A002, N803
    """Change a discount; giving another code renames the first one."""
    return _update(context, id, basicCodeDiscount, BASIC)


@mutation("discountCodeFreeShippingCreate")
def free_shipping_create(context: Context, freeShippingCodeDiscount: dict[str, Any]) -> Node:  # noqa: N803
    """Free shipping, unlocked by a code."""
    return _create(
        context,
        freeShippingCodeDiscount,
        "freeShippingCodeDiscount",
        ("destination",),
        DiscountKind.FREE_SHIPPING,
    )


@mutation("discountCodeFreeShippingUpdate")
def free_shipping_update(
    context: Context,
    id: str,  # noqa: A002  # Shopify's name
    freeShippingCodeDiscount: dict[str, Any],  # noqa: N803
) -> Node:
    """Change a discount of that kind."""
    return _update(context, id, freeShippingCodeDiscount, {DiscountKind.FREE_SHIPPING})


@mutation("discountCodeBxgyCreate")
def buy_get_create(context: Context, bxgyCodeDiscount: dict[str, Any]) -> Node:  # noqa: N803
    """Some items cheaper for others bought, unlocked by a code."""
    return _create(context, bxgyCodeDiscount, "bxgyCodeDiscount", ("customerGets", "customerBuys"))


@mutation("discountCodeBxgyUpdate")
def buy_get_update(context: Context, id: str, bxgyCodeDiscount: dict[str, Any]) -> Node:  # noqa: A002, N803
    """Change a discount of that kind."""
    return _update(context, id, bxgyCodeDiscount, {DiscountKind.BUY_GET})


def _create(
    context: Context,
    given: dict[str, Any],
    variable: str,
    needed: tuple[str, ...],
    kind: DiscountKind | None = None,
) -> Node:
    for name in ("title", "code", "startsAt", *needed):
        if given.get(name) in (None, ""):
            words = "".join(" " + c.lower() if c.isupper() else c for c in name).capitalize()
            return refusal_node(Refused(f"{words} can't be blank", "BLANK", (variable, name)))

    def make() -> Discount:
        fields = _read(context, given, kind) | VALUES.get(kind or DiscountKind.PERCENTAGE, {})
        if "value" not in fields:
            raise Refused("Value can't be blank", "BLANK", (variable, "customerGets", "value"))
        return verbs.create_discount(context.state, context.shop, code=given["code"], **fields)

    return answer(context, make)


def _update(context: Context, gid: str, given: dict[str, Any], kinds: set[DiscountKind]) -> Node:
    def change() -> Discount:
        one = find(context, gid)
        if one.kind not in kinds:
            raise Refused("Discount does not exist", "INVALID", ("id",))
        fields = _read(context, given, one.kind, one)
        code = given.get("code")
        if code is not None:
            verbs.check_rename(context.shop, one, code)
        changed = verbs.update_discount(context.state, context.shop, one, **fields)
        if code is not None:
            one.codes[0].code = code
        return changed

    return answer(context, change)


def _read(
    context: Context, given: dict[str, Any], kind: DiscountKind | None, one: Discount | None = None
) -> dict[str, Any]:
    if kind is DiscountKind.FREE_SHIPPING:
        if given.get("destination", {"all": True}).get("all") is not True:
            raise missing("DiscountShippingDestinationSelectionInput other than {all: true}")
        if given.get("maximumShippingPrice") is not None:
            raise missing("DiscountCodeFreeShippingInput.maximumShippingPrice")
    fields = read_discount(context, given, one)
    if kind is DiscountKind.FREE_SHIPPING and "shipping" in fields.get("combines", ()):
        raise Refused(
            "Combines with is not valid for the discount class",
            "INVALID_COMBINES_WITH_FOR_DISCOUNT_CLASS",
            ("freeShippingCodeDiscount", "combinesWith"),
        )
    return fields
