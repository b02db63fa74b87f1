"""Which failures are final, and how long the others wait."""

import pytest

from app.jobs.retry import LONGEST_SECONDS, PATIENCE, pause_before_retry, sentence
from app.kernel.errors import Conflict, Invalid, Permanent, Retriable, Unknown


def pause(error: Exception, tried: int = 1, *, most: int = 8, repeats_unknown: bool = False) -> int | None:
    return pause_before_retry(error, tried=tried, most=most, repeats_unknown=repeats_unknown)


@pytest.mark.parametrize("error", [Permanent("gone"), Invalid("bad"), Conflict("taken")])
def test_a_refusal_is_final(error: Exception) -> None:
    assert pause(error) is None


def test_an_unknown_outcome_is_repeated_only_by_who_looks_first() -> None:
    assert pause(Unknown("sent, no answer")) is None
    assert pause(Unknown("sent, no answer"), repeats_unknown=True) == 2


def test_the_other_side_says_how_long_to_wait() -> None:
    assert pause(Retriable("slow down", after_seconds=37)) == 37
    assert pause(Retriable("slow down", after_seconds=0)) == 0


def test_pauses_double_and_stop_growing() -> None:
    assert [pause(RuntimeError(), tried, most=99) for tried in (1, 2, 3, 9)] == [2, 4, 8, 512]
    assert pause(RuntimeError(), 90, most=99) == LONGEST_SECONDS


def test_a_fault_of_ours_is_given_up_and_an_outage_is_waited_for() -> None:
    assert pause(RuntimeError(), 8) is None
    assert pause(Retriable("away"), 8) == 256
    assert pause(Retriable("away"), PATIENCE) is None


def test_jobs_that_failed_together_come_back_apart() -> None:
    pauses = {
        pause_before_retry(RuntimeError(), tried=6, most=8, repeats_unknown=False, spread=i)
        for i in range(50)
    }
    assert min(p or 0 for p in pauses) == 64
    assert len(pauses) == 17


def test_a_stranger_error_is_named_but_not_quoted() -> None:
    assert sentence(Permanent("Mara has no account.")) == "Mara has no account."
    assert "shpat_secret" not in sentence(KeyError("shpat_secret"))
