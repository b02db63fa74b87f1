"""Every document that the devstore claims to answer is valid on 2026-10 and answered from the state."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from devstore.graphql.engine import checked
from devstore.seed import KAZE, LUMEN
from devstore.state import State

DOCUMENTS = {path.stem: path.read_text() for path in (Path(__file__).parent / "documents").glob("*.graphql")}
DISCOUNT = {
    "title": "Creators 10 %", "code": "MARA10", "startsAt": "2026-01-01T00:00:00Z", "context": {"all": "ALL"},
    "customerGets": {"value": {"percentage": 0.1}, "items": {"all": True}},
}  # fmt: skip


def create(client: Any, **changes: Any) -> Any:
    body = client.ask(DOCUMENTS["discount_code_basic_create"], basicCodeDiscount=DISCOUNT | changes)
    return body["discountCodeBasicCreate"]


def place(client: Any, **changes: Any) -> Any:
    body = {"lines": [{"handle": "serum", "quantity": 2}], "email": "a@example.com"} | changes
    return client.control(f"/shops/{LUMEN}/orders", body)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_document_is_valid_on_the_real_schema(name: str) -> None:
    assert not isinstance(checked(DOCUMENTS[name]), list)


def test_the_shop_and_the_app_describe_themselves(client: Any) -> None:
    shop = client.ask(DOCUMENTS["shop"])["shop"]
    assert (shop["currencyCode"], shop["timezoneOffsetMinutes"]) == ("EUR", 60)
    app = client.ask(DOCUMENTS["current_app_installation"])["currentAppInstallation"]
    assert {"handle": "write_discounts"} in app["accessScopes"]
    assert client.ask(DOCUMENTS["app_installation_metafield"])["currentAppInstallation"]["id"] == app["id"]
    handles = [one["handle"] for one in client.ask(DOCUMENTS["public_api_versions"])["publicApiVersions"]]
    assert "2026-10" in handles


def test_products_are_found_paged_and_read_again_by_id(client: Any) -> None:
    def ask(**v: Any) -> Any:
        return client.ask(DOCUMENTS["products_search"], **v)["products"]

    found = ask(query="serum", first=1)
    assert found["pageInfo"]["hasNextPage"]
    rest = ask(query="serum", first=50, after=found["pageInfo"]["endCursor"])
    titles = [one["title"] for one in found["nodes"] + rest["nodes"]]
    assert titles == sorted(titles)
    assert "Radiance Serum" in titles
    ids = [found["nodes"][0]["id"], "gid://shopify/Product/1"]
    assert [n and n["title"] for n in client.ask(DOCUMENTS["nodes_by_ids"], ids=ids)["nodes"]] == [
        titles[0],
        None,
    ]


def test_a_discount_lives_from_creation_to_deletion(client: Any) -> None:
    node = create(client)["codeDiscountNode"]
    assert node["codeDiscount"]["codes"]["nodes"][0]["code"] == "MARA10"
    found = client.ask(DOCUMENTS["code_discount_node_by_code"], code="mara10")["codeDiscountNodeByCode"]
    assert (found["id"], found["codeDiscount"]["status"]) == (node["id"], "ACTIVE")
    ended = client.ask(DOCUMENTS["discount_code_deactivate"], id=node["id"])["discountCodeDeactivate"]
    assert ended["codeDiscountNode"]["codeDiscount"]["status"] == "EXPIRED"
    begun = client.ask(DOCUMENTS["discount_code_activate"], id=node["id"])["discountCodeActivate"]
    assert begun["codeDiscountNode"]["codeDiscount"] == {
        "status": "ACTIVE", "startsAt": "2026-01-01T00:00:00Z", "endsAt": None,
    }  # fmt: skip
    changed = client.ask(
        DOCUMENTS["discount_code_basic_update"],
        id=node["id"],
        basicCodeDiscount={"title": "New", "code": "MARA12"},
    )["discountCodeBasicUpdate"]["codeDiscountNode"]["codeDiscount"]
    assert (changed["title"], changed["codes"]["nodes"][0]["code"]) == ("New", "MARA12")
    listed = client.ask(
        DOCUMENTS["code_discount_nodes_import"], first=5, query="method:code AND status:active"
    )
    assert [one["id"] for one in listed["discountNodes"]["nodes"]] == [node["id"]]
    gone = client.ask(DOCUMENTS["discount_code_delete"], id=node["id"])["discountCodeDelete"]
    assert gone["deletedCodeDiscountId"] == node["id"]
    assert (
        client.ask(DOCUMENTS["code_discount_node_by_code"], code="MARA12")["codeDiscountNodeByCode"] is None
    )


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"code": "mara10"}, "TAKEN"),
        ({"code": ""}, "BLANK"),
        ({"code": "X" * 256}, "TOO_LONG"),
        ({"code": "B", "customerGets": {"value": {"percentage": 1.5}}}, "VALUE_OUTSIDE_RANGE"),
        ({"code": "B", "endsAt": "2025-01-01T00:00:00Z"}, "INVALID"),
        ({"code": "B", "usageLimit": 0}, "GREATER_THAN"),
    ],
)
def test_a_wrong_discount_is_refused_with_shopifys_code(
    client: Any, changes: dict[str, Any], code: str
) -> None:
    create(client)
    answer = create(client, **changes)
    assert answer["codeDiscountNode"] is None
    assert [one["code"] for one in answer["userErrors"]] == [code]


def test_codes_are_added_in_the_background_and_taken_ones_are_named(client: Any) -> None:
    client.control("/api", {"import_polls": 2})
    node = create(client)["codeDiscountNode"]["id"]
    codes = [{"code": "LINA10"}, {"code": "mara10"}]
    job = client.ask(DOCUMENTS["discount_redeem_code_bulk_add"], discountId=node, codes=codes)
    begun = job["discountRedeemCodeBulkAdd"]["bulkCreation"]
    assert (begun["done"], begun["importedCount"]) == (False, 0)

    def look() -> Any:
        return client.ask(DOCUMENTS["discount_redeem_code_bulk_creation"], id=begun["id"])[
            "discountRedeemCodeBulkCreation"
        ]

    assert look()["done"] is False
    done = look()
    assert (done["done"], done["importedCount"], done["failedCount"]) == (True, 1, 1)
    assert [e["code"] for e in done["codes"]["nodes"][1]["errors"]] == ["TAKEN"]
    added = done["codes"]["nodes"][0]["discountRedeemCode"]["id"]
    order = place(client, codes=["lina10"])
    assert order["discount_codes"][0]["code"] == "LINA10"
    client.ask(DOCUMENTS["discount_redeem_code_bulk_delete"], discountId=node, ids=[added])
    assert (
        client.ask(DOCUMENTS["code_discount_node_by_code"], code="LINA10")["codeDiscountNodeByCode"] is None
    )


def test_more_than_250_codes_at_once_are_refused(client: Any) -> None:
    node = create(client)["codeDiscountNode"]["id"]
    codes = [{"code": f"C{i}"} for i in range(251)]
    answer = client.post(DOCUMENTS["discount_redeem_code_bulk_add"], discountId=node, codes=codes).json()
    assert answer["errors"][0]["extensions"]["code"] == "MAX_INPUT_SIZE_EXCEEDED"


def test_graphql_and_webhook_tell_the_same_amounts(client: Any) -> None:
    create(client)
    placed = place(
        client, codes=["MARA10"], landing_site="/products/serum?ref=mara&utm_source=ig", currency="USD"
    )
    line = placed["line_items"][0]["id"]
    client.control(
        f"/shops/{LUMEN}/orders/{placed['id']}/refund", {"lines": {str(line): 1}, "shipping": "4.95"}
    )
    order = client.ask(DOCUMENTS["order_for_commission"], id=placed["admin_graphql_api_id"])["order"]
    assert order["displayFinancialStatus"] == "PARTIALLY_REFUNDED"
    assert order["subtotalPriceSet"]["shopMoney"] == {"amount": "86.4", "currencyCode": "EUR"}
    assert order["subtotalPriceSet"]["presentmentMoney"] == {"amount": "93.31", "currencyCode": "USD"}
    assert order["currentSubtotalPriceSet"]["shopMoney"]["amount"] == "43.2"
    (refund,) = order["refunds"]
    assert refund["refundLineItems"]["nodes"][0]["subtotalSet"]["shopMoney"]["amount"] == "43.2"
    assert refund["refundShippingLines"]["nodes"][0]["subtotalAmountSet"]["shopMoney"]["amount"] == "4.95"
    assert order["discountApplications"]["nodes"][0]["code"] == "MARA10"
    again = client.ask(DOCUMENTS["refunds_for_order"], id=placed["admin_graphql_api_id"])["order"]
    (transaction,) = again["refunds"][0]["transactions"]["nodes"]
    assert (transaction["kind"], transaction["amountSet"]["shopMoney"]["amount"]) == ("REFUND", "48.15")


def test_the_visits_before_an_order_are_gathered_some_minutes_later(client: Any, state: State) -> None:
    visits = [
        ["2026-11-20T08:00:00Z", "/?ref=mara&utm_source=ig"],
        ["2026-11-21T08:00:00Z", "/collections/all"],
    ]
    placed = place(client, journey=visits)
    gathering = client.ask(DOCUMENTS["order_customer_journey"], id=placed["admin_graphql_api_id"])["order"]
    assert gathering["customerJourneySummary"]["ready"] is False
    assert gathering["customerJourneySummary"]["moments"]["nodes"] == []

    state.clock.move(timedelta(minutes=5))
    told = client.ask(DOCUMENTS["order_customer_journey"], id=placed["admin_graphql_api_id"])["order"]
    summary = told["customerJourneySummary"]
    assert [m["occurredAt"] for m in summary["moments"]["nodes"]] == [at for at, _ in visits]
    assert summary["lastVisit"]["landingPage"].endswith("/collections/all")
    visit = summary["firstVisit"]
    assert (visit["referralCode"], visit["utmParameters"]["source"]) == ("mara", "ig")


def test_orders_are_read_by_version_and_page_by_page(client: Any) -> None:
    for day in ("20", "21", "22"):
        place(client, placed_at=f"2026-11-{day}T08:00:00Z")
    seen, after = [], None
    while True:
        page = client.ask(
            DOCUMENTS["orders_reconciliation"],
            first=1,
            after=after,
            query="updated_at:>='2026-11-21T00:00:00Z'",
        )["orders"]
        seen += [one["name"] for one in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert seen == ["#1002", "#1003"]


def test_orders_older_than_sixty_days_need_another_scope(client: Any) -> None:
    placed = place(client, placed_at="2026-09-22T08:00:00Z")

    def ask() -> Any:
        return client.ask(DOCUMENTS["refunds_for_order"], id=placed["admin_graphql_api_id"])

    assert ask()["order"] is None
    client.control(f"/shops/{LUMEN}/scopes", {"scopes": ["read_orders", "read_all_orders"]})
    assert ask()["order"]["id"] == placed["admin_graphql_api_id"]


def test_metafields_and_tags_are_set_on_an_order(client: Any) -> None:
    gid = place(client)["admin_graphql_api_id"]
    field = {"ownerId": gid, "key": "creator", "value": "mara", "type": "single_line_text_field"}
    made = client.ask(DOCUMENTS["metafields_set"], metafields=[field])["metafieldsSet"]
    assert (made["metafields"][0]["value"], made["userErrors"]) == ("mara", [])
    stale = client.ask(DOCUMENTS["metafields_set"], metafields=[field | {"compareDigest": "x"}])[
        "metafieldsSet"
    ]
    assert stale["userErrors"][0]["code"] == "STALE_OBJECT"
    definition = {"name": "Creator", "key": "creator", "ownerType": "ORDER", "type": "single_line_text_field",
                  "capabilities": {"adminFilterable": {"enabled": True}}}  # fmt: skip
    first = client.ask(DOCUMENTS["metafield_definition_create"], definition=definition)[
        "metafieldDefinitionCreate"
    ]
    assert first["createdDefinition"]["capabilities"]["adminFilterable"]["enabled"] is True
    second = client.ask(DOCUMENTS["metafield_definition_create"], definition=definition)[
        "metafieldDefinitionCreate"
    ]
    assert second["userErrors"][0]["code"] == "TAKEN"
    client.ask(DOCUMENTS["tags_add"], id=gid, tags=["tribute", "mara"])
    client.ask(DOCUMENTS["tags_remove"], id=gid, tags=["MARA"])
    number = gid.rpartition("/")[2]
    assert client.control(f"/shops/{LUMEN}/orders/{number}", method="GET")["tags"] == "tribute"


def test_the_web_pixel_exists_once(client: Any) -> None:
    assert client.ask(DOCUMENTS["web_pixel_query"])["webPixel"] is None
    pixel = {"settings": json.dumps({"accountID": "1"})}
    made = client.ask(DOCUMENTS["web_pixel_create"], webPixel=pixel)["webPixelCreate"]["webPixel"]
    again = client.ask(DOCUMENTS["web_pixel_create"], webPixel=pixel)["webPixelCreate"]
    assert again["userErrors"][0]["code"] == "TAKEN"
    other = {"settings": json.dumps({"accountID": "2"})}
    client.ask(DOCUMENTS["web_pixel_update"], id=made["id"], webPixel=other)
    assert json.loads(client.ask(DOCUMENTS["web_pixel_query"])["webPixel"]["settings"]) == {"accountID": "2"}


def test_a_subscription_made_by_the_api_is_delivered_and_listed(client: Any, ear: Any) -> None:
    wanted = {"uri": f"{ear.url}/extra", "includeFields": ["id", "updated_at"], "name": "extra"}
    client.ask(DOCUMENTS["webhook_subscription_create"], topic="ORDERS_CREATE", webhookSubscription=wanted)
    listed = client.ask(DOCUMENTS["webhook_subscriptions_list"], first=5)["webhookSubscriptions"]["nodes"]
    assert [(one["topic"], one["includeFields"]) for one in listed] == [
        ("ORDERS_CREATE", ["id", "updated_at"])
    ]
    place(client)
    client.control("/webhooks/settle", {})
    full, part = ear.of("orders/create")
    assert sorted(part.body) == ["id", "updated_at"]
    assert part.headers["x-shopify-name"] == "extra"
    assert full.headers["x-shopify-event-id"] == part.headers["x-shopify-event-id"]
    assert full.headers["x-shopify-webhook-id"] != part.headers["x-shopify-webhook-id"]


def test_the_app_can_throw_itself_out(client: Any, ear: Any) -> None:
    assert client.ask(DOCUMENTS["app_uninstall"])["appUninstall"]["userErrors"] == []
    client.control("/webhooks/settle", {})
    assert [one.topic for one in ear.heard] == ["app/uninstalled"]
    assert client.post(DOCUMENTS["shop"]).status_code == 401


def test_one_shop_never_sees_the_orders_of_another(client: Any) -> None:
    placed = place(client)
    client.install(KAZE)
    found = client.ask(DOCUMENTS["refunds_for_order"], KAZE, id=placed["admin_graphql_api_id"])
    assert found["order"] is None


def test_a_refused_update_leaves_the_code_as_it_was(client: Any) -> None:
    node = create(client)["codeDiscountNode"]["id"]
    wrong = {"code": "OTHER", "endsAt": "2025-01-01T00:00:00Z"}
    answer = client.ask(DOCUMENTS["discount_code_basic_update"], id=node, basicCodeDiscount=wrong)
    assert answer["discountCodeBasicUpdate"]["userErrors"][0]["code"] == "INVALID"
    found = client.ask(DOCUMENTS["code_discount_node_by_code"], code="MARA10")["codeDiscountNodeByCode"]
    assert found["id"] == node
