"""Mails from templates: HTML with its styles beside each element, as mail programs want it, and the same as text."""

from collections.abc import Mapping
from functools import cache

import css_inline
from babel import Locale
from jinja2 import Environment, PackageLoader, StrictUndefined

from app.languages import SOURCE, translations
from app.mail.model import Letter, address


@cache
def _templates(language: str, *, is_html: bool) -> Environment:
    """In that language. HTML escapes everything; in plain text nothing has to be."""
    made = Environment(
        loader=PackageLoader("app.mail"), autoescape=is_html,  # noqa: S701 - plain text where it is off
        undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True, extensions=["jinja2.ext.i18n"],
    )  # fmt: skip
    made.policies["ext.i18n.trimmed"] = True
    known = translations(language)
    made.install_gettext_translations(known, newstyle=True)  # type: ignore[attr-defined]
    made.globals |= {"language": language, "direction": Locale(language).text_direction}
    return made


@cache
def _inliner() -> css_inline.CSSInliner:
    """It fetches nothing: our own styles stand in the mail."""
    return css_inline.CSSInliner(load_remote_stylesheets=False, keep_style_tags=True)


def letter(
    kind: str,
    to: str,
    key: str,
    facts: Mapping[str, object],
    *,
    reply_to: str | None = None,
    language: str = SOURCE,
) -> Letter:
    """The mail of that kind in that language. Raises BadAddress.

    The template `<kind>.txt` begins with the subject in a line of its own, then an empty line, then the text.
    """
    subject, _, text = (
        _templates(language, is_html=False).get_template(f"{kind}.txt").render(facts).partition("\n\n")
    )
    html = _inliner().inline(_templates(language, is_html=True).get_template(f"{kind}.html").render(facts))
    return Letter(kind, address(to), key, " ".join(subject.split()), text.strip() + "\n", html, reply_to)
