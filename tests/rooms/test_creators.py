from datetime import timedelta

import pytest

from app.audit.store import decisions
from app.creators import store
from app.creators.archive import archive, restore
from app.creators.enroll import enroll, pause, resume
from app.creators.invite import change
from app.creators.model import Contact, HandleTaken
from app.kernel.change import Change
from app.kernel.errors import NotFound
from app.wiring import Wiring
from tests.tenants import NOW, a_creator, a_program, a_shop, digest, enrolled

LATER = NOW + timedelta(days=1)
LATEST = NOW + timedelta(days=2)


def test_a_handle_is_taken_once_in_a_shop_and_free_in_the_next(wiring: Wiring) -> None:
    one, two = a_shop(wiring, "one.myshopify.com"), a_shop(wiring, "two.myshopify.com")
    with wiring.shop_session(one) as session, session.begin():
        a_creator(session)
        with pytest.raises(HandleTaken, match="'mara'"):
            a_creator(session)
    with wiring.shop_session(two) as session, session.begin():
        assert a_creator(session).handle == "mara"
        assert len(store.creators(session, archived=False)) == 1


def test_only_a_difference_is_written_and_the_pseudonym_follows_the_address(wiring: Wiring) -> None:
    with wiring.shop_session(a_shop(wiring)) as session, session.begin():
        a_creator(session)
        moved = Contact("Mara Lind", "Mara@Other.example", {"instagram": "@mara"})
        for expected in (Change.CHANGED, Change.UNCHANGED):
            outcome = change(session, "mara", moved, pseudonym=digest, actor="staff:1", now=NOW)
            assert outcome is expected
        assert store.creator(session, "mara").contact == moved
        assert [d.kind for d in decisions(session)] == ["creator.invited", "creator.changed"]


def test_nobody_is_changed_who_is_not_in_the_shop(wiring: Wiring) -> None:
    one, two = a_shop(wiring, "one.myshopify.com"), a_shop(wiring, "two.myshopify.com")
    with wiring.shop_session(one) as session, session.begin():
        mara = a_creator(session)
    with wiring.shop_session(two) as session, session.begin():
        contact = Contact("X", None, {})
        with pytest.raises(NotFound):
            change(session, "mara", contact, pseudonym=digest, actor="cli", now=NOW)
        with pytest.raises(NotFound):
            store.creator_of_id(session, mara.id)
    with wiring.shop_session(one) as session:
        assert store.creator(session, "mara").contact.name == "Mara"


def test_a_pause_cuts_a_hole_that_resuming_closes_at_the_other_end(wiring: Wiring) -> None:
    with wiring.shop_session(a_shop(wiring)) as session, session.begin():
        program, mara = a_program(session), a_creator(session)
        enrolled(session, mara, program)
        for expected in (Change.CHANGED, Change.UNCHANGED):
            assert (
                pause(session, mara, program_id=program.id, program="main", actor="cli", now=LATER)
                is expected
            )
        assert store.enrollment(session, mara.id, program.id).is_paused
        for expected in (Change.CHANGED, Change.UNCHANGED):
            assert (
                resume(session, mara, program_id=program.id, program="main", actor="cli", now=LATEST)
                is expected
            )
        enrollment = store.enrollment(session, mara.id, program.id)
    assert enrollment.active == ((None, LATER), (LATEST, None))
    assert not enrollment.is_paused


def test_enrolling_twice_is_enrolling_once(wiring: Wiring) -> None:
    with wiring.shop_session(a_shop(wiring)) as session, session.begin():
        program, mara = a_program(session), a_creator(session)
        first = enroll(session, mara, program_id=program.id, program="main", actor="cli", now=NOW)
        second = enroll(session, mara, program_id=program.id, program="main", actor="cli", now=NOW)
    assert first == (second[0], Change.CREATED)
    assert second[1] is Change.UNCHANGED


def test_an_archived_creator_earns_no_more_and_can_be_taken_back(wiring: Wiring) -> None:
    with wiring.shop_session(a_shop(wiring)) as session, session.begin():
        program, mara = a_program(session), a_creator(session)
        enrolled(session, mara, program)
        assert archive(session, "mara", actor="cli", now=LATER) is Change.CHANGED
        assert archive(session, "mara", actor="cli", now=LATER) is Change.UNCHANGED
        assert store.enrollment(session, mara.id, program.id).active == ((None, LATER),)
        assert [c.handle for c in store.creators(session, archived=True)] == ["mara"]
        assert store.creators(session, archived=False) == []
        assert restore(session, "mara", actor="cli", now=LATEST) is Change.CHANGED
        assert restore(session, "mara", actor="cli", now=LATEST) is Change.UNCHANGED
        assert [c.handle for c in store.creators(session, archived=False)] == ["mara"]
        assert store.enrollment(session, mara.id, program.id).is_paused
