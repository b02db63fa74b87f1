from decimal import Decimal
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.campaigns.model import ProgramDraft
from app.campaigns.vanity import WORDS, BadPattern, Bearer, check_pattern, forms
from app.tracking.model import check_code

MARA = Bearer("Mara Lind", "mara-lind", "gold-tier", Decimal(10))


def first(pattern: str, bearer: Bearer = MARA) -> str:
    return next(forms(check_pattern(pattern), bearer))


@pytest.mark.parametrize(
    ("pattern", "code"),
    [
        ("{NAME}{PERCENT}", "MARA10"),
        (" {name}-{percent} ", "MARA-10"),
        ("{HANDLE}", "MARALIND"),
        ("{PROGRAM}_{NAME}26", "GOLDTIER_MARA26"),
    ],
)
def test_a_pattern_is_filled_in(pattern: str, code: str) -> None:
    assert first(pattern) == code


def test_the_next_forms_are_numbered() -> None:
    assert list(islice(forms("{NAME}{PERCENT}", MARA), 3)) == ["MARA10", "MARA10-2", "MARA10-3"]


@pytest.mark.parametrize(
    ("name", "percent", "code"),
    [
        ("Zoë Ström", Decimal(10), "ZOE10"),
        ("李娜", Decimal(10), "LINA10"),
        ("Mara", Decimal("12.5"), "MARA12"),
        ("Mara", None, "MARA"),
        ("M" * 90, Decimal(5), "M" * 20 + "5"),
    ],
)
def test_names_and_percents_of_every_kind_give_codes_that_can_be_typed(
    name: str, percent: Decimal | None, code: str
) -> None:
    assert first("{NAME}{PERCENT}", Bearer(name, "lina", "main", percent)) == code


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        ("", "it needs {NAME} or {HANDLE}"),
        ("SALE10", "it needs {NAME} or {HANDLE}"),
        ("{NAME} {PERCENT}", "use letters, digits"),
        ("{NAME}{", "use letters, digits"),
        ("{NAMÉ}", "{NAMÉ} is none of {NAME}, {HANDLE}, {PERCENT}, {PROGRAM}"),
        ("{}{NAME}", "{} is none of"),
        ("{NAME}" + "X" * 60, "at most 60 fit"),
    ],
)
def test_what_is_no_pattern_is_refused_with_the_reason(pattern: str, why: str) -> None:
    with pytest.raises(BadPattern) as refused:
        ProgramDraft("main", "Main", 30, 30, code_pattern=pattern)
    assert why in str(refused.value)


HANDLES = st.from_regex(r"[a-z0-9][a-z0-9-]{0,39}", fullmatch=True)


@given(
    st.lists(st.sampled_from([f"{{{word}}}" for word in WORDS] + ["-", "_", "X", "7"]), max_size=4),
    st.text(max_size=60),
    HANDLES,
    st.sampled_from([None, Decimal(100), Decimal("0.5")]),
)
def test_every_form_of_every_pattern_is_a_code_and_no_two_are_the_same(
    pieces: list[str], name: str, handle: str, percent: Decimal | None
) -> None:
    pattern = check_pattern("".join(["{NAME}", *pieces]))
    found = list(islice(forms(pattern, Bearer(name, handle, "main", percent)), 5))
    assert [check_code(code) for code in found] == found
    assert len(set(found)) == len(found)
