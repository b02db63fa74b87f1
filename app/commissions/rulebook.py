"""The rules and conditions there are, and reading one out of an offer."""

from collections.abc import Mapping
from functools import lru_cache
from numbers import Integral, Real
from typing import Any, cast

import msgspec

from app.campaigns.model import ConditionSpec, RuleSpec
from app.commissions import conditions, rules
from app.commissions.plugin import Condition, Rule
from app.kernel import registry
from app.kernel.errors import Invalid

KINDS: Mapping[str, type[Rule]] = registry.load(rules, type)
"""Every kind of rule, by its name in offers."""
CONDITIONS: Mapping[str, type[Condition]] = registry.load(conditions, type)
"""Every kind of condition, by its name in offers."""


class BadRule(Invalid):
    """A rule or condition of an offer that cannot be read."""

    def __init__(self, noun: str, kind: str, why: str) -> None:
        super().__init__(f"The {noun} {kind!r} cannot be read: {why}")
        self.why = why
        """The sentence for who sees the rule anyway."""


def rule_of(spec: RuleSpec) -> Rule:
    """The rule that a spec describes. Raises BadRule naming the kind and what is wrong with it."""
    return cast("Rule", _read("rule", spec.kind, msgspec.json.encode(spec.fields, order="sorted")))


def condition_of(spec: ConditionSpec) -> Condition:
    """The condition that a spec describes. Raises BadRule naming the kind and what is wrong with it."""
    return cast("Condition", _read("condition", spec.kind, msgspec.json.encode(spec.fields, order="sorted")))


@lru_cache(maxsize=4096)
def _read(noun: str, kind: str, fields: bytes) -> Any:
    known: Mapping[str, type] = KINDS if noun == "rule" else CONDITIONS
    found = known.get(kind)
    if found is None:
        raise BadRule(noun, kind, f"there is no such {noun}. Known: {', '.join(known)}.")
    values = msgspec.json.decode(fields)
    if _holds_bent_number(values):
        raise BadRule(noun, kind, 'numbers are written as text, for example "rate": "0.12".')
    try:
        return msgspec.convert(values, found, strict=True)
    except (msgspec.ValidationError, Invalid) as error:
        raise BadRule(noun, kind, str(error)) from None


def _holds_bent_number(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(_holds_bent_number, value.values()))
    if isinstance(value, list):
        return any(map(_holds_bent_number, value))
    return isinstance(value, Real) and not isinstance(value, Integral)
