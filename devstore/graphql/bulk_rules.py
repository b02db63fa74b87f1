"""Which queries may be run in bulk. Source: shopify.dev, bulk operation queries, restrictions, 2026-10.

One root connection at least, five connections and two levels of nesting at most, no connection inside a list,
and the id of every parent whose children are asked for.
"""

from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    OperationDefinitionNode,
    SelectionSetNode,
    get_named_type,
)

from devstore.graphql.schema import schema

MOST_CONNECTIONS = 5
DEEPEST = 2


@dataclass
class _Found:
    connections: int = 0
    deepest: int = 0
    problem: str | None = None


def problem(document: DocumentNode) -> str | None:
    """Why Shopify would refuse to run this valid document in bulk; None when it would not."""
    operations = [d for d in document.definitions if isinstance(d, OperationDefinitionNode)]
    if len(operations) != 1 or operations[0].operation.value != "query":
        return "Bulk queries must contain exactly one query operation."
    if operations[0].variable_definitions:
        return "Bulk queries can't declare variables."
    found = _Found()
    fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
    root = schema().query_type
    assert root is not None  # noqa: S101  # the schema is Shopify's own
    _Walk(fragments, found).selections(operations[0].selection_set, root, depth=0, in_list=False)
    return found.problem or _too_much(found)


def _too_much(found: _Found) -> str | None:
    if found.connections == 0:
        return "Bulk queries must contain at least one connection."
    if found.connections > MOST_CONNECTIONS:
        return f"Bulk queries cannot contain more than {MOST_CONNECTIONS} connections."
    if found.deepest > DEEPEST + 1:
        return f"Bulk queries cannot contain connections with a nesting depth greater than {DEEPEST}."
    return None


@dataclass(frozen=True)
class _Walk:
    fragments: dict[str, FragmentDefinitionNode]
    found: _Found

    def selections(
        self, chosen: SelectionSetNode | None, parent: GraphQLNamedType, *, depth: int, in_list: bool
    ) -> None:
        for one in chosen.selections if chosen else ():
            if isinstance(one, FieldNode):
                self._field(one, parent, chosen, depth=depth, in_list=in_list)
                continue
            fragment: Any = self.fragments[one.name.value] if isinstance(one, FragmentSpreadNode) else one
            kind = schema().type_map[fragment.type_condition.name.value]
            self.selections(fragment.selection_set, kind, depth=depth, in_list=in_list)

    def _field(
        self,
        one: FieldNode,
        parent: GraphQLNamedType,
        beside: SelectionSetNode | None,
        *,
        depth: int,
        in_list: bool,
    ) -> None:
        if one.name.value.startswith("__"):
            return
        declared = parent.fields[one.name.value].type  # type: ignore[attr-defined]  # validated: it has fields
        kind = get_named_type(declared)
        if not kind.name.endswith("Connection"):
            unwrapped = declared.of_type if isinstance(declared, GraphQLNonNull) else declared
            # A page's own list of edges or nodes is no list of the query's.
            many = isinstance(unwrapped, GraphQLList) and not parent.name.endswith("Connection")
            self.selections(one.selection_set, kind, depth=depth, in_list=in_list or many)
            return
        self.found.connections += 1
        self.found.deepest = max(self.found.deepest, depth + 1)
        if in_list:
            self.found.problem = (
                "Queries that contain a connection field within a list field are not currently supported."
            )
        elif depth > 0 and not _has_id(beside):
            self.found.problem = (
                "The parent 'node' field for a nested connection must select the 'id' field without an alias."
            )
        self.selections(one.selection_set, kind, depth=depth + 1, in_list=False)


def _has_id(chosen: SelectionSetNode | None) -> bool:
    return any(
        isinstance(one, FieldNode) and one.name.value == "id" and one.alias is None
        for one in (chosen.selections if chosen else ())
    )
