"""Files of bulk queries that are not as they should be."""

import json
from typing import Any

import pytest
import requests

from app.shopify import bulk_file
from app.shopify.bulk_document import orders_in_bulk
from app.shopify.bulk_file import BadFile, BulkOrder, FileGone
from app.shopify.errors import ShopifyDown
from tests.pretend_shopify import Answer, PretendShopify, served

ORDER = {"id": "gid://shopify/Order/1", "name": "#1001", "updatedAt": "2026-11-22T12:00:00Z", "refunds": []}
LINE = {"id": "gid://shopify/LineItem/7", "quantity": 1, "__parentId": ORDER["id"]}


def lines(*rows: Any) -> bytes:
    return b"\n".join(row if isinstance(row, bytes) else json.dumps(row).encode() for row in rows)


def read(*answers: Answer, whole: bool = True) -> list[BulkOrder]:
    """What a reader gets when the file's address gives these answers, one after the other."""
    left = list(answers)
    with served(PretendShopify(graphql=lambda *_: left.pop(0))) as at, requests.Session() as http:
        url = f"{at.origin}/file.jsonl"
        return list(bulk_file.orders(http, url, offset=0, whole=whole, pause_ms=lambda _: None))


def test_an_order_comes_with_its_parts_and_the_place_where_the_next_begins() -> None:
    second = ORDER | {"id": "gid://shopify/Order/2"}
    raw = lines(ORDER, LINE, second, b"")
    first, last = read((200, {}, raw))
    assert first.document() == ORDER | {
        "lineItems": {"nodes": [{"id": LINE["id"], "quantity": 1}]},
        "shippingLines": {"nodes": []},
        "discountApplications": {"nodes": []},
    }
    assert raw[first.ends :].startswith(json.dumps(second).encode())
    assert last.document() is None


def test_the_last_order_of_a_part_is_left_out() -> None:
    raw = lines(ORDER, LINE, ORDER | {"id": "gid://shopify/Order/2"})
    assert [order.head.id for order in read((200, {}, raw), whole=False)] == [ORDER["id"]]


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (lines(LINE), "does not follow it"),
        (lines(ORDER, LINE | {"__parentId": "gid://shopify/Order/9"}), "does not follow it"),
        (lines(ORDER, b'{"id": "gid'), "byte "),
        (lines({"id": 5}), "byte 0"),
        (lines({"id": "gid://shopify/Order/1", "name": "#1"}), "updatedAt"),
    ],
)
def test_a_file_that_cannot_be_understood_is_refused_with_its_place(raw: bytes, why: str) -> None:
    with pytest.raises(BadFile, match=why):
        read((200, {}, raw))


def test_a_refusal_that_stands_is_told_from_one_that_passes() -> None:
    with pytest.raises(FileGone, match="403"):
        read((403, {}, b"expired"))
    assert len(read((503, {}, b"busy"), (200, {}, lines(ORDER, LINE)))) == 1
    with pytest.raises(ShopifyDown):
        read(*[(503, {}, b"busy")] * 9)


def test_the_bulk_query_asks_for_the_order_document_without_pages() -> None:
    query = orders_in_bulk("Some1", "updated_at:>='2026-11-22T12:00:00Z'")
    assert query.startswith("query Some1 { orders(query: \"updated_at:>='2026-11-22T12:00:00Z'\") {")
    assert "refunds { id }" in query
    assert "pageInfo" not in query
    assert "$" not in query
    assert query.count("{") == query.count("}")
