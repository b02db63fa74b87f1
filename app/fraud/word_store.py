"""What people said: merchants about detectors, creators about flags. Every query over it."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import text

from app.db.arrays import plain
from app.db.session import Fenced, ShopSession
from app.fraud.model import Case
from app.fraud.settings import Settings
from app.fraud.store import Suspicions
from app.kernel.errors import NotFound

SettingsByShop = dict[int, list[tuple[datetime, Settings]]]


class NotFlagged(NotFound):
    """No commission of that creator waits for a human on that order."""

    def __init__(self, order_id: int) -> None:
        super().__init__(
            f"Nothing is flagged on order {order_id} for this creator, so there is nothing to answer."
        )


_SETTINGS = text("""
    select s.shop_id, s.effective_from, s.content::text as content
    from unnest(cast(:shop_ids as bigint[])) as k(shop_id)
    join fraud_settings s on s.shop_id = k.shop_id
    order by s.shop_id, s.effective_from
""")

_TOLD = text("""
    select p.shop_id, p.order_id, p.folded, p.facts::text as said, null as effective_from
    from unnest(cast(:shop_ids as bigint[]), cast(:orders as bigint[])) as k(shop_id, order_id)
    join suspicions p on p.shop_id = k.shop_id and p.order_id = k.order_id
    union all
    select s.shop_id, null, null, s.content::text, s.effective_from
    from fraud_settings s where s.shop_id = any(cast(:shop_ids as bigint[]))
    order by 1, effective_from
""")

_KEEP_SETTINGS = text("""
    insert into fraud_settings (shop_id, effective_from, content, actor)
    values (:shop, :at, cast(:content as jsonb), :actor)
    on conflict (shop_id, effective_from) do update set content = excluded.content, actor = excluded.actor
""")

_FLAGS = text("""
    select r.handle, c.flags::text as flags from credits c
    join creators r on r.shop_id = c.shop_id and r.id = c.creator_id
    where c.shop_id = :shop and c.order_id = :order_id and c.creator_id = :creator_id and c.flagged
""")

_ANSWER = text("""
    insert into flag_answers (shop_id, order_id, creator_id, answer, actor, answered_at)
    values (:shop, :order_id, :creator_id, :answer, :actor, :now)
    on conflict (shop_id, order_id, creator_id) do update set
        answer = excluded.answer, actor = excluded.actor, answered_at = excluded.answered_at
""")

_ANSWERED = text("""
    select answer from flag_answers where shop_id = :shop and order_id = :order_id and creator_id = :creator_id
""")

_settings = msgspec.json.Decoder(Settings)
_case = msgspec.json.Decoder(Case)


def settings(session: Fenced, shop_ids: Sequence[int]) -> SettingsByShop:
    """Every version of the settings of these shops, oldest first; shops that set nothing are left out."""
    found: SettingsByShop = {}
    if shop_ids:
        for r in session.execute(_SETTINGS, {"shop_ids": plain(shop_ids)}):
            found.setdefault(r.shop_id, []).append((r.effective_from, _settings.decode(r.content)))
    return found


def told(session: Fenced, keys: Sequence[tuple[int, int]]) -> tuple[Suspicions, SettingsByShop]:
    """What other orders say about these (shop id, order id), and the settings of their shops. One statement."""
    suspicions: Suspicions = {}
    versions: SettingsByShop = {}
    if keys:
        columns = {"shop_ids": plain(k[0] for k in keys), "orders": plain(k[1] for k in keys)}
        for r in session.execute(_TOLD, columns):
            if r.order_id is None:
                versions.setdefault(r.shop_id, []).append((r.effective_from, _settings.decode(r.said)))
            else:
                suspicions.setdefault((r.shop_id, r.order_id), {})[r.folded] = _case.decode(r.said)
    return suspicions, versions


def keep_settings(session: ShopSession, content: Settings, *, actor: str, at: datetime) -> None:
    """Add the version that judges orders placed from then on."""
    given = {"shop": session.shop_id, "at": at, "content": msgspec.json.encode(content).decode()}
    session.execute(_KEEP_SETTINGS, given | {"actor": actor})


def flags_of(session: ShopSession, order_id: int, creator_id: int) -> tuple[str, list[str]]:
    """The creator's handle and the open flags of their part in the order. Raises NotFlagged."""
    given = {"shop": session.shop_id, "order_id": order_id, "creator_id": creator_id}
    row = session.execute(_FLAGS, given).one_or_none()
    if row is None:
        raise NotFlagged(order_id)
    return row.handle, msgspec.json.decode(row.flags, type=list[str])


def keep_answer(
    session: ShopSession, order_id: int, creator_id: int, answer: str, *, actor: str, now: datetime
) -> None:
    """Let this answer stand."""
    given = {"shop": session.shop_id, "order_id": order_id, "creator_id": creator_id, "answer": answer}
    session.execute(_ANSWER, given | {"actor": actor, "now": now})


def answer_of(session: ShopSession, order_id: int, creator_id: int) -> str | None:
    """What the creator said about the flags of their part; None: nothing."""
    given = {"shop": session.shop_id, "order_id": order_id, "creator_id": creator_id}
    answer: str | None = session.execute(_ANSWERED, given).scalar_one_or_none()
    return answer
