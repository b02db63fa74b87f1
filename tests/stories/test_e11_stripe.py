"""E11: a transfer reaches the creator's account, a webhook closes the payout, and running again sends nothing twice."""

from datetime import timedelta
from uuid import uuid4

from app.flows.payout_details import HOLD, change
from app.payouts.hosted import StripeAccount
from app.payouts.provider import AsksThem, Recipient
from devstore.stripe.world import KEY, SECRET
from tests.stories.house import House
from tests.stories.paying import Paying


def opens_an_account(pay: Paying, handle: str) -> str:
    """What the creator does on Stripe's own pages; it was ready before the hold."""
    house = pay.house
    stripe: object = house.wiring.cashier.providers(house.shop_id)["stripe"]
    assert isinstance(stripe, AsksThem)
    made = stripe.open_account(
        Recipient(handle, f"{handle}@example.com", "NL", "EUR", is_company=False), uuid4()
    )
    pay.control(f"/stripe/accounts/{made}", status="active")
    with house.wiring.shop_session(house.shop_id) as session, session.begin():
        at = house.state.now - HOLD
        change(
            session,
            house.wiring.vault,
            handle,
            StripeAccount(made, "NL"),
            shop_key=b"k" * 32,
            actor=handle,
            now=at,
        )
    return made


def test_a_lost_answer_and_another_run_send_nothing_twice(house: House) -> None:
    pay = Paying(house)
    pay.connect("stripe", mode="connect", api_key=KEY, signing_secret=SECRET)
    pay.creator("Mara Lind", "mara", 50_00)
    account = opens_an_account(pay, "mara")
    pay.control("/stripe/script", outcome="lost_after")

    pay.approved_run()
    house.until(lambda: pay.states().get("mara") in {"unknown", "in_transit", "paid"}, "the call")
    house.until(lambda: pay.comes_to("mara", "in_transit", "paid"), "the look-up")
    pay.control("/stripe/webhooks/settle")
    house.state.clock.move(timedelta(hours=7))
    house.until(lambda: pay.comes_to("mara", "paid"), "that it is paid")
    pay.approved_run()
    assert pay.comes_to("mara", "paid")
    assert pay.received("stripe") == {account: 50_00}
    assert pay.balance("mara") == {"pending": 0, "payable": 0, "in_transit": 0, "paid": 50_00}
    assert pay.faults() == []
