import pytest

from app.audit.store import decisions
from app.creators.model import Enrollment
from app.db.session import ShopSession
from app.kernel.change import Change
from app.tracking import store
from app.tracking.add_code import add_code
from app.tracking.add_link import add_link
from app.tracking.model import CodeState, CodeTaken, SlugTaken
from app.wiring import Wiring
from tests.tenants import NOW, a_creator, a_program, a_shop, enrolled


def a_seller(session: ShopSession, handle: str = "mara") -> Enrollment:
    return enrolled(session, a_creator(session, handle), a_program(session))


def code(session: ShopSession, enrollment: Enrollment, text: str, *, live: bool = False) -> Change:
    return add_code(session, enrollment.id, text, live=live, program="main", actor="cli", now=NOW)


def link(
    session: ShopSession, enrollment: Enrollment, slug: str, to: str = "/", channel: str = "email"
) -> Change:
    return add_link(
        session, enrollment.id, slug, to_path=to, channel=channel, program="main", actor="cli", now=NOW
    )


def test_a_new_code_waits_for_shopify_and_one_that_stands_there_is_active(wiring: Wiring) -> None:
    with wiring.shop_session(a_shop(wiring)) as session, session.begin():
        enrollment = a_seller(session)
        code(session, enrollment, " Mara10 ")
        code(session, enrollment, "MARA20", live=True)
        creator = store.owner_handle(session, enrollment.id)
        first, second = store.codes_of(session, enrollment.creator_id)
    assert creator == "mara"
    assert (first.code, first.folded, first.state) == ("Mara10", "MARA10", CodeState.WAITING)
    assert (second.code, second.state) == ("MARA20", CodeState.ACTIVE)


def test_a_code_in_another_case_is_the_same_code(wiring: Wiring) -> None:
    with wiring.shop_session(a_shop(wiring)) as session, session.begin():
        enrollment = a_seller(session)
        assert code(session, enrollment, "Mara10") is Change.CREATED
        assert code(session, enrollment, "mARA10") is Change.UNCHANGED
        assert [d.subject for d in decisions(session) if d.kind == "code.assigned"] == ["MARA10"]


def test_a_code_belongs_to_one_creator_of_a_shop_and_may_stand_in_another_shop(wiring: Wiring) -> None:
    one, two = a_shop(wiring, "one.myshopify.com"), a_shop(wiring, "two.myshopify.com")
    with wiring.shop_session(one) as session, session.begin():
        code(session, a_seller(session, "mara"), "SALE")
        other = a_seller(session, "noor")
        with pytest.raises(CodeTaken, match="belongs to 'mara'"):
            code(session, other, "sale")
    with wiring.shop_session(two) as session, session.begin():
        assert code(session, a_seller(session, "mara"), "SALE") is Change.CREATED


def test_a_link_can_lead_elsewhere_later_and_says_nothing_new_twice(wiring: Wiring) -> None:
    with wiring.shop_session(a_shop(wiring)) as session, session.begin():
        enrollment = a_seller(session)
        assert link(session, enrollment, "mara", "/a") is Change.CREATED
        assert link(session, enrollment, "mara", "/a") is Change.UNCHANGED
        assert link(session, enrollment, "mara", "/b?c=d") is Change.CHANGED
        (standing,) = store.links_of(session, enrollment.creator_id)
    assert (standing.slug, standing.to_path) == ("mara", "/b?c=d")


def test_a_slug_belongs_to_the_installation_and_its_owner_is_not_told(wiring: Wiring) -> None:
    one, two = a_shop(wiring, "secret-shop.myshopify.com"), a_shop(wiring, "two.myshopify.com")
    with wiring.shop_session(one) as session, session.begin():
        link(session, a_seller(session, "hidden"), "sale")
    with wiring.shop_session(two) as session, session.begin():
        enrollment = a_seller(session)
        with pytest.raises(SlugTaken) as refused:
            link(session, enrollment, "sale")
        assert store.link(session, "sale") is None
        assert store.links_of(session, enrollment.creator_id) == []
    assert "secret" not in str(refused.value)
    assert "hidden" not in str(refused.value)
    with wiring.shop_session(one) as session:
        assert store.link(session, "sale") is not None


def test_a_slug_of_another_creator_of_the_same_shop_is_taken_too(wiring: Wiring) -> None:
    with wiring.shop_session(a_shop(wiring)) as session, session.begin():
        link(session, a_seller(session, "mara"), "sale")
        with pytest.raises(SlugTaken):
            link(session, a_seller(session, "noor"), "sale")
