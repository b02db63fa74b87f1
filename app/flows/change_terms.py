"""Change what shoppers get and creators earn in a program, as a merchant does it in the settings."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from app.campaigns import store
from app.campaigns.model import Discount, OfferTerms, OfferVersion, ProgramDraft, RuleSpec, plain
from app.campaigns.notice import first_day_after
from app.campaigns.put_program import put
from app.db.session import ShopSession
from app.flows.desk import Desk
from app.flows.publish_offer import Publication, publish_offer
from app.shops import store as shops

AGREED = "They have agreed."
"""What the merchant says who applies new terms at once."""


@dataclass(frozen=True)
class Terms:
    """The part of a program's terms that the settings page knows."""

    program: ProgramDraft
    rate: Decimal
    """Commission as a fraction of net sales."""
    discount: Decimal
    """For the shopper, in percent."""
    at_once: bool
    """The creators have agreed: no notice."""

    def offer(self) -> OfferTerms:
        """The same as an offer. Raises OutOfRange."""
        rule = RuleSpec("percent", {"rate": f"{plain(self.rate):f}"})
        return OfferTerms(self.program.hold_days, Discount.of_percent(self.discount), (rule,))


def change_terms(
    session: ShopSession, desk: Desk, terms: Terms, *, actor: str, now: datetime
) -> OfferVersion | None:
    """Put the program, and publish the terms as its next version; None when they already stand.

    The first version holds at once; a later one after the notice, from the beginning of a day of
    the shop, unless the creators have agreed. Raises OutOfRange and what `publish` raises.
    """
    program, _ = put(session, terms.program, actor=actor, now=now)
    offer = terms.offer()
    versions = store.versions_of(session, program.id)
    if versions and max(versions, key=_rank).terms.digest() == offer.digest():
        return None
    shop = shops.get(session, session.shop_id)
    start = now if terms.at_once or not versions else first_day_after(now, shop.timezone)
    asked = Publication(offer, start, AGREED if terms.at_once else None, reprice=False)
    return publish_offer(session, desk, program, asked, actor=actor, now=now)


def _rank(version: OfferVersion) -> tuple[datetime, int]:
    return version.effective_from, version.version
