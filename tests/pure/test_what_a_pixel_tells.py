"""What a web pixel tells is a stranger's word: read, bounded, checked, and never more than evidence."""

import json
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from app.kernel.ids import ShopId
from app.tracking import account, token
from app.tracking.pixel import STEPS, NotAnEvent, Step, UnknownAccount, keys_of, seen
from app.tracking.spool.record import Seen, line, record
from app.tracking.token import ClickToken

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SECRETS = ("the newest", "the one before")
KEYS = keys_of(SECRETS)
SHOP = ShopId(7)
ACCOUNT = account.write(SHOP, KEYS.accounts[0])
CLICK = ClickToken(SHOP, 4711, NOW, 99)
AGENT = "Mozilla/5.0 (iPhone)"


def body(**more: Any) -> bytes:
    told = {"account": ACCOUNT, "id": "sh-1", "name": "page_viewed", "client": "c-1", "ref": "mara"}
    return json.dumps(told | more).encode()


def read(**more: Any) -> Seen | None:
    return seen(body(**more), AGENT, NOW, KEYS)


@given(st.integers(1, 2**47))
def test_an_account_names_its_shop_to_us_and_is_always_the_same(number: int) -> None:
    text = account.write(ShopId(number), KEYS.accounts[0])
    assert account.read(text, KEYS.accounts) == number
    assert text == account.write(ShopId(number), KEYS.accounts[0])


def test_accounts_of_neighbours_have_nothing_in_common() -> None:
    one, two = (account.write(ShopId(number), KEYS.accounts[0]) for number in (7, 8))
    assert sum(a == b for a, b in zip(one[2:], two[2:], strict=True)) < 6


def test_an_account_of_the_key_before_is_still_read() -> None:
    old = account.write(SHOP, KEYS.accounts[1])
    assert account.read(old, KEYS.accounts) == SHOP
    assert account.read(old, KEYS.accounts[:1]) is None


@given(st.integers(0, account.LENGTH - 1), st.sampled_from("ABCxyz019-_"))
def test_whatever_is_changed_in_an_account_makes_it_nobodys(place: int, letter: str) -> None:
    changed = ACCOUNT[:place] + letter + ACCOUNT[place + 1 :]
    assert (account.read(changed, KEYS.accounts) is None) == (changed != ACCOUNT)


def test_every_step_is_known_by_shopifys_name_and_the_pixel_listens_to_each() -> None:
    source = (Path(__file__).parents[2] / "extensions/tribute-pixel/src/index.js").read_text()
    assert set(STEPS.values()) == set(Step)
    assert all(f'analytics.subscribe("{name}", told)' in source for name in STEPS)


def test_a_signed_click_names_the_link_and_goes_before_a_name() -> None:
    found = read(click=token.write(CLICK, KEYS.clicks[0]), arrived=True)
    assert found is not None
    assert (found.shop_id, found.click_id, found.link_id, found.slug) == (7, 99, 4711, None)
    assert (found.at, found.arrived) == (NOW, True)


def test_a_click_of_another_shop_or_of_nobody_is_left_out() -> None:
    foreign = token.write(msgspec.structs.replace(CLICK, shop_id=8), KEYS.clicks[0])
    forged = token.write(CLICK, b"not our key")
    assert [read(click=given, ref=None) for given in (foreign, forged)] == [None, None]
    assert [found.slug for given in (foreign, forged) if (found := read(click=given))] == ["mara", "mara"]


def test_a_checkout_names_the_order_in_whatever_spelling() -> None:
    spellings = ["5001", 5001, "gid://shopify/Order/5001", "gid://shopify/OrderIdentity/5001"]
    found = [read(name="checkout_completed", checkout="abc123", order=given) for given in spellings]
    assert [(f.checkout, f.order_id) for f in found if f] == [("abc123", 5001)] * 4


@pytest.mark.parametrize("order", ["x", "", "-5", "9" * 30, "٣", None])
def test_what_is_no_order_is_left_out_of_the_event(order: Any) -> None:
    found = read(name="checkout_completed", checkout="no token!", order=order)
    assert found is not None
    assert (found.checkout, found.order_id) == (None, None)


def test_the_browsers_id_is_kept_as_a_digest_that_differs_from_shop_to_shop() -> None:
    here, there = read(), read(account=account.write(ShopId(8), KEYS.accounts[0]))
    assert here is not None
    assert there is not None
    assert "c-1" not in here.client
    assert here.client != there.client


def test_what_is_told_twice_has_one_number() -> None:
    numbers = [found.id for given in ("sh-1", "sh-1", "sh-2") if (found := read(id=given))]
    assert (numbers[0] == numbers[1], numbers[0] == numbers[2]) == (True, False)


@pytest.mark.parametrize(
    ("consent", "kept"),
    [
        ({"marketing": True, "analytics": True}, "granted"), ({"marketing": False, "analytics": True}, None),
        ({"marketing": True, "analytics": False}, None), ({}, "unknown"),
    ],
)  # fmt: skip
def test_nothing_is_kept_against_the_shoppers_will(consent: dict[str, bool], kept: str | None) -> None:
    found = read(consent=consent)
    assert (found.consent if found else None) == kept


def test_a_visit_that_nobody_sent_is_not_kept() -> None:
    assert [read(ref=given) for given in (None, "", "../x", "é")] == [None] * 4


def test_an_old_link_of_another_app_is_the_link_that_took_its_place() -> None:
    found = read(ref="310.uITk")
    assert found is not None
    assert found.slug == "310-uitk"


def test_an_account_that_we_did_not_sign_is_refused() -> None:
    for text in ("7", "", "A" * 24, "é" * 24, ACCOUNT[:-1]):
        with pytest.raises((UnknownAccount, NotAnEvent)):
            read(account=text)


@pytest.mark.parametrize(
    "given",
    [
        b"", b"[]", b"{", b"\xff\xfe", b"null", b'{"account": 5}', body(name="<script>"), body(id=""),
        body(client="x" * 200), body(consent=5), body(order=2**70), b'{"id":"\\ud800"}', b"[" * 4000,
    ],
)  # fmt: skip
def test_what_is_no_event_is_refused_without_being_repeated(given: bytes) -> None:
    with pytest.raises(NotAnEvent) as refused:
        seen(given, AGENT, NOW, KEYS)
    assert "<" not in str(refused.value)


def test_it_travels_through_the_spool_unchanged() -> None:
    found = read(click=token.write(CLICK, KEYS.clicks[0]), checkout="abc", product="12")
    assert found is not None
    assert record(line(found)[:-1]) == found


_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=5,
)
_fields = st.sampled_from(
    [
        "account",
        "id",
        "name",
        "client",
        "click",
        "ref",
        "product",
        "checkout",
        "order",
        "consent",
        "arrived",
        "x",
    ]
)
_bodies = st.binary(max_size=300) | st.dictionaries(_fields, _values, max_size=6).map(
    lambda told: json.dumps(
        {"account": ACCOUNT, "id": "1", "name": "page_viewed", "client": "c"} | told
    ).encode()
)


@settings(max_examples=2000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_bodies)
@example(
    b'{"account":"'
    + ACCOUNT.encode()
    + b'","id":"\\ud800","name":"page_viewed","client":"\\udfff","ref":"a"}'
)
def test_whatever_is_sent_is_an_event_or_a_refusal_and_never_a_click(given_body: bytes) -> None:
    found = None
    with suppress(NotAnEvent, UnknownAccount):
        found = seen(given_body, AGENT, NOW, KEYS)
    if found is not None:
        assert found.click_id is None
        assert record(line(found)[:-1]) == found
