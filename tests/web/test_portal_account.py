"""What creators keep about themselves: profile, terms, messages, where they are paid, their data."""

import io
import json
import re
from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient

from app.commissions.balances import balances
from app.kernel.clock import FixedClock
from app.wiring import Wiring
from tests.web.creator import MARA, Person, sign_in
from tests.web.shop import Shop

HERE = "/portal/lumen/mara"


def test_a_profile_is_kept_and_the_shop_reads_it(mara: Person, merchant: FlaskClient) -> None:
    path = f"{HERE}/profile"
    said = {
        "name": "Mara L.",
        "at_tiktok": "@maral",
        "followers_tiktok": "12,500",
        "country": "se",
        "interests": "skin, travel",
    }
    assert mara.send(path, path, **said).status_code == 303
    assert 'value="@maral"' in mara.see(path)
    seen = merchant.get("/creators/mara").text
    assert "12,500" in seen
    assert "skin, travel" in seen
    wrong = mara.send(path, path, name="Mara", followers_tiktok="many")
    assert wrong.status_code == 422
    assert "no number of followers" in wrong.text


def test_terms_are_accepted_once_and_only_ones_own(mara: Person) -> None:
    path = f"{HERE}/terms"
    offer = re.search(rf"{path}/(\d+)", mara.see(path))
    assert offer is not None
    assert mara.send(path, f"{path}/{offer.group(1)}").status_code == 303
    assert "Accepted <bdi>" in mara.see(path)
    assert mara.send(HERE, f"{path}/99999").status_code == 404


def test_a_message_with_a_file_reaches_the_shop_and_its_answer_comes_back(
    mara: Person, merchant: FlaskClient, world: Shop
) -> None:
    path = f"{HERE}/messages"
    evidence = (io.BytesIO(b"%PDF-1.7 proof"), "../../evil;name.exe")
    assert mara.send(path, path, body="Please look <b>again</b>.", file=evidence).status_code == 303
    assert "wrote</a>" in merchant.get("/").text or "wrote to you" in merchant.get("/").text
    seen = merchant.get("/creators/mara/messages").text
    assert "Please look &lt;b&gt;again&lt;/b&gt;." in seen
    number = re.search(r"messages/(\d+)/file", seen)
    assert number is not None
    file = merchant.get(f"/creators/mara/messages/{number.group(1)}/file")
    assert (file.data, file.content_type) == (b"%PDF-1.7 proof", "application/pdf")
    assert file.headers["Content-Disposition"] == "attachment; filename=evil_name.pdf"
    merchant.post("/creators/mara/messages", data={"body": "We did."}, headers={"X-Requested-With": "fetch"})
    assert "wrote to you" not in merchant.get("/").text
    assert "1 new" in mara.see(f"{HERE}/account")
    assert "We did." in mara.see(path)
    assert "1 new" not in mara.see(f"{HERE}/account")
    assert merchant.get(f"/creators/ella/messages/{number.group(1)}/file").status_code == 404


def test_a_file_is_known_by_what_is_in_it(mara: Person) -> None:
    path = f"{HERE}/messages"
    program = (io.BytesIO(b"MZ\x90"), "harmless.pdf")
    refused = mara.send(path, path, body="Look.", file=program)
    assert refused.status_code == 422
    assert "Only a PDF" in refused.text


def test_details_are_changed_only_after_a_fresh_sign_in(mara: Person, clock: FixedClock) -> None:
    path = f"{HERE}/details"
    wrong = mara.send(path, path, way="sepa", iban="DE89370400440532013001")
    assert wrong.status_code == 422
    assert mara.send(path, path, way="sepa", iban="DE89 3704 0044 0532 0130 00").status_code == 303
    shown = mara.see(path)
    assert "3000" in shown
    assert "DE89370400440532013000" not in shown
    clock.at += timedelta(minutes=16)
    late = mara.send(HERE, path, way="sepa", iban="NL91ABNA0417164300")
    assert late.status_code == 303
    assert "again=1" in late.location
    assert "Sign in once more" in mara.see(path)


def test_ones_data_can_be_taken_along(mara: Person) -> None:
    answer = mara.client.get(f"{HERE}/data.json")
    held = json.loads(answer.data)
    assert held["creator"]["handle"] == "mara"
    assert held["sales"]
    assert held["movements"]
    assert "attachment" in answer.headers["Content-Disposition"]


def test_an_account_is_deleted_with_ones_word_and_the_books_stay(
    mara: Person, world: Shop, wiring: Wiring, merchant: FlaskClient
) -> None:
    path, page = f"{HERE}/data/deletion", f"{HERE}/data"
    merchant.post("/payouts/1/words", data={"verb": "cancelled"}, headers={"X-Requested-With": "fetch"})
    assert mara.send(page, path, handle="ella").status_code == 422
    assert "still owed money" in mara.send(page, path, handle="mara").text
    before = owed(world)
    done = mara.send(page, path, handle="@Mara", gives_up="yes")
    assert done.status_code == 303
    assert mara.client.get(HERE).status_code == 303
    seen = merchant.get("/creators/mara").text
    assert "Erased creator" in seen
    assert "mara@example.com" not in seen.lower()
    assert owed(world) == before
    assert world.everything()["mails"] == []


def test_nobody_is_deleted_while_a_payout_is_under_way(mara: Person) -> None:
    refused = mara.send(f"{HERE}/data", f"{HERE}/data/deletion", handle="mara", gives_up="yes")
    assert refused.status_code == 422
    assert "still under way" in refused.text


def owed(world: Shop) -> dict[str, int]:
    with world.wiring.shop_session(world.shop_id) as session:
        return balances(session, "EUR", world.wiring.clock.now() + timedelta(seconds=1))["mara"]["EUR"]


def test_a_browser_that_is_signed_in_elsewhere_can_be_signed_out(
    portal: Flask, wiring: Wiring, world: Shop, mara: Person
) -> None:
    other = sign_in(portal, wiring, world.shop_id, MARA)
    path = f"{HERE}/security"
    key = re.search(rf"{path}/([0-9a-f]{{16}})", mara.see(path))
    assert key is not None
    mara.send(path, f"{path}/{key.group(1)}")
    assert other.client.get(HERE).status_code == 303
    assert mara.client.get(HERE).status_code == 200
