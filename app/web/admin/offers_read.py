"""From what was typed to the terms of an offer: every mistake beside its field, or terms that are whole."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.campaigns.discount import BadDiscount
from app.campaigns.model import ConditionSpec, OfferTerms, RuleSpec
from app.commissions import checks
from app.commissions.contradictions import BadTerms, check
from app.commissions.plugin import Described
from app.commissions.rulebook import CONDITIONS, KINDS, BadRule, condition_of, rule_of
from app.flows.discount_fields import KEYS, PERCENT
from app.flows.offer_fields import NEVER_EARN, TERMS, terms_of
from app.kernel.errors import Invalid
from app.kernel.fields import Field, FieldKind
from app.web.admin import offers_values
from app.web.admin.offers_typed import Part, Typed

AMOUNT = Field("amount", "Amount", FieldKind.MONEY, least="0")
"""A threshold of net sales."""


@dataclass
class Reading:
    """What came of a form: terms, or sentences by the name of the input that they stand beside."""

    terms: OfferTerms | None = None
    errors: dict[str, str] = field(default_factory=dict)
    """Of the whole offer under the name `form`; of a rule as a whole under its own name."""


def read(typed: Typed, currency: str) -> Reading:
    """Read the whole form. `terms` is None as soon as one thing is wrong."""
    reader = _Reader(currency)
    values = reader.terms(typed)
    rules = tuple(reader.rule(part, f"rules.{n}") for n, part in enumerate(typed.rules))
    if not typed.rules:
        reader.errors["form"] = "This offer pays nothing: add what creators earn."
    if reader.errors:
        return Reading(errors=reader.errors)
    try:
        terms = terms_of(values, rules, currency)
    except BadDiscount as refusal:
        return Reading(errors={KEYS.get(refusal.key, refusal.key): str(refusal)})
    except Invalid as refusal:
        return Reading(errors={PERCENT.key: str(refusal)})
    try:
        check(terms)
    except BadTerms as refusal:
        return Reading(errors={f"rules.{refusal.rule}" if refusal.rule is not None else "form": str(refusal)})
    return Reading(terms)


class _Reader:
    def __init__(self, currency: str) -> None:
        self.currency = currency
        self.errors: dict[str, str] = {}

    def terms(self, typed: Typed) -> dict[str, Any]:
        """What belongs to no rule."""
        values = self.values(TERMS, typed.values, "")
        for each in NEVER_EARN:
            try:
                checks.some(each.key, values.get(each.key, ["none"]))
            except Invalid as refusal:
                self.errors[each.key] = str(refusal)
        return values

    def rule(self, part: Part, name: str) -> RuleSpec:
        """Its conditions, its fields each by itself, and then what the kind says of them together."""
        when = tuple(self.condition(held, f"{name}.when.{n}") for n, held in enumerate(part.when))
        spec = RuleSpec(part.kind, self.fields(KINDS[part.kind], part, name), when)
        self.accept(name, lambda: rule_of(spec))
        return spec

    def condition(self, part: Part, name: str) -> ConditionSpec:
        spec = ConditionSpec(part.kind, self.fields(CONDITIONS[part.kind], part, name))
        self.accept(name, lambda: condition_of(spec))
        return spec

    def fields(self, kind: type[Described], part: Part, name: str) -> dict[str, Any]:
        values = self.values(kind.FIELDS, part.values, f"{name}.")
        if "currency" in getattr(kind, "__struct_fields__", ()):
            values["currency"] = self.currency
        return self.amounts(values, name) if values.get("by") == "net_sales" else values

    def amounts(self, values: dict[str, Any], name: str) -> dict[str, Any]:
        """What is counted in money is written like money, whether it is a target or where a tier begins."""
        if values.get("target"):
            values["target"] = self.one(AMOUNT, values["target"], f"{name}.target")
        for number, row in enumerate(values.get("steps", ())):
            if row["from"]:
                row["from"] = self.one(AMOUNT, row["from"], f"{name}.steps.{number}.from")
        return values

    def accept(self, name: str, reading: Callable[[], object]) -> None:
        """Hear the kind itself, unless one of its fields could not be read."""
        if any(key.startswith(f"{name}.") for key in self.errors):
            return
        try:
            reading()
        except BadRule as refusal:
            self.errors[name] = refusal.why[:1].upper() + refusal.why[1:]

    def values(self, fields: Iterable[Field], typed: Mapping[str, list[str]], prefix: str) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for each in fields:
            if each.only_if is not None and (typed.get(each.only_if[0]) or [""])[0] not in each.only_if[1]:
                continue
            value = (
                self.rows(each, typed, prefix)
                if each.kind is FieldKind.STEPS
                else self.one(each, (typed.get(each.key) or [""])[0], prefix + each.key)
            )
            if value is not None:
                found[each.key] = value
        return found

    def one(self, each: Field, text: str, name: str) -> Any:
        if each.kind is FieldKind.SWITCH:
            return bool(text)
        if not text.strip():
            if not each.optional:
                self.errors[name] = f"{each.label} is missing."
            return None
        try:
            return offers_values.read(each, text, self.currency)
        except Invalid as refusal:
            self.errors[name] = str(refusal)
            return None

    def rows(self, each: Field, typed: Mapping[str, list[str]], prefix: str) -> list[dict[str, Any]]:
        """The rows in which anything was typed; each of them must be whole."""
        columns = [typed.get(f"{each.key}.{c.key}", []) for c in each.columns]
        rows = [
            [column[n] if n < len(column) else "" for column in columns]
            for n in range(max(map(len, columns), default=0))
        ]
        used = [texts for texts in rows if any(text.strip() for text in texts)]
        found = [self.row(each, texts, f"{prefix}{each.key}.{n}") for n, texts in enumerate(used)]
        if not found:
            self.errors[f"{prefix}{each.key}.0.{each.columns[0].key}"] = f"{each.label} are missing."
        return found

    def row(self, each: Field, texts: list[str], name: str) -> dict[str, Any]:
        return {c.key: self.one(c, t, f"{name}.{c.key}") for c, t in zip(each.columns, texts, strict=True)}
