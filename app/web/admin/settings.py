"""Settings: what this merchant calls creators, and leave to hear of disputes and new accounts. Terms belong to each program."""

from datetime import date

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from app.audit.store import record
from app.shopify.optional_topics import CUSTOMERS, DISPUTES, open_topics
from app.shops import store as shops
from app.shops.model import VISIT_DAYS
from app.tracking.store.aging import longest_window
from app.web.admin.guide import BLOCKS, EMBED, LINKS
from app.web.admin.home import editor
from app.web.audience import Audience, audience
from app.web.forms import Form, whole
from app.web.visit import back, visit

pages = Blueprint("settings", __name__)
REFUSED = 422
WORDS = ("creator", "influencer", "affiliate", "ambassador", "partner")


@pages.get("/settings")
@audience(Audience.MERCHANT)
def show() -> str:
    """The page."""
    return _page()


@pages.post("/settings/word")
@audience(Audience.MERCHANT)
def word() -> Response | tuple[str, int]:
    """Say what creators are called."""
    chosen = request.form.get("creator_word", "")
    if chosen not in WORDS:
        return _page(word_error=f"{chosen[:40]!r} is none of the words in the list."), REFUSED
    with visit() as v:
        shops.change(v.session, v.shop.id, creator_word=chosen)
        record(v.session, "shop.word", subject="shop", actor=v.actor, facts={"word": chosen}, now=v.now)
    return back("/settings", "saved")


@pages.post("/settings/visits")
@audience(Audience.MERCHANT)
def visits() -> Response | tuple[str, int]:
    """Say for how many days visits of shoppers are kept."""
    form = Form(request.form)
    days = form.read("visit_days", whole(*VISIT_DAYS), VISIT_DAYS[1])
    if form.errors:
        return _page(visits=form), REFUSED
    with visit() as v:
        before = shops.get(v.session, v.shop.id).visit_days
        shops.change(v.session, v.shop.id, visit_days=days)
        facts = {"days": days, "before": before}
        record(v.session, "shop.visit_days", subject="shop", actor=v.actor, facts=facts, now=v.now)
    return back("/settings", "saved")


def _page(*, word_error: str | None = None, visits: Form | None = None) -> str:
    with visit() as v:
        shop = shops.get(v.session, v.shop.id)
        longest = longest_window(v.session)
    return render_template(
        "admin/settings.html",
        words=WORDS,
        embed_seen=date.fromisoformat(shop.setup[EMBED]) if EMBED in shop.setup else None,
        editor=editor(LINKS),
        blocks=[(block, editor(block)) for block in BLOCKS],
        word_error=word_error,
        disputes_scope=DISPUTES,
        hears_disputes=DISPUTES in shop.scopes,
        customers_scope=CUSTOMERS,
        hears_accounts="CUSTOMERS_CREATE" in open_topics(shop.scopes),
        visit_days=visits.value("visit_days") if visits else shop.visit_days,
        visits_error=visits.errors["visit_days"] if visits else None,
        longest_window=longest if longest > shop.visit_days else None,
        live=word_error is None and visits is None,
    )
