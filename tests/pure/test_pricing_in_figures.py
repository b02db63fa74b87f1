"""A dry run prices in figures only; an order in earnest line by line. Both come to the same cent, whatever the terms."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from app.attribution.model import Candidate, Decision, Kind, Reason
from app.campaigns.model import Base, OfferTerms, OfferVersion, RuleSpec
from app.commissions.accrue import customer_of, earn
from app.commissions.base import CHANNELS
from app.commissions.contradictions import BadTerms, check
from app.commissions.figures import Around, Pricer, Sold
from app.commissions.history import History, Lane, OneOrder, amounts_of
from app.commissions.model import Standing
from app.commissions.sale import Before, Goods, Known, Recruiter, Shopper
from app.kernel.ids import OfferId, ProgramId
from app.orders.model import FinancialStatus, Line, OrderFacts, RefundFacts
from app.orders.net_sales import line_bases, returned
from tests.pure.pricing import percent, rule, terms, when

START = datetime(2026, 10, 30, 20, tzinfo=UTC)
"""A month ends two days later, and the shop's clock goes back meanwhile."""
MARA, THEO = 1, 2
ALWAYS = datetime(1, 1, 1, tzinfo=UTC)
CONDITIONS = [
    when("variant", ids=["21", "23"]),
    when("product", ids=["11"]),
    when("collection", ids=["7"]),
    when("tag", tags=["Summer"]),
    when("vendor", vendors=["acme"]),
    when("country", countries=["DE"]),
    when("customer", is_="new"),
    when("brought_by", by="link"),
    when("order_value", from_="50.00", currency="EUR"),
    when("channel", channels=["pos"]),
]
STEPS = [{"from": "0", "rate": "0.05"}, {"from": "2", "rate": "0.1"}, {"from": "60", "rate": "0.333333"}]
amounts = st.sampled_from(["0.01", "1.00", "5.01", "30.00"])
rates = st.sampled_from(["0", "0.000001", "0.05", "0.12", "0.125", "0.333333", "0.5", "1"])
lines_rules = st.one_of(
    st.builds(lambda r: rule("percent", rate=r), rates),
    st.builds(lambda a: rule("flat", amount=a, currency="EUR"), amounts),
    st.builds(lambda a: rule("per_item", amount=a, currency="EUR"), amounts),
    st.just(rule("bracket", steps=STEPS, currency="EUR")),
    st.builds(
        lambda over, by: rule("tier", over=over, by=by, steps=STEPS, currency="EUR"),
        st.sampled_from(["month", "lifetime"]),
        st.sampled_from(["orders", "net_sales"]),
    ),
)
others = st.one_of(
    st.just(rule("bonus", on="first_sale", amount="3.00", currency="EUR")),
    st.builds(
        lambda on, by: rule("bonus", on=on, amount="2.00", currency="EUR", by=by, over="month", target="3"),
        st.sampled_from(["target", "every"]),
        st.sampled_from(["orders", "net_sales"]),
    ),
    st.builds(
        lambda r, of: rule("second_level", rate=r, of=of), rates, st.sampled_from(["net_sales", "commission"])
    ),
    st.builds(
        lambda per, a: rule("cap", per=per, amount=a, currency="EUR"),
        st.sampled_from(["order", "creator", "day", "month", "program"]),
        amounts,
    ),
)


@st.composite
def line_rule(draw: Any) -> RuleSpec:
    spec: RuleSpec = draw(lines_rules)
    conditions = draw(st.lists(st.sampled_from(CONDITIONS), max_size=2, unique_by=lambda c: c.kind))
    return RuleSpec(spec.kind, spec.fields, tuple(conditions))


@st.composite
def an_offer(draw: Any) -> OfferTerms:
    """Any terms that could be published, and that figures do for."""
    base = Base(
        tax=draw(st.booleans()),
        discount=draw(st.booleans()),
        products=draw(st.sampled_from([(), (), ("12",)])),
        tags=draw(st.sampled_from([(), (), ("winter",)])),
        channels=draw(st.sampled_from([(), (), ("draft",)])),
    )
    found = terms(
        *draw(st.lists(line_rule(), min_size=1, max_size=4)),
        *draw(st.lists(others, max_size=4)),
        base=base,
    )
    try:
        check(found)
    except BadTerms:
        return terms(percent("0.12"), base=base)
    return found


