"""A payout run of many creators: made, and written as sent to PayPal; 1x against 10x. Each in a process of its own."""

import json
import resource
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.config import Settings
from app.db.migrate import migrate
from app.flows import payout_run
from app.flows.payout_details import opener
from app.flows.payout_run import Ways
from app.flows.payout_work import PayoutWorker
from app.kernel.clock import FixedClock
from app.kernel.errors import Forbidden
from app.kernel.ids import ShopId
from app.payouts import details as values
from app.payouts import details_store
from app.payouts.protocol import Answer, Done, Missing
from app.payouts.provider import Heard, Instruction, Question
from app.payouts.ways import Way
from app.wiring import Wiring, build
from bench.database import HOME, Database
from bench.measure import Gate, table
from bench.orders import EPOCH
from bench.stage import KEY, populate

RESERVE_SECONDS, SEND_SECONDS, MEGABYTES = 10, 15, 200
"""For 10,000 creators reserved, 15,000 items of PayPal written down, and the process."""
ORDERS = 30
"""That each creator is paid for."""
BATCH = 15_000
LATER = EPOCH.replace(year=EPOCH.year + 1)

_CREATORS = """
    insert into creators (shop_id, handle, name, profile, created_at)
    select s.id, 'c' || n, 'Creator ' || n, '{{}}', timestamptz '{epoch}' from shops s, generate_series(1, {many}) n;
    with made as (
        insert into journal_entries (shop_id, kind, effective_at, idempotency_key)
        select k.shop_id, 'mature', timestamptz '{epoch}', k.id || '/' || n
        from creators k, generate_series(1, {orders}) n where k.handle like 'c%' and k.name like 'Creator %'
        returning shop_id, id, idempotency_key)
    insert into postings (shop_id, entry_id, debit, credit, creator_id, currency, amount_minor, order_id)
    select shop_id, id, 'pending', 'payable', split_part(idempotency_key, '/', 1)::bigint, 'EUR', 600, id from made;
    insert into balances (shop_id, creator_id, currency, account, debit_minor, credit_minor)
    select shop_id, creator_id, 'EUR', 'payable', 0, sum(amount_minor) from postings group by 1, 2
"""
"""Creators with orders whose hold is over; made in SQL, for those paths have benches of their own."""


class Recorder:
    """Takes every call at once: what is measured is our own work around it."""

    name = "paypal"
    limit = BATCH

    def send(self, instructions: Sequence[Instruction]) -> Mapping[UUID, Answer]:
        """All of them are on their way."""
        return {one.key: Done(str(one.key)) for one in instructions}

    def status(self, questions: Sequence[Question]) -> Mapping[UUID, Answer]:
        """Nobody asks."""
        return {one.key: Missing() for one in questions}

    def heard(self, headers: Mapping[str, str], body: bytes) -> Sequence[Heard]:
        """Nobody tells."""
        raise Forbidden(f"{len(headers)} headers, {len(body)} bytes: the bench has no webhook.")

    def balance(self, currency: str) -> int | None:
        """Enough of everything."""
        return 10**12 if currency else None

    def check(self) -> str | None:
        """All is well."""
        return None


