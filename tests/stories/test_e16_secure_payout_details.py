"""E16: payout details are encrypted, shown masked, changed only after signing in anew, and the change is told."""

from datetime import timedelta

from playwright.sync_api import Page, expect
from sqlalchemy import text

from tests.stories.house import House
from tests.stories.paying import Paying
from tests.stories.portal import Portal

IBAN = "DE89370400440532013000"


def whole_database(house: House) -> str:
    """Every row of every table that could hold an account, as text."""
    tables = ("payout_details", "decisions", "mails", "procrastinate_jobs")
    with house.wiring.shop_session(house.shop_id) as session:
        return "".join(
            row
            for table in tables
            for row in session.scalars(text(f"select cast(t as text) from {table} t"))  # noqa: S608 - our own names
        )


def test_an_account_is_sealed_masked_and_changed_only_by_whoever_signed_in_just_now(
    house: House, page: Page
) -> None:
    pay = Paying(house)
    pay.creator("Mara Lind", "mara", 50_00)
    mara = Portal(house, page, "mara")
    mara.sign_in()
    mara.see("/details").get_by_label("IBAN", exact=True).fill(IBAN)
    page.get_by_role("button", name="Save").click()
    page.wait_for_url("**/details?done=saved")

    expect(page.get_by_text("3000").first).to_be_visible()
    assert IBAN not in page.content()
    seen_by_the_merchant = house.ask("GET", "/creators/mara/payout").text
    assert "3000" in seen_by_the_merchant
    assert IBAN not in seen_by_the_merchant
    assert IBAN not in whole_database(house)
    assert "it was entered" in mara.mails("payout_details")[-1]

    # Within three days nothing is paid there, and a sign-in of before opens no change.
    pay.approved_run()
    assert pay.states() == {}
    house.state.clock.move(timedelta(minutes=20))
    expect(mara.see("/details").get_by_text("Sign in once more")).to_be_visible()
    mara.sign_in()
    expect(mara.see("/details").get_by_role("button", name="Save")).to_be_visible()
