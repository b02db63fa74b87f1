"""Visits are kept for as many days as the shop says. Counts stay, and so does why somebody was credited."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from app.flows.prove import prove
from app.kernel.clock import FixedClock
from app.tracking.click import Click, Consent, Verdict
from app.tracking.store import aging, clicks
from app.wiring import Wiring
from tests.bodies import order
from tests.conftest import NOW
from tests.credit_shop import CreditShop

DAY = timedelta(days=1)


def keep_visits(wiring: Wiring, shop: CreditShop, days: int) -> None:
    with wiring.shop_session(shop.shop_id) as session, session.begin():
        session.execute(
            text("update shops set visit_days = :days where id = :shop"), {"days": days, "shop": shop.shop_id}
        )


def forget(wiring: Wiring) -> None:
    (job,) = [j for j in wiring.jobs if j.name == "clicks.forget"]
    job.handler()


def visit(
    wiring: Wiring, shop: CreditShop, number: int, days_ago: int, *, visitor: str | None = None
) -> None:
    with wiring.shop_session(shop.shop_id) as session, session.begin():
        link = session.scalar(text("select id from links where slug = 'mara'"))
        told = Click(
            id=number, link_id=link, at=NOW - days_ago * DAY, visitor=visitor, verdict=Verdict.BILLABLE,
            consent=Consent.GRANTED, landing="?gclid=shopper", referrer="https://mail.example/inbox", print=b"p" * 16,
            device="phone", country="NL",
        )  # fmt: skip
        clicks.keep(session, [(shop.shop_id, told)])


def rows(wiring: Wiring, shop: CreditShop) -> dict[int, Any]:
    with wiring.shop_session(shop.shop_id) as session:
        held = session.execute(
            text(
                "select id, print, landing, referrer, device, country, consent, verdict from clicks order by id"
            )
        )
        return {row.id: tuple(row[1:]) for row in held}


def counts(wiring: Wiring, shop: CreditShop) -> list[tuple[date, int]]:
    with wiring.shop_session(shop.shop_id) as session:
        found = session.execute(text("select day, clicks from link_days order by day"))
        return [(row.day, row.clicks) for row in found]


def test_visits_go_when_they_are_older_than_the_shop_keeps_them(wiring: Wiring, shop: CreditShop) -> None:
    keep_visits(wiring, shop, 40)
    for number, days_ago in ((1, 41), (2, 40), (3, 1)):
        visit(wiring, shop, number, days_ago)
    counted = counts(wiring, shop)
    for _ in range(2):
        forget(wiring)
        # The fortieth day still belongs to the time that is kept.
        assert [*rows(wiring, shop)] == [2, 3]
        assert counts(wiring, shop) == counted
    with wiring.shop_session(shop.shop_id) as session:
        sealed = session.execute(text("select sealed from link_days order by day")).scalars().all()
    assert sealed == [True, False, False]


def test_many_go_in_portions(wiring: Wiring, shop: CreditShop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aging, "AT_ONCE", 2)
    keep_visits(wiring, shop, 40)
    for number in range(5):
        visit(wiring, shop, number, 50 + number)
    forget(wiring)
    assert rows(wiring, shop) == {}


def test_a_visit_that_an_order_names_stays_without_the_browser(
    wiring: Wiring, shop: CreditShop, clock: FixedClock
) -> None:
    keep_visits(wiring, shop, 30)
    visit(wiring, shop, 1, 9)
    visit(wiring, shop, 2, 8, visitor="v-2")
    for number, name, value in ((1001, "_tribute_click", "1"), (1002, "_tribute_visitor", "v-2")):
        shop.deliver(
            "orders/create",
            order(number, placed=NOW - DAY, note_attributes=[{"name": name, "value": value}]),
        )
    shop.work()
    explained = [shop.told(number)["candidates"] for number in (1001, 1002)]
    assert [told[0]["creator"] for told in explained] == ["mara", "mara"]
    clock.at = NOW + 60 * DAY
    forget(wiring)
    assert rows(wiring, shop) == dict.fromkeys((1, 2), (None, None, None, "", "", "granted", "billable"))
    shop.deliver("orders/updated", order(1001, placed=NOW - DAY, updated=clock.at,
                                         note_attributes=[{"name": "_tribute_click", "value": "1"}]))  # fmt: skip
    shop.work()
    assert shop.told(1001)["credits"][0]["creator"] == "mara"
    with wiring.shop_session(shop.shop_id) as session, wiring.batch_session() as again:
        again.admit({shop.shop_id})
        assert prove(session, again, shop.context, clock.at)["ok"]


def test_visits_are_kept_as_long_as_a_window_reaches(wiring: Wiring, shop: CreditShop) -> None:
    keep_visits(wiring, shop, 30)
    shop.credit_by(window_days=90)
    visit(wiring, shop, 1, 89)
    visit(wiring, shop, 2, 91)
    forget(wiring)
    assert [*rows(wiring, shop)] == [1]


def test_no_shop_loses_visits_by_the_days_of_another(wiring: Wiring, shop: CreditShop) -> None:
    other = CreditShop(wiring, domain="other.myshopify.com")
    keep_visits(wiring, other, 30)
    visit(wiring, shop, 1, 60)
    forget(wiring)
    assert [*rows(wiring, shop)] == [1]
