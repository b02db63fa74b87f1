"""metafieldsSet, metafieldDefinitionCreate, tagsAdd, tagsRemove."""

import hashlib
from typing import Any

from devstore.clock import rfc3339
from devstore.graphql.access import OWNER_SCOPES, check_scope
from devstore.graphql.context import NODES, Context, Node, gid, mutation, number_of
from devstore.graphql.errors import missing
from devstore.model import Metafield
from devstore.verbs.tags import change_tags

MOST_AT_ONCE = 25
CAPABILITIES = ("adminFilterable", "analyticsQueryable", "cartToOrderCopyable", "smartCollectionCondition",
                "uniqueValues")  # fmt: skip


@mutation("metafieldsSet")
def metafields_set(context: Context, metafields: list[dict[str, Any]]) -> Node:
    """All or nothing, at most 25. The owner must exist and its write scope be granted."""
    if len(metafields) > MOST_AT_ONCE:
        return _refused(
            [_error(None, "LESS_THAN_OR_EQUAL_TO", f"at most {MOST_AT_ONCE} at once")], "metafields"
        )
    errors = [e for i, one in enumerate(metafields) if (e := _problem(context, i, one)) is not None]
    if errors:
        return _refused(errors, "metafields")
    return {"metafields": [_node(_set(context, one)) for one in metafields], "userErrors": []}


def metafield_of(context: Context, owner: str, key: str, namespace: str | None) -> Node | None:
    """The metafield of an owner; without a namespace the app's own."""
    found = context.shop.metafields.get((owner, _namespace(namespace), key))
    return None if found is None else _node(found)


@mutation("metafieldDefinitionCreate")
def definition_create(context: Context, definition: dict[str, Any]) -> Node:
    """A definition with its capabilities. TAKEN when the owner type has that namespace and key."""
    owner = definition["ownerType"]
    if owner != "APPINSTALLATION":
        check_scope(context.scopes, f"write_{owner.lower()}s", "metafieldDefinitionCreate")
    place = (owner, _namespace(definition.get("namespace")), definition["key"])
    if place in context.shop.metafield_definitions:
        error = {
            "field": ["definition", "key"],
            "message": "Key is in use for this namespace.",
            "code": "TAKEN",
        }
        return {"createdDefinition": None, "userErrors": [error]}
    asked = definition.get("capabilities") or {}
    made: Node = {
        "__typename": "MetafieldDefinition",
        "id": gid("MetafieldDefinition", context.state.next_id("MetafieldDefinition")),
        "namespace": place[1],
        "key": place[2],
        "name": definition["name"],
        "ownerType": owner,
        "capabilities": {name: _capability(name, asked) for name in CAPABILITIES},
    }
    context.shop.metafield_definitions[place] = made
    return {"createdDefinition": made, "userErrors": []}


@mutation("tagsAdd")
def tags_add(context: Context, id: str, tags: list[str]) -> Node:  # noqa: A002  # Shopify's name
    """Tag an order, customer, product or code discount."""
    return _tags(context, id, add=tags)


@mutation("tagsRemove")
def tags_remove(context: Context, id: str, tags: list[str]) -> Node:  # noqa: A002  # Shopify's name
    """Take tags away."""
    return _tags(context, id, remove=tags)


def _tags(context: Context, owner: str, *, add: list[str] = (), remove: list[str] = ()) -> Node:  # type: ignore[assignment]
    kind = owner.removeprefix("gid://shopify/").split("/")[0]
    if kind not in OWNER_SCOPES:
        raise missing(f"tags of {kind}")
    check_scope(context.scopes, OWNER_SCOPES[kind], "tagsAdd")
    number = number_of(owner, kind)
    if number is None or NODES[kind](context, number) is None:
        return {"node": None, "userErrors": [{"field": ["id"], "message": f"{kind} does not exist"}]}
    change_tags(context.state, context.shop, kind, number, add=add, remove=remove)
    return {"node": NODES[kind](context, number), "userErrors": []}


def _capability(name: str, asked: dict[str, Any]) -> Node:
    enabled = bool((asked.get(name) or {}).get("enabled"))
    status = {"status": "FILTERABLE" if enabled else "NOT_FILTERABLE"} if name == "adminFilterable" else {}
    return {"enabled": enabled, "eligible": True} | status


def _problem(context: Context, index: int, one: dict[str, Any]) -> Node | None:
    owner = one["ownerId"]
    kind = owner.removeprefix("gid://shopify/").split("/")[0]
    if kind in OWNER_SCOPES:
        check_scope(context.scopes, OWNER_SCOPES[kind], "metafieldsSet")
        number = number_of(owner, kind)
        if number is None or NODES[kind](context, number) is None:
            return _error(index, "INVALID", f"Owner {owner} does not exist.")
    elif kind == "AppInstallation":
        if number_of(owner, kind) != context.shop.id:
            return _error(index, "INVALID", f"Owner {owner} does not exist.")
    else:
        raise missing(f"metafields of {kind}")
    held = context.shop.metafields.get((owner, _namespace(one.get("namespace")), one["key"]))
    if not one.get("type") and held is None:
        return _error(index, "BLANK", "Type can't be blank")
    if "compareDigest" in one and one["compareDigest"] != (None if held is None else _digest(held)):
        return _error(index, "STALE_OBJECT", "The resource has been updated since it was loaded.")
    return None


def _set(context: Context, one: dict[str, Any]) -> Metafield:
    place = (one["ownerId"], _namespace(one.get("namespace")), one["key"])
    now = context.state.now
    held = context.shop.metafields.get(place)
    if held is None:
        number = context.state.next_id("Metafield")
        held = Metafield(number, *place, type=one["type"], value=one["value"], created_at=now, updated_at=now)
        context.shop.metafields[place] = held
    held.type = one.get("type") or held.type
    held.value, held.updated_at = one["value"], now
    return held


def _namespace(text: str | None) -> str:
    own = "app--755357713"
    if text is None or text == "$app":
        return own
    return own + text.removeprefix("$app").replace(":", "--") if text.startswith("$app:") else text


def _digest(one: Metafield) -> str:
    return hashlib.sha256(one.value.encode()).hexdigest()


def _node(one: Metafield) -> Node:
    return {
        "__typename": "Metafield",
        "id": gid("Metafield", one.id),
        "namespace": one.namespace,
        "key": one.key,
        "type": one.type,
        "value": one.value,
        "compareDigest": _digest(one),
        "createdAt": rfc3339(one.created_at),
        "updatedAt": rfc3339(one.updated_at),
    }


def _error(index: int | None, code: str, message: str) -> Node:
    return {"field": ["metafields"], "code": code, "message": message, "elementIndex": index}


def _refused(errors: list[Node], field: str) -> Node:
    return {field: None, "userErrors": errors}
