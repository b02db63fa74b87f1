"""The customer that a compliance webhook speaks of, and what is theirs. data_request and redact share it."""

from collections.abc import Collection
from dataclasses import dataclass, field

import msgspec

from app.db.session import BatchSession, Fenced
from app.flows.desk import Desk
from app.inbox.forget import HeldBody, bodies_of_no_order, bodies_of_orders
from app.inbox.model import StoredEvent
from app.inbox.redaction import names_customer
from app.kernel.errors import Invalid
from app.kernel.ids import ShopId
from app.leads import forget as leads
from app.orders import forget as orders
from app.orders.model import Origin
from app.shops.pseudonym import pseudonym
from app.shops.store import ShopContext
from app.tracking.click import trail
from app.tracking.forget import Visits


class _Customer(msgspec.Struct):
    id: int
    email: str | None = None


class _Request(msgspec.Struct):
    id: int


class _Body(msgspec.Struct):
    customer: _Customer
    orders_requested: list[int] = []
    orders_to_redact: list[int] = []
    data_request: _Request | None = None


_decoder = msgspec.json.Decoder(_Body)


class BadPrivacyRequest(Invalid):
    """A compliance webhook that does not say whom it is about."""

    def __init__(self, topic: str, why: str) -> None:
        super().__init__(
            f"This {topic} cannot be answered: {why}. It names no customer that can be looked for."
        )


@dataclass(frozen=True)
class Customer:
    """One customer of one shop, as far as we hold anything."""

    id: str
    request_key: str
    """Shopify's id of the request, or the digest of its body."""
    key: bytes | None
    """Keyed digest of the id; None where the shop's key is gone."""
    person: bytes | None
    """Keyed digest of the e-mail address, where the request names one."""
    order_ids: frozenset[int]
    email: str | None = field(repr=False)
    """In small letters; None where the request does not tell."""
    bodies: list[HeldBody] = field(repr=False)
    """Everything that spoke of the orders or of the customer, in the order of arrival."""


def visits_of(session: Fenced, shop_id: ShopId, customer: Customer) -> Visits:
    """The visits that led to the customer's orders and leads, by what these say."""
    ordered = visits_of_orders(session, shop_id, customer.order_ids)
    clicks, visitors = leads.visits(session, shop_id, customer.person, customer.id)
    return Visits(ordered.clicks | clicks, ordered.visitors | visitors, ordered.checkouts)


def visits_of_orders(session: Fenced, shop_id: ShopId, order_ids: Collection[int]) -> Visits:
    """The visits that these orders name, in the cart or by the page on which they began."""
    stored = orders.origins(session, shop_id, order_ids)
    origins = msgspec.convert(stored, list[Origin])
    trails = [t for o in origins for t in (trail(o.attributes, None), trail((), o.landing_site))]
    return Visits(
        frozenset(t.click_id for t in trails if t.click_id is not None),
        frozenset(t.visitor for t in trails if t.visitor is not None),
        frozenset(o.checkout for o in origins if o.checkout is not None),
    )


def find_customer(session: BatchSession, event: StoredEvent, shop: ShopContext, desk: Desk) -> Customer:
    """Whom the event is about, by the ids in it and by the pseudonyms. Raises BadPrivacyRequest."""
    try:
        said = _decoder.decode(event.body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise BadPrivacyRequest(event.topic, str(error)) from None
    shop_id, key, number = ShopId(shop.id), desk.shop_key(shop), str(said.customer.id)
    email = said.customer.email
    person = pseudonym(key, "email", email) if key and email else None
    customer_key = pseudonym(key, "customer", number) if key else None
    found = orders.orders_of(session, shop_id, customer_key=customer_key, email_key=person)
    order_ids = frozenset({*found, *said.orders_requested, *said.orders_to_redact})
    bodies = {held.id: held for held in bodies_of_orders(session, event.shop_domain, order_ids)}
    for held in bodies_of_no_order(session, event.shop_domain):
        if names_customer(held.topic, held.body, number):
            bodies[held.id] = held
    asked = str(said.data_request.id) if said.data_request else event.body_sha256.hex()
    address = email.strip().lower() if email else None
    return Customer(
        number, asked, customer_key, person, order_ids, address, [bodies[id_] for id_ in sorted(bodies)]
    )
