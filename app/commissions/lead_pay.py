"""What leads earn: first come, first paid, up to a daily cap and a budget, across changes of terms. Pure."""

from collections.abc import Iterable, Iterator

from app.commissions.happening import Happening, Priced
from app.commissions.rules.per_lead import PerLead
from app.kernel.currency import minor_units


def pay(brought: Iterable[tuple[Happening, PerLead]]) -> Iterator[Priced]:
    """One creator's leads, each with the rule in force, in the order of time.

    As for clicks, a change of terms empties neither the day nor the budget. What waits for a person and what was
    rejected keeps its place in both, so that a decision about one lead never changes what another earned.
    """
    by_day, spent = dict[object, int](), dict[str, int]()
    for one, rule in sorted(brought, key=lambda each: each[0]):
        amount = minor_units(rule.amount, rule.currency)
        before, counted = spent.get(rule.currency, 0), by_day.get(one.day, 0)
        by_day[one.day] = counted + 1
        left = amount if rule.budget is None else max(0, minor_units(rule.budget, rule.currency) - before)
        placed, reason = min(amount, left), None if left >= amount else "The budget is used up."
        if rule.most_a_day is not None and counted >= rule.most_a_day:
            placed, reason = 0, f"Only {rule.most_a_day} a day are paid."
        spent[rule.currency] = before + placed
        yield Priced(one.key, one.at, 0 if one.rejected else placed, placed, reason)
