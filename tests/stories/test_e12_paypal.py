"""E12: a batch of PayPal's; one bad address fails alone with a reason that people understand, the others are paid."""

from datetime import timedelta

from playwright.sync_api import Page, expect

from devstore.paypal.world import CLIENT_ID, CLIENT_SECRET, WEBHOOK_ID
from tests.stories.house import House
from tests.stories.paying import Paying

KEYS = {"mode": "sandbox", "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "webhook_id": WEBHOOK_ID}
NOTHING = {"pending": 0, "payable": 0, "in_transit": 0, "paid": 0}


def test_one_bad_address_fails_alone_and_is_paid_by_the_next_run_once_it_is_mended(
    house: House, page: Page
) -> None:
    pay = Paying(house)
    pay.connect("paypal", **KEYS)
    for name, minor in (("mara", 50_00), ("theo", 70_00), ("ama", 90_00)):
        email = {"paypal_email": f"{name}@payee.example", "paypal_country": "NL"}
        pay.creator(name.title(), name, minor, way="paypal", **email)
    house.state.clock.move(timedelta(days=4))
    pay.control(
        "/paypal/script", becomes="FAILED", receiver="theo@payee.example", reason="RECEIVER_UNREGISTERED"
    )

    run = pay.approved_run()
    house.until(lambda: "reserved" not in pay.states().values(), "the batch")
    pay.control("/paypal/webhooks/settle")
    house.until(lambda: pay.states() == {"mara": "paid", "theo": "failed", "ama": "paid"}, "PayPal's word")
    assert pay.received("paypal") == {"mara@payee.example": "50.00", "ama@payee.example": "90.00"}
    assert pay.balance("theo") == NOTHING | {"payable": 70_00}
    assert pay.balance("mara") == NOTHING | {"paid": 50_00}

    page.goto(f"{house.admin}/payouts/runs/{run}")
    frame = page.frame_locator("iframe")
    expect(frame.get_by_text("This address has no PayPal account yet").first).to_be_visible()

    pay.enter("theo", way="paypal", paypal_email="theo.baak@payee.example", paypal_country="NL")
    house.state.clock.move(timedelta(days=4))
    pay.approved_run()
    house.until(lambda: pay.states()["theo"] == "in_transit", "the next batch")
    pay.control("/paypal/webhooks/settle")
    house.until(lambda: pay.states()["theo"] == "paid", "PayPal's word")
    assert pay.received("paypal")["theo.baak@payee.example"] == "70.00"
    assert pay.faults() == []
