"""What is kept beside orders is forgotten with them: disputes of a customer, products of a shop."""

from datetime import timedelta
from typing import Any

from app.catalog import store as catalog
from app.shops import store
from tests.bodies import Json
from tests.conftest import NOW
from tests.replaying import differences
from tests.rooms.test_privacy import EMAIL, about, bodies, books, erase, personal_in, personal_order, world
from tests.world import World

__all__ = ["world"]


def disputed(status: str = "lost", **more: Any) -> Json:
    """A dispute with the evidence that a merchant sent in: named otherwise than in an order."""
    evidence = {
        "customer_email_address": EMAIL,
        "customer_first_name": "Ada",
        "customer_last_name": "Lovelace",
        "customer_purchase_ip": "203.0.113.9",
        "access_activity_log": "ada logged in",
        "uncategorized_text": "Call ada at 5551234",
        "shipping_address": {"address1": "Analytical Street 1"},
    }
    told = {"id": 71, "order_id": 1001, "status": status, "type": "chargeback", "evidence": evidence}
    return {**told, "amount": "45.00", "currency": "EUR", **more}


def test_what_a_dispute_tells_of_a_customer_is_shown_and_forgotten_too(world: World) -> None:
    world.deliver("orders/create", personal_order())
    world.deliver("disputes/create", disputed("needs_response"))
    world.work()
    world.deliver("disputes/update", disputed(), triggered=NOW + timedelta(seconds=1))
    world.work()
    world.deliver("customers/data_request", about(orders_requested=[1001], data_request={"id": 31}))
    world.work()
    with world.wiring.shop_session(world.shop_id) as session:
        (asked,) = store.privacy_requests(session)
        file = store.privacy_answer(session, asked.id)
    (told,) = file["orders"][0]["disputes"]
    assert (told["id"], told["status"], told["amount_minor"], told["currency"]) == (71, "lost", 4500, "EUR")
    assert [held["topic"] for held in file["received"]][1:3] == ["disputes/create", "disputes/update"]

    before, balances = books(world), world.balances()
    world.deliver("customers/redact", about(orders_to_redact=[1001]))
    world.work()
    kept = b"".join(bodies(world)).decode().lower()
    assert personal_in(kept) == []
    assert '"status":"lost"' in kept
    assert (books(world), world.balances()) == (before, balances)
    assert differences(world) == []


def test_an_erased_shop_keeps_no_products(world: World) -> None:
    neighbour = World(world.wiring, domain="luma.myshopify.com")
    told = {"id": 11, "updated_at": NOW.isoformat(), "tags": "summer"}
    for shop in (world, neighbour):
        shop.deliver("products/update", told)
        shop.work()
        with shop.wiring.shop_session(shop.shop_id) as session, session.begin():
            catalog.note_listed(session, shop.shop_id, "7", NOW)
    erase(world)
    left = []
    for shop in (world, neighbour):
        with shop.wiring.shop_session(shop.shop_id) as session:
            versions = catalog.versions(session, [(shop.shop_id, 11)])
            left.append((len(versions), len(catalog.listed(session, shop.shop_id))))
    assert left == [(0, 0), (1, 1)]
