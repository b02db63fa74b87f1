"""The composition root: builds every part from Settings. Tests build the same with other parts."""

import random
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache, partial
from typing import TYPE_CHECKING

import requests
from sqlalchemy import Engine

from app.config import API_VERSION, Settings
from app.db.engine import app_engine, database_url
from app.db.fresh_schema import fresh_database
from app.db.locks import NamedLocks
from app.db.session import BatchSession, PlatformSession, ShopSession
from app.flows import reconcile_jobs
from app.flows.apply_file import Applier
from app.flows.cashier import Cashier
from app.flows.connector import Connector
from app.flows.desk import Desk
from app.flows.install import Installer
from app.flows.payout_details import opener
from app.flows.payout_work import PayoutWorker
from app.flows.reconcile import Reconciler
from app.flows.replay import Replayer
from app.flows.shopify_rewards import ShopifyRewards
from app.flows.sign_in import SignIn
from app.job_table import jobs_of, sleep_ms
from app.jobs.queue import Job, Queue
from app.jobs.schedule import SCHEDULE
from app.jobs.worker import JobWorker
from app.kernel.clock import Clock, FileClock, SystemClock
from app.kernel.ids import ShopId
from app.mail.post_office import PostOffice
from app.payouts.plugin import Outside
from app.payouts.provider import Provider
from app.shopify import http
from app.shopify.admin_api import AdminAPI, ShopAPI
from app.shopify.shop_discounts import ShopDiscounts
from app.shopify.token_exchange import TokenExchange
from app.shopify.token_source import TokenSource
from app.shops import store as shops_store
from app.shops.model import ShopRecord
from app.shops.staff import Role, role_of
from app.shops.store import ShopContext
from app.shops.store import staff as staff_store
from app.shops.vault import Vault

if TYPE_CHECKING:
    from app.web.guard import Gate


