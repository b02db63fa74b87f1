"""A shop with a program and creators, made by the rooms' verbs; and deliveries into its inbox."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import text

from app.campaigns import store as campaigns
from app.campaigns.model import Discount, OfferTerms, ProgramDraft, RuleSpec
from app.campaigns.publish import publish
from app.campaigns.put_program import put
from app.creators.enroll import enroll
from app.creators.invite import invite
from app.creators.model import Contact
from app.creators.store import change_contact
from app.flows.detect import detect
from app.flows.drain_inbox import drain
from app.flows.mature import mature
from app.flows.order_to_ledger import REREAD_TOPIC
from app.flows.rejudge import rejudge
from app.kernel.ids import ShopId
from app.ledger.store import sums
from app.orders.store import rejudge as rejudging
from app.reports.rollup import derive
from app.shops.store import ShopContext, contexts
from app.shops.tables import Shop
from app.shops.vault import new_shop_key
from app.tracking.add_code import add_code
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
            draft = ProgramDraft("main", "Main", 30, self.hold_days)
            self.program_id = put(session, draft, actor="test", now=INSTALLED)[0].id
        self.offer(self.rules, INSTALLED)

    def program(self, handle: str, rules: Sequence[RuleSpec]) -> None:
        """Another program, with these rules from the beginning; nothing when it is there."""
        with self.wiring.shop_session(self.shop_id) as session, session.begin():
            draft = ProgramDraft(handle, handle.title(), 30, self.hold_days)
            put(session, draft, actor="test", now=INSTALLED)
        self.offer(rules, INSTALLED, program=handle)

    def offer(self, rules: Sequence[RuleSpec], effective_from: datetime, **more: Any) -> None:
        handle = more.pop("program", "main")
        terms = OfferTerms(self.hold_days, more.pop("discount", Discount()), tuple(rules), **more)
        with self.wiring.shop_session(self.shop_id) as session, session.begin():
            program = campaigns.program(session, handle)
            how: Any = {"reprice": True, "notice_waived": True, "actor": "test", "now": INSTALLED}
            publish(session, program, terms, effective_from=effective_from, **how)

    def creator(self, handle: str, *codes: str, email_key: bytes | None = None) -> int:
        who: Any = {"actor": "test", "now": INSTALLED}
        program: Any = {"program": "main", **who}
        with self.wiring.shop_session(self.shop_id) as session, session.begin():
            contact = Contact(handle.title(), None, {})
            creator = invite(session, handle, contact, pseudonym=lambda _: b"", **who)
            if email_key is not None:
                change_contact(session, creator.id, contact, email_key)
            enrollment, _ = enroll(session, creator, program_id=self.program_id, **program)
            for code in codes:
                add_code(session, enrollment.id, code, live=True, **program)
            return creator.id

    def deliver(self, topic: str, body: Json | bytes, *, webhook_id: str | None = None, **more: Any) -> None:
        self._into_inbox([self._delivery(topic, body, webhook_id=webhook_id, **more)])

    def deliver_all(self, sent: Iterable[tuple[str, Json | bytes]]) -> None:
        """One after the other, and together to everybody who looks."""
        self._into_inbox([self._delivery(topic, body) for topic, body in sent])

    def _delivery(
        self, topic: str, body: Json | bytes, *, webhook_id: str | None = None, **more: Any
    ) -> dict[str, Any]:
        raw = body if isinstance(body, bytes) else dumps(body)
        self.deliveries += 1
        return {
            "domain": more.get("domain", self.domain),
            "topic": topic,
            "webhook": webhook_id or f"{self.domain}-{self.deliveries}",
            "source": more.get("source", "reread" if topic == REREAD_TOPIC else "webhook"),
            "at": more.get("triggered", self.wiring.clock.now()),
            "body": raw,
            "sha": sha256(raw).digest(),
        }

    def _into_inbox(self, deliveries: list[dict[str, Any]]) -> None:
        insert = text(
            "insert into inbox (shop_domain, topic, webhook_id, source, triggered_at, body, body_sha256) "
            "values (:domain, :topic, :webhook, :source, :at, :body, :sha)"
        )
        if deliveries:
            with self.wiring.platform_session() as session, session.begin():
                session.execute(insert, deliveries)

    def work(self) -> None:
        """Let the worker finish everything that waits."""
        now = self.wiring.clock.now()
        with self.wiring.batch_session() as session:
            while (
                drain(session, self.wiring.desk, now)
                + detect(session, self.wiring.desk)
                + rejudge(session, now)
                + mature(session, [self.context], now)
            ):
                pass
            self.roll_up()

    def judge_again(self, orders: Iterable[int]) -> None:
        """Mark these orders, as a decision about the past does, and let the worker judge them."""
        with self.wiring.batch_session() as session, session.begin():
            rejudging.mark(session, [(self.shop_id, number) for number in orders])
        self.work()

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
