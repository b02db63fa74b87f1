"""E2: ten clicks by one visitor in an hour, three bots, two other visitors: three billable clicks, and the cap holds."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from werkzeug.test import Client

from app.campaigns.model import RuleSpec
from app.flows.derive_awards import JOB, EveryDay, derive
from app.flows.load_clicks import load_all
from app.flows.prove import prove
from app.flows.work import Loops
from app.tracking.click import Verdict
from app.tracking.store import months
from app.wiring import Wiring
from app.wsgi import Application
from tests.conftest import NOW
from tests.credit_shop import CreditShop, credit_shop
from tests.replaying import replayed
from tests.rooms.test_clicks_on_links import follow
from tests.statements import asked
from tests.world import INSTALLED

BOT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"


def per_click(**more: object) -> RuleSpec:
    return RuleSpec("per_click", {"amount": "0.08", "currency": "EUR"} | more)


@pytest.fixture
def shop(wiring: Wiring) -> CreditShop:
    built = credit_shop(wiring)
    built.offer((per_click(),), INSTALLED)
    return built


def the_day_ends(shop: CreditShop, days: int = 1) -> None:
    shop.move_clock(days=days)
    with shop.wiring.batch_session() as session:
        EveryDay()(session, [shop.context], shop.wiring.clock.now())


def earned(shop: CreditShop) -> list[tuple[str, int, str]]:
    with shop.wiring.shop_session(shop.shop_id) as session:
        rows = session.execute(text("select key, amount_minor, reason from awards order by key"))
        return [tuple(row) for row in rows]


def stands(shop: CreditShop) -> bool:
    """The books are proved, and replay makes the same bytes."""
    shop.roll_up()
    with shop.wiring.shop_session(shop.shop_id) as session, shop.wiring.batch_session() as again:
        proved = prove(session, again, shop.context, shop.wiring.clock.now())
    return proved["ok"] and replayed(shop).identical


def clicked(shop: CreditShop) -> None:
    application = Application(shop.wiring)
    client = Client(application)
    for _ in range(10):
        follow(client)
        shop.move_clock(minutes=5)
    for n in range(3):
        follow(client, agent=BOT, ip=f"203.0.113.{20 + n}")
    for n in range(2):
        follow(client, ip=f"203.0.113.{40 + n}")
    load_all(shop.wiring.batch_session, shop.wiring.settings.spool)
    application.close()


def test_three_of_fifteen_clicks_are_paid_and_a_second_look_pays_nothing_more(shop: CreditShop) -> None:
    clicked(shop)
    the_day_ends(shop)
    ((key, minor, reason),) = earned(shop)
    assert (key, minor) == (f"per_click/main/mara/{NOW.date()}", 24)
    assert reason == "3 billable clicks of 15: 9 repeated, 3 by bots; 0.08 EUR each."
    assert shop.balances()["mara", "pending"] == 24
    the_day_ends(shop)
    assert shop.balances()["mara", "pending"] == 24
    assert stands(shop)
    shop.move_clock(days=30)
    shop.work()
    assert shop.balances()["mara", "payable"] == 24
    assert stands(shop)


def test_what_a_cap_and_a_budget_cut_is_said_as_a_number(shop: CreditShop) -> None:
    shop.offer((per_click(most_a_day=2, budget="0.20"),), INSTALLED)
    clicked(shop)
    the_day_ends(shop)
    clicked(shop)
    the_day_ends(shop)
    assert [(minor, reason.partition("each. ")[2]) for _, minor, reason in earned(shop)] == [
        (16, "1 more than the 2 a day that are paid."),
        (4, "1 more than the 2 a day that are paid. The budget is used up: 0.12 EUR less."),
    ]
    assert stands(shop)


def test_a_programs_budget_is_paid_to_whoever_came_first(shop: CreditShop) -> None:
    shop.offer((per_click(program_a_day="0.20", program_a_month="0.30"),), INSTALLED)
    for minutes, slug in ((9, "mara"), (8, "theo"), (7, "theo"), (6, "mara")):
        shop.click(slug, NOW - timedelta(minutes=minutes))
    the_day_ends(shop)
    assert earned(shop) == [
        (f"per_click/main/mara/{NOW.date()}", 8, ("2 billable clicks of 2: 0 repeated, 0 by bots; 0.08 EUR each. "
         f"The program's budget of 0.20 EUR for {NOW.day} Nov was used up at {at(7)}: 0.08 EUR less.")),
        (f"per_click/main/theo/{NOW.date()}", 12, ("2 billable clicks of 2: 0 repeated, 0 by bots; 0.08 EUR each. "
         f"The program's budget of 0.20 EUR for {NOW.day} Nov was used up at {at(7)}: 0.04 EUR less.")),
    ]  # fmt: skip
    for slug in ("theo", "mara"):
        shop.click(slug, NOW + timedelta(days=1, minutes=1))
    the_day_ends(shop)
    assert [row[1] for row in earned(shop)] == [8, 2, 12, 8]
    assert earned(shop)[1][2].endswith(
        "The program's budget of 0.30 EUR for November 2026 was used up on "
        f"{NOW.day + 1} Nov at {at(-1)}: 0.06 EUR less."
    )
    assert stands(shop)


def at(minutes: int) -> str:
    """The shop's clock, so many minutes before the story begins."""
    return f"{(NOW - timedelta(minutes=minutes)).astimezone(ZoneInfo('Europe/Amsterdam')):%H:%M}"


