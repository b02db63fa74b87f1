"""Programs that pay for something else than a share of sales, and what the books say of them."""

from decimal import Decimal

from sqlalchemy import text

from app.campaigns import store as campaigns
from app.campaigns.model import Discount, OfferTerms, ProgramDraft, RuleSpec
from app.campaigns.publish import publish
from app.campaigns.put_program import put
from tests.stories.house import House

HOLD = 30


def agree(house: House, program: str, rule: RuleSpec) -> None:
    """A program of that handle with this one rule, from now on."""
    now = house.state.now
    with house.wiring.shop_session(house.shop_id) as session, session.begin():
        put(session, ProgramDraft(program, program.title(), 30, HOLD), actor="merchant", now=now)
        publish(
            session,
            campaigns.program(session, program),
            OfferTerms(HOLD, Discount(percent=Decimal(10)), (rule,)),
            effective_from=now,
            reprice=True,
            notice_waived=True,
            actor="merchant",
            now=now,
        )


def join(house: House, handle: str, program: str) -> None:
    """What a merchant fills in for a creator, and for a link of the same name."""
    form = {"name": handle.title(), "email": f"{handle}@example.com", "handle": handle, "program": program}
    answer = house.ask("POST", "/creators", **form, code=f"{handle.upper()}10")
    assert answer.status_code == 303, answer.text
    link = {"slug": handle, "to": "/", "channel": "instagram"}
    assert house.ask("POST", f"/creators/{handle}/links", **link).status_code == 303


def pending(house: House) -> dict[str, int]:
    """Minor units on hold by handle; whose balance is nothing is left out."""
    query = (
        "select c.handle, sum(b.credit_minor - b.debit_minor) as minor from balances b "
        "join creators c on c.id = b.creator_id where b.account = 'pending' group by 1"
    )
    with house.wiring.shop_session(house.shop_id) as session:
        return {row.handle: int(row.minor) for row in session.execute(text(query)) if row.minor}
