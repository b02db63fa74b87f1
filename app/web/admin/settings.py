"""Settings: what this merchant calls creators, and leave to hear of disputes. Terms belong to each program."""

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from app.audit.store import record
from app.shopify.dispute_topics import SCOPE as DISPUTES_SCOPE
from app.shops import store as shops
from app.web.audience import Audience, audience
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


def _page(*, word_error: str | None = None) -> str:
    with visit() as v:
        scopes = shops.get(v.session, v.shop.id).scopes
    return render_template(
        "admin/settings.html",
        words=WORDS,
        word_error=word_error,
        disputes_scope=DISPUTES_SCOPE,
        hears_disputes=DISPUTES_SCOPE in scopes,
        live=word_error is None,
    )
