"""Codes and links as values."""

import re
from datetime import datetime
from enum import StrEnum
from typing import Self

import msgspec

from app.campaigns.crediting import History, PolicySince
from app.kernel.errors import Conflict, Invalid
from app.kernel.ids import CodeId, EnrollmentId, ProgramId

LONGEST_CODE = 255
LONGEST_PATH = 2000
SLUG = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
NO_SLUG = re.compile(r"[^a-z0-9_-]")
CHANNEL = re.compile(r"[a-z0-9][a-z0-9_-]{0,29}")

Span = tuple[datetime | None, datetime | None]
"""Half-open: from the first instant, up to but not including the second; None is unbounded."""


def fold(code: str) -> str:
    """How codes are compared: Shopify takes no notice of case or of blanks around them."""
    return code.strip().upper()


def _within(at: datetime, span: Span) -> bool:
    start, end = span
    return (start is None or start <= at) and (end is None or at < end)


class Stay(msgspec.Struct, frozen=True):
    """Where evidence belongs from some instant on, after its creator changed to another program."""

    start: datetime
    enrollment_id: int
    program_id: int
    active: tuple[Span, ...]
    history: History


class Owner(msgspec.Struct, frozen=True, kw_only=True):
    """An enrollment that evidence belongs to, as attribution needs it."""

    enrollment_id: int
    creator_id: int
    creator: str
    """Handle."""
    program_id: int
    active: tuple[Span, ...]
    """When the enrollment could earn."""
    email_key: bytes | None
    """Pseudonym of the creator's own e-mail."""
    customer_key: bytes | None = None
    """Pseudonym of the creator's own customer record in Shopify."""
    history: History
    """How the program credits orders, and since when."""
    stays: tuple[Stay, ...] = ()
    """Where it belongs later, oldest first: nearly always nowhere else."""

    @property
    def programs(self) -> set[int]:
        """Every program that it belongs to at some time."""
        return {self.program_id, *(stay.program_id for stay in self.stays)}

    def when(self, at: datetime) -> Self:
        """The same as it was then: of the program in which the creator was."""
        stay = next((s for s in reversed(self.stays) if s.start <= at), None)
        if stay is None:
            return self
        return msgspec.structs.replace(
            self,
            enrollment_id=stay.enrollment_id,
            program_id=stay.program_id,
            active=stay.active,
            history=stay.history,
        )

    def is_active(self, at: datetime) -> bool:
        """Whether the creator could earn in the program then."""
        return any(_within(at, span) for span in self.active)


class Handed(msgspec.Struct, frozen=True):
    """To whom a single-use code was handed out."""

    at: datetime
    click_id: int


class CodeOwner(Owner, frozen=True, kw_only=True):
    """A code of this shop that belongs to an enrollment."""

    folded: str
    valid_from: datetime | None
    valid_to: datetime | None
    policies: tuple[PolicySince, ...] = ()
    handed: Handed | None = None
    """It is a single-use code; None: the creator's own."""

    def is_valid(self, at: datetime) -> bool:
        """Whether the code was theirs then."""
        return _within(at, (self.valid_from, self.valid_to))


class CodeState(StrEnum):
    """Where a code stands on its way into Shopify."""

    WAITING = "waiting"
    """To be created there."""
    ISSUING = "issuing"
    """Asked for, not answered: it is looked up before anything is asked again."""
    ACTIVE = "active"
    FAILED = "failed"
    """Refused; `failure` says why."""
    DISABLED = "disabled"


class Code(msgspec.Struct, frozen=True):
    """A code and where it stands."""

    id: CodeId
    enrollment_id: EnrollmentId
    code: str
    folded: str
    state: CodeState
    failure: str | None
    bulk_gid: str | None
    """The asynchronous creation that was asked for, while it is under way."""
    created_at: datetime
    policies: tuple[PolicySince, ...] = ()
    """When it is evidence, and since when."""


class CodeDraft(msgspec.Struct, frozen=True):
    """A code that an enrollment shall have."""

    enrollment_id: int
    code: str
    creator: str
    """Handle of whose enrollment it is, for the log."""
    program: str
    """Handle, likewise."""


