"""What a merchant does with a code: rotate it, end it, say when it counts, have a refused one tried again."""

from flask import Blueprint, request
from werkzeug.wrappers import Response

from app.flows import rotate_code
from app.kernel.errors import Conflict, Invalid
from app.tracking.set_policy import set_policy
from app.web.admin.creators import page_of
from app.web.admin.crediting import policy
from app.web.audience import Audience, audience
from app.web.visit import back, desk, visit

pages = Blueprint("codes", __name__)
REFUSED = 422


@pages.post("/creators/<handle>/codes/rotation")
@audience(Audience.MERCHANT)
def rotate(handle: str) -> Response | tuple[str, int]:
    """Issue a new code and end the old one now."""
    code, new = request.form.get("code", ""), request.form.get("new", "")
    try:
        with visit() as v:
            rotate_code.rotate_code(v.session, desk(), code, new=new, at=None, actor=v.actor, now=v.now)
    except (Conflict, Invalid) as refused:
        return page_of(handle, problem=str(refused)), REFUSED
    return back(f"/creators/{handle}", "rotated")


@pages.post("/creators/<handle>/codes/end")
@audience(Audience.MERCHANT)
def end(handle: str) -> Response | tuple[str, int]:
    """End a code without another in its place."""
    try:
        with visit() as v:
            code = request.form.get("code", "")
            rotate_code.disable_code(v.session, desk(), code, at=None, actor=v.actor, now=v.now)
    except (Conflict, Invalid) as refused:
        return page_of(handle, problem=str(refused)), REFUSED
    return back(f"/creators/{handle}", "disabled")


@pages.post("/creators/<handle>/codes/retry")
@audience(Audience.MERCHANT)
def retry(handle: str) -> Response | tuple[str, int]:
    """Ask Shopify once more for a code that it refused."""
    try:
        with visit() as v:
            code = request.form.get("code", "")
            rotate_code.retry(v.session, desk(), code, actor=v.actor, now=v.now)
    except (Conflict, Invalid) as refused:
        return page_of(handle, problem=str(refused)), REFUSED
    return back(f"/creators/{handle}", "retried")


@pages.post("/creators/<handle>/codes/credit")
@audience(Audience.MERCHANT)
def credit(handle: str) -> Response | tuple[str, int]:
    """Say when the code counts, for orders placed from now on."""
    try:
        with visit() as v:
            code, chosen = request.form.get("code", ""), policy(request.form.get("credit", ""))
            set_policy(v.session, code, chosen, is_new=False, actor=v.actor, now=v.now)
    except Invalid as refused:
        return page_of(handle, problem=str(refused)), REFUSED
    return back(f"/creators/{handle}", "saved")
