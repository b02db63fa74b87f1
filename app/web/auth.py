"""The bounce page: loads App Bridge, which fetches the page that was wanted again, with a fresh ID token."""

from flask import Blueprint, current_app, render_template, request

from app.kernel.errors import Invalid
from app.shopify.domain import is_shop_domain
from app.web.audience import Audience, audience
from app.web.guard import BOUNCE_PATH, gate_of

auth = Blueprint("auth", __name__, template_folder="templates")


class BadReload(Invalid):
    """The address to come back to is not one of ours."""

    def __init__(self, target: str) -> None:
        super().__init__(
            f"{target[:80]!r} is not a page of this app. Open the app from the Shopify admin again."
        )


@auth.get(BOUNCE_PATH)
@audience(Audience.PUBLIC)
def bounce() -> str:
    """The page, in text/html. App Bridge reads `shopify-reload` from its address by itself.

    Works without `shop`: after a plain reload App Bridge may still know it. Raises BadReload.
    """
    target = request.args.get("shopify-reload", "/")
    if not is_page_of_ours(target):
        raise BadReload(target)
    shop = request.args.get("shop", "")
    gate = gate_of(current_app)
    return render_template(
        "platform/bounce.html",
        api_key=gate.api_key,
        cdn_origin=gate.cdn_origin,
        shop=shop if is_shop_domain(shop) else None,
        host=request.args.get("host"),
    )


def is_page_of_ours(target: str) -> bool:
    """Whether this is a path on our own host, and nothing that a browser would take for another host."""
    return target.startswith("/") and target[1:2] not in {"/", "\\"} and target.isprintable()
