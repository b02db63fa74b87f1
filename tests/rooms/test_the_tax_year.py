"""What creators were paid in a year: as the books have it, by way and currency, in the shop's own time."""

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from app.flows import payout_heard, tax_forms
from app.flows.tax_forms import Signed
from app.kernel.money import Money
from app.messages.model import attachment
from app.payouts.hosted import ByHand
from app.payouts.tax import FormStatus, TaxForm
from app.reports import tax_year
from app.reports.tax_year import Paid, Reached, reached
from app.wiring import Wiring
from tests.rooms.payout_scene import FakeProvider, Scene, by_paypal, scene
from tests.world import World

ZONE = "Europe/Amsterdam"
THRESHOLD = Money(2_000_00, "USD")


@pytest.fixture
def pay(wiring: Wiring) -> Scene:
    built = scene(wiring)
    built.providers["manual"] = FakeProvider("manual", clock=wiring.clock)
    built.details("theo", by_paypal("theo"))
    return built


def rows(pay: Scene, year: int) -> list[Paid]:
    with pay.session() as session:
        return list(tax_year.rows(session, year, ZONE))


def told(pay: Scene, year: int) -> list[tuple[str, str, str, int]]:
    return [(row.creator, row.provider, row.currency, row.minor) for row in rows(pay, year)]


def settle(pay: Scene, handle: str, minor: int, currency: str = "EUR") -> None:
    pay.owe(handle, minor, currency)
    pay.run()
    pay.work()
    pay.wait(timedelta(hours=7))
    pay.work()


def test_a_year_is_what_the_books_say_was_paid_by_way_and_currency(pay: Scene) -> None:
    settle(pay, "mara", 30_00)
    settle(pay, "mara", 22_00, "USD")
    settle(pay, "theo", 45_00)
    pay.owe("theo", 5_00)
    year = pay.now.year
    assert told(pay, year) == [
        ("mara", "stripe", "EUR", 30_00), ("mara", "stripe", "USD", 22_00), ("theo", "paypal", "EUR", 45_00),
    ]  # fmt: skip
    for handle, _, currency, minor in told(pay, year):
        assert pay.balance(handle, currency)["paid"] == minor
    assert told(pay, year - 1) == []


def test_what_came_back_is_taken_off_in_the_year_in_which_it_came_back(pay: Scene) -> None:
    year = pay.now.year
    pay.details("mara", ByHand("cheque", country=""))
    settle(pay, "mara", 30_00)
    settle(pay, "mara", 25_00)
    with pay.session() as session:
        first = session.execute(text("select min(id) from payouts")).scalar_one()
    pay.wiring.clock.at = datetime(year + 1, 1, 5, tzinfo=UTC)  # type: ignore[attr-defined]
    with pay.session() as session, session.begin():
        payout_heard.mark_failed(session, first, "The cheque was never cashed.", actor="Ida", now=pay.now)
    assert told(pay, year) == [("mara", "manual", "EUR", 55_00)]
    assert told(pay, year + 1) == [("mara", "manual", "EUR", -30_00)]
    assert pay.balance("mara")["paid"] == 25_00


def test_the_year_ends_in_the_time_of_the_shop(pay: Scene) -> None:
    year = pay.now.year
    pay.owe("mara", 30_00)
    # Half an hour into the shop's new year, in UTC it is still the old one.
    pay.wiring.clock.at = datetime(year, 12, 31, 16, 30, tzinfo=UTC)  # type: ignore[attr-defined]
    pay.run()
    pay.work()
    pay.wait(timedelta(hours=7))
    pay.work()
    assert told(pay, year) == []
    assert told(pay, year + 1) == [("mara", "stripe", "EUR", 30_00)]
    with pay.session() as session:
        assert tax_year.years(session, ZONE, pay.now) == [year + 1, year]


def test_only_dollars_outside_the_networks_count_for_the_threshold_all_ways_together(pay: Scene) -> None:
    settle(pay, "mara", 2_000_00, "USD")
    pay.details("mara", ByHand("cheque", country=""))
    settle(pay, "mara", 1_999_99, "USD")
    settle(pay, "mara", 50_00)
    found = rows(pay, pay.now.year)
    assert {row.nec_minor for row in found} == {1_999_99}
    assert {reached(row, THRESHOLD) for row in found} == {Reached.NO}
    settle(pay, "mara", 20_01, "USD")
    assert {reached(row, THRESHOLD) for row in rows(pay, pay.now.year)} == {Reached.YES}
    assert {reached(row, None) for row in rows(pay, pay.now.year)} == {Reached.UNKNOWN}


def test_the_accepted_form_is_shown_and_a_w8_says_no_us_person(pay: Scene) -> None:
    settle(pay, "mara", 30_00)
    assert [(row.form, row.status) for row in rows(pay, pay.now.year)] == [(None, None)]
    file = attachment("w8.pdf", b"%PDF-1.7")
    for kind in (TaxForm.W8BEN, TaxForm.W9):
        with pay.session() as session, session.begin():
            form = tax_forms.submit(
                session, pay.wiring.vault, "mara", Signed(kind, pay.now.date(), file), timezone=ZONE,
                actor="creator:mara", now=pay.now,
            )  # fmt: skip
            if kind is TaxForm.W8BEN:
                tax_forms.accept(session, "mara", form.id, actor="Ida", now=pay.now)
    (row,) = rows(pay, pay.now.year)
    assert (row.form, row.status) == (TaxForm.W8BEN, FormStatus.ACCEPTED)
    assert reached(row, THRESHOLD) is Reached.FOREIGN


def test_one_shop_never_sees_what_another_paid(pay: Scene) -> None:
    settle(pay, "mara", 30_00)
    other = World(pay.wiring, "another.myshopify.com")
    with pay.wiring.shop_session(other.shop_id) as session:
        assert list(tax_year.rows(session, pay.now.year, ZONE)) == []
        assert session.execute(text("select count(*) from payouts")).scalar_one() == 0


@given(st.text(max_size=30).filter(lambda name: "\x00" not in name), st.integers(-(10**12), 10**12))
def test_the_csv_reads_back_and_no_name_is_a_formula(name: str, minor: int) -> None:
    row = Paid("mara", name, "USD", "manual", minor, minor, TaxForm.W9, FormStatus.ACCEPTED, None)
    head, line = csv.reader(io.StringIO("".join(tax_year.lines(iter([row]), THRESHOLD)), newline=""))
    found = dict(zip(head, line, strict=True))
    assert not found["name"].startswith(("=", "+", "-", "@", "\t", "\r"))
    assert found["name"].removeprefix("'") == name.removeprefix("'")
    assert round(float(found["paid"]) * 100) == minor
    assert found["threshold_reached"] == ("yes" if minor >= THRESHOLD.minor else "no")
