"""Moving from another app: upload its CSV, look at every row, take it over, undo it."""

from typing import Any

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from app.commissions import import_store
from app.commissions.import_rows import Options
from app.flows import import_history
from app.flows.import_report import FORMATS, day, look
from app.kernel.errors import Conflict, Invalid
from app.web.audience import Audience, audience
from app.web.forms import Form, whole
from app.web.visit import Visit, back, visit

pages = Blueprint("history_imports", __name__)
REFUSED = 422
MOST = 300
"""Rows that the page of a file shows, those that want a look first."""
URGENCY = ("fault", "left_out", "held", "new")
HOLD_DAYS = (0, 120)
USUAL = {"format": "goaffpro", "hold_days": "30"}


@pages.get("/history-imports")
@audience(Audience.MERCHANT)
def listed() -> str:
    """Files so far, and the form for another."""
    with visit() as v:
        return _list(v, Form(USUAL))


@pages.post("/history-imports")
@audience(Audience.MERCHANT)
def upload() -> Response | tuple[str, int]:
    """Keep the file and show what would become of it; or the form again with why it cannot be read."""
    form, sent = Form(request.form), request.files.get("file")
    options = _options(form)
    if sent is None or not sent.filename:
        form.errors["file"] = "Choose a file."
    if sent is not None and not form.errors:
        try:
            with visit() as v:
                digest = import_history.upload(
                    v.session, sent.read(), form.value("format"), options, file_name=(sent.filename or "")[:120],
                    actor=v.actor, now=v.now,
                )  # fmt: skip
            return back(f"/history-imports/{digest}", "looked")
        except Invalid as refusal:
            form.errors["file"] = str(refusal)
    with visit() as v:
        return _list(v, form), REFUSED


@pages.get("/history-imports/<digest>")
@audience(Audience.MERCHANT)
def show(digest: str) -> str:
    """What would become of every row, or what became of the file."""
    with visit() as v:
        return _page(v, digest)


@pages.route("/history-imports/<digest>/takeover", methods=["POST", "DELETE"])
@audience(Audience.MERCHANT)
def takeover(digest: str) -> Response | tuple[str, int]:
    """POST takes all of it over, DELETE takes all of it back."""
    try:
        with visit() as v:
            if request.method == "DELETE":
                import_history.undo(v.session, digest, actor=v.actor, now=v.now)
            else:
                import_history.take_over(v.session, digest, actor=v.actor, now=v.now)
    except (Conflict, Invalid) as refusal:
        with visit() as v:
            return _page(v, digest, problem=str(refusal)), REFUSED
    return back(f"/history-imports/{digest}", "undone" if request.method == "DELETE" else "imported")


@pages.post("/history-imports/<digest>/discard")
@audience(Audience.MERCHANT)
def discard(digest: str) -> Response:
    """Throw away a file that was only looked at."""
    with visit() as v:
        import_store.drop(v.session, digest)
    return back("/history-imports", "thrown_away")


def _options(form: Form) -> Options:
    return Options(
        paid_through=form.read("paid_through", day, None),
        earned_on=form.read("earned_on", day, None),
        hold_days=form.read("hold_days", whole(*HOLD_DAYS), HOLD_DAYS[0]),
    )


def _list(v: Visit, form: Form) -> str:
    return render_template(
        "admin/history_imports.html",
        form=form,
        formats=[(name, found.label) for name, found in FORMATS.items()],
        files=import_store.listed(v.session),
        labels={name: found.label for name, found in FORMATS.items()},
    )


def _page(v: Visit, digest: str, *, problem: str | None = None) -> str:
    kept = import_store.find(v.session, digest)
    found: dict[str, Any] = {"kept": kept, "problem": problem, "label": import_history.label_of(kept.format)}
    if kept.content is not None:
        options = import_history.options_of(kept)
        report = look(v.session, kept.content, kept.format, options, actor=v.actor, now=v.now)
        rows = sorted(report.rows, key=lambda told: (URGENCY.index(told.outcome), told.line))
        found |= {
            "rows": rows[:MOST],
            "more": max(0, len(rows) - MOST),
            "counts": {outcome: report.count(outcome) for outcome in URGENCY},
            "sums": sorted(report.sums().items()),
        }
    return render_template("admin/history_import.html", **found)
