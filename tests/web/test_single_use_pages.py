"""What the pages say of codes that work once: the editor's fields, the pool on the program's page."""

from datetime import timedelta
from html import unescape

import pytest
from flask.testing import FlaskClient

from app.campaigns.discount import SingleUse
from tests.conftest import NOW
from tests.web.polaris_check import errors_of
from tests.web.shop import Shop
from tests.web.test_programs import EDITOR, OFFER, publish, saved, stamp


def pool(world: Shop, **counts: int) -> None:
    """So many codes in each state; `used` are those of them that an order was placed with."""
    for state, many in counts.items():
        world.run(
            "insert into single_codes (shop_id, program_id, folded, state, created_at, enrollment_id, click_id, handed_at, order_id) "
            "select :shop, :program, :state || n, case when :state = 'used' then 'handed' else :state end, :now, "
            "e.id, hashtext(:state || n), case when :state in ('handed', 'used', 'gone') then cast(:now as timestamptz) end, "
            "case when :state = 'used' then n end "
            "from generate_series(1, :many) n, (select min(id) as id from enrollments where shop_id = :shop) e",
            shop=world.shop_id, program=world.program_id, state=state, many=many, now=NOW - timedelta(days=1),
        )  # fmt: skip


def page(merchant: FlaskClient, path: str = "/programs/main") -> str:
    answer = merchant.get(path)
    assert answer.status_code == 200
    assert errors_of(answer.text) == []
    return " ".join(unescape(answer.text).split())


@pytest.mark.usefixtures("world")
def test_the_program_says_nothing_of_a_pool_until_its_offer_hands_out_codes(merchant: FlaskClient) -> None:
    assert "Single-use codes" not in page(merchant)


@pytest.mark.parametrize(
    ("otherwise", "words"), [("own_code", "the creator's own code"), ("nothing", "none")]
)
def test_the_program_shows_what_is_left_handed_out_used_and_expired(
    merchant: FlaskClient, world: Shop, otherwise: str, words: str
) -> None:
    saved(merchant, single_use=otherwise, single_use_days="3")
    publish(merchant, when="now", agreed="all of them")
    assert f"links put {words} into the cart until there is" in page(merchant)
    pool(world, ready=12, made=3, handed=4, used=2, gone=5)
    shown = page(merchant)
    for label, value in (("Ready", "12"), ("Handed out", "11"), ("Used", "2"), ("Expired unused", "5")):
        assert f"<dt>{label}</dt><dd><bdi>{value}</bdi>" in shown
    assert "<bdi>3</bdi> on their way" in shown
    assert "More are made before they run out." in shown
    world.run("delete from single_codes where shop_id = :shop", shop=world.shop_id)


@pytest.mark.usefixtures("world")
def test_the_editor_keeps_what_was_typed_and_refuses_a_limit_of_all_codes(merchant: FlaskClient) -> None:
    saved(merchant, single_use="nothing", single_use_days=str(SingleUse().days + 2))
    shown = page(merchant, EDITOR)
    assert "A single-use code works once, so it is worth nothing on coupon sites." in shown
    assert 'value="9"' in shown
    answer = merchant.post(
        EDITOR, data={**OFFER, "single_use": "nothing", "usage_limit": "5", "read": stamp(merchant)}
    )
    assert answer.status_code == 422
    assert "Shopify counts those apart" in answer.text
