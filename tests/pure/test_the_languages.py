"""What creators read is there in every language that we say we speak."""

import re
from collections import Counter

import pytest
from babel.messages.pofile import read_po

from app.languages import HERE, LANGUAGES, SOURCE, spoken, translations

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
            assert set(wanted) - set(_HOLE.findall(form)) <= {"num"}, form


def test_a_tag_leads_to_the_language_and_an_unknown_one_to_english() -> None:
    assert spoken(["de-AT"]) == "de"
    assert spoken(["xx", "ar_EG"]) == "ar"
    assert spoken(["../../etc/passwd", ""]) == "en"
    assert spoken([]) == "en"


def test_a_language_that_we_do_not_speak_is_answered_in_english() -> None:
    assert translations("xx").gettext("Hello") == "Hello"
