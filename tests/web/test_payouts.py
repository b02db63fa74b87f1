"""What a merchant does about payouts on pages: begin, look, approve, mark, cancel, choose; and what is refused."""

import io
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from app.commissions.balances import balances
from app.wiring import Wiring
from tests.web.shop import Shop

FETCH = {"X-Requested-With": "fetch"}


@pytest.fixture
def owing(world: Shop) -> Shop:
    """Run 1 pays Mara 80.00 by hand; run 2 waits."""
    return world


def of_mara(world: Shop) -> dict[str, int]:
    with world.wiring.shop_session(world.shop_id) as session:
        now = world.wiring.clock.now() + timedelta(seconds=1)
        return balances(session, "EUR", now)["mara"]["EUR"]


def send(merchant: FlaskClient, path: str, **form: object) -> str:
    answer = merchant.post(path, data=form, headers=FETCH, follow_redirects=True)
    assert answer.status_code in {200, 422}, answer.text
    return answer.text


def work(wiring: Wiring, world: Shop) -> None:
    wiring.payout_worker.round(world.shop_id)


def test_a_payout_by_hand_is_marked_with_its_reference(
    merchant: FlaskClient, owing: Shop, wiring: Wiring
) -> None:
    work(wiring, owing)
    assert "To be paid by you" in merchant.get("/payouts/1").text
    assert "Write the reference" in send(merchant, "/payouts/1/words", verb="paid", said=" ")
    shown = send(merchant, "/payouts/1/words", verb="paid", said="Receipt 12")
    assert "Reference Receipt 12" in shown
    assert (of_mara(owing)["in_transit"], of_mara(owing)["paid"]) == (0, 80_00)
    assert "It came back" in shown


def test_what_did_not_arrive_is_owed_again_and_stands_on_the_list(
    merchant: FlaskClient, owing: Shop, wiring: Wiring
) -> None:
    work(wiring, owing)
    send(merchant, "/payouts/1/words", verb="failed", said="Nobody came.")
    assert of_mara(owing)["in_transit"] == 0
    listed = merchant.get("/payouts").text
    assert "To look at" in listed
    assert "Nobody came." in listed


def test_a_payout_that_was_not_sent_can_be_cancelled(
    merchant: FlaskClient, owing: Shop, wiring: Wiring
) -> None:
    assert "Cancelled" in send(merchant, "/payouts/1/words", verb="cancelled")
    work(wiring, owing)
    assert "Look at it again" in send(merchant, "/payouts/1/words", verb="cancelled")


def test_a_run_says_whom_it_pays_and_whom_not_and_pays_when_it_is_approved(
    merchant: FlaskClient, owing: Shop, wiring: Wiring
) -> None:
    send(merchant, "/payouts/1/words", verb="cancelled")
    shown = send(merchant, "/payouts/runs")
    assert "Approve and pay" in shown
    assert "Mara Lindqvist" in shown
    paid = send(merchant, "/payouts/runs/3/approval")
    assert "1</bdi> payout" in paid
    assert of_mara(owing)["in_transit"] == 80_00
    again = merchant.post("/payouts/runs/3/approval", headers=FETCH)
    assert again.status_code == 422
    assert "reserved already" in again.text


def test_a_run_that_is_cancelled_pays_nobody(merchant: FlaskClient, owing: Shop) -> None:
    assert "Cancelled" in send(merchant, "/payouts/runs/2/cancellation")
    assert merchant.post("/payouts/runs/2/approval", headers=FETCH).status_code == 422


def test_the_calendar_and_the_rules_are_kept(merchant: FlaskClient, owing: Shop) -> None:
    form = {
        "cadence": "monthly",
        "is_automatic": "yes",
        "minimum": "50",
        "second_approver_from": "",
        "blocked_countries": "kp, ir",
    }
    shown = send(merchant, "/payouts/settings", **form)
    assert 'value="IR KP"' in shown
    assert "The next run of the calendar" in merchant.get("/payouts").text
    wrong = send(merchant, "/payouts/settings", **(form | {"minimum": "-3", "blocked_countries": "Germany"}))
    assert "is not a whole number" in wrong
    assert "is no country" in wrong


def test_an_account_for_bank_files_is_checked_and_never_shown_again(
    merchant: FlaskClient, owing: Shop
) -> None:
    form = {"sepa_name": "Lumen BV", "iban": "NL91 ABNA 0417 1643 00", "town": "Utrecht", "country": "nl"}
    wrong = send(merchant, "/payouts/settings/bank", **(form | {"iban": "NL91 ABNA 0417 1643 01"}))
    assert "check digits do not fit" in wrong
    shown = send(merchant, "/payouts/settings/bank", **form)
    assert "ending in <bdi>4300</bdi>" in shown
    assert "ABNA" not in shown


def test_a_file_is_the_same_bytes_each_time(merchant: FlaskClient, owing: Shop) -> None:
    first, second = (merchant.get("/payouts/runs/1/files/1") for _ in range(2))
    assert first.data == second.data == b"<x/>"
    assert first.headers["Content-Disposition"] == 'attachment; filename="payouts.xml"'
    assert merchant.get("/payouts/runs/1/files/9").status_code == 404


