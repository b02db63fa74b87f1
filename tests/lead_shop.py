"""A shop that pays for leads, and what a test does to it."""

from datetime import datetime
from typing import Any

from sqlalchemy import text

from app.campaigns.model import RuleSpec
from app.flows import take_lead
from app.flows.derive_awards import derive
from app.flows.prove import prove
from app.flows.rule_leads import rule
from app.flows.take_lead import Told
from app.leads import store
from app.leads.model import Ruling, Source
from app.leads.store import Shown
from app.wiring import Wiring
from tests.credit_shop import CreditShop, credit_shop
from tests.replaying import replayed
from tests.world import INSTALLED


def per_lead(**more: object) -> RuleSpec:
    return RuleSpec("per_lead", {"amount": "2.00", "currency": "EUR"} | more)


def lead_shop(wiring: Wiring, *rules: RuleSpec) -> CreditShop:
    """Two creators with a code and a link each, and a program that pays for leads."""
    built = credit_shop(wiring)
    built.offer(rules or (per_lead(),), INSTALLED)
    return built


def tell(shop: CreditShop, key: str, **more: Any) -> bool:
    """A lead comes in now, through mara's link when nothing else is said."""
    now = shop.wiring.clock.now()
    evidence = {"slug": "mara"} if not more.keys() & {"slug", "visitor", "click", "code"} else {}
    told = Told(**{"source": Source.API, "key": key, "action": "newsletter", "at": now, **evidence, **more})
    key_of_shop = shop.wiring.desk.shop_key(shop.context)
    assert key_of_shop is not None
    with shop.wiring.shop_session(shop.shop_id) as session, session.begin():
        taken = take_lead.take(
            session, shop.wiring.desk.queue, shop.shop_id, take_lead.read(told, key_of_shop, now)
        )
    derived(shop)
    return taken


def derived(shop: CreditShop) -> None:
    with shop.wiring.batch_session() as session:
        derive(session, shop.context, shop.wiring.clock.now())


def say(shop: CreditShop, ruling: Ruling | None, *keys: str, reason: str = "") -> list[str]:
    """A person rules on these leads."""
    with shop.wiring.shop_session(shop.shop_id) as session, session.begin():
        refs = session.execute(
            text("select ref from lead_events where key = any(:keys)"), {"keys": list(keys)}
        )
        found = rule(
            session, list(refs.scalars()), ruling, reason=reason, actor="staff", now=shop.wiring.clock.now()
        )
    derived(shop)
    return found


def leads(shop: CreditShop) -> list[Shown]:
    """Newest first."""
    with shop.wiring.shop_session(shop.shop_id) as session:
        return store.shown(session, most=100)


def states(shop: CreditShop) -> dict[str, str]:
    """By the key under which each was told."""
    with shop.wiring.shop_session(shop.shop_id) as session:
        return {k: s for k, s in session.execute(text("select key, state from lead_events"))}  # noqa: C416 - pairs


def awards(shop: CreditShop) -> list[tuple[str, int, str]]:
    """(creator, minor units, reason) in the order in which they were earned."""
    query = (
        "select c.handle, a.amount_minor, a.reason from awards a join creators c on c.id = a.creator_id "
        "where a.kind = 'per_lead' order by a.earned_at, a.key"
    )
    with shop.wiring.shop_session(shop.shop_id) as session:
        return [tuple(row) for row in session.execute(text(query))]


def stands(shop: CreditShop, as_of: datetime | None = None) -> bool:
    """The books are proved, and replay makes the same bytes."""
    shop.roll_up()
    with shop.wiring.shop_session(shop.shop_id) as session, shop.wiring.batch_session() as again:
        proved = prove(session, again, shop.context, shop.wiring.clock.now())
    return proved["ok"] and replayed(shop, as_of).identical
