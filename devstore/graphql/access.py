"""Which scopes a field needs, read from field-access.json (names only, from Shopify's introspection)."""

import functools
import json
from typing import Any

from devstore.graphql.errors import access_denied
from devstore.graphql.schema import HERE

# Shopify leaves these without a scope of their own; what they touch decides (graphql/README.md).
OWNER_SCOPES = {"Order": "write_orders", "Customer": "write_customers", "Product": "write_products",
                "DiscountCodeNode": "write_discounts"}  # fmt: skip


@functools.cache
def table() -> dict[str, Any]:
    """Query, Mutation, types and fields: name -> list of needed scopes; "a|b" means either."""
    content: dict[str, Any] = json.loads((HERE / "field-access.json").read_text())
    return content


@functools.lru_cache(maxsize=4096)
def check_field(scopes: frozenset[str], type_name: str, field: str) -> None:
    """Raise ACCESS_DENIED when the app may not read this field of this type."""
    known = table()
    if type_name in {"Query", "Mutation", "QueryRoot"}:
        needed = known["Mutation" if type_name == "Mutation" else "Query"].get(field, [])
    else:
        needed = [*known["types"].get(type_name, []), *known["fields"].get(type_name, {}).get(field, [])]
    for choice in needed:
        check_scope(scopes, choice, field)


def check_scope(scopes: frozenset[str], choice: str, field: str) -> None:
    """Raise ACCESS_DENIED unless one of "a|b" is granted; a write scope implies its read scope."""
    if not any(has(scopes, one) for one in choice.split("|")):
        raise access_denied(field, choice)


def has(scopes: frozenset[str], scope: str) -> bool:
    """Granted, or implied by the write scope."""
    return scope in scopes or (scope.startswith("read_") and "write_" + scope[5:] in scopes)
