"""/proxy/apply: the form by which somebody asks to become a creator. It works without a script."""

from collections.abc import Mapping
from http import HTTPStatus

from limits import RateLimitItemPerHour
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Request

from app.kernel.clock import Clock
from app.kernel.words import HANDLE
from app.storefront.signup import read_application
from app.storefront.store import applications
from app.storefront.store.applications import OpenForm
from app.web.proxy.liquid import page
from app.web.proxy.pages import Asked, OpenSession, Said, not_here, say

NAME = "apply"
LARGEST = 65_536
"""Bytes of a form."""
TRAP = "company_website"
"""A field that nobody sees: only machines fill it in."""
OFTEN = RateLimitItemPerHour(10)
"""From one address in one shop."""
AT_ALL = RateLimitItemPerHour(300)
"""In one shop."""
MOST_WAITING = 2000


class SignupPages:
    """GET shows the form of a program, POST takes it.

    Whoever sent it gets the same answer, known or not, so that nobody learns who is a creator here.
    """

    methods = frozenset({"GET", "HEAD", "POST"})

    def __init__(self, open_session: OpenSession, clock: Clock) -> None:
        self._open_session, self._clock = open_session, clock
        self._limit = FixedWindowRateLimiter(MemoryStorage())

    def __call__(self, asked: Asked) -> Said:
        """Answer one request."""
        program = asked.path.lower()
        if program and HANDLE.fullmatch(program) is None:
            return not_here()
        with self._open_session(asked.shop.id) as session, session.begin():
            found = applications.open_form(session, program)
        if found is None:
            return not_here()
        if asked.environ["REQUEST_METHOD"] != "POST":
            return _form(found, {}, {})
        return self._take(asked, found)

    def _take(self, asked: Asked, found: OpenForm) -> Said:
        shop = asked.shop
        if not (self._limit.hit(OFTEN, shop.domain, asked.sender) and self._limit.hit(AT_ALL, shop.domain)):
            return say(
                HTTPStatus.TOO_MANY_REQUESTS, "One moment", "That was very often. Try again in an hour."
            )
        request = Request(asked.environ)
        request.max_content_length, request.max_form_memory_size, request.max_form_parts = (
            LARGEST,
            LARGEST,
            100,
        )
        try:
            sent = request.form.to_dict()
        except HTTPException as refusal:
            return say(
                HTTPStatus(refusal.code or 400), "This cannot be read", "Please write less, and try again."
            )
        application, errors = read_application(found.form, sent)
        if application is None:
            return _form(found, sent, errors, HTTPStatus.UNPROCESSABLE_ENTITY)
        if not sent.get(TRAP):
            with self._open_session(shop.id) as session, session.begin():
                if applications.waiting_in(session, found.program_id) >= MOST_WAITING:
                    return say(
                        HTTPStatus.TOO_MANY_REQUESTS,
                        "One moment",
                        "There are many applications. Try again later.",
                    )
                applications.add(session, found.program_id, application, self._clock.now())
        return say(HTTPStatus.OK, "Thank you", "We have your application, and will write to you.")


def _form(
    found: OpenForm, sent: Mapping[str, str], errors: Mapping[str, str], status: HTTPStatus = HTTPStatus.OK
) -> Said:
    return Said(
        status, page("apply", program=found.program, form=found.form, sent=sent, errors=errors, trap=TRAP)
    )
