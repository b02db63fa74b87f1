"""Keys of providers: from the environment, under a new secret key, and gone with the shop."""

import msgspec
import pytest
from cryptography.fernet import Fernet
from sqlalchemy import text

from app.config import BadSetting, read
from app.db.locks import NamedLocks
from app.flows import connect_provider
from app.flows.connect_provider import NoSuchProvider, Typed
from app.flows.connector import Connector
from app.flows.rotate_keys import rotate_keys
from app.kernel.ids import ShopId
from app.payouts import provider_store
from app.payouts.plugin import Outside
from app.shops.vault import Unreadable, Vault
from app.wiring import Wiring
from tests.conftest import SECRET_KEY
from tests.world import World

STRIPE = {"mode": "connect", "api_key": "sk_test_1", "signing_secret": "whsec_1", "financial_account": ""}
ENVIRONMENT = {
    "TRIBUTE_SECRET_KEYS": SECRET_KEY, "SHOPIFY_API_KEY": "key", "SHOPIFY_API_SECRET": "secret",
    "TRIBUTE_SOLE_SHOP": "Lumen.myshopify.com",
}  # fmt: skip
KEYS = {"STRIPE_SECRET_KEY": "sk_test_1", "STRIPE_WEBHOOK_SECRET": "whsec_1"}


def connect(wiring: Wiring, shop_id: ShopId, provider: str = "stripe") -> None:
    with wiring.shop_session(shop_id) as session, session.begin():
        connect_provider.connect(
            session,
            wiring.cashier,
            wiring.connector,
            Typed(provider, STRIPE),
            actor="Ida",
            now=wiring.clock.now(),
        )


def test_the_environment_gives_keys_to_the_sole_shop() -> None:
    settings = read(ENVIRONMENT | KEYS)
    assert settings.sole_shop == "lumen.myshopify.com"
    assert settings.provider_keys == {"stripe": STRIPE}
    assert "sk_test_1" not in repr(settings)


def test_without_a_sole_shop_keys_in_the_environment_are_nobodys() -> None:
    assert read({**ENVIRONMENT, **KEYS, "TRIBUTE_SOLE_SHOP": ""}).provider_keys == {}


def test_half_a_set_of_keys_stops_the_start_and_shows_none() -> None:
    with pytest.raises(BadSetting, match="STRIPE_WEBHOOK_SECRET") as stopped:
        read(ENVIRONMENT | {"STRIPE_SECRET_KEY": "sk_test_1"})
    assert "sk_test_1" not in str(stopped.value)


def test_a_sole_shop_that_is_no_shop_stops_the_start() -> None:
    with pytest.raises(BadSetting, match="TRIBUTE_SOLE_SHOP"):
        read({**ENVIRONMENT, "TRIBUTE_SOLE_SHOP": "https://lumen"})


def test_pretend_providers_count_only_beside_a_pretend_shopify() -> None:
    pretend = {"STRIPE_API_BASE": "http://127.0.0.1:9/pretend/stripe/"}
    assert read(ENVIRONMENT | pretend).provider_bases == {}
    beside = read({**ENVIRONMENT, **pretend, "SHOPIFY_ADMIN_ORIGIN": "http://127.0.0.1:9"})
    assert beside.provider_bases == {"stripe": "http://127.0.0.1:9/pretend/stripe"}
    with pytest.raises(BadSetting, match="STRIPE_API_BASE"):
        read({**ENVIRONMENT, "STRIPE_API_BASE": "nowhere", "SHOPIFY_ADMIN_ORIGIN": "http://127.0.0.1:9"})


def test_a_new_secret_key_seals_them_anew(wiring: Wiring) -> None:
    shop_id = World(wiring).shop_id
    connect(wiring, shop_id)
    newest = Fernet.generate_key().decode()
    both = Vault([newest, SECRET_KEY])
    assert rotate_keys(wiring.shop_session, NamedLocks(wiring.engine), both, wiring.queue, [shop_id]) == 1
    with wiring.shop_session(shop_id) as session:
        held = provider_store.connections(session)["stripe"]
    outside = Outside(wiring.provider_http, wiring.clock)
    assert Connector(Vault([newest]), outside, {}, lambda _: False).values(shop_id, held) == STRIPE
    with pytest.raises(Unreadable):
        wiring.connector.connect(shop_id, held)


def test_sealed_keys_of_one_shop_open_in_no_other(wiring: Wiring) -> None:
    one, other = World(wiring).shop_id, World(wiring, domain="other.myshopify.com").shop_id
    connect(wiring, one)
    with wiring.shop_session(one) as session:
        held = provider_store.connections(session)["stripe"]
    with pytest.raises(Unreadable):
        wiring.connector.connect(other, held)
    with wiring.shop_session(other) as session:
        assert provider_store.connections(session) == {}


def test_an_erased_shop_has_no_keys_and_no_addresses(wiring: Wiring) -> None:
    world = World(wiring)
    connect(wiring, world.shop_id)
    body = {"shop_id": world.shop_id, "shop_domain": world.domain}
    world.deliver("shop/redact", msgspec.json.encode(body))
    world.work()
    with wiring.platform_session() as session:
        assert session.execute(text("select count(*) from provider_endpoints")).scalar_one() == 0
    with wiring.shop_session(world.shop_id) as session:
        assert provider_store.connections(session) == {}


def test_what_is_not_connected_by_keys_is_refused_by_name(wiring: Wiring) -> None:
    shop_id = World(wiring).shop_id
    with pytest.raises(NoSuchProvider, match="there are paypal, stripe"):
        connect(wiring, shop_id, "manual")
    with pytest.raises(NoSuchProvider):
        connect_provider.test(wiring.shop_session, wiring.cashier, shop_id, "stripe", wiring.clock.now())
