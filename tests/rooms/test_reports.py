"""Reports read by the store: periods, programs, sorting, and lists that agree with the rules they show."""

from datetime import date, timedelta

import pytest
from sqlalchemy import text

from app.commissions import verdicts
from app.flows.explain import explain
from app.kernel.period import Period
from app.reports import export, orders, people, store
from app.reports.model import Filters, Page, Sort, Totals
from app.reports.orders import OrderFilters, State
from app.reports.sheet import sheet
from app.wiring import Wiring
from tests.bodies import code, line, order, refund
from tests.conftest import NOW
from tests.world import World

TODAY = NOW.date()
MONTH = Period(TODAY - timedelta(days=27), TODAY)
ALL = Filters(MONTH, "EUR")
BY_SALES = Sort("net_sales", descending=True)


@pytest.fixture
def world(wiring: Wiring) -> World:
    made = World(wiring)
    made.creator("mara", "MARA10")
    made.creator("theo", "THEO10")
    return made


def sell(world: World, order_id: int, promo: str, price: str = "100.00", **more: object) -> None:
    body = order(order_id, lines=[line(price=price)], codes=[code(promo)], **more)
    world.deliver("orders/create", body)


def test_figures_of_a_period_are_the_credited_orders_of_its_days(world: World) -> None:
    sell(world, 1, "MARA10")
    sell(world, 2, "THEO10", "50.00", placed=NOW - timedelta(days=40))
    sell(world, 3, "NOBODY")
    world.work()
    with world.wiring.shop_session(world.shop_id) as session:
        found = store.days(session, ALL, MONTH)
    assert list(found) == [TODAY]
    assert found[TODAY].net_minor == 10_000
    assert found[TODAY].orders == 1


def test_a_creator_of_two_programs_is_counted_once_in_each(world: World) -> None:
    sell(world, 1, "MARA10")
    world.work()
    with world.wiring.shop_session(world.shop_id) as session, session.begin():
        session.execute(
            text(
                "insert into programs (shop_id, handle, name, window_days, hold_days, created_at) "
                "values (:s, 'vip', 'VIP', 30, 30, :now)"
            ),
            {"s": world.shop_id, "now": NOW},
        )
        session.execute(
            text(
                "insert into enrollments (shop_id, creator_id, program_id, created_at) "
                "select :s, c.id, p.id, :now from creators c, programs p where c.handle = 'mara' and p.handle = 'vip'"
            ),
            {"s": world.shop_id, "now": NOW},
        )
    with world.wiring.shop_session(world.shop_id) as session:
        of_main = store.days(session, Filters(MONTH, "EUR", program="main"), MONTH)
        of_vip = store.days(session, Filters(MONTH, "EUR", program="vip"), MONTH)
        everybody, _ = store.creators(session, ALL, BY_SALES, page=None, now=NOW)
    assert of_main[TODAY].net_minor == 10_000
    assert of_vip == {}
    assert sum(row.totals.net_minor for row in everybody) == 10_000


@pytest.mark.parametrize("key", [store.NAME, *sheet()])
@pytest.mark.parametrize("descending", [True, False])
def test_the_table_can_be_sorted_by_every_column(world: World, key: str, descending: bool) -> None:  # noqa: FBT001
    sell(world, 1, "MARA10")
    sell(world, 2, "THEO10", "250.00")
    world.creator("nobody", "NONE10")
    world.work()
    with world.wiring.shop_session(world.shop_id) as session:
        rows, total = store.creators(session, ALL, Sort(key, descending), page=None, now=NOW)
    assert total == 3
    if key != store.NAME:
        values = [sheet()[key].value(row.totals) for row in rows]
        known = [v for v in values if v is not None]
        assert known == sorted(known, reverse=descending)
        # What is not available stands at the end of the best, and at the beginning of the least.
        assert values == (
            known + [None] * (3 - len(known)) if descending else [None] * (3 - len(known)) + known
        )


def test_pages_of_the_table_hold_everybody_once(world: World) -> None:
    for n in range(7):
        world.creator(f"c{n}", f"C{n}0")
    with world.wiring.shop_session(world.shop_id) as session:
        pages = [store.creators(session, ALL, BY_SALES, page=Page(n, 4), now=NOW) for n in (1, 2, 3)]
    assert [total for _, total in pages] == [9, 9, 9]
    handles = [row.handle for rows, _ in pages for row in rows]
    assert len(handles) == len(set(handles)) == 9


