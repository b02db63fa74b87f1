"""The same sale before anything came back: what a rule is asked about the order as it was placed. Pure."""

from decimal import Decimal

import msgspec
import pytest

from app.campaigns.model import Discount, OfferTerms, RuleSpec
from app.commissions.book import book_of
from app.commissions.sale import About, LineShare, Sale

WHOLE = LineShare(1, "Serum", placed_minor=9000, current_minor=9000, ordered=3, remaining=3)


@pytest.mark.parametrize(("current", "remaining"), [(9000, 2), (6000, 3), (6000, 2), (0, 0)])
def test_a_line_of_which_something_came_back_is_whole_again(current: int, remaining: int) -> None:
    """A goodwill refund takes money and no unit; a free line gives back units and no money."""
    less = msgspec.structs.replace(WHOLE, current_minor=current, remaining=remaining)
    assert less.as_placed() == WHOLE


def test_the_sale_as_placed_is_about_the_same_order() -> None:
    about = About(country="NL")
    line = msgspec.structs.replace(WHOLE, current_minor=3000, remaining=1)
    sale = Sale("EUR", (line, WHOLE), (Decimal("0.5"), Decimal("0.5")), 1, about)
    assert sale.as_placed() == Sale("EUR", (WHOLE, WHOLE), sale.weights, 1, about)
    assert sale.of([WHOLE]).about is about


@pytest.mark.parametrize(("on", "awards"), [("sign_up", ["bonus"]), ("first_sale", [])])
def test_only_a_bonus_for_joining_is_earned_without_an_order(on: str, awards: list[str]) -> None:
    joined = RuleSpec("bonus", {"on": on, "amount": "5.00", "currency": "EUR"})
    terms = OfferTerms(30, Discount(), (RuleSpec("percent", {"rate": "0.1"}), joined))
    assert [kind for kind, _ in book_of(terms).awards] == awards
