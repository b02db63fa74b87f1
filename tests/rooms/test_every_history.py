"""Every history of orders, decisions and time leaves books that prove, and that come out again from their facts."""

import sys
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.database import DirectoryBasedExampleDatabase
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import text

from app.commissions.verdicts import approve, deny, hold
from app.commissions.verdicts import undo as take_back
from app.creators.store import creator
from app.flows.assign import Part, assign, undo
from app.flows.explain import explain
from app.flows.move_enrollment import move_by_handles
from app.flows.prove import prove
from app.flows.replay import Replayer
from app.jobs.queue import NoQueue
from app.wiring import Wiring
from tests.conftest import NOW
from tests.history_terms import CURRENCIES, NAMES, holder, terms
from tests.lives import Item, Life, Sent
from tests.world import INSTALLED, World

CODES = st.lists(st.sampled_from(["MARA10", "THEO5", "NOBODYS"]), max_size=2, unique=True)
TERMS = st.sampled_from(NAMES)
SECONDS = st.integers(0, 1)
"""Shopify's updated_at has a resolution of one second: some versions tie on purpose."""
EXAMPLES, STEPS = 50, 6
"""Of one shard; there are sixteen, so that as many processes as there are share eight hundred histories."""
_numbers = count(1)
KEPT = Path(__file__).parents[1] / "kept_failures"
"""Histories that failed once are tried first, for ever: commit what Hypothesis writes here."""


