"""GET /proxy/creator: by whose link a shopper came, for the banner in the theme; and pages without the theme around them."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from werkzeug.test import Client, TestResponse

from app.creators import archive
from app.creators import store as creators
from app.storefront.model import Landing
from app.storefront.put_landing import put_landing
from app.tracking.token import ClickToken, token_keys, write
from app.wiring import Wiring
from tests.conftest import NOW
from tests.credit_shop import CreditShop, credit_shop
from tests.rooms.test_pages_in_the_store import look, signed

PAGE = Landing(True, "https://cdn.example/mara.jpg", "Hello.", ())


@pytest.fixture
def shop(wiring: Wiring) -> CreditShop:
    return credit_shop(wiring)


def clicked(shop: CreditShop, *, key: str | None = None, of_shop: int | None = None) -> str:
    """The token of a click that is not stored anywhere yet."""
    with shop.wiring.shop_session(shop.shop_id) as session:
        link = session.execute(text("select id from links where slug = 'mara'")).scalar_one()
    signed_by = shop.wiring.settings.secret_keys if key is None else (key,)
    said = ClickToken(of_shop or shop.shop_id, link, NOW - timedelta(minutes=1), 7)
    return write(said, token_keys(signed_by)[0])


def greeted(client: Client, shop: CreditShop, click: str) -> TestResponse:
    return look(client, shop.wiring, "creator", query=signed(shop.wiring, click=click))


def test_a_click_tells_whose_it_was_before_it_is_stored(shop: CreditShop, client: Client) -> None:
    answer = greeted(client, shop, clicked(shop))
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/json")
    assert answer.json == {"name": "Mara", "picture": "", "code": "MARA10"}


@pytest.mark.parametrize("is_live", [True, False])
def test_the_picture_is_shown_where_the_creators_page_is(
    shop: CreditShop, client: Client, *, is_live: bool
) -> None:
    with shop.wiring.shop_session(shop.shop_id) as session, session.begin():
        page = Landing(is_live, PAGE.picture, PAGE.words, PAGE.products)
        put_landing(session, creators.creator(session, "mara"), page, actor="test", now=NOW)
    answer = greeted(client, shop, clicked(shop))
    assert answer.json is not None
    assert answer.json["picture"] == (PAGE.picture if is_live else "")


def test_a_code_that_is_off_is_not_offered(shop: CreditShop, client: Client) -> None:
    with shop.wiring.shop_session(shop.shop_id) as session, session.begin():
        session.execute(text("update codes set valid_to = :now"), {"now": NOW - timedelta(days=1)})
    answer = greeted(client, shop, clicked(shop))
    assert answer.json is not None
    assert answer.json["code"] is None


def test_who_guesses_forges_or_comes_from_elsewhere_learns_nobody(shop: CreditShop, client: Client) -> None:
    ours = clicked(shop)
    for click in ("", "A" * 48, ours[:-1] + ("A" if ours[-1] != "A" else "B"), clicked(shop, key="not ours"),
                  clicked(shop, of_shop=shop.shop_id + 1)):  # fmt: skip
        answer = greeted(client, shop, click)
        assert (answer.status_code, answer.json) == (404, {})


def test_a_creator_who_is_archived_greets_nobody(shop: CreditShop, client: Client) -> None:
    click = clicked(shop)
    with shop.wiring.shop_session(shop.shop_id) as session, session.begin():
        archive.archive(session, "mara", actor="test", now=NOW)
    assert greeted(client, shop, click).status_code == 404


def test_a_block_gets_a_page_without_the_theme_and_json_as_it_is(shop: CreditShop, client: Client) -> None:
    with shop.wiring.shop_session(shop.shop_id) as session, session.begin():
        put_landing(session, creators.creator(session, "mara"), PAGE, actor="test", now=NOW)
    bare = look(client, shop.wiring, "mara", query=signed(shop.wiring, part="1"))
    assert bare.text.startswith("{% layout none %}\n")
    assert "{% layout" not in look(client, shop.wiring, "mara").text
    told = look(client, shop.wiring, "creator", query=signed(shop.wiring, part="1", click=clicked(shop)))
    assert told.json is not None
