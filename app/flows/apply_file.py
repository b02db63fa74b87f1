"""`tribute apply`: make a shop's programs, offers, creators, codes and links what a file says.

One transaction: all of it or nothing. What the file does not name stays as it is.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from app.campaigns.store import collections_named, take_turns
from app.db.session import PlatformSession, within
from app.flows import catalogue_requests, compare_again, derive_awards, issue_code, reevaluate
from app.flows.apply_creators import apply_creators
from app.flows.apply_plan import Plan
from app.flows.apply_programs import apply_programs
from app.flows.apply_recruiters import apply_recruiters
from app.flows.apply_shop import settle_shop, take_shop
from app.flows.apply_tally import Applied, Applying
from app.jobs.queue import Queue
from app.shops import store as shops
from app.shops.pseudonym import pseudonym
from app.shops.vault import Vault

ACTOR = "cli"


@dataclass(frozen=True)
class Applier:
    """What applying reaches for. Wiring makes it."""

    open_session: Callable[[], PlatformSession]
    vault: Vault
    queue: Queue

    def __call__(self, plan: Plan, *, offline: bool, reprice: bool, now: datetime) -> Applied:
        """Apply the plan and say what was done. Raises BadFile with the path of what is refused.

        `offline`: register the shop when it is new, and take its codes as standing in Shopify.
        Otherwise the shop must have installed the app, and jobs create the codes there.
        """
        with self.open_session() as outer, outer.begin():
            shop, change = take_shop(outer, plan, offline=offline, now=now)
            with within(outer, shop.id) as session, session.begin():
                take_turns(session)
                key = shops.ensure_shop_key(session, self.vault, shop.id)
                applying = Applying(
                    session=session,
                    applied=Applied(plan.shop),
                    actor=ACTOR,
                    now=now,
                    offline=offline,
                    reprice=reprice,
                    timezone=shop.timezone,
                    pseudonym=lambda email: pseudonym(key, "email", email),
                    queue=self.queue,
                )
                settle_shop(applying, shop, plan, change)
                programs = apply_programs(applying, plan.programs)
                apply_creators(applying, plan.creators, programs)
                apply_recruiters(applying, plan.creators, programs)
                self._ask_for_what_follows(applying)
        return applying.applied

    def _ask_for_what_follows(self, applying: Applying) -> None:
        session, touched = applying.session, applying.touched
        if not applying.offline:
            for program_id in sorted(touched.programs):
                issue_code.request(session, self.queue, program_id)
            for program_id, at in sorted(touched.later_offers):
                issue_code.request(session, self.queue, program_id, at=at)
            if applying.applied.moved("offers") and collections_named(session, session.shop_id, applying.now):
                catalogue_requests.collections(session, self.queue, session.shop_id)
        derive_awards.request(session, self.queue, session.shop_id)
        for creator_id, was, is_ in touched.people:
            compare_again.request(session, self.queue, creator_id, [(was, is_)])
        if touched.placed_from is not None:
            reevaluate.request(session, self.queue, placed_from=touched.placed_from, codes=None)
        if touched.codes:
            reevaluate.request(session, self.queue, placed_from=None, codes=touched.codes)
