"""An offer in plain words: for the merchant's pages now, for creators' mails and portal later.

Goes by what rules and conditions say of themselves, so a new kind is spoken of without a change here.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple, Protocol

import msgspec

from app.campaigns.model import ConditionSpec, OfferTerms, RuleSpec
from app.commissions.rulebook import CONDITIONS, KINDS
from app.flows.discount_fields import currency_of
from app.flows.offer_fields import TERMS, values_of
from app.kernel.currency import minor_units
from app.kernel.errors import Invalid
from app.kernel.fields import LISTS, Field, FieldKind

OPTIONAL = re.compile(r"\[([^\]]*)\]")
"""A part of a template that is left out when one of its values is missing."""
PLACE = re.compile(r"\{(\w+)\}")
MOST_NAMED = 4
"""Of a longer list only these are spoken, and how many more there are."""


class Voice(Protocol):
    """How numbers and names are spoken; app.web.formats has one for each reader."""

    def money(self, minor: int, currency: str | None = None) -> str:
        """An amount."""

    def share(self, fraction: Decimal) -> str:
        """A fraction as a percentage: 12%."""

    def territory(self, code: str) -> str:
        """A country by its ISO 3166 code: Germany."""


class Said(NamedTuple):
    """One difference between two versions."""

    what: str
    before: str | None
    """None: it was added."""
    after: str | None
    """None: it was taken away."""


def summary(terms: OfferTerms, voice: Voice) -> str:
    """What creators earn, in one sentence: 12% of sales; 15% of sales for new customers in Germany."""
    return "; ".join(rule(spec, voice) for spec in terms.rules)


def rule(spec: RuleSpec, voice: Voice) -> str:
    """One rule with its conditions, in words."""
    return " ".join((_of_kind(spec, KINDS, voice), *(_of_kind(c, CONDITIONS, voice) for c in spec.when)))


def differences(before: OfferTerms, after: OfferTerms, voice: Voice) -> list[Said]:
    """What the later terms say otherwise than the earlier, most telling first. Equal terms: nothing."""
    return [*_rules(before.rules, after.rules, voice), *_terms(before, after, voice)]


def value(field: Field, kept: Any, voice: Voice, currency: str | None) -> str:
    """A field's value as a reader of one locale expects it; the kept writing is JSON's."""
    speakers: dict[FieldKind, Callable[[], str]] = {
        FieldKind.PERCENT: lambda: voice.share(Decimal(kept)),
        FieldKind.MONEY: lambda: voice.money(minor_units(kept, currency or ""), currency),
        FieldKind.CHOICE: lambda: next((c.label for c in field.choices if c.key == kept), str(kept)),
        FieldKind.SWITCH: lambda: "yes" if kept else "no",
        FieldKind.STEPS: lambda: ", ".join(_step(field, row, voice, currency) for row in kept),
        **dict.fromkeys(LISTS, lambda: _several([_named(field, text, voice) for text in kept])),
    }
    return speakers.get(field.kind, lambda: str(kept))()


def _rules(before: Sequence[RuleSpec], after: Sequence[RuleSpec], voice: Voice) -> list[Said]:
    """Rules of one kind and with the same conditions are one rule that changed; others came or went."""
    left, came = list(before), []
    pairs: list[tuple[RuleSpec, RuleSpec]] = []
    for same in (_whole, _identity, _sort):
        for new in [n for n in after if all(n is not pair[1] for pair in pairs)]:
            old = next((o for o in left if same(o) == same(new)), None)
            if old is not None:
                left.remove(old)
                pairs.append((old, new))
    came = [new for new in after if all(new is not pair[1] for pair in pairs)]
    said = [s for old, new in pairs for s in _changed(old, new, voice)]
    said += [Said(KINDS[new.kind].LABEL, None, rule(new, voice)) for new in came]
    said += [Said(_label(old), rule(old, voice), None) for old in left]
    return said or _moved(before, after, voice)


def _whole(spec: RuleSpec) -> bytes:
    return msgspec.json.encode(spec, order="sorted")


def _identity(spec: RuleSpec) -> bytes:
    return msgspec.json.encode((spec.kind, sorted(map(msgspec.json.encode, spec.when))))


def _sort(spec: RuleSpec) -> bytes:
    return spec.kind.encode()


def _changed(old: RuleSpec, new: RuleSpec, voice: Voice) -> list[Said]:
    if old == new:
        return []
    if old.when != new.when or old.kind not in KINDS:
        return [Said(_label(old), rule(old, voice), rule(new, voice))]
    conditions = " ".join(_of_kind(c, CONDITIONS, voice) for c in new.when)
    label = f"{_label(new)} ({conditions})" if conditions else _label(new)
    fields = KINDS[new.kind].FIELDS
    return [
        Said(f"{label}, {field.label.lower()}" if len(fields) > 1 else label, was, now)
        for field in fields
        if (was := _spoken(field, old, voice)) != (now := _spoken(field, new, voice))
    ]


def _moved(before: Sequence[RuleSpec], after: Sequence[RuleSpec], voice: Voice) -> list[Said]:
    if list(before) == list(after):
        return []
    return [
        Said("Order of the rules", *("; ".join(rule(s, voice) for s in each) for each in (before, after)))
    ]


def _terms(before: OfferTerms, after: OfferTerms, voice: Voice) -> Iterable[Said]:
    was, now = values_of(before), values_of(after)
    units = (currency_of(before), currency_of(after))
    for field in TERMS:
        old, new = was.get(field.key), now.get(field.key)
        if old != new and (old or new):  # A switch that is off, where it meant nothing before, is no news.
            yield Said(
                field.label,
                value(field, old, voice, units[0]) if old is not None else None,
                value(field, new, voice, units[1]) if new is not None else None,
            )


def _of_kind(spec: RuleSpec | ConditionSpec, known: Mapping[str, Any], voice: Voice) -> str:
    """The kind's own template filled in; a kind without one is named with its values."""
    found = known.get(spec.kind)
    if found is None:
        return spec.kind
    spoken = {
        field.key: _inside(field, text)
        for field in found.FIELDS
        if (text := _spoken(field, spec, voice)) is not None and not _is_off(field, spec)
    }
    template: str | None = getattr(found, "SAYS", None)
    if template is None:
        parts = ", ".join(f"{f.label.lower()} {spoken[f.key]}" for f in found.FIELDS if f.key in spoken)
        return f"{found.LABEL}: {parts}" if parts else found.LABEL
    # Of a switch that is on the template says all, and its place stays empty.
    on = {field.key: "" for field in found.FIELDS if field.kind is FieldKind.SWITCH and field.key in spoken}
    return _filled(template, spoken | on)


