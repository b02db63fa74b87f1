"""Rotate a code that leaked: a new one is issued, the old one ends at a date, earlier orders keep their commission."""

from dataclasses import dataclass
from datetime import datetime

from app.campaigns import store as campaigns
from app.campaigns.model import Program
from app.creators import store as creators
from app.db.session import ShopSession
from app.flows import issue_code, reevaluate, retire_codes
from app.flows.desk import Desk
from app.kernel.errors import Invalid
from app.kernel.ids import ShopId, random_word
from app.shops import store as shops
from app.shops.store import ShopContext
from app.tracking.add_code import add_code
from app.tracking.end_code import end_code, replace_code, retry_code, retry_codes, standing_code
from app.tracking.model import Code, fold
from app.tracking.store import ending


@dataclass(frozen=True)
class Rotated:
    """What came of it."""

    old: str
    new: str
    ends_at: datetime


class EndsTooEarly(Invalid):
    """A code that would end before now: orders that came since would lose their commission."""

    def __init__(self, at: datetime, now: datetime) -> None:
        super().__init__(
            f"{at.isoformat()} is over; the code can end now ({now.isoformat()}) or later. "
            "Orders that came in by it keep their commission; deny single ones on the Review page."
        )


def rotate_code(
    session: ShopSession,
    desk: Desk,
    text: str,
    *,
    new: str | None,
    at: datetime | None,
    actor: str,
    now: datetime,
) -> Rotated:
    """Give the creator `new` (or the old code with four characters that nobody guesses) and end the old code.

    At once, or at `at`. Shopify hears of both right after. Raises NoSuchCode, CodeEnded, CodeTaken, BadCode,
    EndsTooEarly; then nothing has happened.
    """
    old, program, shop = _found(session, text)
    ends_at = _end(at, now)
    fresh = (new or "").strip() or f"{old.code}-{random_word()}"
    if fold(fresh) == old.folded:
        raise Invalid(f"The new code is the old one, {old.code!r}; type another.")
    holder = creators.holding(session, old.enrollment_id, old.created_at, now)
    program = campaigns.program_of_id(session, ending.program_of(session, holder))
    add_code(session, holder, fresh, live=shop.offline, program=program.handle, actor=actor, now=now)
    replace_code(session, old, fresh, at=ends_at, program=program.handle, actor=actor, now=now)
    if not shop.offline:
        issue_code.request(session, desk.queue, program.id)
    reevaluate.request(session, desk.queue, placed_from=None, codes=[fresh])
    _retire(session, desk, old, ends_at, now)
    return Rotated(old.code, fresh, ends_at)


def disable_code(
    session: ShopSession, desk: Desk, text: str, *, at: datetime | None, actor: str, now: datetime
) -> None:
    """End the code without another in its place. Raises NoSuchCode, CodeEnded, EndsTooEarly."""
    code, program, _ = _found(session, text)
    ends_at = _end(at, now)
    end_code(session, code, at=ends_at, program=program.handle, actor=actor, now=now)
    _retire(session, desk, code, ends_at, now)


def retry(session: ShopSession, desk: Desk, text: str, *, actor: str, now: datetime) -> None:
    """Ask Shopify once more for a code that it refused. Raises NoSuchCode, NothingToRetry."""
    code, program, _ = _found(session, text)
    retry_code(session, code, actor=actor, now=now)
    issue_code.request(session, desk.queue, program.id)
    reevaluate.request(session, desk.queue, placed_from=None, codes=[code.code])


def retry_all(session: ShopSession, desk: Desk, handle: str, *, actor: str, now: datetime) -> int:
    """Ask Shopify once more for all codes of the program that it has not; how many. Raises NotFound."""
    program = campaigns.program(session, handle)
    folded = retry_codes(session, program.id, actor=actor, now=now)
    if folded:
        issue_code.request(session, desk.queue, program.id)
        reevaluate.request(session, desk.queue, placed_from=None, codes=folded)
    return len(folded)


def _found(session: ShopSession, text: str) -> tuple[Code, Program, ShopContext]:
    code = standing_code(session, text)
    program = campaigns.program_of_id(session, ending.program_of(session, code.enrollment_id))
    shop_id = ShopId(session.shop_id)
    return code, program, shops.contexts_by_id(session, [shop_id])[shop_id]


def _end(at: datetime | None, now: datetime) -> datetime:
    if at is not None and at < now:
        raise EndsTooEarly(at, now)
    return at or now


def _retire(session: ShopSession, desk: Desk, code: Code, at: datetime, now: datetime) -> None:
    """Have Shopify take the code no more from then on; orders that come in by it after all are judged again."""
    if at <= now:
        retire_codes.request(session, desk.queue, session.shop_id)
    reevaluate.request(session, desk.queue, placed_from=at, codes=[code.code])
