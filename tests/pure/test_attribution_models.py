"""Six ways of dividing an order, at their borders, and what holds for every one of them."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.attribution.model import Kind
from app.attribution.modelbook import DEFAULT, MODELS, NoSuchModel, model_of
from app.attribution.models.shapley import MOST_EXACT, _Dice, _exact, _sampled
from app.attribution.touchpoint import Touchpoint

PLACED = datetime(2026, 11, 22, 12, tzinfo=UTC)
NOBODY = Decimal(0)


def click(creator: int, days: Decimal | int = 0, *, rank: int = 1) -> Touchpoint:
    return Touchpoint(Kind.CLICK, creator, PLACED - timedelta(seconds=int(days * 86400)), rank)


def code(creator: int, took: int = 500, *, rank: int = 0) -> Touchpoint:
    return Touchpoint(Kind.CODE, creator, PLACED, rank, took)


def shares(model: str, touches: Sequence[Touchpoint]) -> list[str]:
    return [f"{w.normalize():f}" for w in model_of(model).weights(touches, PLACED)]


A_PATH = [click(1, 21), click(2, 14), click(3, 7), code(4)]


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        ("code_then_last_click", ["0", "0", "0", "1"]),
        ("first_click", ["1", "0", "0", "0"]),
        ("linear", ["0.25", "0.25", "0.25", "0.25"]),
        ("time_decay", ["0.066667", "0.133333", "0.266667", "0.533333"]),
        ("position", ["0.4", "0.1", "0.1", "0.4"]),
    ],
)
def test_each_model_divides_a_path_of_four_in_its_own_way(model: str, expected: list[str]) -> None:
    assert shares(model, A_PATH) == expected


def test_shapley_ranks_a_path_by_strength_and_adds_up() -> None:
    weights = model_of("shapley").weights(A_PATH, PLACED)
    assert weights == sorted(weights)
    assert sum(weights) == 1


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("touches", [[], [click(1, -1)], [code(1), click(2, 3)][:0]])
def test_without_a_touchpoint_before_the_order_nobody_is_credited(
    model: str, touches: list[Touchpoint]
) -> None:
    assert model_of(model).weights(touches, PLACED) == [NOBODY] * len(touches)


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("only", [click(1, 3), code(1), Touchpoint(Kind.BINDING, 1, PLACED, 2)])
def test_a_touchpoint_that_stands_alone_takes_everything(model: str, only: Touchpoint) -> None:
    assert shares(model, [only]) == ["1"]


@pytest.mark.parametrize("model", MODELS)
def test_a_click_at_the_very_instant_of_the_order_counts_and_one_after_it_does_not(model: str) -> None:
    at_once, after = click(1), Touchpoint(Kind.CLICK, 2, PLACED + timedelta(microseconds=1))
    assert shares(model, [at_once, after]) == ["1", "0"]


def test_the_larger_discount_wins_and_a_tie_goes_to_the_first_in_the_order() -> None:
    assert shares(DEFAULT, [code(1, 400), code(2, 500)]) == ["0", "1"]
    assert shares(DEFAULT, [code(1, 500), code(2, 500)]) == ["1", "0"]


def test_without_a_code_the_last_click_wins_and_a_tie_goes_to_the_first_in_the_list() -> None:
    assert shares(DEFAULT, [click(1, 9), click(2, 1), click(3, 5)]) == ["0", "1", "0"]
    assert shares(DEFAULT, [click(1, 4), click(2, 4)]) == ["1", "0"]


def test_a_merchant_who_puts_clicks_first_has_them_beat_codes() -> None:
    assert shares(DEFAULT, [code(1, rank=1), click(2, 5, rank=0)]) == ["0", "1"]


def test_first_click_prefers_the_first_click_to_an_earlier_binding() -> None:
    bound = Touchpoint(Kind.BINDING, 1, PLACED - timedelta(days=90), 2)
    assert shares("first_click", [bound, click(2, 3), click(3, 2)]) == ["0", "1", "0"]
    assert shares("first_click", [code(4), bound]) == ["0", "1"]


def test_position_gives_two_touchpoints_half_each_and_three_forty_twenty_forty() -> None:
    assert shares("position", [click(1, 2), click(2, 1)]) == ["0.5", "0.5"]
    assert shares("position", [click(1, 3), click(2, 2), click(3, 1)]) == ["0.4", "0.2", "0.4"]


def test_time_decay_halves_after_exactly_seven_days_and_not_a_second_sooner() -> None:
    assert shares("time_decay", [click(1, 7), click(2, 0)]) == ["0.333333", "0.666667"]
    sooner = Touchpoint(Kind.CLICK, 1, PLACED - timedelta(days=7) + timedelta(minutes=1))
    assert model_of("time_decay").weights([sooner, click(2, 0)], PLACED)[0] > Decimal("0.333333")


def test_what_cannot_be_divided_by_three_goes_to_the_first() -> None:
    assert shares("linear", [click(1, 1), click(2, 1), click(3, 1)]) == ["0.333334", "0.333333", "0.333333"]


def by_the_definition(strengths: Sequence[int]) -> list[Fraction]:
    """Shapley's own formula: what each adds, averaged over every order of arrival."""
    values = [Fraction(0)] * len(strengths)
    orders = list(permutations(range(len(strengths))))
    for arrival in orders:
        left = Fraction(1)
        for player in arrival:
            chance = Fraction(strengths[player], 1_000_000)
            values[player] += left * chance / len(orders)
            left *= 1 - chance
    return values


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(1, 999_999), min_size=1, max_size=5))
def test_the_exact_value_is_that_of_the_definition(strengths: list[int]) -> None:
    values = _exact(strengths)
    expected = by_the_definition(strengths)
    assert [Fraction(v, sum(values)) for v in values] == [e / sum(expected) for e in expected]


