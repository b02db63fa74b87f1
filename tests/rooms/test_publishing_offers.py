from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from app.audit.store import decisions
from app.campaigns import store
from app.campaigns.model import NoticeTooShort, OfferClash, OfferTerms, OfferVersion, ProgramDraft, in_force
from app.campaigns.publish import publish
from app.campaigns.put_program import put
from app.db.session import ShopSession
from app.kernel.change import Change
from app.kernel.errors import NotFound
from app.kernel.ids import ShopId
from app.wiring import Wiring
from tests.tenants import NEW_YEAR, NOW, a_program, a_shop, terms

JUNE = datetime(2026, 6, 1, tzinfo=UTC)
IN_A_WEEK = NOW + timedelta(days=7)


def published(
    session: ShopSession,
    content: OfferTerms,
    at: datetime,
    *,
    reprice: bool = False,
    waived: bool = False,
) -> OfferVersion | None:
    program = store.program(session, "main")
    return publish(
        session,
        program,
        content,
        effective_from=at,
        reprice=reprice,
        notice_waived=waived,
        actor="cli",
        now=NOW,
    )


@pytest.fixture
def shop(wiring: Wiring) -> ShopId:
    shop = a_shop(wiring)
    with wiring.shop_session(shop) as session, session.begin():
        a_program(session)
    return shop


def test_the_first_version_needs_no_notice(wiring: Wiring, shop: ShopId) -> None:
    with wiring.shop_session(shop) as session, session.begin():
        assert published(session, terms(), NEW_YEAR)
        (version,) = store.versions_of(session, store.program(session, "main").id)
    assert (version.version, version.effective_from, version.terms) == (1, NEW_YEAR, terms())


def test_publishing_the_same_terms_on_the_same_date_again_does_nothing(wiring: Wiring, shop: ShopId) -> None:
    with wiring.shop_session(shop) as session, session.begin():
        published(session, terms(), NEW_YEAR)
        assert published(session, terms(), NEW_YEAR) is None
        assert len(store.versions_of(session, store.program(session, "main").id)) == 1
        assert [d.kind for d in decisions(session)] == ["program.created", "offer.published"]


def test_other_terms_on_the_same_date_are_refused_unless_repriced(wiring: Wiring, shop: ShopId) -> None:
    with wiring.shop_session(shop) as session, session.begin():
        published(session, terms("0.12"), NEW_YEAR)
        with pytest.raises(OfferClash, match="version 1"):
            published(session, terms("0.15"), NEW_YEAR)
        assert published(session, terms("0.15"), NEW_YEAR, reprice=True)
        current = in_force(store.versions_of(session, store.program(session, "main").id), JUNE)
    assert current is not None
    assert (current.version, current.terms) == (2, terms("0.15"))


def test_a_reprice_can_be_taken_back_by_publishing_the_earlier_terms_again(
    wiring: Wiring, shop: ShopId
) -> None:
    with wiring.shop_session(shop) as session, session.begin():
        published(session, terms("0.12"), NEW_YEAR)
        published(session, terms("0.15"), NEW_YEAR, reprice=True)
        with pytest.raises(OfferClash):
            published(session, terms("0.12"), NEW_YEAR)
        published(session, terms("0.12"), NEW_YEAR, reprice=True)
        current = in_force(store.versions_of(session, store.program(session, "main").id), JUNE)
    assert current is not None
    assert (current.version, current.terms) == (3, terms("0.12"))


def test_a_later_version_within_the_notice_is_refused_unless_waived(wiring: Wiring, shop: ShopId) -> None:
    with wiring.shop_session(shop) as session, session.begin():
        published(session, terms("0.12"), NEW_YEAR)
        just_too_soon = IN_A_WEEK - timedelta(microseconds=1)
        with pytest.raises(NoticeTooShort, match="7 days"):
            published(session, terms("0.15"), just_too_soon)
        assert published(session, terms("0.15"), just_too_soon, waived=True)
        assert published(session, terms("0.2"), IN_A_WEEK)


def test_two_people_who_publish_at_once_take_turns(wiring: Wiring, shop: ShopId) -> None:
    def one(_: int) -> bool:
        with wiring.shop_session(shop) as session, session.begin():
            return published(session, terms(), NEW_YEAR) is not None

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(one, range(4))) == [False, False, False, True]


def test_the_decision_holds_all_that_is_needed_to_take_it_again(wiring: Wiring, shop: ShopId) -> None:
    with wiring.shop_session(shop) as session, session.begin():
        published(session, terms(), NEW_YEAR)
        decision = decisions(session)[-1]
    assert (decision.subject, decision.actor, decision.decided_at) == ("main", "cli", NOW)
    assert decision.facts == {
        "version": 1,
        "effective_from": "2026-01-01T00:00:00+00:00",
        "content": {
            "hold_days": 30,
            "discount": {"percent": "10", "amount_minor": None, "currency": None},
            "rules": [{"kind": "percent", "fields": {"rate": "0.12"}}],
        },
        "notice_waived": False,
        "agreed": None,
    }


def test_a_program_is_changed_only_where_it_differs(wiring: Wiring, shop: ShopId) -> None:
    with wiring.shop_session(shop) as session, session.begin():
        same = ProgramDraft(handle="main", name="Main", window_days=30, hold_days=30)
        longer = ProgramDraft(handle="main", name="Main", window_days=60, hold_days=30)
        assert put(session, same, actor="cli", now=NOW)[1] is Change.UNCHANGED
        program, change = put(session, longer, actor="cli", now=NOW)
        kinds = [d.kind for d in decisions(session)]
    assert (program.window_days, change) == (60, Change.CHANGED)
    assert kinds == ["program.created", "program.changed"]


def test_a_program_of_another_shop_is_not_there(wiring: Wiring, shop: ShopId) -> None:
    other = a_shop(wiring, "two.myshopify.com")
    with wiring.shop_session(other) as session, session.begin():
        with pytest.raises(NotFound, match="'main'"):
            store.program(session, "main")
        assert decisions(session) == []
        assert store.programs(session) == []
