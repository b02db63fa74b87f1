"""An offer in sentences, and what one version says otherwise than another."""

from decimal import Decimal
from typing import Any

from babel import Locale

from app.campaigns.model import ConditionSpec, Discount, OfferTerms, RuleSpec
from app.flows.offer_words import Said, differences, rule, summary
from app.web.formats import Format

FMT = Format(Locale("en"), "EUR", "Europe/Berlin")
NEW = ConditionSpec("customer", {"is": "new"})
GERMANY = ConditionSpec("country", {"countries": ["DE"]})


def percent(rate: str, *when: ConditionSpec) -> RuleSpec:
    return RuleSpec("percent", {"rate": rate}, when)


def cap(amount: str, per: str = "order") -> RuleSpec:
    return RuleSpec("cap", {"per": per, "amount": amount, "currency": "EUR"})


def offer(*rules: RuleSpec, **more: Any) -> OfferTerms:
    return OfferTerms(more.pop("hold_days", 30), Discount.of_percent(Decimal(10)), rules, **more)


def test_an_offer_is_one_plain_sentence() -> None:
    terms = offer(percent("0.12"), percent("0.15", NEW, GERMANY), cap("50.00"))
    assert summary(terms, FMT) == (
        "12% of sales; 15% of sales for new customers in Germany; at most €50.00 for an order"
    )


def test_longer_rules_speak_of_their_steps_and_of_what_is_set_only() -> None:
    tier = RuleSpec("tier", {"over": "month", "by": "orders", "currency": "EUR",
                             "steps": [{"from": "0", "rate": "0.1"}, {"from": "10", "rate": "0.125"}]})  # fmt: skip
    assert rule(tier, FMT) == "by orders over the calendar month: 10% from 0, 12.5% from 10"
    sales = {
        "over": "month",
        "by": "net_sales",
        "currency": "EUR",
        "steps": [{"from": "1000.00", "rate": "0.12"}],
    }
    assert rule(RuleSpec("tier", sales), FMT) == "by net sales over the calendar month: 12% from €1,000.00"
    bonus = {"on": "first_sale", "amount": "5.00", "currency": "EUR"}
    assert rule(RuleSpec("bonus", bonus), FMT) == "a bonus of €5.00 for the creator's first sale"
    target = {"on": "target", "amount": "5.00", "currency": "EUR", "target": "10"}
    assert rule(RuleSpec("bonus", target), FMT).endswith(": 10 orders over the creator's whole time")
    worth = {"on": "target", "amount": "5.00", "currency": "EUR", "target": "500", "by": "net_sales"}
    assert ": €500.00 net sales over" in rule(RuleSpec("bonus", worth), FMT)
    many = ConditionSpec("product", {"ids": ["1", "2", "3", "4", "5", "6"]})
    assert rule(percent("0.1", many), FMT) == "10% of sales on the products 1, 2, 3, 4 and 2 more"


def test_a_switch_speaks_only_where_it_is_on() -> None:
    lead = {"amount": "2.00", "currency": "EUR", "budget": "300.00", "actions": ["newsletter"]}
    watched = RuleSpec("per_lead", {**lead, "review": True})
    assert rule(watched, FMT) == (
        "€2.00 a lead (newsletter), at most €300.00 for each in all, once a person has approved it"
    )
    assert rule(RuleSpec("per_lead", {**lead, "review": False}), FMT).endswith("in all")
    (said,) = differences(offer(RuleSpec("per_lead", lead)), offer(watched), FMT)
    assert said == Said("Pay per lead, a person looks at each lead", None, "yes")


def test_differences_are_told_rule_by_rule() -> None:
    before = offer(percent("0.12"), percent("0.15", NEW), cap("50.00"))
    after = offer(percent("0.15"), percent("0.2", NEW), RuleSpec("flat", {"amount": "1.00", "currency": "EUR"}, (GERMANY,)),
                  hold_days=14)  # fmt: skip
    assert differences(before, after, FMT) == [
        Said("Percent of sales", "12%", "15%"),
        Said("Percent of sales (for new customers)", "15%", "20%"),
        Said("Fixed amount an order", None, "€1.00 an order in Germany"),
        Said("Cap", "at most €50.00 for an order", None),
        Said("Hold, in days", "30", "14"),
    ]
    assert differences(before, before, FMT) == []


def test_a_changed_condition_and_a_changed_order_are_told() -> None:
    before, after = (
        offer(percent("0.12", NEW), percent("0.1")),
        offer(percent("0.12", GERMANY), percent("0.1")),
    )
    assert differences(before, after, FMT) == [
        Said("Percent of sales", "12% of sales for new customers", "12% of sales in Germany")
    ]
    one, two = cap("50.00"), cap("90.00", "day")
    assert [d.what for d in differences(offer(one, two), offer(two, one), FMT)] == ["Order of the rules"]
