"""A process that makes a run and pays it, and ends itself by SIGKILL at the point it was told.

Points are the lines at which a crash could lose or repeat a payment: before and after each commit, and before,
within and after each call of the provider, whose memory is a file that all processes share.
"""

import os
import signal
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

import msgspec
from sqlalchemy import event
from sqlalchemy.orm import Session

from app.config import Settings
from app.flows import payout_run
from app.flows.payout_details import opener
from app.flows.payout_run import Ways
from app.flows.payout_work import PayoutWorker
from app.kernel.clock import FixedClock
from app.kernel.errors import Forbidden
from app.kernel.ids import ShopId
from app.payouts.protocol import Answer, Done, Missing, State
from app.payouts.provider import Heard, Instruction, Question
from app.payouts.run import RunIsOver
from app.payouts.ways import Way
from app.wiring import build


class Order(msgspec.Struct):
    """What a process is told, on its command line."""

    database_url: str
    data: str
    secret_key: str
    shop_id: int
    run_id: int
    now: datetime
    transfers: str
    """The provider's memory: a line for each payment."""
    die_at: int = 0
    """At which point it ends; 0: never."""


@dataclass
class Fuse:
    """Counts the points, and burns at one."""

    die_at: int
    passed: int = 0

    def point(self, *_: object) -> None:
        self.passed += 1
        if self.passed == self.die_at:
            os.kill(os.getpid(), signal.SIGKILL)


@dataclass
class FileProvider:
    """Pays each key once, by the file; says nothing of its own accord."""

    path: Path
    fuse: Fuse
    name: str = "stripe"
    limit: int = 1

    def send(self, instructions: Sequence[Instruction]) -> Mapping[UUID, Answer]:
        self.fuse.point()
        with self.path.open("a", buffering=1) as file:
            for one in instructions:
                if str(one.key) not in self.path.read_text():
                    file.write(f"{one.key} {one.amount.minor}\n")
        self.fuse.point()
        return {one.key: Done(f"tr_{one.key}", State.PAID) for one in instructions}

    def status(self, questions: Sequence[Question]) -> Mapping[UUID, Answer]:
        known = self.path.read_text()
        self.fuse.point()
        return {
            one.key: Done(f"tr_{one.key}", State.PAID) if str(one.key) in known else Missing()
            for one in questions
        }

    def heard(self, headers: Mapping[str, str], body: bytes) -> Sequence[Heard]:
        raise Forbidden(f"{len(headers)} headers and {len(body)} bytes that nobody signed.")

    def balance(self, currency: str) -> int | None:
        return 10**9 if currency == "EUR" else None

    def check(self) -> str | None:
        return None


def main(told: str) -> int:
    """Make the run, unless somebody did, and pay until nothing is left to do; prints how many points there were."""
    order = msgspec.json.decode(told, type=Order)
    settings = Settings(
        database_url=order.database_url, data=Path(order.data), url="http://127.0.0.1:8000",
        secret_keys=(order.secret_key,), shopify_api_key="test-key", shopify_api_secret="unused-here",
    )  # fmt: skip
    wired = build(settings, FixedClock(order.now))
    fuse = Fuse(order.die_at)
    for moment in ("before_commit", "after_commit"):
        event.listen(Session, moment, fuse.point)
    provider = FileProvider(Path(order.transfers), fuse)
    shop_id = ShopId(order.shop_id)
    try:
        with wired.shop_session(shop_id) as session, session.begin():
            payout_run.reserve(
                session, order.run_id, Ways(dict.fromkeys(Way), {}), actor="Ida", now=order.now
            )
    except RunIsOver:
        pass
    worker = PayoutWorker(
        wired.shop_session, opener(wired.vault), lambda _shop: {"stripe": provider}, wired.clock
    )  # fmt: skip
    while worker.round(shop_id):
        pass
    sys.stdout.write(f"{fuse.passed}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
