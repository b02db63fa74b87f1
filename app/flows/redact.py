"""customers/redact and shop/redact: forget a person, forget a shop. Not one posting of the ledger changes."""

from datetime import datetime

from app.attribution import forget as evidence
from app.audit import forget as decisions
from app.catalog import forget as catalog
from app.commissions import import_store as history
from app.creators import forget as creators
from app.db.session import BatchSession
from app.flows.bare_address import BARE, bare_page, bare_referrer
from app.flows.customer import find_customer, visits_of
from app.flows.desk import Desk
from app.flows.origin import kept_of
from app.fraud import forget as fraud
from app.identities import forget as people
from app.inbox import forget as inbox
from app.inbox.model import StoredEvent
from app.inbox.redaction import redacted
from app.kernel.errors import RefusedError
from app.kernel.ids import ShopId
from app.leads import forget as leads
from app.mail import forget as mails
from app.messages import forget as messages
from app.orders import forget as orders
from app.payouts import forget as payouts
from app.payouts import provider_store as providers
from app.reconciliation import forget as checks
from app.shopify import payloads
from app.shops import store
from app.shops.model import Status, redaction_is_stale
from app.shops.store import ShopContext, api_keys, staff
from app.storefront import forget as storefront
from app.tracking import forget as tracking


def redact_customer(
    session: BatchSession, event: StoredEvent, shop: ShopContext, desk: Desk, now: datetime
) -> str | None:
    """Blank what tells who the customer was: in every stored body, in files made for the merchant, in visits, in addresses of pages.

    An application that waits under their address goes.
    Each body keeps its keyed pseudonyms, so replaying it gives the same credits to the cent. This
    very request is blanked too. Raises BadPrivacyRequest.
    """
    customer = find_customer(session, event, shop, desk)
    shop_id, key = ShopId(shop.id), desk.shop_key(shop)
    store.open_privacy_request(
        session, shop_id, kind=event.topic, request_key=customer.request_key, received_at=event.received_at
    )
    for held in customer.bodies:
        inbox.rewrite(session, held.id, redacted(held.body, _pseudonyms(held.body, key), BARE), now)
    orders.forget_addresses(session, shop_id, customer.order_ids, page=bare_page, referrer=bare_referrer)
    tracking.forget_visits(session, shop_id, visits_of(session, shop_id, customer))
    storefront.forget_person(session, shop_id, customer.email)
    leads.forget_person(session, shop_id, customer.person, customer.id)
    leads.forget_account(session, shop_id, customer.key)
    store.drop_answers_about(session, shop_id, customer.id)
    store.close_privacy_request(
        session, shop_id, kind=event.topic, request_key=customer.request_key, done_at=now
    )
    return None


def redact_shop(
    session: BatchSession, event: StoredEvent, shop: ShopContext, _desk: Desk, now: datetime
) -> str | None:
    """Destroy tokens, key, bodies, and everything about people. The journal and the amounts stay.

    Ignored when the merchant has come back since the uninstall that it follows.
    """
    shop_id = ShopId(shop.id)
    record = store.get_locked(session, shop_id)
    if redaction_is_stale(record, event.triggered_at):
        return "The app was installed again after the uninstall that this request follows."
    store.delete_tokens(session, shop_id)
    api_keys.forget_shop(session, shop_id)
    providers.forget_shop(session, shop_id)
    store.change(
        session,
        shop_id,
        status=Status.REDACTED,
        redacted_at=now,
        name="",
        shop_key=None,
        scopes="",
        setup={},
    )
    inbox.forget_shop(session, event.shop_domain, now)
    orders.forget_shop(session, shop_id)
    evidence.forget_shop(session, shop_id)
    storefront.forget_shop(session, shop_id)
    leads.forget_shop(session, shop_id)
    creators.forget_shop(session, shop_id, now)
    tracking.forget_shop(session, shop_id)
    history.forget_shop(session, shop_id)
    fraud.forget_shop(session, shop_id)
    checks.forget_shop(session, shop_id)
    catalog.forget_shop(session, shop_id)
    store.drop_answers(session, shop_id)
    staff.forget_shop(session, shop_id)
    _forget_payees(session, shop_id)
    decisions.forget_shop(session, shop_id)
    return None


def _forget_payees(session: BatchSession, shop_id: ShopId) -> None:
    """Where they were paid, what they were written, and that they could sign in."""
    payouts.forget_shop(session, shop_id)
    mails.forget_shop(session, shop_id)
    people.forget_shop(session, shop_id)
    messages.forget_shop(session, shop_id)


def _pseudonyms(body: bytes, key: bytes | None) -> dict[str, str]:
    """What reading the raw body would have given; a body that is no order gives nothing."""
    try:
        return kept_of(payloads.order(body), key)
    except RefusedError:
        return {}