CAME = st.lists(
    st.tuples(st.sampled_from(["mara", "theo"]), st.integers(0, 2), st.integers(0, 5)), max_size=14
)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(came=CAME, seed=st.randoms(use_true_random=False))
def test_no_budget_is_ever_exceeded_and_the_order_of_loading_changes_nothing(
    shop: CreditShop, came: list[tuple[str, int, int]], seed: Random
) -> None:
    """By a model that pays click by click."""
    shop.offer((per_click(most_a_day=4, program_a_day="0.30", program_a_month="0.50"),), INSTALLED)
    numbered = [
        (NOW - timedelta(days=2 - day, minutes=minute), n, slug) for n, (slug, day, minute) in enumerate(came)
    ]
    expected, by_day, month, counted = Counter[str](), Counter[date](), 0, Counter[tuple[str, date]]()
    for when, _, slug in sorted(numbered):
        counted[slug, when.date()] += 1
        if counted[slug, when.date()] <= 4:
            paid = min(8, 30 - by_day[when.date()], 50 - month)
            expected[slug] += paid
            by_day[when.date()] += paid
            month += paid
    for _ in range(2):
        seed.shuffle(numbered)
        with shop.wiring.shop_session(shop.shop_id) as session, session.begin():
            session.execute(text("delete from clicks"))
        for when, n, slug in numbered:
            shop.clicks = 100 + n
            shop.click(slug, when)
        with shop.wiring.batch_session() as batch:
            derive(batch, shop.context, NOW + timedelta(days=1))
        balances = shop.balances()
        assert {who: balances.get((who, "pending"), 0) for who in ("mara", "theo")} == {
            who: expected[who] for who in ("mara", "theo")
        }
        assert sum(balances.get((who, "pending"), 0) for who in ("mara", "theo")) <= 50


def test_a_change_of_terms_within_the_day_prices_the_rest_of_it(shop: CreditShop) -> None:
    shop.click("mara", NOW - timedelta(minutes=2))
    shop.offer((per_click(amount="0.50"),), NOW - timedelta(minutes=1))
    shop.click("mara", NOW - timedelta(minutes=1))
    the_day_ends(shop)
    day = f"per_click/main/mara/{NOW.date()}"
    assert [row[:2] for row in earned(shop)] == [(day, 8), (f"{day}-2", 50)]
    assert stands(shop)


def test_a_late_click_is_paid_by_the_next_run_and_one_judged_a_bot_is_taken_back(shop: CreditShop) -> None:
    shop.click("mara", NOW)
    the_day_ends(shop)
    shop.click("mara", NOW - timedelta(minutes=1))
    the_day_ends(shop)
    assert shop.balances()["mara", "pending"] == 16
    with shop.wiring.shop_session(shop.shop_id) as session, session.begin():
        session.execute(text("update clicks set verdict = :bot"), {"bot": Verdict.BOT})
    the_day_ends(shop)
    assert shop.balances().get(("mara", "pending"), 0) == 0
    assert stands(shop)


def queued(shop: CreditShop) -> int:
    with shop.wiring.platform_session() as session:
        query = "select count(*) from procrastinate_jobs where task_name = :job and status = 'todo'"
        return int(session.execute(text(query), {"job": JOB}).scalar_one())


def test_a_click_that_waited_on_its_machine_is_paid_as_soon_as_it_is_loaded(shop: CreditShop) -> None:
    application = Application(shop.wiring)
    client = Client(application)
    for n in range(2):
        follow(client, ip=f"203.0.113.{60 + n}")
    loops = Loops(
        shop.wiring.batch_session, shop.wiring.desk, shop.wiring.clock, spool=shop.wiring.settings.spool
    )
    with shop.wiring.platform_session() as session, session.begin():
        session.execute(text("delete from procrastinate_jobs"))
    with asked(shop.wiring) as statements:
        loops.load_clicks()
    assert not [s for s in statements if "from offers" in s or "procrastinate" in s]
    the_day_ends(shop)
    assert (shop.balances()["mara", "pending"], queued(shop)) == (16, 0)

    shop.move_clock(days=-1)
    follow(client, ip="203.0.113.70")
    shop.move_clock(days=1)
    loops.load_clicks()
    application.close()
    assert queued(shop) == 1
    (job,) = [job for job in shop.wiring.jobs if job.name == JOB]
    job.handler(shop_id=shop.shop_id)
    assert shop.balances()["mara", "pending"] == 24
    assert stands(shop)


def test_a_late_click_of_a_shop_that_pays_for_none_asks_for_nothing(wiring: Wiring) -> None:
    shop = credit_shop(wiring)
    application = Application(wiring)
    follow(Client(application))
    shop.move_clock(days=1)
    with wiring.platform_session() as session, session.begin():
        session.execute(text("delete from procrastinate_jobs"))
    Loops(wiring.batch_session, wiring.desk, wiring.clock, spool=wiring.settings.spool).load_clicks()
    application.close()
    assert queued(shop) == 0


def test_clicks_that_were_paid_outlive_their_month_without_the_browser(wiring: Wiring) -> None:
    shop = credit_shop(wiring)
    start = datetime(2025, 3, 1, tzinfo=UTC)
    with wiring.platform_session() as platform, platform.begin():
        months.make_months(platform, start.date(), 1)
    with wiring.shop_session(shop.shop_id) as session, session.begin():
        session.execute(text("update enrollments set active = '{(,)}'"))
    shop.offer((per_click(),), start)
    shop.click("mara", start + timedelta(days=3))
    the_day_ends(shop)
    before = earned(shop)
    assert [row[1] for row in before] == [8]
    for name in ("clicks.forget", "clicks.months"):
        (job,) = [j for j in wiring.jobs if j.name == name]
        job.handler()
    with wiring.platform_session() as platform:
        assert start.date() not in months.months_held(platform)
    the_day_ends(shop)
    assert earned(shop) == before
