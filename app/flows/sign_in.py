"""A creator signs in: a link is mailed to an address that is a creator's, and works once within a quarter of an hour.

The page that asks for it answers the same at once, whoever asks: what is known of the address is looked
up later, by a worker (docs/decisions/0108).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from app.creators import store as creators
from app.db.session import BatchSession, PlatformSession, ShopSession
from app.identities import store
from app.identities.model import (
    LINK_HOLDS,
    Identity,
    Membership,
    PortalSession,
    browser,
    digest,
    masked,
    normal,
)
from app.jobs.queue import Job, Queue
from app.kernel.clock import Clock
from app.kernel.ids import ShopId, random_token
from app.languages import spoken
from app.mail import store as mails
from app.mail.model import address
from app.mail.render import letter
from app.shops import store as shops

SEND, TRIM = "portal.send_link", "portal.trim"
HOME = "/portal"
MOST_LINKS = 5
"""Of one person in the time that a link holds: nobody's mailbox is filled by a stranger."""


@dataclass(frozen=True)
class SignIn:
    """Everything from the form to the signed-in browser."""

    open_platform: Callable[[], PlatformSession]
    open_batch: Callable[[], BatchSession]
    open_session: Callable[[ShopId], ShopSession]
    queue: Queue
    clock: Clock
    url: str
    """Where browsers reach the portal."""

    def jobs(self) -> tuple[Job, ...]:
        """What a worker does."""
        return Job(SEND, self.send_link, repeats_unknown=True), Job(TRIM, self.trim)

    def ask(self, email: str, to_path: str, languages: list[str]) -> None:
        """Have a link mailed, if the address is a creator's; nothing here tells whether it is. Raises BadAddress."""
        plain = normal(address(email))
        args = {"email": plain, "to_path": own_page(to_path), "language": spoken(languages)}
        with self.open_platform() as session, session.begin():
            self.queue.defer(session, SEND, args, once=f"{SEND} {digest(plain).hex()}")

    def send_link(self, *, email: str, to_path: str, language: str) -> None:
        """Find whose address it is in every shop, and mail them a link that works once."""
        now = self.clock.now()
        found = self._creators(email)
        with self.open_platform() as session, session.begin():
            if not found:
                return
            identity = store.known(session, email, found, now)
            if store.links_since(session, identity.id, now - LINK_HOLDS) >= MOST_LINKS:
                return
            token = random_token()
            store.add_link(session, identity.id, digest(token), own_page(to_path), now)
        self._mail(identity, token, ShopId(found[-1].shop_id), identity.language or language, now)

    def _creators(self, email: str) -> list[Membership]:
        with self.open_batch() as session, session.begin():
            session.admit([shop.id for shop in shops.working(session)])
            return [Membership(shop, creator) for shop, creator, _ in creators.with_email(session, email)]

    def _mail(self, identity: Identity, token: str, shop_id: ShopId, language: str, now: datetime) -> None:
        with self.open_session(shop_id) as session, session.begin():
            facts = {
                "shop": shops.get(session, shop_id).domain,
                "address": f"{self.url}/portal/enter/{token}",
                "minutes": int(LINK_HOLDS.total_seconds() // 60),
            }
            made = letter(
                "sign_in", identity.email, f"sign_in:{digest(token).hex()}", facts, language=language
            )
            mails.put(session, [made], now)
            self.queue.defer(
                session, "mail.send", {"shop_id": shop_id}, once=f"mail.send {shop_id}"
            )  # It is waited for.

    def whose(self, token: str) -> str | None:
        """The address that a link was mailed to, masked; None where it opens nothing (any more)."""
        with self.open_platform() as session, session.begin():
            found = store.link(session, digest(token), self.clock.now())
        return masked(found.email) if found is not None else None

    def enter(self, token: str, agent: str, before: str | None) -> tuple[str, str] | None:
        """(secret of a new session, wanted page) for a link; None where it opens nothing (any more).

        The session of before ends: a cookie that somebody planted is worth nothing.
        """
        now = self.clock.now()
        with self.open_platform() as session, session.begin():
            used = store.use_link(session, digest(token), now)
            if used is None:
                return None
            identity_id, to_path = used
            store.drop_links(session, identity_id)
            return self.begin(session, identity_id, agent, before), to_path

    def begin(self, session: PlatformSession, identity_id: int, agent: str, before: str | None) -> str:
        """The secret of a new session in this transaction; the one of before ends."""
        if before is not None:
            store.end_session(session, digest(before))
        secret = random_token(32)
        store.open_session(session, identity_id, digest(secret), browser(agent), self.clock.now())
        return secret

    def signed(self, secret: str) -> PortalSession | None:
        """Who is signed in by this cookie; None: nobody."""
        with self.open_platform() as session, session.begin():
            return store.signed(session, digest(secret), self.clock.now())

    def leave(self, secret: str) -> None:
        """Sign this browser out."""
        with self.open_platform() as session, session.begin():
            store.end_session(session, digest(secret))

    def trim(self) -> None:
        """Links and sessions that hold no longer go."""
        with self.open_platform() as session, session.begin():
            store.trim(session, self.clock.now())


def own_page(path: str) -> str:
    """The path if it is one of the portal's, else its first page: nobody is sent elsewhere."""
    inside = path == HOME or path.startswith(HOME + "/")
    return path if inside and path.isprintable() and "\\" not in path and "//" not in path else HOME
