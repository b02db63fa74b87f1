"""How a shop is connected to providers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert

from app.db.session import ShopSession
from app.payouts.tables import ProviderSettings


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


def _connection(row: ProviderSettings) -> Connection:
    return Connection(
        row.provider, row.shown, row.put_at, row.put_by, row.checked_at, row.complaint, row.sealed
    )
