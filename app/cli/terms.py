"""`tribute apply`."""

import sys
from argparse import Namespace

from app.cli.say import Answer
from app.cli.wired import wired
from app.flows.apply_plan import read


def apply(given: Namespace) -> Answer:
    """Apply a file, or say what in it is refused."""
    raw = sys.stdin.buffer.read() if str(given.file) == "-" else given.file.read_bytes()
    plan = read(raw)
    with wired() as wiring:
        applied = wiring.applier(plan, offline=given.offline, reprice=given.reprice, now=wiring.clock.now())
    return Answer(applied.to_text(), applied.to_json())
