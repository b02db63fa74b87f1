import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from app.audit.store import decisions
from app.campaigns import store as campaigns
from app.creators import store as creators
from app.flows.apply_cells import BadFile
from app.shops import store as shops
from app.shops.pseudonym import pseudonym
from app.tracking import store as tracking
from app.tracking.model import CodeState
from app.wiring import Wiring
from tests.apply_files import EVERYTHING, FILE, NOTHING, a_file, apply, jobs, rows, shop_id
from tests.tenants import NOW, a_shop

MARAS_LINK = FILE["creators"][0]["links"][0]


def test_the_file_of_the_contract_registers_a_shop_with_everything_in_it(wiring: Wiring) -> None:
    said = apply(wiring, FILE).to_json()
    assert said == {
        "shop": "lumen.myshopify.com",
        "created": EVERYTHING,
        "changed": NOTHING,
        "unchanged": NOTHING,
    }
    shop = shop_id(wiring)
    with wiring.platform_session() as session:
        record = shops.get(session, shop)
    with wiring.shop_session(shop) as session:
        mara = creators.creator(session, "mara")
        (code,), (link,) = tracking.codes_of(session, mara.id), tracking.links_of(session, mara.id)
        (version,) = campaigns.versions_of(session, campaigns.program(session, "main").id)
    assert record.offline
    assert record.installed_at == version.effective_from == datetime(2025, 12, 31, 23, tzinfo=UTC)
    assert (code.code, code.state) == ("MARA10", CodeState.ACTIVE)
    assert (link.slug, link.to_path, link.channel) == ("mara", "/products/serum", "instagram")


def test_applying_twice_changes_nothing_and_says_so(wiring: Wiring) -> None:
    apply(wiring, FILE)
    before = rows(wiring)
    with wiring.shop_session(shop_id(wiring)) as session:
        taken = len(decisions(session))
    again = apply(wiring, FILE)
    assert again.to_json() == {
        "shop": "lumen.myshopify.com",
        "created": NOTHING,
        "changed": NOTHING,
        "unchanged": EVERYTHING,
    }
    assert rows(wiring) == before
    with wiring.shop_session(shop_id(wiring)) as session:
        assert len(decisions(session)) == taken


def test_a_person_reads_one_line(wiring: Wiring) -> None:
    assert apply(wiring, FILE).to_text() == (
        "lumen.myshopify.com: created 1 shop, 1 program, 1 offer, 1 creator, 1 enrollment, 1 code, 1 link."
    )


def test_the_address_is_kept_beside_the_shops_own_pseudonym(wiring: Wiring) -> None:
    apply(wiring, FILE)
    with wiring.shop_session(shop_id(wiring)) as session:
        key = shops.shop_key(session, wiring.vault, session.shop_id)
        stored = session.scalars(text("select email_key from creators")).one()
    assert key is not None
    assert stored == pseudonym(key, "email", "MARA@example.com")


def test_two_shops_may_have_the_same_handles_and_codes_but_not_the_same_short_link(wiring: Wiring) -> None:
    apply(wiring, a_file("one.myshopify.com"))
    with pytest.raises(BadFile, match=r"creators\[0\].links\[0\].slug: .*taken") as refused:
        apply(wiring, a_file("two.myshopify.com"))
    assert "one.myshopify.com" not in str(refused.value)
    other = a_file("two.myshopify.com")
    other["creators"][0]["links"] = []
    apply(wiring, other)
    for domain in ("one.myshopify.com", "two.myshopify.com"):
        with wiring.shop_session(shop_id(wiring, domain)) as session:
            assert [c.code for c in tracking.every_code(session)] == ["MARA10"]
            assert [c.handle for c in creators.every_creator(session)] == ["mara"]


