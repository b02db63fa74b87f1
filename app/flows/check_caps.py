"""A cap that is below what is earned already would cut nothing of it and all of the rest: refused before it is published."""

from datetime import datetime

from app.campaigns.model import OfferTerms, Program
from app.commissions import lane_store
from app.commissions.book import book_of
from app.commissions.checks import money
from app.commissions.rules.cap import Cap
from app.db.session import ShopSession
from app.kernel.errors import Conflict


class CapTooLow(Conflict):
    """The program, or a creator, has earned more than the cap allows."""

    def __init__(self, cap: Cap, earned_minor: int, whose: str | None) -> None:
        who = f"{whose!r} has" if whose is not None else "the program has"
        super().__init__(
            f"{cap.title()}: {who} earned {money(earned_minor, cap.currency)} before these terms hold. "
            "Set the cap to at least that."
        )


def check_caps(session: ShopSession, program: Program, terms: OfferTerms, effective_from: datetime) -> None:
    """Refuse caps over the whole time that are used up before the terms hold. Raises CapTooLow."""
    for cap in book_of(terms).caps:
        if cap.per not in {"program", "creator"}:
            continue
        in_all, most, whose = lane_store.largest(session, program.id, cap.currency, effective_from)
        if cap.per == "program" and in_all > cap.minor():
            raise CapTooLow(cap, in_all, None)
        if cap.per == "creator" and most > cap.minor():
            raise CapTooLow(cap, most, whose)
