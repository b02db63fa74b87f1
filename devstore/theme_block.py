"""The app embed of the theme extension, rendered as a merchant's theme does: real Liquid, its schema's settings."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from liquid import Environment, StrictUndefined

from devstore.model import Refused, Shop

EXTENSION = Path(__file__).parents[1] / "extensions" / "tribute-theme"
EMBED = "tribute-embed"
_SCHEMA = ("{% schema %}", "{% endschema %}")


@dataclass(frozen=True)
class Block:
    """A block's file, taken apart."""

    liquid: str
    schema: dict[str, Any]

    @property
    def defaults(self) -> dict[str, Any]:
        """Its settings as they are before a merchant changes them."""
        return {one["id"]: one["default"] for one in self.schema["settings"]}


@cache
def block(name: str) -> Block:
    """The block of the extension that has this name."""
    text = (EXTENSION / "blocks" / f"{name}.liquid").read_text()
    liquid, _, rest = text.partition(_SCHEMA[0])
    return Block(liquid, json.loads(rest.partition(_SCHEMA[1])[0]))


def embed(shop: Shop, root: str) -> str:
    """The HTML at the end of every storefront page; nothing while the merchant has not switched it on."""
    if not shop.theme_embed_enabled:
        return ""
    found = block(EMBED)
    settings = found.defaults | shop.theme_embed_settings
    # A real shop has a domain of its own; here it lives in a folder, and so does what apps answer there.
    settings["proxy"] = root.rstrip("/") + str(settings["proxy"])
    template = _liquid().from_string(found.liquid)
    html = template.render(routes={"root_url": root.rstrip("/") or "/"}, block={"settings": settings})
    return f'{html}<script src="{address(found.schema["javascript"])}" defer></script>'


def address(asset: str) -> str:
    """Where a file of the extension is served, as Shopify's CDN would."""
    return f"/_extensions/tribute-theme/{asset}"


def asset(name: str) -> Path:
    """The file itself. Raises Refused for anything that is none of the extension's."""
    found = EXTENSION / "assets" / name
    if found.parent != EXTENSION / "assets" or not found.is_file():
        raise Refused(f"The theme extension has no asset {name!r}.", "NOT_FOUND")
    return found


@cache
def _liquid() -> Environment:
    """Strict: a word that Shopify would not know stops the page here, too."""
    environment = Environment(undefined=StrictUndefined)
    environment.filters["json"] = json.dumps
    return environment
