import io
import json
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import create_engine, text
from sqlalchemy.engine import URL

from app.cli import main
from app.config import Settings
from app.shops.vault import Vault
from app.wiring import Wiring
from tests.apply_files import EVERYTHING, FILE, NOTHING, a_file
from tests.bodies import code, line, order
from tests.commands import Said, answer, environment_of, refusal
from tests.world import World

SHOP = "lumen.myshopify.com"


@pytest.fixture(autouse=True)
def environment(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in environment_of(settings).items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    written = tmp_path / "shop.json"
    written.write_text(json.dumps(FILE))
    return written


def test_apply_prints_what_it_did(capsys: Said, file: Path) -> None:
    said = answer(capsys, "apply", str(file), "--offline")
    assert said == {"shop": SHOP, "created": EVERYTHING, "changed": NOTHING, "unchanged": NOTHING}
    assert answer(capsys, "apply", str(file), "--offline")["unchanged"] == EVERYTHING


def test_apply_reads_standard_input(capsys: Said, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(json.dumps(FILE).encode())))
    assert answer(capsys, "apply", "-", "--offline")["created"] == EVERYTHING


def test_a_file_that_is_refused_is_refused_in_one_sentence_with_its_path(capsys: Said, file: Path) -> None:
    file.write_text(json.dumps(a_file(creators=[{"handle": "mara", "codez": []}])))
    said = refusal(capsys, "apply", str(file), "--offline", "--json")
    assert said.startswith("tribute: creators[0].codez: ")
    assert said.count("\n") == 1


