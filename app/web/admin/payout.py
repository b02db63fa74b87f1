"""One payout: where it is and how it came there, what it pays for, and what a person may say of it."""

from collections.abc import Callable

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from app.audit import store as audit
from app.flows import payout_heard
from app.flows import take_back as taking_back
from app.flows.payout_heard import BY_HAND, NoSuchPayout
from app.kernel.errors import Invalid, RefusedError, TributeError
from app.kernel.ids import ShopId
from app.payouts import store
from app.payouts.protocol import ASK
from app.payouts.store import Held
from app.reports import payouts as report
from app.reports.payouts import Item
from app.web.audience import Audience, audience
from app.web.print import payout as paper
from app.web.uploads import pdf_file
from app.web.visit import Visit, back, cashier, format_of, now, visit

pages = Blueprint("payout", __name__)
REFUSED = 422
VERBS: dict[str, Callable[[Visit, int, str], None]] = {
    "paid": lambda v, i, said: payout_heard.mark_paid(v.session, i, said, actor=v.actor, now=v.now),
    "failed": lambda v, i, said: payout_heard.mark_failed(v.session, i, said, actor=v.actor, now=v.now),
    "released": lambda v, i, said: payout_heard.release(v.session, i, said, actor=v.actor, now=v.now),
    "found": lambda v, i, said: payout_heard.found_at_provider(v.session, i, said, actor=v.actor, now=v.now),
    "cancelled": lambda v, i, _said: payout_heard.cancel(v.session, i, actor=v.actor, now=v.now),
}


@pages.get("/payouts/<int:payout_id>")
@audience(Audience.MERCHANT)
def show(payout_id: int) -> str:
    """The page."""
    return _page(payout_id)


@pages.get("/payouts/<int:payout_id>.pdf")
@audience(Audience.MERCHANT)
def as_pdf(payout_id: int) -> Response:
    """What it paid for, to print or to send."""
    with visit() as v:
        item, held = _found(v, payout_id)
        parts = report.parts(v.session, payout_id)
    shop = v.shop.name or v.shop.domain
    body = paper.pdf(item, held, parts, shop=shop, domain=v.shop.domain, fmt=format_of(v.shop))
    return pdf_file(body, paper.file_name(item))


@pages.post("/payouts/<int:payout_id>/words")
@audience(Audience.MERCHANT)
def say(payout_id: int) -> Response | tuple[str, int]:
    """A person's word about it: paid, failed, never sent, found, cancelled."""
    verb = VERBS.get(request.form.get("verb", ""))
    try:
        if verb is None:
            raise Invalid("Press the button of what you want to say.")
        with visit() as v:
            verb(v, payout_id, request.form.get("said", ""))
    except RefusedError as refused:
        return _page(payout_id, str(refused)), REFUSED
    return back(f"/payouts/{payout_id}", "decided")


@pages.post("/payouts/<int:payout_id>/return")
@audience(Audience.MERCHANT)
def take_back(payout_id: int) -> Response | tuple[str, int]:
    """Nobody claimed it: ask the provider to give it back now."""
    with visit() as v:
        shop_id, actor = ShopId(v.shop.id), v.actor
    try:
        taking_back.take_back(cashier(), shop_id, payout_id, actor=actor, now=now())
    except TributeError as refused:
        return _page(payout_id, str(refused)), REFUSED
    return back(f"/payouts/{payout_id}", "undone")


def _found(v: Visit, payout_id: int) -> tuple[Item, Held]:
    item, held = report.one(v.session, payout_id, ASK), store.get(v.session, payout_id)
    if item is None or held is None:
        raise NoSuchPayout(payout_id)
    return item, held


def _page(payout_id: int, problem: str = "") -> str:
    with visit() as v:
        item, held = _found(v, payout_id)
        steps = audit.about(v.session, f"payout:{held.key}")
        parts = report.parts(v.session, payout_id)
    return render_template(
        "admin/payout.html",
        item=item,
        held=held,
        steps=steps,
        parts=parts,
        problem=problem,
        by_hand=item.provider in BY_HAND,
    )
