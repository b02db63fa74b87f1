"""A shop with two months of figures and some real orders, for tests that look at pages."""

import json
import random
from contextlib import AbstractContextManager
from datetime import date, timedelta
from typing import Any

from sqlalchemy import text

from app.flows import payout_run
from app.flows.payout_details import change
from app.flows.payout_run import Ways
from app.ledger.chart import Account, EntryKind
from app.ledger.model import Entry, Line
from app.ledger.post import post
from app.payouts import file_store
from app.payouts.hosted import ByHand
from app.payouts.ways import Way
from app.wiring import Wiring
from tests.bodies import Json, code, line, order, refund
from tests.conftest import NOW
from tests.statements import asked
from tests.web.shop import Shop

PEOPLE = (
    ("mara", "Mara Lindqvist", "MARA10", {"instagram": "maralindqvist"}),
    ("theo", "Théo Baptiste", "THEO10", {"tiktok": "theo.b"}),
    ("ama", "Ama Owusu", "AMA15", {"youtube": "amaowusu"}),
    ("jun", "Jun Park", "JUN10", {"instagram": "junparkfit"}),
    ("sofia", "Sofía Reyes", "SOFIA20", {"tiktok": "sofiareyes"}),
    ("liam", "Liam O'Connor", "LIAM10", {"youtube": "liamcooks"}),
    ("noor", "نور حداد", "NOOR10", {"instagram": "noor.style"}),
    ("ella", "Ella Wright", "ELLA10", {"newsletter": "ellawrites"}),
    ("kenji", "Kenji Mori", "KENJI10", {"tiktok": "kenjimori"}),
    ("priya", "Priya Nair", "PRIYA10", {"instagram": "priyanair"}),
)

ORDER_ID = 7_000_000_000_105
"""An order with the codes of two creators."""


def seeded(wiring: Wiring, domain: str = "lumen.myshopify.com") -> Shop:
    """The shop; its orders went through the worker, its older figures stand in the rollups directly."""
    world = Shop(wiring, domain=domain)
    world.connect()
    ids = {handle: world.creator(handle, promo) for handle, _, promo, _ in PEOPLE}
    with wiring.shop_session(world.shop_id) as session, session.begin():
        for handle, name, _, profile in PEOPLE:
            session.execute(text("update creators set name = :n, email = :e, profile = cast(:p as jsonb) where handle = :h"),
                            {"n": name, "h": handle, "e": f"{handle}@example.com", "p": _json(profile)})  # fmt: skip
        session.execute(text("update enrollments set active = tstzmultirange(tstzrange(null, '2026-11-20')) where creator_id in (:a, :b)"),
                        {"a": ids["jun"], "b": ids["kenji"]})  # fmt: skip
        session.execute(
            text(
                "update codes set state = 'failed', failure = 'Shopify says the code is already used by another discount.' where code = 'ELLA10'"
            )
        )
        session.execute(text("update codes set state = 'waiting' where code = 'PRIYA10'"))
    _orders(world)
    _figures(world, ids)
    paid(world, ids["mara"])
    return world


def paid(world: Shop, creator_id: int) -> None:
    """A payout by hand of a balance brought along (run 1), and a run that waits for a word (run 2)."""
    wired, now = world.wiring, world.wiring.clock.now()
    lines = (Line(Account.OPENING, Account.PAYABLE, 80_00),)
    opening = Entry(
        world.shop_id, EntryKind.OPENING, creator_id, "EUR", lines, now, "opening", award="opening"
    )
    with wired.shop_session(world.shop_id) as session, session.begin():
        post(session, [opening])
        by_hand = ByHand("Collects it in the shop.", "DE")
        change(
            session,
            wired.vault,
            "mara",
            by_hand,
            shop_key=b"k" * 32,
            actor="test",
            now=now - timedelta(days=9),
        )
        for _ in range(2):
            run = payout_run.new_run("person", now + timedelta(seconds=1), now, actor="7", now=now)
            made = payout_run.plan_run(session, run)
        assert made is not None
        payout_run.reserve(session, made.id - 1, Ways(dict.fromkeys(Way), {}), actor="7", now=now)
        session.execute(
            text("insert into payout_files (shop_id, run_id, batch, payouts, name, sealed, sha256, written_at) "
                 "values (:shop, :run, :batch, '[]', 'payouts.xml', :sealed, 'x', :now)"),
            {"shop": world.shop_id, "run": made.id - 1, "batch": made.key, "now": now,
             "sealed": wired.vault.seal(b"<x/>", world.shop_id, file_store.column(made.key))},
        )  # fmt: skip