def test_a_file_that_is_not_there_is_refused(capsys: Said) -> None:
    assert "/nowhere.json" in refusal(capsys, "apply", "/nowhere.json")


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["dance"],
        ["apply"],
        ["explain", SHOP],
        ["balances", SHOP, "--as-of", "yesterday"],
        ["serve", "--port", "x"],
    ],
)
def test_wrong_words_are_a_usage_error(words: list[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(words)
    assert left.value.code == 2


@pytest.mark.parametrize(
    "words",
    [["balances"], ["prove"], ["mature"], ["explain", "1"], ["export", "days"], ["replay"], ["dump"]],
)
def test_a_shop_that_is_not_there_is_refused(capsys: Said, words: list[str]) -> None:
    command, *rest = words
    assert "'nobody.myshopify.com'" in refusal(capsys, command, "nobody.myshopify.com", *rest)


@pytest.fixture
def world(wiring: Wiring) -> World:
    """A shop with an order that waits in the inbox."""
    made = World(wiring)
    made.creator("mara", "MARA10")
    made.deliver("orders/create", order(lines=[line(1, "90.00")], codes=[code("MARA10")]))
    return made


def test_a_worker_until_idle_brings_the_inbox_into_the_books(capsys: Said, world: World) -> None:
    assert answer(capsys, "worker", "--until-idle") == {"idle": True}
    cells = answer(capsys, "balances", SHOP)["creators"]["mara"]["EUR"]
    assert cells == {"pending": 1080, "payable": 0, "in_transit": 0, "paid": 0}


def test_explain_says_why_in_the_shape_of_the_contract(capsys: Said, world: World) -> None:
    world.work()
    record = answer(capsys, "explain", SHOP, "#1001")
    assert {
        "order",
        "status",
        "model",
        "net_sales",
        "credits",
        "candidates",
        "offer_version",
        "event_digest",
    } <= set(record)
    assert record["credits"][0]["creator"] == "mara"
    assert record["credits"][0]["commission"] == {"minor": 1080, "currency": "EUR"}
    assert main(["explain", SHOP, "#1001"]) == 0
    assert "mara earns 10.80 EUR of 90.00 EUR" in capsys.readouterr().out
    assert "'#9'" in refusal(capsys, "explain", SHOP, "#9")


def test_export_writes_the_numbers_of_the_pages(capsys: Said, world: World) -> None:
    world.work()
    (mara,) = answer(capsys, "export", SHOP, "creators")
    assert (mara["creator"], mara["currency"], mara["commission"]) == ("mara", "EUR", "10.80")
    (day,) = answer(capsys, "export", SHOP, "days", "--from", "2026-01-01", "--to", "2026-12-31")
    assert day["commission"] == "10.80"
    assert main(["export", SHOP, "creators"]) == 0
    assert capsys.readouterr().out.startswith("creator,name,status,currency,")
    assert "ends on 2026-01-01" in refusal(
        capsys, "export", SHOP, "days", "--from", "2026-02-01", "--to", "2026-01-01"
    )


def test_mature_lets_time_pass_for_one_shop(capsys: Said, world: World) -> None:
    world.work()
    assert answer(capsys, "mature", SHOP, "--as-of", "2026-11-23T00:00:00Z")["orders"] == 0
    assert answer(capsys, "mature", SHOP, "--as-of", "2027-06-01T00:00:00Z")["orders"] == 1
    later = answer(capsys, "balances", SHOP, "--as-of", "2027-06-01T00:00:00Z")
    assert later["creators"]["mara"]["EUR"]["payable"] == 1080


def test_books_that_hold_are_proved_and_broken_ones_exit_1(capsys: Said, world: World, database: URL) -> None:
    world.work()
    proof = answer(capsys, "prove", SHOP)
    assert proof["ok"]
    assert all(set(check) == {"name", "ok", "offender"} for check in proof["checks"])
    owner = create_engine(database)
    with owner.begin() as connection:
        connection.execute(text("update credits set commission_minor = commission_minor + 1"))
    owner.dispose()
    assert main(["prove", SHOP]) == 1
    assert "BROKEN" in capsys.readouterr().out


def test_migrate_twice_applies_nothing_the_second_time(capsys: Said) -> None:
    assert answer(capsys, "migrate") == {"applied": []}


def test_the_doctor_finds_a_good_installation_well(capsys: Said) -> None:
    said = answer(capsys, "doctor")
    assert said["ok"]
    assert [check["name"] for check in said["checks"]] == ["settings", "folder", "database", "schema", "role"]


def test_the_doctor_names_a_missing_setting_and_never_shows_a_secret(
    capsys: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SHOPIFY_API_KEY")
    assert main(["doctor"]) == 1
    said = capsys.readouterr().out
    assert "SHOPIFY_API_KEY" in said
    assert "hush-hush" not in said


def test_the_doctor_sends_an_empty_database_to_migrate(capsys: Said, database: URL) -> None:
    owner = create_engine(database)
    with owner.begin() as connection:
        connection.execute(text("drop table alembic_version"))
    owner.dispose()
    assert main(["doctor"]) == 1
    assert "tribute migrate" in capsys.readouterr().out


def test_the_doctor_finds_a_folder_that_cannot_be_written(
    capsys: Said, monkeypatch: pytest.MonkeyPatch, file: Path
) -> None:
    monkeypatch.setenv("TRIBUTE_DATA", str(file))
    assert main(["doctor"]) == 1
    assert "BROKEN  folder" in capsys.readouterr().out


def test_a_database_out_of_reach_is_a_sentence(capsys: Said, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    said = refusal(capsys, "balances", SHOP)
    assert said.startswith("tribute: The database did not answer: ")
    assert said.count("\n") == 1


def test_a_database_that_was_never_migrated_says_who_must_do_it(
    capsys: Said, database: URL, file: Path
) -> None:
    owner = create_engine(database)
    with owner.begin() as connection:
        connection.execute(text("drop schema public cascade"))
        connection.execute(text("create schema public"))
    owner.dispose()
    assert "Run `tribute migrate` as its owner first." in refusal(capsys, "apply", str(file), "--offline")


def test_the_embedded_database_gets_its_schema_by_itself(
    capsys: Said, monkeypatch: pytest.MonkeyPatch, file: Path, tmp_path: Path
) -> None:
    monkeypatch.delenv("DATABASE_URL")
    monkeypatch.setenv("TRIBUTE_DATA", str(tmp_path / "embedded"))
    assert answer(capsys, "apply", str(file), "--offline")["created"]["shops"] == [SHOP]


def test_keys_are_rotated_and_then_the_old_one_may_go(
    capsys: Said, world: World, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    newest = Fernet.generate_key().decode()
    monkeypatch.setenv("TRIBUTE_SECRET_KEYS", f"{newest},{settings.secret_keys[0]}")
    assert answer(capsys, "rotate-keys") == {"shops": 1}
    sealed = world.context.shop_key
    assert sealed is not None
    assert len(Vault([newest]).open(sealed, world.shop_id, "shop_key")) == 32
    assert queued(world) == []


def test_a_web_pixel_is_given_a_new_account_id_after_a_rotation(
    capsys: Said, world: World, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with world.wiring.shop_session(world.shop_id) as session, session.begin():
        session.execute(
            text("""update shops set setup = '{"web_pixel": {"gid": "gid://1", "problem": null}}'""")
        )
    newest = Fernet.generate_key().decode()
    monkeypatch.setenv("TRIBUTE_SECRET_KEYS", f"{newest},{settings.secret_keys[0]}")
    for _ in range(2):
        answer(capsys, "rotate-keys")
    assert queued(world) == ["shop.switch_on_pixel"]


def queued(world: World) -> list[str]:
    with world.wiring.platform_session() as session:
        return list(session.execute(text("select task_name from procrastinate_jobs")).scalars())


def test_a_key_that_is_missing_is_named_by_what_it_sealed(
    capsys: Said, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRIBUTE_SECRET_KEYS", Fernet.generate_key().decode())
    assert f"shop_key of shop {world.shop_id} cannot be read" in refusal(capsys, "rotate-keys")


def test_reconcile_refuses_a_shop_without_shopify_in_one_sentence(capsys: Said, file: Path) -> None:
    answer(capsys, "apply", str(file), "--offline")
    assert "registered offline" in refusal(capsys, "reconcile", SHOP)
    assert "registered offline" in refusal(capsys, "reconcile", SHOP, "--full", "--json")
