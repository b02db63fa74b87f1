"""A creator deletes their account: what is known of the person goes, what the books need stays."""

from datetime import datetime

from app.creators import forget as people
from app.creators import store as creators
from app.creators.archive import archive
from app.db.session import ShopSession
from app.identities import forget as identities
from app.kernel.errors import Conflict
from app.mail import forget as mails
from app.messages import forget as messages
from app.payouts import forget as payouts
from app.reports import own


class UnderWay(Conflict):
    """A payout to them is not at its end."""

    def __init__(self) -> None:
        super().__init__("A payout to you is still under way. Delete your account once it has arrived.")


def erase_creator(session: ShopSession, handle: str, *, actor: str, now: datetime) -> None:
    """Forget the person in this shop. Raises NotFound, UnderWay.

    Stays: the handle that the shop chose, orders, amounts, and the log of decisions, which the shop has to
    be able to prove. What is owed stays in the books, and nobody knows any more where to pay it.
    """
    creator = creators.creator(session, handle, lock=True)
    if any(one.in_transit_minor for one in own.sums(session, creator.id)):
        raise UnderWay
    archive(session, handle, actor=actor, now=now)
    payouts.forget_creator(session, creator.id)
    messages.forget_creator(session, session.shop_id, creator.id)
    if creator.contact.email:
        mails.forget_address(session, session.shop_id, creator.contact.email)
    people.forget_creator(session, creator.id)
    identities.leave(session, session.shop_id, creator.id)
