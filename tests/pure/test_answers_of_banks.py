from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mockbank import accounts, nacha
from mockbank.server import Config
from mockbank.state import State

from app.kernel.money import Money
from app.payouts.bank.answers import Outcome, Report, once, read_report
from app.payouts.bank.nacha import nacha_file
from app.payouts.bank.nacha_returns import read_returns
from app.payouts.bank.reasons import sentence
from app.payouts.bank.references import PAYOUT, RUN, reference
from app.payouts.bank.safe_xml import LARGEST_BYTES, UnreadableFile
from app.payouts.bank.sepa import SepaPayer, sepa_file
from tests.pure.payouts_made_up import ACH_PAYER, mock_account, order, pay, us

ACME = SepaPayer("ACME Corporation", mock_account("MOCK0000000001"), "Amsterdam", "NL")
ELSEWHERE, CLOSED, NO_BANK = (
    mock_account("MOCK0000000005", None),
    mock_account("MOCK0000000003"),
    mock_account("MOCK0000000004", "ZZZZNL2AXXX"),
)
COMPANY = "1123456789"


@pytest.fixture
def bank() -> Iterator[Any]:
    state = State(Config(clock="2026-11-23T09:00:00"))
    yield state
    state.close()


def sent(bank: Any, kind: str) -> list[bytes]:
    return [message["body"].encode() for message in with_bodies(bank) if message["type"].startswith(kind)]


def with_bodies(bank: Any) -> list[dict[str, Any]]:
    return [
        dict(row)
        for row in bank.conn.execute(
            "SELECT type, body FROM message WHERE released_at IS NOT NULL ORDER BY id"
        )
    ]


def found(report: Report) -> dict[int | None, tuple[Outcome, str | None]]:
    return {one.payout_id: (one.outcome, one.reason_code) for one in report.answers}


def test_our_file_is_taken_and_each_payment_answered(bank: Any) -> None:
    written = sepa_file(ACME, order(pay(1, 1230, ELSEWHERE), pay(2, 500, CLOSED), pay(3, 700, NO_BANK)))
    taken, _, findings = bank.receive(written)
    assert (taken["accepted"], taken["rejected"], findings) == (1, 2, [])
    (body,) = sent(bank, "pain.002")
    report = read_report(body)
    assert (report.kind, report.run_id) == ("pain.002", 7)
    assert found(report)[2] == (Outcome.REJECTED, "AC04")
    assert found(report)[3] == (Outcome.REJECTED, "RC01")
    assert next(one.sentence for one in report.answers if one.payout_id == 2).startswith(
        "The account is closed: another one has to be entered."
    )


def test_a_statement_says_what_was_paid_and_what_came_back(bank: Any) -> None:
    later = {"days": 2, "reason": "MD07", "end_to_end_id": reference(PAYOUT, 2)}
    accounts.update(bank.conn, "ACME", {"behaviour": "return-later", "parameters": later})
    bank.receive(sepa_file(ACME, order(pay(1, 1230, ELSEWHERE), pay(2, 500, ELSEWHERE))))
    bank.clock.advance(days=6)
    bank.release()
    told = [
        one
        for kind in ("camt.054", "camt.053")
        for body in sent(bank, kind)
        for one in read_report(body).answers
    ]
    outcomes = {(one.payout_id, one.outcome, one.reason_code, one.amount) for one in once(told)}
    assert outcomes == {
        (1, Outcome.PAID, None, Money(1230, "EUR")),
        (2, Outcome.PAID, None, Money(500, "EUR")),
        (2, Outcome.RETURNED, "MD07", Money(500, "EUR")),
    }
    assert len(told) > len(outcomes)
    assert {one.on for one in told if one.payout_id == 1} == {date(2026, 11, 24)}


def test_a_run_sent_twice_is_refused_by_the_bank_as_the_same(bank: Any) -> None:
    written = sepa_file(ACME, order(pay(1, 1230, ELSEWHERE)))
    bank.receive(written)
    taken, _, _ = bank.receive(written)
    assert taken["reason"] == "DUPL"
    report = read_report(sent(bank, "pain.002")[-1])
    assert (report.whole_file, report.run_id) == (Outcome.REJECTED, 7)
    assert "do not pay again" in report.whole_file_reason


def us_holder(bank: Any, name: str, number: str, **more: Any) -> None:
    bban = f"MOCK{int(number):010}"[:14]
    facts = {"currency": "USD", "format": "nacha", "iban": mock_account(bban).iban, "account_number": number}
    accounts.create(bank.conn, name, {"name": name, **facts, **more})


def test_a_closed_us_account_comes_back_as_a_return(bank: Any) -> None:
    us_holder(bank, "ACMEUS", COMPANY, balance=10**8)
    us_holder(bank, "GONE", "555000", behaviour="closed-account", closed=1)
    gone = us("555000", routing="999999992")
    written = nacha_file(
        ACH_PAYER, order(pay(1, 1230, us(), currency="USD"), pay(2, 500, gone, currency="USD"))
    )
    taken, _, findings = bank.receive(written)
    assert (taken["accepted"], taken["rejected"], findings) == (1, 1, [])
    bank.clock.advance(days=3)
    bank.release()
    (body,) = sent(bank, nacha.RETURN)
    (back,) = read_returns(body)
    assert (back.payout_id, back.outcome) == (2, Outcome.RETURNED)
    assert (back.reason_code, back.amount, back.sentence) == ("R02", Money(500, "USD"), sentence("R02"))


