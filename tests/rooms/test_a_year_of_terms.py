"""A year of monthly tiers from a file, a promotion in the middle of it, and what other terms would have paid."""

from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import pytest
from sqlalchemy import text

from app.audit.store import decisions
from app.campaigns.model import Discount, OfferTerms
from app.flows import reevaluate
from app.flows.apply_cells import BadFile, Cell
from app.flows.apply_rules import rule
from app.flows.explain import explain
from app.flows.what_if import OtherTerms, what_if
from app.flows.work import Loops
from app.kernel.change import Change
from app.kernel.ids import ShopId
from app.wiring import Wiring
from tests.apply_files import a_file, apply, shop_id
from tests.bodies import code, dumps, line, order
from tests.tenants import NOW

TIERS = {
    "kind": "tier",
    "over": "month",
    "by": "orders",
    "steps": [{"from": "0", "rate": "0.1"}, {"from": "2", "rate": "0.15"}, {"from": "4", "rate": "0.2"}],
}
YEAR = datetime(2026, 1, 1, tzinfo=UTC)


def program(*offers: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"handle": "main", "hold_days": 0, "offers": list(offers)}]


def offer(start: str, *rules: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"effective_from": start, "rules": list(rules), "notice": "waived", **more}


def a_year(wiring: Wiring) -> None:
    """Five orders of 100.00 a month, the last month first."""
    bodies = [
        order(month * 10 + n, lines=[line(1, "100.00")], codes=[code("MARA10")],
              placed=datetime(2026, month, 3 + n, 12, tzinfo=UTC))
        for month in range(10, 0, -1) for n in range(5)
    ]  # fmt: skip
    with wiring.platform_session() as session, session.begin():
        for number, raw in enumerate(map(dumps, bodies)):
            session.execute(
                text(
                    "insert into inbox (shop_domain, topic, webhook_id, source, triggered_at, body, body_sha256) "
                    "values ('lumen.myshopify.com', 'orders/create', :number, 'webhook', :at, :body, :sha)"
                ),
                {"number": str(number), "at": NOW, "body": raw, "sha": sha256(raw).digest()},
            )
    Loops(wiring.batch_session, wiring.desk, wiring.clock).finish()


def finish(wiring: Wiring) -> None:
    """Let the worker do the jobs and everything that waits."""
    with wiring.shop_session(shop_id(wiring)) as session:
        asked = session.execute(
            text("delete from procrastinate_jobs where task_name = :job returning args"),
            {"job": reevaluate.JOB},
        ).all()
        session.commit()
    again = reevaluate.Reevaluate(wiring.batch_session, wiring.clock, lambda _: None)
    for row in asked:
        again(**row.args)
    Loops(wiring.batch_session, wiring.desk, wiring.clock).finish()


def commissions(wiring: Wiring, shop: ShopId) -> dict[int, int]:
    with wiring.shop_session(shop) as session:
        rows = session.execute(text("select order_id, commission_minor from credits order by order_id"))
        return {r.order_id: r.commission_minor for r in rows}


def test_every_month_begins_at_the_first_tier_and_a_promotion_leaves_old_orders_alone(wiring: Wiring) -> None:
    better = {"kind": "percent", "rate": "0.3"}
    apply(wiring, a_file(programs=program(offer("2026-01-01", TIERS), offer("2026-07-01", better))))
    a_year(wiring)
    found = commissions(wiring, shop_id(wiring))
    a_month = [1000, 1000, 1500, 1500, 2000]
    assert [found[month * 10 + n] for month in range(1, 7) for n in range(5)] == a_month * 6
    assert [found[month * 10 + n] for month in range(7, 11) for n in range(5)] == [3000] * 20
    with wiring.shop_session(shop_id(wiring)) as session:
        told = explain(session, "14", NOW)["credits"][0]
    assert told["lines"][0]["note"] == "Before this order in this month: 4 orders; the tier from 4 orders."
    assert told["lines"][0]["rate"] == "0.2"


