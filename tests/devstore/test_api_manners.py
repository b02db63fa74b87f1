"""How the Admin API refuses: tokens, scopes, cost, throttling, faults on demand, things the devstore lacks."""

from typing import Any

import pytest
import requests

from devstore.graphql.cost import Bucket
from devstore.seed import LUMEN

NAME = "{ shop { name } }"
ORDERS = "{ orders(first: 5) { nodes { id customer { id } } } }"


def code_of(answer: Any) -> str:
    code: str = answer.json()["errors"][0]["extensions"]["code"]
    return code


def test_an_unknown_token_is_unauthorized(client: Any) -> None:
    client.token = "shpat_forged"
    assert client.post(NAME).status_code == 401


def test_the_answer_says_which_version_was_served(client: Any) -> None:
    assert client.post(NAME).headers["X-Shopify-API-Version"] == "2026-10"
    assert client.post(NAME, version="2019-04").status_code == 404


def test_the_shop_may_be_named_by_its_host(client: Any) -> None:
    url = f"{client.at.url}/admin/api/2026-10/graphql.json"
    headers = {"Host": LUMEN, "X-Shopify-Access-Token": client.token}
    answer = requests.post(url, json={"query": NAME}, headers=headers, timeout=9)
    assert answer.json()["data"]["shop"]["name"] == "Lumen Skincare"


def test_a_field_that_does_not_exist_fails_as_at_shopify(client: Any) -> None:
    answer = client.post("{ shop { qqqqqqqq } }").json()
    assert answer["errors"][0]["message"] == "Cannot query field 'qqqqqqqq' on type 'Shop'."
    assert "data" not in answer


def test_a_wrong_variable_fails(client: Any) -> None:
    answer = client.post("query ($id: ID!) { order(id: $id) { id } }").json()
    assert "$id" in answer["errors"][0]["message"]


def test_what_the_devstore_lacks_is_named_not_invented(client: Any) -> None:
    answer = client.post("{ shop { name analyticsToken } }").json()
    assert answer["errors"][0]["message"] == "The devstore does not implement Shop.analyticsToken."
    answer = client.post("{ markets(first: 1) { nodes { id } } }")
    assert code_of(answer) == "ACCESS_DENIED"
    answer = client.post("mutation { appRevokeAccessScopes(scopes: []) { revoked { handle } } }")
    assert answer.json()["errors"][0]["message"].endswith("Mutation.appRevokeAccessScopes.")


@pytest.mark.parametrize(
    ("scopes", "query", "missing"),
    [
        ([], ORDERS, "read_orders"),
        (["read_orders"], ORDERS, "read_customers"),
        (["read_discounts"], 'mutation { discountCodeDelete(id: "x") { deletedCodeDiscountId } }', "write_discounts"),
        (["read_orders"], 'mutation { tagsAdd(id: "gid://shopify/Order/1", tags: []) { node { id } } }', "write_orders"),
    ],
)  # fmt: skip
def test_a_missing_scope_is_denied_by_name(client: Any, scopes: list[str], query: str, missing: str) -> None:
    place = {"lines": [{"handle": "serum"}], "email": "a@example.com"}
    client.control(f"/shops/{LUMEN}/orders", place)
    client.control(f"/shops/{LUMEN}/scopes", {"scopes": scopes})
    answer = client.post(query)
    assert code_of(answer) == "ACCESS_DENIED"
    assert missing in answer.json()["errors"][0]["message"]


def test_a_write_scope_allows_reading(client: Any) -> None:
    client.control(f"/shops/{LUMEN}/scopes", {"scopes": ["write_orders", "write_customers"]})
    assert client.ask(ORDERS) == {"orders": {"nodes": []}}


def test_every_answer_tells_its_cost(client: Any) -> None:
    cost = client.post(ORDERS).json()["extensions"]["cost"]
    assert cost["requestedQueryCost"] >= cost["actualQueryCost"] >= 1
    assert set(cost["throttleStatus"]) == {"maximumAvailable", "currentlyAvailable", "restoreRate"}


def test_a_query_that_is_too_dear_is_refused_before_it_runs(client: Any) -> None:
    inner = "refunds(first: 250) { id refundLineItems(first: 250) { nodes { id lineItem { id } } } }"
    answer = client.post(f"{{ orders(first: 250) {{ nodes {{ id {inner} }} }} }}")
    assert code_of(answer) == "MAX_COST_EXCEEDED"


def test_an_empty_bucket_throttles(client: Any) -> None:
    client.control("/api", {"bucket_size": 30, "restore_rate": 0})
    codes = [client.post(ORDERS).json() for _ in range(30)]
    throttled = [one for one in codes if "errors" in one]
    assert throttled
    assert throttled[0]["errors"][0]["extensions"]["code"] == "THROTTLED"
    assert throttled[0]["extensions"]["cost"]["actualQueryCost"] is None


def test_a_bucket_refills_with_time_and_never_above_its_brim() -> None:
    now = [0.0]
    bucket = Bucket(100, 50, clock=lambda: now[0])
    assert bucket.take(100)
    assert not bucket.take(1)
    now[0] = 1.0
    assert bucket.take(50)
    now[0] = 100.0
    assert bucket.available() == 100


def test_the_next_calls_can_be_throttled_or_broken_on_demand(client: Any) -> None:
    client.control("/api", {"throttle_next": 1})
    assert code_of(client.post(NAME)) == "THROTTLED"
    client.control("/api", {"fail_next": 1, "fail_with": "502"})
    assert client.post(NAME).status_code == 502
    assert client.post(NAME).status_code == 200
    client.control("/api", {"fail_next": 1, "fail_with": "timeout", "hang_seconds": 5})
    with pytest.raises(requests.Timeout):
        requests.post(
            f"{client.at.url}/shops/{LUMEN}/admin/api/2026-10/graphql.json", json={"query": NAME}, timeout=0.2
        )


@pytest.mark.parametrize(
    ("query", "word"),
    [
        ("{ orders { nodes { id } } }", "first or last"),
        ("{ orders(first: 251) { nodes { id } } }", "between 1 and 250"),
        ('{ orders(first: 1, after: "rubbish") { nodes { id } } }', "valid cursor"),
        ('{ orders(first: 1, query: "colour:red") { nodes { id } } }', "'colour'"),
        ('{ orders(first: 1, query: "updated_at:>=soon") { nodes { id } } }', "no date"),
        ('{ orders(first: 1, query: "a OR b") { nodes { id } } }', "'OR'"),
    ],
)
def test_a_page_or_search_that_cannot_be_answered_is_refused(client: Any, query: str, word: str) -> None:
    client.control(f"/shops/{LUMEN}/orders", {"lines": [{"handle": "serum"}]})
    assert word in client.post(query).json()["errors"][0]["message"]
