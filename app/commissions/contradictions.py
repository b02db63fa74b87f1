"""What an offer may not say as a whole: rules that never earn, or that pay more than there is. Pure."""

from collections.abc import Sequence
from decimal import Decimal

import msgspec

from app.campaigns.model import ConditionSpec, OfferTerms, RuleSpec, plain
from app.commissions.book import Bound, Needs, book_of
from app.commissions.plugin import Role
from app.commissions.rulebook import rule_of
from app.kernel.errors import Invalid

MOST_RULES = 100
ONE_OF_A_KIND = ("renewals", "second_level")


class BadTerms(Invalid):
    """An offer whose rules are each readable and do not go together."""

    def __init__(self, why: str, *, rule: int | None = None) -> None:
        super().__init__(why)
        self.rule = rule
        """Which rule it is about, from 0; None: the offer as a whole."""


def check(terms: OfferTerms) -> None:
    """Refuse terms that contradict themselves or pay more than 100 %. Raises BadTerms, BadRule."""
    if not terms.rules:
        raise BadTerms("holds no rule; an offer needs one.")
    if len(terms.rules) > MOST_RULES:
        raise BadTerms(f"holds {len(terms.rules)} rules; at most {MOST_RULES} fit.", rule=MOST_RULES)
    for number, spec in enumerate(terms.rules):
        _check_conditions(number, spec)
    _check_twins(terms.rules)
    for bound in book_of(terms).lines:
        _check_base(bound, terms)
    _check_sum(terms)


def needs_of(versions: Sequence[OfferTerms]) -> Needs:
    """What must be known to price orders of a program, whichever of its versions is in force."""
    needs = Needs()
    for terms in versions:
        needs |= book_of(terms).needs
    return needs


def _check_conditions(number: int, spec: RuleSpec) -> None:
    if spec.when and rule_of(spec).ROLE is not Role.LINES:
        raise BadTerms(f"A rule {spec.kind!r} holds for every order; it has no conditions.", rule=number)
    seen: set[str] = set()
    for condition in spec.when:
        if condition.kind in seen:
            raise BadTerms(
                f"It asks twice for {condition.kind!r}: no order could be both; name all values in one.",
                rule=number,
            )
        seen.add(condition.kind)


def _check_twins(rules: Sequence[RuleSpec]) -> None:
    """Two rules that take the same lines, or of which an offer has only one: the second would never earn."""
    seen: dict[object, int] = {}
    for number, spec in enumerate(rules):
        for key in _exclusive(spec):
            if key in seen:
                first = seen[key] + 1
                raise BadTerms(
                    f"It would never earn: rule {first} already takes all that it takes.", rule=number
                )
            seen[key] = number


def _exclusive(spec: RuleSpec) -> list[object]:
    """What only one rule of an offer may be."""
    if rule_of(spec).ROLE is Role.LINES:
        return [("lines", frozenset(map(_same, spec.when)))]
    if spec.kind in ONE_OF_A_KIND:
        return [spec.kind]
    if spec.kind == "cap":
        return [("cap", spec.fields["per"])]
    return [(spec.kind, msgspec.json.encode(spec.fields, order="sorted"))]


def _same(condition: ConditionSpec) -> bytes:
    fields = {k: sorted(v) if isinstance(v, list | tuple) else v for k, v in condition.fields.items()}
    return msgspec.json.encode([condition.kind, fields], order="sorted")


def _check_base(bound: Bound, terms: OfferTerms) -> None:
    """A rule for what the base leaves out would never earn."""
    out = {
        "product": terms.base.products,
        "collection": terms.base.collections,
        "tag": terms.base.tags,
        "vendor": terms.base.vendors,
        "channel": terms.base.channels,
    }
    for condition in terms.rules[bound.number].when:
        named = next((v for v in condition.fields.values() if isinstance(v, list | tuple)), ())
        if named and set(named) <= set(out.get(condition.kind, ())):
            raise BadTerms(
                f"It would never earn: the offer's base excludes the {condition.kind} {named[0]}.",
                rule=bound.number,
            )


def _check_sum(terms: OfferTerms) -> None:
    book = book_of(terms)
    worst = max(book.lines, key=lambda b: b.rule.most(), default=None)
    creator = worst.rule.most() if worst is not None else Decimal(0)
    recruiter = book.second.most(creator) if book.second is not None else Decimal(0)
    if creator + recruiter > 1:
        kind = worst.kind if worst is not None else ""
        raise BadTerms(
            f"The rules pay more than there is: {kind} {_percent(creator)} + second level {_percent(recruiter)} "
            f"= {_percent(creator + recruiter)} of the sale."
        )


def _percent(fraction: Decimal) -> str:
    return f"{plain(fraction * 100):f} %"
