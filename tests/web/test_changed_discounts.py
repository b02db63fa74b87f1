"""What Health says of a discount that somebody changed in Shopify, and its two buttons."""

from flask.testing import FlaskClient

from tests.web.polaris_check import errors_of
from tests.web.shop import Shop

GID = "gid://shopify/DiscountCodeNode/77"


def change(world: Shop) -> None:
    world.run("delete from discount_nodes where shop_id = :id", id=world.shop_id)
    world.run(
        "insert into discount_nodes (shop_id, program_id, gid, terms_digest, created_at, left_as, left_digest, "
        "seen, seen_at) select :id, min(id), :gid, 'd', now(), cast('{\"Takes off\": \"10 %\"}' as jsonb), 'd', "
        'cast(\'{"Takes off": "50 %"}\' as jsonb), now() from programs where shop_id = :id',
        id=world.shop_id,
        gid=GID,
    )


def page(merchant: FlaskClient) -> str:
    answer = merchant.get("/health")
    assert answer.status_code == 200
    assert errors_of(answer.text) == []
    return " ".join(answer.text.split())


def test_both_values_are_shown_and_it_can_be_kept(merchant: FlaskClient, world: Shop) -> None:
    assert "Discounts changed in Shopify" not in page(merchant)
    change(world)
    assert "Takes off: <strong>50 %</strong> in Shopify, 10 % as we wrote it" in page(merchant)
    assert merchant.post("/health/discounts", data={"discount": GID, "wish": "keep"}).status_code == 303
    shown = page(merchant)
    assert "<s-badge>Kept</s-badge>" in shown
    assert ">Keep Shopify's version<" not in shown


def test_putting_back_is_asked_for_and_other_wishes_are_refused(merchant: FlaskClient, world: Shop) -> None:
    change(world)
    assert merchant.post("/health/discounts", data={"discount": GID, "wish": "put_back"}).status_code == 303
    assert merchant.post("/health/discounts", data={"discount": GID, "wish": "eat"}).status_code == 422
    assert merchant.post("/health/discounts", data={"discount": "x", "wish": "keep"}).status_code == 404
