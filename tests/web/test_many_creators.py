"""The page on which a merchant adds a list of creators: all lines are taken, or none with each reason."""

from io import BytesIO

from flask.testing import FlaskClient
from sqlalchemy import text

from tests.web.conftest import Look
from tests.web.shop import Shop

PAGE = "/creators/new/many"


def added(world: Shop) -> list[str]:
    with world.wiring.shop_session(world.shop_id) as session:
        return list(
            session.execute(
                text("select handle from creators where handle like 'new-%' order by id")
            ).scalars()
        )


def test_typed_lines_are_taken_and_their_program_shows_the_codes(merchant: FlaskClient, world: Shop) -> None:
    answer = merchant.post(PAGE, data={"people": "New Ida\nNew Lou,lou@example.com", "program": "main"})
    assert (answer.status_code, answer.location.partition("?")[0]) == (303, "/programs/main")
    assert added(world) == ["new-ida", "new-lou"]


def test_a_file_counts_when_there_are_both(merchant: FlaskClient, world: Shop) -> None:
    file = (BytesIO("\ufeffname;code\r\nNew Søren;SØREN\r\n".encode()), "list.csv")
    answer = merchant.post(PAGE, data={"people": "New Ida", "program": "main", "file": file})
    assert answer.status_code == 303
    assert added(world) == ["new-sren"]


def test_a_file_of_another_alphabet_is_refused_with_what_to_do(merchant: FlaskClient, world: Shop) -> None:
    file = (BytesIO("New Zoë".encode("latin-1")), "list.csv")
    answer = merchant.post(PAGE, data={"program": "main", "file": file})
    assert (answer.status_code, "Save it as CSV UTF-8" in answer.text) == (422, True)
    assert added(world) == []


def test_each_bad_line_is_named_and_none_is_taken(merchant: FlaskClient, world: Shop) -> None:
    answer = merchant.post(PAGE, data={"people": "New Ida\n<b>X</b>,nobody@,", "program": "main"})
    assert answer.status_code == 422
    assert "Line <bdi>2</bdi>:" in answer.text
    assert "<b>X</b>" not in answer.text
    assert added(world) == []


def test_the_page_fits_a_phone_and_its_form_works_there(look: Look, world: Shop) -> None:
    page = look(PAGE, width=390)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_label("One a line: name,e-mail,code").fill("New Ida")
    page.get_by_role("button", name="Add creators").click()
    page.wait_for_url("**/programs/main*")
    assert added(world) == ["new-ida"]
