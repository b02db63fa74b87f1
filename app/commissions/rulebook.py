"""The rules there are, and reading one out of an offer."""

from functools import lru_cache
from numbers import Integral, Real
from typing import Any

import msgspec

from app.campaigns.model import RuleSpec
from app.commissions import rules
from app.commissions.model import Rule
from app.kernel import registry
from app.kernel.errors import Invalid

KINDS = registry.load(rules, type)
"""Every kind of rule, by its name in offers."""


class BadRule(Invalid):
    """A rule of an offer that cannot be read."""

    def __init__(self, kind: str, why: str) -> None:
        super().__init__(f"The rule {kind!r} cannot be read: {why}")


def rule_of(spec: RuleSpec) -> Rule:
    """The rule that a spec describes. Raises BadRule naming the kind and what is wrong with it."""
    return _read(spec.kind, msgspec.json.encode(spec.fields, order="sorted"))


@lru_cache(maxsize=4096)
def _read(kind: str, fields: bytes) -> Rule:
    found = KINDS.get(kind)
    if found is None:
        raise BadRule(kind, f"there is no such rule. Known: {', '.join(KINDS)}.")
    values = msgspec.json.decode(fields)
    if isinstance(values, dict) and any(
        isinstance(v, Real) and not isinstance(v, Integral) for v in values.values()
    ):
        raise BadRule(kind, 'numbers are written as text, for example "rate": "0.12".')
    try:
        rule: Any = msgspec.convert(values, found, strict=True)
    except (msgspec.ValidationError, Invalid) as error:
        raise BadRule(kind, str(error)) from None
    return rule  # type: ignore[no-any-return]
