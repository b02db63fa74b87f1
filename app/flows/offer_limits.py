"""What an offer may not say because of what it has paid already: a cap that is used up before it begins."""

from app.campaigns.model import OfferTerms, Program
from app.commissions.contradictions import BadTerms
from app.commissions.rulebook import rule_of
from app.commissions.rules.cap import Cap
from app.db.session import ShopSession
from app.kernel.currency import major_units
from app.reports.offers import spent


def check_limits(session: ShopSession, program: Program, terms: OfferTerms) -> None:
    """Refuse a cap below what was earned already. Raises BadTerms, which names the rule.

    Of a cap for each creator: when it is below what the creator with the most has earned.
    """
    for number, spec in enumerate(terms.rules):
        rule = rule_of(spec)
        if not isinstance(rule, Cap) or rule.per not in {"program", "creator"}:
            continue
        by_creator = spent(session, program.id, rule.currency)
        used = sum(by_creator) if rule.per == "program" else max(by_creator, default=0)
        if rule.minor() < used:
            whom = "the program" if rule.per == "program" else "one creator"
            raise BadTerms(
                f"The cap of {rule.most_words()} is below the {major_units(used, rule.currency)} {rule.currency} "
                f"that {whom} has earned already: nothing more would be paid.",
                rule=number,
            )
