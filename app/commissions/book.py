"""An offer's rules made ready to price orders: read once, the most specific first.

The terms of a version never change, so what is made of them is kept beside them.
"""

from dataclasses import dataclass
from typing import cast
from weakref import ref

from app.campaigns.model import OfferTerms, RuleSpec
from app.commissions.conditions.collection import Collection
from app.commissions.conditions.customer import Customer
from app.commissions.conditions.tag import Tag
from app.commissions.plugin import Condition, ExtraRule, LineRule, Role, Rule
from app.commissions.rulebook import condition_of, rule_of
from app.commissions.rules.bonus import Bonus
from app.commissions.rules.cap import Cap
from app.commissions.rules.renewals import Renewals
from app.commissions.rules.second_level import SecondLevel
from app.commissions.rules.tier import Tier
from app.commissions.sale import LineShare, Sale


@dataclass(frozen=True, slots=True)
class Bound:
    """A rule for lines with the conditions under which it takes them."""

    number: int
    """Its place among the offer's rules, from 0: ties go to the merchant's order."""
    kind: str
    rule: LineRule
    conditions: tuple[Condition, ...]
    why: tuple[str, ...]

    def takes(self, sale: Sale, line: LineShare) -> bool:
        """Whether every condition holds; shipping goes to the rule without any."""
        if line.is_shipping:
            return not self.conditions and self.rule.TAKES_SHIPPING
        return all(condition.holds(sale, line) for condition in self.conditions)

    @property
    def specificity(self) -> tuple[int, int]:
        """Variant > product > collection > tag > vendor; then by how many conditions there are."""
        return max((c.RANK for c in self.conditions), default=0), len(self.conditions)


@dataclass(frozen=True, slots=True)
class Needs:
    """What must be known beyond an order itself; nothing of it is read for offers that need nothing."""

    creator: bool = False
    """The creator's earlier orders in the program."""
    program: bool = False
    """What the program has spent."""
    customer: bool = False
    """The customer's earlier orders."""
    catalogue: bool = False
    """Collections and tags of the products."""
    recruiter: bool = False
    """Who recruited the creator."""
    shipping: bool = False
    """What was paid for shipping."""

    @property
    def history(self) -> bool:
        """Whether earlier orders of the program count."""
        return self.creator or self.program

    def __or__(self, other: "Needs") -> "Needs":
        return Needs(
            self.creator or other.creator,
            self.program or other.program,
            self.customer or other.customer,
            self.catalogue or other.catalogue,
            self.recruiter or other.recruiter,
            self.shipping or other.shipping,
        )


@dataclass(frozen=True, slots=True)
class Book:
    """The rules of one offer, by what they do."""

    lines: tuple[Bound, ...]
    """The most specific first: the first that takes a line earns it."""
    extras: tuple[tuple[str, ExtraRule], ...]
    second: SecondLevel | None
    renewals: Renewals | None
    caps: tuple[Cap, ...]
    awards: tuple[tuple[str, Rule], ...]
    """What pays for something that is no order, with its kind."""
    needs: Needs


_books: dict[int, tuple[ref[OfferTerms], Book]] = {}


def book_of(terms: OfferTerms) -> Book:
    """The terms' rules. Raises BadRule for one that cannot be read."""
    key = id(terms)
    found = _books.get(key)
    if found is not None and found[0]() is terms:
        return found[1]
    book = _compile(terms)
    _books[key] = (ref(terms, lambda _: _books.pop(key, None)), book)
    return book


def _compile(terms: OfferTerms) -> Book:
    read = [(number, spec, rule_of(spec)) for number, spec in enumerate(terms.rules)]
    bound = [_bind(n, spec, rule) for n, spec, rule in read if rule.ROLE is Role.LINES]
    bound.sort(key=lambda b: (*(-part for part in b.specificity), b.number))
    rules = [rule for _, _, rule in read]
    return Book(
        lines=tuple(bound),
        extras=tuple((s.kind, cast("ExtraRule", r)) for _, s, r in read if r.ROLE is Role.EXTRA),
        second=next((r for r in rules if isinstance(r, SecondLevel)), None),
        renewals=next((r for r in rules if isinstance(r, Renewals)), None),
        caps=tuple(r for r in rules if isinstance(r, Cap)),
        awards=tuple((s.kind, r) for _, s, r in read if _is_award(r)),
        needs=_needs(terms, bound, rules),
    )


def _bind(number: int, spec: RuleSpec, rule: Rule) -> Bound:
    conditions = tuple(condition_of(when) for when in spec.when)
    why = tuple(condition.why() for condition in conditions)
    return Bound(number, spec.kind, cast("LineRule", rule), conditions, why)


def _is_award(rule: Rule) -> bool:
    return rule.ROLE is Role.AWARD or (isinstance(rule, Bonus) and rule.on == "sign_up")


def _needs(terms: OfferTerms, bound: list[Bound], rules: list[Rule]) -> Needs:
    caps = {rule.per for rule in rules if isinstance(rule, Cap)}
    asked = [condition for b in bound for condition in b.conditions]
    counted = any(isinstance(r, Tier) or (isinstance(r, Bonus) and r.on != "sign_up") for r in rules)
    return Needs(
        creator=counted or bool(caps & {"creator", "day", "month"}),
        program="program" in caps,
        customer=any(isinstance(c, Customer) for c in asked)
        or any(isinstance(r, Renewals) and r.earn in {"first", "months"} for r in rules),
        catalogue=bool(terms.base.collections or terms.base.tags)
        or any(isinstance(c, Collection | Tag) for c in asked),
        recruiter=any(isinstance(r, SecondLevel) for r in rules),
        shipping=terms.base.shipping,
    )
