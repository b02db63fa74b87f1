"""The shop that a file speaks of: registered, found, or refused."""

from datetime import datetime

from app.audit.store import record
from app.db.session import PlatformSession
from app.flows.apply_cells import BadFile
from app.flows.apply_plan import Plan
from app.flows.apply_tally import Applying
from app.kernel.change import Change
from app.shops import store as shops
from app.shops.model import ShopRecord, Status


def take_shop(
    session: PlatformSession, plan: Plan, *, offline: bool, now: datetime
) -> tuple[ShopRecord, Change]:
    """The plan's shop; with `offline` it is registered when it is new. Raises BadFile."""
    shop = shops.find_by_domain(session, plan.shop)
    change = Change.UNCHANGED
    if shop is None and offline:
        shop, added = shops.register(
            session,
            plan.shop,
            name=plan.shop.removesuffix(".myshopify.com"),
            currency=plan.currency,
            timezone=plan.timezone,
            installed_at=plan.installed_at or plan.earliest_offer or now,
            offline=True,
        )
        change = Change.CREATED if added else Change.UNCHANGED
    if shop is None:
        raise BadFile(
            "shop",
            f"{plan.shop} has not installed Tribute here. Install it first, or say --offline to register "
            "it without Shopify.",
        )
    _refuse_unfit(shop, plan, offline=offline)
    return shop, change


def _refuse_unfit(shop: ShopRecord, plan: Plan, *, offline: bool) -> None:
    if shop.status in {Status.UNINSTALLED, Status.REDACTED}:
        raise BadFile("shop", f"{shop.domain} is {shop.status}; it must install Tribute again first.")
    if shop.offline and not offline:
        raise BadFile("shop", f"{shop.domain} is registered without Shopify; say --offline to change it.")
    for path, said, has in (
        ("currency", plan.currency, shop.currency),
        ("timezone", plan.timezone, shop.timezone),
    ):
        if said != has:
            raise BadFile(path, f"{said!r} is not the shop's, which is {has!r}. A file cannot change it.")


def settle_shop(applying: Applying, shop: ShopRecord, plan: Plan, change: Change) -> None:
    """Write down what was decided about the shop; move the install where the file says so."""
    began = plan.installed_at or shop.installed_at
    if change is Change.UNCHANGED and began != shop.installed_at:
        shops.change(applying.session, shop.id, installed_at=began)
        applying.touched.judge_from(min(began, shop.installed_at))
        change = Change.CHANGED
    if change is not Change.UNCHANGED:
        facts = {"currency": shop.currency, "timezone": shop.timezone, "installed_at": began.isoformat()}
        record(
            applying.session,
            f"shop.{change}",
            subject=shop.domain,
            actor=applying.actor,
            facts=facts,
            now=applying.now,
        )
    applying.applied.note("shops", shop.domain, change)
