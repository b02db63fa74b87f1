"""What a program of a random history pays, and in which program a creator of it is."""

from app.campaigns import store as campaigns
from app.campaigns.model import RuleSpec
from app.creators.model import Creator
from app.creators.store import enrollments
from app.db.session import ShopSession
from app.kernel.currency import major_units

CURRENCIES = ("EUR", "JPY", "KWD", "USD", "VND")
NAMES = ("nothing", "odd", "all", "tiers", "monthly", "capped", "budget", "flat")


def terms(name: str, currency: str) -> list[RuleSpec]:
    """Rules that look at nothing else, and rules that count what came before."""
    money = {"currency": currency}

    def percent(rate: str) -> RuleSpec:
        return RuleSpec("percent", {"rate": rate})

    def cap(per: str, minor: int) -> RuleSpec:
        return RuleSpec("cap", {"per": per, "amount": str(major_units(minor, currency)), **money})

    def tier(over: str, by: str, threshold: str) -> RuleSpec:
        steps = [{"from": "0", "rate": "0.05"}, {"from": threshold, "rate": "0.1"}]
        return RuleSpec("tier", {"over": over, "by": by, "steps": steps, **money})

    return {
        "nothing": [percent("0")],
        "odd": [percent("0.333333")],
        "all": [percent("1")],
        "tiers": [tier("lifetime", "orders", "2")],
        "monthly": [tier("month", "net_sales", str(major_units(20_000, currency)))],
        "capped": [percent("0.12"), cap("creator", 3_001), cap("order", 2_000)],
        "budget": [percent("0.5"), cap("program", 9_999), cap("day", 5_000)],
        "flat": [RuleSpec("flat", {"amount": str(major_units(501, currency)), **money})],
    }[name]


def holder(session: ShopSession, mara: Creator) -> str:
    """The program in which Mara is now."""
    if not mara.moves:
        return "main"
    (here,) = (e for e in enrollments(session, mara.id) if e.id == mara.moves[-1].target)
    return campaigns.program_of_id(session, here.program_id).handle
