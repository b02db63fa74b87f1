"""E19: a creator enters where they are paid; a wrong IBAN is refused, and the next payout uses the new account."""

from datetime import timedelta

from playwright.sync_api import Page, expect

from tests.stories.house import House
from tests.stories.paying import Paying
from tests.stories.portal import Portal
from tests.stories.test_e12_paypal import KEYS

WRONG, RIGHT = "DE89370400440532013001", "DE89370400440532013000"


def test_a_payout_that_failed_is_mended_by_the_creator_and_paid_in_the_next_run(
    house: House, page: Page
) -> None:
    pay = Paying(house)
    pay.connect("paypal", **KEYS)
    pay.creator(
        "Mara Lind", "mara", 50_00, way="paypal", paypal_email="mara@payee.example", paypal_country="DE"
    )
    pay.control(
        "/paypal/script", becomes="FAILED", receiver="mara@payee.example", reason="RECEIVER_UNREGISTERED"
    )
    house.state.clock.move(timedelta(days=4))
    pay.approved_run()
    house.until(lambda: "reserved" not in pay.states().values(), "the batch")
    pay.control("/paypal/webhooks/settle")
    house.until(lambda: pay.states() == {"mara": "failed"}, "PayPal's word")

    mara = Portal(house, page, "mara")
    mara.sign_in()
    she_mends_it(mara, page)

    payer = {"sepa_name": "Lumen BV", "iban": "NL91ABNA0417164300", "town": "Utrecht", "country": "NL"}
    assert house.ask("POST", "/payouts/settings/bank", **payer).status_code == 303
    house.state.clock.move(timedelta(hours=73))
    pay.approved_run()
    house.until(lambda: pay.comes_to("mara", "in_transit"), "the payout to the bank")
    number = pay.payout("mara")
    assert house.ask("POST", f"/payouts/{number}/words", verb="paid", said="Statement 12").status_code == 303
    mara.sign_in()
    mara.see(f"/payouts/{number}")
    expect(page.get_by_text("3000")).to_be_visible()
    expect(page.get_by_text("Statement 12")).to_be_visible()
    assert pay.balance("mara") == {"pending": 0, "payable": 0, "in_transit": 0, "paid": 50_00}
    assert pay.faults() == []


def she_mends_it(mara: Portal, page: Page) -> None:
    """She reads why, mistypes the new account, and types it once more."""
    mara.see("/payouts")
    expect(page.get_by_text("has no PayPal account yet").first).to_be_visible()

    mara.see("/details").get_by_label("Paid by").select_option("sepa")
    page.get_by_label("IBAN", exact=True).fill(WRONG)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("check digits")
    page.get_by_label("IBAN", exact=True).fill(RIGHT)
    page.get_by_role("button", name="Save").click()
    page.wait_for_url("**/details?done=saved")
    expect(page.get_by_text("Commerzbank")).to_be_visible()
