"""One run of the job that creates a program's codes in Shopify. Called by issue_code."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from app.db.session import ShopSession
from app.flows import reevaluate
from app.flows.carriers import Carriers, Carrying
from app.flows.code_terms import Terms, terms_of
from app.jobs.queue import Queue
from app.kernel.clock import Clock
from app.kernel.errors import Permanent, Retriable
from app.kernel.ids import ProgramId, ShopId
from app.shopify.discounts import MOST_CODES, BulkStatus, CodeTaken, FoundCode, NoSuchCreation
from app.shopify.errors import AccessDenied, BadRequest, UserErrors
from app.tracking import store
from app.tracking.model import Code, CodeState, Node
from app.tracking.refuse_code import refuse_codes
from app.tracking.store import nodes

POLLS = 8
POLL_MS = 300
"""Shopify adds codes to a discount in its own time, usually within a second or two."""
NO_DISCOUNT = "The program's offer takes nothing off for shoppers, so Shopify cannot hold a code for it."
LOST = "Shopify took this code and then did not know it."


class Discounts(Carrying, Protocol):
    """Discounts of one shop in Shopify: app.shopify.shop_discounts, or a test's own."""

    def add_codes(self, discount_gid: str, codes: Sequence[str]) -> str:
        """Ask for these codes; the answer names the creation."""

    def bulk_status(self, bulk_gid: str) -> BulkStatus:
        """How far that creation is."""


