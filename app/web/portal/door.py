"""The door of the portal: who is signed in, that a form is one of ours, and the headers of every page.

`protect(app, door)` is called once by the portal's application. After it, a view of the audience `creator`
finds `g.signed` (a PortalSession). Which creator of which shop a page is about is looked up by its view
(portal.visit), each time anew.
"""

from dataclasses import dataclass
from hmac import compare_digest
from typing import cast
from urllib.parse import quote, urlsplit

from flask import Flask, Response, current_app, g, redirect, request
from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter
from werkzeug.exceptions import TooManyRequests
from werkzeug.wrappers import Response as AnyResponse

from app.flows.sign_in import HOME, SignIn, own_page
from app.identities.model import SESSION_HOLDS, PortalSession, form_token
from app.kernel.errors import Forbidden, NotFound
from app.web.audience import Audience, audience_of
from app.web.go.redirect import sender

SIGN_IN = f"{HOME}/sign-in"
READING = frozenset({"GET", "HEAD", "OPTIONS"})
OFTEN = RateLimitItemPerMinute(240)
"""Pages, from one address; a house is one address."""
POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; object-src 'none'; base-uri 'none'; form-action 'self'"


class NotOurForm(Forbidden):
    """A form that another site sent, or one of a session that is over."""

    def __init__(self) -> None:
        super().__init__(
            "This form is not of your session any more. Open the page again and send it once more."
        )


@dataclass(frozen=True)
class Door:
    """What the door needs to know."""

    sign_in: SignIn
    url: str
    """Where browsers reach the portal."""
    proxies: int

    @property
    def is_secure(self) -> bool:
        """Whether browsers reach it by TLS."""
        return self.url.startswith("https://")

    @property
    def cookie(self) -> str:
        """Its name; the prefix has browsers refuse one that another host or a page without TLS sets."""
        return "__Host-tribute" if self.is_secure else "tribute"


def protect(app: Flask, door: Door) -> None:
    """Put the door before every route of the portal, and its headers on every answer."""
    app.extensions["tribute.door"] = door
    app.extensions["tribute.limits"] = FixedWindowRateLimiter(MemoryStorage())
    app.before_request(_admit)
    app.after_request(_seal)


def door_of(app: Flask) -> Door:
    """The door that protects this app."""
    return cast("Door", app.extensions["tribute.door"])


def limited(limit: RateLimitItem, *about: str) -> None:
    """Count one more of this. Raises TooManyRequests."""
    limits = cast("FixedWindowRateLimiter", current_app.extensions["tribute.limits"])
    if not limits.hit(limit, *about):
        raise TooManyRequests("That was very often. Wait some minutes and try again.")


def from_where() -> str:
    """The address that asks."""
    return sender(request.environ, door_of(current_app).proxies)


def _admit() -> AnyResponse | None:
    door = door_of(current_app)
    limited(OFTEN, "page", from_where())
    g.secret = request.cookies.get(door.cookie)
    g.signed = door.sign_in.signed(g.secret) if g.secret else None
    if request.endpoint is None:
        return None  # No such page; Flask says so.
    if request.method not in READING:
        _refuse_other_sites(door)
    match audience_of(current_app, request.endpoint):
        case Audience.PUBLIC:
            return None
        case Audience.CREATOR:
            return _admit_creator()
        case _:
            raise NotFound(f"There is no page {request.path!r}.")


def _refuse_other_sites(door: Door) -> None:
    """Browsers say where a form was sent from. One that says nothing is not a browser of these years."""
    said = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    is_ours = said in {"same-origin", "none"} if said is not None else origin is not None
    if not is_ours or (origin is not None and _host(origin) != _host(door.url)):
        raise NotOurForm


def _host(origin: str) -> tuple[str, str]:
    parts = urlsplit(origin)
    return parts.scheme, parts.netloc


def _admit_creator() -> AnyResponse | None:
    signed: PortalSession | None = g.signed
    if signed is None:
        wanted = request.path if request.method in READING else HOME
        return redirect(f"{SIGN_IN}?to={quote(own_page(wanted))}", 303)
    if request.method not in READING and not compare_digest(
        request.form.get("form", "").encode(), form_token(g.secret).encode()
    ):
        raise NotOurForm
    return None


def sign_browser_in(answer: AnyResponse, secret: str) -> AnyResponse:
    """The answer that leaves a session in the browser: no script reads it, no other site sends it."""
    door = door_of(current_app)
    answer.set_cookie(
        door.cookie,
        secret,
        max_age=int(SESSION_HOLDS.total_seconds()),
        path="/",
        secure=door.is_secure,
        httponly=True,
        samesite="Lax",
    )
    return answer


def sign_browser_out(answer: AnyResponse) -> AnyResponse:
    """The answer that takes it away again."""
    door = door_of(current_app)
    answer.delete_cookie(door.cookie, path="/", secure=door.is_secure, httponly=True, samesite="Lax")
    return answer


def _seal(answer: Response) -> Response:
    answer.headers["Content-Security-Policy"] = POLICY
    answer.headers["X-Frame-Options"] = "DENY"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    # A link that signs in stands in an address. Without any referrer browsers would not say where forms come from.
    answer.headers["Referrer-Policy"] = "same-origin"
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Vary"] = "Cookie, Accept-Language"
    if door_of(current_app).is_secure:
        answer.headers["Strict-Transport-Security"] = "max-age=31536000"
    return answer
