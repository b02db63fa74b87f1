"""Which discounts in Shopify carry a program's codes, and that they give what the offer says. Called by code_run.

One carries them all, or each code has its own where a limit is of each code. A discount never changes
its kind in Shopify: another kind is another discount, which is tried under a code that nobody has before
the old one goes, so that a refusal leaves everything as it was. Whatever is killed here may run again.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from msgspec.structs import replace

from app.db.session import ShopSession
from app.flows.code_terms import Terms
from app.kernel.clock import Clock
from app.kernel.ids import CodeId, ProgramId
from app.shopify.discount_input import FORMS, named_in
from app.shopify.discounts import CodeTaken, Created, FoundCode
from app.shopify.errors import UserErrors
from app.tracking import store
from app.tracking.model import Code, CodeState, Node
from app.tracking.store import nodes

GONE = "The discount that held this code was deleted in Shopify."
ENDED = ""
"""The digest of no terms."""


class Carrying(Protocol):
    """Discounts of one shop in Shopify, without the codes that are added to them."""

    def find_code(self, code: str) -> FoundCode | None:
        """The discount that this code unlocks; None when the code is free."""

    def create_discount(self, terms: Terms, first_code: str) -> Created:
        """A discount with its first code, or the one of ours that has the code already."""

    def update_discount(self, discount_gid: str, terms: Terms, named: Mapping[str, Sequence[str]]) -> None:
        """Give the discount these terms; what it named until now and names no more leaves."""

    def delete_discount(self, discount_gid: str) -> None:
        """Take the discount away with its codes; that it is gone does not matter."""

    def deactivate(self, discount_gid: str) -> None:
        """End the discount for all of its codes."""

    def remove_codes(self, discount_gid: str, redeem_code_gids: Sequence[str]) -> None:
        """Take these codes away; those that are gone do not matter."""


@dataclass(frozen=True)
class Carriers:
    """The discounts of one program. No transaction is open while Shopify is asked."""

    program_id: ProgramId
    shopify: Carrying
    write: Callable[[], AbstractContextManager[ShopSession]]
    clock: Clock

    def fit(self, terms: Terms) -> bool:
        """Replace what can not carry these terms. Returns whether every code has a discount of its own then.

        Where Shopify refuses the new kind, its words are kept and the old one stays.
        """
        alone = terms.given.limit_per_code
        there = self._all()
        wrong = [n for n in there if (n.form, n.code_id is not None) != (FORMS[terms.kind].name, alone)]
        if not wrong:
            return alone
        if all(n in wrong for n in there) and not self._replace(terms, wrong, alone=alone):
            return wrong[0].code_id is not None
        for old in self._all():
            if (old.form, old.code_id is not None) != (FORMS[terms.kind].name, alone):
                self._withdraw(old)
                self._leave(old)
        return alone

    def shared(self, terms: Terms) -> Node | None:
        """The discount of all codes, with these terms; None when there is none yet, or it was deleted in Shopify."""
        with self.write() as session:
            node = nodes.shared(session, self.program_id)
        return None if node is None else self._refresh(node, terms)

    def refresh_own(self, terms: Terms) -> None:
        """Give every discount of a single code these terms."""
        for node in self._all():
            self._refresh(node, terms)

    def end(self) -> None:
        """Let no code take anything off: the offer does not any more."""
        for node in self._all():
            if node.terms_digest == ENDED:
                continue
            try:
                self.shopify.deactivate(node.gid)
            except UserErrors:
                if self.forgets(node):
                    continue
                raise
            self._put(replace(node, terms_digest=ENDED, refusal=None))

    def forgets(self, node: Node) -> bool:
        """Whether the discount is gone from Shopify; then it is forgotten, and its codes have failed."""
        held = self._held(node, CodeState.ACTIVE)
        found = self.shopify.find_code(held[0].code) if held else None
        if not held or (found is not None and found.discount_gid == node.gid):
            return False
        with self.write() as session:
            nodes.drop(session, node)
            store.mark_failed(session, {code.id: GONE for code in held})
        return True

    def drop_spare(self, node: Node) -> None:
        """Take away the code under which the discount was created, now that it carries others."""
        if node.spare is None or not self._held(node, CodeState.ACTIVE):
            return
        found = self.shopify.find_code(node.spare)
        if found is not None and found.discount_gid == node.gid and found.redeem_code_gid is not None:
            self.shopify.remove_codes(node.gid, [found.redeem_code_gid])
        self._put(replace(node, spare=None))

    def node_of(self, gid: str, terms: Terms, *, code_id: CodeId | None = None) -> Node:
        """The discount as it was just created with these terms."""
        form = FORMS[terms.kind].name
        return Node(
            self.program_id, gid, terms.digest, form=form, named=named_in(terms.given), code_id=code_id
        )

    def _replace(self, terms: Terms, wrong: Sequence[Node], *, alone: bool) -> bool:
        """Try the terms under a code that nobody has; put what came of it in place of the shared discount."""
        spare = f"TRIBUTE-{self.program_id}-{terms.digest[:12]}".upper()
        try:
            created = self.shopify.create_discount(terms, spare)
        except (UserErrors, CodeTaken) as refused:
            self._refused(wrong, str(refused))
            return False
        if alone:
            self.shopify.delete_discount(created.discount_gid)
            return True
        for old in wrong:
            if old.code_id is None:
                self._withdraw(old)
        with self.write() as session:
            for old in wrong:
                if old.code_id is None:
                    _release(session, old, self._held_in(session, old))
            node = replace(self.node_of(created.discount_gid, terms), spare=spare)
            nodes.put(session, node, self.clock.now())
        return True

    def _refresh(self, node: Node, terms: Terms) -> Node | None:
        """Write changed terms into the discount; None when it was deleted in Shopify."""
        if node.form != FORMS[terms.kind].name:
            return node  # Shopify refused the other kind: the old one stays.
        if node.terms_digest == terms.digest:
            return node if node.refusal is None else self._put(replace(node, refusal=None))
        # What is about to be named is written down before it is asked for: the answer may be lost.
        both = _union(node.named, named_in(terms.given))
        asked = self._put(replace(node, named=both))
        try:
            self.shopify.update_discount(node.gid, terms, node.named)
        except UserErrors as refused:
            if self.forgets(node):
                return None
            return self._put(replace(asked, refusal=str(refused)))
        return self._put(replace(node, terms_digest=terms.digest, named=named_in(terms.given), refusal=None))

    def _refused(self, kept: Sequence[Node], why: str) -> None:
        with self.write() as session:
            for node in kept:
                nodes.put(session, replace(node, refusal=why), self.clock.now())

    def _withdraw(self, old: Node) -> None:
        """Delete it in Shopify. Its codes wait first: that they are gone there is our doing, not the merchant's."""
        with self.write() as session:
            store.mark_waiting(session, [code.id for code in self._held_in(session, old)])
        self.shopify.delete_discount(old.gid)

    def _leave(self, old: Node) -> None:
        with self.write() as session:
            _release(session, old, self._held_in(session, old))

    def _held(self, node: Node, *states: CodeState) -> list[Code]:
        with self.write() as session:
            return [code for code in self._held_in(session, node) if code.state in states]

    def _held_in(self, session: ShopSession, node: Node) -> list[Code]:
        """The codes that the discount carries or was asked to carry."""
        asked = store.unissued(session, self.program_id, [CodeState.ISSUING])
        codes = [*store.active_codes(session, self.program_id), *asked]
        return [code for code in codes if node.code_id in {None, code.id}]

    def _all(self) -> list[Node]:
        with self.write() as session:
            shared = nodes.shared(session, self.program_id)
            return [*([shared] if shared else []), *nodes.own(session, self.program_id)]

    def _put(self, node: Node) -> Node:
        with self.write() as session:
            nodes.put(session, node, self.clock.now())
        return node


def _release(session: ShopSession, old: Node, held: Sequence[Code]) -> None:
    """Forget the discount; its codes wait for another."""
    nodes.drop(session, old)
    store.mark_waiting(session, [code.id for code in held])


def _union(*named: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    keys = sorted({key for each in named for key in each})
    return {key: sorted({number for each in named for number in each.get(key, ())}) for key in keys}
