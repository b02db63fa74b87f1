"""Databases to race on: shops with programs and creators, and an inbox full of events, copied for each round."""

from base64 import urlsafe_b64encode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import sha256

import psycopg
from sqlalchemy.engine import URL

from app.config import Settings
from app.db.migrate import migrate
from app.inbox.model import Delivery, Source
from app.inbox.store import receive_batch
from app.wiring import Wiring, build
from bench.database import HOME, Database
from bench.orders import EPOCH, Line, Order, body
from tests.world import World

KEY = urlsafe_b64encode(bytes(32)).decode()
"""Made up, and the same in every process of a benchmark."""
CREATORS = 20


@dataclass(frozen=True)
class Stage:
    """A database that is only ever copied."""

    database: Database
    name: str
    events: int

    @contextmanager
    def copy(self, name: str = "round") -> Iterator[Database]:
        """The stage as it was set, for one contender to play on."""
        self.database.run(f"drop database if exists {name} with (force)")
        self.database.run(f"create database {name} template {self.name}")
        try:
            yield replace(self.database, url=self.database.url.set(database=name))
        finally:
            self.database.run(f"drop database {name} with (force)")


def stage(database: Database, name: str, *, shops: int, events: int) -> Stage:
    """Shops of 20 creators each (one each when there are many), and one order in the inbox for every event."""
    database.run(f"create database {name}")
    there = replace(database, url=database.url.set(database=name))
    migrate(there.url)
    database.run(f"alter database {name} set synchronous_commit = off")  # Setting the stage is not measured.
    fill(there, populate(there.url, shops, codes=CREATORS if shops == 1 else 1), events)
    there.run("analyze", "checkpoint")
    return Stage(database, name, events)


def wiring(url: URL) -> Wiring:
    """The product on that database, outside of any environment."""
    return build(
        Settings(
            database_url=url.render_as_string(hide_password=False),
            data=HOME / "data",
            url="http://127.0.0.1:8000",
            secret_keys=(KEY,),
            shopify_api_key="bench",
            shopify_api_secret="bench",  # noqa: S106 - made up
        )
    )


def populate(
    url: URL, shops: int, *, codes: int, currencies: Sequence[str] = ("EUR",)
) -> list[tuple[str, list[str]]]:
    """(shop domain, its codes) of every shop; one creator a code, 12 %, currencies in turn."""
    wired = wiring(url)
    made = []
    for number in range(shops):
        currency = currencies[number % len(currencies)]
        world = World(wired, domain=f"shop-{number}.myshopify.com", currency=currency)
        names = [f"CODE{n}" for n in range(codes)]
        for name in names:
            world.creator(name.lower(), name)
        made.append((world.domain, names))
    wired.engine.dispose()
    return made


def fill(database: Database, shops: Sequence[tuple[str, list[str]]], events: int, *, first: int = 0) -> None:
    """Put orders into the inbox, shop after shop in turn."""
    with psycopg.connect(database.address, autocommit=True) as connection:
        for start in range(first, first + events, 50):
            part = range(start, min(start + 50, first + events))
            receive_batch(connection, [delivery(n, *shops[n % len(shops)]) for n in part])


def delivery(number: int, domain: str, codes: Sequence[str]) -> Delivery:
    """The nth order, of two lines, with a code of its shop's."""
    lines = [Line(id=number * 10 + n, quantity=1 + n, price_minor=1999 + number % 97) for n in range(2)]
    placed_at = EPOCH + timedelta(minutes=number % 40_000)
    raw = body(
        Order(id=5_000_000 + number, lines=lines, code=codes[number % len(codes)], placed_at=placed_at)
    )
    digest = sha256(raw).digest()
    return Delivery(
        domain,
        "orders/create",
        f"w-{number}",
        f"e-{number}",
        Source.WEBHOOK,
        "2026-10",
        placed_at,
        raw,
        digest,
    )
