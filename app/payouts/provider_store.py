"""How a shop is connected to providers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert

from app.db.session import Fenced, PlatformSession, ShopSession
from app.kernel.ids import ShopId, random_token
from app.payouts.tables import ProviderEndpoint, ProviderSettings


@dataclass(frozen=True, slots=True)
class Connection:
    """What was entered for one provider, closed."""

    provider: str
    shown: Mapping[str, Any]
    put_at: datetime
    put_by: str
    checked_at: datetime | None
    complaint: str | None
    sealed: bytes = field(repr=False)


def column(provider: str) -> str:
    """The name of the cell that settings are sealed for."""
    return f"provider:{provider}"


def put(session: ShopSession, connection: Connection) -> None:
    """These hold from now on; whether they work is not known until they are tried."""
    values = {
        "sealed": connection.sealed,
        "shown": dict(connection.shown),
        "put_at": connection.put_at,
        "put_by": connection.put_by,
        "checked_at": connection.checked_at,
        "complaint": connection.complaint,
    }
    statement = insert(ProviderSettings).values(
        shop_id=session.shop_id, provider=connection.provider, **values
    )
    session.execute(statement.on_conflict_do_update(index_elements=["shop_id", "provider"], set_=values))


def connections(session: ShopSession) -> dict[str, Connection]:
    """All of the shop, by provider."""
    return {row.provider: _connection(row) for row in session.scalars(select(ProviderSettings))}


def tried(session: ShopSession, provider: str, complaint: str | None, now: datetime) -> None:
    """What a try of the connection said."""
    row = ProviderSettings
    statement = update(row).where(row.shop_id == session.shop_id, row.provider == provider)
    session.execute(statement.values(checked_at=now, complaint=complaint))


def reseal(session: ShopSession, provider: str, sealed: bytes) -> None:
    """The same, under another key."""
    row = ProviderSettings
    statement = update(row).where(row.shop_id == session.shop_id, row.provider == provider)
    session.execute(statement.values(sealed=sealed))


def remove(session: ShopSession, provider: str | None = None) -> None:
    """Disconnect one, or all."""
    row = ProviderSettings
    statement = delete(row).where(row.shop_id == session.shop_id)
    session.execute(statement if provider is None else statement.where(row.provider == provider))


def endpoint(session: ShopSession, provider: str) -> str:
    """The end of the address of this shop's webhooks from a provider: made once, the same for ever."""
    row = ProviderEndpoint
    values = {"token": random_token(), "shop_id": session.shop_id, "provider": provider}
    session.execute(insert(row).values(values).on_conflict_do_nothing())
    query = select(row.token).where(row.shop_id == session.shop_id, row.provider == provider)
    return session.scalars(query).one()


def endpoints(session: ShopSession) -> dict[str, str]:
    """The ends of the addresses of this shop's webhooks, by provider; only those that were made."""
    row = ProviderEndpoint
    rows = session.execute(select(row.provider, row.token).where(row.shop_id == session.shop_id))
    return {found.provider: found.token for found in rows}


def shop_of(session: PlatformSession, provider: str, token: str) -> ShopId | None:
    """Whose address that is."""
    row = ProviderEndpoint
    found = session.scalars(select(row.shop_id).where(row.token == token, row.provider == provider)).first()
    return ShopId(found) if found is not None else None


def forget_shop(session: Fenced, shop_id: ShopId) -> None:
    """Destroy its keys; webhooks find nobody any more."""
    for row in (ProviderSettings, ProviderEndpoint):
        session.execute(delete(row).where(row.shop_id == shop_id))


def _connection(row: ProviderSettings) -> Connection:
    return Connection(
        row.provider, row.shown, row.put_at, row.put_by, row.checked_at, row.complaint, row.sealed
    )
