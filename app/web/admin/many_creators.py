"""Many creators at once: a list is pasted or uploaded, and all of it is taken or none."""

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from app.flows.add_creators import add_creators, read
from app.flows.pasted import Fault, Faulty
from app.kernel.errors import Conflict, Invalid
from app.reports import store
from app.web.audience import Audience, audience
from app.web.forms import Form
from app.web.visit import back, desk, visit

pages = Blueprint("many_creators", __name__)
REFUSED = 422
SHOWN = 50
"""Lines that are told one by one."""


@pages.get("/creators/new/many")
@audience(Audience.MERCHANT)
def show() -> str:
    """The empty form."""
    return _page(Form({}))


@pages.post("/creators/new/many")
@audience(Audience.MERCHANT)
def take() -> Response | tuple[str, int]:
    """Take all lines, or none and say what is wrong with each. Then the program's page shows how its codes get on."""
    form = Form(request.form)
    try:
        people = read(_sent(form))
        with visit() as v:
            add_creators(v.session, desk(), people, program=form.value("program"), actor=v.actor, now=v.now)
    except Faulty as refused:
        return _page(form, refused.faults), REFUSED
    except (Conflict, Invalid) as refused:
        form.errors["people"] = str(refused)
        return _page(form), REFUSED
    return back(f"/programs/{form.value('program')}", "added")


def _sent(form: Form) -> str:
    """The file, if one was chosen, or what was typed. Raises Invalid."""
    file = request.files.get("file")
    if file is None or not file.filename:
        return form.value("people")
    try:
        return str(file.read(), "utf-8-sig")
    except UnicodeDecodeError:
        raise Invalid("The file is not written in UTF-8. Save it as CSV UTF-8 and choose it again.") from None


def _page(form: Form, faults: tuple[Fault, ...] = ()) -> str:
    with visit() as v:
        programs, _ = store.choices(v.session)
    return render_template(
        "admin/creators_many.html",
        form=form,
        faults=faults[:SHOWN],
        more=len(faults) - SHOWN,
        programs=programs,
    )
