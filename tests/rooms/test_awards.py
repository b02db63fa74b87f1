"""What is earned without an order stands in the books as orders do, and a person's word can be undone."""

from datetime import timedelta

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from app.audit.store import decisions
from app.commissions.awards import AwardKind
from app.commissions.balances import balances
from app.flows.give_award import Given, NothingOwed, give, restore, revoke, write_off
from app.flows.prove import prove
from app.kernel.errors import Invalid, NotFound
from app.kernel.period import Period
from app.reports.model import Filters, Totals
from app.reports.store import days
from app.wiring import Wiring
from tests.bodies import code, order
from tests.conftest import NOW
from tests.world import World


@pytest.fixture
def world(wiring: Wiring) -> World:
    built = World(wiring)
    built.creator("mara", "MARA10")
    return built


def gift(**changes: object) -> Given:
    facts = {"kind": AwardKind.BONUS, "creator": "mara", "program": "main", "amount_minor": 5000, "currency": "EUR",
             "reason": "For the launch film.", "hold_days": 0, "once": "a"}  # fmt: skip
    return Given(**(facts | changes))  # type: ignore[arg-type]


def given(world: World, **changes: object) -> str:
    with world.wiring.shop_session(world.shop_id) as session, session.begin():
        return give(session, gift(**changes), actor="Ida", now=world.wiring.clock.now())


def turn(world: World, key: str, verb: object) -> bool:
    with world.wiring.shop_session(world.shop_id) as session, session.begin():
        done: bool = verb(session, key, reason="A mistake.", actor="Ida", now=world.wiring.clock.now())  # type: ignore[operator]
        return done


def broken(world: World) -> list[dict[str, object]]:
    world.roll_up()
    now = world.wiring.clock.now()
    with world.wiring.shop_session(world.shop_id) as session, world.wiring.batch_session() as again:
        return [c for c in prove(session, again, world.context, now)["checks"] if not c["ok"]]


def today(world: World) -> Totals:
    world.roll_up()
    with world.wiring.shop_session(world.shop_id) as session:
        return days(session, Filters(Period(NOW.date(), NOW.date()), "EUR"), Period(NOW.date(), NOW.date()))[
            NOW.date()
        ]


def test_a_bonus_is_payable_at_once_and_earned_as_commission(world: World) -> None:
    key = given(world)
    assert key == "bonus/main/mara/a"
    assert world.balances() == {("mara", "payable"): 5000, ("mara", "commission_expense"): -5000}
    assert (today(world).commission_minor, today(world).spend_minor) == (5000, 5000)
    assert broken(world) == []


def test_a_bonus_on_hold_matures_like_an_order(world: World) -> None:
    given(world, hold_days=14)
    assert world.balances()["mara", "pending"] == 5000
    world.move_clock(days=14)
    with world.wiring.shop_session(world.shop_id) as session:
        before = balances(session, "EUR", world.wiring.clock.now())
    world.work()
    assert ("mara", "pending") not in world.balances()
    with world.wiring.shop_session(world.shop_id) as session:
        assert balances(session, "EUR", world.wiring.clock.now()) == before
        assert balances(session, "EUR", NOW)["mara"]["EUR"]["pending"] == 5000
    assert before["mara"]["EUR"]["payable"] == 5000
    assert broken(world) == []


def test_a_gift_costs_the_merchant_and_is_owed_to_nobody(world: World) -> None:
    given(world, kind=AwardKind.GIFT, amount_minor=2310, hold_days=3)
    world.move_clock(days=9)
    world.work()
    assert world.balances() == {("mara", "goods"): 2310, ("mara", "gift_expense"): -2310}
    assert (today(world).gifts_minor, today(world).commission_minor, today(world).spend_minor) == (
        2310,
        0,
        2310,
    )
    with world.wiring.shop_session(world.shop_id) as session:
        assert set(balances(session, "EUR", NOW)["mara"]["EUR"].values()) == {0}
    assert broken(world) == []


def test_what_was_given_can_be_taken_back_and_given_again_and_all_of_it_stays_in_the_record(
    world: World,
) -> None:
    key = given(world)
    assert turn(world, key, revoke)
    assert not turn(world, key, revoke)
    assert world.balances() == {}
    assert broken(world) == []
    assert turn(world, key, restore)
    assert world.balances()["mara", "payable"] == 5000
    assert broken(world) == []
    with world.wiring.shop_session(world.shop_id) as session:
        found = [(d.kind, d.subject, d.actor) for d in decisions(session) if d.kind.startswith("award.")]
        entries = session.execute(text("select kind from journal_entries order by id")).scalars().all()
    assert found == [(f"award.{word}", key, "Ida") for word in ("given", "revoked", "restored")]
    assert entries == ["accrue", "reverse", "accrue"]


def test_a_form_that_is_sent_twice_gives_once(world: World) -> None:
    given(world)
    given(world)
    assert world.balances()["mara", "payable"] == 5000
    with world.wiring.shop_session(world.shop_id) as session:
        assert [d.kind for d in decisions(session)].count("award.given") == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"amount_minor": 0}, "more than 0"),
        ({"amount_minor": -1}, "more than 0"),
        ({"amount_minor": 10**15}, "give more than 0"),
        ({"hold_days": 121}, "between 0 and 120"),
        ({"currency": "XXX"}, "not a currency"),
        ({"kind": AwardKind.WRITE_OFF}, "not given by hand"),
    ],
)
def test_an_award_that_makes_no_sense_is_refused(changes: dict[str, object], words: str) -> None:
    with pytest.raises(Invalid, match=words):
        gift(**changes)


def test_nobody_gets_anything_in_a_program_they_are_not_in(world: World) -> None:
    with pytest.raises(NotFound):
        given(world, creator="nobody")
    with pytest.raises(NotFound):
        given(world, program="other")


