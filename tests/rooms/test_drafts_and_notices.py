from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from app.audit.store import decisions
from app.campaigns import drafts, store
from app.campaigns.model import DraftChanged, NoticeTooShort, Program
from app.campaigns.notice import first_day_after
from app.creators import enroll
from app.creators import store as creators
from app.db.session import ShopSession
from app.flows.publish_offer import Publication, publish_offer
from app.kernel.ids import ShopId
from app.wiring import Wiring
from tests.tenants import NEW_YEAR, NOW, a_creator, a_program, a_shop, enrolled, terms

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def shop(wiring: Wiring) -> ShopId:
    """A shop whose program has terms and three creators, one of them paused."""
    shop = a_shop(wiring)
    with wiring.shop_session(shop) as session, session.begin():
        program = a_program(session)
        for handle in ("mara", "noor", "theo"):
            enrolled(session, a_creator(session, handle, f"{handle}@example.com"), program)
        enroll.pause(
            session,
            creators.creator(session, "theo"),
            program_id=program.id,
            program="main",
            actor="cli",
            now=NOW,
        )
        publish(wiring, session, program, "0.12", NEW_YEAR)
    return shop


def publish(
    wiring: Wiring,
    session: ShopSession,
    program: Program,
    rate: str,
    at: datetime,
    *,
    agreed: str | None = None,
    reprice: bool = False,
) -> object:
    asked = Publication(terms(rate), at, agreed, reprice)
    return publish_offer(session, wiring.desk, program, asked, actor="42", now=NOW)


def told(session: ShopSession) -> list[tuple[int, str, datetime]]:
    rows = session.execute(
        text(
            "select o.version, c.handle, n.announced_at from offer_notices n "
            "join offers o on o.shop_id = n.shop_id and o.id = n.offer_id "
            "join enrollments e on e.shop_id = n.shop_id and e.id = n.enrollment_id "
            "join creators c on c.shop_id = e.shop_id and c.id = e.creator_id order by 1, 2"
        )
    )
    return [tuple(r) for r in rows]


def test_a_draft_is_saved_changed_and_discarded_and_prices_nothing(wiring: Wiring, shop: ShopId) -> None:
    with wiring.shop_session(shop) as session, session.begin():
        program = store.program(session, "main")
        drafts.save(session, program, terms("0.15"), read="", actor="42", now=NOW)
        drafts.save(session, program, terms("0.2"), read=None, actor="43", now=LATER)
        draft = store.draft(session, program.id)
        assert draft is not None
        assert (draft.terms, draft.saved_at, draft.saved_by) == (terms("0.2"), LATER, "43")
        assert [v.terms for v in store.versions_of(session, program.id)] == [terms("0.12")]
        assert drafts.discard(session, program)
        assert not drafts.discard(session, program)
        assert store.draft(session, program.id) is None


def test_a_draft_that_somebody_saved_meanwhile_is_not_overwritten_unseen(
    wiring: Wiring, shop: ShopId
) -> None:
    with wiring.shop_session(shop) as session, session.begin():
        program = store.program(session, "main")
        mine = drafts.save(session, program, terms("0.15"), read="", actor="42", now=NOW)
        drafts.save(session, program, terms("0.2"), read=mine.stamp, actor="43", now=LATER)
        with pytest.raises(DraftChanged, match="43"):
            drafts.save(session, program, terms("0.3"), read=mine.stamp, actor="42", now=LATER)
        assert store.draft(session, program.id) is not None


def test_publishing_uses_the_draft_up_and_leaves_another_one_alone(wiring: Wiring, shop: ShopId) -> None:
    start = first_day_after(NOW, "Europe/Amsterdam")
    with wiring.shop_session(shop) as session, session.begin():
        program = store.program(session, "main")
        drafts.save(session, program, terms("0.2"), read="", actor="42", now=NOW)
        publish(wiring, session, program, "0.15", start)
        assert store.draft(session, program.id) is not None
        publish(wiring, session, program, "0.2", start)
        assert store.draft(session, program.id) is None
        assert [v.version for v in store.versions_of(session, program.id)] == [1, 2, 3]


def test_everybody_who_can_earn_is_noted_as_told_of_a_later_version(wiring: Wiring, shop: ShopId) -> None:
    with wiring.shop_session(shop) as session, session.begin():
        assert told(session) == []
        program = store.program(session, "main")
        publish(wiring, session, program, "0.15", first_day_after(NOW, "Europe/Amsterdam"))
        assert told(session) == [(2, "mara", NOW), (2, "noor", NOW)]
        decision = decisions(session)[-1]
    assert (decision.kind, decision.subject, decision.actor) == ("offer.announced", "main", "42")
    assert decision.facts == {
        "version": 2,
        "effective_from": "2026-11-30T00:00:00+01:00",
        "creators": ["mara", "noor"],
    }


def test_a_waived_notice_says_who_agreed(wiring: Wiring, shop: ShopId) -> None:
    with wiring.shop_session(shop) as session, session.begin():
        program = store.program(session, "main")
        with pytest.raises(NoticeTooShort):
            publish(wiring, session, program, "0.15", NOW)
        publish(wiring, session, program, "0.15", NOW, agreed="Mara and Noor, by e-mail")
        log = {d.kind: d.facts for d in decisions(session)}
        assert log["offer.published"]["agreed"] == "Mara and Noor, by e-mail"
        assert [t[:2] for t in told(session)] == [(2, "mara"), (2, "noor")]


def test_terms_that_were_announced_are_not_replaced_without_notice(wiring: Wiring, shop: ShopId) -> None:
    soon = NOW + timedelta(days=2)
    with wiring.shop_session(shop) as session, session.begin():
        program = store.program(session, "main")
        publish(wiring, session, program, "0.15", soon, agreed="all")
        with pytest.raises(NoticeTooShort):
            publish(wiring, session, program, "0.05", soon)
        publish(wiring, session, program, "0.05", soon, agreed="all")
        assert store.versions_of(session, program.id)[-1].terms == terms("0.05")


def test_the_notice_ends_with_a_day_of_the_shop() -> None:
    """Told at 13:00 in Amsterdam, creators have all of the seventh day."""
    assert first_day_after(NOW, "Europe/Amsterdam") == datetime(2026, 11, 29, 23, tzinfo=UTC)
    assert first_day_after(NOW, "Pacific/Auckland") == datetime(2026, 11, 30, 11, tzinfo=UTC)


def test_a_shop_sees_no_other_shops_draft(wiring: Wiring, shop: ShopId) -> None:
    other = a_shop(wiring, "two.myshopify.com")
    with wiring.shop_session(shop) as session, session.begin():
        drafts.save(session, store.program(session, "main"), terms("0.2"), read="", actor="42", now=NOW)
    with wiring.shop_session(other) as session, session.begin():
        program = a_program(session)
        assert store.draft(session, program.id) is None
        assert not drafts.discard(session, program)