@dataclass(frozen=True)
class Wiring:
    """The parts of a running app, made when they are first asked for."""

    settings: Settings
    clock: Clock

    @cached_property
    def engine(self) -> Engine:
        """The pooled engine in the fenced role."""
        return app_engine(database_url(self.settings.database_url, self.settings.data))

    @cached_property
    def vault(self) -> Vault:
        """Seals and opens what is secret at rest."""
        return Vault(self.settings.secret_keys)

    @cached_property
    def queue(self) -> Queue:
        """Where jobs are put."""
        return Queue()

    @cached_property
    def desk(self) -> Desk:
        """What the worker's flows may reach for."""
        return Desk(
            self.queue,
            lru_cache(maxsize=4096)(self._shop_key),
            lambda shop_id, code: self.shop_discounts(shop_id).find_code(code),
            lambda shop_id, search, after: self.shop_discounts(shop_id).shop_codes(search, after),
        )

    @cached_property
    def http(self) -> requests.Session:
        """Pooled connections to Shopify."""
        return http.session()

    @cached_property
    def provider_http(self) -> requests.Session:
        """Pooled connections to payment providers."""
        return http.session()

    @cached_property
    def token_exchange(self) -> TokenExchange:
        """Shopify's token endpoint."""
        return TokenExchange(
            self.http,
            api_key=self.settings.shopify_api_key,
            api_secret=self.settings.shopify_api_secret,
            admin_origin=self.settings.shopify_admin_origin,
        )

    @cached_property
    def tokens(self) -> TokenSource:
        """Access tokens that are always fresh."""
        return TokenSource(
            self.shop_session, NamedLocks(self.engine), self.vault, self.token_exchange, self.clock
        )

    @cached_property
    def admin_api(self) -> AdminAPI:
        """The Admin API; `shop_api` is that of one shop."""
        return AdminAPI(
            http=self.http,
            tokens=self.tokens,
            version=API_VERSION,
            admin_origin=self.settings.shopify_admin_origin,
            pause=time.sleep,
            jitter=random.SystemRandom().random,
        )

    def shop_api(self, shop_id: ShopId) -> ShopAPI:
        """The Admin API of that shop. Raises NotFound."""
        with self.platform_session() as session:
            return self.admin_api.of(shop_id, shops_store.get(session, shop_id).domain)

    @cached_property
    def installer(self) -> Installer:
        """Connects a shop on the first request of its merchant."""
        return Installer(
            open_batch=self.batch_session,
            vault=self.vault,
            exchange=self.token_exchange,
            admin_api=self.admin_api,
            queue=self.queue,
            jobs=frozenset(job.name for job in self.jobs),
        )

    @cached_property
    def gate(self) -> "Gate":
        """The door of the pages. Flask is imported by the first process that has pages, not by workers."""
        from app.web.guard import Gate

        return Gate(
            api_key=self.settings.shopify_api_key,
            secrets=self.settings.api_secrets,
            cdn_origin=self.settings.shopify_cdn_origin,
            admin_origin=self.settings.shopify_admin_origin,
            clock=self.clock,
            find_shop=self._find_shop,
            install=self.installer,
            open_session=self.shop_session,
            url=self.settings.url,
            meet=self._meet,
            role_of=self._role_of,
        )

    @cached_property
    def jobs(self) -> tuple[Job, ...]:
        """Every kind of job that this installation can do."""
        return jobs_of(self)

    @cached_property
    def reconciler(self) -> Reconciler:
        """Compares Shopify's orders with ours."""
        return Reconciler(
            open_session=self.shop_session,
            shop_api=self.shop_api,
            http=self.http,
            locks=NamedLocks(self.engine),
            clock=self.clock,
            pause_ms=sleep_ms,
        )

    @cached_property
    def reconcile_calls(self) -> reconcile_jobs.Calls:
        """When it does."""
        return reconcile_jobs.Calls(
            reconciler=self.reconciler,
            open_batch=self.batch_session,
            open_session=self.shop_session,
            queue=self.queue,
            clock=self.clock,
            timer=SystemClock(),
        )

    @cached_property
    def job_worker(self) -> JobWorker:
        """Runs all of them; `tribute worker` starts it."""
        return JobWorker(self.engine.url, self.jobs, self.platform_session, schedule=SCHEDULE)

    @cached_property
    def applier(self) -> Applier:
        """`tribute apply`."""
        return Applier(self.platform_session, self.vault, self.queue)

    @cached_property
    def replayer(self) -> Replayer:
        """`tribute replay`. Needs an address that names the owner of the tables, as `tribute migrate` does."""
        return Replayer(self.shop_session, partial(fresh_database, self.engine.url), self.desk)

    @cached_property
    def cashier(self) -> Cashier:
        """What each shop can pay with."""
        connector = self.connector
        return Cashier(
            self.shop_session, self.vault, self.clock, connect=connector.connect, given=self._without_keys
        )

    def _without_keys(self, shop_id: ShopId) -> Mapping[str, Provider]:
        rewards = ShopifyRewards(self.shop_session, self.shop_api)
        return {**rewards.given(shop_id), **self.connector.given(shop_id)}

    @cached_property
    def connector(self) -> Connector:
        """Reaches providers by keys: those of each shop, and those of the environment for the sole one."""
        outside = Outside(self.provider_http, self.clock, self.settings.provider_bases)
        return Connector(self.vault, outside, self.settings.provider_keys, self._is_sole)

    @cached_property
    def sign_in(self) -> SignIn:
        """How creators get into the portal."""
        return SignIn(
            open_platform=self.platform_session,
            open_batch=self.batch_session,
            open_session=self.shop_session,
            queue=self.queue,
            clock=self.clock,
            url=self.settings.url,
        )

    @cached_property
    def post_office(self) -> PostOffice | None:
        """The mail server; None: the operator set none."""
        url = self.settings.smtp_url
        return PostOffice(url, self.settings.mail_from) if url else None

    def admin_address(self, domain: str, path: str) -> str:
        """Where a merchant opens a page of ours, inside the admin."""
        origin, handle = self.settings.shopify_admin_origin, domain.partition(".")[0]
        if origin is not None:
            return f"{origin}/store/{handle}/apps/tribute{path}"
        return f"https://admin.shopify.com/store/{handle}/apps/{self.settings.shopify_api_key}{path}"

    @cached_property
    def payout_worker(self) -> PayoutWorker:
        """Sends payouts and asks what became of them."""
        return PayoutWorker(self.shop_session, opener(self.vault), self.cashier.providers, self.clock)

    def shop_discounts(self, shop_id: ShopId) -> ShopDiscounts:
        """That shop's discounts in Shopify. Raises NoSuchShop."""
        return ShopDiscounts(self.shop_api(shop_id))

    def _is_sole(self, shop_id: ShopId) -> bool:
        if self.settings.sole_shop is None:
            return False
        with self.platform_session() as session:
            return shops_store.get(session, shop_id).domain == self.settings.sole_shop

    def _find_shop(self, domain: str) -> ShopRecord | None:
        with self.platform_session() as session:
            return shops_store.find_by_domain(session, domain)

    def _meet(self, shop_id: ShopId, user_id: str, now: datetime) -> None:
        with self.shop_session(shop_id) as session, session.begin():
            staff_store.meet(session, user_id, now)

    def _role_of(self, shop_id: ShopId, user_id: str) -> Role:
        with self.shop_session(shop_id) as session, session.begin():
            return role_of(user_id, staff_store.members(session))

    def _shop_key(self, shop: ShopContext) -> bytes | None:
        return self.vault.open(shop.shop_key, ShopId(shop.id), "shop_key") if shop.shop_key else None

    def shop_session(self, shop_id: ShopId) -> ShopSession:
        """A session of one shop; use it as a context manager."""
        return ShopSession(self.engine, shop_id)

    def batch_session(self) -> BatchSession:
        """The worker's session; blind until it admits shops."""
        return BatchSession(self.engine)

    def platform_session(self) -> PlatformSession:
        """A session of what belongs to no shop."""
        return PlatformSession(self.engine)


def build(settings: Settings, clock: Clock | None = None) -> Wiring:
    """Wire the app. The clock is the machine's unless the devstore lends its own."""
    if clock is None:
        clock = FileClock(settings.clock_file) if settings.clock_file else SystemClock()
    return Wiring(settings, clock)
