"""What the shop and the creator write to each other: questions, appeals with a file, and the shop's answers."""

from flask import Blueprint, Response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from app.flows.write_message import opened, write
from app.kernel.errors import Invalid
from app.messages import store
from app.messages.model import LONGEST
from app.reports import own
from app.web.audience import Audience, audience
from app.web.portal.visit import Visit, place, visit
from app.web.uploads import as_file, attached
from app.web.visit import back, cashier

pages = Blueprint("messages", __name__)
REFUSED = 422
_LONGEST_NUMBER = 19


@pages.get("/portal/<shop>/<creator>/messages")
@audience(Audience.CREATOR)
def show(shop: str, creator: str) -> str:
    """The page; what the shop wrote counts as read."""
    with visit(shop, creator) as v:
        page = _page(v, "", "")
        store.mark_read(v.session, v.creator.id, by_creator=True, now=v.now)
        return page


@pages.post("/portal/<shop>/<creator>/messages")
@audience(Audience.CREATOR)
def send(shop: str, creator: str) -> AnyResponse | tuple[str, int]:
    """Write to the shop."""
    typed = request.form.get("body", "")
    try:
        with visit(shop, creator) as v:
            write(
                v.session,
                cashier().vault,
                v.creator.handle,
                typed,
                is_from_creator=True,
                actor=v.actor,
                now=v.now,
                order_id=_order(v, request.form.get("order", "")),
                attached=attached(),
            )
    except Invalid as invalid:
        with visit(shop, creator) as v:
            return _page(v, typed, str(invalid)), REFUSED
    return back(f"{place(v.shop, v.creator.handle)}/messages", "sent")


@pages.get("/portal/<shop>/<creator>/messages/<int:number>/file")
@audience(Audience.CREATOR)
def file(shop: str, creator: str, number: int) -> Response:
    """The file of a message."""
    with visit(shop, creator) as v:
        return as_file(opened(v.session, cashier().vault, v.creator.id, number))


def _order(v: Visit, typed: str) -> int | None:
    """The order that it is about; only one of one's own."""
    is_number = typed.isascii() and typed.isdecimal() and len(typed) <= _LONGEST_NUMBER
    return int(typed) if is_number and own.is_credited(v.session, v.creator.id, int(typed)) else None


def _page(v: Visit, typed: str, problem: str) -> str:
    order = _order(v, request.values.get("order", ""))
    return render_template(
        "portal/messages.html",
        messages=store.of_creator(v.session, v.creator.id),
        order=order,
        typed=typed,
        problem=problem,
        longest=LONGEST,
    )
