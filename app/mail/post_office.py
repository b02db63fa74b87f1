"""Hands mails to a mail server, by SMTP."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from hashlib import sha256
from urllib.parse import unquote, urlsplit

from app.kernel.errors import Permanent, Retriable
from app.mail.model import Letter

SECONDS = 20
_PORTS = {"smtp": 587, "smtps": 465}
_REFUSED_FOR_EVER = 500


@dataclass(frozen=True)
class PostOffice:
    """One mail server, and in whose name it is asked."""

    url: str = field(repr=False)
    """smtp://user:password@host:587, or smtps:// for TLS from the beginning."""
    sender: str
    """The address in From."""

    @contextmanager
    def opened(self) -> Iterator["Counter"]:
        """A connection for a few mails. Raises Retriable where the server cannot be reached or lets nobody in."""
        parts = urlsplit(self.url)
        try:
            with self._connection(parts.scheme, parts.hostname or "", parts.port) as smtp:
                if parts.scheme == "smtp" and smtp.has_extn("starttls"):
                    smtp.starttls(context=ssl.create_default_context())
                    smtp.ehlo()
                if parts.username:
                    smtp.login(unquote(parts.username), unquote(parts.password or ""))
                yield Counter(smtp, self.sender)
        except (OSError, smtplib.SMTPException) as error:
            raise Retriable(f"The mail server {parts.hostname} cannot be used: {_said(error)}") from None

    def _connection(self, scheme: str, host: str, port: int | None) -> smtplib.SMTP:
        if scheme == "smtps":
            context = ssl.create_default_context()
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                host, port or _PORTS[scheme], timeout=SECONDS, context=context
            )
        else:
            smtp = smtplib.SMTP(host, port or _PORTS["smtp"], timeout=SECONDS)
        smtp.ehlo()
        return smtp


@dataclass(frozen=True)
class Counter:
    """An open connection."""

    smtp: smtplib.SMTP
    sender: str

    def hand_in(self, letter: Letter, sender_name: str, now: datetime) -> None:
        """Send one. Raises Permanent where it is refused for ever, Retriable where later may be better."""
        try:
            self.smtp.send_message(message(letter, self.sender, sender_name, now))
        except smtplib.SMTPRecipientsRefused as error:
            code, said = next(iter(error.recipients.values()))
            raise _refused(code, said) from None
        except smtplib.SMTPResponseException as error:
            raise _refused(error.smtp_code, error.smtp_error) from None
        except (OSError, smtplib.SMTPException) as error:
            raise Retriable(f"The mail server did not take it: {_said(error)}") from None


def message(letter: Letter, sender: str, sender_name: str, now: datetime) -> EmailMessage:
    """The mail as it goes out. Sent twice, it has one Message-ID: mail programs show it once.

    A line break in a value is refused by the library: nobody can begin another header.
    """
    made = EmailMessage()
    made["From"] = f'"{sender_name.replace(chr(34), "").replace(chr(92), "")[:60]}" <{sender}>'
    made["To"] = letter.to
    made["Subject"] = letter.subject
    made["Date"] = format_datetime(now)
    domain = sender.rpartition("@")[2]
    made["Message-ID"] = f"<{sha256(f'{letter.key} {letter.to}'.encode()).hexdigest()[:40]}@{domain}>"
    made["Auto-Submitted"] = "auto-generated"
    if letter.reply_to:
        made["Reply-To"] = letter.reply_to
    made.set_content(letter.text)
    made.add_alternative(letter.html, subtype="html")
    return made


def _refused(code: int, said: bytes | str) -> Permanent | Retriable:
    words = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    sentence = f"The mail server said {code}: {words[:200]}"
    return Permanent(sentence) if code >= _REFUSED_FOR_EVER else Retriable(sentence)


def _said(error: Exception) -> str:
    return f"{type(error).__name__} {str(error)[:120]}".strip()
