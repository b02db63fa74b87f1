"""The merchant's side of applications: the form, the list, yes and no."""

from flask.testing import FlaskClient
from sqlalchemy import text

from app.storefront.signup import Application
from app.storefront.store import applications
from app.wiring import Wiring
from tests.conftest import NOW
from tests.web.polaris_check import errors_of
from tests.web.shop import Shop

FORM = "/programs/main/signup"


def apply(wiring: Wiring, world: Shop) -> int:
    sent = Application("Ida <Holm>", "ida@example.com", "instagram.com/ida", "Denmark", {"Why?": "Skin."})
    with wiring.shop_session(world.shop_id) as session, session.begin():
        applications.add(session, world.program_id, sent, NOW)
        number: int = session.scalars(text("select id from applications")).one()
        return number


def rows(wiring: Wiring, world: Shop, query: str) -> list[tuple[object, ...]]:
    with wiring.shop_session(world.shop_id) as session:
        return [tuple(row) for row in session.execute(text(query))]


def test_a_merchant_opens_the_form_and_reads_it_again(merchant: FlaskClient, world: Shop) -> None:
    said = {"is_on": "1", "intro": "Join us.", "questions": "Why?\n\nWhere?\nWhy?", "terms": "Be kind."}
    assert merchant.post(FORM, data=said).status_code == 303
    page = merchant.get(FORM).text
    assert errors_of(page) == []
    for part in ("Join us.", "Why?\nWhere?", "Be kind.", "/apps/tribute/apply/main", "View in the store"):
        assert part in page
    assert merchant.post(FORM, data=said | {"questions": "\n".join("abcdefghijk")}).status_code == 422
    assert merchant.get("/programs/nobody/signup").status_code == 404


def test_an_applicant_who_is_accepted_is_a_creator_with_a_code(
    merchant: FlaskClient, world: Shop, wiring: Wiring
) -> None:
    number = apply(wiring, world)
    page = merchant.get("/applications").text
    assert errors_of(page) == []
    assert "Ida &lt;Holm&gt;" in page
    taken = merchant.post(f"/applications/{number}/acceptance", data={"handle": "mara"})
    assert (taken.status_code, "already a creator" in taken.text) == (422, True)
    assert merchant.post(f"/applications/{number}/acceptance", data={"handle": "Ida"}).status_code == 303
    assert rows(wiring, world, "select email, profile ->> 'Why?' from creators where handle = 'ida'") == [
        ("ida@example.com", "Skin.")
    ]
    assert (
        len(
            rows(
                wiring,
                world,
                "select k.code from codes k join enrollments e on e.id = k.enrollment_id join creators c on c.id = e.creator_id where c.handle = 'ida'",
            )
        )
        == 1
    )
    assert rows(wiring, world, "select subject from decisions where kind = 'application.accepted'") == [
        ("ida",)
    ]
    assert rows(wiring, world, "select id from applications") == []
    assert merchant.post(f"/applications/{number}/acceptance", data={"handle": "ida2"}).status_code == 404


def test_an_applicant_who_is_declined_leaves_nothing_but_that_it_was_so(
    merchant: FlaskClient, world: Shop, wiring: Wiring
) -> None:
    number = apply(wiring, world)
    assert merchant.post(f"/applications/{number}/decline").status_code == 303
    assert rows(wiring, world, "select id from applications") == []
    (facts,) = rows(
        wiring, world, "select cast(facts as text) from decisions where kind = 'application.declined'"
    )
    assert "ida" not in str(facts[0]).lower()
    assert "No application waits" in merchant.get("/applications").text
