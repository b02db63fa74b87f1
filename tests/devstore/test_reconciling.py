"""Webhooks that never came: what Shopify has and we lack is found and fed."""

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from app.flows.reconcile import ShopIsOffline, UnderWay
from app.kernel.errors import Retriable
from app.reconciliation import store
from app.reconciliation.model import Kind, Method, State
from app.shopify.errors import ShopifyDown, Throttled
from devstore.verbs.cancel_order import cancel_order
from devstore.verbs.install import uninstall
from devstore.verbs.refund_order import refund_order
from tests.devstore.reconciling import DiesAfter, Killed, Patience, Scene, method, patience, scene

__all__ = ["method", "patience", "scene"]


def test_what_never_came_is_fed_and_then_nothing_is_missing(scene: Scene, method: Method) -> None:
    placed = scene.orders(3)
    assert scene.counts(method) == (3, 3, 3)
    assert scene.counts(method) == (3, 0, 0)
    scene.drain()
    assert scene.counts(method) == (3, 0, 0)
    assert set(scene.held()) == {order.id for order in placed}
    assert {row.source for row in scene.rows("select source from inbox")} == {"reconciled"}


def test_a_newer_version_an_unknown_refund_and_a_cancellation_are_told_apart(
    scene: Scene, method: Method
) -> None:
    refunded, cancelled, still = scene.orders(3)
    scene.counts(method)
    scene.drain()
    refund_order(scene.state, scene.shop, refunded, lines={refunded.lines[0].id: 1})
    cancel_order(scene.state, scene.shop, cancelled)
    assert scene.counts(method) == (3, 2, 2)
    scene.drain()
    assert scene.held() == {refunded.id: "partially_refunded", cancelled.id: "refunded", still.id: "paid"}
    found = scene.rows("select order_id, what from reconciliation_differences where what <> 'missing'")
    assert {tuple(row) for row in found} == {(refunded.id, "older"), (cancelled.id, "older")}


def test_a_refund_that_we_lack_is_found_though_the_order_is_no_newer(scene: Scene) -> None:
    order = scene.order()
    refund_order(scene.state, scene.shop, order, lines={order.lines[0].id: 1})
    scene.counts()
    scene.drain()
    with scene.app.shop_session(scene.shop_id) as session, session.begin():
        session.execute(text("delete from refunds"))
        session.execute(text("delete from inbox"))
    assert scene.counts() == (1, 1, 1)
    assert [row.what for row in scene.rows("select what from reconciliation_differences order by id")][
        -1
    ] == "refunds"
    scene.drain()
    assert len(scene.rows("select from refunds")) == 1


def test_another_state_in_the_same_second_is_found(scene: Scene) -> None:
    order = scene.order()
    scene.counts()
    scene.drain()
    with scene.app.shop_session(scene.shop_id) as session, session.begin():
        changed = "update orders set facts = jsonb_set(facts, '{financial_status}', '\"pending\"')"
        session.execute(text(changed))
        session.execute(text("delete from inbox"))
    scene.wait(minutes=1)
    assert scene.counts() == (1, 1, 1)
    scene.drain()
    assert scene.held() == {order.id: "paid"}


def test_a_sweep_begins_where_the_last_one_ended_with_an_overlap(scene: Scene) -> None:
    scene.orders(2)
    first = scene.sweep()
    assert first is not None
    assert first.until - first.since == timedelta(days=60)
    scene.drain()
    scene.wait(minutes=15)
    late = scene.order()
    scene.wait(minutes=1)
    second = scene.sweep()
    assert second is not None
    assert second.since == first.until - timedelta(minutes=5)
    assert (second.missing, second.fed) == (1, 1)
    scene.drain()
    assert late.id in scene.held()


def test_the_cursor_stays_when_shopify_is_away(scene: Scene) -> None:
    scene.sweep()
    scene.wait(minutes=15)
    placed = scene.order()
    scene.wait(minutes=1)
    scene.api.fail_next = 1
    with pytest.raises(ShopifyDown):
        scene.sweep()
    with scene.app.shop_session(scene.shop_id) as session:
        stands = store.under_way(session, Method.PAGES)
    assert stands is not None
    assert stands.failure is not None
    assert "could not be asked" in stands.failure
    again = scene.sweep()
    assert again is not None
    assert (again.state, again.fed, again.failure) == (State.DONE, 1, None)
    scene.drain()
    assert placed.id in scene.held()


