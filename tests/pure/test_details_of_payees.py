import pytest
from hypothesis import given
from hypothesis import strategies as st
from schwifty import IBAN

from app.payouts import details
from app.payouts.details import BadDetails, blind_index, mask, to_seal, unsealed
from app.payouts.ways import BlockedCountry, CannotReach, Way, check_reach

KEY = b"k" * 32
GERMAN = "DE89370400440532013000"
COUNTRIES = ("DE", "NL", "FR", "ES", "GB", "BE", "CH", "PL")


def test_an_iban_names_its_country_and_bank() -> None:
    found = details.iban("de89 3704 0044 0532 0130 00")
    assert (found.iban, found.country, found.bank_name, found.bic) == (
        GERMAN,
        "DE",
        "Commerzbank",
        "COBADEFFXXX",
    )
    assert found.masked == "DE •••• 3000"


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("NL91ABNA0417164301", "check digits"),
        ("DE8937040044053201300", "length"),
        ("XX89370400440532013000", "no country"),
        ("DE89ABCD00440532013000", "characters"),
        ("", "length|characters|no country"),
        ("=HYPERLINK(1)", "IBAN"),
    ],
)
def test_a_wrong_iban_is_refused_with_its_reason_and_without_itself(typed: str, why: str) -> None:
    with pytest.raises(BadDetails, match=why) as refused:
        details.iban(typed)
    assert not typed or typed not in str(refused.value)
    assert "Copy it" in str(refused.value)


@given(
    st.sampled_from(COUNTRIES),
    st.randoms(use_true_random=False),
    st.integers(4, 20),
    st.sampled_from("0123456789"),
)
def test_no_single_wrong_digit_of_an_iban_passes(country: str, luck: object, at: int, put: str) -> None:
    good = str(IBAN.random(country_code=country, random=luck))  # type: ignore[arg-type]
    place = at % len(good)
    changed = good[:place] + put + good[place + 1 :]
    # A letter counts as two digits: only a digit for a digit is sure to be noticed by the remainder of 97.
    if good[place].isdigit() and changed != good:
        with pytest.raises(BadDetails) as refused:
            details.iban(changed)
        assert changed[2:-4] not in str(refused.value)


@given(st.text(max_size=80))
def test_no_text_at_all_breaks_the_checks(text: str) -> None:
    for check in (
        lambda: details.iban(text),
        lambda: details.us_account(text, text, kind="checking", is_company=False),
        lambda: details.uk_account(text, text),
        lambda: details.paypal(text, "DE"),
        lambda: details.wise("USD", "US", account=text, bank_code=text),
    ):
        try:
            made = check()
        except BadDetails as refused:
            assert str(refused)  # noqa: PT017
        else:
            assert unsealed(to_seal(made)) == made


def test_a_routing_number_needs_its_check_digit() -> None:
    made = details.us_account("0210-0002 1", "000123456789", kind="checking", is_company=False)
    assert (made.routing, made.account, made.masked) == ("021000021", "000123456789", "US •••• 6789")
    with pytest.raises(BadDetails, match="check digit"):
        details.us_account("021000022", "000123456789", kind="checking", is_company=False)
    with pytest.raises(BadDetails, match="4 to 17 digits"):
        details.us_account("021000021", "12E4", kind="savings", is_company=True)


def test_a_uk_account_has_six_and_eight_digits() -> None:
    made = details.uk_account("20-00-00", "1234567")
    assert (made.sort_code, made.account) == ("200000", "01234567")
    with pytest.raises(BadDetails, match="six digits"):
        details.uk_account("20-00-0", "12345678")
    with pytest.raises(BadDetails, match="eight digits"):
        details.uk_account("200000", "123456")


def test_a_paypal_address_is_one_address_in_lower_case() -> None:
    assert details.paypal(" Jane.Doe@Example.COM ", "US").masked == "j•••@example.com"
    for typed in ("jane", "a@b", "a@b.com,c@d.com", "a b@c.com", "x" * 120 + "@ex.com"):
        with pytest.raises(BadDetails, match="no e-mail address"):
            details.paypal(typed, "US")


def test_wise_takes_an_iban_or_a_bank_code() -> None:
    assert details.wise("EUR", "FR", account=GERMAN, bank_code="x").country == "DE"
    made = details.wise("INR", "IN", account="0012 3456 789", bank_code="hdfc0000001")
    assert (made.account, made.bank_code) == ("00123456789", "HDFC0000001")
    with pytest.raises(BadDetails, match="bank code"):
        details.wise("INR", "IN", account="00123456789", bank_code="")


def test_one_account_has_one_index_however_it_is_typed() -> None:
    spaced, plain = details.iban("DE89 3704 0044 0532 0130 00"), details.iban(GERMAN.lower())
    assert blind_index(spaced, KEY) == blind_index(plain, KEY)
    assert to_seal(spaced) == to_seal(plain)
    assert blind_index(plain, b"other" * 8) != blind_index(plain, KEY)
    assert blind_index(details.iban("NL91ABNA0417164300"), KEY) != blind_index(plain, KEY)


def test_details_do_not_print_their_number() -> None:
    made = details.us_account("021000021", "000123456789", kind="checking", is_company=False)
    assert "123456789" not in repr(made)
    assert GERMAN not in repr(details.iban(GERMAN))


@pytest.mark.parametrize(
    ("text", "shown"), [("", "••••"), ("1234", "••••"), ("12345", "•••• 45"), ("123456789", "•••• 6789")]
)
def test_a_mask_never_shows_more_than_half(text: str, shown: str) -> None:
    assert mask(text) == shown


def test_a_way_pays_its_currencies_in_its_countries_and_no_blocked_one() -> None:
    check_reach(Way.SEPA, currency="EUR", country="DE", blocked=frozenset())
    check_reach(Way.WISE, currency="INR", country="IN", blocked=frozenset({"DE"}))
    with pytest.raises(BlockedCountry, match="does not pay to IN"):
        check_reach(Way.WISE, currency="INR", country="IN", blocked=frozenset({"IN"}))
    with pytest.raises(CannotReach, match="does not pay USD; it pays EUR"):
        check_reach(Way.SEPA, currency="USD", country="DE", blocked=frozenset())
    with pytest.raises(CannotReach, match="does not reach BR"):
        check_reach(Way.SEPA, currency="EUR", country="BR", blocked=frozenset())