def test_a_sample_is_within_its_stated_error_of_the_exact_value() -> None:
    strengths = tuple(750_000 // (n + 1) for n in range(MOST_EXACT))
    exact = _exact(strengths)
    sampled, off = _sampled(strengths)
    assert Decimal(0) < off < Decimal("0.02")
    pairs = zip(sampled, exact, strict=True)
    far = [abs(Fraction(s, sum(sampled)) - Fraction(e, sum(exact))) for s, e in pairs]
    assert sum(f <= Fraction(off) for f in far) >= MOST_EXACT - 1


def test_thirteen_creators_are_sampled_with_an_error_and_twelve_are_exact() -> None:
    shapley = model_of("shapley")
    thirteen = [click(n, n) for n in range(13)]
    assert shapley.error(thirteen[:12], PLACED) == 0
    assert Decimal(0) < shapley.error(thirteen, PLACED) < Decimal("0.02")
    assert shapley.weights(thirteen, PLACED) == shapley.weights(thirteen, PLACED)
    assert sum(shapley.weights(thirteen, PLACED)) == 1


def test_shuffles_are_the_same_on_every_machine() -> None:
    assert _Dice((1, 2, 3)).shuffled(8) == [3, 4, 7, 1, 5, 2, 6, 0]


def test_clicking_again_and_again_gives_a_creator_nothing_more_by_shapley() -> None:
    once = model_of("shapley").weights([click(1, 2), click(2, 1)], PLACED)
    often = model_of("shapley").weights([click(1, 2), click(1, 5), click(1, 9), click(2, 1)], PLACED)
    assert (often[0], often[3], sum(often)) == (once[0], once[1], 1)


def test_the_default_model_is_one_of_the_six_and_a_name_that_is_none_is_refused_with_the_names() -> None:
    assert len(MODELS) == 6
    assert DEFAULT in MODELS
    with pytest.raises(NoSuchModel, match="'last' is no attribution model"):
        model_of("last")


TOUCHES = st.builds(
    Touchpoint,
    kind=st.sampled_from([Kind.CODE, Kind.CLICK, Kind.BINDING]),
    creator_id=st.integers(1, 4),
    at=st.integers(-5, 365 * 24 * 60).map(lambda minutes: PLACED - timedelta(minutes=minutes)),
    source_rank=st.integers(0, 2),
    discount_minor=st.integers(0, 10_000),
)


@pytest.mark.parametrize("model", MODELS)
@settings(max_examples=60, deadline=None)
@given(touches=st.lists(TOUCHES, max_size=16))
def test_every_model_adds_up_repeats_itself_and_is_blind_to_what_comes_later(
    model: str, touches: list[Touchpoint]
) -> None:
    weigh = model_of(model).weights
    weights = weigh(touches, PLACED)
    standing = [t for t in touches if t.at <= PLACED]
    assert sum(weights) == (1 if standing else 0)
    assert all(w >= 0 and w == round(w, 6) for w in weights)
    assert weigh(touches, PLACED) == weights
    assert [w for t, w in zip(touches, weights, strict=True) if t.at <= PLACED] == weigh(standing, PLACED)
