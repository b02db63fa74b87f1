"""The first page: how far the set-up is, the key figures, what wants a person."""

from typing import cast

from flask import Blueprint, current_app, g, render_template
from werkzeug.wrappers import Response

from app.kernel.errors import NotFound
from app.reports import overview
from app.reports.model import Filters
from app.shops import store as shops
from app.web import periods
from app.web.admin import guide
from app.web.admin.figures import figures
from app.web.audience import Audience, audience
from app.web.guard import CurrentShop, gate_of
from app.web.visit import back, visit

pages = Blueprint("home", __name__)
DAYS = 30


@pages.get("/")
@audience(Audience.MERCHANT)
def show() -> str:
    """The page."""
    with visit() as v:
        shop = shops.get(v.session, v.shop.id)
        facts = overview.facts(v.session, v.shop.domain)
        filters = Filters(periods.last_days(v.now, v.shop.timezone, DAYS), v.shop.currency)
        values = figures(v, filters)
    steps = guide.steps(shop, facts, editor(guide.LINKS))
    return render_template(
        "admin/home.html", live=True, record=shop, facts=facts, steps=steps, filters=filters, **values
    )


def editor(block: guide.Block) -> str:
    """Where the merchant puts the block into the theme."""
    gate = gate_of(current_app)
    return block.address(cast("CurrentShop", g.shop).domain, gate.api_key, gate.admin_origin)


@pages.post("/setup/<step>/dismissal")
@audience(Audience.MERCHANT)
def dismiss(step: str) -> Response:
    """Hide one step of the guide for everybody in the shop."""
    if not guide.is_known(step):
        raise NotFound(f"The setup guide has no step {step[:40]!r}.")
    with visit() as v:
        setup = shops.get(v.session, v.shop.id).setup
        dismissed = sorted({*setup.get(guide.DISMISSED, []), step})
        shops.note_setup(v.session, v.shop.id, {guide.DISMISSED: dismissed})
    return back("/", "dismissed")
