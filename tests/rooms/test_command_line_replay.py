"""`tribute replay` and `tribute dump`, as an operator types them."""

import json
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import text

from app.campaigns.model import RuleSpec
from app.cli import main
from app.config import Settings
from app.wiring import Wiring
from tests.bodies import code, line, order
from tests.commands import Said, answer, environment_of, refusal
from tests.credit_shop import PLACED, credit_shop, visited
from tests.world import World

SHOP = "lumen.myshopify.com"


@pytest.fixture(autouse=True)
def environment(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in environment_of(settings).items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def world(wiring: Wiring) -> World:
    """A shop with an order that waits in the inbox."""
    made = World(wiring)
    made.creator("mara", "MARA10")
    made.deliver("orders/create", order(lines=[line(1, "90.00")], codes=[code("MARA10")]))
    return made


def test_replay_says_that_the_books_are_what_the_facts_give(capsys: Said, world: World) -> None:
    world.work()
    said = answer(capsys, "replay", SHOP)
    assert (said["identical"], said["differences"], said["events"]) == (True, [], 1)
    dumped = answer(capsys, "dump", SHOP)
    assert (dumped["digest"], dumped["lines"]) == (said["digest"], said["lines"])
    assert main(["replay", SHOP, "--as-of", "2027-01-01T00:00:00Z"]) == 0
    assert f"{SHOP}: 1 events gave" in capsys.readouterr().out


def test_replay_names_what_differs_and_leaves_with_1(capsys: Said, world: World) -> None:
    world.work()
    with world.wiring.shop_session(world.shop_id) as session, session.begin():
        session.execute(text("update credits set commission_minor = 999, earned_minor = 999"))
    assert main(["replay", SHOP, "--json"]) == 1
    said = json.loads(capsys.readouterr().out)
    assert said["identical"] is False
    assert said["differences"][0] == (
        "credit 1001 mara: commission_minor is 999, by replay 1080; earned_minor is 999, by replay 1080"
    )
    assert main(["replay", SHOP]) == 1
    assert "commission_minor is 999, by replay 1080" in capsys.readouterr().out


def test_the_dump_is_a_file_whose_digest_stands_beside_it(capsys: Said, world: World) -> None:
    world.work()
    assert main(["dump", SHOP]) == 0
    heard = capsys.readouterr()
    lines = heard.out.splitlines()
    assert heard.err.split() == [str(len(lines)), "lines,", "sha256", sha256(heard.out.encode()).hexdigest()]
    assert {json.loads(each)["kind"] for each in lines} == {
        "order", "conversion", "credit", "posted", "creator_day", "shop_day",
    }  # fmt: skip
    assert not {key for each in lines for key in json.loads(each)} & {
        "shop_id", "creator_id", "program_id", "enrollment_id", "offer_id", "event_id", "recorded_at",
    }  # fmt: skip


def test_replay_tells_what_other_terms_and_another_model_would_have_paid(
    capsys: Said, world: World, tmp_path: Path
) -> None:
    world.work()
    world.offer([RuleSpec("percent", {"rate": "0.2"})], datetime(2027, 1, 1, tzinfo=UTC))
    said = answer(capsys, "replay", SHOP, "--offer", "main@2")
    mara = {
        "currency": "EUR", "orders": 1, "orders_changed": 1,
        "paid_minor": 1080, "would_minor": 1800, "more_minor": 720,
    }  # fmt: skip
    assert said == {"program": "main", "totals": [mara], "creators": [{"creator": "mara", **mara}]}
    file = tmp_path / "offer.json"
    file.write_text(
        json.dumps({"effective_from": "2026-01-01", "rules": [{"kind": "percent", "rate": "0.2"}]})
    )
    assert answer(capsys, "replay", SHOP, "--offer", f"main@{file}") == said
    assert answer(capsys, "replay", SHOP, "--offer", "main@2", "--to", "2026-01-31")["totals"] == []
    assert answer(capsys, "replay", SHOP, "--model", "linear")["creators"] == []
    assert main(["replay", SHOP, "--offer", "main@2"]) == 0
    assert "mara     EUR  1 of 1          10.80  18.00            7.20" in capsys.readouterr().out
    assert "has no version 9" in refusal(capsys, "replay", SHOP, "--offer", "main@9")
    assert "names no terms" in refusal(capsys, "replay", SHOP, "--offer", "main")
    assert "no attribution model" in refusal(capsys, "replay", SHOP, "--model", "moon")


def test_another_model_moves_money_between_two_creators(capsys: Said, wiring: Wiring) -> None:
    """Theo's link came first and Mara's last: the last click paid Mara all of it, linear would have halved it."""
    shop = credit_shop(wiring)
    shop.click("theo", PLACED - timedelta(days=3))
    shop.click("mara", PLACED - timedelta(days=1))
    shop.deliver("orders/create", visited(1001, lines=[line(1, "100.01")]))
    shop.deliver("orders/create", order(1002, lines=[line(2, "50.00")], codes=[code("MARA10")]))
    shop.work()
    common = {"currency": "EUR", "orders_changed": 1}
    mara = {**common, "orders": 2, "paid_minor": 1800, "would_minor": 1200, "more_minor": -600}
    theo = {**common, "orders": 1, "paid_minor": 0, "would_minor": 600, "more_minor": 600}
    said = answer(capsys, "replay", SHOP, "--model", "linear")
    assert said == {
        "model": "linear",
        "totals": [{**common, "orders": 2, "paid_minor": 1800, "would_minor": 1800, "more_minor": 0}],
        "creators": [{"creator": "mara", **mara}, {"creator": "theo", **theo}],
    }
    assert main(["replay", SHOP, "--model", "first_click"]) == 0
    told = [row.split() for row in capsys.readouterr().out.splitlines()]
    assert ["mara", "EUR", "1", "of", "2", "18.00", "6.00", "-12.00"] in told
    assert ["theo", "EUR", "1", "of", "1", "0.00", "12.00", "12.00"] in told
    assert ["all", "EUR", "1", "of", "2", "18.00", "18.00", "0.00"] in told
