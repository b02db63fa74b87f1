"""A world with links, clicks and settings of how orders are credited."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text

from app.campaigns.crediting import Crediting
from app.campaigns.model import ProgramDraft
from app.campaigns.put_program import put
from app.flows.explain import explain
from app.flows.take_clicks import take_clicks
from app.tracking.add_link import add_link
from app.tracking.click import Click, Consent, Verdict
from app.wiring import Wiring
from tests.bodies import Json, order
from tests.conftest import NOW
from tests.world import World

PLACED = NOW - timedelta(hours=1)
VISITOR = "v-1"


class CreditShop(World):
    """The world, and what a test does to it."""

    clicks = 0

    def link(self, creator: str, slug: str) -> None:
        with self.wiring.shop_session(self.shop_id) as session, session.begin():
            found = session.execute(
                text(
                    "select e.id from enrollments e join creators c on c.id = e.creator_id where c.handle = :h"
                ),
                {"h": creator},
            )
            add_link(session, found.scalar_one(), slug, to_path="/", channel="instagram", program="main",
                     actor="test", now=NOW)  # fmt: skip

    def click(self, slug: str, at: datetime, *, visitor: str = VISITOR, **more: Any) -> None:
        self.clicks += 1
        with self.wiring.shop_session(self.shop_id) as session, session.begin():
            found = session.execute(text("select id from links where slug = :s"), {"s": slug})
            made = Click(id=self.clicks, link_id=found.scalar_one(), at=at, visitor=visitor,
                         verdict=more.get("verdict", Verdict.BILLABLE), consent=more.get("consent", Consent.GRANTED))  # fmt: skip
            take_clicks(session, [(self.shop_id, made)])

    def credit_by(self, *, at: datetime = NOW, window_days: int = 30, **settings: Any) -> None:
        with self.wiring.shop_session(self.shop_id) as session, session.begin():
            draft = ProgramDraft(
                "main", "Main", window_days, 30, Crediting(**settings, window_days=window_days)
            )
            put(session, draft, actor="test", now=at)

    def told(self, order_id: int = 1001) -> Json:
        with self.wiring.shop_session(self.shop_id) as session:
            return explain(session, str(order_id), self.wiring.clock.now())

    def credited(self, order_id: int = 1001) -> dict[str, str]:
        return {c["creator"]: c["weight"] for c in self.told(order_id)["credits"]}

    def reasons(self, order_id: int = 1001) -> list[tuple[str, str]]:
        return [(c["value"], c["reason_code"]) for c in self.told(order_id)["candidates"]]


def credit_shop(wiring: Wiring) -> CreditShop:
    """Two creators with a code and a link each."""
    built = CreditShop(wiring)
    built.creator("mara", "MARA10")
    built.creator("theo", "THEO5")
    built.link("mara", "mara")
    built.link("theo", "theo")
    return built


def visited(order_id: int = 1001, *, visitor: str = VISITOR, **more: Any) -> Json:
    return order(order_id, note_attributes=[{"name": "_tribute_visitor", "value": visitor}], **more)
