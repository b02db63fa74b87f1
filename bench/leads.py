"""What one more lead costs in a shop that has ten times as many. Each derivation judges all of them again: it grows.

The figure is told without a gate: docs/decisions/0086 says what it would take.
"""

import time
from contextlib import ExitStack
from typing import Any

from app.campaigns.model import RuleSpec
from app.flows.derive_awards import derive
from bench.database import Database
from bench.measure import Figures, Gate, Round, interleave, table
from bench.stage import stage, wiring
from tests.world import World

CREATORS = 20
RULE = RuleSpec("per_lead", {"amount": "2.00", "currency": "EUR"})
_FILL = """
insert into lead_events (shop_id, ref, source, key, action, at, person, code, contact)
select s.id, md5(n::text), 'api', 'k' || n, 'newsletter', now() - interval '1 minute' * (200000 - n),
       decode(md5('p' || n), 'hex'), 'CODE' || n % {creators}, '{{}}'
from generate_series({first}, {last}) n cross join shops s
"""


def run(database: Database, *, rounds: int, leads: int) -> tuple[dict[str, Any], list[Gate]]:
    """Print what one lead costs beside so many and beside a tenth of them, and return it."""
    empty = stage(database, "stage_leads", shops=0, events=0)
    with ExitStack() as stack:
        sizes = (leads // 10, leads)
        contenders = {f"{n:,} leads": _round(stack.enter_context(empty.copy(f"leads_{n}")), n) for n in sizes}
        figures = interleave(contenders, rounds)
    print(table(f"One more lead in a shop that has so many, {rounds} rounds", figures))
    return {"leads": figures}, []


def _round(there: Database, leads: int) -> Round:
    wired = wiring(there.url)
    world = World(wired, rules=(RULE,))
    for number in range(CREATORS):
        world.creator(f"code{number}", f"CODE{number}")
    there.run(_FILL.format(first=1, last=leads, creators=CREATORS))
    held = leads
    with wired.batch_session() as session:
        derive(session, world.context, wired.clock.now())
    there.run("vacuum analyze lead_events", "vacuum analyze awards", "checkpoint")

    def play() -> Figures:
        nonlocal held
        held += 1
        there.run(_FILL.format(first=held, last=held, creators=CREATORS))
        start, cpu, server = time.perf_counter(), time.process_time(), there.cpu_seconds()
        with wired.batch_session() as session:
            changed = derive(session, world.context, wired.clock.now())
        ended, spent = time.perf_counter() - start, time.process_time() - cpu
        if changed != 1:
            raise SystemExit(f"One lead changed {changed} awards.")
        return {"ms": 1e3 * ended, "cpu_ms": 1e3 * spent, "db_cpu_ms": 1e3 * (there.cpu_seconds() - server)}

    return play
