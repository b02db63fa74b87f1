"""What a query costs, and the leaky bucket that pays for it.

The devstore's own approximation: an object with an id costs 1, a mutation 10, plain values nothing; a connection costs
2 and its children once per 2 x sqrt(first). Shopify's formula is not published in full; the shape of the answer is.
"""

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
    get_named_type,
)

DEAREST_QUERY = 1000
MUTATION = 10


@dataclass
class Bucket:
    """Points of one app on one shop; refills while time passes."""

    size: int
    rate: int
    clock: Callable[[], float] = time.monotonic
    level: float = -1
    seen: float = field(default=0)

    def __post_init__(self) -> None:
        self.level, self.seen = float(self.size), self.clock()

    def available(self) -> int:
        """Points right now."""
        now = self.clock()
        self.level = min(self.size, self.level + (now - self.seen) * self.rate)
        self.seen = now
        return int(self.level)

    def take(self, points: int) -> bool:
        """Pay; False (and nothing paid) when there is not enough."""
        if self.available() < points:
            return False
        self.level -= points
        return True

    def give_back(self, points: int) -> None:
        """What was asked for but not used."""
        self.level = min(self.size, self.level + points)

    def status(self) -> dict[str, float]:
        """ThrottleStatus."""
        return {
            "maximumAvailable": float(self.size),
            "currentlyAvailable": self.available(),
            "restoreRate": float(self.rate),
        }


def requested(schema: GraphQLSchema, document: DocumentNode, variables: Mapping[str, Any]) -> int:
    """The cost of a document before it is run."""
    fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
    counter = _Counter(schema, fragments, variables)
    total = 0
    for operation in document.definitions:
        if isinstance(operation, OperationDefinitionNode):
            root = schema.get_root_type(operation.operation)
            total += counter.selections(operation.selection_set, root)
            if operation.operation.value == "mutation":
                total += MUTATION * len(operation.selection_set.selections)
    return max(1, total)


class _Counter:
    def __init__(
        self,
        schema: GraphQLSchema,
        fragments: Mapping[str, FragmentDefinitionNode],
        variables: Mapping[str, Any],
    ) -> None:
        self.schema = schema
        self.fragments = fragments
        self.variables = variables

    def selections(self, chosen: SelectionSetNode | None, parent: Any) -> int:
        total = 0
        for one in chosen.selections if chosen else ():
            if isinstance(one, FieldNode):
                total += self._field(one, parent)
            elif isinstance(one, InlineFragmentNode):
                inner = self.schema.get_type(one.type_condition.name.value) if one.type_condition else parent
                total += self.selections(one.selection_set, inner)
            elif isinstance(one, FragmentSpreadNode):
                fragment = self.fragments[one.name.value]
                inner = self.schema.get_type(fragment.type_condition.name.value)
                total += self.selections(fragment.selection_set, inner)
        return total

    def _field(self, one: FieldNode, parent: Any) -> int:
        if not isinstance(parent, (GraphQLObjectType, GraphQLInterfaceType)):
            return 0
        definition = parent.fields.get(one.name.value)
        if definition is None:
            return 0
        kind = get_named_type(definition.type)
        if not isinstance(kind, (GraphQLObjectType, GraphQLInterfaceType, GraphQLUnionType)):
            return 0
        inner = self.selections(one.selection_set, kind)
        if kind.name.endswith("Connection"):
            return 2 + self._times(one) * max(1, inner)
        if "first" in definition.args:
            return self._times(one) * max(1, inner)
        own = 1 if not isinstance(kind, GraphQLUnionType) and "id" in kind.fields else 0
        return own + inner

    def _times(self, one: FieldNode) -> int:
        for argument in one.arguments or ():
            if argument.name.value in {"first", "last"}:
                value = argument.value
                if isinstance(value, IntValueNode):
                    return _damped(int(value.value))
                if isinstance(value, VariableNode):
                    return _damped(int(self.variables.get(value.name.value) or 0))
        return 1


def _damped(size: int) -> int:
    return min(size, math.ceil(2 * math.sqrt(max(0, size))))
