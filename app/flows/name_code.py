"""Find a creator a code by the program's pattern: the first form that neither our shop nor Shopify has."""

from collections.abc import Sequence
from datetime import datetime
from itertools import islice

from app.campaigns import store as campaigns
from app.campaigns.vanity import Bearer, forms
from app.db.session import ShopSession
from app.flows.code_terms import terms_of
from app.flows.desk import Desk
from app.kernel.errors import Conflict, Forbidden, UpstreamError
from app.kernel.ids import ShopId
from app.shops import store as shops
from app.tracking import store
from app.tracking.model import fold

AT_ONCE = 100
MOST = 10_000
ASKED = 20
"""So many forms Shopify is asked about at most: somebody waits for the answer."""


class NoFreeForm(Conflict):
    """Every form that was tried is taken."""

    def __init__(self, first: str) -> None:
        super().__init__(f"{first} and the forms after it are taken; type a code for this creator.")


class CannotAsk(Conflict):
    """Shopify did not say which codes are free."""

    def __init__(self) -> None:
        super().__init__("Shopify cannot be asked now which codes are free. Type a code, or try again.")


def free_here(session: ShopSession, *, name: str, handle: str, program: str, now: datetime) -> list[str]:
    """Forms for the creator that our shop has not, the best first. Raises NotFound, NoFreeForm."""
    found = campaigns.program(session, program)
    terms = terms_of(session, found.id, now)
    bearer = Bearer(name, handle, found.handle, terms.percent if terms else None)
    candidates = forms(found.code_pattern, bearer)
    first = next(forms(found.code_pattern, bearer))
    for _ in range(0, MOST, AT_ONCE):
        some = list(islice(candidates, AT_ONCE))
        taken = store.taken(session, some)
        if free := [code for code in some if fold(code) not in taken]:
            return free
    raise NoFreeForm(first)


def first_free(desk: Desk, shop_id: ShopId, candidates: Sequence[str]) -> str:
    """The first of these that Shopify has not, whoever would own it there. No transaction may be open.

    Raises NoFreeForm, CannotAsk.
    """
    try:
        for code in candidates[:ASKED]:
            if desk.find_code(shop_id, code) is None:
                return code
    except (UpstreamError, Forbidden) as silent:
        raise CannotAsk from silent
    raise NoFreeForm(candidates[0])


def is_offline(session: ShopSession) -> bool:
    """Whether the shop was registered without Shopify: then there is nobody to ask."""
    return shops.get(session, ShopId(session.shop_id)).offline
