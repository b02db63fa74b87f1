"""The page where a merchant writes a creator's landing page."""

from flask.testing import FlaskClient
from sqlalchemy import text

from app.wiring import Wiring
from tests.web.polaris_check import errors_of
from tests.web.shop import Shop

PAGE = "/creators/mara/landing"
SAID = {
    "is_live": "1",
    "picture": "https://cdn.shopify.com/mara.jpg",
    "words": "Hello.\r\n\r\nMy three.",
    "products": "https://lumen.example/products/Dew-Serum?variant=1\n/products/cloud-cream\ncloud-cream",
}


def test_what_a_merchant_writes_is_kept_shown_again_and_in_the_log(
    merchant: FlaskClient, world: Shop, wiring: Wiring
) -> None:
    assert "View in the store" not in merchant.get(PAGE).text
    assert merchant.post(PAGE, data=SAID).status_code == 303
    assert merchant.post(PAGE, data=SAID).status_code == 303
    page = merchant.get(PAGE).text
    assert errors_of(page) == []
    for part in (
        "https://cdn.shopify.com/mara.jpg",
        "dew-serum\ncloud-cream",
        "View in the store",
        "/apps/tribute/mara",
    ):
        assert part in page
    with wiring.shop_session(world.shop_id) as session:
        facts = session.scalars(text("select facts from decisions where kind = 'landing.changed'")).all()
    assert facts == [{
        "is_live": True, "picture": SAID["picture"], "words": "Hello.\n\nMy three.", "products": ["dew-serum", "cloud-cream"],
    }]  # fmt: skip


def test_what_cannot_be_shown_is_refused_beside_its_field(merchant: FlaskClient, world: Shop) -> None:
    for wrong in (
        {"picture": "http://cdn.example/x.jpg"},
        {"picture": "javascript:alert(1)"},
        {"picture": "https://user@evil.example/x.jpg"},
        {"picture": "https://" + "x" * 2000},
        {"words": "x" * 2001},
        {"words": "a\x00b"},
        {"products": "{{ shop }}"},
        {"products": "a'b"},
        {"products": "\n".join(f"p{n}" for n in range(13))},
    ):
        answer = merchant.post(PAGE, data=SAID | wrong)
        assert answer.status_code == 422, wrong
        assert "This was not saved" in answer.text
    assert "View in the store" not in merchant.get(PAGE).text


def test_somebody_whose_handle_is_an_address_of_ours_has_none(merchant: FlaskClient, world: Shop) -> None:
    world.creator("apply", "APPLY10")
    assert "is kept for Tribute" in merchant.get("/creators/apply/landing").text
    assert merchant.post("/creators/apply/landing", data=SAID).status_code == 422
    assert merchant.get("/creators/nobody/landing").status_code == 404
