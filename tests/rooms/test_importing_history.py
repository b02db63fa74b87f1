"""What was earned in another app is taken over whole or not at all, once, and can be taken back."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from app.audit.store import decisions
from app.commissions.import_rows import Options
from app.creators.invite import invite
from app.creators.model import Contact
from app.flows import import_history
from app.flows.import_history import AlreadyImported, NotWhole
from app.flows.import_report import Report, look
from app.flows.replay_decisions import take_again
from app.kernel.period import Period
from app.wiring import Wiring
from tests.bodies import code, order
from tests.conftest import NOW
from tests.rooms.test_awards import broken
from tests.rooms.test_statements import told as statement_of
from tests.world import World

HEAD = "creator,order,earned_at,commission,currency,status\n"
FILE = HEAD + (
    "mara,#7,2026-03-01,12.50,EUR,approved\n"
    "theo@example.com,#8,2026-11-20,4.00,EUR,pending\n"
    "MARA10,#9,2026-03-02,1.00,EUR,paid\n"
    "mara,#10,2026-03-03,3.00,EUR,denied\n"
    "mara,#11,2026-03-04,-2.50,EUR,approved\n"
)  # fmt: skip


@pytest.fixture
def world(wiring: Wiring) -> World:
    built = World(wiring)
    built.mara = built.creator("mara", "MARA10")  # type: ignore[attr-defined]
    with wiring.shop_session(built.shop_id) as session, session.begin():
        invite(
            session, "theo", Contact("Théo", "Theo@Example.com", {}), pseudonym=str.encode, actor="t", now=NOW
        )
    return built


def looked(world: World, raw: str = FILE, options: Options | None = None) -> Report:
    with world.wiring.shop_session(world.shop_id) as session:
        return look(session, raw.encode(), "tribute", options or Options(), actor="Ida", now=NOW)


def taken(world: World, raw: str = FILE, options: Options | None = None) -> str:
    with world.wiring.shop_session(world.shop_id) as session, session.begin():
        digest = import_history.upload(
            session, raw.encode(), "tribute", options or Options(), file_name="old.csv", actor="Ida", now=NOW
        )
        import_history.take_over(session, digest, actor="Ida", now=NOW)
        return digest


def undone(world: World, digest: str) -> int:
    with world.wiring.shop_session(world.shop_id) as session, session.begin():
        return import_history.undo(session, digest, actor="Ida", now=NOW)


OWED = {
    ("mara", "payable"): 1000,
    ("mara", "opening"): -1000,
    ("theo", "pending"): 400,
    ("theo", "opening"): -400,
}


def test_what_is_owed_elsewhere_stands_in_the_books_as_opening_balances(world: World) -> None:
    report = looked(world)
    assert [t.outcome for t in report.rows] == ["new", "new", "left_out", "left_out", "new"]
    assert report.sums() == {"mara": 1000, "theo": 400}
    taken(world)
    assert world.balances() == OWED
    assert broken(world) == []
    with world.wiring.shop_session(world.shop_id) as session:
        kinds = session.execute(text("select kind from journal_entries")).scalars().all()
        assert session.execute(text("select count(*) from rollup_creator_day")).scalar_one() == 0
    assert set(kinds) == {"opening"}


def test_what_is_pending_there_matures_here(world: World) -> None:
    taken(world)
    world.move_clock(days=29)
    world.work()
    assert world.balances()["theo", "payable"] == 400
    assert broken(world) == []


def test_the_statement_says_where_it_comes_from(world: World) -> None:
    taken(world)
    assert statement_of(world, Period(date(2026, 3, 1), date(2026, 3, 31))) == [
        ("Earned in the other app, order #7.", 0, 1250),
        ("Taken back in the other app, order #11.", 0, -250),
    ]


def test_a_file_is_taken_over_once(world: World) -> None:
    digest = taken(world)
    with pytest.raises(AlreadyImported):
        taken(world)
    assert world.balances() == OWED
    more = FILE + "mara,#12,2026-04-01,1.00,EUR,approved\n"
    assert [t.outcome for t in looked(world, more).rows].count("held") == 3
    assert taken(world, more) != digest
    assert world.balances()["mara", "payable"] == 1100


def test_an_import_is_undone_as_a_whole_and_may_be_taken_over_again(world: World) -> None:
    digest = taken(world)
    assert undone(world, digest) == 3
    assert undone(world, digest) == 0
    assert world.balances() == {}
    assert broken(world) == []
    assert taken(world) == digest
    assert world.balances() == OWED
    assert broken(world) == []


def test_one_row_at_fault_stops_all_of_them(world: World) -> None:
    bad = FILE + "nobody@example.com,#13,2026-04-01,1.00,EUR,approved\n"
    with pytest.raises(NotWhole, match=r"so none was\. Line 7: 'nobody@example\.com' is no"):
        taken(world, bad)
    assert world.balances() == {}
    with world.wiring.shop_session(world.shop_id) as session:
        assert "history.imported" not in [d.kind for d in decisions(session)]
        assert session.execute(text("select count(*) from history_imports")).scalar_one() == 0


def test_what_the_other_app_has_paid_is_not_owed(world: World) -> None:
    report = looked(world, options=Options(paid_through=date(2026, 3, 31)))
    assert [t.outcome for t in report.rows].count("left_out") == 4
    assert report.sums() == {"theo": 400}


def test_an_order_that_is_credited_here_is_not_paid_twice(world: World) -> None:
    world.deliver("orders/create", order(7, name="#7", codes=[code("MARA10")]))
    world.work()
    assert [f.sentence for f in looked(world).faults] == ["Order #7 is credited here already; leave it out."]


def test_another_amount_for_what_was_taken_over_is_told(world: World) -> None:
    taken(world)
    (fault,) = looked(world, FILE.replace("12.50", "13.00")).faults
    assert "with another amount" in fault.sentence


def test_the_log_holds_the_rows_so_that_replay_needs_no_file(world: World, wiring: Wiring) -> None:
    digest = taken(world)
    with wiring.shop_session(world.shop_id) as session:
        (decision,) = [d for d in decisions(session) if d.kind == "history.imported"]
        assert session.execute(text("select content from history_imports")).scalar_one() is None
    assert (decision.subject, len(decision.facts["rows"])) == (digest, 3)
    other = World(wiring, domain="other.myshopify.com")
    other.creator("mara", "MARA10")
    other.creator("theo")
    with wiring.shop_session(other.shop_id) as session, session.begin():
        take_again(session, decision, str.encode)
    assert other.balances() == OWED


def test_the_command_takes_a_file_over_and_back(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from app.cli import main
    from tests.web.serving import environment

    for name, value in environment(world.wiring.settings).items():
        monkeypatch.setenv(name, value)
    path = tmp_path / "old.csv"
    path.write_text(FILE)
    words = ["import-history", world.domain, str(path), "--format", "tribute"]
    assert main([*words, "--dry-run", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["imported"] is False
    assert world.balances() == {}
    assert main([*words, "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert (facts["imported"], facts["new"], facts["left_out"]) == (True, 3, 2)
    assert main(words) == 0
    assert "0 new, 3 taken over before" in capsys.readouterr().out
    assert main(["import-history", world.domain, "--undo", facts["digest"]]) == 0
    assert world.balances() == {}
    path.write_text(FILE.replace("mara,", "nobody,"))
    assert main(words) == 1
    assert "line 2: 'nobody' is no creator" in capsys.readouterr().out
    assert main(["import-history", world.domain]) == 1


def test_a_time_without_a_zone_is_the_shops(world: World) -> None:
    report = looked(world)
    first = report.rows[0].award
    assert first is not None
    assert (first.earned_at, first.earned_on) == (datetime(2026, 2, 28, 23, tzinfo=UTC), date(2026, 3, 1))
