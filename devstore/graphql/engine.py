"""Runs a document: every field either has an answer in the state or an error that names it; scopes are checked."""

import threading
from typing import Any

from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLError,
    GraphQLResolveInfo,
    GraphQLSchema,
    execute_sync,
    parse,
    validate,
)

from devstore.graphql.access import check_field
from devstore.graphql.context import MUTATIONS, QUERIES, Context
from devstore.graphql.errors import missing
from devstore.graphql.schema import schema

ROOTS = {"Query": QUERIES, "QueryRoot": QUERIES, "Mutation": MUTATIONS}
_cache: dict[str, DocumentNode | list[GraphQLError]] = {}
_cache_lock = threading.Lock()
MOST_CACHED = 500


def checked(text: str) -> DocumentNode | list[GraphQLError]:
    """The document, or why it is not valid on 2026-10. Remembered: an app sends the same few again and again."""
    with _cache_lock:
        if text in _cache:
            return _cache[text]
    result = _check(schema(), text)
    with _cache_lock:
        if len(_cache) >= MOST_CACHED:
            _cache.clear()
        _cache[text] = result
    return result


def _check(on: GraphQLSchema, text: str) -> DocumentNode | list[GraphQLError]:
    try:
        document = parse(text)
    except GraphQLError as problem:
        return [problem]
    return validate(on, document) or document


def run(
    context: Context, document: DocumentNode, variables: dict[str, Any], operation: str | None
) -> ExecutionResult:
    """Execute under the state's lock, so that an answer is of one instant."""
    with context.state.lock:
        return execute_sync(
            schema(),
            document,
            context_value=context,
            variable_values=variables,
            operation_name=operation,
            field_resolver=resolve_field,
            type_resolver=resolve_type,
        )


def resolve_field(source: Any, info: GraphQLResolveInfo[Context], **arguments: Any) -> Any:
    """Look the field up: root fields in the registers, others in the object that its parent gave."""
    context: Context = info.context
    parent = info.parent_type.name
    check_field(context.scopes, parent, info.field_name)
    if parent in ROOTS:
        resolver = ROOTS[parent].get(info.field_name)
        if resolver is None:
            raise missing(f"{parent}.{info.field_name}")
        return resolver(context, **arguments)
    if info.field_name not in source:
        raise missing(f"{parent}.{info.field_name}")
    context.objects += isinstance(source, dict) and info.field_name == "id"
    value = source[info.field_name]
    return value(**arguments) if callable(value) else value


def resolve_type(value: Any, info: GraphQLResolveInfo[Context], abstract_type: Any) -> str:
    """Every object behind an interface or union carries its name."""
    name = value.get("__typename")
    if not isinstance(name, str):
        raise missing(f"the type of {abstract_type.name}.{info.field_name}")
    return name
