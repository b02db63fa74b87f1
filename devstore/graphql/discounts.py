"""Queries about discounts, and mutations that every kind of them shares; discount_kinds has the others."""

from collections.abc import Callable
from typing import Any

from graphql import GraphQLError

from devstore.clock import rfc3339
from devstore.discount_model import Discount
from devstore.graphql.connections import connection
from devstore.graphql.context import Context, Node, gid, mutation, node_type, number_of, query
from devstore.graphql.discount_nodes import any_node, code_node, import_node
from devstore.graphql.errors import missing
from devstore.graphql.search import matching
from devstore.model import Refused
from devstore.verbs import discounts as verbs

SORT = {
    "RELEVANCE": lambda d: (d.title, d.id),
    "ID": lambda d: (d.id,),
    "TITLE": lambda d: (d.title, d.id),
    "CREATED_AT": lambda d: (rfc3339(d.created_at), d.id),
    "UPDATED_AT": lambda d: (rfc3339(d.updated_at), d.id),
    "STARTS_AT": lambda d: (rfc3339(d.starts_at), d.id),
}
KNOWN_CODES = {
    "TAKEN",
    "BLANK",
    "TOO_LONG",
    "GREATER_THAN",
    "VALUE_OUTSIDE_RANGE",
    "EXCEEDED_MAX",
    "CONFLICT",
    "MINIMUM_SUBTOTAL_AND_QUANTITY_RANGE_BOTH_PRESENT",
    "INVALID_COMBINES_WITH_FOR_DISCOUNT_CLASS",
}


@query("codeDiscountNodeByCode")
def by_code(context: Context, code: str) -> Node | None:
    """The discount a code unlocks, without regard to case; null when nobody has it."""
    found = context.shop.redeem_code(code)
    return None if found is None else code_node(context, found[0])


@query("codeDiscountNode")
def by_id(context: Context, id: str) -> Node | None:  # noqa: A002  # Shopify's name
    """A code discount by id."""
    number = number_of(id, "DiscountCodeNode", "DiscountNode")
    return None if number is None else find_code_node(context, number)


@node_type("DiscountCodeNode")
def find_code_node(context: Context, number: int) -> Node | None:
    """The code discount of this shop, or null."""
    found = context.shop.discounts.get(number)
    return None if found is None or found.automatic else code_node(context, found)


@query("discountNode")
def any_by_id(context: Context, id: str) -> Node | None:  # noqa: A002  # Shopify's name
    """A discount of either kind by id."""
    found = context.shop.discounts.get(number_of(id) or 0)
    return None if found is None else any_node(context, found)


@query("discountNodes")
def discount_nodes(context: Context, **arguments: Any) -> Node:
    """All discounts by search and page."""
    return _page(context, list(context.shop.discounts.values()), any_node, arguments)


@query("codeDiscountNodes")
def code_discount_nodes(context: Context, **arguments: Any) -> Node:
    """Code discounts by search and page (deprecated in 2026-10, still answered)."""
    return _page(
        context, [d for d in context.shop.discounts.values() if not d.automatic], code_node, arguments
    )


def _page(
    context: Context,
    items: list[Discount],
    build: Callable[[Context, Discount], Node],
    arguments: dict[str, Any],
) -> Node:
    fields = {
        "id": lambda d: d.id,
        "title": lambda d: d.title,
        "code": lambda d: {code.code for code in d.codes},
        "status": lambda d: d.status_at(context.state.now),
        "method": lambda d: "automatic" if d.automatic else "code",
        "times_used": lambda d: sum(code.uses for code in d.codes),
        "starts_at": lambda d: d.starts_at,
        "updated_at": lambda d: d.updated_at,
        "created_at": lambda d: d.created_at,
    }
    wanted = arguments.get("sortKey", "ID")
    if wanted not in SORT:
        raise missing(f"discounts sorted by {wanted}")
    found = matching(items, arguments.get("query"), fields, free=lambda d: d.title)
    return connection(context, found, lambda d: build(context, d), arguments, key=SORT[wanted])


