"""Every outcome of a call to the Admin API, against a pretend Shopify that says what it is told to."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
import requests

from app.kernel.errors import Retriable, TributeError
from app.kernel.ids import ShopId
from app.shopify import http
from app.shopify.admin_api import OTHER_VERSION, AdminAPI, ShopAPI
from app.shopify.domain import NotAShop
from app.shopify.errors import (
    AccessDenied,
    BadRequest,
    NeedsReauth,
    OutcomeUnknown,
    ShopGone,
    ShopifyDown,
    ShopPaused,
    Throttled,
    UserErrors,
)
from app.shopify.web_pixel import PixelSettings, switch_on
from tests.pretend_shopify import SHOP, Answer, PretendShopify, served, shop_answer

QUERY, MUTATION = "shop", "discount_deactivate"
OK: Answer = (
    200,
    {},
    {"data": {"discountCodeDeactivate": {"codeDiscountNode": {"id": "x"}, "userErrors": []}}},
)


@dataclass
class Tokens:
    """access-1, and one more each time the last is rejected."""

    number: int = 1
    gave_up: bool = False

    def access_token(self, shop_id: ShopId, *, rejected: str | None = None) -> str:
        assert shop_id == 7
        if rejected == f"access-{self.number}":
            self.number += 1
        return f"access-{self.number}"

    def needs_reauth(self, shop_id: ShopId) -> None:
        self.gave_up = shop_id == 7


@dataclass
class Side:
    """Our side of one test."""

    shopify: PretendShopify
    tokens: Tokens = field(default_factory=Tokens)
    pauses: list[float] = field(default_factory=list)

    def api(self, session: requests.Session) -> ShopAPI:
        shared = AdminAPI(
            http=session,
            tokens=self.tokens,
            version="2026-10",
            admin_origin=self.shopify.origin,
            pause=self.pauses.append,
            jitter=lambda: 0.5,
        )
        return shared.of(ShopId(7), SHOP)

    def says(self, *answers: Answer) -> None:
        waiting = list(answers)
        self.shopify.graphql = lambda _body, _token: waiting.pop(0) if len(waiting) > 1 else waiting[0]


@pytest.fixture
def side() -> Iterator[Side]:
    with served(PretendShopify()) as shopify:
        yield Side(shopify)


@pytest.fixture
def api(side: Side) -> Iterator[ShopAPI]:
    session = http.session()
    yield side.api(session)
    session.close()


def throttled(requested: float = 100, available: float = 40, rate: float = 20) -> Answer:
    status = {"maximumAvailable": 1000, "currentlyAvailable": available, "restoreRate": rate}
    cost = {"requestedQueryCost": requested, "actualQueryCost": None, "throttleStatus": status}
    error = {"message": "Throttled", "extensions": {"code": "THROTTLED"}}
    return 200, {}, {"errors": [error], "extensions": {"cost": cost}}


def fault(code: str, message: str = "no", path: list[str] | None = None, data: Any = None) -> Answer:
    error = {"message": message, "extensions": {"code": code}, "path": path or []}
    return 200, {}, {"data": data, "errors": [error]}


def test_the_document_goes_to_the_shops_own_address_with_its_token(side: Side, api: ShopAPI) -> None:
    assert api.execute(QUERY)["shop"]["name"] == "Lumen"
    (asked,) = side.shopify.asked
    assert asked["path"] == f"/shops/{SHOP}/admin/api/2026-10/graphql.json"
    assert (asked["token"], asked["operationName"]) == ("access-1", "Shop")


def test_without_the_devstore_the_address_is_the_shop_itself(api: ShopAPI) -> None:
    real = replace(api.shared, admin_origin=None).of(ShopId(7), SHOP)
    assert real.url == f"https://{SHOP}/admin/api/2026-10/graphql.json"


@pytest.mark.parametrize(
    "domain", ["evil.example", f"{SHOP}.evil.example", f"{SHOP}/x", "a@b.myshopify.com", ""]
)
def test_a_token_is_never_sent_to_what_is_no_shop(api: ShopAPI, domain: str) -> None:
    with pytest.raises(NotAShop):
        api.shared.of(ShopId(7), domain)


def test_being_too_fast_waits_until_the_cost_is_allowed_again(side: Side, api: ShopAPI) -> None:
    side.says(throttled(), throttled(available=90), shop_answer())
    assert api.execute(QUERY)["shop"]["name"] == "Lumen"
    assert side.pauses == [3.5, 1.0]


def test_a_mutation_that_was_throttled_was_not_executed_and_is_sent_again(side: Side, api: ShopAPI) -> None:
    side.says(throttled(), OK)
    api.execute(MUTATION, {"id": "x"})
    assert len(side.shopify.asked) == 2


def test_too_many_requests_by_status_wait_as_long_as_asked(side: Side, api: ShopAPI) -> None:
    side.says((429, {"Retry-After": "4"}, {}), shop_answer())
    api.execute(QUERY)
    assert side.pauses == [4.5]


def test_a_call_that_would_wait_too_long_is_put_back(side: Side, api: ShopAPI) -> None:
    side.says(throttled(requested=900, available=0, rate=50))
    with pytest.raises(
        Throttled, match=r"slow down for lumen\.myshopify\.com; it will be tried again in 19 s"
    ) as caught:
        api.execute(QUERY)
    assert caught.value.after_seconds == 19
    assert side.pauses == [18.5]


def test_a_rejected_token_is_renewed_once_and_the_call_repeated(side: Side, api: ShopAPI) -> None:
    side.says((401, {}, {"errors": "[API] Invalid API key or access token"}), OK)
    api.execute(MUTATION, {"id": "x"})
    assert [asked["token"] for asked in side.shopify.asked] == ["access-1", "access-2"]


def test_a_renewed_token_that_is_rejected_too_means_the_merchant_must_come(side: Side, api: ShopAPI) -> None:
    side.says((401, {}, {}))
    with pytest.raises(NeedsReauth):
        api.execute(QUERY)
    assert side.tokens.gave_up
    assert len(side.shopify.asked) == 2


STATUSES: list[tuple[int, str, type[TributeError]]] = [
    (402, QUERY, ShopPaused),
    (423, MUTATION, ShopPaused),
    (403, QUERY, AccessDenied),
    (404, QUERY, ShopGone),
    (430, QUERY, ShopifyDown),
    (500, QUERY, ShopifyDown),
    (502, MUTATION, OutcomeUnknown),
    (400, QUERY, BadRequest),
    (301, QUERY, BadRequest),
]


@pytest.mark.parametrize(("status", "document", "kind"), STATUSES)
def test_every_status_has_its_own_meaning(
    side: Side, api: ShopAPI, status: int, document: str, kind: type[TributeError]
) -> None:
    side.says((status, {"Location": "http://evil.example/"}, {"errors": "no"}))
    with pytest.raises(kind) as caught:
        api.execute(document, {"id": "x"})
    assert SHOP in str(caught.value)
    assert "access-1" not in str(caught.value)
    assert len(side.shopify.asked) == 1


def test_a_frozen_shop_is_not_asked_again_for_an_hour(side: Side, api: ShopAPI) -> None:
    side.says((402, {}, {}))
    with pytest.raises(Retriable) as caught:
        api.execute(QUERY)
    assert caught.value.after_seconds == 3600


def test_user_errors_are_an_error_with_their_codes_and_sentences(side: Side, api: ShopAPI) -> None:
    errors = [{"field": ["basicCodeDiscount", "code"], "code": "TAKEN", "message": "Code must be unique."}]
    side.says(
        (200, {}, {"data": {"discountCodeDeactivate": {"codeDiscountNode": None, "userErrors": errors}}})
    )
    with pytest.raises(
        UserErrors, match=r"Shopify refused DiscountDeactivate: Code must be unique\."
    ) as caught:
        api.execute(MUTATION, {"id": "x"})
    assert caught.value.has("TAKEN")
    assert caught.value.errors[0].field == "basicCodeDiscount.code"


def test_fields_that_may_not_be_read_are_empty_and_the_rest_is_used(
    side: Side, api: ShopAPI, caplog: pytest.LogCaptureFixture
) -> None:
    side.says(
        fault("ACCESS_DENIED", path=["order", "customer"], data={"shop": {"name": "Lumen"}, "order": None})
    )
    assert api.execute(QUERY) == {"shop": {"name": "Lumen"}, "order": None}
    assert "Shop came back empty for want of access: order.customer" in caplog.text


GRAPHQL: list[tuple[Answer, str, type[TributeError]]] = [
    (fault("ACCESS_DENIED", data={"shop": None}), QUERY, AccessDenied),
    (fault("ACCESS_DENIED"), QUERY, AccessDenied),
    (fault("MAX_COST_EXCEEDED"), QUERY, BadRequest),
    (fault("", "Field 'x' doesn't exist"), QUERY, BadRequest),
    (fault("INTERNAL_SERVER_ERROR"), QUERY, ShopifyDown),
    (fault("INTERNAL_SERVER_ERROR"), MUTATION, OutcomeUnknown),
    ((200, {}, {"errors": "Not Found"}), QUERY, BadRequest),
    ((200, {}, {"errors": ["odd"]}), QUERY, BadRequest),
    ((200, {}, {}), QUERY, BadRequest),
    ((200, {}, b"<html>"), QUERY, ShopifyDown),
    ((200, {}, b"[]"), MUTATION, OutcomeUnknown),
]


@pytest.mark.parametrize(("answer", "document", "kind"), GRAPHQL)
def test_errors_inside_a_200_are_told_apart(
    side: Side, api: ShopAPI, answer: Answer, document: str, kind: type[TributeError]
) -> None:
    side.says(answer)
    with pytest.raises(kind):
        api.execute(document, {"id": "x"})


@pytest.mark.parametrize("document", [QUERY, MUTATION])
def test_a_connection_that_was_never_made_changed_nothing(api: ShopAPI, document: str) -> None:
    nobody = replace(api, url="http://127.0.0.1:1/")
    with pytest.raises(ShopifyDown, match="the connection was not accepted"):
        nobody.execute(document, {"id": "x"})


@pytest.mark.parametrize(("document", "kind"), [(QUERY, ShopifyDown), (MUTATION, OutcomeUnknown)])
def test_a_connection_that_breaks_after_sending_leaves_a_change_unknown(
    side: Side, api: ShopAPI, document: str, kind: type[TributeError]
) -> None:
    def half_an_answer(_body: dict[str, Any], _token: str) -> Answer:
        return 200, {"Content-Length": "1000"}, b"{"

    side.shopify.graphql = half_an_answer
    with pytest.raises(kind):
        api.execute(document, {"id": "x"})


def test_another_version_than_the_one_asked_for_is_counted(
    side: Side, api: ShopAPI, caplog: pytest.LogCaptureFixture
) -> None:
    _, _, body = shop_answer()
    side.says((200, {"X-Shopify-API-Version": "2027-01"}, body))
    before = OTHER_VERSION.labels(served="2027-01")._value.get()
    api.execute(QUERY)
    assert OTHER_VERSION.labels(served="2027-01")._value.get() == before + 1
    assert "Shopify answered in version 2027-01, asked was 2026-10" in caplog.text


def pixel(*, problem: tuple[str, str] | None = None) -> Answer:
    errors = [{"field": None, "code": problem[0], "message": problem[1]}] if problem else []
    made = None if problem else {"id": "gid://shopify/WebPixel/1", "settings": "{}"}
    return 200, {}, {"data": {"webPixelCreate": {"webPixel": made, "userErrors": errors}}}


NO_PIXEL: list[Callable[[], Answer]] = [
    lambda: pixel(problem=("NO_EXTENSION", "No web pixel extension was found.")),
    lambda: fault("ACCESS_DENIED", "Access denied. Required access: write_pixels."),
]


@pytest.mark.parametrize("answer", NO_PIXEL)
def test_a_pixel_that_cannot_run_is_a_sentence_and_no_failure(
    side: Side, api: ShopAPI, answer: Callable[[], Answer]
) -> None:
    side.says(answer())
    state = switch_on(api, PixelSettings("7", "/pixel"))
    assert state.gid is None
    assert (state.problem or "").startswith("The web pixel is not running: ")


def test_a_pixel_that_runs_has_its_gid(side: Side, api: ShopAPI) -> None:
    side.says(pixel())
    assert switch_on(api, PixelSettings("7", "/pixel")).gid == "gid://shopify/WebPixel/1"
    settings = side.shopify.asked[0]["variables"]["webPixel"]["settings"]
    assert settings == '{"accountID": "7", "endpoint": "/pixel"}'
