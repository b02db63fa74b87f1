"""A shop with a program and creators, made straight in the database; and deliveries into its inbox."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import text

from app.campaigns.model import Discount, OfferTerms, RuleSpec
from app.campaigns.tables import Offer, Program
from app.creators.tables import Creator, Enrollment
from app.flows.drain_inbox import drain
from app.flows.mature import mature
from app.flows.rejudge import rejudge
from app.kernel.ids import ShopId
from app.ledger.store import sums
from app.reports.rollup import derive
from app.shops.store import ShopContext, contexts
from app.shops.tables import Shop
from app.shops.vault import new_shop_key
from app.tracking.model import fold
from app.tracking.tables import Code
from app.wiring import Wiring
from tests.bodies import Json, dumps

INSTALLED = datetime(2026, 1, 1, tzinfo=UTC)
PERCENT_12 = RuleSpec("percent", {"rate": "0.12"})


@dataclass
class World:
    """One shop, and everything a test does to it."""

    wiring: Wiring
    domain: str = "lumen.myshopify.com"
    currency: str = "EUR"
    rules: Sequence[RuleSpec] = (PERCENT_12,)
    hold_days: int = 30
    shop_id: ShopId = field(init=False)
    deliveries: int = 0

    def __post_init__(self) -> None:
        with self.wiring.platform_session() as session, session.begin():
            shop = Shop(domain=self.domain, status="installed", name="Shop", currency=self.currency,
                        timezone="Europe/Amsterdam", installed_at=INSTALLED, offline=True, setup={})  # fmt: skip
            session.add(shop)
            session.flush()
            self.shop_id = ShopId(shop.id)
            shop.shop_key = self.wiring.vault.seal(new_shop_key(), self.shop_id, "shop_key")
        self._program()

    def _program(self) -> None:
        with self.wiring.shop_session(self.shop_id) as session, session.begin():
            program = Program(
                handle="main", name="Main", window_days=30, hold_days=self.hold_days, created_at=INSTALLED
            )
            session.add(program)
            session.flush()
            self.program_id = program.id
        self.offer(self.rules, INSTALLED)

    def offer(self, rules: Sequence[RuleSpec], effective_from: datetime) -> None:
        terms = OfferTerms(self.hold_days, Discount(), tuple(rules))
        with self.wiring.shop_session(self.shop_id) as session, session.begin():
            held = session.execute(
                text("select count(*) from offers where shop_id = :s"), {"s": self.shop_id}
            )
            session.add(
                Offer(
                    program_id=self.program_id,
                    version=held.scalar_one() + 1,
                    effective_from=effective_from,
                    content=json.loads(terms.canonical()),
                    content_digest=terms.digest(),
                    published_at=INSTALLED,
                    published_by="test",
                )
            )

    def creator(self, handle: str, *codes: str, email_key: bytes | None = None) -> int:
        with self.wiring.shop_session(self.shop_id) as session, session.begin():
            creator = Creator(handle=handle, name=handle.title(), email=None, email_key=email_key, profile={},
                              created_at=INSTALLED)  # fmt: skip
            session.add(creator)
            session.flush()
            enrollment = Enrollment(creator_id=creator.id, program_id=self.program_id, created_at=INSTALLED)
            session.add(enrollment)
            session.flush()
            for code in codes:
                session.add(Code(enrollment_id=enrollment.id, code=code, folded=fold(code), state="active",
                                 created_at=INSTALLED))  # fmt: skip
            return creator.id

    def deliver(self, topic: str, body: Json | bytes, *, webhook_id: str | None = None, **more: Any) -> None:
        raw = body if isinstance(body, bytes) else dumps(body)
        self.deliveries += 1
        with self.wiring.platform_session() as session, session.begin():
            session.execute(
                text(
                    "insert into inbox (shop_domain, topic, webhook_id, source, triggered_at, body, body_sha256) "
                    "values (:domain, :topic, :webhook, :source, :at, :body, :sha)"
                ),
                {
                    "domain": more.get("domain", self.domain),
                    "topic": topic,
                    "webhook": webhook_id or f"{self.domain}-{self.deliveries}",
                    "source": more.get("source", "webhook"),
                    "at": more.get("triggered", self.wiring.clock.now()),
                    "body": raw,
                    "sha": sha256(raw).digest(),
                },
            )

    def work(self) -> None:
        """Let the worker finish everything that waits."""
        now = self.wiring.clock.now()
        with self.wiring.batch_session() as session:
            while drain(session, self.wiring.desk, now):
                pass
            while rejudge(session, now):
                pass
            while mature(session, [self.context], now):
                pass
            self.roll_up()

    def roll_up(self) -> None:
        with self.wiring.batch_session() as session:
            while True:
                with session.begin():
                    if not derive(session):
                        return

    @property
    def context(self) -> ShopContext:
        with self.wiring.platform_session() as session:
            return contexts(session, [self.domain])[self.domain]

    def balances(self) -> dict[tuple[str, str], int]:
        """(handle, account) to credits minus debits, without zeros."""
        with self.wiring.shop_session(self.shop_id) as session:
            handles = {r.id: r.handle for r in session.execute(text("select id, handle from creators"))}
            return {(handles[c], a.value): minor for c, _, a, minor in sums(session, None) if minor}

    def inbox(self) -> list[tuple[str, str | None]]:
        with self.wiring.platform_session() as session:
            return [tuple(r) for r in session.execute(text("select state, reason from inbox order by id"))]

    def move_clock(self, **by: int) -> None:
        clock: Any = self.wiring.clock
        clock.at += timedelta(**by)
