import re
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest
import sepaxml
import xmlschema
from hypothesis import given, settings
from hypothesis import strategies as st

from app.kernel.money import Money
from app.payouts import details
from app.payouts.bank.letters import sepa_text
from app.payouts.bank.order import BadOrder, Payment
from app.payouts.bank.references import PAYOUT, RUN, NoReference, number_in, reference
from app.payouts.bank.sepa import NAMESPACE, SepaPayer, sepa_file
from tests.pure.payouts_made_up import GERMAN, SEPA_PAYER, mock_account, order, pay, us

DUTCH = details.iban("NL91ABNA0417164300")
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
BRAZILIAN = details.iban("BR1800360305000010009795493C1")
ACCOUNTS = st.sampled_from([GERMAN, DUTCH, mock_account("MOCK0000000009", None)])
PAYMENTS = st.lists(
    st.builds(
        Payment,
        st.integers(1, 2**63 - 1),
        st.text(max_size=90),
        st.builds(Money, st.integers(1, 999_999_999_99), st.just("EUR")),
        ACCOUNTS,
        st.text(max_size=160),
    ),
    min_size=1,
    max_size=6,
    unique_by=lambda payment: payment.payout_id,
)


@cache
def official() -> xmlschema.XMLSchema:
    return xmlschema.XMLSchema(Path(sepaxml.__file__).parent / "schemas" / "pain.001.001.09.xsd")


@settings(max_examples=60, deadline=None)
@given(PAYMENTS, st.text(max_size=90), st.text(max_size=60))
def test_any_names_and_amounts_make_a_valid_file_with_exact_sums(
    payments: list[Payment], payer_name: str, town: str
) -> None:
    payer = SepaPayer(payer_name, GERMAN, town, "DE")
    written = sepa_file(payer, order(*payments))
    official().validate(written.decode())
    sums = re.findall(r"<CtrlSum>(.+?)</CtrlSum>", written.decode())
    amounts = [Decimal(text) for text in re.findall(r'<InstdAmt Ccy="EUR">(.+?)<', written.decode())]
    exact = Decimal(sum(payment.amount.minor for payment in payments)).scaleb(-2)
    assert [Decimal(text) for text in sums] == [exact, exact]
    assert sum(amounts) == exact
    assert written.isascii()
    assert sepa_file(payer, order(*payments)) == written


def test_the_official_schema_refuses_what_is_wrong() -> None:
    good = sepa_file(SEPA_PAYER, order(pay(1, 1230, GERMAN))).decode()
    assert official().is_valid(good)
    for was, now in (("12.30", "-12.30"), (NAMESPACE, NAMESPACE[:-1] + "8"), ("<ChrgBr>SLEV", "<ChrgBr>ALL")):
        assert was in good
        assert not official().is_valid(good.replace(was, now))


def test_the_address_is_structured_and_the_ids_are_ours() -> None:
    written = sepa_file(SEPA_PAYER, order(pay(41, 1230, DUTCH), run=9)).decode()
    assert "AdrLine" not in written
    assert "<TwnNm>Koeln</TwnNm>" in written
    assert f"<MsgId>{reference(RUN, 9)}</MsgId>" in written
    assert f"<EndToEndId>{reference(PAYOUT, 41)}</EndToEndId>" in written
    assert "<Nm>Mueller + Soehne GmbH</Nm>" in written


@pytest.mark.parametrize(
    ("payments", "why"),
    [
        ((), "at least one payment"),
        ((pay(1, 5, GERMAN), pay(1, 5, DUTCH)), "Payout 1 is twice"),
        ((pay(1, 5, GERMAN, currency="USD"),), "is in USD"),
        ((pay(1, 0, GERMAN),), "is 0 minor units"),
        ((pay(1, -5, GERMAN),), "is -5 minor units"),
        ((pay(1, 10**11, GERMAN),), "Split a larger one"),
        ((pay(1, 5, us()),), "needs an IBAN"),
        ((pay(1, 5, BRAZILIAN),), "needs an IBAN of a country in SEPA"),
    ],
)
def test_what_no_bank_would_take_is_refused(payments: tuple[Payment, ...], why: str) -> None:
    with pytest.raises(BadOrder, match=why):
        sepa_file(SEPA_PAYER, order(*payments))


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("Jürgen Groß", "Juergen Gross"),
        ("Zoë 🎉 Ångström", "Zoe Angstroem"),
        ("Łukasz Żółć", "Lukasz Zolc"),
        ("Ñandú & Cía_", "Nandu + Cia-"),
        ("//x//y/", "x/y"),
        ("🎉👩‍🚀", "NOTPROVIDED"),
        ("", "NOTPROVIDED"),
        ("Ju\u0308rgen", "Juergen"),
    ],
)
def test_names_are_written_in_the_letters_of_sepa(typed: str, written: str) -> None:
    assert sepa_text(typed, 70) == written


def test_names_in_other_scripts_become_readable() -> None:
    assert sepa_text("Мария Иванова", 70) == "Mariya Ivanova"
    assert re.fullmatch(r"[A-Za-z' ]+", sepa_text("王小明", 70))


@given(st.integers(1, 2**63 - 1), st.sampled_from([PAYOUT, RUN]))
def test_a_reference_fits_every_format_and_comes_back(number: int, kind: str) -> None:
    written = reference(kind, number)
    assert re.fullmatch(r"[A-Z0-9]{15}", written)
    assert number_in(kind, f" {written.lower()} ") == number
    assert number_in(RUN if kind == PAYOUT else PAYOUT, written) is None


@pytest.mark.parametrize("number", [1, 28, 29, 2**40, 2**63 - 1])
def test_no_single_mistyped_letter_names_another_payout(number: int) -> None:
    good = reference(PAYOUT, number)
    wrong = [good[:at] + put + good[at + 1 :] for at in range(1, 15) for put in LETTERS if put != good[at]]
    assert len(wrong) == 14 * 31
    assert [number_in(PAYOUT, text) for text in wrong] == [None] * len(wrong)


@given(st.integers(1, 2**63 - 1), st.integers(1, 13))
def test_two_letters_exchanged_name_no_other_payout(number: int, at: int) -> None:
    good = reference(PAYOUT, number)
    exchanged = good[:at] + good[at + 1] + good[at] + good[at + 2 :]
    assert number_in(PAYOUT, exchanged) == (number if exchanged == good else None)


@pytest.mark.parametrize("text", ["", "NOTPROVIDED", "T00000000000001", "TUUUUUUUUUUUUU1", "TZZZZZZZZZZZZZ0"])
def test_what_is_no_reference_of_ours_names_nothing(text: str) -> None:
    assert number_in(PAYOUT, text) is None


@pytest.mark.parametrize("number", [0, -1, 2**63])
def test_ids_are_counted_from_one(number: int) -> None:
    with pytest.raises(NoReference):
        reference(PAYOUT, number)
