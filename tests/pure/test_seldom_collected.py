"""Looking for cycles seldom, however many ask for it at once."""

import gc

from app.kernel.garbage import VALUES, seldom_collected


def test_the_usual_settings_come_back_when_the_last_that_asked_has_ended() -> None:
    usual = gc.get_threshold()
    one, other = seldom_collected(), seldom_collected()
    with one:
        other.__enter__()
    assert gc.get_threshold()[0] == VALUES
    other.__exit__(None, None, None)
    assert gc.get_threshold() == usual
