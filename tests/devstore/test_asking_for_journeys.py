"""The app asks which visits came before an order: not too early, again while they are gathered, and then no more."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from app.campaigns import store as campaigns
from app.campaigns.model import Discount, OfferTerms, ProgramDraft
from app.campaigns.publish import publish
from app.campaigns.put_program import put
from app.creators.enroll import enroll
from app.creators.invite import invite
from app.creators.model import Contact
from app.flows.follow_journeys import AGAIN, ALL, JOB, SETTLED
from app.inbox import store as inbox
from app.inbox.model import Delivery, Source
from app.kernel.errors import Retriable
from app.tracking.add_link import add_link
from devstore.jsonbody import to_json
from devstore.order_model import Order
from devstore.payloads.order import order_body
from devstore.visit_model import PageVisit, Visit
from tests.devstore.reconciling import Scene, patience, scene
from tests.world import INSTALLED, PERCENT_12

__all__ = ["patience", "scene"]
DAY = timedelta(days=1)


@pytest.fixture
def store(scene: Scene) -> Scene:
    """The shop with a creator, mara, and her link."""
    who: Any = {"actor": "test", "now": INSTALLED}
    with scene.app.shop_session(scene.shop_id) as session, session.begin():
        program, _ = put(session, ProgramDraft("main", "Main", 30, 30), **who)
        terms = OfferTerms(30, Discount(), (PERCENT_12,))
        held = campaigns.program(session, "main")
        publish(session, held, terms, effective_from=INSTALLED, reprice=True, notice_waived=True, **who)
        creator = invite(session, "mara", Contact("Mara", None, {}), pseudonym=lambda _: b"", **who)
        enrollment, _ = enroll(session, creator, program_id=program.id, program="main", **who)
        add_link(session, enrollment.id, "mara", to_path="/", channel="instagram", program="main", **who)
    return scene


def came_by(scene: Scene, page: str = "/?ref=mara", **more: Any) -> Order:
    """An order two days after a visit that began there; no webhook, the sweep brings it."""
    journey = (PageVisit(scene.state.now - 2 * DAY, page), PageVisit(scene.state.now - DAY, "/"))
    return scene.order(visit=Visit("/", journey=journey), **more)


def look(scene: Scene, later: timedelta = timedelta(0)) -> list[str]:
    """The job comes round; the orders whose visits are known then."""
    scene.wait(seconds=int(later.total_seconds()))
    scene.sweep()
    scene.drain()
    scene.job(JOB).handler(shop_id=scene.shop_id)
    scene.drain()
    return [
        row.name for row in scene.rows("select o.name from journeys j join orders o on o.id = j.order_id")
    ]


def asked(scene: Scene) -> list[int]:
    """How often each waiting order was asked for."""
    return [row.tries for row in scene.rows("select tries from journeys_awaited order by order_id")]


def test_a_visit_that_only_shopify_saw_credits_the_order_some_minutes_later(store: Scene) -> None:
    order = came_by(store)
    assert look(store) == []
    assert look(store, SETTLED) == [order.name]
    (credit,) = store.rows("select order_id, earned_minor from credits where earned_minor > 0")
    assert credit.order_id == order.id


def test_the_same_answer_is_stored_once_however_often_it_is_asked_for(store: Scene) -> None:
    came_by(store)
    look(store, SETTLED)
    with store.app.shop_session(store.shop_id) as session, session.begin():
        session.execute(text("delete from journey_cursors"))
    look(store)
    assert [
        row.n for row in store.rows("select count(*) as n from inbox where topic = 'orders/journey'")
    ] == [1]


def test_nothing_is_asked_where_nothing_is_new(store: Scene) -> None:
    came_by(store)
    look(store, SETTLED)
    before = store.calls()
    store.job(JOB).handler(shop_id=store.shop_id)
    assert store.calls() == before


def test_an_order_is_asked_for_again_until_its_visits_are_gathered(store: Scene) -> None:
    store.api.journey_seconds = int((AGAIN[0] + 2 * SETTLED).total_seconds())
    order = came_by(store)
    assert (look(store, SETTLED), asked(store)) == ([], [1])
    assert (look(store, timedelta(minutes=30)), asked(store)) == ([], [1])
    assert (look(store, AGAIN[0]), asked(store)) == ([order.name], [])


def test_an_order_whose_visits_are_never_gathered_is_given_up(store: Scene) -> None:
    store.api.journey_seconds = 10**9
    came_by(store)
    counts = [(look(store, later), asked(store)) for later in (SETTLED, *AGAIN)]
    assert counts == [([], [1]), ([], [2]), ([], [3]), ([], [])]


def test_an_order_of_the_till_needs_no_question(store: Scene) -> None:
    came_by(store, source_name="pos")
    assert look(store, SETTLED) == []


def test_an_order_whose_cart_carries_the_click_needs_no_question(store: Scene) -> None:
    order = came_by(store, note_attributes={"_tribute_click": "12"})
    body = to_json(order_body(store.state, store.shop, order))
    heard = Delivery(
        store.shop.domain, "orders/create", "1", None, Source.WEBHOOK, None, store.state.now, body, b"1"
    )
    with store.app.platform_session() as session, session.begin():
        inbox.feed(session, [heard])
    assert look(store, SETTLED) == []


def test_visits_that_name_no_link_leave_nothing_behind(store: Scene) -> None:
    came_by(store, "/collections/all?utm_source=newsletter")
    assert look(store, SETTLED) == []
    assert [
        row.n for row in store.rows("select count(*) as n from inbox where topic = 'orders/journey'")
    ] == [0]


def test_a_shop_without_links_is_not_asked(scene: Scene) -> None:
    came_by(scene)
    scene.wait(minutes=11)
    scene.sweep()
    scene.drain()
    before = scene.calls()
    scene.job(JOB).handler(shop_id=scene.shop_id)
    assert scene.calls() == before


def test_more_orders_than_one_question_takes_are_all_asked_about(store: Scene) -> None:
    placed = {came_by(store).name for _ in range(30)}
    assert set(look(store, SETTLED)) == placed


def test_a_look_that_shopify_cut_short_goes_on_where_it_was(store: Scene) -> None:
    order = came_by(store)
    store.wait(minutes=11)
    store.sweep()
    store.drain()
    store.api.fail_next = 9
    with pytest.raises(Retriable):
        store.job(JOB).handler(shop_id=store.shop_id)
    store.api.fail_next = 0
    assert look(store) == [order.name]


def test_every_connected_shop_is_queued(store: Scene) -> None:
    store.job(ALL).handler()
    (queued,) = store.rows("select args from procrastinate_jobs where task_name = 'orders.journeys'")
    assert queued.args == {"shop_id": store.shop_id}
