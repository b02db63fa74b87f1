"""The blocks of the theme extension, rendered as a merchant's theme does: real Liquid, words, each schema's settings."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from liquid import Environment, StrictUndefined

from devstore.model import Refused, Shop

EXTENSION = Path(__file__).parents[1] / "extensions" / "tribute-theme"
EMBED = "tribute-embed"
BLOCKS = ("creator-banner", "creator-landing", "creator-signup")
"""Beside the embed; a merchant puts them into the theme one by one."""
_SCHEMA = ("{% schema %}", "{% endschema %}")


@dataclass(frozen=True)
class Block:
    """A block's file, taken apart."""

    liquid: str
    schema: dict[str, Any]

    @property
    def defaults(self) -> dict[str, Any]:
        """Its settings as they are before a merchant changes them."""
        return {one["id"]: one.get("default", "") for one in self.schema["settings"] if "id" in one}


@dataclass(frozen=True)
class Drawn:
    """What the blocks of a shop put into a page of its storefront: HTML for three places."""

    head: str = ""
    sections: str = ""
    body: str = ""


@cache
def block(name: str) -> Block:
    """The block of the extension that has this name."""
    text = (EXTENSION / "blocks" / f"{name}.liquid").read_text()
    liquid, _, rest = text.partition(_SCHEMA[0])
    return Block(liquid, json.loads(rest.partition(_SCHEMA[1])[0]))


def is_section(name: str) -> bool:
    """Whether it stands where a merchant puts it into a template, not on all pages."""
    return bool(block(name).schema["target"] == "section")


def draw(
    shop: Shop, root: str, locale: str, template: str | None = None, *, is_signed_in: bool = False
) -> Drawn:
    """What is switched on for all pages, and what stands in the sections of this page's template, at its end."""
    placed = shop.theme_blocks | (shop.theme_sections.get(template, {}) if template else {})
    if shop.theme_embed_enabled:
        placed[EMBED] = shop.theme_embed_settings
    html = {name: _html(name, given, root, locale, is_signed_in) for name, given in placed.items()}
    schemas = [block(name).schema for name in placed]
    styles = dict.fromkeys(one["stylesheet"] for one in schemas if "stylesheet" in one)
    scripts = dict.fromkeys(one["javascript"] for one in schemas if "javascript" in one)
    return Drawn(
        "".join(f'<link rel="stylesheet" href="{address(one)}">' for one in styles)
        + "".join(f'<script src="{address(one)}" defer></script>' for one in scripts),
        "".join(html[name] for name in placed if is_section(name)),
        "".join(html[name] for name in placed if not is_section(name)),
    )


def address(asset: str) -> str:
    """Where a file of the extension is served, as Shopify's CDN would."""
    return f"/_extensions/tribute-theme/{asset}"


def asset(name: str) -> Path:
    """The file itself. Raises Refused for anything that is none of the extension's."""
    found = EXTENSION / "assets" / name
    if found.parent != EXTENSION / "assets" or not found.is_file():
        raise Refused(f"The theme extension has no asset {name!r}.", "NOT_FOUND")
    return found


def words(locale: str) -> dict[str, dict[str, str]]:
    """What the blocks say to shoppers in that language, or in English."""
    folder = EXTENSION / "locales"
    own = folder / f"{locale}.json"
    found: dict[str, dict[str, str]] = json.loads(
        (own if own.is_file() else folder / "en.default.json").read_text()
    )
    return found


def _html(name: str, given: dict[str, object], root: str, locale: str, is_signed_in: bool) -> str:  # noqa: FBT001
    found = block(name)
    settings = found.defaults | given
    if "proxy" in settings:
        # A real shop has a domain of its own; here it lives in a folder, and so does what apps answer there.
        settings["proxy"] = root.rstrip("/") + str(settings["proxy"])
    facts = {
        "routes": {"root_url": root.rstrip("/") or "/"},
        "request": {"design_mode": False, "locale": {"iso_code": locale}, "origin": root.rstrip("/")},
        "customer": {} if is_signed_in else None,
        "block": {"settings": settings, "shopify_attributes": f'data-shopify-editor-block="{name}"'},
    }
    return _liquid(locale).from_string(found.liquid).render(**facts)


@cache
def _liquid(locale: str) -> Environment:
    """Strict: a word that Shopify would not know stops the page here, too."""
    known = words(locale)

    def translated(key: str, **given: object) -> str:
        group, _, name = key.partition(".")
        text = known[group][name]
        for part, value in given.items():
            text = text.replace(f"{{{{ {part} }}}}", str(value))
        return text

    environment = Environment(undefined=StrictUndefined)
    environment.filters |= {"json": json.dumps, "t": translated, "asset_url": address}
    return environment
