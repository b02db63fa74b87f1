"""Take in a creator with a code, and give more codes: what the merchant's pages do with the rooms' verbs."""

from dataclasses import dataclass
from datetime import datetime

from app.campaigns import store as campaigns
from app.campaigns.crediting import CreditPolicy
from app.creators import store as creators
from app.creators.enroll import enroll
from app.creators.invite import invite
from app.creators.model import Contact, Creator
from app.db.session import ShopSession
from app.flows import derive_awards, issue_code, reevaluate
from app.flows.desk import Desk
from app.kernel.change import Change
from app.kernel.errors import Forbidden
from app.kernel.ids import ShopId
from app.shops import store as shops
from app.shops.pseudonym import pseudonym
from app.shops.store import ShopContext
from app.tracking.add_code import add_code
from app.tracking.set_policy import set_policy


class ShopErased(Forbidden):
    """The shop's key is destroyed, so nobody's e-mail can be compared any more."""

    def __init__(self, domain: str) -> None:
        super().__init__(f"The data of {domain} was erased at the merchant's request; install the app again.")


@dataclass(frozen=True)
class Newcomer:
    """A creator as a merchant types them in."""

    handle: str
    contact: Contact
    program: str
    """Handle of the program they join."""
    code: str
    credit: CreditPolicy
    """When the code is evidence."""


def take_in(session: ShopSession, desk: Desk, who: Newcomer, *, actor: str, now: datetime) -> Creator:
    """Add the creator, enroll them and give them their code; Shopify hears of it right after.

    Raises HandleTaken, CodeTaken, BadCode, NotFound, ShopErased; then nothing of it has happened.
    """
    shop = shops.contexts_by_id(session, [session.shop_id])[session.shop_id]
    key = desk.shop_key(shop)
    if key is None:
        raise ShopErased(shop.domain)
    creator = invite(
        session,
        who.handle,
        who.contact,
        pseudonym=lambda email: pseudonym(key, "email", email),
        actor=actor,
        now=now,
    )
    _give(session, desk, shop, creator, program=who.program, code=who.code, actor=actor, now=now)
    set_policy(session, who.code, who.credit, is_new=True, actor=actor, now=now)
    return creator


def give_code(
    session: ShopSession, desk: Desk, handle: str, *, program: str, code: str, actor: str, now: datetime
) -> Change:
    """Give a creator another code. Asked twice, nothing happens the second time. Raises as take_in does."""
    shop = shops.contexts_by_id(session, [ShopId(session.shop_id)])[session.shop_id]
    creator = creators.creator(session, handle)
    return _give(session, desk, shop, creator, program=program, code=code, actor=actor, now=now)


def _give(
    session: ShopSession,
    desk: Desk,
    shop: ShopContext,
    creator: Creator,
    *,
    program: str,
    code: str,
    actor: str,
    now: datetime,
) -> Change:
    found = campaigns.program(session, program)
    enrollment, _ = enroll(session, creator, program_id=found.id, program=found.handle, actor=actor, now=now)
    added = add_code(
        session, enrollment.id, code, live=shop.offline, program=found.handle, actor=actor, now=now
    )
    derive_awards.request(session, desk.queue, shop.id)
    if not shop.offline:
        issue_code.request(session, desk.queue, found.id)
    # The code may stand on orders that came before it was anybody's.
    reevaluate.request(session, desk.queue, placed_from=None, codes=[code])
    return added
