"""The page on which a merchant says whose their own codes are: all lines are taken, or none with each reason."""

from flask.testing import FlaskClient
from sqlalchemy import text

from tests.web.conftest import Look
from tests.web.shop import Shop

PAGE = "/codes/existing"


def codes(world: Shop) -> list[str]:
    with world.wiring.shop_session(world.shop_id) as session:
        return list(session.execute(text("select code from codes where adopted order by id")).scalars())


def send(merchant: FlaskClient, lines: str, **more: str) -> tuple[int, str]:
    answer = merchant.post(PAGE, data={"codes": lines, "program": "main", "day": ""} | more)
    return answer.status_code, answer.text


def test_lines_are_taken_and_the_creators_are_shown(merchant: FlaskClient, world: Shop) -> None:
    assert send(merchant, "handle,code\nmara,FRIENDS\nmara,FAMILY", day="2026-11-01")[0] == 303
    assert codes(world) == ["FRIENDS", "FAMILY"]


def test_each_bad_line_is_named_and_none_is_taken(merchant: FlaskClient, world: Shop) -> None:
    status, page = send(merchant, "mara,FRIENDS\nnobody,<b>X</b>")
    assert status == 422
    assert "Line <bdi>2</bdi>:" in page
    assert "<b>X</b>" not in page
    assert codes(world) == []


def test_a_day_to_come_or_no_day_is_refused_beside_the_lines(merchant: FlaskClient, world: Shop) -> None:
    for day, why in (("2026-12-24", "is still to come"), ("soon", "is not a day such as")):
        status, page = send(merchant, "mara,FRIENDS", day=day)
        assert (status, why in page) == (422, True)
    assert codes(world) == []


def test_the_page_fits_a_phone_and_its_form_works_there(look: Look, world: Shop) -> None:
    page = look(PAGE, width=390)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_label("One a line: handle,code").fill("mara,FRIENDS")
    page.get_by_role("button", name="Add codes").click()
    page.wait_for_url("**/creators*")
    assert codes(world) == ["FRIENDS"]