def test_an_answer_of_a_bank_that_is_none_changes_nothing(merchant: FlaskClient, owing: Shop) -> None:
    before = owing.everything()
    for body in (b"", b"hello", b"<a>", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', b"\x00" * 400):
        answer = merchant.post(
            "/payouts/runs/1/answers", data={"file": (io.BytesIO(body), "answer.xml")}, headers=FETCH
        )
        assert answer.status_code == 422, body
    assert owing.everything() == before


def test_where_a_creator_is_paid_is_checked_masked_and_held(merchant: FlaskClient, owing: Shop) -> None:
    here = "/creators/theo/payout"
    wrong = send(merchant, f"{here}/details", way="sepa", iban="DE89 3704 0044 0532 0130 01")
    assert "check digits do not fit" in wrong
    shown = send(merchant, f"{here}/details", way="sepa", iban="DE89 3704 0044 0532 0130 00")
    assert "DE •••• 3000" in shown
    assert "Commerzbank" in shown
    assert "held for three days" in shown
    assert "0532 0130" not in shown
    assert "is no way of being paid" in send(merchant, f"{here}/details", way="stripe")


def test_a_creator_is_paid_in_the_shop_by_the_number_of_their_customer(
    merchant: FlaskClient, owing: Shop
) -> None:
    here = "/creators/theo/payout"
    assert "no number of a customer" in send(
        merchant, f"{here}/details", way="gift_card", customer="theo@x.de"
    )
    shown = send(
        merchant,
        f"{here}/details",
        way="gift_card",
        customer="https://admin.shopify.com/customers/6789012345",
    )
    assert "Gift card" in shown
    assert "customer •••• 2345" in shown
    assert "held for three days" not in shown
    assert "Allow gift cards" in merchant.get("/payouts/settings").text


def test_two_creators_with_one_account_are_seen(merchant: FlaskClient, owing: Shop) -> None:
    for handle in ("theo", "ama"):
        send(merchant, f"/creators/{handle}/payout/details", way="sepa", iban="DE89370400440532013000")
    assert "@theo" in merchant.get("/creators/ama/payout").text
    assert "same account" not in merchant.get("/creators/mara/payout").text


def test_a_creator_is_paused_with_a_reason_and_paid_again(merchant: FlaskClient, owing: Shop) -> None:
    here = "/creators/mara/payout"
    assert "Say why" in send(merchant, f"{here}/pause", reason=" ")
    assert "Moves to Spain." in send(merchant, f"{here}/pause", reason="Moves to Spain.")
    send(merchant, "/payouts/1/words", verb="cancelled")
    assert "Payouts are paused: Moves to Spain." in merchant.get("/payouts/runs/2").text
    merchant.delete(f"{here}/pause", headers=FETCH)
    assert "Payouts are paused" not in merchant.get(here).text


def test_one_creator_is_paid_now(merchant: FlaskClient, owing: Shop) -> None:
    send(merchant, "/payouts/1/words", verb="cancelled")
    assert "Approve and pay" in send(merchant, "/creators/mara/payout/runs")


def test_the_log_says_who_did_what_about_money(merchant: FlaskClient, owing: Shop) -> None:
    send(merchant, "/creators/theo/payout/details", way="sepa", iban="DE89370400440532013000")
    send(merchant, "/creators/theo/payout/details", way="manual", note="Cash")
    send(merchant, "/payouts/settings", cadence="weekly", minimum="30")
    shown = merchant.get("/payouts/log").text
    assert shown.index("Settings of payouts changed") < shown.index("Where to pay was changed")
    assert "before: <bdi>DE •••• 3000</bdi>" in shown
    assert "after: <bdi>outside of the app</bdi>" in shown
    assert "minimum: <bdi>30</bdi>" in shown
    assert merchant.get("/payouts/log?before=1").text.count("<tr>") == 0


STRIPE = {"mode": "connect", "api_key": "sk_test_" + "a" * 24, "signing_secret": "whsec_" + "b" * 24}


def test_keys_of_a_provider_are_checked_sealed_and_never_shown(merchant: FlaskClient, owing: Shop) -> None:
    here = "/payouts/settings/providers/stripe"
    assert "begins with sk_" in send(merchant, here, **(STRIPE | {"api_key": "pk_live_1"}))
    shown = send(merchant, here, **STRIPE)
    assert "Connected, not tried" in shown
    assert STRIPE["api_key"] not in shown
    assert "/webhooks/stripe/" in shown
    assert merchant.delete(here, headers=FETCH).status_code == 303
    assert "/payouts/settings/providers/stripe/test" not in merchant.get("/payouts/settings").text


def test_a_provider_that_nobody_knows_is_refused(merchant: FlaskClient, owing: Shop) -> None:
    for path in ("acme", "bank_file", "acme/test", "stripe/test"):
        assert merchant.post(f"/payouts/settings/providers/{path}", headers=FETCH).status_code == 422, path
