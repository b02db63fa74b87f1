"""Reads a selection of fields out of many objects of one kind: what a bulk query does, planned once and then repeated.

graphql-core decides everything anew for each object, which takes 5 ms an order; this takes well under one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLNamedType,
    GraphQLSchema,
    InlineFragmentNode,
    SelectionSetNode,
    get_named_type,
    value_from_ast_untyped,
)

from devstore.graphql.access import check_field
from devstore.graphql.context import Node
from devstore.graphql.errors import missing

TYPE_NAME = "__typename"


@dataclass(frozen=True)
class Step:
    """One field to read."""

    key: str
    field: str
    arguments: Mapping[str, Any]
    inner: "Plan | None"


@dataclass(frozen=True)
class Plan:
    """The fields of one selection. `only`: for objects of that type and no others (a fragment on one of several)."""

    parent: str
    steps: tuple["Step | Plan", ...]
    only: str | None = None

    def read(self, node: Node) -> Node:
        """The chosen fields of the object, in the order of the query. Raises for what the devstore does not know."""
        chosen: Node = {}
        for step in self.steps:
            if isinstance(step, Plan):
                if step.only in {None, node.get(TYPE_NAME)}:
                    chosen |= step.read(node)
            else:
                chosen[step.key] = self._value(step, node)
        return chosen

    def _value(self, step: Step, node: Node) -> Any:
        if step.field == TYPE_NAME:
            return node.get(TYPE_NAME, self.parent)
        if step.field not in node:
            raise missing(f"{self.parent}.{step.field}")
        value = node[step.field]
        if callable(value):
            value = value(**step.arguments)
        if step.inner is None or value is None:
            return value
        return [step.inner.read(one) for one in value] if isinstance(value, list) else step.inner.read(value)


@dataclass(frozen=True)
class Planner:
    """Makes plans for one app on one schema; what its scopes do not admit is refused here, once."""

    schema: GraphQLSchema
    scopes: frozenset[str]
    fragments: Mapping[str, FragmentDefinitionNode]

    def plan(
        self, chosen: SelectionSetNode | None, parent: GraphQLNamedType, only: str | None = None
    ) -> Plan:
        """The plan for this selection on this type. Raises ACCESS_DENIED."""
        steps = [self._any(one, parent) for one in (chosen.selections if chosen else ())]
        return Plan(parent.name, tuple(steps), only)

    def _any(self, one: Any, parent: GraphQLNamedType) -> Step | Plan:
        if isinstance(one, FieldNode):
            return self.step(one, parent)
        if isinstance(one, FragmentSpreadNode):
            fragment = self.fragments[one.name.value]
            return self._on(fragment.type_condition.name.value, fragment.selection_set, parent)
        if isinstance(one, InlineFragmentNode) and one.type_condition is not None:
            return self._on(one.type_condition.name.value, one.selection_set, parent)
        raise missing(f"a fragment without a type on {parent.name}")

    def _on(self, name: str, chosen: SelectionSetNode, parent: GraphQLNamedType) -> Plan:
        kind = self.schema.type_map[name]
        return self.plan(chosen, kind, None if kind is parent else name)

    def step(self, one: FieldNode, parent: GraphQLNamedType) -> Step:
        """How this field is read. Raises ACCESS_DENIED."""
        name = one.name.value
        key = one.alias.value if one.alias else name
        if name == TYPE_NAME:
            return Step(key, name, {}, None)
        check_field(self.scopes, parent.name, name)
        arguments = {a.name.value: value_from_ast_untyped(a.value) for a in one.arguments or ()}
        declared: Any = parent.fields[name].type  # type: ignore[attr-defined]  # validated: it has fields
        inner = self.plan(one.selection_set, get_named_type(declared)) if one.selection_set else None
        return Step(key, name, arguments, inner)
