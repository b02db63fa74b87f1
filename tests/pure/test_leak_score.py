"""The leak score: 0 to 100, every part shown, and what is unknown gives no points."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.fraud.leak_score import leak_score
from app.fraud.model import Uses

WORST = Uses(
    day=100, history=28, history_hours=672, busiest_day=3, week=100, week_clicked=0, week_referred=100,
    week_coupon=100, week_known=100, week_returning=100, week_tried=100,
)  # fmt: skip


def points(uses: Uses, *, clicks_recorded: bool = True) -> dict[str, int]:
    return {part.key: part.points for part in leak_score(uses, clicks_recorded=clicks_recorded).parts}


def test_every_sign_together_is_a_hundred_and_none_is_nothing() -> None:
    assert leak_score(WORST, clicks_recorded=True).points == 100
    assert leak_score(Uses(), clicks_recorded=True).points == 0


def test_clicks_that_nobody_records_speak_against_nobody() -> None:
    assert points(WORST, clicks_recorded=False)["clickless"] == 0
    (part,) = [p for p in leak_score(WORST, clicks_recorded=False).parts if p.key == "clickless"]
    assert part.sentence == "no clicks are recorded"


@pytest.mark.parametrize(
    ("uses", "key", "expected"),
    [
        (Uses(week=9, week_referred=9, week_coupon=9), "coupon", 0),
        (Uses(week=10, week_referred=10, week_coupon=3), "coupon", 30),
        (Uses(week=10, week_referred=10, week_coupon=1), "coupon", 10),
        (Uses(week=10, week_clicked=5), "clickless", 0),
        (Uses(week=20, week_clicked=5), "clickless", 10),
        (Uses(week=10, week_known=10, week_returning=5), "returning", 0),
        (Uses(week=10, week_known=10, week_returning=9), "returning", 10),
        (Uses(week=10, week_tried=3), "tried", 10),
        (Uses(day=4, history_hours=672), "burst", 0),
        (Uses(day=50, history=28, history_hours=167), "burst", 0),
        (Uses(day=5, history=28, history_hours=672, busiest_day=5), "burst", 0),
        (Uses(day=5, history=28, history_hours=672, busiest_day=4), "burst", 30),
        (Uses(day=5, history=84, history_hours=672, busiest_day=4), "burst", 6),
    ],
)
def test_each_part_at_its_border(uses: Uses, key: str, expected: int) -> None:
    assert points(uses)[key] == expected


@given(st.builds(Uses, *[st.integers(0, 1000)] * 11), st.booleans())
def test_a_score_is_the_sum_of_its_parts_and_never_beyond_a_hundred(uses: Uses, clicks: bool) -> None:  # noqa: FBT001
    score = leak_score(uses, clicks_recorded=clicks)
    assert score.points == sum(part.points for part in score.parts)
    assert all(0 <= part.points <= part.most for part in score.parts)
    assert sum(part.most for part in score.parts) == 100
