from datetime import UTC, datetime
from typing import Any

import msgspec
from sqlalchemy.dialects.postgresql import Range

from app.campaigns import store as campaigns
from app.campaigns.tables import Offer, Program
from app.creators.tables import Creator, Enrollment
from app.db.session import BatchSession
from app.kernel.ids import ShopId
from app.tracking import store as tracking
from app.tracking.tables import Code
from app.wiring import Wiring
from tests.tenants import a_shop, terms

THEN = datetime(2026, 1, 1, tzinfo=UTC)
LATER = datetime(2026, 6, 1, tzinfo=UTC)


def a_seller(wiring: Wiring, shop: ShopId, code: str, *rates: str, **enrollment: Any) -> int:
    """A creator `mara` with a code in a program with one offer a rate; returns the program's id."""
    with wiring.shop_session(shop) as session, session.begin():
        program = Program(handle="main", name="Main", window_days=30, hold_days=30, created_at=THEN)
        creator = Creator(handle="mara", name="Mara", email=None, profile={}, created_at=THEN)
        session.add_all([program, creator])
        session.flush()
        enrolled = Enrollment(creator_id=creator.id, program_id=program.id, created_at=THEN, **enrollment)
        session.add(enrolled)
        session.flush()
        session.add(
            Code(enrollment_id=enrolled.id, code=code, folded=code.upper(), state="active", created_at=THEN)
        )
        for version, rate in enumerate(rates, 1):
            session.add(
                Offer(
                    program_id=program.id,
                    version=version,
                    effective_from=THEN,
                    content=msgspec.to_builtins(terms(rate)),
                    content_digest=terms(rate).digest(),
                    published_at=THEN,
                    published_by="test",
                )
            )
        return program.id


def admitted(wiring: Wiring, *shops: ShopId) -> BatchSession:
    session = wiring.batch_session()
    session.admit(shops)
    return session


def test_two_shops_own_the_same_code_each_for_its_own_creator(wiring: Wiring) -> None:
    one, two = a_shop(wiring, "one.myshopify.com"), a_shop(wiring, "two.myshopify.com")
    a_seller(wiring, one, "Mara10", "0.1")
    a_seller(wiring, two, "MARA10", "0.1")
    with admitted(wiring, one, two) as session:
        found = tracking.owners(session, [(one, "MARA10"), (two, "MARA10"), (two, "NOBODY"), (two, "MARA10")])
    assert set(found) == {(one, "MARA10"), (two, "MARA10")}
    assert found[one, "MARA10"].enrollment_id != found[two, "MARA10"].enrollment_id
    assert found[one, "MARA10"].creator == "mara"


def test_a_shop_outside_the_batch_stays_unseen(wiring: Wiring) -> None:
    one, two = a_shop(wiring, "one.myshopify.com"), a_shop(wiring, "two.myshopify.com")
    program = a_seller(wiring, two, "MARA10", "0.1")
    with admitted(wiring, one) as session:
        assert tracking.owners(session, [(two, "MARA10")]) == {}
        assert campaigns.versions(session, [(two, program)]) == {}


def test_nothing_wanted_asks_nothing(wiring: Wiring) -> None:
    with wiring.batch_session() as session:
        assert tracking.owners(session, []) == {}
        assert campaigns.versions(session, []) == {}
        assert not session.in_transaction()


def test_a_pause_is_a_hole_in_the_time_a_creator_could_earn(wiring: Wiring) -> None:
    shop = a_shop(wiring, "one.myshopify.com")
    a_seller(wiring, shop, "MARA10", "0.1", active=[Range(None, THEN), Range(LATER, None)])
    with admitted(wiring, shop) as session:
        owner = tracking.owners(session, [(shop, "MARA10")])[shop, "MARA10"]
    assert owner.active == ((None, THEN), (LATER, None))
    assert not owner.is_active(datetime(2026, 3, 1, tzinfo=UTC))
    assert owner.is_active(LATER)


def test_a_creator_is_active_for_ever_unless_it_is_said(wiring: Wiring) -> None:
    shop = a_shop(wiring, "one.myshopify.com")
    a_seller(wiring, shop, "MARA10", "0.1")
    with admitted(wiring, shop) as session:
        assert tracking.owners(session, [(shop, "MARA10")])[shop, "MARA10"].active == ((None, None),)


def test_versions_come_oldest_first_as_they_were_written(wiring: Wiring) -> None:
    one, two = a_shop(wiring, "one.myshopify.com"), a_shop(wiring, "two.myshopify.com")
    first = a_seller(wiring, one, "MARA10", "0.12", "0.15")
    second = a_seller(wiring, two, "MARA10", "0.2")
    with admitted(wiring, one, two) as session:
        found = campaigns.versions(session, [(one, first), (two, second), (two, first), (one, first)])
    assert [(v.version, v.terms) for v in found[one, first]] == [(1, terms("0.12")), (2, terms("0.15"))]
    assert [v.terms for v in found[two, second]] == [terms("0.2")]
    assert found[one, first][0].effective_from == THEN
