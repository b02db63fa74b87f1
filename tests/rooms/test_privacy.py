"""What becomes of people when Shopify asks us to show or to forget them. The books never change."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.audit.store import record
from app.flows.prove import prove
from app.shopify import payloads
from app.shops import store
from app.shops.model import Status
from app.tracking.tables import LinkSlug
from app.wiring import Wiring
from tests.bodies import Json, bag, code, line, order, refund
from tests.conftest import NOW
from tests.world import World

EMAIL = "ada.lovelace@example.com"
PERSONAL = ("ada", "lovelace", "5551234", "Analytical Street", "203.0.113.9", "engraved-for-ada", "777000777")


@pytest.fixture
def world(wiring: Wiring) -> World:
    made = World(wiring)
    made.creator("mara", "MARA10")
    return made


def personal_order(order_id: int = 1001, customer_id: int = 777000777) -> Json:
    address = {
        "first_name": "Ada",
        "last_name": "Lovelace",
        "address1": "Analytical Street 1",
        "phone": "5551234",
    }
    bought = line(off=[(0, "10.00")]) | {"properties": [{"name": "Engraving", "value": "engraved-for-ada"}]}
    return order(
        order_id,
        lines=[bought],
        codes=[code("MARA10")],
        email=EMAIL,
        phone="5551234",
        browser_ip="203.0.113.9",
        customer={"id": customer_id, "email": EMAIL, "first_name": "Ada", "default_address": address},
        billing_address=address,
        shipping_address=address,
        note="for ada",
        note_attributes=[{"name": "gift", "value": "ada"}, {"name": "tribute_visitor", "value": "v1"}],
        client_details={"browser_ip": "203.0.113.9", "user_agent": "ada's browser"},
        landing_site="/products/serum?ref=mara",
        total_price_set=bag("90.00", "EUR"),
    )


def about(customer_id: int = 777000777, **more: Any) -> Json:
    return {"customer": {"id": customer_id, "email": EMAIL, "phone": "5551234"}, "shop_domain": "x", **more}


def personal_in(text: str) -> list[str]:
    """What is personal in it. Between letters of hexadecimal it is a part of a digest: one in twenty holds an "ada"."""
    return [w for w in PERSONAL if re.search(rf"(?<![0-9a-f]){re.escape(w.lower())}(?![0-9a-f])", text)]


def bodies(world: World) -> list[bytes]:
    with world.wiring.platform_session() as session:
        return [bytes(b) for b in session.execute(text("select body from inbox order by id")).scalars()]


def books(world: World) -> list[Any]:
    with world.wiring.shop_session(world.shop_id) as session:
        entries = session.execute(
            text("select kind, effective_at, idempotency_key from journal_entries order by id")
        )
        postings = session.execute(
            text("select debit, credit, creator_id, amount_minor, order_id from postings order by id")
        )
        return [*map(tuple, entries), *map(tuple, postings)]


def answers(world: World) -> list[tuple[str, Any]]:
    with world.wiring.shop_session(world.shop_id) as session:
        return [(asked.kind, asked.done_at) for asked in store.privacy_requests(session)]


def test_the_merchant_gets_a_file_of_everything_that_is_held_about_a_customer(world: World) -> None:
    world.deliver("orders/create", personal_order())
    world.deliver("orders/create", personal_order(1002, customer_id=5) | {"email": "eve@example.com"})
    world.deliver("refunds/create", refund(9, 1001, (1, 1), at=NOW))
    world.work()
    world.deliver("customers/data_request", about(orders_requested=[1001], data_request={"id": 31}))
    world.work()
    with world.wiring.shop_session(world.shop_id) as session:
        (asked,) = store.privacy_requests(session)
        file = store.privacy_answer(session, asked.id)
    assert asked.has_answer
    assert asked.done_at == NOW
    assert [held["id"] for held in file["orders"]] == [1001]
    assert [held["id"] for held in file["orders"][0]["refunds"]] == [9]
    assert file["orders"][0]["evidence"]
    assert [held["topic"] for held in file["received"]] == [
        "orders/create",
        "refunds/create",
        "customers/data_request",
    ]
    assert file["received"][0]["body"]["email"] == EMAIL


def test_a_request_that_is_delivered_twice_is_answered_once(world: World) -> None:
    for _ in range(2):
        world.deliver("customers/data_request", about(data_request={"id": 31}))
    world.work()
    assert [kind for kind, _ in answers(world)] == ["customers/data_request"]
    assert world.inbox() == [("done", None), ("ignored", "The same request was answered before.")]


def test_a_redacted_customer_is_in_no_stored_body_any_more(world: World) -> None:
    world.deliver("orders/create", personal_order())
    world.deliver("orders/updated", b'{"broken": "ada.lovelace 777000777')
    world.deliver("customers/data_request", about(data_request={"id": 31}))
    world.work()
    world.deliver("customers/redact", about(orders_to_redact=[1001]))
    world.work()
    kept = b"".join(bodies(world)).decode().lower()
    assert personal_in(kept) == []
    with world.wiring.shop_session(world.shop_id) as session:
        assert not any(asked.has_answer for asked in store.privacy_requests(session))
    assert dict(answers(world)) == {
        "customers/data_request": NOW,
        "customers/redact": NOW,
    }


def test_redacting_changes_no_posting_and_reading_the_body_again_gives_the_same(world: World) -> None:
    raw = json.dumps(personal_order()).encode()
    world.deliver("orders/create", raw)
    world.work()
    before, balances = books(world), world.balances()
    world.deliver("customers/redact", about(orders_to_redact=[1001]))
    world.work()
    world.deliver("orders/updated", bodies(world)[0], triggered=NOW + timedelta(seconds=1))
    world.work()
    assert balances
    assert (books(world), world.balances()) == (before, balances)
    first, again = payloads.order(raw), payloads.order(bodies(world)[0])
    with world.wiring.shop_session(world.shop_id) as session:
        keys = session.execute(text("select customer_key, email_key from orders")).one()
    assert again.order == first.order
    assert (again.customer_key, again.email_key) == tuple(keys)


def test_the_digest_of_what_was_received_stays(world: World) -> None:
    world.deliver("orders/create", personal_order())
    world.work()
    with world.wiring.platform_session() as session:
        digest = session.execute(text("select body_sha256 from inbox")).scalar_one()
    world.deliver("customers/redact", about(orders_to_redact=[1001]))
    world.work()
    with world.wiring.platform_session() as session:
        row = session.execute(text("select body_sha256, redacted_at from inbox order by id limit 1")).one()
    assert tuple(row) == (digest, NOW)


def test_other_customers_and_other_shops_keep_everything(world: World) -> None:
    neighbour = World(world.wiring, domain="luma.myshopify.com")
    neighbour.deliver("orders/create", personal_order())
    world.deliver("orders/create", personal_order())
    world.deliver("orders/create", personal_order(1002, customer_id=5) | {"email": "eve@example.com"})
    world.work()
    before = bodies(world)
    world.deliver("customers/redact", about(orders_to_redact=[1001]))
    world.work()
    after = bodies(world)
    assert [left == right for left, right in zip(before, after, strict=False)] == [True, False, True]


@pytest.mark.parametrize("body", [b"{}", b"x", b'{"customer": {"id": "seven"}}', b'{"customer": null}'])
@pytest.mark.parametrize("topic", ["customers/redact", "customers/data_request"])
def test_a_request_that_names_nobody_is_parked_with_a_sentence(world: World, topic: str, body: bytes) -> None:
    world.deliver(topic, body)
    world.work()
    ((state, reason),) = world.inbox()
    assert state == "parked"
    assert "names no customer that can be looked for" in str(reason)


def erase(world: World) -> None:
    world.deliver("app/uninstalled", {"id": 1})
    world.work()
    world.move_clock(hours=48)
    world.deliver("shop/redact", {"shop_id": 1, "shop_domain": world.domain})
    world.work()


def test_an_erased_shop_keeps_its_books_and_loses_everything_about_people(world: World) -> None:
    world.deliver("orders/create", personal_order())
    world.work()
    with world.wiring.shop_session(world.shop_id) as session, session.begin():
        facts = {"name": "Mara Lind", "email": "mara@example.com"}
        record(session, "creator.invited", subject="mara", actor="42", facts=facts, now=NOW)
        session.add(LinkSlug(slug="mara", shop_id=world.shop_id, link_id=1))
    before = books(world)
    erase(world)
    assert books(world) == before
    assert set(bodies(world)) == {b""}
    with world.wiring.shop_session(world.shop_id) as session:
        shop = store.get(session, world.shop_id)
        assert shop.status is Status.REDACTED
        assert store.shop_key(session, world.wiring.vault, world.shop_id) is None
        held = " ".join(
            str(row)
            for table in (
                "creators",
                "codes",
                "decisions",
                "conversions",
                "orders",
                "link_slugs",
                "shop_tokens",
            )
            for row in session.execute(text(f"select * from {table}")).all()  # noqa: S608
        ).lower()
    assert "mara" not in held
    assert "erased creator" in held


def test_an_erased_shop_still_proves_its_books(world: World) -> None:
    world.deliver("orders/create", personal_order())
    world.work()
    erase(world)
    with world.wiring.shop_session(world.shop_id) as session, world.wiring.batch_session() as again:
        proof = prove(session, again, world.context, world.wiring.clock.now())
    assert proof["checks"]
    assert proof["ok"], proof


def test_the_decisions_of_a_living_shop_cannot_be_erased(world: World) -> None:
    with (
        world.wiring.shop_session(world.shop_id) as session,
        pytest.raises(DBAPIError, match="it was not erased"),
    ):
        session.execute(text("select erase_decisions(:shop)"), {"shop": world.shop_id})


def test_what_arrives_after_the_erasure_is_not_looked_at(world: World) -> None:
    erase(world)
    world.deliver("orders/create", personal_order())
    world.work()
    assert world.inbox()[-1] == ("ignored", "The shop's data were erased at its request.")
