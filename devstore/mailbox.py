"""A mail server that keeps what it is given, and a page on which to read it. Nothing leaves the machine."""

import socket
import threading
from contextlib import closing
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from flask import Flask, abort, render_template, request
from flask.typing import ResponseReturnValue

KEPT = 500
REFUSED = "550 5.1.1 Nobody of that name lives here"
NOBODY = "nobody@"
"""Addresses that begin so are refused, as real servers refuse what does not exist."""


@dataclass(frozen=True)
class Received:
    """A mail as it came in."""

    number: int
    to: str
    message: EmailMessage

    @property
    def text(self) -> str:
        """The plain part."""
        return self._part("plain")

    @property
    def html(self) -> str:
        """The HTML part."""
        return self._part("html")

    def _part(self, kind: str) -> str:
        part = self.message.get_body((kind,))
        return part.get_content() if part is not None else ""


@dataclass
class Mailbox:
    """Everybody's mail, the newest first."""

    received: list[Received] = field(default_factory=list)
    guard: threading.Lock = field(default_factory=threading.Lock)
    numbers: int = 0
    server: Controller | None = None

    def start(self) -> str:
        """Listen on a free port of the loopback; the address for SMTP_URL."""
        with closing(socket.socket()) as probe:  # The server cannot be told to take any port.
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        self.server = Controller(_Handler(self), hostname="127.0.0.1", port=port)
        self.server.start()
        return f"smtp://127.0.0.1:{port}"

    def stop(self) -> None:
        """Listen no more."""
        if self.server is not None:
            self.server.stop()

    def keep(self, to: str, content: bytes) -> None:
        """Take one in."""
        message = message_from_bytes(content, policy=policy.default)
        with self.guard:
            self.numbers += 1
            self.received.insert(0, Received(self.numbers, to, message))
            del self.received[KEPT:]

    def to(self, address: str) -> list[Received]:
        """What one address has."""
        return [one for one in self.received if one.to == address]


class _Handler:
    def __init__(self, box: Mailbox) -> None:
        self._box = box

    async def handle_RCPT(self, *told: Any) -> str:  # noqa: N802 - aiosmtpd's own
        _server, _session, envelope, address, _options = told
        if address.startswith(NOBODY):
            return REFUSED
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's own
        for address in envelope.rcpt_tos:
            self._box.keep(address, envelope.content)
        return "250 Message accepted"


def register(app: Flask, box: Mailbox) -> None:
    """Hang the pages on the devstore."""

    def listed() -> ResponseReturnValue:
        wanted = request.args.get("to", "")
        shown = box.to(wanted) if wanted else list(box.received)
        addresses = sorted({one.to for one in box.received})
        return render_template("mailbox/list.html", mails=shown, addresses=addresses, wanted=wanted)

    def one(number: int) -> ResponseReturnValue:
        found = next((mail for mail in box.received if mail.number == number), None)
        if found is None:
            abort(404)
        return render_template("mailbox/mail.html", mail=found)

    app.add_url_rule("/_mailbox/", "mailbox:list", listed)
    app.add_url_rule("/_mailbox/<int:number>", "mailbox:one", one)
