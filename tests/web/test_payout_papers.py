"""A payout as a file: the merchant and its creator get it, the same bytes each time; nobody else does."""

from flask.testing import FlaskClient

from tests.web.creator import Person
from tests.web.shop import Shop

OWN = "/portal/lumen/mara/payouts/1/statement.pdf"


def test_merchant_and_creator_download_what_a_payout_paid_for(
    merchant: FlaskClient, mara: Person, world: Shop
) -> None:
    for client, path in ((merchant, "/payouts/1.pdf"), (mara.client, OWN)):
        first = client.get(path)
        assert (first.status_code, first.content_type, first.data[:5]) == (200, "application/pdf", b"%PDF-")
        assert first.headers["Content-Disposition"] == "attachment; filename=payout-1-mara.pdf"
        assert client.get(path).data == first.data


def test_it_says_where_the_payout_stands(merchant: FlaskClient, world: Shop) -> None:
    before = merchant.get("/payouts/1.pdf").data
    world.wiring.payout_worker.round(world.shop_id)
    said = {"verb": "paid", "said": "Receipt 1"}
    merchant.post("/payouts/1/words", data=said, headers={"X-Requested-With": "fetch"})
    assert merchant.get("/payouts/1.pdf").data != before


def test_names_are_text_in_it_and_never_its_language(merchant: FlaskClient, world: Shop) -> None:
    world.run("update creators set name = '#panic() $x$ *b* \\\"]] Zoë Šárka' where handle = 'mara'")
    assert merchant.get("/payouts/1.pdf").status_code == 200


def test_a_payout_of_nobody_or_of_another_is_not_found(
    merchant: FlaskClient, mara: Person, world: Shop
) -> None:
    assert merchant.get("/payouts/99999.pdf").status_code == 404
    world.run(
        "update payouts set creator_id = (select id from creators where handle = 'ella' and shop_id = :shop)"
    )
    for number in ("1", "0", "x", "9" * 30):
        answer = mara.client.get(f"/portal/lumen/mara/payouts/{number}/statement.pdf")
        assert answer.status_code == 404
