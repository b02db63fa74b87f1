"""The door of every page: finds out which shop asks, connects it on first sight, and sets the headers.

`protect(app, gate)` is called once by the page application. After it, a view of the audience
`merchant` finds `g.shop` (a CurrentShop) and `g.session` (opens a transaction of that shop):

    with g.session() as session:        # commits at the end, rolls back on an error
        ...

Source: shopify.dev, session tokens and managed installation, 2026-10; docs/decisions/0012.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from urllib.parse import parse_qsl, quote, urlencode

from flask import Flask, Response, current_app, g, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from app.db.session import ShopSession
from app.kernel.clock import Clock
from app.kernel.errors import NotFound
from app.kernel.ids import ShopId
from app.shopify.domain import is_shop_domain
from app.shopify.errors import StaleIDToken
from app.shopify.session_token import BadIDToken, IDToken, verify
from app.shops.model import ShopRecord
from app.shops.staff import NotAllowed, Role
from app.web.audience import Audience, audience_of, needs_of
from app.web.headers import content_security_policy, preload

BOUNCE_PATH = "/auth/bounce"
RETRY = "X-Shopify-Retry-Invalid-Session-Request"

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")

_SECRET_PARAMETERS = {"id_token", "hmac", "session", "timestamp"}
"""Of Shopify's query: never carried on to an address of ours."""


@dataclass(frozen=True)
class CurrentShop:
    """The shop whose page this is, and who opened it."""

    id: ShopId
    domain: str
    name: str
    currency: str
    timezone: str
    locale: str
    """Of the admin, such as en or de-DE."""
    user_id: str
    """Shopify's id of the staff member."""
    installed_at: datetime
    creator_word: str
    host: str | None
    """Shopify's own name of the admin that frames us, for the shopify-host meta tag."""


@dataclass(frozen=True)
class Gate:
    """What the door needs to know. Wiring makes it; tests make it with fakes."""

    api_key: str
    secrets: tuple[str, ...]
    cdn_origin: str
    admin_origin: str | None
    clock: Clock
    find_shop: Callable[[str], ShopRecord | None]
    install: Callable[[IDToken, datetime], ShopRecord]
    open_session: Callable[[ShopId], ShopSession]
    url: str
    """Where browsers reach the app: short links begin with it."""
    meet: Callable[[ShopId, str, datetime], None]
    """Notes a person of the staff who opens the app; nothing where they did before."""
    role_of: Callable[[ShopId, str], Role]
    """What a person of the staff may do."""


def protect(app: Flask, gate: Gate) -> None:
    """Put the door before every route of the app, and its headers on every answer."""
    app.extensions["tribute.gate"] = gate
    app.before_request(_admit)
    app.after_request(_seal)


def gate_of(app: Flask) -> Gate:
    """The gate that protects this app."""
    return cast("Gate", app.extensions["tribute.gate"])


def _admit() -> AnyResponse | None:
    gate = gate_of(current_app)
    if request.endpoint is None:
        _recognise(gate)
        return None  # No such page; Flask says so.
    match audience_of(current_app, request.endpoint):
        case Audience.PUBLIC:
            return None
        case Audience.CREATOR:
            raise NotFound(f"There is no page {request.path!r} in the admin.")
        case Audience.DEVONLY:
            if gate.admin_origin is None:
                raise NotFound(f"There is no page {request.path!r}.")
            return None
        case Audience.MERCHANT:
            return _admit_merchant(gate)


def _admit_merchant(gate: Gate) -> AnyResponse | None:
    raw = _bearer() or _query_token()
    if raw is None:
        return _ask_again()
    now = gate.clock.now()
    try:
        token = verify(raw, api_key=gate.api_key, secrets=gate.secrets, now=now)
        shop = gate.find_shop(token.shop)
        if shop is None or not shop.is_connected:
            shop = gate.install(token, now)
    except (BadIDToken, StaleIDToken):
        return _ask_again()
    g.shop = _current(shop, token)
    g.session = lambda: _transaction(gate, shop.id)
    _meet(gate, shop.id, token.user_id, now)
    _refuse_who_may_not()
    return None


def _refuse_who_may_not() -> None:
    """What takes more than to look is asked of the table of the staff; pages that only show ask nothing."""
    needed = needs_of(current_app, request.endpoint or "", request.method)
    if needed is not Role.VIEWER and not role().may(needed):
        raise NotAllowed(role(), needed)