def test_a_file_that_is_refused_at_its_end_leaves_nothing_behind(wiring: Wiring) -> None:
    apply(wiring, a_file("one.myshopify.com"))
    before = rows(wiring)
    with pytest.raises(BadFile):
        apply(wiring, a_file("two.myshopify.com"))
    assert rows(wiring) == before


def test_a_change_is_named_and_the_rest_is_unchanged(wiring: Wiring) -> None:
    apply(wiring, FILE)
    file = a_file()
    file["programs"][0]["window_days"] = 60
    file["creators"][0]["name"] = "Mara L."
    file["creators"][0]["links"][0]["to"] = "/collections/all"
    file["creators"][0]["codes"].append("MARA20")
    said = apply(wiring, file)
    assert said.to_json()["changed"] == {
        **NOTHING,
        "programs": ["main"],
        "creators": ["mara"],
        "links": ["mara"],
    }
    assert said.to_json()["created"] == {**NOTHING, "codes": ["MARA20"]}


def test_other_terms_on_the_same_date_need_a_reprice_and_then_orders_are_judged_again(wiring: Wiring) -> None:
    apply(wiring, FILE)
    file = a_file()
    file["programs"][0]["offer"]["rules"][0]["rate"] = "0.15"
    with pytest.raises(BadFile, match=r"programs\[0\].offer.effective_from: .*reprice"):
        apply(wiring, file)
    before = len(jobs(wiring))
    assert apply(wiring, file, reprice=True).to_json()["created"] == {
        **NOTHING,
        "offers": ["main 2026-01-01"],
    }
    assert jobs(wiring)[before:] == ["orders.reevaluate"]


def test_a_later_version_keeps_the_notice_unless_it_is_waived(wiring: Wiring) -> None:
    apply(wiring, FILE)
    file = a_file()
    soon = (NOW + timedelta(days=3)).date().isoformat()
    file["programs"][0]["offers"] = [{**file["programs"][0]["offer"], "effective_from": soon}]
    file["programs"][0]["offers"][0]["rules"] = [{"kind": "flat", "amount": "5"}]
    with pytest.raises(BadFile, match=r"programs\[0\].offers\[0\].effective_from: .*7 days"):
        apply(wiring, file)
    file["programs"][0]["offers"][0]["notice"] = "waived"
    assert apply(wiring, file).to_json()["created"] == {**NOTHING, "offers": [f"main {soon}"]}


def test_a_shop_that_has_not_installed_is_refused_without_offline(wiring: Wiring) -> None:
    with pytest.raises(BadFile, match=r"^shop: .*--offline"):
        apply(wiring, FILE, offline=False)
    assert rows(wiring)["shops"] == 0


def test_an_offline_shop_is_never_taken_for_an_installed_one(wiring: Wiring) -> None:
    apply(wiring, FILE)
    with pytest.raises(BadFile, match=r"^shop: .*--offline"):
        apply(wiring, FILE, offline=False)


def test_the_codes_of_an_installed_shop_wait_for_a_job(wiring: Wiring) -> None:
    a_shop(wiring, "lumen.myshopify.com")
    apply(wiring, FILE, offline=False)
    assert "codes.issue" in jobs(wiring)
    with wiring.shop_session(shop_id(wiring)) as session:
        assert [c.state for c in tracking.every_code(session)] == [CodeState.WAITING]


def test_a_later_offer_changes_the_discount_when_its_time_has_come(wiring: Wiring) -> None:
    a_shop(wiring, "lumen.myshopify.com")
    file = a_file()
    file["programs"][0]["offers"] = [
        {**file["programs"][0]["offer"], "effective_from": "2027-01-01", "discount": {"percent": "15"}}
    ]
    apply(wiring, file, offline=False)
    with wiring.platform_session() as session:
        waiting = session.execute(
            text("select scheduled_at, lock from procrastinate_jobs where task_name = 'codes.issue_later'")
        ).one()
    assert tuple(waiting) == (datetime(2026, 12, 31, 23, tzinfo=UTC), None)