def test_a_us_payment_can_come_back_after_it_was_taken(bank: Any) -> None:
    later = {"days": 2, "reason": "R03", "end_to_end_id": reference(PAYOUT, 1)}
    us_holder(bank, "ACMEUS", COMPANY, balance=10**8, behaviour="return-later", parameters=later)
    payments = (pay(1, 1230, us(), currency="USD"), pay(2, 500, us("770000"), currency="USD"))
    taken, _, _ = bank.receive(nacha_file(ACH_PAYER, order(*payments)))
    assert (taken["accepted"], taken["rejected"]) == (2, 0)
    assert sent(bank, nacha.RETURN) == []
    bank.clock.advance(days=6)
    bank.release()
    (back,) = read_returns(sent(bank, nacha.RETURN)[0])
    assert (back.payout_id, back.reason_code, back.amount) == (1, "R03", Money(1230, "USD"))


CAMT = """<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}"><BkToCstmrStmt><GrpHdr><MsgId>M</MsgId></GrpHdr>
<Stmt>{entries}</Stmt></BkToCstmrStmt></Document>"""
ENTRY = """<Ntry><Amt Ccy="EUR">12.30</Amt><CdtDbtInd>{way}</CdtDbtInd><Sts>{status}</Sts><BookgDt><Dt>2026-11-24</Dt></BookgDt>
<NtryDtls><TxDtls><Refs><EndToEndId>{ref}</EndToEndId></Refs>{more}</TxDtls></NtryDtls></Ntry>"""


def camt(
    *,
    way: str = "DBIT",
    status: str = "BOOK",
    ref: str = "",
    more: str = "",
    version: str = "02",
    times: int = 1,
) -> bytes:
    entry = ENTRY.format(way=way, status=status, ref=ref or reference(PAYOUT, 5), more=more)
    return CAMT.format(version=version, entries=entry * times).encode()


def test_an_entry_repeated_in_a_statement_is_one_answer() -> None:
    (one,) = read_report(camt(times=3)).answers
    assert (one.payout_id, one.outcome, one.amount, one.on) == (
        5,
        Outcome.PAID,
        Money(1230, "EUR"),
        date(2026, 11, 24),
    )


def test_both_ways_of_writing_a_status_are_read() -> None:
    new = camt(status="<Cd>BOOK</Cd>", version="08")
    assert read_report(new).answers == read_report(camt()).answers


def test_pending_entries_and_a_customers_money_say_nothing() -> None:
    assert read_report(camt(status="PDNG")).answers == ()
    assert read_report(camt(way="CRDT")).answers == ()


def test_a_payment_of_somebody_else_is_listed_without_a_payout() -> None:
    assert [one.payout_id for one in read_report(camt(ref="RENT-11")).answers] == [None]


def test_a_return_with_an_unknown_code_keeps_the_banks_words() -> None:
    more = "<RtrInf><Rsn><Cd>ZZ99</Cd></Rsn><AddtlInf>Computer says no</AddtlInf></RtrInf>"
    (one,) = read_report(camt(way="CRDT", more=more)).answers
    assert (one.outcome, one.reason_code) == (Outcome.RETURNED, "ZZ99")
    assert one.sentence == "The bank answered with code ZZ99: Computer says no."


BOMB = b"""<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><a>&b;</a>"""
OUTSIDE = b"""<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>"""


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (BOMB, "document type or entities"),
        (OUTSIDE, "document type or entities"),
        (b"<!DOCTYPE a SYSTEM 'http://127.0.0.1/x.dtd'><a/>", "document type or entities"),
        (b"<a>" * 5_000, "inside each other"),
        (b"<a>" * 65 + b"</a>" * 65, "inside each other"),
        (b" " * (LARGEST_BYTES + 1), "are read at most"),
        (b"", "no well-formed XML"),
        (b"<a><b></a>", "no well-formed XML"),
        (b"<?xml version='1.0' encoding='nonsense'?><a/>", "no well-formed XML"),
        (b"<Document><FIToFIPmtStsRpt/></Document>", "'FIToFIPmtStsRpt'"),
        (b"<Document/>", "'Document'"),
    ],
)
def test_hostile_and_foreign_files_are_refused_with_a_sentence(body: bytes, why: str) -> None:
    with pytest.raises(UnreadableFile, match=why):
        read_report(body)


@pytest.mark.parametrize(
    ("was", "now"), [(b"12.30", b"12.305"), (b"2026-11-24", b"yesterday"), (b'"EUR"', b'"XYZ"')]
)
def test_a_file_with_one_wrong_fact_is_refused_as_a_whole(was: bytes, now: bytes) -> None:
    good = camt()
    assert was in good
    with pytest.raises(UnreadableFile, match="Nothing of it was booked"):
        read_report(good.replace(was, now))


@given(st.binary(max_size=300))
def test_no_bytes_at_all_break_the_readers(body: bytes) -> None:
    for read in (read_report, read_returns):
        with pytest.raises(UnreadableFile):
            read(body)
        with pytest.raises(UnreadableFile):
            read(b"101" + body.replace(b"\n", b"") + b"!" * 100)


def test_a_return_file_with_a_short_line_is_refused() -> None:
    with pytest.raises(UnreadableFile, match="Line 1 has not 94"):
        read_returns(b"101 and no more\n")


def test_a_run_and_a_payout_do_not_answer_for_each_other() -> None:
    assert [one.payout_id for one in read_report(camt(ref=reference(RUN, 5))).answers] == [None]
