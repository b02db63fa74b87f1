"""`make bench`: every benchmark of the product, its table, and which gates it meets. Never a test."""

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench import (
    click_freshness,
    click_growth,
    clicks,
    dry_run,
    explain,
    freshness,
    intake,
    kills,
    leads,
    ledger,
    maturity,
    payouts,
    portal,
    reconcile,
    replay,
)
from bench.database import database

if TYPE_CHECKING:
    from bench.measure import Gate

RESULT = Path(".tribute/bench.json")
ALL = (
    "intake", "clicks", "click_growth", "click_freshness", "kills", "leads", "ledger", "freshness", "reconcile", "maturity", "dry_run",
    "explain", "payouts", "portal", "replay",
)  # fmt: skip


def main() -> None:
    given = _asked()
    figures: dict[str, Any] = {}
    gates: list[Gate] = []
    with database() as server:
        plays = {
            "intake": lambda: intake.run(server, rounds=given.rounds, seconds=given.seconds),
            "clicks": lambda: clicks.run(server, rounds=given.rounds, seconds=given.seconds),
            "click_growth": lambda: click_growth.run(server, rounds=given.rounds, stored=given.stored),
            "click_freshness": lambda: click_freshness.run(server, seconds=10),
            "kills": lambda: kills.run(server, kills=given.kills),
            "leads": lambda: leads.run(server, rounds=min(given.rounds, 3), leads=given.leads),
            "ledger": lambda: ledger.run(server, rounds=given.rounds, events=given.events),
            "freshness": lambda: freshness.run(server, seconds=10),
            "reconcile": lambda: reconcile.run(server),
            "explain": lambda: explain.run(server, orders=given.orders),
            "maturity": lambda: maturity.run(server, most=given.commissions),
            "payouts": lambda: payouts.run(server, most=given.payouts),
            "portal": lambda: portal.run(server, orders=given.portal),
            "dry_run": lambda: dry_run.run(server, rounds=min(given.rounds, 3)),
            "replay": lambda: replay.run(server, events=given.replay),
        }
        for name in given.only or ALL:
            more = plays[name]()
            figures |= more[0]
            gates += more[1]
    print("\nGates")
    for gate in gates:
        print(gate.line())
    RESULT.parent.mkdir(exist_ok=True)
    ratios = {gate.name: gate.ratio for gate in gates}
    RESULT.write_text(json.dumps({"figures": figures, "ratios": ratios}, indent=2) + "\n")
    print(f"\nAll of it: {RESULT}")


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument("--only", choices=ALL, action="append", help="just this one; may be repeated")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=3, help="of one round of the intake")
    parser.add_argument("--events", type=int, default=4000, help="of one round of the ledger")
    parser.add_argument("--payouts", type=int, default=10_000, help="creators of one run")
    parser.add_argument("--portal", type=int, default=1_000_000, help="orders of the shop of the portal")
    parser.add_argument("--commissions", type=int, default=100_000, help="that mature at once")
    parser.add_argument(
        "--stored",
        type=int,
        default=300_000,
        help="clicks beside which others are loaded, and ten times as many",
    )
    parser.add_argument("--kills", type=int, default=100, help="of processes that take and load clicks")
    parser.add_argument("--leads", type=int, default=10_000, help="of the shop in which one more comes")
    parser.add_argument("--replay", type=int, default=1_000_000, help="events of the replay")
    parser.add_argument(
        "--orders", type=int, default=20_000, help="of the shop in which orders are explained"
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
