"""Statement pages and files, as a merchant gets them."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from app.reports import statement_csv
from tests.web.polaris_check import errors_of
from tests.web.shop import Shop

PERIOD = "from=2026-11-01&to=2026-11-30"


def test_page_csv_and_pdf_show_one_digest(merchant: FlaskClient, world: Shop) -> None:
    page = merchant.get(f"/creators/mara/statement?{PERIOD}").text
    found = re.search(r"[0-9a-f]{64}", page)
    assert found is not None
    csv = merchant.get(f"/creators/mara/statement.csv?{PERIOD}")
    assert csv.is_streamed
    assert statement_csv.verify(csv.data)[0] == found[0]
    pdf = merchant.get(f"/creators/mara/statement.pdf?{PERIOD}")
    assert (pdf.status_code, pdf.content_type, pdf.data[:5]) == (200, "application/pdf", b"%PDF-")
    assert merchant.get(f"/creators/mara/statement.pdf?{PERIOD}").data == pdf.data


def test_the_page_uses_only_what_polaris_has_and_writes_nothing(merchant: FlaskClient, world: Shop) -> None:
    before = world.everything()
    page = merchant.get("/creators/mara/statement")
    assert (page.status_code, errors_of(page.text)) == (200, [])
    assert world.everything() == before


@pytest.mark.parametrize("query", ["from=nonsense", "from=2026-12-01&to=2026-11-01", "from=1900-01-01"])
def test_a_period_that_cannot_be_is_told_and_this_month_shown(
    merchant: FlaskClient, world: Shop, query: str
) -> None:
    page = merchant.get(f"/creators/mara/statement?{query}")
    assert (
        page.status_code,
        "This period can&#39;t be shown" in page.text or "can't be shown" in page.text,
    ) == (200, True)


def test_nobody_has_no_statement(merchant: FlaskClient, world: Shop) -> None:
    for ending in ("", ".csv", ".pdf"):
        assert merchant.get(f"/creators/nobody/statement{ending}").status_code == 404


def test_names_of_every_script_and_hostile_ones_can_be_printed(merchant: FlaskClient, world: Shop) -> None:
    for name in ("نور حداد", "森 健司", '#import "x": *', "\\u{202e} $ _*`<x>", "a" * 200):
        world.run("update creators set name = :name where handle = 'mara'", name=name)
        assert merchant.get("/creators/mara/statement.pdf").data.startswith(b"%PDF-")


def test_a_creator_who_earned_nothing_has_an_empty_statement(merchant: FlaskClient, world: Shop) -> None:
    with world.wiring.shop_session(world.shop_id) as session, session.begin():
        session.execute(text("update creators set handle = 'old-mara' where handle = 'mara'"))
    world.creator("mara")
    assert "Nothing earned yet" in merchant.get("/creators/mara/statement").text
    assert merchant.get("/creators/mara/statement.pdf").status_code == 200
    assert statement_csv.verify(merchant.get("/creators/mara/statement.csv").data)[1] == 0
