"""Whoever takes clicks, and whoever loads them, may be killed at any moment: each acknowledged click is counted once."""

from pathlib import Path

from sqlalchemy import text

from app.flows.load_clicks import load_all
from app.wiring import Wiring
from bench.killing import kill_again_and_again
from tests.credit_shop import CreditShop

KILLS = 10
"""`make bench` has a hundred."""


def test_no_click_is_lost_or_counted_twice_however_often_processes_are_killed(
    wiring: Wiring, shop: CreditShop, tmp_path: Path
) -> None:
    with wiring.shop_session(shop.shop_id) as session:
        link = session.scalars(text("select id from links order by id")).first()
    assert link is not None
    acknowledged = kill_again_and_again(tmp_path, wiring.engine.url, (shop.shop_id, link), KILLS)
    while load_all(wiring.batch_session, tmp_path):
        pass
    with wiring.shop_session(shop.shop_id) as session:
        stored = list(session.scalars(text("select id from clicks")))
        counted = session.scalar(text("select sum(clicks + duplicates + bots) from link_days"))
    assert len(acknowledged) > KILLS
    assert set(acknowledged) <= set(stored)
    assert len(stored) == len(set(stored)) == counted
    assert list(tmp_path.glob("*.clicks*")) == []
