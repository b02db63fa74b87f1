"""The part of a file that says how orders are credited."""

from typing import Any

import pytest

from app.campaigns.crediting import Crediting, CreditPolicy, Source
from app.flows.apply_cells import BadFile
from app.flows.apply_plan import read
from tests.apply_files import a_file
from tests.bodies import dumps


def a_program(**changes: Any) -> dict[str, Any]:
    return {**a_file()["programs"][0], **changes}


def read_file(file: Any) -> Any:
    return read(dumps(file))


def test_a_file_says_how_a_program_credits_orders_and_when_a_code_counts() -> None:
    said = {"model": "linear", "sources": ["click", "code", "binding"], "binding_days": "forever"}
    file = a_file(programs=[a_program(attribution=said)])
    file["creators"][0]["codes"] = [{"code": "MARA10", "credit": "only_with_click"}]
    found = read_file(file)
    crediting = found.programs[0].draft.crediting
    assert crediting == Crediting("linear", (Source.CLICK, Source.CODE, Source.BINDING), 30, None)
    assert found.creators[0].codes[0].policy is CreditPolicy.ONLY_WITH_CLICK


@pytest.mark.parametrize(
    ("said", "path"),
    [
        ({"model": "last"}, "programs[0].attribution.model"),
        ({"sources": ["code"]}, "programs[0].attribution"),
        ({"sources": ["code", "code", "click"]}, "programs[0].attribution"),
        ({"sources": ["code", "click", "manual"]}, "programs[0].attribution.sources[2]"),
        ({"binding_days": -1}, "programs[0].attribution"),
        ({"binding_days": 3651}, "programs[0].attribution"),
        ({"binding_days": "long"}, "programs[0].attribution.binding_days"),
        ({"window": 3}, "programs[0].attribution.window"),
        ("linear", "programs[0].attribution"),
    ],
)
def test_settings_of_crediting_that_make_no_sense_are_refused_by_their_path(said: Any, path: str) -> None:
    with pytest.raises(BadFile) as refused:
        read_file(a_file(programs=[a_program(attribution=said)]))
    assert str(refused.value).startswith(f"{path}:")
