"""E7's first half: what a file or a page asks for stands in Shopify seconds later, created once."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest

from app.config import Settings
from app.kernel.clock import FixedClock
from app.kernel.errors import Retriable
from app.shopify.session_token import verify
from app.shops.model import ShopRecord
from app.tracking import store as tracking
from app.tracking.model import CodeState
from app.wiring import Wiring, build
from devstore.model import Shop
from devstore.oauth import mint_id_token
from devstore.server import running
from devstore.state import State
from devstore.verbs.discounts import create_discount, delete_discount
from devstore.verbs.install import install
from tests.apply_files import a_file, apply


@pytest.fixture
def app(settings: Settings, state: State, shop: Shop) -> Iterator[Wiring]:
    with running(state) as at:
        install(state, shop)
        wiring = build(
            replace(
                settings,
                shopify_admin_origin=at.url,
                shopify_api_key=state.app.client_id,
                shopify_api_secret=state.app.client_secret,
            ),
            FixedClock(state.now),
        )
        yield wiring
        wiring.http.close()
        wiring.engine.dispose()


@pytest.fixture
def record(app: Wiring, state: State, shop: Shop) -> ShopRecord:
    now = app.clock.now()
    raw = mint_id_token(state, shop)
    token = verify(raw, api_key=app.settings.shopify_api_key, secrets=app.settings.api_secrets, now=now)
    return app.installer(token, now)


def wants(app: Wiring, record: ShopRecord, *codes: str, percent: str = "10") -> None:
    file = a_file(record.domain, currency=record.currency, timezone=record.timezone)
    file["creators"][0]["codes"] = list(codes)
    file["programs"][0]["offer"]["discount"]["percent"] = percent
    apply(app, file, offline=False, reprice=True, now=app.clock.now())


def states(app: Wiring, record: ShopRecord) -> dict[str, CodeState]:
    with app.shop_session(record.id) as session:
        return {code.code: code.state for code in tracking.every_code(session)}


def nodes(shop: Shop, *codes: str) -> set[int]:
    """Ids of the discounts that carry these codes; every code must be there, and once."""
    carried = {
        redeem.code: one.id for one in shop.discounts.values() for redeem in one.codes if redeem.code in codes
    }
    times = sum(redeem.code in codes for one in shop.discounts.values() for redeem in one.codes)
    assert (set(carried), times) == (set(codes), len(codes))
    return set(carried.values())


def test_e07_codes_stand_in_shopify_after_one_run_of_the_job(
    app: Wiring, record: ShopRecord, shop: Shop
) -> None:
    wants(app, record, "MARA-A", "MARA-B", "MARA-C")
    app.job_worker.run_due()
    (node,) = nodes(shop, "MARA-A", "MARA-B", "MARA-C")
    assert (shop.discounts[node].title, shop.discounts[node].value) == ("Tribute: Main", Decimal(10))
    assert set(states(app, record).values()) == {CodeState.ACTIVE}


def test_a_code_of_the_merchants_own_fails_alone(
    app: Wiring, record: ShopRecord, state: State, shop: Shop
) -> None:
    create_discount(state, shop, title="Summer", value=Decimal(5), code="OWN5")
    wants(app, record, "own5", "MARA-A", "MARA-B")
    app.job_worker.run_due()
    assert states(app, record) == {
        "own5": CodeState.FAILED,
        "MARA-A": CodeState.ACTIVE,
        "MARA-B": CodeState.ACTIVE,
    }


def test_changed_terms_reach_the_discount(app: Wiring, record: ShopRecord, shop: Shop) -> None:
    wants(app, record, "MARA-A")
    app.job_worker.run_due()
    wants(app, record, "MARA-A", percent="15")
    app.job_worker.run_due()
    (node,) = nodes(shop, "MARA-A")
    assert shop.discounts[node].value == Decimal(15)


def test_a_discount_that_the_merchant_deleted_is_replaced(
    app: Wiring, record: ShopRecord, state: State, shop: Shop
) -> None:
    wants(app, record, "MARA-A")
    app.job_worker.run_due()
    (node,) = nodes(shop, "MARA-A")
    delete_discount(state, shop, shop.discounts[node])
    wants(app, record, "MARA-A", "MARA-B")
    issue(app, record)
    issue(app, record)
    assert states(app, record) == {"MARA-A": CodeState.FAILED, "MARA-B": CodeState.ACTIVE}


def issue(app: Wiring, record: ShopRecord) -> None:
    """Run the job itself, whenever the queue would."""
    (job,) = (j for j in app.jobs if j.name == "codes.issue")
    with app.shop_session(record.id) as session:
        program = session.connection().exec_driver_sql("select min(id) from programs").scalar_one()
    job.handler(shop_id=record.id, program_id=program)


@pytest.mark.parametrize("calls", range(1, 4))
def test_no_answer_to_any_call_leaves_nothing_twice(
    app: Wiring, record: ShopRecord, state: State, shop: Shop, calls: int
) -> None:
    wants(app, record, "MARA-A", "MARA-B")
    state.switches.api.fail_next = calls
    state.switches.api.fail_with = "503"
    for _ in range(6):
        if set(states(app, record).values()) == {CodeState.ACTIVE}:
            break
        try:
            issue(app, record)
        except Retriable:
            continue
    assert set(states(app, record).values()) == {CodeState.ACTIVE}
    nodes(shop, "MARA-A", "MARA-B")
