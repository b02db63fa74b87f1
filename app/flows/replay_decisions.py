"""Taking the decisions of the log again, by the verbs that took them, at the times at which they were taken.

Every kind that anything in the app records stands in one of the tables at the end; a test looks.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal

import msgspec

from app.audit.model import Decision
from app.campaigns import store as campaigns
from app.campaigns.crediting import Crediting
from app.campaigns.links import LinkTerms
from app.campaigns.model import OfferTerms, ProgramDraft
from app.campaigns.publish import publish
from app.campaigns.put_program import put
from app.commissions import verdicts
from app.commissions.model import Ruling
from app.creators import archive, enroll, invite
from app.creators import store as creators
from app.creators.customer import set_customer
from app.creators.model import Contact
from app.creators.move import Place, move
from app.creators.recruit import recruit
from app.db.session import ShopSession
from app.flows import assign, give_award, import_history, rule_leads
from app.flows.assign import Part
from app.flows.replay_again import Again, NotReplayable, Verb
from app.flows.replay_codes import CODES
from app.flows.replay_payouts import PAYOUTS
from app.fraud import word_store
from app.fraud.set_detectors import set_detectors
from app.kernel.errors import RefusedError
from app.tracking.add_link import add_link


def take_again(session: ShopSession, decision: Decision, pseudonym: Callable[[str], bytes]) -> None:
    """Take one decision again. Raises NotReplayable, also for a kind that nothing here knows."""
    verb = VERBS.get(decision.kind)
    if verb is None:
        raise NotReplayable(decision, "this version of Tribute knows no such decision.")
    try:
        verb(Again(session, decision, pseudonym))
    except (RefusedError, KeyError, msgspec.MsgspecError) as error:
        raise NotReplayable(decision, str(error)) from error


def _nothing(_again: Again) -> None:
    """It moves nothing of what is compared: the shop's own row, a word on pages, a retry of an event."""


def _put_program(again: Again) -> None:
    facts = again.facts
    crediting = msgspec.convert(facts["crediting"], Crediting) if "crediting" in facts else None
    links = msgspec.convert(facts["links"], LinkTerms) if "links" in facts else None
    days = (facts["window_days"], facts["hold_days"])
    draft = ProgramDraft(again.subject, facts["name"], *days, crediting, links, facts.get("code_pattern"))
    put(again.session, draft, **again.who_and_when)


def _publish(again: Again) -> None:
    published = publish(
        again.session,
        campaigns.program(again.session, again.subject),
        msgspec.json.decode(msgspec.json.encode(again.facts["content"]), type=OfferTerms),
        effective_from=datetime.fromisoformat(again.facts["effective_from"]),
        reprice=True,
        notice_waived=True,
        **again.who_and_when,
    )
    if published is None or published.version != again.facts["version"]:
        number = published.version if published else "none"
        raise NotReplayable(again.decision, f"it was version {again.facts['version']}, and is {number} now.")


def _invite(again: Again) -> None:
    contact = msgspec.convert(again.facts, Contact)
    invite.invite(again.session, again.subject, contact, pseudonym=again.pseudonym, **again.who_and_when)


def _change(again: Again) -> None:
    contact = msgspec.convert(again.facts, Contact)
    invite.change(again.session, again.subject, contact, pseudonym=again.pseudonym, **again.who_and_when)


def _set_customer(again: Again) -> None:
    key = again.facts["customer_key"]
    set_customer(
        again.session, again.subject, bytes.fromhex(key) if key is not None else None, **again.who_and_when
    )


def _recruit(again: Again) -> None:
    recruiter = creators.creator(again.session, again.facts["recruiter"])
    recruit(again.session, again.creator(), recruiter, **again.program(), **again.who_and_when)


def _move(again: Again) -> None:
    source = campaigns.program(again.session, again.facts["from"])
    target = campaigns.program(again.session, again.facts["program"])
    move(
        again.session,
        again.creator(),
        Place(source.id, source.handle),
        Place(target.id, target.handle),
        at=datetime.fromisoformat(again.facts["at"]),
        **again.who_and_when,
    )


def _put_link(again: Again) -> None:
    facts = again.facts
    more = {"program": facts["program"], **again.who_and_when}
    add_link(
        again.session,
        again.enrollment().id,
        again.subject,
        to_path=facts["to"],
        channel=facts["channel"],
        **more,
    )


