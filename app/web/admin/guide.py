"""The setup guide: each step's state is read from facts, so it can't claim what is not so. Pure."""

from dataclasses import dataclass

from app.reports.overview import Facts
from app.shops.model import ShopRecord

PIXEL = "web_pixel"
"""Where the installation notes {"gid", "problem"} of the shop's web pixel."""
EMBED = "embed_seen"
"""The day (ISO) on which the theme embed last told of a visit."""
DISMISSED = "guide_dismissed"
"""Where dismissed steps are noted."""

TEXTS = {
    "terms": "A commission for them and a discount for their followers; both can be changed later.",
    "creator": "A name and a code are enough to begin.",
    "code": "Codes are created as real Shopify discounts, usually within a few seconds.",
    "embed": "It carries a visit by a creator's link into the cart. Switch it on in the theme editor and save there.",
    "pixel": "It is switched on when the app is installed and follows your customers' consent. Codes work without it.",
    "order": "Use a code in your own store: the order appears here, with the reason why it was credited.",
}
"""What each step says, by its key."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do before the first commission."""

    key: str
    title: str
    text: str
    is_done: bool
    href: str | None = None
    action: str = ""
    is_outside: bool = False
    """It leads out of the app, into another part of the admin."""


def steps(shop: ShopRecord, facts: Facts, editor: str) -> list[Step]:
    """The steps that were not dismissed; none at all when every one is done."""
    every = _every(shop, facts, editor)
    if all(step.is_done for step in every):
        return []
    dismissed = shop.setup.get(DISMISSED, [])
    return [step for step in every if step.key not in dismissed]


def is_known(key: str) -> bool:
    """Whether there is a step of that key."""
    return key in TEXTS


def _every(shop: ShopRecord, facts: Facts, editor: str) -> list[Step]:
    word, pixel = shop.creator_word, shop.setup.get(PIXEL) or {}
    pixel_text = pixel.get("problem") or TEXTS["pixel"]
    is_running = bool(pixel.get("gid"))
    return [
        Step("terms", f"Say what {word}s earn", TEXTS["terms"], facts.programs > 0, "/programs", "Programs"),
        Step(
            "creator", f"Add your first {word}", TEXTS["creator"], facts.creators > 0, "/creators/new", "Add"
        ),
        Step(
            "code", "See a code go live", TEXTS["code"], facts.codes_active > 0, "/creators", "See the codes"
        ),
        Step(
            "embed",
            "Switch the theme embed on",
            TEXTS["embed"],
            EMBED in shop.setup,
            editor,
            "Open the theme editor",
            is_outside=True,
        ),
        Step("pixel", "Let the tracking pixel start", pixel_text, is_running),
        Step(
            "order", "Get the first order", TEXTS["order"], facts.credited_orders, "/orders", "See the orders"
        ),
    ]


@dataclass(frozen=True)
class Block:
    """A block of our theme extension."""

    name: str
    """Of its file."""
    label: str
    """As the theme editor calls it."""
    says: str
    template: str | None
    """The kind of page to whose end a section is added; None: an embed, which is switched on for all pages."""

    def address(self, shop: str, api_key: str, admin_origin: str | None) -> str:
        """The theme editor with the block there, waiting to be saved; `admin_origin` is the devstore's."""
        admin = f"{admin_origin}/shops/{shop}" if admin_origin else f"https://{shop}"
        asked = f"context=apps&template=index&activateAppId={api_key}/{self.name}"
        if self.template is not None:
            asked = f"template={self.template}&addAppBlockId={api_key}/{self.name}&target=newAppsSection"
        return f"{admin}/admin/themes/current/editor?{asked}"


LINKS = Block(
    "tribute-embed", "Tribute links", "Carries a visit into the cart. Orders by links need it.", None
)
BLOCKS = (
    Block("creator-banner", "Creator banner", "Says to shoppers by whom they came, with the code.", None),
    Block(
        "creator-landing",
        "Creator page",
        "Picture, words and products of one creator, on a page of yours.",
        "page",
    ),
    Block(
        "creator-signup", "Creator sign-up", "Where people apply to a program, on a page of yours.", "page"
    ),
)
