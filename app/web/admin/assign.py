"""A merchant says on an order's page who brought it, and takes that back."""

from decimal import Decimal

from flask import Blueprint, request
from werkzeug.wrappers import Response

from app.flows.assign import Part, assign, undo
from app.kernel.errors import RefusedError
from app.web.admin.orders import page_of
from app.web.audience import Audience, audience
from app.web.forms import Form, percent
from app.web.visit import back, visit

pages = Blueprint("assign", __name__)
REFUSED = 422
HUNDRED = Decimal(100)
PLACES = ("1", "2")
"""How many creators the form can split an order between; the command line can name more."""


@pages.route("/orders/<int:order_id>/assignment", methods=["POST", "DELETE"])
@audience(Audience.MERCHANT)
def assignment(order_id: int) -> Response | tuple[str, int]:
    """POST decides, DELETE takes back the newest decision."""
    form = Form(request.form)
    path = f"/orders/{order_id}"
    try:
        with visit() as v:
            if request.method == "DELETE":
                undo(v.session, str(order_id), actor=v.actor, now=v.now)
                return back(path, "undone")
            parts = [] if form.value("nobody") == "yes" else _parts(form)
            if not form.errors:
                reason = form.value("reason")
                assign(v.session, str(order_id), parts, reason=reason, actor=v.actor, now=v.now)
                return back(path, "decided")
    except RefusedError as refusal:
        form.errors["form"] = str(refusal)
    return page_of(order_id, form), REFUSED


def _parts(form: Form) -> list[Part]:
    named = [place for place in PLACES if form.value(f"who{place}")]
    if not named:
        form.errors["who1"] = "Choose who brought the order, or credit nobody."
    parts = []
    for place in named:
        handle, _, program = form.value(f"who{place}").partition("@")
        share = form.read(f"part{place}", percent, HUNDRED) / HUNDRED
        parts.append(Part(handle, share, program or None))
    return parts