def _json(value: object) -> str:
    return json.dumps(value)


def _orders(world: Shop) -> None:
    rng = random.Random(7)  # noqa: S311 - the same shop every time
    sent: list[tuple[str, Json | bytes]] = []
    for n in range(30):
        handle_code = rng.choice(PEOPLE)[2]
        placed = NOW - timedelta(hours=3 * n + 1)
        lines = [line(1, "64.00", rng.choice([1, 2]), off=[(0, "6.40")] if n % 7 else [])]
        if n % 2:
            lines.append(line(2, "28.50", 1))
        body = order(
            7_000_000_000_100 + n, name=f"#{1100 + n}", placed=placed, lines=lines, codes=[code(handle_code)]
        )
        if n == 3:
            body |= {"financial_status": "pending"}
        if n == 4:
            body["refunds"] = [refund(1, body["id"], (1, 1), at=NOW)]
        if n == 5:
            body["discount_applications"] = [code("MARA10"), code("THEO10")]
        sent.append(("orders/create", body))
    sent.append(("orders/create", b'{"broken": '))
    sent.append(("orders/create", order(7_000_000_000_099, name="#1099", test=True, codes=[code("MARA10")])))
    world.deliver_all(sent)
    world.work()


MEASURES = ("orders", "gmv_minor", "gross_minor", "net_minor", "commission_minor")


def _figures(world: Shop, ids: dict[str, int]) -> None:
    rng = random.Random(3)  # noqa: S311 - the same figures every time
    days = [NOW.date() - timedelta(days=back) for back in range(1, 62)]
    cells = [_cell(rng, ids[h], day, share) for day in days for share, (h, *_) in enumerate(PEOPLE, 3)]
    measures = ", ".join(MEASURES)
    sums = ", ".join(f"sum({m})" for m in MEASURES)
    world.run("delete from rollup_shop_day")
    world.run("delete from rollup_creator_day")
    world.run(
        f"insert into rollup_creator_day (shop_id, program_id, currency, creator_id, day, {measures}) "  # noqa: S608
        f"select :shop, :program, 'EUR', creator_id, day, {measures} "
        "from json_populate_recordset(cast(null as rollup_creator_day), cast(:cells as json))",
        program=world.program_id,
        cells=_json(cells),
    )
    world.run(
        f"insert into rollup_shop_day (shop_id, day, currency, {measures}) "  # noqa: S608
        f"select shop_id, day, currency, {sums} from rollup_creator_day group by shop_id, day, currency"
    )


def _cell(rng: random.Random, creator_id: int, day: date, share: int) -> dict[str, Any]:
    busy = 2 if day.weekday() in {1, 2} else 1
    orders = rng.randint(0, 3 * busy + (1 if day.month >= 11 else 0)) * (1 + share % 2)
    net = sum(rng.randint(4200, 9900) for _ in range(orders))
    values = (orders, net * 118 // 100, net * 104 // 100, net, net * (8 + share % 5) // 100)
    return {"creator_id": creator_id, "day": day.isoformat(), **dict(zip(MEASURES, values, strict=True))}


def counted(wiring: Wiring) -> AbstractContextManager[list[str]]:
    """Every statement that the app sends in the meantime, without the two that open a transaction."""
    return asked(wiring, without="set_config")