@pytest.mark.parametrize("status", ["uninstalled", "redacted"])
def test_a_shop_that_has_left_is_refused(wiring: Wiring, status: str) -> None:
    shop = a_shop(wiring, "lumen.myshopify.com")
    with wiring.platform_session() as session, session.begin():
        shops.change(session, shop, status=status)
    with pytest.raises(BadFile, match=f"^shop: .*{status}"):
        apply(wiring, FILE, offline=False)


@pytest.mark.parametrize(("key", "value"), [("currency", "USD"), ("timezone", "UTC")])
def test_a_file_cannot_change_what_the_shop_counts_in(wiring: Wiring, key: str, value: str) -> None:
    apply(wiring, FILE)
    with pytest.raises(BadFile, match=f"^{key}: "):
        apply(wiring, a_file(**{key: value}))


def test_the_install_can_be_moved_so_that_older_orders_count(wiring: Wiring) -> None:
    apply(wiring, FILE)
    moved = apply(wiring, a_file(installed_at="2025-06-01"))
    assert moved.to_json()["changed"] == {**NOTHING, "shops": ["lumen.myshopify.com"]}
    with wiring.platform_session() as session:
        assert shops.get(session, shop_id(wiring)).installed_at == datetime(2025, 5, 31, 22, tzinfo=UTC)


def test_a_program_that_stands_neither_in_the_file_nor_in_the_shop_is_named(wiring: Wiring) -> None:
    file = a_file()
    file["creators"][0]["program"] = "vip"
    with pytest.raises(BadFile, match=r"^creators\[0\].program: .*'vip'"):
        apply(wiring, file)


def test_a_program_of_an_earlier_file_may_be_named(wiring: Wiring) -> None:
    apply(wiring, FILE)
    assert apply(wiring, a_file(programs=[])).to_json()["created"] == NOTHING


def test_a_code_of_another_creator_is_refused_with_its_path(wiring: Wiring) -> None:
    apply(wiring, FILE)
    file = a_file(creators=[{"handle": "noor", "program": "main", "codes": ["NOOR", "mara10"]}])
    with pytest.raises(BadFile, match=r"^creators\[0\].codes\[1\]: .*'mara'"):
        apply(wiring, file)


@pytest.mark.parametrize(
    ("more", "path"),
    [({"codes": ["mara10"]}, "creators[1].codes[0]"), ({"links": [MARAS_LINK]}, "creators[1].links[0].slug")],
)
def test_a_code_or_a_link_stands_in_a_file_once(wiring: Wiring, more: dict[str, Any], path: str) -> None:
    file = a_file()
    file["creators"].append({"handle": "noor", "program": "main", **more})
    with pytest.raises(BadFile, match=f"^{re.escape(path)}: It says the same as creators.0."):
        apply(wiring, file)


def test_a_creator_in_two_programs_stands_in_the_file_twice(wiring: Wiring) -> None:
    file = a_file()
    file["programs"].append({**file["programs"][0], "handle": "vip"})
    file["creators"].append({**file["creators"][0], "program": "vip", "codes": ["VIP"], "links": []})
    said = apply(wiring, file).to_json()["created"]
    assert isinstance(said, dict)
    assert said["enrollments"] == ["mara main", "mara vip"]


def test_a_refused_code_is_asked_for_again_by_the_next_run(wiring: Wiring) -> None:
    shop = a_shop(wiring, "lumen.myshopify.com")
    apply(wiring, FILE, offline=False)
    with wiring.shop_session(shop) as session, session.begin():
        (code,) = tracking.every_code(session)
        tracking.mark_failed(session, {code.id: "It was taken."})
    assert apply(wiring, FILE, offline=False).to_json()["changed"] == {**NOTHING, "codes": ["MARA10"]}
    with wiring.shop_session(shop) as session:
        assert [c.state for c in tracking.every_code(session)] == [CodeState.WAITING]