def _filled(template: str, spoken: Mapping[str, str]) -> str:
    def part(match: re.Match[str]) -> str:
        return match[1] if spoken.keys() >= set(PLACE.findall(match[1])) else ""

    return PLACE.sub(lambda m: spoken.get(m[1], ""), OPTIONAL.sub(part, template))


def _is_off(field: Field, spec: RuleSpec | ConditionSpec) -> bool:
    return field.kind is FieldKind.SWITCH and not spec.fields.get(field.key)


def _inside(field: Field, text: str) -> str:
    """A label in the middle of a sentence begins with a small letter; names and amounts stay as they are."""
    return text[:1].lower() + text[1:] if field.kind is FieldKind.CHOICE else text


def _spoken(field: Field, spec: RuleSpec | ConditionSpec, voice: Voice) -> str | None:
    kept = spec.fields.get(field.key, field.default if _means_something(field, spec) else None)
    return None if kept is None else value(_unit(field, spec), kept, voice, spec.fields.get("currency"))


def _unit(field: Field, spec: RuleSpec | ConditionSpec) -> Field:
    """The field as the rule's own choices make it: a threshold of net sales is money, one of orders is not."""
    columns = tuple(_unit(column, spec) for column in field.columns)
    is_money = field.money_if is not None and spec.fields.get(field.money_if[0]) in field.money_if[1]
    kind = FieldKind.MONEY if is_money else field.kind
    return msgspec.structs.replace(field, kind=kind, columns=columns)


def _means_something(field: Field, spec: RuleSpec | ConditionSpec) -> bool:
    return field.only_if is None or spec.fields.get(field.only_if[0]) in field.only_if[1]


def _named(field: Field, text: str, voice: Voice) -> str:
    return voice.territory(text) if field.kind is FieldKind.COUNTRIES else text


def _several(names: Sequence[str]) -> str:
    named = ", ".join(names[:MOST_NAMED])
    more = len(names) - MOST_NAMED
    return f"{named} and {more} more" if more > 0 else named


def _step(field: Field, row: Mapping[str, Any], voice: Voice, currency: str | None) -> str:
    """A row of a table of rates: 15% from €1,000.00. The last column is what the others lead to."""
    *starts, last = field.columns
    told = " ".join(f"from {_amount(c, row[c.key], voice, currency)}" for c in starts)
    return f"{value(last, row[last.key], voice, currency)} {told}"


def _amount(column: Field, kept: str, voice: Voice, currency: str | None) -> str:
    try:
        return value(column, kept, voice, currency)
    except Invalid:
        return str(kept)


def _label(spec: RuleSpec) -> str:
    found = KINDS.get(spec.kind)
    return found.LABEL if found else spec.kind
