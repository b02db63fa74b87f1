"""A shop that owes its creators money, providers that do as they are told, and workers who pay."""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from app.commissions.awards import AwardKind
from app.commissions.balances import balances
from app.creators import store as creators
from app.db.session import ShopSession
from app.flows import payout_run
from app.flows.give_award import Given, give
from app.flows.payout_details import HOLD, change, opener
from app.flows.payout_run import Ways
from app.flows.payout_work import PayoutWorker
from app.flows.prove import prove
from app.kernel.errors import Forbidden
from app.kernel.ids import ShopId
from app.ledger.chart import Account, EntryKind
from app.ledger.model import Entry, Line
from app.ledger.post import post
from app.payouts import store
from app.payouts.details import Details
from app.payouts.details import paypal as paypal_account
from app.payouts.due import Plan
from app.payouts.hosted import StripeAccount
from app.payouts.protocol import Answer, Done, Missing, Refused, State, Unknown
from app.payouts.provider import Heard, Instruction, Provider, Question
from app.payouts.store import Held
from app.payouts.ways import Way
from app.wiring import Wiring
from tests.rooms.payout_mistakes import Careless
from tests.world import World

READY = Ways(dict.fromkeys(Way), {"paypal": 500})


class Killed(BaseException):
    """The worker's process ends here."""


@dataclass
class FakeProvider:
    """Pays each key once while it remembers it. What it does with the next calls stands in `script`."""

    name: str = "stripe"
    limit: int = 1
    script: list[str] = field(default_factory=list)
    remembers: timedelta = timedelta(hours=24)
    transfers: list[tuple[UUID, int, str, datetime]] = field(default_factory=list)
    returned: set[UUID] = field(default_factory=set)
    clock: object = None
    guard: threading.Lock = field(default_factory=threading.Lock)

    def now(self) -> datetime:
        return self.clock.now()  # type: ignore[attr-defined, no-any-return]

    def send(self, instructions: Sequence[Instruction]) -> Mapping[UUID, Answer]:
        outcome = self.script.pop(0) if self.script else "ok"
        if outcome == "refused":
            return {
                one.key: Refused("balance_insufficient", "The balance does not cover it.")
                for one in instructions
            }
        if outcome != "lost before":
            with self.guard:
                self._pay(instructions)
        if outcome == "killed":
            raise Killed
        if outcome != "ok":
            return {one.key: Unknown("No answer within 20 seconds.") for one in instructions}
        return {one.key: Done(f"tr_{one.key}") for one in instructions}

    def _pay(self, instructions: Sequence[Instruction]) -> None:
        now = self.now()
        known = {key for key, _, _, at in self.transfers if now - at < self.remembers}
        self.transfers += [
            (one.key, one.amount.minor, one.amount.currency, now)
            for one in instructions
            if one.key not in known
        ]

    def status(self, questions: Sequence[Question]) -> Mapping[UUID, Answer]:
        outcome = self.script.pop(0) if self.script else "ok"
        if outcome == "down":
            return {one.key: Unknown("The provider is down.") for one in questions}
        if outcome == "not yet":
            return {one.key: Missing() for one in questions}
        return {one.key: self._known(one.key) for one in questions}

    def _known(self, key: UUID) -> Answer:
        if not any(key == paid for paid, *_ in self.transfers):
            return Missing()
        state = State.RETURNED if key in self.returned else State.PAID
        return Done(f"tr_{key}", state, reason="The account is closed." if key in self.returned else None)

    def heard(self, headers: Mapping[str, str], body: bytes) -> Sequence[Heard]:
        raise Forbidden(f"{len(headers)} headers and {len(body)} bytes that nobody signed.")

    def balance(self, currency: str) -> int | None:
        return 10**9 if currency == "EUR" else None

    def check(self) -> str | None:
        return None

    def paid_twice(self) -> list[UUID]:
        keys = [key for key, *_ in self.transfers]
        return sorted({key for key in keys if keys.count(key) > 1})


