"""E14: the calendar pays on its date, only balances over the minimum, and shows it 48 hours before."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from playwright.sync_api import Page, expect

from tests.stories.house import House
from tests.stories.paying import Paying

BERLIN = ZoneInfo("Europe/Amsterdam")


def next_run(house: House) -> datetime:
    """Nine in the morning of the next 15th that lies a month and more ahead."""
    now = house.state.now.astimezone(BERLIN)
    first = (now.replace(day=1) + timedelta(days=40)).replace(day=15)
    return first.replace(hour=9, minute=0, second=0, microsecond=0)


def looks_at_the_calendar(house: House) -> None:
    """The job that looks twice an hour has come round."""
    (plan,) = (job for job in house.wiring.jobs if job.name == "payouts.plan")
    plan.handler(shop_id=house.shop_id)


def test_a_month_passes_and_who_is_due_is_paid_by_itself(house: House, page: Page) -> None:
    pay = Paying(house)
    pay.creator("Mara Lind", "mara", 50_00, way="manual", note="Cash")
    pay.creator("Theo Baak", "theo", 19_99, way="manual", note="Cash")
    pay.creator("Ama Owusu", "ama", 80_00)
    rules = {"cadence": "monthly", "is_automatic": "yes", "minimum": "20"}
    assert house.ask("POST", "/payouts/settings", **rules).status_code == 303
    run = next_run(house)

    house.state.clock.set(run - timedelta(hours=49))
    looks_at_the_calendar(house)
    assert pay.states() == {}
    house.state.clock.set(run - timedelta(hours=48))
    looks_at_the_calendar(house)
    page.goto(f"{house.admin}/payouts")
    frame = page.frame_locator("iframe")
    frame.get_by_role("link", name="Look at it").click()
    expect(frame.get_by_text("It is paid by itself at its time unless you cancel it")).to_be_visible()
    expect(
        frame.get_by_text("Below the minimum of 20.00 EUR; it is carried to the next run.")
    ).to_be_visible()
    expect(frame.get_by_text("Has not said yet where to be paid.")).to_be_visible()
    assert pay.states() == {}

    house.state.clock.set(run)
    looks_at_the_calendar(house)
    looks_at_the_calendar(house)
    house.until(lambda: pay.states() == {"mara": "in_transit"}, "that the run was made and sent")
    assert pay.balance("mara")["in_transit"] == 50_00
    assert pay.balance("theo")["payable"] == 19_99
    assert pay.faults() == []
