"""The sign-up form of a program, and what somebody sends by it, as values."""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from app.kernel import words
from app.kernel.errors import Invalid
from app.storefront.model import check_text

MOST_QUESTIONS = 10
LONGEST_TERMS = 20_000
LONGEST_ANSWER = 2000
LONGEST_CHANNELS = 1000


class Signup(msgspec.Struct, frozen=True):
    """How creators apply for a program."""

    is_on: bool = False
    intro: str = ""
    questions: tuple[str, ...] = ()
    terms: str = ""
    """What an applicant agrees to; empty is nothing."""


class Application(msgspec.Struct, frozen=True):
    """What somebody sent."""

    name: str
    email: str
    channels: str
    """Links and names, as typed."""
    country: str
    answers: dict[str, str]
    """By question."""


class Waiting(msgspec.Struct, frozen=True):
    """An application that nobody has decided about."""

    id: int
    program: str
    """Handle."""
    program_name: str
    sent: Application
    applied_at: datetime


def check_questions(text: str) -> tuple[str, ...]:
    """One question a line. Raises Invalid."""
    found = tuple(dict.fromkeys(words.line(line) for line in text.splitlines() if line.strip()))
    if len(found) > MOST_QUESTIONS:
        raise Invalid(f"These are {len(found)} questions; a form asks at most {MOST_QUESTIONS}.")
    return found


def read_application(form: Signup, sent: Mapping[str, str]) -> tuple[Application | None, dict[str, str]]:
    """(what was sent, what is wrong by field). None while anything is wrong."""
    errors: dict[str, str] = {}
    read = {}
    checks = {
        "name": words.line,
        "email": words.email,
        "channels": lambda t: check_text(t, longest=LONGEST_CHANNELS),
        "country": lambda t: words.line(t, longest=60) if t.strip() else "",
        **{f"answer-{n}": _answer for n in range(len(form.questions))},
    }
    for field, check in checks.items():
        try:
            read[field] = check(sent.get(field, ""))
        except Invalid as refusal:
            errors[field] = str(refusal)
    if form.terms and not sent.get("agree"):
        errors["agree"] = "Read the terms and agree to them, or do not send the form."
    if errors:
        return None, errors
    answers = {question: read[f"answer-{n}"] for n, question in enumerate(form.questions)}
    return Application(read["name"], read["email"].lower(), read["channels"], read["country"], answers), {}


def _answer(text: str) -> str:
    return check_text(text, longest=LONGEST_ANSWER)
