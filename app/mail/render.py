"""Mails from templates: HTML with its styles beside each element, as mail programs want it, and the same as text."""

from collections.abc import Mapping
from functools import cache

import css_inline
from jinja2 import Environment, PackageLoader, StrictUndefined

from app.mail.model import Letter, address


@cache
def _pages() -> Environment:
    """HTML: everything is escaped."""
    return Environment(
        loader=PackageLoader("app.mail"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip


@cache
def _texts() -> Environment:
    """Plain text, where nothing has to be escaped."""
    return Environment(  # noqa: S701 - text
        loader=PackageLoader("app.mail"), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )


@cache
def _inliner() -> css_inline.CSSInliner:
    """It fetches nothing: our own styles stand in the mail."""
    return css_inline.CSSInliner(load_remote_stylesheets=False, keep_style_tags=True)


def letter(
    kind: str, to: str, key: str, facts: Mapping[str, object], *, reply_to: str | None = None
) -> Letter:
    """The mail of that kind. Raises BadAddress.

    The template `<kind>.txt` begins with the subject in a line of its own, then an empty line, then the text.
    """
    subject, _, text = _texts().get_template(f"{kind}.txt").render(facts).partition("\n\n")
    html = _inliner().inline(_pages().get_template(f"{kind}.html").render(facts))
    return Letter(kind, address(to), key, " ".join(subject.split()), text.strip() + "\n", html, reply_to)
