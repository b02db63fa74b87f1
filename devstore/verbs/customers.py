"""Shoppers of the shop and what the law lets them ask for."""

from datetime import datetime

from devstore.model import Customer, Shop
from devstore.order_model import Address
from devstore.payloads.people import created_body
from devstore.payloads.privacy import data_request_body, redact_body, shop_redact_body
from devstore.state import State

STREETS = ("Keizersgracht", "Oude Waal", "Linnaeusstraat", "Parkweg", "Havenkade", "Lijnbaan")


def add_customer(
    state: State,
    shop: Shop,
    email: str | None,
    *,
    first_name: str = "Jane",
    last_name: str = "Doe",
    at: datetime | None = None,
    address: Address | None = None,
    has_account: bool = False,
) -> Customer:
    """A new customer: customers/create, for a guest's first order, too. An address is invented when none is given."""
    with state.acting():
        number = state.next_id("Customer")
        made = at or state.now
        home = address or Address(
            first_name=first_name,
            last_name=last_name,
            address1=f"{STREETS[number % len(STREETS)]} {number % 97 + 1}",
            city="Exampleville",
            zip=f"{number % 9000 + 1000}",
            country=shop.country,
            country_code=shop.country,
        )
        customer = Customer(
            number, email, first_name, last_name, made, made, address=home, has_account=has_account
        )
        shop.customers[number] = customer
        people = state.switches.protected_data
        state.emit(shop, "customers/create", lambda: created_body(shop, customer, people=people))
        return customer


def find_customer(shop: Shop, email: str) -> Customer | None:
    """The customer with this e-mail, without regard to case."""
    wanted = email.casefold()
    matches = (c for c in shop.customers.values() if c.email and c.email.casefold() == wanted)
    return next(matches, None)


def request_data(state: State, shop: Shop, customer: Customer) -> None:
    """The customer asks what is known about them: customers/data_request."""
    with state.acting():
        number = state.next_id("DataRequest")
        state.emit(shop, "customers/data_request", lambda: data_request_body(shop, customer, number))


def redact_customer(state: State, shop: Shop, customer: Customer) -> None:
    """The customer asks to be forgotten: customers/redact, then the shop forgets the name too."""
    with state.acting():
        state.emit(shop, "customers/redact", lambda: redact_body(shop, customer))
        customer.email = customer.phone = customer.address = None
        customer.first_name = customer.last_name = ""
        for order in shop.orders.values():
            if order.customer_id == customer.id:
                order.email = order.phone = order.address = None


def redact_shop(state: State, shop: Shop) -> None:
    """48 hours after the uninstall Shopify asks the app to forget the shop: shop/redact."""
    with state.acting():
        state.emit(shop, "shop/redact", lambda: shop_redact_body(shop))