def test_trends_are_the_days_of_each_creator(world: World) -> None:
    sell(world, 1, "MARA10")
    world.work()
    with world.wiring.shop_session(world.shop_id) as session:
        rows, _ = store.creators(session, ALL, BY_SALES, page=None, now=NOW)
        found = store.trends(session, ALL, [row.id for row in rows])
    assert {rows[0].id: [TODAY]} == {key: list(days) for key, days in found.items()}


def test_an_orders_status_in_the_list_is_that_of_its_explanation(world: World) -> None:
    sell(world, 1, "MARA10")
    sell(world, 2, "MARA10", financial_status="pending")
    sell(world, 3, "MARA10", refunds=[refund(1, 3, (1, 1), at=NOW)])
    sell(world, 4, "MARA10", placed=NOW - timedelta(days=50))
    world.deliver("orders/create", order(5, codes=[code("MARA10"), code("THEO10")]))
    world.deliver("orders/create", order(6, codes=[code("MARA10")], test=True))
    sell(world, 7, "MARA10")
    world.work()
    with world.wiring.shop_session(world.shop_id) as session, session.begin():
        mara = session.execute(text("select id from creators where handle = 'mara'")).scalar_one()
        verdicts.deny(session, [(7, mara)], reason="Bought by a friend.", actor="staff", now=NOW)
    world.work()
    with world.wiring.shop_session(world.shop_id) as session:
        listed, _ = orders.listed(session, OrderFilters(), now=NOW)
        aside, _ = orders.listed(session, OrderFilters(state=State.UNQUALIFIED), now=NOW)
        told = {n: str(explain(session, str(n), NOW)["status"]) for n in range(1, 8)}
        by_state = {
            s: [r.id for r in orders.listed(session, OrderFilters(state=s), now=NOW)[0]] for s in State
        }
    assert {row.id: row.status for row in (*listed, *aside)} == told
    assert set(told.values()) == {s.value for s in State}
    assert sorted(i for ids in by_state.values() for i in ids) == [1, 2, 3, 4, 5, 6, 7]


def test_the_list_of_orders_continues_below_the_last_one(world: World) -> None:
    for n in range(1, 8):
        sell(world, n, "MARA10")
    world.work()
    with world.wiring.shop_session(world.shop_id) as session:
        first, more = orders.listed(session, OrderFilters(creator="mara"), now=NOW, most=4)
        second, end = orders.listed(session, OrderFilters(creator="mara"), now=NOW, most=4, before=more)
    assert [r.id for r in (*first, *second)] == [7, 6, 5, 4, 3, 2, 1]
    assert end is None


def test_orders_of_another_creator_or_day_are_not_in_the_list(world: World) -> None:
    sell(world, 1, "MARA10")
    sell(world, 2, "THEO10", placed=NOW - timedelta(days=3))
    world.work()
    yesterday = Period(TODAY - timedelta(days=1), TODAY)
    with world.wiring.shop_session(world.shop_id) as session:
        of_theo, _ = orders.listed(session, OrderFilters(creator="theo"), now=NOW)
        recent, _ = orders.listed(session, OrderFilters(period=yesterday), now=NOW)
    assert ([r.id for r in of_theo], [r.id for r in recent]) == ([2], [1])


def test_a_search_finds_names_codes_and_signs_as_they_are_typed(world: World) -> None:
    world.creator("percent", "A%B")

    def found(typed: str) -> list[str]:
        with world.wiring.shop_session(world.shop_id) as session:
            rows, _ = people.listed(
                session, currency="EUR", search=typed, status=None, sort=Sort("name", descending=False),
                page=Page(1), now=NOW,
            )  # fmt: skip
        return [row.handle for row in rows]

    assert found("MAR") == ["mara"]
    assert found("theo10") == ["theo"]
    assert found("%") == ["percent"]
    assert found("") == ["mara", "percent", "theo"]


def test_the_export_has_every_column_and_exact_amounts(world: World) -> None:
    sell(world, 1, "MARA10", "99.99")
    world.work()
    with world.wiring.shop_session(world.shop_id) as session:
        head, first, *_ = export.creators(session, ALL, BY_SALES, NOW)
        (_, today) = export.days(session, ALL)
    assert (
        head.strip()
        == "creator,name,status,currency,orders,gmv,gross_sales,net_sales,commission,fees,gifts,aov,cpa,roas"
    )
    assert first.strip() == "mara,Mara,active,EUR,1,99.99,99.99,99.99,12.00,0.00,0.00,99.99,12.00,8.3325"
    assert today.startswith(f"{date.isoformat(TODAY)},EUR,1,99.99")


def test_totals_add_up_measure_by_measure() -> None:
    one = Totals(*([1] * 5))  # type: ignore[arg-type]
    assert one + one == Totals(*([2] * 5))  # type: ignore[arg-type]
