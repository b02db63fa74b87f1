import csv
from dataclasses import replace
from datetime import date
from io import StringIO

import achkit
import pytest
from achkit.validate import validate
from hypothesis import given, settings
from hypothesis import strategies as st
from mockbank import validate as mockbank

from app.kernel.money import Money
from app.payouts import details
from app.payouts.bank import sheets
from app.payouts.bank.nacha import nacha_file
from app.payouts.bank.order import BadOrder, Payment
from app.payouts.bank.references import PAYOUT, reference
from tests.pure.payouts_made_up import ACH_PAYER, GERMAN, TUESDAY, order, pay, us

UK = details.uk_account("20-00-00", "12345678")
PAYMENTS = st.lists(
    st.builds(
        Payment,
        st.integers(1, 2**63 - 1),
        st.text(max_size=40),
        st.builds(Money, st.integers(1, 99_999_999_99), st.just("USD")),
        st.sampled_from([us(), us("1234", routing="011000015"), us("99" * 8, is_company=True)]),
        st.text(max_size=20),
    ),
    min_size=1,
    max_size=12,
    unique_by=lambda payment: payment.payout_id,
)


def rows(written: bytes) -> list[list[str]]:
    return list(csv.reader(StringIO(written.decode(), newline="")))


@settings(max_examples=60, deadline=None)
@given(PAYMENTS)
def test_any_names_and_amounts_make_a_file_that_two_strangers_accept(payments: list[Payment]) -> None:
    written = nacha_file(ACH_PAYER, order(*payments))
    assert validate(written.decode())["errors"] == []
    assert mockbank.errors(mockbank.inspect(written, "", TUESDAY)[1]) == []
    control = next(line for line in written.decode().splitlines() if line.startswith("9"))
    assert int(control[43:55]) == sum(payment.amount.minor for payment in payments)
    assert nacha_file(ACH_PAYER, order(*payments)) == written


def test_the_second_opinion_notices_a_wrong_sum() -> None:
    written = nacha_file(ACH_PAYER, order(pay(1, 1230, us(), currency="USD"))).decode()
    assert achkit.validate(written)["ok"]
    assert not achkit.validate(written.replace("0000001230", "0000001231", 1))["ok"]


def test_people_and_companies_have_a_batch_each_and_one_row_of_trace_numbers() -> None:
    mixed = (
        pay(1, 5, us(), currency="USD"),
        pay(2, 6, us(is_company=True), currency="USD"),
        pay(3, 7, us(), currency="USD"),
    )
    lines = nacha_file(ACH_PAYER, order(*mixed)).decode().splitlines()
    assert [line[50:53] for line in lines if line[0] == "5"] == ["PPD", "CCD"]
    assert [line[39:54] for line in lines if line[0] == "6"] == [reference(PAYOUT, n) for n in (1, 3, 2)]
    assert [line[-7:] for line in lines if line[0] == "6"] == ["0000001", "0000002", "0000003"]
    assert len(lines) % 10 == 0


@pytest.mark.parametrize(
    ("payment", "why"),
    [
        (pay(1, 5, GERMAN, currency="USD"), "needs a US routing"),
        (pay(1, 10**10, us(), currency="USD"), "Split a larger one"),
        (pay(1, 0, us(), currency="USD"), "is 0 minor units"),
    ],
)
def test_what_ach_cannot_carry_is_refused(payment: Payment, why: str) -> None:
    with pytest.raises(BadOrder, match=why):
        nacha_file(ACH_PAYER, order(payment))


def test_a_wrong_setting_is_refused_before_a_file_exists() -> None:
    with pytest.raises(BadOrder, match="company id"):
        nacha_file(replace(ACH_PAYER, company_id="12345678901"), order(pay(1, 5, us(), currency="USD")))


def test_a_uk_sheet_has_the_columns_of_its_template() -> None:
    run = order(pay(1, 1230, UK, currency="GBP", name="Jürgen Großmann-Hohenstein"))
    assert rows(sheets.uk_sheet(sheets.UK_PLAIN, run)) == [
        ["sort_code", "account_no", "name", "amount", "reference"],
        ["200000", "12345678", "Juergen Grossmann-", "12.30", reference(PAYOUT, 1)],
    ]
    assert rows(sheets.uk_sheet(sheets.UK_HYPHENATED, run))[1][1] == "20-00-00"
    assert len(rows(sheets.uk_sheet(sheets.UK_PLAIN_WITHOUT_HEADINGS, run))) == 1
    assert sheets.uk_sheet(sheets.UK_PLAIN, run) == sheets.uk_sheet(sheets.UK_PLAIN, run)


def test_a_wise_sheet_has_one_currency_and_keeps_the_letters_of_a_name() -> None:
    account = details.wise("INR", "IN", account="00123456789", bank_code="HDFC0000001")
    run = order(pay(1, 1230, account, currency="INR"))
    assert rows(sheets.wise_sheet(sheets.WISE_BATCH, run, "INR"))[1][:4] == [
        "Zoë Ångström",
        reference(PAYOUT, 1),
        "12.30",
        "INR",
    ]
    with pytest.raises(BadOrder, match="is in INR"):
        sheets.wise_sheet(sheets.WISE_BATCH, run, "USD")
    with pytest.raises(BadOrder, match="account in INR"):
        sheets.wise_sheet(sheets.WISE_BATCH, order(pay(1, 5, account, currency="USD")), "USD")


@given(st.text(max_size=30))
def test_no_cell_begins_a_formula_and_none_is_lost(text: str) -> None:
    cell = sheets.inert(text)
    assert cell.lstrip(" \u00a0\ufeff")[:1] not in {"=", "+", "-", "@"}
    assert cell in {text, "'" + text}


@pytest.mark.parametrize("text", ["=1+1", "+49", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\uff1d1"])
def test_each_beginning_of_a_formula_is_neutralised(text: str) -> None:
    account = details.wise("INR", "IN", account="00123456789", bank_code="HDFC0000001")
    run = order(pay(1, 5, account, currency="INR", name=text))
    assert rows(sheets.wise_sheet(sheets.WISE_BATCH, run, "INR"))[1][0] == "'" + text


def test_a_template_with_an_unknown_fact_is_refused() -> None:
    template = sheets.Template((sheets.Column("IBAN", "iban"),), has_headings=True)
    with pytest.raises(BadOrder, match="names 'iban'; columns can show amount"):
        sheets.uk_sheet(template, order(pay(1, 5, UK, currency="GBP")))


def test_a_date_of_a_run_is_the_date_in_the_file() -> None:
    run = replace(order(pay(1, 5, us(), currency="USD")), execute_on=date(2027, 1, 4))
    batch = next(line for line in nacha_file(ACH_PAYER, run).decode().splitlines() if line[0] == "5")
    assert batch[69:75] == "270104"
