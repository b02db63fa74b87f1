import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel import words
from app.kernel.errors import Invalid
from app.tracking import model as tracking


@pytest.mark.parametrize("text", ["mara", "a", "m-1_x", "9lives", "a" * 64])
def test_a_handle_is_small_letters_digits_and_dashes(text: str) -> None:
    assert words.handle(text) == text


@pytest.mark.parametrize(
    "text", ["", "Mara", "ma ra", "-mara", "mara-", "a" * 65, "marä", "mara\n", "../etc"]
)
def test_whatever_else_is_no_handle_and_is_shown(text: str) -> None:
    with pytest.raises(words.BadHandle) as refused:
        words.handle(text)
    assert repr(text) in str(refused.value)


@pytest.mark.parametrize("text", ["mara@example.com", " m.l+tag@sub.example.co ", "é@exämple.com"])
def test_an_address_is_kept_as_typed(text: str) -> None:
    assert words.email(text) == text.strip()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "mara",
        "@example.com",
        "mara@",
        "a@b@c.com",
        "a b@c.com",
        "a@b",
        "a@b..c",
        "a,b@c.com",
        "a@b\n.c",
        "a\u0000@b.com",
        "x" * 250 + "@b.com",
        "<a@b.com>",
    ],
)
def test_an_address_that_mail_cannot_reach_is_refused(text: str) -> None:
    with pytest.raises(words.BadEmail):
        words.email(text)


@pytest.mark.parametrize("text", ["MARA10", "Zoë-10", "a", "x" * 255, "50%OFF", "a/b"])
def test_shopify_takes_nearly_any_code(text: str) -> None:
    assert tracking.check_code(f" {text} ") == text


@pytest.mark.parametrize(
    "text", ["", "  ", "A B", "A,B", "A\nB", "A\u0000B", "x" * 256, "ß" * 200, "a\ud800"]
)
def test_a_code_that_shoppers_could_not_type_is_refused(text: str) -> None:
    with pytest.raises(tracking.BadCode):
        tracking.check_code(text)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("  ", "it is empty"),
        ("MARA 10", "without blanks or commas"),
        ("MARA,10", "without blanks or commas"),
        ("MARA\u200b10", "without blanks or commas"),
        ("x" * 256, "it has 256 characters; at most 255 fit"),
        ("ß" * 200, "it has 400 characters in capitals; at most 255 fit"),
    ],
)
def test_a_refused_code_is_told_what_is_wrong_with_it(text: str, why: str) -> None:
    with pytest.raises(tracking.BadCode, match=why):
        tracking.check_code(text)


@pytest.mark.parametrize(
    ("shared", "typed"),
    [("Mara10", " mARA10 "), ("Zoë10", "ZOË10"), ("straße", "STRASSE"), ("MARA🎉", "mara🎉")],
)
def test_a_code_is_the_same_one_in_whatever_case_it_is_typed(shared: str, typed: str) -> None:
    assert tracking.fold(tracking.check_code(shared)) == tracking.fold(typed)


@pytest.mark.parametrize("text", ["/", "/products/serum", "/search?q=a%20b&x=//y", "/a#b"])
def test_a_link_leads_to_a_path_of_the_store(text: str) -> None:
    assert tracking.check_path(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "products",
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "/a\nb",
        "/a b",
        "/a\u0000",
        "javascript:alert(1)",
        "/" + "x" * 2000,
        "\t/a",
        "/\u202eabc",
    ],
)
def test_a_link_never_leads_out_of_the_store(text: str) -> None:
    with pytest.raises(tracking.BadLink):
        tracking.check_path(text)


@given(st.text(max_size=40))
def test_a_line_is_either_kept_without_its_blanks_or_refused(text: str) -> None:
    try:
        kept = words.line(text)
    except Invalid:
        return
    assert kept == text.strip()
    kept.encode()
