"""The tenant's row: finding it, adding it, changing it, and the key of its pseudonyms."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Row, select, text, update
from sqlalchemy.dialects.postgresql import insert

from app.db.session import BatchSession, Fenced, PlatformSession
from app.kernel.errors import NotFound
from app.kernel.ids import ShopId
from app.shops.model import ShopRecord, Status
from app.shops.tables import Shop
from app.shops.vault import Vault, new_shop_key


class ShopContext(msgspec.Struct, frozen=True):
    """What the processing of an event needs to know of its shop."""

    id: int
    domain: str
    status: Status
    currency: str
    timezone: str
    installed_at: datetime
    offline: bool
    """Registered without Shopify: nothing can be asked of its Admin API."""
    shop_key: bytes | None
    """Encrypted; what the pseudonyms are made with."""


_COLUMNS = "id, domain, status, currency, timezone, installed_at, offline, shop_key"


def contexts(session: Fenced, domains: Collection[str]) -> dict[str, ShopContext]:
    """The shops of these domains that we know, by domain."""
    rows = session.execute(
        text(f"select {_COLUMNS} from shops where domain = any(:domains)"),  # noqa: S608 - a constant
        {"domains": sorted(domains)},
    )
    return {row.domain: _context(row) for row in rows}


def contexts_by_id(session: Fenced, ids: Collection[int]) -> dict[int, ShopContext]:
    """The shops of these ids, by id."""
    rows = session.execute(
        text(f"select {_COLUMNS} from shops where id = any(:ids)"),  # noqa: S608 - a constant
        {"ids": sorted(ids)},
    )
    return {row.id: _context(row) for row in rows}


def find_by_domain(session: Fenced, domain: str) -> ShopRecord | None:
    """The shop of that permanent domain."""
    row = session.scalar(select(Shop).where(Shop.domain == domain))
    return _record(row) if row else None


def working(session: Fenced) -> list[ShopContext]:
    """Every shop whose data we still hold."""
    rows = session.execute(text(f"select {_COLUMNS} from shops where status <> 'redacted' order by id"))  # noqa: S608
    return [_context(row) for row in rows]


class NoSuchShop(NotFound):
    """A shop that has never installed the app, or whose id is wrong."""

    def __init__(self, shop: str) -> None:
        super().__init__(f"No shop {shop!r} has installed Tribute here.")


def get(session: Fenced, shop_id: ShopId) -> ShopRecord:
    """The shop of that id. Raises NoSuchShop."""
    shop = find(session, shop_id)
    if shop is None:
        raise NoSuchShop(str(shop_id))
    return shop


def get_by_domain(session: Fenced, domain: str) -> ShopRecord:
    """The shop of that permanent domain. Raises NoSuchShop."""
    shop = find_by_domain(session, domain)
    if shop is None:
        raise NoSuchShop(domain)
    return shop


def get_locked(session: Fenced, shop_id: ShopId) -> ShopRecord:
    """The shop as it is now, kept from changing until commit. Rows that point at it may still be added."""
    row = session.scalar(
        select(Shop)
        .where(Shop.id == shop_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise NoSuchShop(str(shop_id))
    return _record(row)


def heard_later(shop: ShopRecord, what: str, triggered_at: datetime) -> bool:
    """Whether `setup` says that we heard about this later than then, or connected the shop later."""
    noted = shop.setup.get(f"{what}_at")
    heard = [datetime.fromisoformat(noted)] if noted else []
    heard += [shop.authorized_at] if shop.authorized_at else []
    return any(triggered_at < at for at in heard)


def find(session: Fenced, shop_id: ShopId) -> ShopRecord | None:
    """The shop of that id."""
    row = session.scalar(select(Shop).where(Shop.id == shop_id))
    return _record(row) if row else None


def connected(session: Fenced) -> list[ShopRecord]:
    """Every shop whose Admin API may be asked, by id."""
    rows = session.scalars(select(Shop).where(Shop.status == Status.INSTALLED).order_by(Shop.id))
    return [record for record in map(_record, rows) if record.is_connected]


def register(
    session: BatchSession | PlatformSession,
    domain: str,
    *,
    name: str,
    currency: str,
    timezone: str,
    installed_at: datetime,
    offline: bool = False,
) -> tuple[ShopRecord, bool]:
    """The shop of that domain, added when it is new; and whether it was. Never changes one that is there."""
    added = session.scalar(
        insert(Shop)
        .values(
            domain=domain,
            status=Status.INSTALLED,
            name=name,
            currency=currency,
            timezone=timezone,
            installed_at=installed_at,
            offline=offline,
            scopes="",
            creator_word="creator",
            setup={},
        )
        .on_conflict_do_nothing(index_elements=[Shop.domain])
        .returning(Shop.id)
    )
    row = session.scalars(
        select(Shop).where(Shop.domain == domain).execution_options(populate_existing=True)
    ).one()
    return _record(row), added is not None


def change(session: Fenced, shop_id: ShopId, **facts: Any) -> ShopRecord:
    """Write these columns of the shop and return what it is then."""
    row = session.scalars(
        update(Shop)
        .where(Shop.id == shop_id)
        .values(**facts)
        .returning(Shop)
        .execution_options(populate_existing=True)
    ).one()
    return _record(row)


def mark_needs_reauth(session: Fenced, shop_id: ShopId) -> None:
    """An installed shop waits for its merchant; any other state stands."""
    session.execute(
        update(Shop)
        .where(Shop.id == shop_id, Shop.status == Status.INSTALLED)
        .values(status=Status.NEEDS_REAUTH),
        execution_options={"synchronize_session": False},
    )


def note_setup(session: Fenced, shop_id: ShopId, notes: dict[str, Any]) -> None:
    """Write these keys of `setup`; the others stay, also when somebody else writes them now."""
    session.execute(
        text("update shops set setup = setup || cast(:notes as jsonb) where id = :id"),
        {"notes": msgspec.json.encode(notes).decode(), "id": shop_id},
    )


def note_embed(session: Fenced, shop_ids: Collection[int], day: str) -> None:
    """Remember on which day (ISO) a storefront's theme embed last told of a visit; a day that is known changes no row."""
    session.execute(
        text(
            "update shops set setup = setup || jsonb_build_object('embed_seen', cast(:day as text)) "
            "where id = any(cast(:ids as bigint[])) and coalesce(setup ->> 'embed_seen', '') < :day"
        ),
        {"ids": sorted(shop_ids), "day": day},
    )


