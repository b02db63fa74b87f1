"""Who a creator is: name and e-mail, and the creator's own customer record in the shop. Their own orders never earn."""

from flask import Blueprint, request
from werkzeug.wrappers import Response

from app.creators import store as creators
from app.creators.model import Contact
from app.flows import change_creator
from app.kernel import words
from app.kernel.errors import Invalid
from app.web.admin.creators import page_of
from app.web.audience import Audience, audience
from app.web.forms import Form, optional
from app.web.visit import back, desk, visit

pages = Blueprint("creator_contact", __name__)
REFUSED = 422


@pages.post("/creators/<handle>/contact")
@audience(Audience.MERCHANT)
def contact(handle: str) -> Response | tuple[str, int]:
    """Change name and e-mail; channels stay as they are."""
    form = Form(request.form)
    name, email = form.read("name", words.line, ""), form.read("email", optional(words.email), None)
    if form.errors:
        return page_of(handle, form=form), REFUSED
    with visit() as v:
        known = creators.creator(v.session, handle).contact
        changed = Contact(name, email, known.profile)
        change_creator.change_contact(v.session, desk(), handle, changed, actor=v.actor, now=v.now)
    return back(f"/creators/{handle}", "saved")


@pages.route("/creators/<handle>/customer", methods=["POST", "DELETE"])
@audience(Audience.MERCHANT)
def customer(handle: str) -> Response | tuple[str, int]:
    """POST says which customer of the shop the creator is, DELETE that they are none."""
    form = Form(request.form)
    number = None if request.method == "DELETE" else form.value("customer")
    try:
        with visit() as v:
            change_creator.set_customer(v.session, desk(), handle, number, actor=v.actor, now=v.now)
    except Invalid as refused:
        form.errors["customer"] = str(refused)
        return page_of(handle, form=form), REFUSED
    return back(f"/creators/{handle}", "saved")
