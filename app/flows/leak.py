"""How much a creator's codes look leaked at the moment: for the creator's page."""

from collections.abc import Sequence
from datetime import datetime

from app.db.session import ShopSession
from app.fraud import store
from app.fraud.count import Tally
from app.fraud.leak_score import LeakScore, leak_score
from app.fraud.store import Dirty
from app.tracking.model import fold


def leak_scores(session: ShopSession, codes: Sequence[str], now: datetime) -> dict[str, LeakScore]:
    """By code, the score now; codes that no order came with lately are left out. Two statements."""
    keys = {(int(session.shop_id), fold(code)): code for code in codes}
    people = store.people(session, sorted(keys))
    scores: dict[str, LeakScore] = {}
    for key, orders in store.around(session, [Dirty(shop, folded, now, now) for shop, folded in people]):
        person = people[key]
        tally = Tally(min(person.created_at, person.first_at or person.created_at))
        for one in orders:
            if one.placed_at <= now:
                tally.add(one)
        uses = tally.at(now)
        scores[keys[key]] = leak_score(uses, clicks_recorded=uses.week_clicked > 0)
    return scores
