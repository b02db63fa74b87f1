"""/proxy/lead/<action>: a form in the store by which somebody leaves their address. It works without a script or a cookie.

Who brought them stands in the cart, where the theme embed put it after consent: Shopify's own Liquid writes it into the
form. A creator's link may also lead here, with its name or its click in the address.
"""

from collections.abc import Callable, Mapping
from http import HTTPStatus

from limits import RateLimitItemPerHour
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Request

from app.flows.desk import Desk
from app.flows.judge_leads import is_paid
from app.flows.take_lead import Told, read, take
from app.kernel import words
from app.kernel.clock import Clock
from app.kernel.errors import Invalid
from app.leads.model import ACTION, Source
from app.shops import store as shops
from app.shops.pseudonym import pseudonym
from app.storefront.model import check_text
from app.tracking.click import REFERRAL_PARAMETERS, TOKEN_PARAMETER
from app.web.proxy.liquid import page
from app.web.proxy.pages import Asked, OpenSession, Said, not_here, say

NAME = "lead"
USUAL = "newsletter"
"""The action of /lead alone."""
LARGEST = 65_536
"""Bytes of a form."""
LONGEST_MESSAGE = 4000
TRAP = "company_website"
"""A field that nobody sees: only machines fill it in."""
OFTEN = RateLimitItemPerHour(10)
"""From one address in one shop."""
AT_ALL = RateLimitItemPerHour(600)
"""In one shop."""


class LeadForms:
    """GET shows the form of an action that a program pays for, POST takes it. Everybody who sends it gets the same answer."""

    methods = frozenset({"GET", "HEAD", "POST"})

    def __init__(self, open_session: OpenSession, desk: Desk, clock: Clock) -> None:
        self._open_session, self._desk, self._clock = open_session, desk, clock
        self._limit = FixedWindowRateLimiter(MemoryStorage())

    def __call__(self, asked: Asked) -> Said:
        """Answer one request."""
        action = asked.path.lower() or USUAL
        if ACTION.fullmatch(action) is None:
            return not_here()
        with self._open_session(asked.shop.id) as session, session.begin():
            if not is_paid(session, asked.shop.id, action, self._clock.now()):
                return not_here()
        if asked.environ["REQUEST_METHOD"] != "POST":
            return _form(action, _led(Request(asked.environ).args), {})
        return self._take(asked, action)

    def _take(self, asked: Asked, action: str) -> Said:
        shop = asked.shop
        if not (self._limit.hit(OFTEN, shop.domain, asked.sender) and self._limit.hit(AT_ALL, shop.domain)):
            return say(
                HTTPStatus.TOO_MANY_REQUESTS, "One moment", "That was very often. Try again in an hour."
            )
        request = Request(asked.environ)
        request.max_content_length = request.max_form_memory_size = LARGEST
        request.max_form_parts = 100
        try:
            sent = request.form.to_dict()
        except HTTPException as refusal:
            return say(
                HTTPStatus(refusal.code or 400), "This cannot be read", "Please write less, and try again."
            )
        typed, errors = _typed(sent)
        if errors:
            return _form(action, sent, errors, HTTPStatus.UNPROCESSABLE_ENTITY)
        if not sent.get(TRAP):
            self._keep(asked, action, typed, {**_led(request.args), **{k: t for k, t in sent.items() if t}})
        return say(HTTPStatus.OK, "Thank you", "We have what you sent.")

    def _keep(self, asked: Asked, action: str, typed: Mapping[str, str], led: Mapping[str, str]) -> None:
        now = self._clock.now()
        with self._open_session(asked.shop.id) as session, session.begin():
            shop_key = self._desk.shop_key(shops.contexts_by_id(session, [asked.shop.id])[asked.shop.id])
            if shop_key is None:
                return  # The shop was erased meanwhile: nothing of anybody is kept.
            told = Told(
                source=Source.FORM,
                key=f"{action} {pseudonym(shop_key, 'email', typed['email']).hex()}",
                action=action,
                at=now,
                email=typed["email"],
                visitor=led.get("visitor"),
                click=led.get("click"),
                slug=led.get("ref"),
                contact={name: typed[name] for name in ("name", "message") if typed[name]},
            )
            take(session, self._desk.queue, asked.shop.id, read(told, shop_key, now))


def _typed(sent: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """(what was typed, what is wrong by field)."""
    found, errors = dict[str, str](), dict[str, str]()
    checks: dict[str, Callable[[str], str]] = {
        "email": words.email,
        "name": lambda text: words.line(text) if text.strip() else "",
        "message": lambda text: check_text(text, longest=LONGEST_MESSAGE),
    }
    for field, check in checks.items():
        try:
            found[field] = check(sent.get(field, ""))
        except Invalid as refusal:
            errors[field] = str(refusal)
    return found, errors


def _led(address: Mapping[str, str]) -> dict[str, str]:
    """What the address says of who led here."""
    slug = next((address[name] for name in REFERRAL_PARAMETERS if name in address), "")
    found = {"ref": slug, "click": address.get(TOKEN_PARAMETER, "")}
    return {name: text for name, text in found.items() if text}


def _form(
    action: str, sent: Mapping[str, str], errors: Mapping[str, str], status: HTTPStatus = HTTPStatus.OK
) -> Said:
    title = action.replace("_", " ").capitalize()
    return Said(status, page("lead", title=title, sent=sent, errors=errors, trap=TRAP))
