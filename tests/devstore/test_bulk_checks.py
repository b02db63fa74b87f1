"""60 days by a bulk query, and everything that can happen to its file."""

import msgspec
import pytest
from sqlalchemy import text

from app.kernel.ids import OrderId
from app.reconciliation.model import Kind, Method, State
from app.shopify import bulk_orders
from app.shopify.order_reread import fetch_order
from devstore.order_model import LineRequest, OrderRequest
from devstore.verbs.place_order import place_order
from devstore.verbs.refund_order import refund_order
from tests.devstore.reconciling import Patience, Scene, method, patience, scene

__all__ = ["method", "patience", "scene"]


def test_what_the_bulk_file_gives_is_what_reading_the_order_gives(scene: Scene) -> None:
    variants = [scene.shop.product_by_handle(handle).variants[0].id for handle in ("serum", "toner")]
    order = place_order(scene.state, scene.shop, OrderRequest([LineRequest(v, 2) for v in variants]))
    scene.counts(Method.BULK)
    (fed,) = scene.rows("select body from inbox")
    read = fetch_order(scene.app.shop_api(scene.shop_id), OrderId(order.id))
    assert msgspec.json.decode(fed.body) == read


def test_orders_that_the_bulk_file_holds_whole_need_no_question_of_their_own(scene: Scene) -> None:
    orders = scene.orders(20)
    refund_order(scene.state, scene.shop, orders[0], lines={orders[0].lines[0].id: 1})
    asked = scene.calls()
    assert scene.counts(Method.BULK) == (20, 20, 20)
    recent, begun, looked, refunded = 1, 1, 1, 1
    assert scene.calls() - asked == recent + begun + looked + refunded


@pytest.mark.parametrize("ends_as", ["FAILED", "CANCELED", "EXPIRED"])
def test_a_bulk_query_that_ends_half_way_is_used_and_asked_for_again(scene: Scene, ends_as: str) -> None:
    placed = scene.orders(4)
    scene.api.bulk_fail_next, scene.api.bulk_fail_as = 1, ends_as
    run = scene.ask(Method.BULK)
    assert (run.state, run.read, run.missing, run.fed, run.failure) == (State.DONE, 4, 4, 4, None)
    assert len(scene.shop.bulk_operations) == 2
    scene.drain()
    assert set(scene.held()) == {order.id for order in placed}


def test_bulk_queries_that_keep_failing_give_way_to_pages(scene: Scene) -> None:
    scene.orders(4)
    scene.api.bulk_fail_next = 9
    assert scene.counts(Method.BULK) == (4, 4, 4)
    assert len(scene.shop.bulk_operations) == 2


def test_a_shop_with_five_bulk_queries_is_come_back_to(scene: Scene) -> None:
    scene.orders(2)
    scene.api.bulk_polls = 99
    shopify = scene.app.shop_api(scene.shop_id)
    gids = [bulk_orders.begin(shopify, scene.state.now, f"other{n}") for n in range(5)]
    run = scene.app.reconciler.begin(scene.shop_id, Kind.NIGHTLY)
    assert run is not None
    assert (run.state, run.bulk_gid) == (State.RUNNING, None)
    bulk_orders.give_up(shopify, str(gids[0]))
    assert bulk_orders.look(shopify, str(gids[0])).stage is bulk_orders.Stage.GONE
    scene.api.bulk_polls = 1
    for _ in range(2):
        run = scene.app.reconciler.go_on(scene.shop_id, run.id) or run
    assert (run.state, run.fed) == (State.DONE, 2)


def test_a_bulk_query_whose_answer_was_lost_is_found_and_not_asked_for_twice(scene: Scene) -> None:
    scene.orders(2)
    run = scene.app.reconciler.begin(scene.shop_id, Kind.NIGHTLY)
    assert run is not None
    with scene.app.shop_session(scene.shop_id) as session, session.begin():
        session.execute(text("update reconciliation_runs set bulk_gid = null"))
    again = scene.app.reconciler.begin(scene.shop_id, Kind.NIGHTLY)
    assert again is not None
    assert (again.id, again.bulk_gid) == (run.id, run.bulk_gid)
    assert len(scene.shop.bulk_operations) == 1


def test_an_address_that_expired_leads_to_a_new_query(scene: Scene) -> None:
    scene.orders(2)
    scene.api.bulk_expire_next = 1
    assert scene.counts(Method.BULK) == (2, 2, 2)


def test_a_connection_cut_in_the_middle_of_the_file_is_taken_up_again(
    scene: Scene, patience: Patience
) -> None:
    scene.orders(30)
    scene.api.bulk_cut_next = 3
    assert scene.counts(Method.BULK) == (30, 30, 30)
    assert len(scene.shop.bulk_operations) == 1
    assert len(patience.waited) >= 3


def test_an_order_that_cannot_be_read_any_more_is_noted_and_feeds_nothing(scene: Scene) -> None:
    order = scene.order()
    refund_order(scene.state, scene.shop, order, lines={order.lines[0].id: 1})
    scene.api.bulk_polls = 0
    run = scene.app.reconciler.begin(scene.shop_id, Kind.ASKED)
    assert run is not None
    del scene.shop.orders[order.id]
    over = scene.app.reconciler.go_on(scene.shop_id, run.id)
    assert over is not None
    assert (over.state, over.read, over.missing, over.fed) == (State.DONE, 1, 1, 0)


def test_a_long_bulk_query_is_come_back_to_and_its_end_wakes_the_run(scene: Scene) -> None:
    scene.orders(2)
    scene.api.bulk_polls = 50
    scene.job("orders.reconcile_full").handler(shop_id=scene.shop_id)
    due = "select args from procrastinate_jobs where task_name = 'orders.reconcile_go_on'"
    assert len(scene.rows(f"{due} and scheduled_at is not null")) == 1
    scene.state.switches.api.bulk_polls = 0
    scene.drain()
    with scene.app.platform_session() as session, session.begin():
        deliver = text(
            "insert into inbox (shop_domain, topic, webhook_id, source, triggered_at, body, body_sha256) "
            "values (:shop, 'bulk_operations/finish', 'w', 'webhook', now(), '{}', '')"
        )
        session.execute(deliver, {"shop": scene.shop.domain})
    scene.drain()
    (waked,) = scene.rows(f"{due} and scheduled_at is null")
    for operation in scene.shop.bulk_operations.values():
        operation.polls_left = 1
    scene.job("orders.reconcile_go_on").handler(**waked.args)
    assert [row.state for row in scene.rows("select state from reconciliation_runs")] == ["done"]
    scene.job("orders.reconcile_go_on").handler(**waked.args)
    assert len(scene.rows("select from inbox where source = 'reconciled'")) == 2
