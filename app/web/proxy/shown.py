"""The pages of the store, put together. Loaded by the first request for one of them."""

from collections.abc import Sequence

from app.flows.desk import Desk
from app.web.guard import Gate
from app.web.proxy import account, apply, greeting, lead
from app.web.proxy.landing import LandingPages
from app.web.proxy.pages import StorePages


def store_pages(gate: Gate, desk: Desk, *, secret_keys: Sequence[str], proxies: int) -> StorePages:
    """The WSGI app of /proxy/... without the click, which has a faster door of its own."""
    return StorePages(
        creator=LandingPages(gate.open_session, gate.clock),
        named={
            account.NAME: account.OpenedAccounts(gate.open_session, desk, gate.clock, secret_keys),
            apply.NAME: apply.SignupPages(gate.open_session, gate.clock),
            lead.NAME: lead.LeadForms(gate.open_session, desk, gate.clock),
            greeting.NAME: greeting.Greetings(gate.open_session, gate.clock, secret_keys),
        },
        find_shop=gate.find_shop,
        secrets=gate.secrets,
        clock=gate.clock,
        proxies=proxies,
    )
