"""An offer as somebody typed it: repeated groups of a form, with rules and conditions added, moved and removed.

Pure. Names of inputs: `hold_days`, `rules.0.kind`, `rules.0.rate`, `rules.0.when.1.countries`, and for
the rows of a small table `rules.0.steps.from`, once for each row.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from werkzeug.datastructures import MultiDict

from app.campaigns.model import ConditionSpec, OfferTerms, RuleSpec
from app.commissions.rulebook import CONDITIONS, KINDS
from app.flows.offer_fields import TERMS, values_of
from app.kernel.fields import LISTS, Field, FieldKind
from app.web.admin.offers_values import shown

MOST_RULES, MOST_CONDITIONS = 50, 20
"""More than any offer has; a form that was made up does not make us work."""
NAME = re.compile(r"rules\.(\d{1,3})\.(?:when\.(\d{1,3})\.)?([\w.]+)")
EMPTY_ROWS = 2
"""Rows that a table of rates offers to be filled in, whether or not scripts run."""

Values = dict[str, list[str]]
"""By the name of the field within its part; the rows of a table are `steps.from`, `steps.rate`."""


@dataclass
class Part:
    """A rule or a condition as it was typed."""

    kind: str
    values: Values = field(default_factory=dict)
    when: list["Part"] = field(default_factory=list)


@dataclass
class Typed:
    """The whole form as it was typed."""

    values: Values = field(default_factory=dict)
    rules: list[Part] = field(default_factory=list)

    def add(self, kind: str) -> str:
        """Add a rule at the end; returns the name that its inputs begin with."""
        if kind in KINDS and len(self.rules) < MOST_RULES:
            self.rules.append(Part(kind))
        return f"rules.{len(self.rules) - 1}"

    def add_condition(self, number: int, kind: str) -> str:
        """Add a condition to a rule; returns the name that its inputs begin with."""
        if not number < len(self.rules):
            return ""
        held = self.rules[number].when
        if kind in CONDITIONS and len(held) < MOST_CONDITIONS:
            held.append(Part(kind))
        return f"rules.{number}.when.{len(held) - 1}"

    def drop(self, number: int, condition: int | None = None) -> None:
        """Remove a rule, or one of its conditions."""
        held = self.rules if condition is None else self.rules[number : number + 1]
        for parts, at in [(held, number)] if condition is None else [(r.when, condition) for r in held]:
            del parts[at : at + 1]

    def move(self, number: int, by: int) -> str:
        """Move a rule up or down; returns the name that its inputs begin with then."""
        to = min(max(number + by, 0), max(len(self.rules) - 1, 0))
        if number < len(self.rules):
            self.rules.insert(to, self.rules.pop(number))
        return f"rules.{to}"


def sent(form: MultiDict[str, str]) -> Typed:
    """What the form sent. Parts are in the order of their numbers; unknown kinds are left out."""
    typed = Typed({f.key: form.getlist(f.key) for f in TERMS if f.key in form})
    rules: dict[int, Part] = {}
    conditions: dict[tuple[int, int], Part] = {}
    for name in form:
        match = NAME.fullmatch(name)
        if match is None:
            continue
        rule = rules.setdefault(int(match[1]), Part(""))
        part = rule
        if match[2] is not None:
            part = conditions.setdefault((int(match[1]), int(match[2])), Part(""))
        _take(part, match[3], form.getlist(name))
    for (number, _), condition in sorted(conditions.items(), key=lambda item: item[0]):
        if condition.kind in CONDITIONS:
            rules[number].when.append(condition)
    typed.rules = [rule for _, rule in sorted(rules.items()) if rule.kind in KINDS][:MOST_RULES]
    for rule in typed.rules:
        del rule.when[MOST_CONDITIONS:]
    return typed


def of_terms(terms: OfferTerms) -> Typed:
    """What a person would have typed to get these terms."""
    return Typed(_values(TERMS, values_of(terms)), [_part(spec, KINDS) for spec in terms.rules])


def _take(part: Part, key: str, texts: list[str]) -> None:
    if key == "kind":
        part.kind = texts[0]
    else:
        part.values[key] = texts


def _part(spec: RuleSpec | ConditionSpec, known: Mapping[str, Any]) -> Part:
    fields = known[spec.kind].FIELDS
    when = [_part(c, CONDITIONS) for c in spec.when] if isinstance(spec, RuleSpec) else []
    return Part(spec.kind, _values(fields, spec.fields), when)


def _values(fields: Iterable[Field], kept: Mapping[str, Any]) -> Values:
    found: Values = {}
    for each in fields:
        value = kept.get(each.key)
        if value is None or (each.kind is FieldKind.SWITCH and not value):
            continue
        if each.kind is FieldKind.STEPS:
            for column in each.columns:
                found[f"{each.key}.{column.key}"] = [shown(column, row.get(column.key)) for row in value]
        else:
            found[each.key] = ["\n".join(value) if each.kind in LISTS else shown(each, value)]
    return found