@dataclass(frozen=True)
class Run:
    """Every step is a transaction of its own; none is open while Shopify is asked."""

    shop_id: ShopId
    program_id: ProgramId
    shopify: Discounts
    open_session: Callable[[ShopId], ShopSession]
    queue: Queue
    clock: Clock
    pause_ms: Callable[[int], None]

    def go(self) -> bool:
        """Bring Shopify to where the program is. Returns whether nothing is left under way."""
        carriers = Carriers(self.program_id, self.shopify, self._write, self.clock)
        with self._write() as session:
            terms = terms_of(session, self.program_id, self.clock.now())
            if terms is None:
                _fail(session, store.unissued(session, self.program_id), NO_DISCOUNT)
        if terms is None:
            carriers.end()
            return True
        alone = carriers.fit(terms)
        if alone:
            self._create_each(carriers, terms)
            return True
        node = carriers.shared(terms)
        if node is not None:
            self._settle(node)
        while node is None and (codes := self._codes(most=1)):
            node = self._create(carriers, terms, codes[0])
        done = node is None or (self._add(node) and self._await(node))
        if done and node is not None:
            carriers.drop_spare(node)
        return done

    def _create_each(self, carriers: Carriers, terms: Terms) -> None:
        """A discount for each code that has none yet; those there are get the terms."""
        carriers.refresh_own(terms)
        for code in self._codes():
            self._create(carriers, terms, code, alone=True)

    def _create(self, carriers: Carriers, terms: Terms, code: Code, *, alone: bool = False) -> Node | None:
        """Make the discount with its first code, which may be its only one; None when Shopify refuses."""
        try:
            with self._asking([code]):
                created = self.shopify.create_discount(terms, code.code)
        except (UserErrors, CodeTaken) as refused:
            with self._write() as session:
                self._refuse(session, {code: str(refused)})
            return None
        node = carriers.node_of(created.discount_gid, terms, code_id=code.id if alone else None)
        with self._write() as session:
            nodes.put(session, node, self.clock.now())
            store.mark_active(session, {code.id: created.redeem_code_gid}, self.clock.now())
        return node

    def _add(self, node: Node) -> bool:
        """Ask for the codes that wait. Returns False when the discount turned out to be deleted."""
        while chunk := self._codes(CodeState.WAITING, most=MOST_CODES):
            try:
                with self._asking(chunk):
                    bulk_gid = self.shopify.add_codes(node.gid, [code.code for code in chunk])
            except UserErrors as refused:
                gone = Carriers(self.program_id, self.shopify, self._write, self.clock).forgets(node)
                with self._write() as session:
                    if gone:
                        store.mark_waiting(session, [code.id for code in chunk])
                        return False
                    self._refuse(session, dict.fromkeys(chunk, str(refused)))
                continue
            with self._write() as session:
                store.mark_issuing(session, [code.id for code in chunk], bulk_gid)
            if (
                len(chunk) == MOST_CODES
            ):  # Of thousands those that stand are seen while the rest is asked for.
                self._settle(node, most=MOST_CODES)
        return True

    def _await(self, node: Node) -> bool:
        """Look a few times how far Shopify is. Returns whether nothing is left under way."""
        for _ in range(POLLS):
            self._settle(node)
            if not self._codes(CodeState.ISSUING, most=1):
                break
            self.pause_ms(POLL_MS)
        return not self._codes(most=1)

    def _settle(self, node: Node, *, most: int | None = None) -> None:
        """Find out what became of everything that was asked for; of the oldest so many when `most` is given."""
        asked: dict[str | None, list[Code]] = {}
        for code in self._codes(CodeState.ISSUING, most=most):
            asked.setdefault(code.bulk_gid, []).append(code)
        for bulk_gid, codes in asked.items():
            self._settle_bulk(node, bulk_gid, codes)

    def _settle_bulk(self, node: Node, bulk_gid: str | None, codes: Sequence[Code]) -> None:
        status = self._status(bulk_gid)
        said = {result.code.upper(): result for result in status.codes} if status else {}
        done = {
            c.id: said[c.folded].redeem_code_gid
            for c in codes
            if c.folded in said and said[c.folded].redeem_code_gid
        }
        unclear = [
            code
            for code in codes
            if code.id not in done
            and (status is None or status.done or (code.folded in said and said[code.folded].failure))
        ]
        looked = [(code, self.shopify.find_code(code.code)) for code in unclear]
        with self._write() as session:
            store.mark_active(session, done, self.clock.now())
            for code, found in looked:
                refused = said[code.folded].failure if code.folded in said else None
                self._conclude(session, node, code, found, why=refused or (LOST if status else None))

    def _status(self, bulk_gid: str | None) -> BulkStatus | None:
        """What the creation says; None when there was none, or Shopify knows it no more."""
        try:
            return self.shopify.bulk_status(bulk_gid) if bulk_gid else None
        except NoSuchCreation:
            return None

    def _conclude(
        self, session: ShopSession, node: Node, code: Code, found: FoundCode | None, *, why: str | None
    ) -> None:
        """What the code itself says: it is ours, or somebody else's, or not there; `why` if that is final."""
        if found is not None and found.discount_gid == node.gid:
            store.mark_active(session, {code.id: found.redeem_code_gid}, self.clock.now())
        elif found is not None:
            self._refuse(session, {code: str(CodeTaken(code.code, found.title))})
        elif why is not None:
            self._refuse(session, {code: why})
        else:
            store.mark_waiting(session, [code.id])

    def _refuse(self, session: ShopSession, reasons: Mapping[Code, str]) -> None:
        """Note what Shopify refused, and have orders judged again that came in by a code that is not ours."""
        refused = refuse_codes(session, reasons, self.clock.now())
        if refused:
            reevaluate.request(session, self.queue, placed_from=None, codes=refused)

    @contextmanager
    def _asking(self, codes: Sequence[Code]) -> Iterator[None]:
        """Write down that these are being asked for, before they are; undo it when they surely were not."""
        ids = [code.id for code in codes]
        with self._write() as session:
            store.mark_issuing(session, ids, None)
        try:
            yield
        except (UserErrors, CodeTaken):
            raise
        except (AccessDenied, BadRequest) as refused:
            with self._write() as session:
                _fail(session, codes, str(refused))
            raise
        except (Retriable, Permanent):
            with self._write() as session:
                store.mark_waiting(session, ids)
            raise

    def _codes(self, *states: CodeState, most: int | None = None) -> list[Code]:
        """The program's codes that are not settled; with `states`, those of them; at most so many."""
        with self._write() as session:
            return store.unissued(session, self.program_id, states or store.UNDER_WAY, most=most)

    @contextmanager
    def _write(self) -> Iterator[ShopSession]:
        with self.open_session(self.shop_id) as session, session.begin():
            yield session


def _fail(session: ShopSession, codes: Sequence[Code], why: str) -> None:
    store.mark_failed(session, {code.id: why for code in codes})
