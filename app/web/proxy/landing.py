"""GET /proxy/<handle>: a creator's page in the store."""

from http import HTTPStatus
from urllib.parse import parse_qs

from app.kernel.clock import Clock
from app.kernel.words import HANDLE
from app.storefront.model import RESERVED
from app.storefront.store import landings
from app.web.proxy.liquid import page
from app.web.proxy.pages import Asked, OpenSession, Said, not_here

ROOT = "/apps/tribute"
"""Where the store shows us, unless the merchant renamed it: then Shopify tells."""


class LandingPages:
    """The page, or the theme's 404: for unknown, archived and paused creators alike."""

    methods = frozenset({"GET", "HEAD"})

    def __init__(self, open_session: OpenSession, clock: Clock) -> None:
        self._open_session, self._clock = open_session, clock

    def __call__(self, asked: Asked) -> Said:
        """Answer one request."""
        handle = asked.path.lower()
        if handle in RESERVED or HANDLE.fullmatch(handle) is None:
            return not_here()
        with self._open_session(asked.shop.id) as session, session.begin():
            shown = landings.shown(session, handle, self._clock.now())
        if shown is None:
            return not_here()
        return Said(HTTPStatus.OK, page("landing", page=shown, root=root_of(asked)))


def root_of(asked: Asked) -> str:
    """The address of our pages in this store, as Shopify signed it."""
    query: str = asked.environ.get("QUERY_STRING", "")
    return parse_qs(query).get("path_prefix", [ROOT])[0]
