"""GET /proxy/creator?click=: by whose link a shopper came. The banner in the theme asks, after consent."""

from collections.abc import Sequence
from http import HTTPStatus
from urllib.parse import parse_qs

import msgspec

from app.kernel.clock import Clock
from app.storefront.store import landings
from app.tracking import token
from app.web.proxy.pages import Asked, OpenSession, Said

NAME = "creator"
TYPE = "application/json"


class Greetings:
    """200 {"name", "picture", "code"}, or 404 {} for every click that is not ours, of another shop, or of nobody who earns.

    The token is signed, so nobody learns names by counting; it says the link itself, so the click need not be stored yet.
    """

    methods = frozenset({"GET", "HEAD"})

    def __init__(self, open_session: OpenSession, clock: Clock, secret_keys: Sequence[str]) -> None:
        self._open_session, self._clock = open_session, clock
        self._keys = token.token_keys(secret_keys)

    def __call__(self, asked: Asked) -> Said:
        """Answer one request."""
        given = parse_qs(asked.environ.get("QUERY_STRING", "")).get("click", [""])[0]
        click = token.read(given, self._keys)
        if asked.path or click is None or click.shop_id != asked.shop.id:
            return Said(HTTPStatus.NOT_FOUND, b"{}", TYPE)
        with self._open_session(asked.shop.id) as session, session.begin():
            found = landings.greeting(session, click.link_id, self._clock.now())
        if found is None:
            return Said(HTTPStatus.NOT_FOUND, b"{}", TYPE)
        return Said(HTTPStatus.OK, msgspec.json.encode(found), TYPE)
