"""A creator's statement: it leads from its opening to its closing, says why, and proves itself."""

import csv
import io
from dataclasses import replace
from datetime import date, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.cli import main
from app.commissions.awards import AwardKind
from app.commissions.balances import balances
from app.flows.give_award import revoke
from app.kernel.period import Period, start_of
from app.reports import statement, statement_csv
from app.reports.reasons import Why, why
from app.reports.statement import Asked, Closing, Moved, Opening, Row, Standing
from app.reports.statement_csv import BadStatement
from app.wiring import Wiring
from tests.bodies import code, line, order, refund
from tests.conftest import NOW
from tests.rooms.test_awards import given as give
from tests.rooms.test_awards import turn
from tests.world import World

ZONE = "Europe/Amsterdam"
NOVEMBER = Period(date(2026, 11, 1), date(2026, 11, 30))


@pytest.fixture
def world(wiring: Wiring) -> World:
    built = World(wiring)
    built.mara = built.creator("mara", "MARA10")  # type: ignore[attr-defined]
    return built


def asked(world: World, period: Period = NOVEMBER) -> Asked:
    return Asked(world.domain, world.mara, "mara", period, ZONE)  # type: ignore[attr-defined]


def rows(world: World, period: Period = NOVEMBER) -> list[Row]:
    with world.wiring.shop_session(world.shop_id) as session:
        return list(statement.rows(session, asked(world, period)))


def told(world: World, period: Period = NOVEMBER) -> list[tuple[str, int, int]]:
    return [(r.why, r.by.pending, r.by.payable) for r in rows(world, period) if isinstance(r, Moved)]


def file(world: World, period: Period = NOVEMBER) -> str:
    with world.wiring.shop_session(world.shop_id) as session:
        return "".join(
            statement_csv.lines(asked(world, period), statement.rows(session, asked(world, period)))
        )


def test_each_movement_says_when_about_what_and_why(world: World) -> None:
    placed = NOW - timedelta(days=2)
    world.deliver("orders/create", order(lines=[line(quantity=2)], codes=[code("MARA10")], placed=placed))
    world.work()
    key = give(world)
    give(world, kind=AwardKind.GIFT, once="g", reason="Serum, to try.")
    world.move_clock(hours=1)
    world.deliver("refunds/create", refund(9, 1001, (1, 1), at=NOW + timedelta(hours=1)))
    world.work()
    world.move_clock(hours=1)
    turn(world, key, revoke)
    assert told(world) == [
        ("Order #1001 was paid.", 2400, 0),
        ("For the launch film.", 0, 5000),
        ("Serum, to try.", 0, 0),
        ("Order #1001 was refunded.", -1200, 0),
        ("Taken back: For the launch film.", 0, -5000),
    ]
    first = next(r for r in rows(world) if isinstance(r, Moved))
    assert (first.about, first.at.isoformat()) == ("#1001", "2026-11-20T13:00:00+01:00")


def test_a_period_opens_with_what_the_one_before_it_closed_with(world: World) -> None:
    world.deliver(
        "orders/create",
        order(codes=[code("MARA10")], placed=datetime.fromisoformat("2026-10-31T23:30+01:00")),
    )
    world.deliver(
        "orders/create",
        order(1002, codes=[code("MARA10")], placed=datetime.fromisoformat("2026-11-01T00:30+01:00")),
    )
    world.work()
    world.move_clock(days=60)
    world.work()
    months = [Period(date(2026, m, 1), date(2026, m, d)) for m, d in ((10, 31), (11, 30), (12, 31))]
    found = [rows(world, month) for month in months]
    closings = [part[-1].stands for part in found if isinstance(part[-1], Closing)]
    openings = [part[0].stands for part in found if isinstance(part[0], Opening)]
    assert closings == [Standing(1200), Standing(1200, 1200), Standing(0, 2400)]
    assert openings == [Standing(), *closings[:-1]]
    assert [len(part) for part in found] == [3, 4, 3]


def test_the_closing_balance_is_what_balances_say_of_that_instant(world: World) -> None:
    for n in range(5):
        placed = NOW - timedelta(days=50 - 10 * n)
        world.deliver("orders/create", order(1001 + n, codes=[code("MARA10")], placed=placed))
    world.work()
    for month in (Period(date(2026, 10, 1), date(2026, 10, 31)), NOVEMBER):
        closing = rows(world, month)[-1]
        at = start_of(month.day_after(), ZONE) - timedelta(microseconds=1)
        with world.wiring.shop_session(world.shop_id) as session:
            cell = balances(session, "EUR", min(at, NOW))["mara"]["EUR"]
        assert isinstance(closing, Closing)
        assert (closing.stands.pending, closing.stands.payable) == (cell["pending"], cell["payable"])


def test_currencies_have_sections_of_their_own(world: World) -> None:
    give(world)
    give(world, currency="JPY", amount_minor=700, once="j")
    give(world, currency="KWD", amount_minor=1234, once="k")
    assert [r.currency for r in rows(world) if isinstance(r, Closing)] == ["EUR", "JPY", "KWD"]
    amounts = [row["payable"] for row in csv.DictReader(io.StringIO(file(world))) if row["row"] == "closing"]
    assert amounts == ["50.00", "700", "1.234"]