class Books(RuleBasedStateMachine):
    """One shop, its orders as Shopify has them, and the deliveries that are still under way.

    A step plans what shall be done here and does it at the end, each at its own time: Hypothesis gives up many
    an example at a draw, and what would have been done for it was a fifth of all work.
    """

    wiring: Wiring
    replayer: Replayer
    played: list[int]
    orders = Bundle("orders")

    def __init__(self) -> None:
        super().__init__()
        self.handled = sys.exception()
        self.plan: list[tuple[datetime, Callable[[], None]]] = []
        self.under_way: list[Sent] = []
        self.sent: list[Sent] = []
        self.lives: dict[int, Life] = {}
        self.reached = False
        self.order_ids, self.refund_ids = count(1001), count(1)
        self.wiring.clock.at = NOW  # type: ignore[attr-defined]

    @initialize(currency=st.sampled_from(CURRENCIES), name=TERMS)
    def open_shop(self, currency: str, name: str) -> None:
        self.currency = currency

        def act() -> None:
            self.world = World(self.wiring, domain=f"books-{next(_numbers)}.myshopify.com", currency=currency,
                               rules=terms(name, currency))  # fmt: skip
            self.world.creator("mara", "MARA10")
            self.world.creator("theo", "THEO5")

        self.do(act)

    def do(self, act: Callable[[], None]) -> None:
        self.plan.append((self.wiring.clock.now(), act))

    def work(self) -> None:
        self.world.work()
        self.reached = True

    def happen(self, order: int, seconds: int, verb: Callable[[Life], list[Sent]]) -> None:
        """Something happens to an order in Shopify, which tells us some time."""
        life = self.lives[order]
        life.pass_time(seconds)
        told = verb(life)
        self.under_way += told
        self.sent += told

    @rule(target=orders, codes=CODES, prices=st.lists(st.integers(0, 30_000), min_size=1, max_size=3),
          units=st.integers(1, 4), off=st.integers(0, 100))  # fmt: skip
    def place(self, codes: list[str], prices: list[int], units: int, off: int) -> int:
        order = next(self.order_ids)
        items = {n: Item(n, p, units, p * units * off // 100, units) for n, p in enumerate(prices, 1)}
        self.lives[order] = Life(order, self.currency, self.wiring.clock.now(), codes, items)
        self.happen(order, 0, Life.created)
        return order

    @rule(order=orders, seconds=SECONDS)
    def pay(self, order: int, seconds: int) -> None:
        self.happen(order, seconds, Life.paid)

    @rule(order=orders, share=st.integers(1, 3))
    def pay_in_part(self, order: int, share: int) -> None:
        self.happen(order, 1, lambda life: life.paid_in_part(share))

    @rule(order=orders, seconds=SECONDS, left=st.integers(0, 4))
    def edit(self, order: int, seconds: int, left: int) -> None:
        self.happen(order, seconds, lambda life: life.edited(1, left))

    @rule(
        order=orders, seconds=SECONDS, units=st.dictionaries(st.integers(1, 3), st.integers(0, 4), min_size=1)
    )
    def refund(self, order: int, seconds: int, units: dict[int, int]) -> None:
        wanted = {line: n for line, n in units.items() if line in self.lives[order].items}
        self.happen(order, seconds, lambda life: life.refunded(next(self.refund_ids), wanted))

    @rule(order=orders, seconds=SECONDS)
    def refund_all(self, order: int, seconds: int) -> None:
        wanted = {i.id: i.ordered for i in self.lives[order].items.values()}
        self.happen(order, seconds, lambda life: life.refunded(next(self.refund_ids), wanted))

    @rule(order=orders, seconds=SECONDS)
    def cancel(self, order: int, seconds: int) -> None:
        self.happen(order, seconds, Life.cancel)

    @rule(order=orders)
    def reopen(self, order: int) -> None:
        self.happen(order, 1, Life.reopen)

    @rule(order=orders, codes=CODES)
    def change_codes(self, order: int, codes: list[str]) -> None:
        self.happen(order, 1, lambda life: life.recoded(codes))

    @rule(name=TERMS, since_the_beginning=st.booleans())
    def change_terms(self, *, name: str, since_the_beginning: bool) -> None:
        """From the present instant on; or, asked for, for every order since the beginning."""
        rules, orders = terms(name, self.currency), list(self.lives)

        def act() -> None:
            self.world.offer(rules, INSTALLED if since_the_beginning else self.wiring.clock.now())
            self.judge_again(orders)

        self.do(act)

    def judge_again(self, orders: list[int]) -> None:
        self.world.judge_again(orders)
        self.reached = True

    @rule(to_gold=st.booleans(), since_the_beginning=st.booleans())
    def move(self, *, to_gold: bool, since_the_beginning: bool) -> None:
        """Mara changes programs from now on, or as of the day of the install; or comes back."""
        orders = list(self.lives)
        self.do(lambda: self.moved(orders, to_gold=to_gold, since_the_beginning=since_the_beginning))

    def moved(self, orders: list[int], *, to_gold: bool, since_the_beginning: bool) -> None:
        now = self.wiring.clock.now()
        source, target = ("main", "gold") if to_gold else ("gold", "main")
        if to_gold:
            self.world.program("gold", terms("odd", self.currency))
        with self.wiring.shop_session(self.world.shop_id) as session, session.begin():
            mara = creator(session, "mara")
            here = holder(session, mara)
            at = INSTALLED if since_the_beginning and not mara.moves else now
            if here != source:
                return
            move_by_handles(session, NoQueue(), "mara", source=source, target=target, at=at, reprice=True,
                            actor="me", now=now)  # fmt: skip
        self.judge_again(orders)

    @rule(order=orders, status=st.sampled_from(["needs_response", "won", "lost"]), part=st.integers(1, 2))
    def dispute(self, order: int, status: str, part: int) -> None:
        """The shopper's bank asks, or has decided; a part of the sum, or all of it."""
        self.happen(order, 1, lambda life: life.disputed(status, part))

    @rule(order=orders, word=st.sampled_from([approve, deny, hold, None]))
    def say(self, order: int, word: Any) -> None:
        """A person approves, denies or holds what is credited, or takes the last word back."""
        self.do(lambda: self.said(order, word))

    def said(self, order: int, word: Any) -> None:
        who: Any = {"actor": "me", "now": self.wiring.clock.now()}
        with self.wiring.shop_session(self.world.shop_id) as session, session.begin():
            rows = session.execute(text("select creator_id from credits where order_id = :id"), {"id": order})
            keys = [(order, row.creator_id) for row in rows]
            if keys and word is None:
                take_back(session, keys, **who)
            elif keys:
                word(session, keys, reason="because", **who)
        self.work()

    @rule(order=orders, parts=st.sampled_from([(), ("mara",), ("theo",), ("mara", "theo"), None]))
    def assign(self, order: int, parts: tuple[str, ...] | None) -> None:
        """A person says whose order it was, once it is known here, or takes the last decision back."""
        self.do(lambda: self.assigned(order, parts))

    def assigned(self, order: int, parts: tuple[str, ...] | None) -> None:
        who: Any = {"actor": "me", "now": self.wiring.clock.now()}
        with self.wiring.shop_session(self.world.shop_id) as session, session.begin():
            if session.execute(text("select 1 from orders where id = :id"), {"id": order}).first() is None:
                return
            if parts is not None:
                assign(session, str(order), [Part(p, None) for p in parts], reason="because", **who)
            elif session.execute(
                text("select 1 from assignments where order_id = :id"), {"id": order}
            ).first():
                undo(session, str(order), **who)
        self.work()

    @rule(days=st.sampled_from([0, 1, 29, 30, 31, 200]))
    def let_time_pass(self, days: int) -> None:
        self.wiring.clock.at += timedelta(days=days)  # type: ignore[attr-defined]
        self.do(self.work)

    @rule(data=st.data())
    def deliver_some(self, data: st.DataObject) -> None:
        """Some of what is under way arrives, in any order, some of it twice, some of it again after long."""
        if not self.under_way:
            return
        arriving = data.draw(st.lists(st.sampled_from(range(len(self.under_way))), min_size=1, max_size=6))
        self.do(partial(self.arrive, [self.under_way[n] for n in arriving]))
        self.under_way = [sent for n, sent in enumerate(self.under_way) if n not in arriving]

    def arrive(self, deliveries: list[Sent]) -> None:
        self.world.deliver_all(deliveries)
        self.work()

    def the_books_prove(self) -> None:
        """After every step that reached the books; what only happened in Shopify cannot have changed them."""
        if not self.reached:
            return
        self.reached = False
        with self.wiring.shop_session(self.world.shop_id) as session, self.wiring.batch_session() as again:
            checks = prove(session, again, self.world.context, self.wiring.clock.now())["checks"]
        assert [c for c in checks if not c["ok"]] == []

    def teardown(self) -> None:
        if sys.exception() is not self.handled:
            return  # It was given up, and counts for nothing.
        for at, act in self.plan:
            self.wiring.clock.at = at  # type: ignore[attr-defined]
            act()
            self.the_books_prove()
        if self.lives:
            self.end()
        self.played.append(len(self.plan))

    def end(self) -> None:
        """Everything arrives, again and the last first; then the books are made anew."""
        self.arrive([*reversed(self.sent), *self.under_way])
        self.the_books_prove()
        for order, life in self.lives.items():
            self.explained(order, life)
        replayed = self.replayer(self.world.context, self.wiring.clock.now(), now=self.wiring.clock.now())
        assert replayed.identical, replayed.compared.differences[:3]

    def explained(self, order: int, life: Life) -> None:
        """The record's arithmetic is the ledger's, and what came back in full left nothing behind."""
        with self.wiring.shop_session(self.world.shop_id) as session:
            record = explain(session, str(order), self.wiring.clock.now())
            posted = session.execute(text(
                "select coalesce(sum(case when debit = 'commission_expense' then amount_minor "
                "when credit = 'commission_expense' then -amount_minor end), 0) from postings where order_id = :id"
            ), {"id": order}).scalar_one()  # fmt: skip
        credits_ = record["credits"]
        for credit in credits_:
            assert credit["commission"]["minor"] == sum(
                line["commission"]["minor"] for line in credit["lines"]
            )
        assert posted == sum(c["earned"]["minor"] for c in credits_)
        if life.status == "paid" and not life.disputes:
            assert posted == sum(c["commission"]["minor"] for c in credits_ if c["status"] != "denied")
        if life.is_gone or life.status == "pending":
            assert posted == 0


@pytest.mark.parametrize("shard", range(16))
def test_every_history_ends_in_books_that_prove(wiring: Wiring, shard: int) -> None:
    chosen = settings(max_examples=EXAMPLES, stateful_step_count=STEPS, deadline=None, print_blob=True,
                      database=DirectoryBasedExampleDatabase(KEPT),
                      suppress_health_check=list(HealthCheck))  # fmt: skip
    with wiring.replayer.open_fresh() as fresh:
        # One empty schema for all examples: every example is a shop of its own.
        replayer = replace(wiring.replayer, open_fresh=lambda: nullcontext(fresh))
        parts: dict[str, Any] = {"wiring": wiring, "replayer": replayer, "played": []}
        run_state_machine_as_test(type("Machine", (Books,), parts), settings=chosen)
        assert len(parts["played"]) >= EXAMPLES
