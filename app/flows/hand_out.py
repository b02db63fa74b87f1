"""A visitor of a creator's link asks for a code of their own. Called by the web, after the click was written down."""

from collections.abc import Callable
from dataclasses import dataclass

from app.campaigns import store as campaigns
from app.campaigns.discount import SingleUse
from app.campaigns.model import in_force
from app.db.session import ShopSession
from app.flows import fill_pool
from app.jobs.queue import Queue
from app.kernel.clock import Clock
from app.kernel.ids import ShopId
from app.tracking import hand_out
from app.tracking.single_use import Visitor
from app.tracking.store import single


@dataclass(frozen=True)
class HandOut:
    """Gives the code for the cart."""

    open_session: Callable[[ShopId], ShopSession]
    queue: Queue
    clock: Clock

    def __call__(self, shop_id: int, visitor: Visitor, usual: str | None) -> str | None:
        """A single-use code, or by the offer's terms the creator's own or none.

        `usual`: what the link puts into the cart where no offer hands out codes. Raises what the database
        raises; the caller leads the shopper on all the same.
        """
        now = self.clock.now()
        with self.open_session(ShopId(shop_id)) as session, session.begin():
            single.hurry(session)
            link = single.whose(session, visitor.link_id, now)
            if link is None or not link.earns:
                return usual
            offer = in_force(campaigns.versions_of(session, link.program_id), now)
            terms = offer.terms.given.single_use if offer else None
            if terms is None:
                return usual
            return self._give(session, link, visitor, terms) or (link.own_code if terms.own_code else None)

    def _give(
        self, session: ShopSession, link: single.Whose, visitor: Visitor, terms: SingleUse
    ) -> str | None:
        code = hand_out.hand_out(session, link, visitor, days=terms.days, now=self.clock.now())
        if single.left(session, link.program_id, fill_pool.LOW) < fill_pool.LOW:
            fill_pool.request(session, self.queue, link.program_id)
        return code
