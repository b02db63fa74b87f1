"""The languages that creators read: English in the source, the others in catalogues beside this file.

A catalogue is a `.po` file as every translator's program knows it. It is read once by each process, so that
nothing has to be compiled before the app starts.
"""

from collections.abc import Iterable
from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

HERE = Path(__file__).parent
SOURCE = "en"
LANGUAGES = {
    "en": "English",
    "de": "Deutsch",
    "fr": "Français",
    "es": "Español",
    "nl": "Nederlands",
    "ar": "العربية",
}
"""Each by its own name, as people look for it."""


@cache
def translations(language: str) -> NullTranslations:
    """The catalogue of that language; of English and of what we do not speak, the words of the source."""
    if language == SOURCE or language not in LANGUAGES:
        return NullTranslations()
    compiled = BytesIO()
    with (HERE / f"{language}.po").open("rb") as source:
        write_mo(compiled, read_po(source, locale=language))
    compiled.seek(0)
    return Translations(compiled)


def spoken(wanted: Iterable[str]) -> str:
    """The first of these tags (`de-AT`, `fr`) that we speak, as a language; or English. Nothing raises."""
    for tag in wanted:
        language = tag.replace("_", "-").partition("-")[0].lower()
        if language in LANGUAGES:
            return language
    return SOURCE


def mark(text: str) -> str:
    """The text itself. It is translated where it is said; this tells the catalogues of it."""
    return text
