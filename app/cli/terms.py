"""`tribute apply`."""

from argparse import Namespace

from app.cli.files import read as content_of
from app.cli.say import Answer
from app.cli.wired import wired
from app.flows.apply_plan import read


def apply(given: Namespace) -> Answer:
    """Apply a file, or say what in it is refused."""
    plan = read(content_of(given.file))
    with wired() as wiring:
        applied = wiring.applier(plan, offline=given.offline, reprice=given.reprice, now=wiring.clock.now())
    return Answer(applied.to_text(), applied.to_json())