def test_a_run_killed_in_the_middle_is_completed_by_the_next(scene: Scene, method: Method) -> None:
    orders = scene.orders(4)
    for order in orders[2:]:
        refund_order(scene.state, scene.shop, order, lines={order.lines[0].id: 1})
    scene.wait(minutes=1)
    alive = scene.app.reconciler
    for looks in range(1, 5):
        with suppress(Killed):
            scene.check(replace(alive, clock=DiesAfter(alive.clock, looks)), method)
    run = scene.check(alive, method)
    assert run.state is State.DONE
    scene.drain()
    assert set(scene.held()) == {order.id for order in orders}
    assert len(scene.rows("select from inbox")) == 4
    (told,) = scene.rows(
        "select sum(fed) as fed, bool_or(state = 'running') as open from reconciliation_runs"
    )
    assert (told.fed, told.open) == (4, False)


def test_an_expired_token_is_renewed_on_the_way(scene: Scene, method: Method) -> None:
    scene.orders(2)
    scene.wait(hours=30)
    assert scene.counts(method) == (2, 2, 2)


def test_a_throttled_shop_is_waited_for_and_never_for_longer_than_promised(
    scene: Scene, patience: Patience
) -> None:
    scene.orders(2)
    scene.api.throttle_next = 3
    assert scene.counts() == (2, 2, 2)
    waited = len(patience.waited)
    assert waited == 3
    scene.api.throttle_next = 10_000
    with pytest.raises(Throttled):
        scene.ask()
    assert sum(patience.waited[waited:]) <= 20


def test_a_shop_that_must_be_opened_again_is_told_so_and_left_alone(scene: Scene) -> None:
    scene.wait(days=200)
    run = scene.ask()
    assert run.state is State.FAILED
    assert run.failure is not None
    assert "must open Tribute" in run.failure
    scene.app.reconcile_calls.sweep_all()
    assert not scene.rows("select from procrastinate_jobs where task_name = 'orders.reconcile'")


def test_a_shop_that_threw_us_out_fails_with_a_sentence(scene: Scene) -> None:
    uninstall(scene.state, scene.shop)
    run = scene.ask()
    assert run.failure is not None
    assert run.state is State.FAILED


def test_an_offline_shop_has_nothing_to_compare_with(scene: Scene) -> None:
    with scene.app.platform_session() as session, session.begin():
        session.execute(text("update shops set offline = true"))
    run = scene.ask()
    assert run.failure == str(ShopIsOffline(scene.shop.domain))


def test_two_at_once_are_one(scene: Scene) -> None:
    scene.orders(1)
    with scene.app.reconciler.locks.hold(f"reconcile {scene.shop_id}"):
        assert scene.sweep() is None
        assert scene.app.reconciler.begin(scene.shop_id, Kind.NIGHTLY) is None
        with pytest.raises(UnderWay):
            scene.app.reconciler.ask(scene.shop_id, None, Method.PAGES)
    assert scene.counts() == (1, 1, 1)


def test_installing_looks_60_days_back_and_the_sweeps_go_on_from_there(scene: Scene) -> None:
    scene.order(at=scene.state.now - timedelta(days=20))
    scene.job("shop.backfill").handler(shop_id=scene.shop_id)
    with scene.app.shop_session(scene.shop_id) as session:
        assert store.swept_to(session) == scene.state.now
    assert len(scene.rows("select from inbox")) == 1
    assert not scene.rows("select from reconciliation_differences")
    scene.wait(minutes=15)
    run = scene.sweep()
    assert run is not None
    assert run.until - run.since == timedelta(minutes=20)


def test_every_connected_shop_has_its_own_minute(scene: Scene) -> None:
    scene.app.reconcile_calls.sweep_all()
    scene.app.reconcile_calls.sweep_all()
    scene.app.reconcile_calls.nightly_all()
    jobs = scene.rows("select task_name, scheduled_at from procrastinate_jobs order by task_name")
    names = [job.task_name for job in jobs]
    assert names.count("orders.reconcile") == 1
    assert names.count("orders.reconcile_full") == 1


def test_what_is_away_for_long_stays_retriable(scene: Scene) -> None:
    scene.api.fail_next = 99
    with pytest.raises(Retriable):
        scene.job("orders.reconcile_full").handler(shop_id=scene.shop_id)
