"""What an offer may not say because of what it has paid already: a cap that is used up before it begins.

Asked at every door: when a draft is saved, when it is published, and by `tribute apply`.
"""

from app.campaigns.model import OfferTerms, Program
from app.commissions.contradictions import BadTerms
from app.commissions.rulebook import rule_of
from app.commissions.rules.cap import Cap
from app.db.session import ShopSession
from app.kernel.currency import major_units
from app.reports.offers import spent


def check_limits(session: ShopSession, program: Program, terms: OfferTerms) -> None:
    """Refuse a cap over the whole time that is used up. Raises BadTerms, which names the rule.

    Of a budget: when all of it was earned already. Of a cap for each creator: when it is below what the
    creator with the most has earned; the others may still reach it. Terms for a day gone by count the
    same: a cap is no way to take back what creators were told they earned.
    """
    for number, spec in enumerate(terms.rules):
        rule = rule_of(spec)
        if not isinstance(rule, Cap) or rule.per not in {"program", "creator"}:
            continue
        by_creator = spent(session, program.id, rule.currency)
        is_budget = rule.per == "program"
        used = sum(by_creator) if is_budget else max(by_creator, default=0)
        if rule.minor() < used or (is_budget and rule.minor() == used):
            raise BadTerms(_words(rule, used), rule=number)


def _words(rule: Cap, used: int) -> str:
    earned = f"{major_units(used, rule.currency)} {rule.currency}"
    whom = "the program" if rule.per == "program" else "one creator"
    than = f"is below the {earned}" if rule.minor() < used else f"is no more than the {earned}"
    return (
        f"The cap of {rule.most_words()} {than} that {whom} has earned already: nothing more would be paid. "
        "Set it higher, or leave it out."
    )
