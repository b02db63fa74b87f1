"""Tax forms on pages: a creator hands one in, the merchant looks at it; hostile files stay files."""

import io
import re
from datetime import timedelta

from flask.testing import FlaskClient

from app.commissions.awards import AwardKind
from app.flows.give_award import Given, give
from tests.conftest import NOW
from tests.web.creator import Person
from tests.web.shop import Shop

HERE = "/portal/lumen/mara/tax"
THERE = "/creators/mara/tax"
FETCH = {"X-Requested-With": "fetch"}
SIGNED = NOW.date().isoformat()


def pdf(name: str = "w9.pdf") -> tuple[io.BytesIO, str]:
    return io.BytesIO(b"%PDF-1.7 signed"), name


def test_a_form_is_handed_in_rejected_handed_in_again_and_accepted(
    mara: Person, merchant: FlaskClient
) -> None:
    name = '../../"><script>alert(1)</script>.exe'
    assert mara.send(HERE, HERE, kind="w9", signed_on=SIGNED, file=pdf(name)).status_code == 303
    assert "The shop looks at it" in mara.see(HERE)
    seen = merchant.get(THERE).text
    assert "<script>alert" not in seen
    number = re.search(rf"{THERE}/(\d+)/file", seen)
    assert number is not None
    path = f"{THERE}/{number.group(1)}"
    file = merchant.get(f"{path}/file")
    assert (file.data, file.content_type) == (b"%PDF-1.7 signed", "application/pdf")
    assert file.headers["Content-Disposition"].startswith("attachment;")
    assert ".exe" not in file.headers["Content-Disposition"]
    assert file.headers["X-Content-Type-Options"] == "nosniff"
    assert merchant.get(f"/creators/ella/tax/{number.group(1)}/file").status_code == 404
    wordless = merchant.post(path, data={"verb": "reject", "reason": " "}, headers=FETCH)
    assert (wordless.status_code, "what is wrong with the form" in wordless.text) == (422, True)
    merchant.post(path, data={"verb": "reject", "reason": "No <b>signature</b>."}, headers=FETCH)
    shown = mara.see(HERE)
    assert "Not accepted" in shown
    assert "No &lt;b&gt;signature&lt;/b&gt;." in shown
    assert mara.send(HERE, HERE, kind="w9", signed_on=SIGNED, file=pdf()).status_code == 303
    merchant.post(f"{THERE}/{int(number.group(1)) + 1}", data={"verb": "accept"}, headers=FETCH)
    assert "Accepted" in mara.see(HERE)
    own = mara.client.get(f"{HERE}/{number.group(1)}/file")
    assert own.data == b"%PDF-1.7 signed"
    assert own.headers["X-Content-Type-Options"] == "nosniff"


def test_what_is_no_form_is_refused_in_a_sentence(mara: Person, merchant: FlaskClient) -> None:
    wrong: dict[str, dict[str, object]] = {
        "Only a PDF": {"file": (io.BytesIO(b"MZ program"), "w9.pdf")},
        "Choose the file": {},
        "is not a day such as": {"file": pdf(), "signed_on": "yesterday"},
        "Choose which form": {"file": pdf(), "kind": "w2"},
        "still to come": {"file": pdf(), "signed_on": "2999-01-01"},
    }
    for sentence, typed in wrong.items():
        answer = mara.send(HERE, HERE, **{"kind": "w9", "signed_on": SIGNED} | typed)
        assert (sentence, answer.status_code, sentence in answer.text) == (sentence, 422, True)
    typed = {"kind": "w9", "signed_on": SIGNED, "file": (io.BytesIO(b"GIF89a"), "w9.pdf")}
    answer = merchant.post(THERE, data=typed, headers=FETCH)
    assert (answer.status_code, "Only a PDF" in answer.text) == (422, True)
    assert "None yet" in merchant.get(THERE).text


def test_the_demand_is_a_setting_and_the_run_says_why_not(merchant: FlaskClient, world: Shop) -> None:
    rules = {
        "cadence": "never",
        "minimum": "20",
        "second_approver_from": "",
        "blocked_countries": "",
        "mail_to": "",
    }
    path = "/creators/ella/tax"
    given = Given(AwardKind.BONUS, "ella", "main", 90_00, "EUR", "For the film.", 0, "film")
    with world.wiring.shop_session(world.shop_id) as session, session.begin():
        give(session, given, actor="test", now=NOW - timedelta(days=1))
    run = merchant.post("/payouts/runs", headers=FETCH).location.partition("?")[0]
    merchant.post("/payouts/settings", data={**rules, "tax_form_demanded": "yes"}, headers=FETCH)
    assert re.search(r'name="tax_form_demanded"[^>]* checked', merchant.get("/payouts/settings").text)
    assert "No tax form that was accepted" in merchant.get(run).text
    merchant.post(path, data={"kind": "w9", "signed_on": SIGNED, "file": pdf()}, headers=FETCH)
    number = re.search(rf"{path}/(\d+)/file", merchant.get(path).text)
    assert number is not None
    merchant.post(f"{path}/{number.group(1)}", data={"verb": "accept"}, headers=FETCH)
    assert "No tax form that was accepted" not in merchant.get(run).text
    log = merchant.get("/payouts/log").text
    assert "Tax form accepted" in log


def test_the_year_is_chosen_and_downloaded_and_a_name_stays_text(merchant: FlaskClient, world: Shop) -> None:
    world.wiring.payout_worker.round(world.shop_id)
    merchant.post("/payouts/1/words", data={"verb": "paid", "said": "Receipt 1"}, headers=FETCH)
    world.run("update creators set name = '=HYPERLINK(1)<b>' where handle = 'mara'")
    page = merchant.get(f"/tax?year={NOW.year}").text
    assert "=HYPERLINK(1)&lt;b&gt;" in page
    assert "Not in US dollars" in page
    assert "This is no tax advice" in page
    file = merchant.get(f"/tax.csv?year={NOW.year}")
    assert file.headers["Content-Disposition"] == f'attachment; filename="paid-to-creators-{NOW.year}.csv"'
    assert file.headers["X-Content-Type-Options"] == "nosniff"
    assert "mara,'=HYPERLINK(1)<b>,,none,,EUR,manual,1099-NEC,80.00,0.00,no\r\n" in file.text
    for year in ("1066", "'; drop table", "99999999999999999999"):
        assert merchant.get("/tax", query_string={"year": year}).status_code == 200