@pytest.fixture
def in_debt(world: World) -> World:
    """Mara was given a bonus of 50.00, paid by a hand outside of the books, and then it was taken back."""
    key = given(world)
    with world.wiring.shop_session(world.shop_id) as session, session.begin():
        facts = {"s": world.shop_id}
        session.execute(text(PAID), facts)
        session.execute(
            text("update balances set debit_minor = debit_minor + 5000 where account = 'payable'")
        )
        session.execute(text(CASH), facts)
    turn(world, key, revoke)
    assert world.balances()["mara", "payable"] == -5000
    return world


PAID = """
    with e as (insert into journal_entries (shop_id, kind, effective_at, idempotency_key)
               values (:s, 'paid', '2026-11-22T12:00Z', 'paid-by-hand') returning shop_id, id)
    insert into postings (shop_id, entry_id, debit, credit, creator_id, currency, amount_minor)
    select e.shop_id, e.id, 'payable', 'cash', c.id, 'EUR', 5000 from e, creators c
"""
CASH = "insert into balances select :s, id, 'EUR', 'cash', 0, 5000 from creators"


def forgive(world: World, minor: int, once: str = "w") -> str:
    with world.wiring.shop_session(world.shop_id) as session, session.begin():
        return write_off(
            session, "mara", amount_minor=minor, currency="EUR", reason="We parted as friends.", once=once,
            actor="Ida", now=world.wiring.clock.now(),
        )  # fmt: skip


def test_a_debt_is_let_go_of_by_a_person_with_a_reason_and_that_can_be_undone(in_debt: World) -> None:
    key = forgive(in_debt, 5000)
    assert key == "write_off/EUR/mara/w"
    assert in_debt.balances() == {("mara", "cash"): 5000, ("mara", "writeoff"): -5000}
    assert forgive(in_debt, 5000) == key
    assert turn(in_debt, key, revoke)
    assert in_debt.balances()["mara", "payable"] == -5000
    with in_debt.wiring.shop_session(in_debt.shop_id) as session:
        kinds = (
            session.execute(text("select kind from journal_entries where id > 3 order by id")).scalars().all()
        )
    assert kinds == ["write_off", "reverse"]


@pytest.mark.parametrize("minor", [5001, 0, -1])
def test_no_more_than_the_debt_is_written_off(in_debt: World, minor: int) -> None:
    with pytest.raises(NothingOwed, match=r"owes 50.00 EUR"):
        forgive(in_debt, minor)


def test_who_owes_nothing_has_nothing_written_off(world: World) -> None:
    with pytest.raises(NothingOwed, match=r"owes 0.00 EUR"):
        forgive(world, 100)


POSTING = "insert into postings (shop_id, entry_id, debit, credit, creator_id, currency, amount_minor{}) "
BARE = "insert into journal_entries (shop_id, kind, effective_at, idempotency_key) "
LINE = "select shop_id, entry_id, 'a', 'b', creator_id, 'EUR', 1{} from postings"
REFUSED = {
    "has no posting": BARE + "select id, 'accrue', now(), 'bare' from shops",  # noqa: S608 - names of this file
    "is closed": POSTING.format("") + LINE.format(""),
    "one_subject": POSTING.format(", order_id, award") + LINE.format(", 1, 'x'"),
}


@pytest.mark.parametrize(("words", "statement"), REFUSED.items())
def test_the_database_refuses_entries_that_are_not_whole(
    world: World, database: URL, statement: str, words: str
) -> None:
    given(world)
    owner = create_engine(database)
    with owner.begin() as connection:
        connection.execute(
            text("select set_config('app.shop_ids', cast(:s as text), true)"), {"s": str(world.shop_id)}
        )
        with pytest.raises(DBAPIError, match=words):
            connection.execute(text(statement))
        connection.rollback()
    owner.dispose()


@pytest.mark.parametrize(
    ("forgery", "names"),
    [
        ("update awards set amount_minor = amount_minor + 1", "every award's postings equal its amount"),
        ("update awards set amount_minor = amount_minor + 1", "expense equals the commissions that stand"),
        ("delete from awards", "rollups equal the credits"),
        (
            "update awards set matures_at = matures_at + interval '9 days'",
            "every award stood where it should",
        ),
        ("update rollup_creator_day set gifts_minor = 1", "rollups equal the credits"),
    ],
)
def test_a_forged_award_is_found(world: World, database: URL, forgery: str, names: str) -> None:
    given(world)
    world.deliver("orders/create", order(codes=[code("MARA10")]))
    world.work()
    owner = create_engine(database)
    with owner.begin() as connection:
        connection.execute(text("set local session_replication_role = replica"))
        connection.execute(text(forgery))
    owner.dispose()
    assert names in [check["name"] for check in broken(world)]


def test_the_proof_of_a_day_in_the_past_looks_at_where_everything_stood_then(
    world: World, database: URL
) -> None:
    world.deliver("orders/create", order(codes=[code("MARA10")]))
    world.work()
    owner = create_engine(database)
    with owner.begin() as connection:
        connection.execute(text("set local session_replication_role = replica"))
        connection.execute(text("update journal_entries set kind = 'mature'"))
        connection.execute(text("update postings set credit = 'payable'"))
        connection.execute(text("update balances set account = 'payable' where account = 'pending'"))
        connection.execute(text("update credits set matured = true"))
    owner.dispose()
    with world.wiring.shop_session(world.shop_id) as session, world.wiring.batch_session() as again:
        late = prove(session, again, world.context, NOW + timedelta(days=40))
        early = prove(session, again, world.context, NOW)
    assert late["ok"]
    assert [c["name"] for c in early["checks"] if not c["ok"]] == ["every order stood where it should"]