def role() -> Role:
    """What whoever asks may do in this shop; asked of the database at most once in a request."""
    if "role" not in g:
        g.role = gate_of(current_app).role_of(g.shop.id, g.shop.user_id)
    return cast("Role", g.role)


def _meet(gate: Gate, shop_id: ShopId, user_id: str, now: datetime) -> None:
    """Note once who opened the app, so that an owner finds them in the list."""
    met: set[tuple[int, str]] = current_app.extensions.setdefault("tribute.met", set())
    if (shop_id, user_id) not in met:
        gate.meet(shop_id, user_id, now)
        met.add((shop_id, user_id))


def _recognise(gate: Gate) -> None:
    """Whose admin shows the page that is not there, so that its menu leads on; who cannot be known reads it without one."""
    raw = _bearer() or _query_token()
    if raw is None:
        return
    try:
        token = verify(raw, api_key=gate.api_key, secrets=gate.secrets, now=gate.clock.now())
        shop = gate.find_shop(token.shop)
    except (BadIDToken, StaleIDToken):
        return
    if shop is not None and shop.is_connected:
        g.shop = _current(shop, token)


def _bearer() -> str | None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme == "Bearer" and token else None


def _query_token() -> str | None:
    """Only a document may bring its token in the address: a link must never be able to write."""
    return request.args.get("id_token") if _is_document() else None


def _is_document() -> bool:
    """Whether the browser is opening a page, rather than a script fetching one."""
    if request.method not in {"GET", "HEAD"} or "Authorization" in request.headers:
        return False
    if "X-Requested-With" in request.headers:
        return False
    return request.headers.get("Sec-Fetch-Dest", "document") in {"document", "iframe", "frame"}


def _ask_again() -> AnyResponse:
    """App Bridge gets a fresh token: for a document through the bounce page, for a fetch by asking once more."""
    if _is_document():
        return redirect(_bounce_address())
    answer = Response("Open this page from the Shopify admin.", 401, content_type="text/plain; charset=utf-8")
    answer.headers[RETRY] = "1"
    return answer


def _bounce_address() -> str:
    given = parse_qsl(request.query_string.decode("utf-8", "replace"), keep_blank_values=True)
    kept = [(k, v) for k, v in given if k not in _SECRET_PARAMETERS and k != "shopify-reload"]
    target = request.path + (f"?{urlencode(kept)}" if kept else "")
    about_shop = [(k, v) for k, v in kept if k in {"shop", "host", "locale", "embedded"}]
    return f"{BOUNCE_PATH}?{urlencode([*about_shop, ('shopify-reload', target)], quote_via=quote)}"


def _current(shop: ShopRecord, token: IDToken) -> CurrentShop:
    return CurrentShop(
        id=shop.id,
        domain=shop.domain,
        name=shop.name,
        currency=shop.currency,
        timezone=shop.timezone,
        locale=_locale(),
        user_id=token.user_id,
        installed_at=shop.installed_at,
        creator_word=shop.creator_word,
        host=request.args.get("host"),
    )


def _locale() -> str:
    """App Bridge sends the admin's language with every fetch; a document has it in its address."""
    named = request.args.get("locale") or request.accept_languages.best or ""
    return named if _LANGUAGE.fullmatch(named) else "en"


@contextmanager
def _transaction(gate: Gate, shop_id: ShopId) -> Iterator[ShopSession]:
    with gate.open_session(shop_id) as session, session.begin():
        yield session


Session = Callable[[], AbstractContextManager[ShopSession]]
"""The type of `g.session`."""


def _seal(answer: Response) -> Response:
    if request.endpoint is not None and request.endpoint.rpartition(".")[2] == "static":
        return answer
    gate = gate_of(current_app)
    policy = content_security_policy(
        _framing_shop(), cdn_origin=gate.cdn_origin, admin_origin=gate.admin_origin
    )
    answer.headers["Content-Security-Policy"] = policy
    answer.headers["X-Content-Type-Options"] = "nosniff"
    # The address of a first page holds an ID token: no other site may learn it.
    answer.headers["Referrer-Policy"] = "strict-origin"
    answer.headers["Cache-Control"] = "no-store"
    if answer.mimetype == "text/html":
        answer.headers["Link"] = preload(gate.cdn_origin)
    return answer


def _framing_shop() -> str | None:
    """Before anybody is let in (bounce page, errors) the address may name the shop: nothing is shown there."""
    shop: CurrentShop | None = g.get("shop")
    if shop is not None:
        return shop.domain
    named = request.args.get("shop", "")
    return named if is_shop_domain(named) else None
