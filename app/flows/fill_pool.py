"""Keep codes that work once in stock: made ahead in Shopify, so that handing one out asks nobody.

A job for each program, one at a time for each shop, together with the job that issues creators' codes. It may be
killed anywhere and run again: a code is written down before it is asked for, and Shopify holds each code once.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from msgspec.structs import replace

from app.db.session import ShopSession
from app.flows.code_terms import LOCK, Terms, terms_of
from app.jobs.queue import Queue
from app.kernel.clock import Clock
from app.kernel.ids import ShopId
from app.shopify.discount_input import FORMS, named_in
from app.shopify.discounts import MOST_CODES, BulkStatus, CodeTaken, Created, FoundCode, NoSuchCreation
from app.shopify.errors import UserErrors
from app.shops import store as shops
from app.tracking.single_use import a_code
from app.tracking.store import single, single_stock
from app.tracking.store.single_stock import Discount, Waiting

JOB = "codes.fill_pool"
LOW = 125
"""With fewer codes left the pool is filled up."""
STOCK = 250
"""What a pool holds at least when it is full: one call to Shopify."""
MOST_STOCK = 5000
"""What it holds at most, however many went lately: more are made as these go."""
POLLS = 20
POLL_MS = 300


class Shopify(Protocol):
    """Discounts of one shop in Shopify, as far as pools are made of them."""

    def find_code(self, code: str) -> FoundCode | None:
        """The discount that this code unlocks; None when the code is free."""

    def redeem_code(self, discount_gid: str, code: str) -> str | None:
        """The gid of one code among all that the discount carries."""

    def create_discount(self, terms: Terms, first_code: str) -> Created:
        """A discount with its first code, or the one of ours that has the code already."""

    def update_discount(self, discount_gid: str, terms: Terms, named: Mapping[str, Sequence[str]]) -> None:
        """Give the discount these terms."""

    def add_codes(self, discount_gid: str, codes: Sequence[str]) -> str:
        """Ask for these codes; the answer names the creation."""

    def bulk_status(self, bulk_gid: str) -> BulkStatus:
        """How far that creation is."""


def request(session: ShopSession, queue: Queue, program_id: int) -> None:
    """Have the program's pool filled up, in this transaction."""
    args = {"shop_id": session.shop_id, "program_id": program_id}
    once = f"{JOB} {session.shop_id} {program_id}"
    queue.defer(session, JOB, args, lock=f"{LOCK} {session.shop_id}", once=once)


def pool_terms(terms: Terms) -> Terms:
    """What the discount of the pool gives: the offer's, and each of its codes once.

    Shopify counts a discount's limit for each of its codes (decision 0080).
    """
    given = replace(terms.given, usage_limit=1, limit_per_code=False, single_use=None)
    return Terms(f"{terms.title} (single use)", terms.kind, terms.discount, given, terms.starts_at)


@dataclass(frozen=True)
class FillPool:
    """The handler of `codes.fill_pool`."""

    open_session: Callable[[ShopId], ShopSession]
    shopify: Callable[[ShopId], Shopify]
    clock: Clock
    pause_ms: Callable[[int], None]

    def __call__(self, *, shop_id: int, program_id: int) -> None:
        """Bring the pool to where it should be. Raises what Shopify's refusals raise."""
        shop = ShopId(shop_id)
        with self.open_session(shop) as session, session.begin():
            offline = shops.get(session, shop).offline
            terms = None if offline else terms_of(session, program_id, self.clock.now())
        if terms is not None and terms.given.single_use is not None:
            filling = Filling(
                shop, program_id, self.shopify(shop), self.open_session, self.clock, self.pause_ms
            )
            filling.go(pool_terms(terms))


