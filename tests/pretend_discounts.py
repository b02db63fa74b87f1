"""A shop's discounts in memory, as the flow that issues codes sees them, with scripted failures."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from app.flows.code_terms import Terms
from app.kernel.errors import TributeError
from app.shopify.discounts import BulkStatus, CodeResult, CodeTaken, Created, FoundCode, NoSuchCreation
from app.shopify.errors import UserError, UserErrors


class Killed(BaseException):
    """The process ended here: nothing of ours catches it."""


@dataclass
class Shelf:
    """What stands in the pretend Shopify. `fail` is asked before and after every change."""

    codes: dict[str, str] = field(default_factory=dict)
    """Folded code to the gid of its discount."""
    terms: dict[str, Terms] = field(default_factory=dict)
    """Gid of a discount of ours to its terms."""
    asked: list[str] = field(default_factory=list)
    fail: dict[str, BaseException] = field(default_factory=dict)
    """`before create`, `after create`, `before add`, ...: raised once."""
    slow_polls: int = 0
    """How often a bulk creation is not done yet."""
    named: list[dict[str, Sequence[str]]] = field(default_factory=list)
    """What each update said that the discount was about."""
    ended: set[str] = field(default_factory=set)
    made: int = 0
    bulks: dict[str, list[CodeResult]] = field(default_factory=dict)

    def _step(self, name: str) -> None:
        error = self.fail.pop(name, None)
        if error is not None:
            raise error

    def _change(self, name: str, do: Callable[[], None]) -> None:
        self.asked.append(name)
        self._step(f"before {name}")
        do()
        self._step(f"after {name}")

    def find_code(self, code: str) -> FoundCode | None:
        self.asked.append("find")
        gid = self.codes.get(code.upper())
        if gid is None:
            return None
        return FoundCode(
            gid,
            f"title of {gid}",
            is_active=True,
            is_ours=gid in self.terms,
            redeem_code_gid=f"redeem/{code.upper()}",
        )

    def redeem_code(self, discount_gid: str, code: str) -> str | None:
        return f"redeem/{code.upper()}" if self.codes.get(code.upper()) == discount_gid else None

    def create_discount(self, terms: Terms, first_code: str) -> Created:
        gid = f"node/{self.made + 1}"
        there = self.codes.get(first_code.upper())
        if there is not None:
            if there not in self.terms:
                raise CodeTaken(first_code, f"title of {there}")
            return Created(there, f"redeem/{first_code.upper()}")

        def make() -> None:
            self.made += 1
            self.terms[gid] = terms
            self.codes[first_code.upper()] = gid

        self._change("create", make)
        return Created(gid, f"redeem/{first_code.upper()}")

    def update_discount(self, discount_gid: str, terms: Terms, named: Mapping[str, Sequence[str]]) -> None:
        self._must_stand("update", discount_gid)
        self.named.append(dict(named))
        self._change("update", lambda: self.terms.update({discount_gid: terms}))

    def delete_discount(self, discount_gid: str) -> None:
        if discount_gid in self.terms:
            self._change("delete", lambda: self.delete(discount_gid))

    def deactivate(self, discount_gid: str) -> None:
        self._must_stand("deactivate", discount_gid)
        self._change("deactivate", lambda: self.ended.add(discount_gid))

    def add_codes(self, discount_gid: str, codes: Sequence[str]) -> str:
        self._must_stand("add", discount_gid)
        bulk = f"bulk/{len(self.bulks) + 1}"

        def make() -> None:
            results = []
            for code in codes:
                taken = code.upper() in self.codes
                results.append(
                    CodeResult(
                        code, None if taken else f"redeem/{code.upper()}", "must be unique" if taken else None
                    )
                )
                self.codes.setdefault(code.upper(), discount_gid)
            self.bulks[bulk] = results

        self._change("add", make)
        return bulk

    def remove_codes(self, discount_gid: str, redeem_code_gids: Sequence[str]) -> None:
        def remove() -> None:
            for gid in redeem_code_gids:
                self.codes.pop(gid.rpartition("/")[2], None)

        self._must_stand("remove", discount_gid)
        self._change("remove", remove)

    def bulk_status(self, bulk_gid: str) -> BulkStatus:
        self.asked.append("poll")
        if bulk_gid not in self.bulks:
            raise NoSuchCreation(bulk_gid)
        if self.slow_polls:
            self.slow_polls -= 1
            return BulkStatus(
                done=False, codes=tuple(CodeResult(r.code, None, None) for r in self.bulks[bulk_gid])
            )
        return BulkStatus(done=True, codes=tuple(self.bulks[bulk_gid]))

    def delete(self, discount_gid: str) -> None:
        """What a merchant does in the Shopify admin."""
        del self.terms[discount_gid]
        self.codes = {code: gid for code, gid in self.codes.items() if gid != discount_gid}

    def _must_stand(self, document: str, gid: str) -> None:
        if gid not in self.terms:
            raise UserErrors(document, [UserError("id", "INVALID", "Discount does not exist.")])


def lost() -> TributeError:
    """No answer came."""
    from app.shopify.errors import OutcomeUnknown

    return OutcomeUnknown("lumen.myshopify.com", "DiscountCreate", "the connection ended")