def test_another_creator_is_never_in_it(world: World) -> None:
    world.creator("theo", "THEO5")
    give(world, creator="theo")
    assert rows(world) == []


def test_the_digest_is_that_of_the_lines_above_it(world: World) -> None:
    give(world)
    text = file(world)
    *above, last = text.splitlines(keepends=True)
    found = sha256("".join(above).encode()).hexdigest()
    assert last.split(",")[4] == found
    assert statement_csv.digest(asked(world), rows(world)) == found
    assert statement_csv.verify(text.encode()) == (found, 1)


def test_a_file_that_a_spreadsheet_wrote_again_still_holds(world: World) -> None:
    give(world, reason='Said "yes", at once.')
    again = io.StringIO()
    csv.writer(again, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(
        csv.reader(io.StringIO(file(world)))
    )
    assert statement_csv.verify(b"\xef\xbb\xbf" + again.getvalue().encode())[1] == 1


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("50.00", "60.00", "was changed"),
        ("film", "fillm", "was changed"),
        ("digest,", "digits,", "cut short"),
        ("row,at", "at,row", "columns of a statement"),
        (",EUR,0.00,50.00,0.00,0.00\r\nclosing", ",EUR,0.00,50.00,0.00\r\nclosing", "has not 10 columns"),
    ],
)  # fmt: skip
def test_a_file_that_was_changed_is_told_from_one_that_was_not(
    world: World, old: str, new: str, words: str
) -> None:
    give(world)
    with pytest.raises(BadStatement, match=words):
        statement_csv.verify(file(world).replace(old, new, 1).encode())


@pytest.mark.parametrize("raw", [b"", b"\xff\xfe\x00", b"row,at\n", "ä".encode("latin-1"), b'"open'])
def test_a_file_that_is_no_statement_is_refused_in_a_sentence(raw: bytes) -> None:
    with pytest.raises(BadStatement, match=r"\.$"):
        statement_csv.verify(raw)


def test_a_digest_over_rows_that_do_not_add_up_does_not_help(world: World) -> None:
    give(world)
    body = (
        file(world).rsplit("digest", 1)[0].replace("closing,,,,,EUR,0.00,50.00", "closing,,,,,EUR,0.00,90.00")
    )
    digest = sha256(body.encode()).hexdigest()
    with pytest.raises(BadStatement, match="do not lead to the closing"):
        statement_csv.verify(f"{body}digest,,,,{digest},,,,,\r\n".encode())


def test_the_command_verifies_a_file(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    give(world)
    path = tmp_path / "statement.csv"
    path.write_bytes(file(world).encode())
    assert main(["verify-statement", str(path)]) == 0
    assert "1 movements lead" in capsys.readouterr().out
    path.write_bytes(path.read_bytes().replace(b"50.00", b"51.00"))
    assert main(["verify-statement", str(path)]) == 1
    assert "it was changed" in capsys.readouterr().err
    assert main(["verify-statement", str(tmp_path / "none.csv")]) == 1


DELTAS = st.builds(Standing, *[st.integers(-(10**9), 10**9)] * 4)
TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30)


@settings(max_examples=150)
@given(DELTAS, st.lists(st.tuples(DELTAS, TEXT), max_size=8), st.sampled_from(["EUR", "JPY", "KWD"]))
def test_every_statement_verifies_and_no_other_has_its_digest(
    opening: Standing, moved: list[tuple[Standing, str]], currency: str
) -> None:
    whose = Asked("lumen.myshopify.com", 1, "mara", NOVEMBER, ZONE)
    moves = [Moved(NOW, "accrue", None, said, said, currency, by) for by, said in moved]
    closing = sum((by for by, _ in moved), opening)
    found: list[Row] = [Opening(currency, opening), *moves, Closing(currency, closing)]
    text = "".join(statement_csv.lines(whose, found))
    assert statement_csv.verify(text.encode()) == (statement_csv.digest(whose, found), len(moves))
    other: list[Row] = [Opening(currency, opening + Standing(1)), *found[1:]]
    assert statement_csv.digest(whose, other) != statement_csv.digest(whose, found)


REVERSED = Why(
    "reverse", "#7", None, None, is_first=False, refunded=False, cancelled=False, credited=True, denied=None
)


@pytest.mark.parametrize(
    ("known", "sentence"),
    [
        ({}, "Order #7 earns less after a change."),
        ({"credited": False}, "Order #7 is no longer credited here."),
        ({"cancelled": True}, "Order #7 was cancelled."),
        ({"denied": "Bought by herself."}, "Order #7 was denied: Bought by herself."),
        ({"refunded": True, "cancelled": True}, "Order #7 was refunded."),
        ({"kind": "hold"}, "Order #7 is on hold again."),
        ({"kind": "mature"}, "The hold on order #7 is over."),
        ({"kind": "accrue"}, "Order #7 earns more."),
        ({"kind": "paid", "order": None}, "Paid."),
        ({"kind": "mature", "order": None, "award": "bonus", "reason": "Hello."}, "The hold is over: Hello."),
    ],
)
def test_every_movement_has_a_sentence(known: dict[str, object], sentence: str) -> None:
    assert why(replace(REVERSED, **known)) == sentence  # type: ignore[arg-type]
