"""How one creator is paid: where to, since when, what was paid, and paying them now."""

from collections.abc import Callable
from datetime import timedelta

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from app.creators import store as creators
from app.flows import payout_details, payout_run, payout_settings
from app.kernel.errors import Invalid, RefusedError
from app.kernel.ids import ShopId
from app.payouts import details_store, run_store
from app.payouts.details import Details
from app.payouts.hosted import ByHand, ShopCustomer
from app.payouts.protocol import ASK
from app.payouts.ways import Way
from app.reports import payouts as report
from app.reports import people
from app.shops import store as shops
from app.web.audience import Audience, audience
from app.web.details_form import BY_ACCOUNT, read
from app.web.forms import Form
from app.web.visit import Visit, back, cashier, visit

pages = Blueprint("creator_payout", __name__)
REFUSED = 422
BY_HAND = "manual"
IN_SHOP = {"store_credit": Way.STORE_CREDIT, "gift_card": Way.GIFT_CARD}
_LONGEST_NUMBER = 19


@pages.get("/creators/<handle>/payout")
@audience(Audience.MERCHANT)
def show(handle: str) -> str:
    """The page."""
    return _page(handle, Form({}))


@pages.post("/creators/<handle>/payout/details")
@audience(Audience.MERCHANT)
def put(handle: str) -> Response | tuple[str, int]:
    """Say where they are paid. Held for three days, unless the merchant pays by hand."""

    def change(v: Visit, form: Form) -> None:
        vault = cashier().vault
        key = shops.shop_key(v.session, vault, ShopId(v.shop.id)) or b""
        payout_details.change(v.session, vault, handle, _typed(form), shop_key=key, actor=v.actor, now=v.now)

    return _write(handle, change, "saved")


@pages.route("/creators/<handle>/payout/pause", methods=["POST", "DELETE"])
@audience(Audience.MERCHANT)
def pause(handle: str) -> Response | tuple[str, int]:
    """POST pays them nothing until DELETE takes that back."""

    def turn(v: Visit, form: Form) -> None:
        if request.method == "DELETE":
            payout_settings.resume(v.session, handle, actor=v.actor, now=v.now)
        else:
            payout_settings.pause(v.session, handle, form.value("reason"), actor=v.actor, now=v.now)

    return _write(handle, turn, "resumed" if request.method == "DELETE" else "paused")


@pages.post("/creators/<handle>/payout/runs")
@audience(Audience.MERCHANT)
def begin(handle: str) -> Response:
    """A run for this creator alone, whatever is payable. Nothing is paid before it is approved."""
    with visit() as v:
        creator = creators.creator(v.session, handle)
        run = payout_run.new_run("person", v.now + timedelta(seconds=1), v.now, actor=v.actor, now=v.now)
        made = payout_run.plan_run(v.session, payout_run.for_one(run, creator.id))
        number = made.id if made else 0
    return back(f"/payouts/runs/{number}", "planned")


def _typed(form: Form) -> Details:
    if form.value("way") == BY_HAND:
        return ByHand(form.value("note").strip()[:200], country="")
    if form.value("way") in IN_SHOP:
        number = form.value("customer").strip().rpartition("/")[2]
        if not (number.isascii() and number.isdecimal() and len(number) <= _LONGEST_NUMBER):
            raise Invalid(
                f"{number[:20]!r} is no number of a customer. It is at the end of the customer's address in Shopify."
            )
        return ShopCustomer(int(number), country="", way=IN_SHOP[form.value("way")])
    return read(form.sent)


def _write(handle: str, deed: Callable[[Visit, Form], None], done: str) -> Response | tuple[str, int]:
    form = Form(request.form)
    try:
        with visit() as v:
            deed(v, form)
    except RefusedError as refused:
        return _page(handle, form, str(refused)), REFUSED
    return back(f"/creators/{handle}/payout", done)


def _page(handle: str, form: Form, problem: str = "") -> str:
    with visit() as v:
        person = people.person(v.session, handle, v.now)
        creator = creators.creator(v.session, handle)
        details = details_store.newest(v.session, creator.id)
        return render_template(
            "admin/creator_payout.html",
            person=person,
            details=details,
            shared=details_store.sharing_with(v.session, creator.id),
            pause=run_store.paused(v.session, creator.id),
            payouts=report.of_creator(v.session, creator.id, ASK),
            ways=BY_ACCOUNT,
            form=form,
            problem=problem,
        )
