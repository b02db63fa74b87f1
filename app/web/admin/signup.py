"""How creators apply for a program in the store: the form's words, questions and terms, and whether it is open."""

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from app.campaigns import store as campaigns
from app.kernel import words
from app.storefront.model import check_text
from app.storefront.put_signup import put_signup
from app.storefront.signup import LONGEST_TERMS, Signup, check_questions
from app.storefront.store import applications
from app.web.admin.landing import in_store
from app.web.audience import Audience, audience
from app.web.forms import Form
from app.web.visit import back, visit

pages = Blueprint("signup", __name__)
REFUSED = 422


@pages.get("/programs/<handle>/signup")
@audience(Audience.MERCHANT)
def show(handle: str) -> str:
    """The page."""
    return _page(handle, None)


@pages.post("/programs/<handle>/signup")
@audience(Audience.MERCHANT)
def save(handle: str) -> Response | tuple[str, int]:
    """Let the form be as typed, or show it again with what is wrong beside each field."""
    form = Form(request.form)
    typed = Signup(
        bool(form.value("is_on")),
        form.read("intro", check_text, ""),
        form.read("questions", check_questions, ()),
        form.read("terms", lambda text: check_text(text, longest=LONGEST_TERMS), ""),
    )
    if form.errors:
        return _page(handle, form), REFUSED
    with visit() as v:
        program = campaigns.program(v.session, words.handle(handle))
        put_signup(v.session, program, typed, actor=v.actor, now=v.now)
    return back(f"/programs/{handle}/signup", "saved")


def _page(handle: str, form: Form | None) -> str:
    with visit() as v:
        program = campaigns.program(v.session, words.handle(handle))
        held = applications.form_of(v.session, program.id)
    usual = {
        "is_on": "1" if held.is_on else "",
        "intro": held.intro,
        "questions": "\n".join(held.questions),
        "terms": held.terms,
    }
    return render_template(
        "admin/signup.html",
        program=program,
        form=form or Form(usual),
        is_on=held.is_on,
        address=in_store(v.shop.domain, f"apply/{program.handle}"),
    )
