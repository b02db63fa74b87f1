"""Semantics 3: what never earns, what waits for a person, and that only the one order waits.

A leaked code, its score and its replacement: test_a_leaked_code.
"""

from app.creators.store import creator
from devstore.order_model import Order
from devstore.visit_model import Visit
from tests.stories.life import PATIENCE, Life, life

__all__ = ["life"]


def settle(life: Life) -> None:
    assert life.house.devstore.courier.settle(20)
    life.house.until(life.house.is_quiet, "every order was looked at", PATIENCE)


def test_a_creator_who_buys_with_their_own_code_saves_and_earns_nothing(life: Life) -> None:
    own = life.order(email="Mara@Example.com")
    other = life.order(email="mara@shopper.example")
    settle(life)
    told = life.told(own)
    assert (told["status"], told["reason_code"], life.stands(own)) == ("unqualified", "self_referral", (0, 0))
    assert told["candidates"][0]["creator"] == "mara"
    assert (life.status(other), life.stands(other)) == ("pending", (1200, 0))


def flags(life: Life, order: Order) -> list[str]:
    return [flag for credit in life.told(order)["credits"] for flag in credit["flags"]]


def test_a_paid_search_visit_and_a_coupon_site_put_only_their_own_commission_on_hold(life: Life) -> None:
    searched = life.order(visit=Visit(landing_site="/discount/MARA10?gclid=abc"), email="a@shopper.example")
    coupon = life.order(visit=Visit(referring_site="https://www.honey.com/x"), email="b@shopper.example")
    plain = life.order(email="c@shopper.example")
    settle(life)
    assert flags(life, searched)
    assert flags(life, coupon)
    assert flags(life, plain) == []
    assert [life.status(o) for o in (searched, coupon, plain)] == ["flagged", "flagged", "pending"]
    assert [life.stands(o) for o in (searched, coupon, plain)] == [(1200, 0)] * 3
    reasons = [r["reason"] for c in life.told(searched)["credits"] for r in c["flag_reasons"]]
    assert all(reason.endswith(".") for reason in reasons)


def test_what_a_person_decides_about_a_flag_can_be_taken_back(life: Life) -> None:
    held = life.order(visit=Visit(landing_site="/discount/MARA10?gclid=def"), email="d@shopper.example")
    settle(life)
    mara = life.told(held)["credits"][0]
    with life.house.wiring.shop_session(life.house.shop_id) as session:
        number = creator(session, mara["creator"]).id
    for verb, status, stands in (
        ("deny", "denied", (0, 0)),
        ("undo", "flagged", (1200, 0)),
        ("approve", "pending", (1200, 0)),
    ):
        chosen = [f"{held.id}-{number}"]
        answer = life.house.ask("POST", "/review/verdicts", verb=verb, reason="Looked at.", credit=chosen)
        assert answer.status_code == 303
        life.comes_to(held, *stands, status=status)
    assert [d["kind"] for d in life.told(held)["decisions"]] == [
        "credit.denied",
        "credit.verdict_undone",
        "credit.approved",
    ]