def _rule(again: Again, ruling: Ruling) -> None:
    """The credit may have gone to somebody else since; the word about it stands all the same."""
    creator = creators.creator(again.session, again.facts["creator"])
    flags, reason = again.facts.get("flags", ()), again.facts.get("reason", "")
    key = (int(again.subject), creator.id)
    verdicts.say_again(again.session, key, ruling, flags=flags, reason=reason, **again.who_and_when)


def _answer(again: Again) -> None:
    creator = creators.creator(again.session, again.facts["creator"])
    answer = again.facts["answer"]
    word_store.keep_answer(again.session, int(again.subject), creator.id, answer, **again.who_and_when)


def _revoke(again: Again) -> None:
    give_award.revoke(again.session, again.subject, reason=again.facts["reason"], **again.who_and_when)


def _restore(again: Again) -> None:
    give_award.restore(again.session, again.subject, reason=again.facts["reason"], **again.who_and_when)


def _assign(again: Again) -> None:
    parts = [
        Part(share["creator"], Decimal(share["weight"]), share["program"]) for share in again.facts["shares"]
    ]
    assign.assign(again.session, again.subject, parts, reason=again.facts["reason"], **again.who_and_when)


TERMS: Mapping[str, Verb] = {
    "shop.created": _nothing,
    "shop.changed": _nothing,
    "shop.word": _nothing,
    "shop.visit_days": _nothing,
    "event.retried": _nothing,
    "discount.kept": _nothing,
    "discount.put_back": _nothing,
    "offer.announced": _nothing,
    "program.created": _put_program,
    "program.changed": _put_program,
    "offer.published": _publish,
    "creator.invited": _invite,
    "creator.changed": _change,
    "creator.customer_set": _set_customer,
    "creator.archived": lambda a: archive.archive(a.session, a.subject, **a.who_and_when),
    "creator.restored": lambda a: archive.restore(a.session, a.subject, **a.who_and_when),
    "creator.enrolled": lambda a: enroll.enroll(a.session, a.creator(), **a.program(), **a.who_and_when),
    "creator.recruited": _recruit,
    "enrollment.paused": lambda a: enroll.pause(a.session, a.creator(), **a.program(), **a.who_and_when),
    "enrollment.resumed": lambda a: enroll.resume(a.session, a.creator(), **a.program(), **a.who_and_when),
    "enrollment.moved": _move,
    "fraud.settings_changed": lambda a: set_detectors(a.session, dict(a.facts), **a.who_and_when),
    **CODES,
    **PAYOUTS,
    "landing.changed": _nothing,
    "signup.changed": _nothing,
    **dict.fromkeys(("application.accepted", "application.declined"), _nothing),
    **dict.fromkeys(("api_key.created", "api_key.revoked", "staff.role_set"), _nothing),
    "link.created": _put_link,
    "link.changed": _put_link,
    "award.given": lambda a: give_award.give_again(a.session, a.subject, a.facts, **a.who_and_when),
    "award.revoked": _revoke,
    "award.restored": _restore,
    "history.imported": lambda a: import_history.import_again(
        a.session, a.subject, a.facts, **a.who_and_when
    ),
    "history.undone": lambda a: import_history.undo_again(a.session, a.subject, **a.who_and_when),
}
"""Decisions about anything but orders: taken again before any order is looked at."""

VERDICTS: Mapping[str, Verb] = {
    "order.assigned": _assign,
    "order.unassigned": _assign,
    "order.assignment_undone": lambda a: assign.undo(a.session, a.subject, **a.who_and_when),
    "credit.approved": lambda a: _rule(a, Ruling.APPROVED),
    "credit.denied": lambda a: _rule(a, Ruling.DENIED),
    "credit.held": lambda a: _rule(a, Ruling.HELD),
    "credit.verdict_undone": lambda a: _rule(a, Ruling.UNDONE),
    "flag.answered": _answer,
    **dict.fromkeys(rule_leads.DECIDED.values(), lambda a: rule_leads.say_again(a.session, a.decision)),
}
"""Decisions about single orders and leads: taken again when these are there."""

VERBS: Mapping[str, Verb] = {**TERMS, **VERDICTS}
