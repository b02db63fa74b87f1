"""POST /proxy/account: a signed-in shopper's browser says by which click they had come. Shopify signs who they are."""

from collections.abc import Sequence
from http import HTTPStatus
from urllib.parse import parse_qs

import msgspec

from app.flows.desk import Desk
from app.flows.judge_leads import is_paid
from app.flows.take_account import ACTION, Who, came_by
from app.kernel.clock import Clock
from app.shops import store as shops
from app.tracking import token
from app.web.hooks.body import TurnedAway, read_body
from app.web.proxy.pages import Asked, OpenSession, Said

NAME = "account"
LARGEST = 1024
"""Bytes of a body."""
LONGEST_NUMBER = 19
_JSON = "application/json"


class _Told(msgspec.Struct):
    click: str


class OpenedAccounts:
    """204: noted, and no need to say it again; so also where nobody is signed in or nothing is paid for an account.

    400: the body is no signed click of ours. The shopper's browser learns nothing of any account by it.
    """

    methods = frozenset({"POST"})

    def __init__(
        self, open_session: OpenSession, desk: Desk, clock: Clock, secret_keys: Sequence[str]
    ) -> None:
        self._open_session, self._desk, self._clock = open_session, desk, clock
        self._keys = token.token_keys(secret_keys)

    def __call__(self, asked: Asked) -> Said:
        """Answer one request."""
        click = self._click(asked)
        if click is None or click.shop_id != asked.shop.id:
            return Said(HTTPStatus.BAD_REQUEST, b'{"error": "This is no click of this shop."}', _JSON)
        customer = _customer(asked.environ.get("QUERY_STRING", ""))
        if customer is not None:
            self._note(asked, customer, click)
        return Said(HTTPStatus.NO_CONTENT, b"", _JSON)

    def _click(self, asked: Asked) -> token.ClickToken | None:
        declared = asked.environ.get("CONTENT_LENGTH") or ""
        if declared.isascii() and declared.isdigit() and int(declared[:9]) > LARGEST:
            return None
        try:
            told = msgspec.json.decode(read_body(asked.environ)[:LARGEST], type=_Told)
        except (TurnedAway, msgspec.MsgspecError, UnicodeDecodeError):
            return None
        return token.read(told.click, self._keys)

    def _note(self, asked: Asked, customer: str, click: token.ClickToken) -> None:
        now = self._clock.now()
        with self._open_session(asked.shop.id) as session, session.begin():
            if not is_paid(session, asked.shop.id, ACTION, now):
                return
            shop = shops.contexts_by_id(session, [asked.shop.id])[asked.shop.id]
            key = self._desk.shop_key(shop)
            if key is not None:  # Else the shop was erased meanwhile: nothing of anybody is kept.
                came_by(session, self._desk.queue, Who(shop.id, key, customer), click, now)


def _customer(query: str) -> str | None:
    """Whom Shopify says is signed in: one number. Whoever writes the name into the address a second time is nobody."""
    said = parse_qs(query, keep_blank_values=True).get("logged_in_customer_id", [])
    number = said[0] if len(said) == 1 else ""
    return number if number.isascii() and number.isdecimal() and len(number) <= LONGEST_NUMBER else None
