"""What a resolver gets besides its arguments, and the registers of what the devstore can answer."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from devstore.model import Shop
from devstore.state import State


@dataclass
class Context:
    """One call of the app. `unlimited`: inside a bulk query, where connections need no `first`."""

    state: State
    shop: Shop
    scopes: frozenset[str]
    base_url: str
    unlimited: bool = False
    objects: int = 0


Node = dict[str, Any]
Resolver = Callable[..., Any]

QUERIES: dict[str, Resolver] = {}
MUTATIONS: dict[str, Resolver] = {}
NODES: dict[str, Callable[[Context, int], Node | None]] = {}


def query(name: str) -> Callable[[Resolver], Resolver]:
    """Register a root field: resolver(context, **arguments)."""

    def keep(resolver: Resolver) -> Resolver:
        QUERIES[name] = resolver
        return resolver

    return keep


def mutation(name: str) -> Callable[[Resolver], Resolver]:
    """Register a mutation: resolver(context, **arguments)."""

    def keep(resolver: Resolver) -> Resolver:
        MUTATIONS[name] = resolver
        return resolver

    return keep


def node_type(name: str) -> Callable[[Resolver], Resolver]:
    """Register how a gid of this type is looked up: finder(context, number) -> object or None."""

    def keep(finder: Resolver) -> Resolver:
        NODES[name] = finder
        return finder

    return keep


def gid(kind: str, number: int) -> str:
    """The id as GraphQL writes it."""
    return f"gid://shopify/{kind}/{number}"


def number_of(text: str, *kinds: str) -> int | None:
    """The number inside a gid of one of these types; None for any other text."""
    parts = text.split("?", maxsplit=1)[0].removeprefix("gid://shopify/").split("/")
    if not text.startswith("gid://shopify/") or len(parts) != 2 or not parts[1].isdigit():  # noqa: PLR2004  # type and id
        return None
    return int(parts[1]) if not kinds or parts[0] in kinds else None
