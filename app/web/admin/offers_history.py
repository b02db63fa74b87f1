"""The versions of an offer as their page tells them, newest first. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.campaigns.model import OfferVersion
from app.flows.offer_words import Said, Voice, differences, summary
from app.reports.offers import Tally


@dataclass(frozen=True)
class Told:
    """One version."""

    offer: OfferVersion
    tally: Tally
    words: str
    changes: list[Said]
    """Against the version before it by number; the first has none."""
    agreed: str | None
    is_first: bool
    state: str
    """active, coming, past, or replaced: another one took its day before it held."""

    @property
    def is_backdated(self) -> bool:
        """Whether it was published for orders that were placed already."""
        return not self.is_first and self.offer.effective_from < self.tally.published_at


def history(
    versions: Sequence[OfferVersion],
    tallies: Mapping[int, Tally],
    agreed: Mapping[int, str],
    voice: Voice,
    now: datetime,
) -> list[Told]:
    """Every version, newest first."""
    told = []
    before: OfferVersion | None = None
    for offer in versions:
        told.append(
            Told(
                offer=offer,
                tally=tallies[offer.id],
                words=summary(offer.terms, voice),
                changes=differences(before.terms, offer.terms, voice) if before else [],
                agreed=agreed.get(offer.version),
                is_first=before is None,
                state=_state(offer, versions, now),
            )
        )
        before = offer
    return told[::-1]


def _state(offer: OfferVersion, versions: Sequence[OfferVersion], now: datetime) -> str:
    rank = (offer.effective_from, offer.version)
    later = [v for v in versions if (v.effective_from, v.version) > rank]
    if any(v.effective_from == offer.effective_from for v in later):
        return "replaced"
    if offer.effective_from > now:
        return "coming"
    return "past" if any(v.effective_from <= now for v in later) else "active"
