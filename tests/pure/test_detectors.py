"""Each detector at its borders: one below the threshold says nothing, at the threshold it speaks."""

import pytest

from app.fraud.model import Case, Shared, Uses
from app.fraud.scan import DETECTORS, scan
from app.fraud.settings import Settings

QUIET = Case(creator="mara", code="MARA10", landing="/products/serum", referrer="https://www.instagram.com/")
STEADY = Uses(day=2, history=28, history_hours=672, busiest_day=3, week=14)


def case(**facts: object) -> Case:
    return Case(creator="mara", code="MARA10", **facts)  # type: ignore[arg-type]


def uses(**counts: int) -> Uses:
    known = {name: getattr(STEADY, name) for name in STEADY.__struct_fields__}
    return Uses(**{**known, **counts})


def found(facts: Case, settings: Settings | None = None) -> set[str]:
    return {finding.detector for finding in scan(facts, settings or Settings())}


def test_an_ordinary_order_is_not_looked_at() -> None:
    assert scan(QUIET, Settings()) == ()
    assert found(case(uses=STEADY, clicks_recorded=True, has_click=True)) == set()


@pytest.mark.parametrize(
    ("facts", "detector"),
    [
        (case(ip=Shared(own=1)), "same_ip"),
        (case(ip=Shared(others=3)), "same_ip"),
        (case(address=Shared(own=1)), "same_address"),
        (case(address=Shared(others=2)), "same_address"),
        (case(phone=Shared(own=1)), "same_phone"),
        (case(phone=Shared(others=2)), "same_phone"),
        (case(creator_domain="lumen.example", same_domain=True), "same_domain"),
        (case(disposable_email=True), "disposable_email"),
        (case(landing="/discount/mara10?gclid=EAIa"), "paid_search"),
        (case(click_landings=("/?gad_source=1",)), "paid_search"),
        (case(click_landings=("/?GBRAID=0AAA",)), "paid_search"),
        (case(click_landings=("/?wbraid=Cj",)), "paid_search"),
        (case(click_landings=("/products/serum?msclkid=7f",)), "paid_search"),
        (case(click_landings=("/?utm_medium=CPC",)), "paid_search"),
        (case(referrer="https://www.retailmenot.com/view/lumen"), "coupon_site"),
        (case(referrer="o.honey.com"), "coupon_site"),
        (case(landing="/?utm_source=joinhoney.com"), "coupon_site"),
        (case(referrer="https://deals.example/x", coupon_sites=frozenset({"deals.example"})), "coupon_site"),
        (case(codes_tried=4), "many_codes"),
        (case(uses=uses(week=20, week_clicked=1), clicks_recorded=True), "no_clicks"),
        (case(uses=uses(day=12)), "burst"),
    ],
)
def test_a_detector_speaks_at_its_border_and_says_why(facts: Case, detector: str) -> None:
    (finding,) = scan(facts, Settings())
    assert finding.detector == detector
    assert finding.reason.endswith(".")
    assert "None" not in finding.reason


@pytest.mark.parametrize(
    "facts",
    [
        case(ip=Shared(others=2)),
        case(address=Shared(others=1)),
        case(phone=Shared(others=1)),
        case(creator_domain="gmail.com", same_domain=True),
        case(creator_domain="lumen.example", same_domain=False),
        case(creator_domain=None, same_domain=True),
        case(landing="/?gclid=EAIa"),
        case(landing="/discount/other10?gclid=EAIa"),
        case(landing="/discount/mara10?gclid="),
        case(landing="/discount/mara10?q=gclid"),
        case(landing="/discount/mara10?utm_medium=social"),
        case(landing="//[bad?gclid=1"),
        case(referrer="https://honey.com.example.org/"),
        case(referrer="https://nothoney.com/"),
        case(referrer="https://[bad"),
        case(referrer=""),
        case(codes_tried=3),
        case(uses=uses(week=19, week_clicked=0), clicks_recorded=True),
        case(uses=uses(week=20, week_clicked=2), clicks_recorded=True),
        case(uses=uses(week=20, week_clicked=0), clicks_recorded=True, has_click=True),
        case(uses=uses(week=200, week_clicked=0), clicks_recorded=False),
        case(uses=uses(day=11)),
        case(uses=uses(day=200, history_hours=167)),
        case(uses=uses(day=12, busiest_day=7)),
        case(uses=uses(day=38, history=280, busiest_day=1)),
    ],
)
def test_a_detector_says_nothing_just_below_its_border(facts: Case) -> None:
    assert scan(facts, Settings()) == ()


def test_a_code_in_use_for_many_years_shows_when_it_is_beyond_any_day() -> None:
    assert "burst" in found(case(uses=uses(day=5000, history=20_000, busiest_day=1000)))


def test_the_leaked_code_is_held_from_the_set_score_on() -> None:
    leaking = uses(day=4, week=14, week_referred=10, week_coupon=3, week_known=10, week_returning=9)
    held = case(uses=leaking)
    assert "leaked_code" not in found(held, Settings(limits={"leaked_code": {"score": 41}}))
    assert "leaked_code" in found(held, Settings(limits={"leaked_code": {"score": 40}}))


def test_a_merchant_who_wants_every_paid_visit_looked_at_gets_it() -> None:
    lands = case(landing="/?gclid=EAIa")
    assert found(lands) == set()
    assert found(lands, Settings(limits={"paid_search": {"any_landing": 1}})) == {"paid_search"}


@pytest.mark.parametrize("key", sorted(DETECTORS))
def test_a_detector_that_is_switched_off_is_silent(key: str) -> None:
    loud = Case(
        creator="mara", code="MARA10", ip=Shared(own=1), address=Shared(own=1), phone=Shared(own=1),
        creator_domain="lumen.example", same_domain=True, disposable_email=True,
        landing="/discount/mara10?gclid=1", referrer="honey.com", codes_tried=9, clicks_recorded=True,
        uses=uses(day=50, week=50, week_referred=50, week_coupon=50),
    )  # fmt: skip
    assert found(loud) == set(DETECTORS)
    assert found(loud, Settings(enabled={key: False})) == set(DETECTORS) - {key}


@pytest.mark.parametrize("key", sorted(DETECTORS))
def test_every_threshold_has_a_usual_value_within_its_range(key: str) -> None:
    for threshold in DETECTORS[key].thresholds:
        assert threshold.lowest <= threshold.usual <= threshold.highest
