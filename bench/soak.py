"""`python -m bench.soak`: shuffled, repeated events through the real intake while the worker is killed.

Ends by itself: 0 when `tribute prove` passes for every shop and every balance is what the script
worked out by itself, 1 otherwise. `--direct` puts the events into the inbox without HTTP.
"""

import argparse
import json
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from hashlib import sha256
from http.client import HTTPConnection
from pathlib import Path
from threading import Event as Flag

import psycopg

from app.db.migrate import migrate
from app.inbox.model import Delivery, Source
from app.inbox.store import receive_batch
from bench import pretend
from bench.database import Database, database
from bench.load import signature
from bench.orders import EPOCH
from bench.servers import environment, ours
from bench.stage import populate

SHOPS = 6
CODES = 8
SENDERS = 8
REPEATED = 0.25
"""The share of events delivered a second time."""

TRIBUTE = str(Path(sys.executable).with_name("tribute"))


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.soak")
    parser.add_argument("--events", type=int, default=50_000)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--direct", action="store_true")
    given = parser.parse_args()
    dice = random.Random(given.seed)
    with database() as server:
        there = _place(server)
        shops = populate(there.url, SHOPS, codes=CODES, currencies=pretend.CURRENCIES)
        story = pretend.write(SHOPS, shops[0][1], round(given.events / (1 + REPEATED)), given.seed)
        events = [*story.events, *dice.sample(story.events, given.events - len(story.events))]
        dice.shuffle(events)
        sent = Flag()
        with ThreadPoolExecutor(1) as sender:
            sending = sender.submit(_send, there, shops, events, direct=given.direct)
            sending.add_done_callback(lambda _: sent.set())
            _kill_workers(there, given.kills, dice, sent)
            sending.result()
        _tribute(there, "worker", "--until-idle")
        return _verdict(there, shops, story, len(events))


def _place(server: Database) -> Database:
    server.run("create database soak")
    there = replace(server, url=server.url.set(database="soak"))
    migrate(there.url)
    return there


def _send(
    there: Database, shops: Sequence[tuple[str, list[str]]], events: Sequence[pretend.Event], *, direct: bool
) -> None:
    if direct:
        with psycopg.connect(there.address, autocommit=True) as connection:
            for start in range(0, len(events), 50):
                receive_batch(connection, [_delivery(shops, e) for e in events[start : start + 50]])
        return
    with ours(there) as server, ThreadPoolExecutor(SENDERS) as pool:
        parts = [events[n::SENDERS] for n in range(SENDERS)]
        list(pool.map(lambda part: _post_all(server.port, shops, part), parts))


def _post_all(port: int, shops: Sequence[tuple[str, list[str]]], events: Sequence[pretend.Event]) -> None:
    """One sender; it sends again what was not acknowledged, as Shopify does, though not for ever."""
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    for event in events:
        for _ in range(8):
            connection.request("POST", "/webhooks/shopify", event.body, _headers(shops, event))
            answer = connection.getresponse()
            answer.read()
            if answer.status == 200:
                break
        else:
            raise SystemExit(f"{event.webhook_id} was refused 8 times, the last time with {answer.status}.")
    connection.close()


def _headers(shops: Sequence[tuple[str, list[str]]], event: pretend.Event) -> dict[str, str]:
    return {
        "X-Shopify-Hmac-Sha256": signature(event.body),
        "X-Shopify-Topic": event.topic,
        "X-Shopify-Shop-Domain": shops[event.shop][0],
        "X-Shopify-Webhook-Id": event.webhook_id,
        "X-Shopify-Event-Id": f"e-{event.webhook_id}",
        "X-Shopify-Triggered-At": EPOCH.isoformat(),
    }


def _delivery(shops: Sequence[tuple[str, list[str]]], event: pretend.Event) -> Delivery:
    digest = sha256(event.body).digest()
    return Delivery(
        shops[event.shop][0], event.topic, event.webhook_id, f"e-{event.webhook_id}", Source.WEBHOOK, None, EPOCH,
        event.body, digest,
    )  # fmt: skip


def _kill_workers(there: Database, kills: int, dice: random.Random, sent: Flag) -> None:
    """Start a worker and kill it, again and again; the first ones while events still come in."""
    for number in range(kills):
        worker = subprocess.Popen([TRIBUTE, "worker"], env=environment(there), stdout=subprocess.DEVNULL)
        _wait_for_work(there)
        time.sleep(dice.uniform(0, 0.6))
        if worker.poll() is not None:
            raise SystemExit(f"The worker ended by itself with {worker.returncode}.")
        worker.kill()
        worker.wait(20)
        waiting = there.ask("select count(*) from inbox where state = 'new'")[0]
        print(
            f"  killed worker {number + 1} of {kills}; {waiting} events wait, all sent: {sent.is_set()}",
            flush=True,
        )


def _wait_for_work(there: Database, *, seconds: float = 20) -> None:
    """Until the new worker has settled something, so that the kill hits it at work; or nothing was left to do."""
    question = "select count(*) from inbox where state <> 'new'"
    before, give_up_at = there.ask(question), time.monotonic() + seconds
    while there.ask(question) == before and time.monotonic() < give_up_at:
        time.sleep(0.05)


def _tribute(there: Database, *words: str) -> str:
    done = subprocess.run(
        [TRIBUTE, *words], env=environment(there), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(
            f"tribute {' '.join(words)} ended with {done.returncode}: {done.stdout}{done.stderr}"
        )
    return done.stdout


def _verdict(there: Database, shops: Sequence[tuple[str, list[str]]], story: pretend.Story, sent: int) -> int:
    found: Counter[tuple[int, str, str]] = Counter()
    for number, (domain, _) in enumerate(shops):
        _tribute(there, "prove", domain, "--json")  # Exits 1, and so do we, when a check fails.
        creators = json.loads(_tribute(there, "balances", domain, "--json"))["creators"]
        for handle, by_currency in creators.items():
            for currency, at in by_currency.items():
                found[number, handle.upper(), currency] = at["pending"] + at["payable"]
    wrong = {
        key: (found[key], story.owed[key]) for key in {*found, *story.owed} if found[key] != story.owed[key]
    }
    kept, settled, why = there.ask(
        "select count(*), count(*) filter (where state = 'done'), min(state || ': ' || reason) from inbox"
    )
    print(f"{sent} deliveries of {len(story.events)} events; {kept} in the inbox, {settled} of them done")
    if settled != kept:
        print(f"  the others, for example: {why}")
    print(f"{len(story.owed)} balances worked out independently, {len(wrong)} of them differ from the books")
    for key, (ours_is, should_be) in sorted(wrong.items())[:10]:
        print(
            f"  shop {key[0]}, code {key[1]}, {key[2]}: the books say {ours_is}, the facts give {should_be}"
        )
    return int(bool(wrong) or kept != len(story.events) or settled != kept)


if __name__ == "__main__":
    sys.exit(main())
