"""What a shop can pay with: the providers it connected, and what is missing of the others."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.db.session import ShopSession
from app.flows.payout_run import Ways
from app.kernel.clock import Clock
from app.kernel.ids import ShopId
from app.payouts import file_store, provider_store, run_store
from app.payouts.bank import payers as bank
from app.payouts.bank.payers import FILES, Payers, Written
from app.payouts.file_store import File
from app.payouts.provider import PROVIDERS, Provider
from app.payouts.provider_store import Connection
from app.payouts.providers.bank_file import BankFile
from app.payouts.providers.manual import Manual
from app.payouts.ways import Way, name
from app.shops.vault import Vault

BANK = "bank_file"
Connect = Callable[[ShopId, Connection], Provider | None]
"""A provider from what a shop entered, opened; None: it is not reached by keys."""
Given = Callable[[ShopId], Mapping[str, Provider]]
"""Providers that need no keys of their own, such as Shopify itself."""


@dataclass(frozen=True)
class Cashier:
    """Makes the providers of a shop. Wiring says how each is connected."""

    open_session: Callable[[ShopId], ShopSession]
    vault: Vault
    clock: Clock
    connect: Connect
    given: Given

    def providers(self, shop_id: ShopId) -> Mapping[str, Provider]:
        """Every provider that this shop can use, by name."""
        with self.open_session(shop_id) as session, session.begin():
            found = provider_store.connections(session)
        made: dict[str, Provider] = {"manual": Manual(), **self.given(shop_id)}
        made[BANK] = self._bank_file(shop_id, found.get(BANK))
        for provider, connection in found.items():
            reached = self.connect(shop_id, connection)
            if reached is not None:
                made[provider] = reached
        return made

    def ways(self, shop_id: ShopId) -> Ways:
        """Which ways are ready, and how much each provider takes at once."""
        made = self.providers(shop_id)
        payers = self.payers(shop_id)
        ready = {way: _missing(way, made, payers) for way in Way}
        return Ways(ready, {provider: one.limit for provider, one in made.items()})

    def payers(self, shop_id: ShopId) -> Payers:
        """What the shop entered for bank files."""
        with self.open_session(shop_id) as session, session.begin():
            found = provider_store.connections(session).get(BANK)
        return self._payers(shop_id, found)

    def put_payers(
        self, session: ShopSession, payers: Payers, *, actor: str, now: datetime
    ) -> Mapping[str, object]:
        """Keep what was entered for bank files; returns what may be shown of it. Raises Invalid."""
        plain = bank.checked(payers)
        shown = {"sepa": _ending(plain), "ach": plain.ach.company_id if plain.ach else None}
        self.put(session, BANK, bank.to_bytes(plain), shown, actor=actor, now=now)
        return shown

    def put(
        self,
        session: ShopSession,
        provider: str,
        secret: bytes,
        shown: Mapping[str, object],
        *,
        actor: str,
        now: datetime,
    ) -> None:
        """Keep what was entered for a provider, sealed for its cell."""
        sealed = self.vault.seal(secret, ShopId(session.shop_id), provider_store.column(provider))
        connection = Connection(provider, dict(shown), now, actor, None, None, sealed)
        provider_store.put(session, connection)

    def opened(self, shop_id: ShopId, connection: Connection) -> bytes:
        """What was entered. Raises Unreadable."""
        return self.vault.open(connection.sealed, shop_id, provider_store.column(connection.provider))

    def download(self, shop_id: ShopId, file: File) -> bytes:
        """The bytes of a kept file: always the same. Raises Unreadable."""
        return self.vault.open(file.sealed, shop_id, file_store.column(file.batch))

    def _payers(self, shop_id: ShopId, found: Connection | None) -> Payers:
        return bank.from_bytes(self.opened(shop_id, found)) if found else Payers()

    def _bank_file(self, shop_id: ShopId, found: Connection | None) -> BankFile:
        def run_id(key: UUID) -> int:
            with self.open_session(shop_id) as session, session.begin():
                return run_store.id_of(session, key)

        def keep(batch: UUID, payouts: Sequence[int], run: int, written: Written) -> Sequence[int]:
            sealed = self.vault.seal(written.content, shop_id, file_store.column(batch))
            digest = hashlib.sha256(written.content).hexdigest()
            file = File(0, run, batch, tuple(payouts), written.name, digest, self.clock.now(), sealed)
            with self.open_session(shop_id) as session, session.begin():
                return file_store.keep(session, file)

        def kept(batch: UUID) -> Sequence[int] | None:
            with self.open_session(shop_id) as session, session.begin():
                file = file_store.of_batch(session, batch)
            return file.payouts if file else None

        return BankFile(self._payers(shop_id, found), run_id, keep, kept)


def _missing(way: Way, made: Mapping[str, Provider], payers: Payers) -> str | None:
    if way in FILES:
        return bank.missing(payers, way)
    if PROVIDERS[way] in made:
        return None
    return f"{name(way)} is not connected. Connect it in Settings, Payouts."


def _ending(payers: Payers) -> str | None:
    return payers.sepa.iban[-4:] if payers.sepa else None