@mutation("discountCodeActivate")
def activate(context: Context, id: str) -> Node:  # noqa: A002  # Shopify's name
    """Let it run from now on."""
    return answer(context, lambda: verbs.activate_discount(context.state, context.shop, find(context, id)))


@mutation("discountCodeDeactivate")
def deactivate(context: Context, id: str) -> Node:  # noqa: A002  # Shopify's name
    """End it now."""
    return answer(context, lambda: verbs.deactivate_discount(context.state, context.shop, find(context, id)))


@mutation("discountCodeDelete")
def delete(context: Context, id: str) -> Node:  # noqa: A002  # Shopify's name
    """Take it away with all its codes."""
    try:
        verbs.delete_discount(context.state, context.shop, find(context, id))
    except Refused as refusal:
        return {"deletedCodeDiscountId": None, "userErrors": [_user_error(refusal)]}
    return {"deletedCodeDiscountId": id, "userErrors": []}


@mutation("discountRedeemCodeBulkAdd")
def bulk_add(context: Context, discountId: str, codes: list[dict[str, str]]) -> Node:  # noqa: N803
    """Begin to add up to 250 codes; ask discountRedeemCodeBulkCreation until it is done."""
    most = verbs.MOST_CODES_A_CALL
    if len(codes) > most:
        raise GraphQLError(
            f"The input array size of {len(codes)} is greater than the maximum allowed of {most}.",
            extensions={"code": "MAX_INPUT_SIZE_EXCEEDED"},
        )
    try:
        one = find(context, discountId, "discountId")
    except Refused as refusal:
        return {"bulkCreation": None, "userErrors": [_user_error(refusal)]}
    job = verbs.add_codes(context.state, context.shop, one, [given["code"] for given in codes])
    return {"bulkCreation": import_node(context, job), "userErrors": []}


@query("discountRedeemCodeBulkCreation")
def bulk_creation(context: Context, id: str) -> Node | None:  # noqa: A002  # Shopify's name
    """How far the import is. Looking at it brings it forward (switch import_polls)."""
    job = context.shop.code_imports.get(number_of(id, "DiscountRedeemCodeBulkCreation") or 0)
    if job is None:
        return None
    return import_node(context, verbs.look_at_import(context.state, context.shop, job))


@mutation("discountCodeRedeemCodeBulkDelete")
def bulk_delete(context: Context, discountId: str, **arguments: Any) -> Node:  # noqa: N803  # Shopify's name
    """Take codes from a discount by their ids."""
    if arguments.get("search") is not None or arguments.get("savedSearchId") is not None:
        raise missing("discountCodeRedeemCodeBulkDelete by search")
    try:
        one = find(context, discountId, "discountId")
    except Refused as refusal:
        return {"job": None, "userErrors": [_user_error(refusal)]}
    ids = [number_of(text, "DiscountRedeemCode") for text in arguments.get("ids") or ()]
    verbs.remove_codes(context.state, context.shop, one, [number for number in ids if number is not None])
    return {"job": {"id": gid("Job", context.state.next_id("Job")), "done": True}, "userErrors": []}


def find(context: Context, text: str, argument: str = "id") -> Discount:
    """The code discount of that gid. Refused when the shop has none."""
    found = context.shop.discounts.get(number_of(text, "DiscountCodeNode", "DiscountNode") or 0)
    if found is None or found.automatic:
        raise Refused("Code discount does not exist.", "INVALID", (argument,))
    return found


def answer(context: Context, act: Callable[[], Discount]) -> Node:
    """What a mutation of a discount returns."""
    try:
        return {"codeDiscountNode": code_node(context, act()), "userErrors": []}
    except Refused as refusal:
        return refusal_node(refusal)


def refusal_node(refusal: Refused) -> Node:
    """What it returns when it was refused."""
    return {"codeDiscountNode": None, "userErrors": [_user_error(refusal)]}


def _user_error(refusal: Refused) -> Node:
    code = refusal.code if refusal.code in KNOWN_CODES else "INVALID"
    return {
        "field": list(refusal.field_path) or None,
        "code": code,
        "message": refusal.message,
        "extraInfo": None,
    }
