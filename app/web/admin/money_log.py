"""Who did what about money, and when: the decision log as a merchant reads it."""

from flask import Blueprint, render_template, request

from app.audit import store as audit
from app.shops.staff import EVERYBODY
from app.shops.store import staff
from app.web.audience import Audience, audience
from app.web.visit import visit

pages = Blueprint("money_log", __name__)
AT_ONCE = 50
LONGEST_NUMBER = 19
PREFIXES = (
    "payout",
    "payout_run",
    "payout_details",
    "tax_form",
    "provider",
    "award",
    "staff",
    "api_key",
    "credit",
    "order",
    "history",
)
"""Rooms whose decisions move money, or say where it goes."""


@pages.get("/payouts/log")
@audience(Audience.MERCHANT)
def show() -> str:
    """The latest first; with `before`, those before that one."""
    asked = request.args.get("before", "")
    before = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < LONGEST_NUMBER else None
    with visit() as v:
        rows = audit.latest(v.session, PREFIXES, AT_ONCE + 1, before)
        people = {one.user_id: one.name for one in staff.members(v.session).values() if one.name}
    return render_template(
        "admin/money_log.html",
        rows=rows[:AT_ONCE],
        people=people | {EVERYBODY: "Everybody else"},
        more=rows[AT_ONCE - 1].id if len(rows) > AT_ONCE else None,
    )