def run(database: Database, *, most: int) -> tuple[dict[str, Any], list[Gate]]:
    """Print the table and return the figures with their gates."""
    figures = {f"{many:,} creators": _play(database, many) for many in (most // 10, most)}
    print(table(f"Payouts: {ORDERS} orders of each creator, one process", figures))
    small, large = figures.values()
    share = most / BATCH
    reserve, send = RESERVE_SECONDS * most / 10_000, SEND_SECONDS * share
    growth = 10 * small["reserve_s"] / large["reserve_s"]
    gates = [
        Gate(f"{reserve:g} s / seconds to make {most:,} payouts", reserve / large["reserve_s"], 1, 2),
        Gate(f"{send:g} s / seconds to write {most:,} as sent", send / large["send_s"], 1, 2),
        Gate("200 MB / memory of the process", MEGABYTES / large["peak_mb"], 1, 1.5),
        Gate("10 / growth of making them from 1x to 10x", growth, 1 / 1.3, 0.95),
    ]
    return {"payouts": figures}, gates


def _play(database: Database, many: int) -> dict[str, float]:
    name = f"payouts_{many}"
    database.run(f"create database {name}")
    there = replace(database, url=database.url.set(database=name))
    migrate(there.url)
    populate(there.url, 1, codes=1)
    there.run(*_CREATORS.format(epoch=EPOCH.isoformat(), many=many, orders=ORDERS).split(";\n"))
    address = there.url.render_as_string(hide_password=False)
    _enter_details(_wired(address))
    there.run("analyze")
    child = [sys.executable, "-m", "bench.payouts", address]
    said = subprocess.run(child, check=True, stdout=subprocess.PIPE, text=True).stdout
    found: dict[str, float] = json.loads(said)
    done = there.ask(
        "select count(*), count(*) filter (where state = 'in_transit'), sum(amount_minor)::bigint from payouts"
    )
    if done != (many, many, many * ORDERS * 600):
        raise SystemExit(f"Payouts, sent, and their sum are {done}, not {many} paid {ORDERS * 600} each.")
    database.run(f"drop database {name} with (force)")
    return found


def _wired(address: str) -> Wiring:
    settings = Settings(
        database_url=address,
        data=HOME / "data",
        url="http://127.0.0.1:8000",
        secret_keys=(KEY,),
        shopify_api_key="bench",
        shopify_api_secret="bench",  # noqa: S106 - made up
    )
    return build(settings, FixedClock(LATER))


def _enter_details(wired: Wiring) -> None:
    """PayPal for everybody, sealed one by one as the app does."""
    shop = _shop(wired)
    with wired.shop_session(shop) as session, session.begin():
        ids = session.scalars(text("select id from creators where name like 'Creator %'")).all()
        rows = [
            {"shop": shop, "creator": one, "at": EPOCH, "sealed": _sealed(wired, shop, one)} for one in ids
        ]
        session.execute(
            text(
                "insert into payout_details (shop_id, creator_id, version, way, sealed, masked, country, added_at, "
                "added_by, usable_from) values (:shop, :creator, 1, 'paypal', :sealed, 'c•••@example.com', 'DE', :at, "
                "'bench', :at)"
            ),
            rows,
        )
    wired.engine.dispose()


def _sealed(wired: Wiring, shop: ShopId, creator: int) -> bytes:
    details = values.paypal(f"c{creator}@example.com", "DE")
    return wired.vault.seal(values.to_seal(details), shop, details_store.column(creator, 1))


def _shop(wired: Wiring) -> ShopId:
    with wired.platform_session() as session:
        return ShopId(session.execute(text("select id from shops")).scalar_one())


def measure(address: str) -> dict[str, float]:
    """Make a run of everybody and send it, in this process."""
    wired = _wired(address)
    shop, ways = _shop(wired), Ways(dict.fromkeys(Way), {"paypal": BATCH})
    start = time.perf_counter()
    with wired.shop_session(shop) as session, session.begin():
        asked = payout_run.new_run("person", LATER, LATER - timedelta(hours=1), actor="bench", now=LATER)
        planned = payout_run.plan_run(session, asked)
        if planned is not None:
            payout_run.reserve(session, planned.id, ways, actor="bench", now=LATER)
    reserved = time.perf_counter()
    made_mb = _peak_mb()
    provider = Recorder()
    worker = PayoutWorker(
        wired.shop_session, opener(wired.vault), lambda _shop: {"paypal": provider}, wired.clock
    )
    worker.round(shop)
    sent = time.perf_counter()
    return {
        "reserve_s": reserved - start,
        "send_s": sent - reserved,
        "reserve_mb": made_mb,
        "peak_mb": _peak_mb(),
    }


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    sys.stdout.write(json.dumps(measure(sys.argv[1])))