def set_aside(session: Fenced, shop: ShopRecord) -> str:
    """Give an erased tenant a name that no shop can have, and return it: the domain is free again."""
    aside = f"{shop.domain}#{shop.id}"
    session.execute(
        update(Shop)
        .where(Shop.id == shop.id, Shop.domain == shop.domain, Shop.status == Status.REDACTED)
        .values(domain=aside),
        execution_options={"synchronize_session": False},
    )
    return aside


def ensure_shop_key(session: Fenced, vault: Vault, shop_id: ShopId) -> bytes:
    """The key of the shop's pseudonyms, made on the first call. Two first calls agree on one key."""
    fresh = vault.seal(new_shop_key(), shop_id, "shop_key")
    session.execute(
        update(Shop).where(Shop.id == shop_id, Shop.shop_key.is_(None)).values(shop_key=fresh),
        execution_options={"synchronize_session": False},
    )
    key = shop_key(session, vault, shop_id)
    if key is None:
        raise LookupError(f"shop {shop_id} does not exist")
    return key


def shop_key(session: Fenced, vault: Vault, shop_id: ShopId) -> bytes | None:
    """The key of the shop's pseudonyms; None once it was destroyed, or before it was made."""
    sealed = session.scalar(select(Shop.shop_key).where(Shop.id == shop_id))
    return vault.open(sealed, shop_id, "shop_key") if sealed else None


def _record(row: Shop) -> ShopRecord:
    return ShopRecord(
        id=ShopId(row.id),
        domain=row.domain,
        status=Status(row.status),
        name=row.name,
        currency=row.currency,
        timezone=row.timezone,
        installed_at=row.installed_at,
        authorized_at=row.authorized_at,
        offline=row.offline,
        scopes=frozenset(s for s in row.scopes.split(",") if s),
        creator_word=row.creator_word,
        visit_days=row.visit_days,
        setup=row.setup,
    )


def _context(row: Row[Any]) -> ShopContext:
    return ShopContext(
        row.id, row.domain, Status(row.status), row.currency, row.timezone, row.installed_at, row.offline,
        row.shop_key,
    )  # fmt: skip


def bring_over(session: Fenced, shop_id: ShopId) -> None:
    """Write the shop's row into the fresh schema that the session works in: the tenant itself is not replayed."""
    session.execute(text("insert into shops select * from public.shops where id = :id"), {"id": shop_id})
