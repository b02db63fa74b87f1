"""A merchant connects a provider by keys: checked, sealed, tried; and the address that its webhooks go to."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

import msgspec

from app.db.session import ShopSession
from app.flows import payout_settings
from app.flows.cashier import Cashier
from app.flows.connector import Connector
from app.kernel.errors import Conflict, NotFound
from app.kernel.ids import ShopId
from app.payouts import provider_store, store
from app.payouts.plugin import Plugin, Values
from app.payouts.plugins import plugins
from app.payouts.protocol import State
from app.payouts.provider_store import Connection

_OPEN = frozenset({State.SUBMITTING, State.UNKNOWN})


class NoSuchProvider(NotFound):
    """Nothing that is connected by keys has that name."""

    def __init__(self, name: str) -> None:
        known = ", ".join(sorted(by_keys()))
        super().__init__(f"There is no provider {name[:40]!r} to connect; there are {known}.")


class StillAsked(Conflict):
    """Another account would know nothing of payouts whose outcome is asked for."""

    def __init__(self, provider: str, number: int) -> None:
        super().__init__(
            f"What became of {number} payouts by {provider} is not known yet, and only the account that was asked to "
            "pay them knows. Wait until it is, or say that these keys belong to the same account."
        )


def by_keys() -> Mapping[str, Plugin]:
    """Every provider that is connected by keys, by name."""
    return {name: plugin for name, plugin in plugins().items() if plugin.connect is not None}


@dataclass(frozen=True)
class Typed:
    """What a merchant entered; a secret that is left empty stays as it is."""

    provider: str
    values: Values
    is_same_account: bool = False


def connect(
    session: ShopSession, cashier: Cashier, connector: Connector, typed: Typed, *, actor: str, now: datetime
) -> None:
    """Keep the keys, sealed. Raises NoSuchProvider, Invalid, StillAsked.

    Two accounts know nothing of one another: asked at the wrong one, a payout is missing, and would be paid again.
    """
    plugin = by_keys().get(typed.provider)
    if plugin is None:
        raise NoSuchProvider(typed.provider)
    held = provider_store.connections(session).get(typed.provider)
    before = connector.values(ShopId(session.shop_id), held) if held is not None else {}
    values = plugin.checked({**typed.values, **_kept(plugin, typed.values, before)})
    # Also where nothing is connected now: whoever disconnected may connect another account.
    if not typed.is_same_account and _is_another(plugin, before, values):
        _check_nothing_is_asked(session, typed.provider)
    payout_settings.connect(
        session,
        cashier,
        typed.provider,
        msgspec.json.encode(values),
        plugin.shown(values),
        actor=actor,
        now=now,
    )
    provider_store.endpoint(session, typed.provider)


def webhook_path(session: ShopSession, provider: str) -> str:
    """Where this shop's webhooks from a provider go, below the app's address; made once."""
    return f"/webhooks/{provider}/{provider_store.endpoint(session, provider)}"


def test(
    open_session: Callable[[ShopId], ShopSession],
    cashier: Cashier,
    shop_id: ShopId,
    provider: str,
    now: datetime,
) -> str | None:
    """Try the connection and note what it said: None when all is well, else a sentence. Asks the provider.

    Raises NoSuchProvider for one that is not connected.
    """
    reached = cashier.providers(shop_id).get(provider)
    if reached is None or provider not in by_keys():
        raise NoSuchProvider(provider)
    complaint = reached.check()
    with open_session(shop_id) as session, session.begin():
        provider_store.tried(session, provider, complaint, now)
    return complaint


def shown(session: ShopSession) -> Mapping[str, Connection]:
    """How the shop is connected, by provider; sealed but for what may be shown."""
    return {name: one for name, one in provider_store.connections(session).items() if name in by_keys()}


def _kept(plugin: Plugin, typed: Values, before: Values) -> dict[str, str]:
    secrets = [one.name for one in plugin.fields if one.is_secret and not typed.get(one.name, "").strip()]
    return {name: before[name] for name in secrets if before.get(name)}


def _is_another(plugin: Plugin, before: Values, values: Values) -> bool:
    return any(before.get(one.name, "") != values[one.name] for one in plugin.fields if one.is_account)


def _check_nothing_is_asked(session: ShopSession, provider: str) -> None:
    asked = [
        one for one in store.under_way(session) if one.provider == provider and one.payout.state in _OPEN
    ]
    if asked:
        raise StillAsked(provider, len(asked))
