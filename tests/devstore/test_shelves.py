"""Products and collections: what GraphQL answers, what the app is told, and what it is not told."""

from pathlib import Path
from typing import Any

import pytest

from devstore.graphql.engine import checked
from devstore.seed import LUMEN

GRAPHQL = Path(__file__).resolve().parents[2] / "app" / "shopify" / "graphql"
NAMES = ("collection_members", "products_in_collections", "product_collections")
DOCUMENTS = {name: (GRAPHQL / f"{name}.graphql").read_text() for name in NAMES}
SHELF = f"/shops/{LUMEN}"


def told(client: Any, ear: Any) -> list[str]:
    client.control("/webhooks/settle", {"timeout_seconds": 20})
    return [one.topic for one in ear.heard]


def gids(page: Any) -> list[str]:
    return [node["id"] for node in page["nodes"]]


@pytest.mark.parametrize("name", NAMES)
def test_the_apps_documents_are_valid_on_the_real_schema(name: str) -> None:
    assert not isinstance(checked(DOCUMENTS[name]), list)


def test_a_collection_is_read_page_by_page_and_a_product_tells_its_collections(client: Any) -> None:
    summer = client.control(f"{SHELF}/collections", {"title": "Summer"})
    made = [
        client.control(f"{SHELF}/products", {"title": f"P{n}", "price": "5", "tags": ["hot"]})["id"]
        for n in range(252)
    ]
    for product in made:
        client.control(f"{SHELF}/collections/summer/add", {"product": product})
    gid = f"gid://shopify/Collection/{summer['id']}"
    first = client.ask(DOCUMENTS["collection_members"], id=gid)["collection"]["products"]
    info = first["pageInfo"]
    assert (len(first["nodes"]), info["hasNextPage"], first["nodes"][0]["tags"]) == (250, True, ["hot"])
    rest = client.ask(DOCUMENTS["collection_members"], id=gid, after=info["endCursor"])
    held = gids(first) + gids(rest["collection"]["products"])
    assert held == [f"gid://shopify/Product/{n}" for n in made]
    hot = client.control(f"{SHELF}/collections", {"title": "Hot", "tag": "HOT"})
    nodes = client.ask(DOCUMENTS["products_in_collections"], ids=[held[0], "gid://shopify/Product/1"])[
        "nodes"
    ]
    wanted = [gid, f"gid://shopify/Collection/{hot['id']}"]
    assert (gids(nodes[0]["collections"]), nodes[1]) == (wanted, None)
    page = client.ask(DOCUMENTS["product_collections"], id=held[0])["product"]["collections"]
    assert gids(page) == wanted
    ask = 'query Q { product(id: "%s") { inCollection(id: "%s") } collection(id: "%s") { hasProduct(id: "%s") } }'
    both = client.ask(ask % (held[0], gid, wanted[1], held[0]))
    assert both == {"product": {"inCollection": True}, "collection": {"hasProduct": True}}
    listed = client.ask('query Q { collections(first: 9, query: "handle:summer") { nodes { title } } }')
    assert listed["collections"]["nodes"] == [{"title": "Summer"}]


def test_every_change_of_a_product_is_told_without_its_collections(client: Any, ear: Any) -> None:
    client.control(f"{SHELF}/products", {"title": "Sun Oil", "price": "20", "tags": ["a"]})
    client.control(f"{SHELF}/products/sun-oil", {"tags": ["a", "b"]}, "PATCH")
    client.control(f"{SHELF}/products/sun-oil", None, "DELETE")
    assert told(client, ear) == ["products/create", "products/update", "products/delete"]
    created, changed, gone = (one.body for one in ear.heard)
    assert (created["tags"], changed["tags"], gone) == ("a", "a, b", {"id": created["id"]})
    assert changed["updated_at"] > created["updated_at"]
    assert "collections" not in changed


def test_a_membership_is_told_where_it_was_changed_and_a_rule_tells_nobody(client: Any, ear: Any) -> None:
    client.control(f"{SHELF}/collections", {"title": "Summer"})
    for verb, on in (("add", "collection"), ("remove", "product")):
        client.control(f"{SHELF}/collections/summer/{verb}", {"product": "serum", "on": on})
    client.control(f"{SHELF}/collections", {"title": "Hot", "tag": "hot"})
    client.control(f"{SHELF}/products/serum", {"tags": ["hot"]}, "PATCH")
    held = {one["handle"]: one["products"] for one in client.control(f"{SHELF}/collections", method="GET")}
    assert held == {"summer": [], "hot": ["serum"]}
    client.control(f"{SHELF}/collections/hot", None, "DELETE")
    assert told(client, ear) == [
        "collections/create",
        "collections/update",
        "products/update",
        "collections/create",
        "products/update",
        "collections/delete",
    ]


@pytest.mark.parametrize(
    ("path", "body", "sentence"),
    [
        ("collections", {"title": "Summer"}, "already"),
        ("collections/hot/add", {"product": "serum"}, "smart"),
        ("collections/summer/add", {"product": "serum", "on": "shelf"}, "neither"),
        ("collections/winter/add", {"product": "serum"}, "no collection"),
        ("collections/summer/add", {"product": "nothing"}, "no product"),
    ],
)
def test_what_cannot_be_sorted_is_refused_with_a_sentence(
    client: Any, path: str, body: dict[str, str], sentence: str
) -> None:
    client.control(f"{SHELF}/collections", {"title": "Summer"})
    client.control(f"{SHELF}/collections", {"title": "Hot", "tag": "hot"})
    answer = client.control(f"{SHELF}/{path}", body)
    assert answer["status"] in {404, 422}
    assert sentence in answer["error"]
