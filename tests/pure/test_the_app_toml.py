"""shopify.app.toml and the GraphQL documents: what Shopify's own offline tools do not check."""

import gzip
import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from graphql import (
    FieldNode,
    GraphQLEnumType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    build_schema,
    get_named_type,
    parse,
    validate,
    visit,
)

from app.config import API_VERSION
from app.flows import scopes_update
from app.kernel.errors import NotFound
from app.shopify import documents
from app.shopify.rewards import CARD_SCOPES, CREDIT_SCOPES

ROOT = Path(__file__).resolve().parents[2]
TOML: dict[str, Any] = tomllib.loads((ROOT / "shopify.app.toml").read_text())
ACCESS: dict[str, Any] = json.loads((ROOT / "devstore" / "field-access.json").read_text())
SCHEMA: GraphQLSchema = build_schema(
    gzip.decompress((ROOT / "devstore" / "admin-2026-10.graphql.gz").read_bytes()).decode(), assume_valid=True
)
REQUIRED = frozenset(TOML["access_scopes"]["scopes"].split(","))
OPTIONAL = frozenset(TOML["access_scopes"]["optional_scopes"])
OF_FEATURES = {
    **dict.fromkeys(("store_credit_give", "store_credit_look", "store_credit_state"), CREDIT_SCOPES),
    **dict.fromkeys(("gift_card_create", "gift_card_send", "gift_cards_newest"), CARD_SCOPES),
}
"""Documents of features that ask the merchant for more, and for what."""
COMPLIANCE = {"customers/data_request", "customers/redact", "shop/redact"}
KEYS: dict[str, set[str]] = {
    "": {"client_id", "name", "handle", "application_url", "embedded", "extension_directories", "build"}
    | {"access_scopes", "auth", "webhooks", "events", "app_proxy", "pos"},
    "build": {"automatically_update_urls_on_dev", "include_config_on_deploy"},
    "access_scopes": {"scopes", "optional_scopes", "use_legacy_install_flow"},
    "auth": {"redirect_urls"},
    "webhooks": {"api_version", "subscriptions"},
    "events": {"api_version"},
    "app_proxy": {"url", "subpath", "prefix"},
    "pos": {"embedded"},
}
TOPIC_SCOPES = {
    "products/": "read_products",
    "collections/": "read_products",
    "orders/": "read_orders",
    "refunds/": "read_orders",
    "discounts/": "read_discounts",
}


def grants(scopes: frozenset[str], scope: str) -> bool:
    return scope in scopes or scope.replace("read_", "write_", 1) in scopes


def subscriptions() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = TOML["webhooks"]["subscriptions"]
    return found


def topics() -> list[str]:
    return [topic for one in subscriptions() for topic in one.get("topics", [])]


def test_only_keys_that_shopify_knows_are_used() -> None:
    for section, known in KEYS.items():
        assert set(TOML[section] if section else TOML) <= known, section
    for one in subscriptions():
        assert set(one) in ({"topics", "uri"}, {"compliance_topics", "uri"})


def test_every_part_speaks_the_version_that_the_code_speaks() -> None:
    assert (TOML["webhooks"]["api_version"], TOML["events"]["api_version"]) == (API_VERSION, API_VERSION)


def test_every_topic_exists_in_the_schema_and_is_subscribed_to_once() -> None:
    enum = SCHEMA.type_map["WebhookSubscriptionTopic"]
    assert isinstance(enum, GraphQLEnumType)
    known = set(enum.values)
    spelled = [re.sub(r"[/_]", "_", topic).upper() for topic in topics()]
    assert set(spelled) <= known
    assert len(spelled) == len(set(spelled))


def test_the_three_compliance_topics_are_there() -> None:
    assert {t for one in subscriptions() for t in one.get("compliance_topics", [])} == COMPLIANCE


def test_every_topic_arrives_where_the_intake_listens() -> None:
    assert {one["uri"] for one in subscriptions()} == {"/webhooks/shopify"}


