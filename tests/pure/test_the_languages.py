"""What creators read is there in every language that we say we speak."""

import re
from collections import Counter
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po

from app.languages import HERE, LANGUAGES, SOURCE, spoken, translations

APP = Path(__file__).resolve().parents[2] / "app"
METHODS = [("**/templates/**.html", "jinja2"), ("**/templates/**.txt", "jinja2"), ("**.py", "python")]
OPTIONS = {pattern: {"trimmed": "true"} for pattern, _ in METHODS}
KEYWORDS = DEFAULT_KEYWORDS | {"mark": None}
OTHERS = [language for language in LANGUAGES if language != SOURCE]
_HOLE = re.compile(r"%\((\w+)\)[sd]")


def _strings(value: object) -> list[str]:
    return [value] if isinstance(value, str) else [str(one) for one in value]  # type: ignore[attr-defined]


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_has_the_holes_of_its_sentence(language: str) -> None:
    with (HERE / f"{language}.po").open("rb") as file:
        known = read_po(file, locale=language)
    for message in known:
        if not message.id:
            continue
        wanted = Counter(_HOLE.findall(_strings(message.id)[-1]))
        for form in _strings(message.string):
            # One and two are words of their own in some languages: there the number may be missing.
            assert set(_HOLE.findall(form)) <= set(wanted), form
            assert set(wanted) - set(_HOLE.findall(form)) <= {"num", "count", "shown"}, form


def test_a_tag_leads_to_the_language_and_an_unknown_one_to_english() -> None:
    assert spoken(["de-AT"]) == "de"
    assert spoken(["xx", "ar_EG"]) == "ar"
    assert spoken(["../../etc/passwd", ""]) == "en"
    assert spoken([]) == "en"


def test_a_language_that_we_do_not_speak_is_answered_in_english() -> None:
    assert translations("xx").gettext("Hello") == "Hello"


@pytest.fixture(scope="module")
def said() -> Catalog:
    """Everything that is said through gettext anywhere in the app."""
    found = Catalog()
    for folder in (APP / "web", APP / "mail", APP / "flows"):
        for _, _, message, _, context in extract_from_dir(str(folder), METHODS, OPTIONS, KEYWORDS):
            found.add(message, context=context)
    return found


@pytest.mark.parametrize("language", OTHERS)
def test_every_sentence_is_translated(language: str, said: Catalog) -> None:
    with (HERE / f"{language}.po").open("rb") as file:
        known = read_po(file, locale=language)
    missing = [m.id for m in said if m.id and not all(_strings(_text(known, m.id, m.context)))]
    assert missing == []


@pytest.mark.parametrize("language", OTHERS)
def test_no_catalogue_keeps_what_nobody_says_any_more(language: str, said: Catalog) -> None:
    with (HERE / f"{language}.po").open("rb") as file:
        known = read_po(file, locale=language)
    assert [m.id for m in known if m.id and said.get(_strings(m.id)[0], m.context) is None] == []
    assert [m.id for m in known if m.fuzzy and m.id] == []


def _text(known: Catalog, wanted: object, context: str | None) -> object:
    found = known.get(_strings(wanted)[0], context)
    return found.string if found is not None else ""
