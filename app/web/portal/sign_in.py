"""Signing in and out: the form, the mailed link, the language."""

from flask import Blueprint, current_app, g, redirect, render_template, request
from limits import RateLimitItemPerHour, RateLimitItemPerMinute
from werkzeug.wrappers import Response

from app.flows.sign_in import HOME, SignIn, own_page
from app.identities import store
from app.kernel.errors import Invalid
from app.languages import LANGUAGES
from app.mail.model import BadAddress
from app.web.audience import Audience, audience
from app.web.portal.door import SIGN_IN, from_where, limited, sign_browser_in, sign_browser_out
from app.web.portal.visit import LANGUAGE_COOKIE, language

pages = Blueprint("sign_in", __name__)
REFUSED = 422
ASKED = RateLimitItemPerHour(20)
"""Links, from one address."""
TRIED = RateLimitItemPerMinute(20)
"""Links that are opened, from one address: a guess a second for ever finds none of 10^57."""
A_YEAR = 31_536_000


def flow() -> SignIn:
    """The flow behind these pages."""
    found: SignIn = current_app.extensions["tribute.sign_in"]
    return found


@pages.get(SIGN_IN)
@audience(Audience.PUBLIC)
def form() -> str | Response:
    """The form; who is signed in and came here by chance goes on."""
    wanted = own_page(request.args.get("to", HOME))
    if g.signed is not None and "again" not in request.args:
        return redirect(wanted, 303)
    return render_template("portal/sign_in.html", to_path=wanted, problem="", email="")


@pages.post(SIGN_IN)
@audience(Audience.PUBLIC)
def ask() -> Response | tuple[str, int]:
    """Have a link mailed. The answer is the same for every address."""
    limited(ASKED, "link", from_where())
    email, wanted = request.form.get("email", ""), own_page(request.form.get("to", HOME))
    try:
        flow().ask(email, wanted, [language()])
    except BadAddress as bad:
        shown = render_template("portal/sign_in.html", to_path=wanted, problem=str(bad), email=email[:254])
        return shown, REFUSED
    return redirect(f"{SIGN_IN}/sent", 303)


@pages.get(f"{SIGN_IN}/sent")
@audience(Audience.PUBLIC)
def sent() -> str:
    """What happens now."""
    return render_template("portal/sent.html")


@pages.get("/portal/enter/<token>")
@audience(Audience.PUBLIC)
def look(token: str) -> str | tuple[str, int]:
    """The page of a mailed link: it only asks. Programs that follow every link of a mail sign nobody in."""
    limited(TRIED, "enter", from_where())
    whose = flow().whose(token)
    if whose is None:
        return render_template("portal/stale.html"), 410
    return render_template("portal/enter.html", token=token, whose=whose)


@pages.post("/portal/enter")
@audience(Audience.PUBLIC)
def enter() -> Response | tuple[str, int]:
    """Use the link: a new session, whatever cookie the browser had."""
    limited(TRIED, "enter", from_where())
    entered = flow().enter(request.form.get("token", ""), request.user_agent.string, g.secret)
    if entered is None:
        return render_template("portal/stale.html"), 410
    secret, wanted = entered
    return sign_browser_in(redirect(wanted, 303), secret)


@pages.post("/portal/sign-out")
@audience(Audience.CREATOR)
def leave() -> Response:
    """Sign this browser out."""
    flow().leave(g.secret)
    return sign_browser_out(redirect(f"{SIGN_IN}?done=signed_out", 303))


@pages.post("/portal/language")
@audience(Audience.PUBLIC)
def speak() -> Response:
    """Keep a language: in the browser, and for the person when they are signed in."""
    chosen = request.form.get("language", "")
    if chosen not in LANGUAGES:
        raise Invalid(
            f"{chosen[:20]!r} is no language of ours. Choose one of {', '.join(LANGUAGES.values())}."
        )
    if g.signed is not None:
        with flow().open_platform() as session, session.begin():
            store.put_language(session, g.signed.identity.id, chosen)
    answer = redirect(own_page(request.form.get("to", HOME)), 303)
    answer.set_cookie(LANGUAGE_COOKIE, chosen, max_age=A_YEAR, path="/portal", httponly=True, samesite="Lax")
    return answer
