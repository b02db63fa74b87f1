from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.campaigns import store as campaigns
from app.wiring import Wiring
from tests.apply_files import EVERYTHING, FILE, NOTHING, apply, shop_id


def test_two_runs_at_once_do_it_once(wiring: Wiring) -> None:
    with ThreadPoolExecutor(4) as pool:
        said = list(pool.map(lambda _: apply(wiring, FILE).to_json(), range(4)))
    created = [s["created"] for s in said]
    assert sorted(created, key=str) == sorted([EVERYTHING, NOTHING, NOTHING, NOTHING], key=str)
    with wiring.shop_session(shop_id(wiring)) as session:
        assert len(campaigns.versions_of(session, campaigns.program(session, "main").id)) == 1


@pytest.fixture
def counter() -> list[int]:
    return [0]


WORDS = st.text(alphabet="abcxyz", min_size=1, max_size=6)


@st.composite
def good_files(draw: st.DrawFn) -> dict[str, Any]:
    handles = draw(st.lists(WORDS, min_size=1, max_size=3, unique=True))
    days = draw(st.lists(st.dates(date(2026, 1, 1), date(2026, 12, 1)), max_size=3, unique=True))
    offers = [
        {
            "effective_from": day.isoformat(),
            "discount": {"percent": str(draw(st.integers(0, 100)))},
            "rules": [
                draw(st.sampled_from([{"kind": "percent", "rate": "0.120"}, {"kind": "flat", "amount": "5"}]))
            ],
            "notice": "waived",
        }
        for day in days
    ]
    return {
        "shop": "lumen.myshopify.com",
        "currency": "EUR",
        "timezone": draw(st.sampled_from(["Europe/Amsterdam", "America/New_York"])),
        "programs": [{"handle": "main", "hold_days": draw(st.integers(0, 120)), "offers": offers}],
        "creators": [
            {
                "handle": handle,
                "name": draw(WORDS),
                "program": "main",
                "codes": [f"{handle}{n}" for n in range(draw(st.integers(0, 2)))],
            }
            for handle in handles
        ],
    }


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(good_files())
def test_any_good_file_applied_twice_is_applied_once(
    wiring: Wiring, counter: list[int], file: dict[str, Any]
) -> None:
    counter[0] += 1
    file["shop"] = f"shop-{counter[0]}.myshopify.com"
    first, second = apply(wiring, file).to_json(), apply(wiring, file).to_json()
    assert second == {
        "shop": first["shop"],
        "created": NOTHING,
        "changed": NOTHING,
        "unchanged": first["created"],
    }