@dataclass(frozen=True)
class Filling:
    """One run. Every step is a transaction of its own; none is open while Shopify is asked."""

    shop_id: ShopId
    program_id: int
    shopify: Shopify
    open_session: Callable[[ShopId], ShopSession]
    clock: Clock
    pause_ms: Callable[[int], None]

    def go(self, terms: Terms) -> None:
        """Bring Shopify and the pool to these terms."""
        held = self._standing(terms)
        if held is None:
            self._make()
            held = self._create(terms)
        elif held.terms_digest != terms.digest:
            self._update(held, terms)
        if held is not None:
            self._settle(held)
            self._make()
            self._add(held)

    def _standing(self, terms: Terms) -> Discount | None:
        """The pool's discount; None when there is none of this kind, or the merchant deleted it in Shopify."""
        with self._write() as session:
            held = single_stock.discount(session, self.program_id)
            if held is not None and held.form != FORMS[terms.kind].name:
                single_stock.retire(session, held, self.clock.now())
                return None
        return None if held is None or self._forgets(held) else held

    def _make(self) -> None:
        """Write down so many codes as are missing: more where many went since yesterday."""
        now = self.clock.now()
        with self._write() as session:
            stock = single.pool(session, self.program_id)
            lately = single_stock.handed_since(session, self.program_id, now - timedelta(days=1))
            wanted = min(STOCK * (1 + lately // STOCK), MOST_STOCK)
            missing = wanted - stock.left - stock.on_the_way
            if missing > 0:
                single_stock.make(session, self.program_id, [a_code() for _ in range(missing)], now)

    def _create(self, terms: Terms) -> Discount | None:
        """Make the discount with its first code. Raises UserErrors when Shopify does not take it."""
        with self._write() as session:
            waiting = single_stock.on_the_way(session, self.program_id, "made", "asked", most=1)
        if not waiting:
            return None
        first = waiting[0]
        try:
            created = self.shopify.create_discount(terms, first.code)
        except CodeTaken:
            with self._write() as session:
                single_stock.mark_gone(session, [first.id])
            return self._create(terms)
        with self._write() as session:
            number = single_stock.put_discount(
                session,
                self.program_id,
                created.discount_gid,
                digest=terms.digest,
                form=FORMS[terms.kind].name,
                named=named_in(terms.given),
                now=self.clock.now(),
            )
            single_stock.mark_ready(session, number, {first.id: created.redeem_code_gid})
            return single_stock.discount(session, self.program_id)

    def _update(self, held: Discount, terms: Terms) -> None:
        """Write changed terms into the discount; what Shopify refuses leaves it as it was."""
        named, refusal, digest = named_in(terms.given), None, terms.digest
        try:
            self.shopify.update_discount(held.gid, terms, held.named)
        except UserErrors as refused:
            named, refusal, digest = held.named, str(refused), held.terms_digest
        with self._write() as session:
            single_stock.note_written(session, held, digest=digest, named=named, refusal=refusal)

    def _add(self, held: Discount) -> None:
        """Ask for everything that waits, portion by portion, and see what came of it."""
        while portion := self._waiting("made"):
            with self._write() as session:
                single_stock.mark_asked(session, portion, None)
            bulk_gid = self.shopify.add_codes(held.gid, [code.code for code in portion])
            with self._write() as session:
                single_stock.mark_asked(session, portion, bulk_gid)
            self._settle(held)

    def _forgets(self, held: Discount) -> bool:
        """Whether the discount was deleted in Shopify: then the next run makes another."""
        with self._write() as session:
            known = single_stock.sample(session, held.id)
        found = self.shopify.find_code(known) if known else None
        if found is not None and found.discount_gid == held.gid:
            return False
        with self._write() as session:
            single_stock.lost(session, held, self.clock.now())
        return True

    def _settle(self, held: Discount) -> None:
        """Find out what became of everything that was asked for, until nothing is under way."""
        for _ in range(POLLS):
            asked = self._waiting("asked")
            if not asked:
                return
            by_bulk: dict[str | None, list[Waiting]] = {}
            for code in asked:
                by_bulk.setdefault(code.bulk_gid, []).append(code)
            for bulk_gid, codes in by_bulk.items():
                self._look(held, bulk_gid, codes)
            if self._waiting("asked"):
                self.pause_ms(POLL_MS)

    def _look(self, held: Discount, bulk_gid: str | None, codes: Sequence[Waiting]) -> None:
        """By the creation's own answer; where there is none, code by code."""
        status = self._status(bulk_gid)
        said = {result.code.upper(): result for result in status.codes} if status else {}
        ready = {
            c.id: said[c.code].redeem_code_gid
            for c in codes
            if c.code in said and said[c.code].redeem_code_gid
        }
        unclear = [c for c in codes if c.id not in ready and (status is None or status.done)]
        there = {c.id: self.shopify.find_code(c.code) for c in unclear}
        ours = {
            n: found.redeem_code_gid for n, found in there.items() if found and found.discount_gid == held.gid
        }
        with self._write() as session:
            single_stock.mark_ready(session, held.id, {**ready, **ours})
            single_stock.mark_gone(session, [c.id for c in unclear if c.id not in ours])

    def _status(self, bulk_gid: str | None) -> BulkStatus | None:
        try:
            return self.shopify.bulk_status(bulk_gid) if bulk_gid else None
        except NoSuchCreation:
            return None

    def _waiting(self, state: str) -> list[Waiting]:
        with self._write() as session:
            return single_stock.on_the_way(session, self.program_id, state, most=MOST_CODES)

    @contextmanager
    def _write(self) -> Iterator[ShopSession]:
        with self.open_session(self.shop_id) as session, session.begin():
            yield session
