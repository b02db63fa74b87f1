"""What loading a click costs where ten times as many are stored: the same clicks into a small table and a large one, in turn."""

import secrets
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from app.flows.load_clicks import load_all
from app.kernel.clock import SystemClock
from app.tracking.spool.record import Visited, line
from app.tracking.spool.writer import SpoolWriter
from bench.database import HOME, Database
from bench.measure import Figures, Gate, Round, interleave, table
from bench.stage import Stage, stage, wiring

AGENT = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Instagram {}"
)
LINKS = 20
DAYS = 80
"""Over which the stored ones lie: three months of the table, of which the last is the present one."""
AT_ONCE = 4000
"""Clicks that one round loads."""
PORTION = 500_000
"""Rows of one statement that fills the table."""

_LINKS = """
with made as (
    insert into links (shop_id, enrollment_id, slug, to_path, channel, created_at)
    select shop_id, enrollment_id, lower(code), '/products/serum', 'instagram', now() from codes returning shop_id, id, slug
) insert into link_slugs (slug, shop_id, link_id) select slug, shop_id, id from made
"""
_MONTHS = "select make_click_months((now() - interval '90 days')::date, 4)"
_FILL = """
insert into clicks (shop_id, id, at, link_id, verdict, consent, landing, referrer, print, device)
select l.shop_id, n, now() - interval '{days} days' * random(), l.id,
       case when n % 5 = 0 then 'duplicate' when n % 17 = 0 then 'bot' else 'billable' end, 'unknown',
       '?utm_source=instagram&s1=story', 'https://l.instagram.com/', decode(substr(md5(n::text), 1, 24), 'hex'), 'phone'
from generate_series({first}, {last}) n
join (select shop_id, id, row_number() over (order by id) - 1 as nth from links) l on l.nth = n % {links}
"""


def run(database: Database, *, rounds: int, stored: int) -> tuple[dict[str, Any], list[Gate]]:
    """Print what one click costs in both, and return it with its gate."""
    setting = stage(database, "stage_growth", shops=1, events=0)
    with ExitStack() as stack:
        sizes = (stored, 10 * stored)
        contenders = {_name(n): _round(stack.enter_context(_filled(setting, n)), n) for n in sizes}
        figures = interleave(contenders, rounds)
    print(table(f"Loading {AT_ONCE:,} clicks beside those that are stored, {rounds} rounds", figures))
    small, large = (figures[_name(n)] for n in sizes)
    spent = [f["cpu_us"] + f["db_cpu_us"] for f in (small, large)]
    gate = Gate("1.2 / CPU to load a click, 1x -> 10x stored", 1.2 * spent[0] / spent[1], 1, 1.1)
    return {"click_growth": figures}, [gate]


def _name(stored: int) -> str:
    return f"{stored:,} stored"


@contextmanager
def _filled(setting: Stage, stored: int) -> Iterator[Database]:
    """A shop with so many clicks, and nothing left to be done by the server behind our back."""
    with setting.copy(f"growth_{stored}") as there:
        there.run("set synchronous_commit = off", _MONTHS, _LINKS)
        for first in range(1, stored + 1, PORTION):
            last = min(first + PORTION - 1, stored)
            there.run(_FILL.format(days=DAYS, first=first, last=last, links=LINKS))
        there.run("vacuum analyze clicks", "checkpoint")
        yield there


def _round(there: Database, number: int) -> Round:
    folder = HOME / "data" / f"growth-{number}"
    shutil.rmtree(folder, ignore_errors=True)
    wired = wiring(there.url)
    links = _links(there)

    def play() -> Figures:
        _write(folder, links)
        start, cpu, server = time.perf_counter(), time.process_time(), there.cpu_seconds()
        loaded = load_all(wired.batch_session, folder)
        ended, spent, behind = time.perf_counter(), time.process_time() - cpu, there.cpu_seconds() - server
        if loaded != AT_ONCE:
            raise SystemExit(f"{loaded} clicks were loaded, not {AT_ONCE}.")
        return {
            "us": 1e6 * (ended - start) / loaded,
            "cpu_us": 1e6 * spent / loaded,
            "db_cpu_us": 1e6 * behind / loaded,
        }

    return play


def _links(there: Database) -> Sequence[tuple[int, int]]:
    """(shop, link) of all."""
    found = there.ask("select array_agg(shop_id order by id), array_agg(id order by id) from links")
    return list(zip(*found, strict=True))


def _write(folder: Path, links: Sequence[tuple[int, int]]) -> None:
    """As the route leaves them: one of 20 links, browsers that were not there before."""
    now = SystemClock().now()
    spool = SpoolWriter(folder, now)
    for number in range(AT_ONCE):
        shop, link = links[number % len(links)]
        prints = (secrets.token_hex(12), secrets.token_hex(12))
        seen = Visited(
            shop, link, secrets.randbits(63), now, prints, AGENT.format(number % 1000), query="s1=story"
        )
        spool.append(line(seen))
    spool.close()
