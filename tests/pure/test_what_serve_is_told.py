"""The words of `tribute serve`: how many threads it may be given."""

import pytest

from app.cli.arguments import parser


def test_serve_has_sixteen_threads_unless_it_is_told_otherwise() -> None:
    assert parser().parse_args(["serve"]).threads == 16
    assert parser().parse_args(["serve", "--threads", "1"]).threads == 1


@pytest.mark.parametrize("said", ["0", "65", "-1", "two", "1.5", "²"])
def test_other_numbers_of_threads_are_refused_with_what_is_possible(
    said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        parser().parse_args(["serve", f"--threads={said}"])
    assert f"{said} is no number of threads from 1 to 64" in capsys.readouterr().err
