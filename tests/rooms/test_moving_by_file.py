"""A file names a creator in another program than before: they move, and nothing of it is guessed."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from app.flows.apply_cells import BadFile
from app.wiring import Wiring
from tests.apply_files import a_file, apply, shop_id
from tests.bodies import code, line, order
from tests.tenants import NOW
from tests.world import World

GOLD = {
    "handle": "gold",
    "offer": {"effective_from": "2026-01-01", "rules": [{"kind": "percent", "rate": "0.20"}]},
}


def with_mara_in(program: str, **more: Any) -> dict[str, Any]:
    """The file of the contract with a second program, and Mara in the named one."""
    file = a_file()
    file["programs"].append(GOLD)
    file["creators"][0] |= {"program": program, **more}
    return file


def moves(wiring: Wiring) -> list[dict[str, str]]:
    with wiring.shop_session(shop_id(wiring)) as session:
        return list(
            session.scalars(text("select facts from decisions where kind = 'enrollment.moved' order by id"))
        )


def test_another_program_in_the_file_moves_the_creator_with_code_and_link(wiring: Wiring) -> None:
    apply(wiring, with_mara_in("main"))
    later = NOW + timedelta(days=1)
    applied = apply(wiring, with_mara_in("gold"), now=later)
    assert applied.by_change["changed"]["enrollments"] == ["mara gold"]  # type: ignore[index]
    assert applied.by_change["unchanged"]["codes"] == ["MARA10"]  # type: ignore[index]
    assert applied.by_change["unchanged"]["links"] == ["mara"]  # type: ignore[index]
    ((at, *places),) = [(m["at"], m["from"], m["program"]) for m in moves(wiring)]
    assert (datetime.fromisoformat(at), places) == (later, ["main", "gold"])


def test_the_same_file_again_moves_nobody_and_the_old_one_moves_them_back(wiring: Wiring) -> None:
    apply(wiring, with_mara_in("main"))
    for days, program in enumerate(("gold", "gold", "main", "main"), 1):
        apply(wiring, with_mara_in(program), now=NOW + timedelta(days=days))
    assert [(m["from"], m["program"]) for m in moves(wiring)] == [("main", "gold"), ("gold", "main")]


def test_a_link_can_lead_elsewhere_after_the_move(wiring: Wiring) -> None:
    apply(wiring, with_mara_in("main"))
    link = {"slug": "mara", "to": "/collections/all", "channel": "email"}
    applied = apply(wiring, with_mara_in("gold", links=[link]), now=NOW + timedelta(days=1))
    assert applied.by_change["changed"]["links"] == ["mara"]  # type: ignore[index]


def test_a_day_gone_by_is_asked_about_with_the_number_of_orders(wiring: Wiring) -> None:
    apply(wiring, with_mara_in("main"))
    placed = datetime.fromisoformat("2026-11-10T12:00:00+00:00")
    assert placed < NOW
    world = World.__new__(World)
    world.wiring, world.domain, world.deliveries, world.shop_id = (
        wiring,
        "lumen.myshopify.com",
        0,
        shop_id(wiring),
    )
    world.deliver(
        "orders/create", order(1001, lines=[line(1, "100.00", 1)], codes=[code("MARA10")], placed=placed)
    )
    world.work()
    file = with_mara_in("gold", since="2026-11-01")
    with pytest.raises(BadFile, match=r"creators\[0\].program: .* price 1 order again .* with --reprice"):
        apply(wiring, file)
    assert moves(wiring) == []
    apply(wiring, file, reprice=True)
    apply(wiring, file)
    assert [m["at"] for m in moves(wiring)] == ["2026-11-01T00:00:00+01:00"]


def test_since_alone_moves_a_creator_who_carries_nothing(wiring: Wiring) -> None:
    apply(wiring, with_mara_in("main", codes=[], links=[]))
    apply(wiring, with_mara_in("gold", codes=[], links=[]))
    assert moves(wiring) == []  # They are in both: nothing says that they left.
    apply(wiring, with_mara_in("main", codes=[], links=[], handle="theo", email=None, name="Theo"))
    since = with_mara_in(
        "gold", codes=[], links=[], handle="theo", email=None, name="Theo", since="2026-12-01"
    )
    apply(wiring, since)
    assert [(m["from"], m["program"]) for m in moves(wiring)] == [("main", "gold")]


def test_another_day_for_a_move_that_was_made_is_refused(wiring: Wiring) -> None:
    apply(wiring, with_mara_in("main"))
    apply(wiring, with_mara_in("gold", since="2026-12-01"))
    with pytest.raises(BadFile, match=r"creators\[0\].since: 'mara' is in 'gold' since 2026-12-01"):
        apply(wiring, with_mara_in("gold", since="2026-12-05"))


def test_a_file_that_names_both_programs_moves_nobody(wiring: Wiring) -> None:
    apply(wiring, with_mara_in("main"))
    file = with_mara_in("gold", links=[])
    file["creators"].append({**file["creators"][0], "program": "main", "codes": []})
    with pytest.raises(BadFile, match="already belongs to 'mara'"):
        apply(wiring, file)
