"""Decisions about codes, taken again. Nobody asks Shopify meanwhile: every code works from the beginning."""

from collections.abc import Mapping
from datetime import datetime

from app.campaigns.crediting import CreditPolicy
from app.flows.replay_again import Again, Verb
from app.tracking import end_code
from app.tracking.add_code import add_code
from app.tracking.adopt_code import adopt_code
from app.tracking.refuse_code import refuse_again, try_again
from app.tracking.set_policy import set_policy
from app.tracking.store import single


def _assign_code(again: Again) -> None:
    more = {"program": again.facts["program"], **again.who_and_when}
    add_code(again.session, again.enrollment().id, again.facts["code"], live=True, **more)


def _replace_code(again: Again) -> None:
    facts = again.facts
    code = end_code.standing_code(again.session, again.subject)
    at = datetime.fromisoformat(facts["at"])
    more = {"at": at, "program": facts["program"], **again.who_and_when}
    end_code.replace_code(again.session, code, facts["new"], **more)


def _end_code(again: Again) -> None:
    code = end_code.standing_code(again.session, again.subject)
    more = {"at": datetime.fromisoformat(again.facts["at"]), "program": again.facts["program"]}
    end_code.end_code(again.session, code, **more, **again.who_and_when)


def _set_policy(again: Again) -> None:
    policy, is_new = CreditPolicy(again.facts["credit"]), again.facts["from"] is None
    set_policy(again.session, again.subject, policy, is_new=is_new, **again.who_and_when)


def _adopt_code(again: Again) -> None:
    facts, since = again.facts, again.facts["from"]
    more = {"program": facts["program"], **again.who_and_when}
    at = datetime.fromisoformat(since) if since else None
    adopt_code(again.session, again.enrollment().id, facts["code"], since=at, **more)


def _refuse_code(again: Again) -> None:
    refuse_again(again.session, again.subject, again.facts["why"], again.decision.decided_at)


def _retry_code(again: Again) -> None:
    try_again(again.session, again.subject)


def _hand_out(again: Again) -> None:
    facts = again.facts
    single.hand_out_again(
        again.session,
        again.subject,
        slug=facts["link"],
        click_id=int(facts["click"]),
        now=again.decision.decided_at,
        until=datetime.fromisoformat(facts["until"]),
    )


CODES: Mapping[str, Verb] = {
    "code.assigned": _assign_code,
    "code.credit_policy": _set_policy,
    "code.rotated": _replace_code,
    "code.disabled": _end_code,
    "code.adopted": _adopt_code,
    "code.refused": _refuse_code,
    "code.retried": _retry_code,
    "code.handed_out": _hand_out,
}
