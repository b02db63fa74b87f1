"""Senders are counted each by itself, from their first request on, and never more of them than fit."""

from app.web.often import Often


class Clock:
    """Seconds, as they are set."""

    seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


def test_one_too_many_is_refused_until_the_time_is_over() -> None:
    clock = Clock()
    often = Often(2, 60, monotonic=clock)
    assert [often.allows("a") for _ in range(3)] == [True, True, False]
    assert often.allows("b")
    clock.seconds += 59
    assert not often.allows("a")
    clock.seconds += 1
    assert [often.allows("a") for _ in range(3)] == [True, True, False]


def test_a_time_that_began_late_in_a_generation_is_not_cut_short() -> None:
    clock = Clock()
    often = Often(1, 60, monotonic=clock)
    clock.seconds += 59
    assert often.allows("a")
    clock.seconds += 58
    assert not often.allows("a")
    clock.seconds += 2
    assert often.allows("a")


def test_a_sender_that_hammers_is_remembered_however_many_others_come() -> None:
    often = Often(5, 60, monotonic=Clock(), most=10)
    said = []
    for number in range(100):
        often.allows(f"other {number}")
        said.append(often.allows("hammer"))
    assert said == [True] * 5 + [False] * 95
    assert len(often._held) + len(often._before) <= 20
