"""What a year brings besides orders: a leaked code, disputes, half a payment, an exchange, and people who decide.

Told after the year was delivered, each through the same webhooks and the same command line as in real life.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from devstore.demo.actions import leads
from devstore.demo.processes import App, DemoError
from devstore.demo.shoppers import CHECKOUT, click_on, shoppers
from devstore.demo.stage import Stage
from devstore.model import Shop
from devstore.order_model import LineRequest, Order, OrderRequest
from devstore.state import State
from devstore.totals import Totals
from devstore.verbs.customers import add_customer
from devstore.verbs.dispute_order import move_dispute, open_dispute
from devstore.verbs.fulfil_order import fulfil_order
from devstore.verbs.install import set_scopes
from devstore.verbs.place_order import place_order
from devstore.verbs.return_order import open_return, process_return
from devstore.visit_model import Visit

SETTLE_SECONDS = 60
COUPON_SITE = "https://www.retailmenot.com/view/lumen"
LEAKED = 24
"""Orders of the burst."""


@dataclass(frozen=True)
class Past:
    """The shop as the year left it."""

    state: State
    shop: Shop

    def ago(self, days: int, hours: int = 0) -> datetime:
        """An instant before now."""
        return self.state.now - timedelta(days=days, hours=hours)

    def buy(self, name: str, *codes: str, at: datetime, product: str = "serum", **more: Any) -> Order:
        """Somebody new buys one thing."""
        email = f"{name}@example.com"
        customer = add_customer(
            self.state, self.shop, email, first_name=name.title(), last_name="Maas", at=at
        )
        variant = self.shop.product_by_handle(product).variants[0].id
        asked = OrderRequest(
            lines=[LineRequest(variant, 2)], codes=list(codes), customer_id=customer.id, at=at, **more
        )
        return place_order(self.state, self.shop, asked)

    def with_code(self, code: str, least_days: int) -> Iterator[Order]:
        """Paid orders with the code that are at least so old, newest first, untouched since."""
        for order in sorted(self.shop.orders.values(), key=lambda o: o.created_at, reverse=True):
            codes = {a.title.upper() for a in order.discount_applications if a.type == "discount_code"}
            if code in codes and order.created_at < self.ago(least_days) and _is_whole(order):
                yield order


def episodes(stage: Stage, app: App, domain: str) -> None:
    """Let all of it happen, and let people decide about some of it. Raises DemoError."""
    past = Past(stage.state, stage.state.shop(domain))
    _hear_of_more(past, app)
    _leak(past)
    _disputes(past)
    _half_paid(past)
    _exchange(past)
    _three_creators(past, stage.app_url)
    shoppers(past.shop, app, stage.app_url)
    leads(stage, app, past.shop)
    seen = Visit("/", None, "2001:db8:78::1", None, None, CHECKOUT)
    past.buy("mila", at=past.state.now, visit=seen)
    shared = past.buy("roos", "MARA10", "THEO10", at=past.ago(5))
    if not stage.devstore.courier.settle(SETTLE_SECONDS):
        raise DemoError("The app did not take the webhooks of the episodes; see /_control/ for the log.")
    _people_decide(past, app, shared)


def _three_creators(past: Past, app_url: str) -> None:
    """A click on one creator's link, a page of another's, and the code of a third: the six models disagree."""
    click = click_on(app_url, "ella")
    visit = Visit("/products/serum?ref=theo", None, "2001:db8:77::1", None, None, None)
    past.buy("lena", "MARA10", at=past.state.now, visit=visit, note_attributes={"_tribute_click": click})


def _people_decide(past: Past, app: App, shared: Order) -> None:
    """One order was somebody else's, one belongs to two, and one decision is taken back."""
    app.run("worker", "--until-idle")
    theirs, of_two = next(past.with_code("SOFIA10", 10)), next(past.with_code("ELLA10", 20))

    def assign(order: Order, *words: str) -> None:
        app.run("assign", past.shop.domain, order.name, *words)

    assign(theirs, "mara", "--reason", "The podcast was Mara's; Sofía only shared the code.")
    assign(of_two, "ella=0.6", "jun=0.4", "--reason", "They filmed the tutorial together.")
    assign(shared, "--nobody", "--reason", "Staff bought this for a photo shoot.")
    assign(shared, "--undo")


def _hear_of_more(past: Past, app: App) -> None:
    """The merchant grants two scopes, and the app subscribes to what they open: disputes and new accounts."""
    install = past.shop.install
    if install is None:
        raise DemoError(f"The app is not installed on {past.shop.domain}.")
    set_scopes(past.state, past.shop, {*install.scopes, "read_shopify_payments_disputes", "read_customers"})
    deadline = time.monotonic() + SETTLE_SECONDS
    while missing := {"disputes/create", "customers/create"} - {s.topic for s in past.state.subscriptions}:
        app.raise_if_gone()
        if time.monotonic() > deadline:
            raise DemoError(
                f"The app did not ask for {', '.join(missing)} within {SETTLE_SECONDS} s of its scope."
            )
        time.sleep(0.1)


def _is_whole(order: Order) -> bool:
    paid = Totals(order).financial_status == "paid"
    return paid and not order.refunds and not order.disputes and order.cancelled_at is None


def _leak(past: Past) -> None:
    """A code on a coupon site: more orders in an evening than in a usual month."""
    for n in range(LEAKED):
        visit = Visit(
            "/products/serum", COUPON_SITE if n % 2 else None, f"2001:db8:99::{n:x}", None, None, None
        )
        past.buy(f"bargain{n}", "LIAM10", at=past.ago(9, 3) + timedelta(minutes=7 * n), visit=visit)


def _disputes(past: Past) -> None:
    """One is open, one was lost, one was won."""
    found = past.with_code("AMA10", 40)
    for outcome in ("needs_response", "lost", "won"):
        order = next(found)
        dispute = open_dispute(past.state, past.shop, order, at=past.ago(20))
        if outcome != "needs_response":
            move_dispute(past.state, past.shop, order, dispute, outcome, at=past.ago(3))


def _half_paid(past: Past) -> None:
    """Two instalments, of which one came."""
    past.buy("tobias", "JUN10", at=past.ago(12), payment="partially_paid", paid_amount=Decimal("40.00"))


def _exchange(past: Past) -> None:
    """One of two comes back, and something else goes out for it."""
    order = past.buy("hanna", "ELLA10", at=past.ago(15), product="day-cream")
    fulfil_order(past.state, past.shop, order, at=past.ago(14))
    other = past.shop.product_by_handle("night-cream").variants[0].id
    back = open_return(past.state, past.shop, order, {order.lines[0].id: 1}, at=past.ago(8))
    process_return(past.state, past.shop, order, back, exchange=[LineRequest(other)], at=past.ago(6))
