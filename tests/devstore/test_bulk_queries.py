"""Bulk queries: begun, looked at, ended well or badly, and the file they leave."""

import json
from typing import Any

import pytest
import requests

from tests.devstore.conftest import SHOP, Ear, document

RUN = document("bulk_operation_run_query")
LOOK = document("bulk_operation_status")
ORDERS = document("bulk_orders_inner")
CANCEL = "mutation Stop($id: ID!) { bulkOperationCancel(id: $id) { bulkOperation { status } userErrors { message } } }"


def place(client: Any, *handles: str) -> str:
    lines = [{"handle": handle} for handle in handles or ("serum",)]
    placed = client.control(f"/shops/{SHOP}/orders", {"lines": lines})
    gid: str = placed["admin_graphql_api_id"]
    return gid


def begin(client: Any, query: str = ORDERS) -> Any:
    return client.ask(RUN, query=query)["bulkOperationRunQuery"]


def look(client: Any, begun: Any) -> Any:
    return client.ask(LOOK, id=begun["bulkOperation"]["id"])["bulkOperation"]


def rows(address: str, **headers: str) -> list[dict[str, Any]]:
    answer = requests.get(address, timeout=9, headers=headers)
    return [json.loads(line) for line in answer.text.splitlines()]


def test_a_bulk_query_ends_in_a_file_whose_rows_name_their_parents(client: Any) -> None:
    gid = place(client, "serum", "toner")
    done = look(client, begin(client))
    assert (done["status"], done["objectCount"], done["rootObjectCount"]) == ("COMPLETED", "3", "1")
    found = rows(done["url"])
    assert [row.get("__parentId") for row in found] == [None, gid, gid]
    assert (found[0]["id"], found[1]["quantity"]) == (gid, 1)


def test_it_takes_its_time_and_tells_the_app_when_it_is_over(client: Any, ear: Ear) -> None:
    client.control("/app", {"topics": ["bulk_operations/finish"]})
    client.control("/api", {"bulk_polls": 3})
    begun = begin(client)
    assert begun["bulkOperation"]["status"] == "CREATED"
    assert [look(client, begun)["status"] for _ in range(3)] == ["RUNNING", "RUNNING", "COMPLETED"]
    assert client.control("/webhooks/settle", {})["settled"]
    (told,) = ear.of("bulk_operations/finish")
    assert told.body["admin_graphql_api_id"] == begun["bulkOperation"]["id"]
    assert (told.body["status"], told.body["type"]) == ("completed", "query")


def test_the_end_can_come_without_anybody_looking(client: Any) -> None:
    client.control("/api", {"bulk_polls": 99})
    place(client)
    begun = begin(client)
    assert len(client.control(f"/shops/{SHOP}/bulk/finish")["finished"]) == 1
    assert look(client, begun)["status"] == "COMPLETED"


def test_an_empty_answer_has_no_file(client: Any) -> None:
    done = look(client, begin(client))
    assert (done["status"], done["url"], done["partialDataUrl"]) == ("COMPLETED", None, None)


def test_five_may_run_at_once(client: Any) -> None:
    client.control("/api", {"bulk_polls": 9})
    for _ in range(5):
        assert begin(client)["userErrors"] == []
    assert begin(client)["userErrors"][0]["code"] == "LIMIT_REACHED"


@pytest.mark.parametrize(("ends_as", "code"), [("FAILED", "TIMEOUT"), ("CANCELED", None), ("EXPIRED", None)])
def test_one_that_ends_half_way_leaves_a_part(client: Any, ends_as: str, code: str | None) -> None:
    place(client, "serum", "toner", "pads")
    client.control("/api", {"bulk_fail_next": 1, "bulk_fail_as": ends_as, "bulk_fail_code": "TIMEOUT"})
    failed = look(client, begin(client))
    assert (failed["status"], failed["errorCode"], failed["url"]) == (ends_as, code, None)
    assert len(rows(failed["partialDataUrl"])) == 2


def test_one_can_be_cancelled(client: Any) -> None:
    client.control("/api", {"bulk_polls": 9})
    begun = begin(client)
    identity = begun["bulkOperation"]["id"]
    assert client.ask(CANCEL, id=identity)["bulkOperationCancel"]["bulkOperation"]["status"] == "CANCELING"
    assert look(client, begun)["status"] == "CANCELED"
    assert "when it is canceled" in str(client.ask(CANCEL, id=identity)["bulkOperationCancel"]["userErrors"])


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("{ shop { id } }", "at least one connection"),
        (
            "{ orders { edges { node { name lineItems { edges { node { id } } } } } } }",
            "must select the 'id'",
        ),
        (
            "{ orders { edges { node { id refunds { refundLineItems { edges { node { quantity } } } } } } } }",
            "connection field within a list field",
        ),
        ("{ orders { edges { node { nonsense } } } }", "Cannot query field"),
    ],
)
def test_what_shopify_would_not_run_is_refused(client: Any, query: str, why: str) -> None:
    refused = begin(client, query)
    assert refused["bulkOperation"] is None
    assert why in refused["userErrors"][0]["message"]


def test_what_the_app_may_not_read_fails_it(client: Any) -> None:
    client.control(f"/shops/{SHOP}/scopes", {"scopes": ["read_products"]})
    client.token = client.ask_token().json()["access_token"]
    failed = look(client, begin(client))
    assert (failed["status"], failed["errorCode"]) == ("FAILED", "ACCESS_DENIED")


def test_a_file_can_be_read_from_a_byte_on_and_its_address_expires(client: Any) -> None:
    place(client, "serum", "toner")
    address = look(client, begin(client))["url"]
    whole = requests.get(address, timeout=9).content
    first = whole.index(b"\n") + 1
    rest = requests.get(address, timeout=9, headers={"Range": f"bytes={first}-"})
    assert (rest.status_code, rest.content) == (206, whole[first:])
    assert requests.get(address, timeout=9, headers={"Range": f"bytes={len(whole)}-"}).status_code == 416
    client.control("/api", {"bulk_expire_next": 1})
    assert requests.get(address, timeout=9).status_code == 400


def test_a_connection_can_break_in_the_middle_of_a_file(client: Any) -> None:
    place(client, "serum", "toner")
    address = look(client, begin(client))["url"]
    client.control("/api", {"bulk_cut_next": 1})
    with pytest.raises(requests.RequestException):
        requests.get(address, timeout=9)
    assert len(rows(address)) == 3


def test_a_large_past_is_copies_that_differ_in_every_id(client: Any) -> None:
    place(client, "serum", "toner")
    assert client.control(f"/shops/{SHOP}/history", {"orders": 5})["samples"] == 1
    done = look(client, begin(client))
    assert done["rootObjectCount"] == "6"
    found = rows(done["url"])
    assert len({row["id"] for row in found}) == len(found) == 18
    assert {row["__parentId"] for row in found if "__parentId" in row} == {
        row["id"] for row in found if "__parentId" not in row
    }
