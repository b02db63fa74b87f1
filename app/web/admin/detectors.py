"""What is looked at: each detector switched on or off, its thresholds, the merchant's own coupon sites."""

from collections.abc import Mapping

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from app.fraud.scan import DETECTORS
from app.fraud.set_detectors import set_detectors, standing
from app.fraud.settings import Settings
from app.kernel.errors import Invalid
from app.web.audience import Audience, audience
from app.web.visit import back, visit

pages = Blueprint("detectors", __name__)
REFUSED = 422
LONGEST_NUMBER = 12


@pages.get("/review/settings")
@audience(Audience.MERCHANT)
def show() -> str:
    """The form; it draws itself from what the detectors say of themselves."""
    with visit() as v:
        settings = standing(v.session, v.now)
    return _form(settings, {}, None)


@pages.post("/review/settings")
@audience(Audience.MERCHANT)
def change() -> Response | tuple[str, int]:
    """Keep what was typed, or show it again with why it cannot be."""
    form = request.form
    try:
        with visit() as v:
            set_detectors(v.session, _typed(form), actor=v.actor, now=v.now)
    except Invalid as refused:
        return _form(Settings(), form, str(refused)), REFUSED
    return back("/review/settings", "saved")


def _typed(form: Mapping[str, str]) -> dict[str, object]:
    """Only what differs from the usual: when we change what is usual, it changes for everybody else."""
    enabled = {k: f"on {k}" in form for k, d in DETECTORS.items() if (f"on {k}" in form) != d.is_usual}
    limits: dict[str, dict[str, int]] = {}
    for key, detector in DETECTORS.items():
        for threshold in detector.thresholds:
            number = _number(form.get(f"{key} {threshold.name}", ""), threshold.help)
            if number != threshold.usual:
                limits.setdefault(key, {})[threshold.name] = number
    return {"enabled": enabled, "limits": limits, "coupon_sites": form.get("coupon_sites", "").split()}


def _number(text: str, what: str) -> int:
    plain = text.strip()
    if not (plain.isascii() and plain.isdecimal() and len(plain) <= LONGEST_NUMBER):
        raise Invalid(f"{what}: {plain[:40]!r} is no whole number.")
    return int(plain)


def _form(settings: Settings, typed: Mapping[str, str], problem: str | None) -> str:
    """What stands, or what was typed when it was refused."""
    shown = [
        {
            "key": key,
            "label": detector.label,
            "help": detector.help,
            "is_on": f"on {key}" in typed if typed else settings.has(key, detector),
            "thresholds": [
                (t, typed.get(f"{key} {t.name}", str(settings.of(key, detector)[t.name])))
                for t in detector.thresholds
            ],
        }
        for key, detector in DETECTORS.items()
    ]
    sites = typed.get("coupon_sites", "\n".join(settings.coupon_sites))
    return render_template("admin/detectors.html", detectors=shown, sites=sites, problem=problem)