def test_a_dry_run_counts_as_the_books_do(wiring: Wiring) -> None:
    monthly_cap = {"kind": "cap", "per": "month", "amount": "60.00"}
    apply(wiring, a_file(programs=program(offer("2026-01-01", {"kind": "percent", "rate": "0.1"}))))
    a_year(wiring)
    rules = tuple(rule(Cell("", spec), "EUR") for spec in (TIERS, monthly_cap))
    with wiring.shop_session(shop_id(wiring)) as session:
        found = what_if(session, OtherTerms("main", OfferTerms(0, Discount(), rules)), YEAR, NOW)
    total = found.totals["EUR"]
    # 10, 10, 15, 15 and the 10 that the cap leaves of 20, in each of ten months.
    assert (total.paid_minor, total.would_minor) == (50 * 1000, 10 * 6000)
    apply(wiring, a_file(programs=program(offer("2026-01-01", TIERS, monthly_cap))), reprice=True)
    finish(wiring)
    assert sum(commissions(wiring, shop_id(wiring)).values()) == total.would_minor


def test_a_file_says_who_recruited_whom_and_orders_that_are_there_follow(wiring: Wiring) -> None:
    second = {"kind": "second_level", "rate": "0.5", "of": "commission"}
    creators = [
        {"handle": "mara", "program": "main", "codes": ["MARA10"]},
        {"handle": "theo", "program": "main", "codes": ["THEO5"]},
    ]
    file = a_file(
        programs=program(offer("2026-01-01", {"kind": "percent", "rate": "0.1"}, second)), creators=creators
    )
    apply(wiring, file)
    a_year(wiring)
    assert sum(commissions(wiring, shop_id(wiring)).values()) == 50 * 1000
    creators[0]["recruiter"] = "theo"
    apply(wiring, file)
    finish(wiring)
    with wiring.shop_session(shop_id(wiring)) as session:
        paid = {
            c["creator"]: (c["weight"], c["commission"]["minor"])
            for c in explain(session, "14", NOW)["credits"]
        }
        kinds = [decision.kind for decision in decisions(session)]
    assert paid == {"mara": ("1", 1000), "theo": ("0", 500)}
    assert kinds.count("creator.recruited") == 1
    apply(wiring, file)
    with wiring.shop_session(shop_id(wiring)) as session:
        assert [decision.kind for decision in decisions(session)] == kinds


@pytest.mark.parametrize("recruiter", ["mara", "nobody", "Theo"])
def test_a_recruiter_who_cannot_be_one_is_refused_by_the_path(wiring: Wiring, recruiter: str) -> None:
    creators = [{"handle": "mara", "program": "main", "recruiter": recruiter}]
    with pytest.raises(BadFile) as refused:
        apply(wiring, a_file(creators=creators))
    assert refused.value.path == "creators[0].recruiter"


@pytest.mark.parametrize(
    ("per", "used_up", "words", "enough"),
    [
        ("program", "499.99", "is below the 500.00 EUR that the program has earned already", "500.01"),
        ("program", "500.00", "is no more than the 500.00 EUR that the program has earned", "500.01"),
        ("creator", "499.99", "is below the 500.00 EUR that one creator has earned already", "500.00"),
    ],
)
def test_a_cap_that_is_used_up_is_refused_with_both_amounts(
    wiring: Wiring, per: str, used_up: str, words: str, enough: str
) -> None:
    percent = {"kind": "percent", "rate": "0.1"}
    apply(wiring, a_file(programs=program(offer("2026-01-01", percent))))
    a_year(wiring)
    cap = {"kind": "cap", "per": per, "amount": used_up}
    for day in ("2026-12-01", "2026-01-01"):
        with pytest.raises(BadFile, match=f"The cap of {used_up} EUR {words}") as refused:
            apply(wiring, a_file(programs=program(offer(day, percent, cap))), reprice=True)
        assert refused.value.path == "programs[0].offers[0].rules[1]"
    file = a_file(programs=program(offer("2026-12-01", percent, {**cap, "amount": enough})))
    assert apply(wiring, file).by_change[Change.CREATED]["offers"] == ["main 2026-12-01"]
    assert apply(wiring, file).by_change[Change.UNCHANGED]["offers"] == ["main 2026-12-01"]
