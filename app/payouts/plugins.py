"""Every provider there is, by name: a new one is one new file."""

from collections.abc import Mapping
from functools import cache

from app.kernel import registry
from app.payouts import providers
from app.payouts.plugin import Plugin


@cache
def plugins() -> Mapping[str, Plugin]:
    """All of them. Imports them, and what they are made of, when it is first asked for."""
    return registry.load(providers, Plugin)
