"""Mails that wait are handed to the mail server, each once; what it refuses is noted with its words."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from app.db.session import BatchSession, ShopSession
from app.jobs.queue import Job, Queue
from app.kernel.clock import Clock
from app.kernel.errors import Permanent, Retriable
from app.kernel.ids import ShopId
from app.mail import store
from app.mail.model import Mail, try_again_at
from app.mail.post_office import Counter, PostOffice
from app.shops import store as shops

ALL, SEND = "mail.send_all", "mail.send"
AT_ONCE = 50
HELD = timedelta(minutes=10)
"""How long whoever took mails has them for themselves; whoever dies leaves them to be sent after that."""


@dataclass(frozen=True)
class SendMails:
    """The handlers. A worker killed between handing in and noting sends once more: with the same Message-ID."""

    open_batch: Callable[[], BatchSession]
    open_session: Callable[[ShopId], ShopSession]
    office: PostOffice | None
    """None: the operator set no mail server. Mails wait, and pages say so."""
    queue: Queue
    clock: Clock

    def jobs(self) -> tuple[Job, ...]:
        """Both, for the worker."""
        return Job(ALL, self.every_shop), Job(SEND, self.one_shop, repeats_unknown=True)

    def every_shop(self) -> None:
        """Queue each shop with a mail that is due, and let old ones go."""
        now = self.clock.now()
        with self.open_batch() as session, session.begin():
            session.admit([shop.id for shop in shops.working(session)])
            store.trim(session, now)
            if self.office is None:
                return
            for shop_id in store.shops_with_mail(session, now):
                self.queue.defer(session, SEND, {"shop_id": shop_id}, once=f"{SEND} {shop_id}")

    def one_shop(self, *, shop_id: int) -> None:
        """Send what is due, some at a time over one connection."""
        while self.office is not None and (taken := self._taken(ShopId(shop_id))):
            self._send(self.office, ShopId(shop_id), taken)

    def _taken(self, shop_id: ShopId) -> list[Mail]:
        now = self.clock.now()
        with self.open_session(shop_id) as session, session.begin():
            return store.claim(session, now + HELD, now, AT_ONCE)

    def _send(self, office: PostOffice, shop_id: ShopId, taken: list[Mail]) -> None:
        with self.open_session(shop_id) as session, session.begin():
            sender = shops.get(session, shop_id).domain
        waiting = list(taken)
        try:
            with office.opened() as counter:
                while waiting:
                    self._hand_in(counter, shop_id, waiting[0], sender)
                    waiting.pop(0)
        except Retriable as error:
            for mail in waiting:
                self._note(shop_id, mail, str(error), is_final=False)

    def _hand_in(self, counter: Counter, shop_id: ShopId, mail: Mail, sender: str) -> None:
        try:
            counter.hand_in(mail.letter, sender, self.clock.now())
        except Permanent as refused:
            self._note(shop_id, mail, str(refused), is_final=True)
            return
        with self.open_session(shop_id) as session, session.begin():
            store.note_sent(session, mail.id, self.clock.now())

    def _note(self, shop_id: ShopId, mail: Mail, problem: str, *, is_final: bool) -> None:
        again = None if is_final else try_again_at(mail.attempts, self.clock.now())
        with self.open_session(shop_id) as session, session.begin():
            store.note_problem(session, mail, problem, again)
