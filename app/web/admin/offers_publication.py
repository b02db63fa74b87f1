"""Review a draft and publish it: what changes, from when, who is told, and which orders pay otherwise."""

from datetime import date, datetime

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from app.campaigns import store as campaigns
from app.campaigns.model import NoticeTooShort, OfferVersion, Program, in_force
from app.campaigns.notice import first_day_after
from app.commissions.contradictions import BadTerms
from app.creators import store as creators
from app.flows.offer_words import differences, summary
from app.flows.publish_offer import Publication, WouldReprice, publish_offer
from app.kernel import words
from app.kernel.errors import Invalid, NotFound
from app.kernel.period import day_of, start_of
from app.web.audience import Audience, audience
from app.web.forms import Form
from app.web.visit import Visit, back, desk, format_of, visit

pages = Blueprint("offers_publication", __name__)
REFUSED = 422
WHEN = ("notice", "now", "day")
EARLIEST, LATEST = date(2006, 1, 1), date(2100, 1, 1)


class NothingDrafted(NotFound):
    """There is nothing to publish."""

    def __init__(self, program: str) -> None:
        super().__init__(f"The program {program!r} has no draft; edit its offer first.")


@pages.get("/programs/<handle>/offer/publication")
@audience(Audience.MERCHANT)
def review(handle: str) -> str:
    """What would be published."""
    with visit() as v:
        return _page(v, campaigns.program(v.session, words.handle(handle)), Form({"when": "notice"}))


@pages.post("/programs/<handle>/offer/publication")
@audience(Audience.MERCHANT)
def publish(handle: str) -> Response | tuple[str, int]:
    """Publish the draft; or ask about orders that were placed already, or say what is missing."""
    form = Form(request.form)
    with visit() as v:
        program = campaigns.program(v.session, words.handle(handle))
        draft = campaigns.draft(v.session, program.id)
        if draft is None:
            raise NothingDrafted(program.handle)
        if form.value("read") != draft.stamp:
            form.errors["form"] = (
                "The draft was saved again after you opened this page. Look at it once more."
            )
            return _page(v, program, form), REFUSED
        start, agreed = _start(v, program, form), _agreed(form)
        if form.errors:
            return _page(v, program, form), REFUSED
        asked = Publication(draft.terms, start, agreed, reprice=form.value("reprice") == start.isoformat())
        try:
            publish_offer(v.session, desk(), program, asked, actor=v.actor, now=v.now)
        except NoticeTooShort:
            form.errors["agreed"] = "Creators have 7 days' notice. Say who agreed to less, and how."
            return _page(v, program, form), REFUSED
        except BadTerms as refusal:
            form.errors["form"] = str(refusal)
            return _page(v, program, form), REFUSED
        except WouldReprice as question:
            return _page(v, program, form, question=question, start=start), REFUSED
    return back(f"/programs/{handle}", "published")


def _start(v: Visit, program: Program, form: Form) -> datetime:
    """The instant from which the terms hold; what could not be read is in the form's errors."""
    match form.value("when"):
        case "now":
            return v.now
        case "day":
            return start_of(form.read("day", _day, day_of(v.now, v.shop.timezone)), v.shop.timezone)
        case _:
            is_first = not campaigns.versions_of(v.session, program.id)
            return v.now if is_first else first_day_after(v.now, v.shop.timezone)


def _day(text: str) -> date:
    try:
        found = date.fromisoformat(text.strip())
    except ValueError:
        raise Invalid(f"{text[:40]!r} is not a day such as 2026-12-01.") from None
    if not EARLIEST <= found <= LATEST:
        raise Invalid(f"{text} is no day that orders are placed on.")
    return found


def _agreed(form: Form) -> str | None:
    if not form.value("agreed").strip():
        return None
    return form.read("agreed", words.line, None)


def _page(
    v: Visit,
    program: Program,
    form: Form,
    *,
    question: WouldReprice | None = None,
    start: datetime | None = None,
) -> str:
    draft = campaigns.draft(v.session, program.id)
    if draft is None:
        raise NothingDrafted(program.handle)
    fmt = format_of(v.shop)
    before = _before(campaigns.versions_of(v.session, program.id), v.now)
    return render_template(
        "admin/offer_publish.html",
        program=program,
        draft=draft,
        form=form,
        words=summary(draft.terms, fmt),
        before=before,
        changes=differences(before.terms, draft.terms, fmt) if before else [],
        earliest=first_day_after(v.now, v.shop.timezone),
        told=len(creators.earning_in(v.session, program.id)),
        question=question,
        start=start,
    )


def _before(versions: list[OfferVersion], now: datetime) -> OfferVersion | None:
    """What creators know as the terms: those in force, or else the first that were announced."""
    return in_force(versions, now) or min(versions, key=lambda o: o.effective_from, default=None)
