"""What the Health page says of Shopify's orders against ours."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from app.kernel.ids import ShopId
from app.reconciliation import store
from app.reconciliation.model import Found, Kind, Lack, Method, Run, Stub, What
from app.wiring import Wiring
from tests.conftest import NOW
from tests.web.demo_shop import ORDER_ID
from tests.web.polaris_check import errors_of
from tests.web.shop import Shop

STUB = Stub(ORDER_ID, "#1105", NOW, cancelled=False, status="paid", refund_ids=())


def run_of(wiring: Wiring, shop_id: ShopId, kind: Kind, **facts: object) -> Run:
    with wiring.shop_session(shop_id) as session, session.begin():
        method = Method.PAGES if kind is Kind.SWEEP else Method.BULK
        begun = NOW - timedelta(minutes=4)
        run = store.begin(session, kind, method, since=begun - timedelta(days=60), until=begun, now=begun)
        store.progress(session, run, read=1234, missing=2, fed=2)
        return store.change(session, run, **facts) if facts else run


def differs(wiring: Wiring, run: Run, shop_id: ShopId, what: What, webhook_id: str | None) -> None:
    lack = Lack(STUB, what, NOW - timedelta(hours=2) if what is What.OLDER else None)
    with wiring.shop_session(shop_id) as session, session.begin():
        store.note(session, run, [Found(lack, webhook_id)], NOW)


def page(merchant: FlaskClient) -> str:
    answer = merchant.get("/health")
    assert answer.status_code == 200
    assert errors_of(answer.text) == []
    return " ".join(answer.text.split())


def test_a_shop_whose_every_order_is_judged_has_none_without_a_conversion(
    merchant: FlaskClient, world: Shop
) -> None:
    shown = page(merchant)
    assert "the code of a creator and no decision" in shown
    assert '<strong class="good"><bdi>0</bdi></strong>' in shown


def test_where_no_check_ever_ran_nothing_is_said_to_agree_and_none_is_announced(
    merchant: FlaskClient, world: Shop
) -> None:
    world.run("update shops set offline = true where id = :id", id=world.shop_id)
    shown = page(merchant)
    assert "Nothing compared yet" in shown
    assert "No difference was found" not in shown
    assert "Next check at" not in shown


def test_an_order_with_a_creators_code_and_no_decision_is_named(merchant: FlaskClient, world: Shop) -> None:
    for lost in (
        "update conversions set candidates = '[]' where order_id = :id",
        "delete from conversions where order_id = :id",
    ):
        world.run(lost, id=ORDER_ID)
        shown = page(merchant)
        assert '<strong class="bad"><bdi>1</bdi></strong>' in shown
        assert f'<a href="/orders/{ORDER_ID}">' in shown


def test_an_order_whose_code_nobody_owns_is_no_offender(merchant: FlaskClient, world: Shop) -> None:
    nobodys = '[["discount_code", "NOBODYS", 1]]'
    world.run(
        "update orders set facts = jsonb_set(facts, '{discounts}', cast(:codes as jsonb)) where id = :id",
        codes=nobodys,
        id=ORDER_ID,
    )
    world.run("delete from conversions where order_id = :id", id=ORDER_ID)
    assert '<strong class="good"><bdi>0</bdi></strong>' in page(merchant)


def test_the_last_checks_and_the_next_are_told(merchant: FlaskClient, world: Shop, wiring: Wiring) -> None:
    run_of(wiring, world.shop_id, Kind.SWEEP, state="done", ended_at=NOW - timedelta(minutes=3))
    run_of(wiring, world.shop_id, Kind.NIGHTLY)
    world.run("update shops set offline = false where id = :id", id=world.shop_id)
    shown = page(merchant)
    assert "after <bdi>60</bdi> s: <bdi>1,234</bdi> read, <bdi>2</bdi> missing, <bdi>2</bdi> fetched" in shown
    assert "Under way" in shown
    assert "Next check at" in shown


def test_a_failure_is_told_in_words(merchant: FlaskClient, world: Shop, wiring: Wiring) -> None:
    why = "Shopify could not be asked about lumen.myshopify.com: it answered 500."
    run_of(wiring, world.shop_id, Kind.SWEEP, state="failed", ended_at=NOW, failure=why)
    assert why in page(merchant)


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("done", "Fetched and taken into the books"),
        ("new", "Fetched; waits for the worker"),
        ("parked", "Fetched, but parked: unreadable"),
    ],
)
def test_a_difference_tells_what_was_done(
    merchant: FlaskClient, world: Shop, wiring: Wiring, state: str, words: str
) -> None:
    run = run_of(wiring, world.shop_id, Kind.SWEEP, state="done", ended_at=NOW)
    world.deliver("orders/reread", b"{}", webhook_id="reconciled/1", source="reconciled")
    with wiring.platform_session() as session, session.begin():
        session.execute(
            text("update inbox set state = :state, reason = 'unreadable' where webhook_id = 'reconciled/1'"),
            {"state": state},
        )
    differs(wiring, run, world.shop_id, What.OLDER, "reconciled/1")
    shown = page(merchant)
    assert words in shown
    assert "We held" in shown


def test_an_order_that_shopify_shows_no_longer_changes_nothing(
    merchant: FlaskClient, world: Shop, wiring: Wiring
) -> None:
    run = run_of(wiring, world.shop_id, Kind.NIGHTLY, state="done", ended_at=NOW)
    differs(wiring, run, world.shop_id, What.MISSING, None)
    assert "Nothing: Shopify shows it no longer" in page(merchant)


def test_a_shop_without_shopify_says_so(merchant: FlaskClient, world: Shop) -> None:
    world.run("update shops set offline = true where id = :shop")
    assert "registered without Shopify" in page(merchant)
    world.run("update shops set offline = false where id = :shop")
    assert "registered without Shopify" not in page(merchant)