class LinkDraft(msgspec.Struct, frozen=True):
    """A link that an enrollment shall have."""

    enrollment_id: int
    slug: str
    to_path: str
    channel: str
    creator: str
    """Handle of whose enrollment it is, for the log."""
    program: str
    """Handle, likewise."""

    @property
    def facts(self) -> dict[str, str]:
        """What the log says of it."""
        return {"creator": self.creator, "program": self.program, "to": self.to_path, "channel": self.channel}


class Link(msgspec.Struct, frozen=True):
    """A tracked address and where it leads."""

    id: int
    enrollment_id: EnrollmentId
    slug: str
    to_path: str
    channel: str
    created_at: datetime


class Node(msgspec.Struct, frozen=True):
    """A discount in Shopify that carries a program's codes: all of them, or one."""

    program_id: ProgramId
    gid: str
    terms_digest: str
    """Of the discount last written there; empty: it was ended, because the offer takes nothing off."""
    form: str = "basic"
    """Shopify's kind: basic, free_shipping, buy_get. A discount cannot become one of another kind."""
    named: dict[str, list[str]] = {}
    """Shopify's numbers of what it may be about: gets.products, buys.collections, ..."""
    refusal: str | None = None
    """Why Shopify refused the newest terms, so that the earlier ones hold there."""
    spare: str | None = None
    """The code that nobody has, under which it was created; to be taken away."""
    code_id: CodeId | None = None
    """The one code that it carries; None: all of the program."""


class BadCode(Invalid):
    """Text that cannot be a discount code."""

    def __init__(self, text: str, why: str) -> None:
        super().__init__(f"{text[:80]!r} cannot be a discount code: {why}")


class BadLink(Invalid):
    """A slug, path or channel that a link cannot have."""


class CodeTaken(Conflict):
    """Another creator of the same shop owns the code."""

    def __init__(self, code: str, creator: str) -> None:
        super().__init__(
            f"The code {code!r} already belongs to {creator!r}; codes are compared without case."
        )
        self.code = code


class SlugTaken(Conflict):
    """The slug leads elsewhere already. Says nothing of who has it: it may be another shop."""

    def __init__(self, slug: str) -> None:
        super().__init__(f"The short link {slug!r} is taken; choose another.")
        self.slug = slug


def check_code(text: str) -> str:
    """A code as it will be shown, without blanks around it. Raises BadCode.

    Shopify takes up to 255 characters. Blanks and commas are refused although it takes some of them:
    shoppers mistype them, and lists of codes are cut there.
    """
    code = text.strip()
    if not code:
        raise BadCode(code, "it is empty.")
    long = len(fold(code))
    if len(code) > LONGEST_CODE:
        raise BadCode(code, f"it has {len(code)} characters; at most {LONGEST_CODE} fit.")
    if long > LONGEST_CODE:
        raise BadCode(code, f"it has {long} characters in capitals; at most {LONGEST_CODE} fit.")
    if not code.isprintable() or any(character in " ,\u00ad" for character in code):
        raise BadCode(code, "use letters, digits and signs such as - or _, without blanks or commas.")
    return code


def slug_of(name: str) -> str | None:
    """The link that a name in an address means; None: no link can be called so.

    As it is in small letters, or as an old link of another app is brought over: `310.uITk` is `310-uitk`.
    """
    small = name.lower()
    folded = small if SLUG.fullmatch(small) else NO_SLUG.sub("-", small)
    return folded if SLUG.fullmatch(folded) else None


def check_slug(text: str) -> str:
    """The last part of a short link. Raises BadLink."""
    if SLUG.fullmatch(text) is None:
        raise BadLink(f"{text[:80]!r} is no short link: use 1 to 64 small letters, digits, - or _.")
    return text


def check_path(text: str) -> str:
    """A path of the store, with its query. Raises BadLink for whatever could lead out of the store."""
    if len(text) > LONGEST_PATH:
        raise BadLink(f"The path has {len(text)} characters; at most {LONGEST_PATH} fit.")
    leads_out = not text.startswith("/") or text.startswith("//")
    if leads_out or "\\" in text or " " in text or not text.isprintable():
        raise BadLink(f"{text[:80]!r} is no path of the store; write one such as /products/serum.")
    return text


def check_channel(text: str) -> str:
    """A channel's key. Raises BadLink."""
    if CHANNEL.fullmatch(text) is None:
        raise BadLink(f"{text[:80]!r} is no channel; write one small word such as instagram or email.")
    return text
