"""Every step of an installation's life, in whatever order Shopify tells us about it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from app.flows.scopes_update import REQUIRED, missing_scopes
from app.shops import store
from app.shops.model import Status
from app.shops.store import SealedTokens
from app.wiring import Wiring
from tests.conftest import NOW
from tests.world import INSTALLED, World

HOUR = timedelta(hours=1)
STALE_REDACT = "The app was installed again after the uninstall that this request follows."


@pytest.fixture
def world(wiring: Wiring) -> World:
    made = World(wiring)
    become(made, Status.INSTALLED, authorized_at=INSTALLED)
    return made


def become(world: World, status: Status, **facts: Any) -> None:
    """Put the shop into a state, with tokens where the state has them."""
    with world.wiring.shop_session(world.shop_id) as session, session.begin():
        store.change(session, world.shop_id, status=status, offline=False, **facts)
        if status in {Status.INSTALLED, Status.NEEDS_REAUTH}:
            store.write_tokens(session, world.shop_id, SealedTokens(b"a", NOW + HOUR, b"r", NOW + HOUR))
        else:
            store.delete_tokens(session, world.shop_id)


def hear(world: World, topic: str, at: datetime, **body: Any) -> tuple[Status, bool, str | None]:
    """What the shop is after a webhook: its status, whether it has tokens, why the webhook was ignored."""
    world.deliver(topic, {"id": 1, **body}, triggered=at)
    world.work()
    with world.wiring.shop_session(world.shop_id) as session:
        status = store.get(session, world.shop_id).status
        tokens = store.read_tokens(session, world.shop_id) is not None
    return status, tokens, world.inbox()[-1][1]


UNINSTALLED = (Status.UNINSTALLED, False, None)
REDACTED = (Status.REDACTED, False, None)
AGAIN = NOW - HOUR
"""When the merchant came back, in the cases where one did."""

Step = tuple[Status, dict[str, Any], str, datetime, tuple[Status, bool, str | None]]
STEPS: dict[str, Step] = {
    "installed, then uninstalled": (Status.INSTALLED, {}, "app/uninstalled", NOW, UNINSTALLED),
    "waiting for the merchant, then uninstalled": (
        Status.NEEDS_REAUTH,
        {},
        "app/uninstalled",
        NOW,
        UNINSTALLED,
    ),
    "uninstalled, told twice": (Status.UNINSTALLED, {}, "app/uninstalled", NOW, UNINSTALLED),
    "came back before the uninstall was told": (
        Status.INSTALLED,
        {"authorized_at": AGAIN},
        "app/uninstalled",
        AGAIN - HOUR,
        (Status.INSTALLED, True, "The app was installed again after this."),
    ),
    "uninstalled, then erased": (Status.UNINSTALLED, {}, "shop/redact", NOW, REDACTED),
    "erased although the uninstall was never told": (Status.INSTALLED, {}, "shop/redact", NOW, REDACTED),
    "erased while waiting for the merchant": (Status.NEEDS_REAUTH, {}, "shop/redact", NOW, REDACTED),
    "came back within the 48 hours": (
        Status.INSTALLED,
        {"authorized_at": AGAIN},
        "shop/redact",
        NOW,
        (Status.INSTALLED, True, STALE_REDACT),
    ),
    "came back long before this uninstall": (
        Status.INSTALLED,
        {"authorized_at": NOW - timedelta(hours=49)},
        "shop/redact",
        NOW,
        REDACTED,
    ),
    "erased, told twice": (
        Status.REDACTED,
        {},
        "shop/redact",
        NOW,
        (Status.REDACTED, False, "The shop's data were erased at its request."),
    ),
    "erased, then uninstalled": (
        Status.REDACTED,
        {},
        "app/uninstalled",
        NOW,
        (Status.REDACTED, False, "The shop's data were erased at its request."),
    ),
}


@pytest.mark.parametrize("case", STEPS)
def test_every_step_ends_where_it_should(world: World, case: str) -> None:
    status, facts, topic, at, after = STEPS[case]
    become(world, status, **facts)
    assert hear(world, topic, at) == after


def test_an_uninstalled_shop_keeps_its_facts(world: World) -> None:
    creator = world.creator("mara", "MARA10")
    hear(world, "app/uninstalled", NOW)
    with world.wiring.shop_session(world.shop_id) as session:
        shop = store.get(session, world.shop_id)
        key = store.shop_key(session, world.wiring.vault, world.shop_id)
    assert creator
    assert (shop.installed_at, key is not None) == (INSTALLED, True)


def test_scopes_follow_the_newest_word_whatever_comes_first(world: World) -> None:
    hear(world, "app/scopes_update", NOW, previous=[], current=["read_orders", "write_discounts"])
    _, _, why = hear(world, "app/scopes_update", NOW - HOUR, previous=[], current=["read_orders"])
    with world.wiring.platform_session() as session:
        scopes = store.get(session, world.shop_id).scopes
    assert scopes == frozenset({"read_orders", "write_discounts"})
    assert why == "Newer scopes were stored already."
    assert missing_scopes(scopes) == REQUIRED - scopes


def test_a_write_scope_counts_as_its_read_scope() -> None:
    granted = (REQUIRED - {"read_products"}) | {"write_products"}
    assert missing_scopes(granted) == frozenset()


def test_a_shop_may_change_its_name_its_zone_and_its_currency(world: World) -> None:
    hear(world, "shop/update", NOW, name="Lumen Paris", currency="JPY", iana_timezone="Europe/Paris")
    hear(world, "shop/update", NOW - HOUR, name="Old", currency="USD", iana_timezone="America/New_York")
    with world.wiring.platform_session() as session:
        shop = store.get(session, world.shop_id)
    assert (shop.name, shop.currency, shop.timezone) == ("Lumen Paris", "JPY", "Europe/Paris")


NONSENSE: list[Callable[[World], tuple[Status, bool, str | None]]] = [
    lambda w: hear(w, "shop/update", NOW, name="x", currency="???", iana_timezone="Europe/Paris"),
    lambda w: hear(w, "shop/update", NOW, name="x", currency="EUR", iana_timezone="Mars/Olympus"),
    lambda w: hear(w, "shop/update", NOW),
    lambda w: hear(w, "app/scopes_update", NOW, current="all"),
]


@pytest.mark.parametrize("say", NONSENSE)
def test_nonsense_is_parked_and_changes_nothing(
    world: World, say: Callable[[World], tuple[Status, bool, str | None]]
) -> None:
    status, tokens, reason = say(world)
    with world.wiring.platform_session() as session:
        assert store.get(session, world.shop_id).currency == "EUR"
    assert (status, tokens, world.inbox()[-1][0]) == (Status.INSTALLED, True, "parked")
    assert reason
