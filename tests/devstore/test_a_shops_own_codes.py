"""Codes that a merchant made in Shopify, read from the pretend one as the app reads them."""

from decimal import Decimal

import pytest

from app.shops.model import ShopRecord
from app.wiring import Wiring
from devstore.model import Shop
from devstore.state import State
from devstore.verbs.discounts import add_codes, create_discount
from tests.devstore.test_issuing_codes import app, record, wants

__all__ = ["app", "record"]


def make(state: State, shop: Shop, title: str, *codes: str) -> None:
    first, *others = codes
    made = create_discount(state, shop, title=title, value=Decimal(20), code=first)
    add_codes(state, shop, made, others)


@pytest.fixture
def sales(app: Wiring, record: ShopRecord, state: State, shop: Shop) -> None:
    """Two discounts of the merchant's own, one with codes in plenty, one by itself, and one of ours."""
    state.switches.api.import_polls = 0
    make(state, shop, "Summer", "SUMMER")
    make(state, shop, "Friends and OR family:", *(f"FRIEND{n}" for n in range(23)))
    create_discount(state, shop, title="By itself", value=Decimal(5))
    wants(app, record, "MARA-A")
    app.job_worker.run_due()


@pytest.mark.usefixtures("sales")
def test_codes_of_the_shop_are_read_newest_first_and_ours_are_not(app: Wiring, record: ShopRecord) -> None:
    found = app.shop_discounts(record.id).shop_codes("", None)
    titles = list(dict.fromkeys(one.title for one in found.codes))
    assert titles[:2] == ["Friends and OR family:", "Summer"]
    assert "Tribute: Main" not in titles
    assert "By itself" not in titles
    assert [one.code for one in found.codes[:20]] == [f"FRIEND{n}" for n in range(20)]
    assert found.unlisted == (("Friends and OR family:", 3),)
    summer = next(one for one in found.codes if one.code == "SUMMER")
    assert (summer.is_active, summer.uses) == (True, 0)


@pytest.mark.usefixtures("sales")
@pytest.mark.parametrize(
    ("search", "titles"),
    [("summer", {"Summer"}), ('"and  OR\\ family:', {"Friends and OR family:"}), ("nothing of it", set())],
)
def test_words_are_looked_for_in_titles_whatever_signs_they_hold(
    app: Wiring, record: ShopRecord, search: str, titles: set[str]
) -> None:
    found = app.shop_discounts(record.id).shop_codes(search, None)
    assert {one.title for one in found.codes} == titles


def test_older_ones_are_a_page_away(app: Wiring, record: ShopRecord, state: State, shop: Shop) -> None:
    for number in range(30):
        make(state, shop, f"Sale {number}", f"SALE{number}")
    first = app.shop_discounts(record.id).shop_codes("Sale", None)
    second = app.shop_discounts(record.id).shop_codes("Sale", first.after)
    assert (len(first.codes), len(second.codes), second.after) == (25, 5, None)
    assert {one.code for one in (*first.codes, *second.codes)} == {f"SALE{number}" for number in range(30)}