@st.composite
def an_order(draw: Any, number: int) -> tuple[OrderFacts, tuple[RefundFacts, ...]]:
    def line(at: int) -> Line:
        ordered = draw(st.integers(0, 4))
        product = draw(st.sampled_from([11, 12, 13, None]))
        price = draw(st.sampled_from([0, 1, 333, 1999, 2500]))
        return Line(at, "Serum", product, draw(st.sampled_from([21, 22, 23])), ordered,
                    draw(st.integers(0, ordered)) if draw(st.booleans()) else ordered, price,
                    draw(st.integers(0, price * ordered)), draw(st.sampled_from([0, 7, 190])),
                    draw(st.booleans()) and draw(st.booleans()), draw(st.sampled_from(["", "Acme", "Other"])))  # fmt: skip

    lines = tuple(line(n) for n in range(draw(st.integers(0, 3))))
    order = OrderFacts(
        id=number, name=f"#{number}", placed_at=START + timedelta(hours=draw(st.integers(0, 9)) + 6 * number),
        updated_at=START, currency="EUR", taxes_included=draw(st.booleans()), test=False,
        cancelled_at=START if draw(st.integers(0, 9)) == 0 else None, financial_status=FinancialStatus.PAID,
        lines=lines, discounts=(), source_name=draw(st.sampled_from(["web", "pos", "shopify_draft_order", ""])),
        customer_is_new=draw(st.sampled_from([None, True, False])),
    )  # fmt: skip
    back = tuple((one.id, draw(st.integers(1, 2))) for one in lines if draw(st.integers(0, 3)) == 0)
    return order, (RefundFacts(1, number, START, back, False),) if back else ()


@st.composite
def a_life(draw: Any) -> list[tuple[OrderFacts, tuple[RefundFacts, ...], Known, Candidate]]:
    """Orders of one creator as they were placed, with all that is known of each."""
    found = []
    for number in range(1, 1 + draw(st.integers(1, 5))):
        order, refunds = draw(an_order(number))
        known = Known(
            country=draw(st.sampled_from(["DE", "NL", None])),
            shopper=draw(st.sampled_from([None, Shopper(), Shopper(2, 1, START)])),
            goods={
                11: draw(st.sampled_from([Goods(), Goods(frozenset("7"), frozenset(["summer"]))])),
                12: Goods(tags=frozenset(["winter"])),
            },
            recruiters=draw(st.sampled_from([{}, {10: Recruiter(20, THEO)}])),
        )
        kind = draw(st.sampled_from([Kind.CODE, Kind.CLICK]))
        winner = Candidate(kind, "MARA10", "mara", True, Reason.WON, "", 10, MARA, 5, weight=Decimal(1))
        found.append((order, refunds, known, winner))
    return sorted(found, key=lambda f: (f[0].placed_at, f[0].id))


@given(an_offer(), a_life())
@settings(max_examples=200, deadline=None)
def test_figures_come_to_what_line_by_line_comes_to(offered: OfferTerms, life: list[Any]) -> None:
    pricer = Pricer(offered)
    offers = {5: [OfferVersion(OfferId(1), ProgramId(5), 1, ALWAYS, offered)]}
    theirs, ours = (History([], [], {9: "Europe/Amsterdam"}) for _ in range(2))
    assert pricer.is_enough
    for order, refunds, known, winner in life:
        told = Known(
            known.country, known.shopper, known.goods, known.recruiters, None, OneOrder(theirs, 9, order)
        )
        decision = Decision("", (winner,), None, ())
        earnings = earn(
            order, line_bases(order, refunds), decision, offers, Standing(paid_at=None), known=told
        )
        parts = pricer.parts(
            _sold(order, refunds, known, winner), _creators(known, pricer), before=_before(ours, order)
        )
        wanted = [(e.creator_id, e.commission_minor, amounts_of(e, "EUR")) for e in earnings]
        assert [(part.creator_id, part.now, part.amounts) for part in parts] == wanted
        for creator_id, _, counted in wanted:
            theirs.add(Lane(9, 5, creator_id), order.placed_at, counted)
        for part in parts:
            ours.add(Lane(9, 5, part.creator_id), order.placed_at, part.amounts)


def _creators(known: Known, pricer: Pricer) -> tuple[int, int | None]:
    return MARA, THEO if known.recruiters and pricer.book.second is not None else None


def _before(history: History, order: OrderFacts) -> Any:
    def before(creator_id: int) -> Before:
        return history.before(Lane(9, 5, creator_id), (order.placed_at, order.id), "EUR")

    return before


def _sold(order: OrderFacts, refunds: tuple[RefundFacts, ...], known: Known, winner: Candidate) -> Sold:
    customer = customer_of(order.customer_is_new, known.shopper)
    channel = CHANNELS.get(order.source_name, order.source_name)
    return Sold(
        order.currency,
        order.lines,
        order.taxes_included,
        order.cancelled_at is not None,
        returned(refunds),
        known.goods,
        Around(known.country, channel, winner.kind.value, winner.value, customer),
    )


def test_what_is_remembered_of_a_product_asks_for_the_order_anew() -> None:
    """The same line in an order below and above the value that a rule asks for."""
    large = percent("0.2", when("order_value", from_="50.00", currency="EUR"))
    kept = terms(large, percent("0.1"))
    pricer = Pricer(kept)

    def earned(*prices: int) -> int:
        lines = tuple(Line(n, "Serum", 11, 21, 1, 1, price, 0, 0, False) for n, price in enumerate(prices))
        sold = Sold("EUR", lines, False, False)
        return pricer.parts(sold, (MARA, None), before=lambda _: Before())[0].now

    assert [earned(1000), earned(1000, 4000), earned(1000)] == [100, 1000, 100]
