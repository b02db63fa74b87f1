"""Change who a creator is: contact and customer record. What their own orders are follows."""

from datetime import datetime

from app.creators import customer as verbs
from app.creators import invite, store
from app.creators.model import Contact
from app.db.session import ShopSession
from app.flows import compare_again
from app.flows.desk import Desk
from app.flows.keep_creators import ShopErased
from app.kernel.change import Change
from app.kernel.errors import Invalid
from app.kernel.ids import CreatorId
from app.shops import store as shops
from app.shops.pseudonym import pseudonym

GID = "gid://shopify/Customer/"
LONGEST = 19
"""Digits: Shopify's numbers have 63 bits."""


class NoCustomer(Invalid):
    """What was typed names no customer of Shopify's."""

    def __init__(self, typed: str) -> None:
        super().__init__(
            f"{typed[:80]!r} is no customer: give the number at the end of the address of the customer's page "
            "in Shopify, such as 7321459012."
        )


def change_contact(
    session: ShopSession, desk: Desk, handle: str, contact: Contact, *, actor: str, now: datetime
) -> Change:
    """Make name, e-mail and profile what they shall be; another e-mail has orders compared again. Raises NotFound, ShopErased."""
    key = _shop_key(session, desk)
    creator = store.creator(session, handle, lock=True)

    def hidden(email: str) -> bytes:
        return pseudonym(key, "email", email)

    was = store.keys_of(session, creator.id)
    done = invite.change(session, handle, contact, pseudonym=hidden, actor=actor, now=now)
    _compare(session, desk, creator.id, was)
    return done


def set_customer(
    session: ShopSession, desk: Desk, handle: str, customer: str | None, *, actor: str, now: datetime
) -> Change:
    """Say which customer of the shop the creator is (number or gid; None: none): orders of that customer never earn them.

    Past orders are compared again by a job. Raises NoCustomer, NotFound, ShopErased.
    """
    number = None if customer is None else _number(customer)
    key = _shop_key(session, desk)
    creator = store.creator(session, handle, lock=True)
    was = store.keys_of(session, creator.id)
    hidden = pseudonym(key, "customer", number) if number is not None else None
    done = verbs.set_customer(session, handle, hidden, actor=actor, now=now)
    _compare(session, desk, creator.id, was)
    return done


def _compare(session: ShopSession, desk: Desk, creator_id: CreatorId, was: store.Keys) -> None:
    now = store.keys_of(session, creator_id)
    changed = [(was.email, now.email), (was.customer, now.customer)]
    compare_again.request(session, desk.queue, creator_id, changed)


def _number(typed: str) -> str:
    number = typed.strip().removeprefix(GID)
    if not (number.isascii() and number.isdecimal() and 0 < len(number.lstrip("0")) <= LONGEST):
        raise NoCustomer(typed)
    return number.lstrip("0")


def _shop_key(session: ShopSession, desk: Desk) -> bytes:
    shop = shops.contexts_by_id(session, [session.shop_id])[session.shop_id]
    key = desk.shop_key(shop)
    if key is None:
        raise ShopErased(shop.domain)
    return key