@dataclass
class Scene:
    """What a test does to it."""

    wiring: Wiring
    world: World
    providers: dict[str, Provider]
    gifts: int = 0
    mistake: str = ""
    """What its workers do wrong, on purpose."""

    @property
    def shop_id(self) -> ShopId:
        return ShopId(self.world.shop_id)

    @property
    def now(self) -> datetime:
        return self.wiring.clock.now()

    def wait(self, pause: timedelta) -> None:
        self.wiring.clock.at += pause  # type: ignore[attr-defined]

    def owe(self, handle: str, minor: int, currency: str = "EUR") -> None:
        """Something that is payable at once."""
        self.gifts += 1
        given = Given(AwardKind.BONUS, handle, "main", minor, currency, "For the film.", 0, f"g{self.gifts}")
        with self.wiring.shop_session(self.shop_id) as session, session.begin():
            give(session, given, actor="test", now=self.now)

    def session(self) -> ShopSession:
        return self.wiring.shop_session(self.shop_id)

    def take_back(self, handle: str, minor: int, currency: str = "EUR") -> None:
        """What a refund after maturity does to the balance."""
        self.gifts += 1
        lines = (Line(Account.PAYABLE, Account.COMMISSION_EXPENSE, minor),)
        back = Entry(
            self.shop_id, EntryKind.REVERSE, self.creator_id(handle), currency, lines, self.now, f"back:{self.gifts}",
            order_id=77,
        )  # fmt: skip
        with self.session() as session, session.begin():
            post(session, [back])

    def details(self, handle: str, details: Details | None = None) -> None:
        """Details that can be used at once: they were entered before the hold."""
        wanted = details or StripeAccount(f"acct_{handle}", "DE")
        with self.wiring.shop_session(self.shop_id) as session, session.begin():
            change(
                session, self.wiring.vault, handle, wanted, shop_key=b"k" * 32, actor="test", now=self.now - HOLD
            )  # fmt: skip

    def plan(self, *, cut_off: datetime | None = None) -> int:
        """A run of what is payable by now."""
        when = cut_off or self.now + timedelta(seconds=1)
        with self.wiring.shop_session(self.shop_id) as session, session.begin():
            run = payout_run.new_run("person", when, self.now, actor="Ida", now=self.now)
            made = payout_run.plan_run(session, run)
        assert made is not None
        return made.id

    def reserve(self, run_id: int, ways: Ways = READY) -> Plan:
        with self.wiring.shop_session(self.shop_id) as session, session.begin():
            return payout_run.reserve(session, run_id, ways, actor="Ida", now=self.now)

    def run(self, *, cut_off: datetime | None = None) -> Plan:
        return self.reserve(self.plan(cut_off=cut_off))

    @property
    def worker(self) -> PayoutWorker:
        wired = self.wiring
        parts = (wired.shop_session, opener(wired.vault), lambda _shop: self.providers, wired.clock)
        return Careless(*parts, mistake=self.mistake) if self.mistake else PayoutWorker(*parts)

    def work(self, rounds: int = 1) -> None:
        for _ in range(rounds):
            self.worker.round(self.shop_id)

    def payouts(self) -> list[Held]:
        with self.wiring.shop_session(self.shop_id) as session:
            ids = list(session.connection().exec_driver_sql("select id from payouts").scalars())
            return store.locked(session, ids)

    def creator_id(self, handle: str) -> int:
        with self.wiring.shop_session(self.shop_id) as session:
            return creators.creator(session, handle).id

    def states(self) -> dict[str, str]:
        return {one.handle: one.payout.state.value for one in self.payouts()}

    def balance(self, handle: str, currency: str = "EUR") -> dict[str, int]:
        with self.wiring.shop_session(self.shop_id) as session:
            return dict(balances(session, "EUR", self.now).get(handle, {}).get(currency, {}))

    def broken(self) -> list[dict[str, object]]:
        """What `tribute prove` finds."""
        self.world.roll_up()
        with self.wiring.shop_session(self.shop_id) as session, self.wiring.batch_session() as again:
            return [c for c in prove(session, again, self.world.context, self.now)["checks"] if not c["ok"]]


def scene(wiring: Wiring, handles: Sequence[str] = ("mara", "theo")) -> Scene:
    """Creators with a Stripe account each."""
    world = World(wiring)
    built = Scene(wiring, world, {
        "stripe": FakeProvider(clock=wiring.clock),
        "paypal": FakeProvider("paypal", 500, clock=wiring.clock),
    })  # fmt: skip
    for handle in handles:
        world.creator(handle, f"{handle.upper()}10")
        built.details(handle)
    return built


def by_paypal(handle: str) -> Details:
    return paypal_account(f"{handle}@example.com", "DE")
