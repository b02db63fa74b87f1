"""A suggestion by the letters of a code, and none where two people may be meant."""

import pytest

from app.flows.suggest_owner import suggest_owner

PEOPLE = [
    ("mara", "Mara Lind"),
    ("mara-berg", "Mara Berg"),
    ("theo", "Théo Blanc"),
    ("jo", "Jo Li"),
    ("skin.by.ida", "Ida"),
]


@pytest.mark.parametrize(
    ("code", "handle"),
    [
        ("THEO15", "theo"),
        ("théo-20", "theo"),
        ("MARABERG5", "mara-berg"),
        ("MARA10", None),  # Two are called so.
        ("IDA10", "skin.by.ida"),
        ("JO10", None),  # Two letters stand in too many codes.
        ("SUMMER", None),
        ("10MARA", None),
        ("", None),
    ],
)
def test_a_code_that_begins_with_one_creators_name_may_be_theirs(code: str, handle: str | None) -> None:
    assert suggest_owner(code, PEOPLE) == handle
