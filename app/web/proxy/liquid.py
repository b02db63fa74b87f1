"""Pages that Shopify draws inside the merchant's theme, and how foreign text gets into them without becoming code.

Our templates are Liquid for Shopify and Jinja for us, with other brackets: [[ value ]] and [% if %]. Whatever stands between our
brackets passes `inert`; there is no way around it.
"""

from functools import cache
from html import escape
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

FOLDER = Path(__file__).parents[1] / "templates" / "storefront"
TYPE = "application/liquid; charset=utf-8"
_BRACKETS = str.maketrans(
    {"{": "&#123;", "}": "&#125;", "%": "&#37;", "`": "&#96;", "[": "&#91;", "]": "&#93;"}
)


def inert(value: object) -> str:
    """Text as HTML that is neither markup nor Liquid: a browser shows it as it was typed."""
    return escape(str(value)).translate(_BRACKETS)


def page(name: str, **facts: object) -> bytes:
    """One page as Liquid."""
    return _templates().get_template(f"{name}.liquid").render(facts).encode()


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(FOLDER),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701 - `inert` does it, for Liquid too, and has no exceptions
        finalize=inert,
        variable_start_string="[[",
        variable_end_string="]]",
        block_start_string="[%",
        block_end_string="%]",
        comment_start_string="[#",
        comment_end_string="#]",
        trim_blocks=True,
        lstrip_blocks=True,
    )
