"""Clicks come and go by months; their counts by link and day stay, and so does what an order names."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.flows.take_clicks import take_clicks
from app.kernel.clock import FixedClock
from app.tracking.click import Click, Consent, Verdict
from app.tracking.store import months
from app.tracking.token import ClickToken, token_keys, write
from app.wiring import Wiring
from tests.bodies import order
from tests.credit_shop import CreditShop

OLD = datetime(2025, 3, 31, 23, 30, tzinfo=UTC)


def run_job(wiring: Wiring) -> None:
    (job,) = [j for j in wiring.jobs if j.name == "clicks.months"]
    job.handler()


def followed(wiring: Wiring, shop: CreditShop, *clicks: tuple[int, datetime, str]) -> None:
    with wiring.shop_session(shop.shop_id) as session, session.begin():
        link = session.scalar(text("select id from links where slug = 'mara'"))
        found = [
            (
                shop.shop_id,
                Click(
                    id=number,
                    link_id=link,
                    at=at,
                    visitor=None,
                    verdict=Verdict(said),
                    consent=Consent.UNKNOWN,
                ),
            )
            for number, at, said in clicks
        ]
        take_clicks(session, found)


def days(wiring: Wiring, shop: CreditShop) -> list[tuple[date, int, int, int, bool]]:
    with wiring.shop_session(shop.shop_id) as session:
        rows = session.execute(
            text("select day, clicks, duplicates, bots, sealed from link_days order by day")
        )
        return [tuple(row) for row in rows]


def kept(wiring: Wiring, shop: CreditShop) -> list[tuple[int, str]]:
    with wiring.shop_session(shop.shop_id) as session:
        rows = session.execute(
            text("select id, cast(cast(c.tableoid as regclass) as text) from clicks c order by id")
        )
        return [tuple(row) for row in rows]


def test_clicks_are_counted_to_the_days_of_the_shop_once(wiring: Wiring, shop: CreditShop) -> None:
    for _ in range(2):
        followed(
            wiring,
            shop,
            (1, OLD, "billable"),
            (2, OLD, "duplicate"),
            (3, OLD, "bot"),
            (4, OLD + timedelta(days=1), "billable"),
        )
    # Half past eleven at night in London is the next day in Berlin.
    assert days(wiring, shop) == [(date(2025, 4, 1), 1, 1, 1, False), (date(2025, 4, 2), 1, 0, 0, False)]


def test_the_months_to_come_are_made_and_a_second_run_finds_nothing_to_do(
    wiring: Wiring, clock: FixedClock
) -> None:
    clock.at = datetime(2027, 10, 5, tzinfo=UTC)
    run_job(wiring)
    with wiring.platform_session() as session:
        held = months.months_held(session)
    assert held[-7:] == [*(date(2027, m, 1) for m in range(7, 13)), date(2028, 1, 1)]
    run_job(wiring)
    with wiring.platform_session() as session:
        assert months.months_held(session) == held


def test_an_old_month_goes_but_for_what_an_order_names_and_its_counts_stay(
    wiring: Wiring, shop: CreditShop, clock: FixedClock
) -> None:
    with wiring.platform_session() as session, session.begin():
        months.make_months(session, OLD.date(), 1)
    named = OLD + timedelta(milliseconds=5)
    followed(wiring, shop, (1, OLD, "billable"), (2**62 + 5, named, "billable"), (3, OLD, "bot"))
    token = write(
        ClickToken(shop.shop_id, 1, named, 2**62 + 5),
        token_keys(wiring.settings.secret_keys)[0],
    )
    shop.deliver(
        "orders/create",
        order(1001, placed=OLD + timedelta(days=3), landing_site=f"/?tribute_click={token}"),
    )
    shop.deliver(
        "orders/create",
        order(
            1002,
            placed=OLD + timedelta(days=3),
            note_attributes=[{"name": "_tribute_click", "value": "3"}],
        ),
    )
    shop.work()
    before = days(wiring, shop)
    clock.at = datetime(2026, 11, 5, tzinfo=UTC)
    run_job(wiring)
    assert kept(wiring, shop) == [(3, "clicks_rest"), (2**62 + 5, "clicks_rest")]
    assert days(wiring, shop) == [(*row[:-1], True) for row in before]
    with wiring.shop_session(shop.shop_id) as own, own.begin():
        months.count_again(own, shop.shop_id)
    assert days(wiring, shop) == [(*row[:-1], True) for row in before]


def test_a_month_that_a_window_can_still_reach_does_not_go_whoever_asks(wiring: Wiring) -> None:
    with wiring.platform_session() as session, session.begin(), pytest.raises(DBAPIError, match="are kept"):
        months.retire_month(session, date(2026, 1, 1))


def test_days_follow_the_zone_of_the_shop(wiring: Wiring, shop: CreditShop) -> None:
    followed(wiring, shop, (1, OLD, "billable"))
    with wiring.shop_session(shop.shop_id) as session, session.begin():
        session.execute(text("update shops set timezone = 'America/New_York'"))
        months.count_again(session, shop.shop_id)
    assert days(wiring, shop) == [(date(2025, 3, 31), 1, 0, 0, False)]