@pytest.mark.parametrize("topic", topics())
def test_the_scope_behind_every_topic_is_asked_for(topic: str) -> None:
    needed = next((scope for prefix, scope in TOPIC_SCOPES.items() if topic.startswith(prefix)), None)
    assert needed is None or grants(REQUIRED, needed)


def test_shopify_installs_the_app_itself() -> None:
    assert TOML["access_scopes"]["use_legacy_install_flow"] is False
    assert TOML["embedded"] is True
    assert not REQUIRED & OPTIONAL


def test_home_asks_for_exactly_the_scopes_that_an_install_grants() -> None:
    assert frozenset(scopes_update.REQUIRED) == REQUIRED


def test_the_proxy_is_where_the_storefront_looks_for_it() -> None:
    assert TOML["app_proxy"] == {"url": "/proxy", "prefix": "apps", "subpath": "tribute"}


class Fields(Visitor):
    """Every (type, field) that a document selects."""

    def __init__(self, info: TypeInfo) -> None:
        super().__init__()
        self.info = info
        self.found: set[tuple[str, str, str]] = set()

    def enter_field(self, node: FieldNode, *_: Any) -> None:
        parent, result = self.info.get_parent_type(), self.info.get_type()
        assert parent is not None
        assert result is not None
        self.found.add((parent.name, node.name.value, get_named_type(result).name))


def fields_of(name: str) -> set[tuple[str, str, str]]:
    info = TypeInfo(SCHEMA)
    fields = Fields(info)
    visit(parse(documents.load(name).text), TypeInfoVisitor(info, fields))
    return fields.found


def scopes_of(parent: str, field: str, result: str) -> list[str]:
    """What selecting this field needs, as "a|b" choices."""
    if parent in {"QueryRoot", "Mutation"}:
        own = ACCESS["Mutation" if parent == "Mutation" else "Query"].get(field, [])
    else:
        own = ACCESS["fields"].get(parent, {}).get(field, [])
    return [*own, *ACCESS["types"].get(result, [])]


@pytest.mark.parametrize("name", documents.all_names())
def test_every_document_is_valid_and_uses_nothing_deprecated(name: str) -> None:
    document = parse(documents.load(name).text)
    assert validate(SCHEMA, document) == []
    operations = [d for d in document.definitions if isinstance(d, OperationDefinitionNode)]
    assert [o.operation.value for o in operations] == [
        "mutation" if documents.load(name).is_mutation else "query"
    ]
    for parent, field, _ in fields_of(name):
        owner = SCHEMA.type_map[parent]
        if isinstance(owner, GraphQLObjectType | GraphQLInterfaceType) and not field.startswith("__"):
            assert owner.fields[field].deprecation_reason is None


@pytest.mark.parametrize("name", documents.all_names())
def test_no_document_needs_a_scope_that_is_not_asked_for_at_install(name: str) -> None:
    granted = REQUIRED | OF_FEATURES.get(name, frozenset())
    missing = {
        (parent, field, choice)
        for parent, field, result in fields_of(name)
        for choice in scopes_of(parent, field, result)
        if not any(grants(granted, scope) for scope in choice.split("|"))
    }
    assert missing == set()


def test_what_features_ask_for_is_declared() -> None:
    asked = frozenset[str]().union(*OF_FEATURES.values())
    assert {scope for scope in asked if not grants(OPTIONAL, scope)} == set()


@pytest.mark.parametrize("name", documents.all_names())
def test_no_document_reads_a_name_an_address_a_phone_or_an_email(name: str) -> None:
    protected = ACCESS["protected_level_2"]
    assert {(p, f) for p, f, _ in fields_of(name) if f in protected.get(p, {})} == set()


def test_the_check_itself_would_find_a_customers_email() -> None:
    assert "email" in ACCESS["protected_level_2"]["Customer"]
    assert scopes_of("Order", "customer", "Customer") != []


def test_a_document_that_is_not_there_is_named() -> None:
    with pytest.raises(NotFound, match="There is no GraphQL document 'nowhere'"):
        documents.load("nowhere")
