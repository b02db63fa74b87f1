"""A hundred SIGKILLs under load: of what was acknowledged nothing is lost, and nothing is counted twice."""

import shutil
from typing import Any

from app.flows.load_clicks import load_all
from bench.clicks import make_link
from bench.database import HOME, Database
from bench.killing import kill_again_and_again
from bench.measure import Gate
from bench.stage import stage, wiring


def run(database: Database, *, kills: int) -> tuple[dict[str, Any], list[Gate]]:
    """Print what was told and what is stored. The gate is missed by a single click."""
    folder = HOME / "data" / "killed"
    shutil.rmtree(folder, ignore_errors=True)
    with stage(database, "stage_kills", shops=0, events=0).copy("kills") as there:
        make_link(there)
        shop, link = there.ask("select shop_id, id from links")
        told = set(kill_again_and_again(folder, there.url, (int(str(shop)), int(str(link))), kills))
        wired = wiring(there.url)
        while load_all(wired.batch_session, folder):
            pass
        wired.engine.dispose()
        ids, counted = there.ask(
            "select (select array_agg(id) from clicks), (select sum(clicks + duplicates + bots)::bigint from link_days)"
        )
    stored = list(ids) if isinstance(ids, list) else []
    lost, doubled = (
        len(told - set(stored)),
        len(stored) - len(set(stored)) + abs(int(str(counted)) - len(stored)),
    )
    print(
        f"Clicks under {kills} SIGKILLs: {len(told):,} acknowledged, {len(stored):,} stored, {lost} lost, {doubled} doubled"
    )
    figures = {
        "kills": kills,
        "acknowledged": len(told),
        "stored": len(stored),
        "lost": lost,
        "doubled": doubled,
    }
    return {"click_kills": figures}, [
        Gate(f"no click lost or doubled in {kills} SIGKILLs", float(not lost + doubled), 1, 1)
    ]
