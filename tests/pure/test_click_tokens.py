"""The token that a click carries: what it says, and that nobody else can say it."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.tracking.token import LENGTH, ClickToken, click_id, middle, read, token_keys, write

KEYS = token_keys(("the newest", "the one before"))
CLICK = ClickToken(7, 4711, datetime(2026, 11, 22, 12, 0, 0, 123_000, tzinfo=UTC), 2**62 + 5)

clicks = st.builds(
    ClickToken,
    st.integers(1, 2**47),
    st.integers(1, 2**47),
    st.integers(0, 2**42).map(lambda ms: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms)),
    st.integers(0, 2**63 - 1),
)


@given(clicks)
def test_a_token_says_what_was_put_into_it(click: ClickToken) -> None:
    text = write(click, KEYS[0])
    assert len(text) == LENGTH
    assert read(text, KEYS) == click
    assert click_id(text) == click.click_id


def test_a_token_of_the_key_before_is_still_read() -> None:
    assert read(write(CLICK, KEYS[1]), KEYS) == CLICK
    assert read(write(CLICK, KEYS[1]), KEYS[:1]) is None


@given(st.integers(0, LENGTH - 1), st.sampled_from("ABCxyz019-_"))
def test_whatever_is_changed_in_a_token_makes_it_nobodys(place: int, letter: str) -> None:
    text = write(CLICK, KEYS[0])
    changed = text[:place] + letter + text[place + 1 :]
    assert (read(changed, KEYS) is None) == (changed != text)


@pytest.mark.parametrize(
    "text", ["", "x", "A" * 47, "A" * 48, "A" * 49, "é" * 48, "=" * 48, "12345", "\x00" * 48]
)
def test_what_is_no_token_says_nothing(text: str) -> None:
    assert read(text, KEYS) is None
    assert click_id(text) is None


@given(st.text(max_size=60))
def test_no_text_is_ever_read_as_a_token_or_breaks_the_reader(text: str) -> None:
    assert read(text, KEYS) is None
    click_id(text)


def test_the_time_is_kept_to_the_millisecond() -> None:
    exact = CLICK.at + timedelta(microseconds=999)
    said = read(write(ClickToken(7, 4711, exact, 1), KEYS[0]), KEYS)
    assert said is not None
    assert said.at == CLICK.at


@given(clicks)
def test_the_middle_of_a_token_is_known_without_its_key(click: ClickToken) -> None:
    assert write(click, KEYS[0])[24:36] == middle(click.click_id, click.at)
