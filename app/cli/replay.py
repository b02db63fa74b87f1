"""Commands that rebuild a shop from its facts, or write down what it comes to."""

import sys
from argparse import Namespace

from app.cli.books import as_of
from app.cli.say import Answer
from app.cli.what_if import ask
from app.cli.wired import shop_of, wired
from app.db.snapshot import freeze
from app.flows.replay import Replayed
from app.reports.dump import Digest
from app.reports.dump import dump as lines_of
from app.shops import store as shops


def replay(given: Namespace) -> Answer:
    """Whether everything that came and was decided gives what stands. Raises NoSuchShop, Erased, NotReplayable."""
    if given.offer or given.model:
        return ask(given)
    with wired() as wiring:
        shop = shop_of(wiring, given.shop)
        with wiring.platform_session() as session:
            context = shops.contexts_by_id(session, [shop.id])[shop.id]
        found = wiring.replayer(context, as_of(given, wiring), now=wiring.clock.now())
    facts = {
        "identical": found.identical,
        "digest": found.compared.digest,
        "differences": [*found.unreadable, *found.compared.differences],
        "different": found.compared.different,
        "events": found.events,
        "lines": found.compared.lines,
    }
    return Answer(_told(shop.domain, found), facts, ok=found.identical)


def dump(given: Namespace) -> Answer:
    """The canonical dump on standard output, its digest on standard error. With --json only what it comes to."""
    with wired() as wiring:
        shop, at, digest = shop_of(wiring, given.shop), as_of(given, wiring), Digest()
        with wiring.shop_session(shop.id) as session:
            freeze(session)
            for line in lines_of(session, at):
                digest.take(line)
                if not given.json:
                    sys.stdout.write(line.text + "\n")
    if not given.json:
        sys.stdout.flush()
        sys.stderr.write(f"{digest.lines} lines, sha256 {digest.hex()}\n")
    facts = {"shop": shop.domain, "as_of": at.isoformat(), "lines": digest.lines, "digest": digest.hex()}
    return Answer("", facts)


def _told(domain: str, found: Replayed) -> str:
    compared = found.compared
    counted = f"{domain}: {found.events:,} events gave {compared.lines:,} lines"
    if found.identical:
        return f"{counted}, identical to what stands (sha256 {compared.digest})."
    told = [*found.unreadable, *compared.differences]
    rest = len(found.unreadable) + compared.different - len(told)
    head = f"{counted}; {compared.different:,} of them differ, and {len(found.unreadable):,} events are unreadable."
    return "\n".join(
        [head, *(f"  {sentence}" for sentence in told), *([f"  and {rest:,} more"] if rest else [])]
    )
