"""Every kind of job that this installation can do, each with the parts that it works with. Wiring hands itself in."""

import time
from functools import partial
from typing import Protocol

import requests

from app.config import Settings
from app.db.session import BatchSession, PlatformSession, ShopSession
from app.flows import (
    catalogue_requests,
    click_months,
    compare_again,
    derive_awards,
    fill_pool,
    follow_zone,
    forget_visits,
    issue_code,
    pack_bodies,
    provider_events,
    reconcile_jobs,
    reevaluate,
    reread_catalogue,
    retire_codes,
    switch_on_pixel,
)
from app.flows.cashier import Cashier
from app.flows.check_links import CheckLinks
from app.flows.compare_again import CompareAgain
from app.flows.derive_awards import DeriveAwards
from app.flows.empty_pool import EmptyPools
from app.flows.fill_pool import FillPool
from app.flows.follow_journeys import FollowJourneys
from app.flows.follow_zone import FollowZone
from app.flows.issue_code import IssueCodes, IssueLater
from app.flows.listen_to_topics import JOB as LISTEN
from app.flows.listen_to_topics import ListenToTopics
from app.flows.payout_jobs import PayoutJobs
from app.flows.payout_work import PayoutWorker
from app.flows.reevaluate import Reevaluate
from app.flows.refresh_tokens import KeepTokensAlive, refresh_tokens
from app.flows.reread_catalogue import RereadCatalogue
from app.flows.reread_order import JOB as REREAD
from app.flows.reread_order import RereadOrder
from app.flows.retire_codes import RetireCodes
from app.flows.send_mails import SendMails
from app.flows.sign_in import SignIn
from app.flows.switch_on_pixel import SwitchOnPixel
from app.flows.watch_discounts import WatchDiscounts
from app.jobs.queue import Job, Queue
from app.kernel.clock import Clock, SystemClock
from app.kernel.ids import ShopId
from app.mail.post_office import PostOffice
from app.shopify.admin_api import AdminAPI, ShopAPI
from app.shopify.discount_look import DiscountLook
from app.shopify.shop_discounts import ShopDiscounts
from app.shopify.storefront import status_of
from app.shopify.token_source import TokenSource


class Parts(Protocol):
    """What jobs are made of."""

    @property
    def settings(self) -> Settings:
        """Of the installation."""

    @property
    def clock(self) -> Clock:
        """The clock of the books."""

    @property
    def queue(self) -> Queue:
        """Where jobs put more jobs."""

    @property
    def http(self) -> requests.Session:
        """Pooled connections to Shopify."""

    @property
    def tokens(self) -> TokenSource:
        """Access tokens that are always fresh."""

    @property
    def admin_api(self) -> AdminAPI:
        """The Admin API."""

    @property
    def reconcile_calls(self) -> reconcile_jobs.Calls:
        """When orders are compared with Shopify's."""

    @property
    def cashier(self) -> Cashier:
        """What each shop can pay with."""

    @property
    def sign_in(self) -> SignIn:
        """How creators get into the portal."""

    @property
    def post_office(self) -> PostOffice | None:
        """The mail server; None: the operator set none."""

    def admin_address(self, domain: str, path: str) -> str:
        """Where a merchant opens a page of ours, inside the admin."""

    @property
    def payout_worker(self) -> PayoutWorker:
        """Sends payouts and asks what became of them."""

    def shop_api(self, shop_id: ShopId) -> ShopAPI:
        """The Admin API of that shop. Raises NotFound."""

    def shop_discounts(self, shop_id: ShopId) -> ShopDiscounts:
        """That shop's discounts in Shopify. Raises NoSuchShop."""

    def shop_session(self, shop_id: ShopId) -> ShopSession:
        """A session of one shop."""

    def batch_session(self) -> BatchSession:
        """A session that admits shops."""

    def platform_session(self) -> PlatformSession:
        """A session of what belongs to no shop."""


def jobs_of(parts: Parts) -> tuple[Job, ...]:
    """All of them, for the worker."""
    return (
        *_installation(parts),
        *_codes(parts),
        *_books(parts),
        *_clicks(parts),
        *_reconciling(parts.reconcile_calls),
        *_catalogue(parts),
        *_payouts(parts),
        *_mails(parts),
        *parts.sign_in.jobs(),
        Job(pack_bodies.JOB, pack_bodies.PackBodies(parts.platform_session, parts.clock)),
        Job(REREAD, RereadOrder(parts.platform_session, parts.shop_api, parts.clock)),
        Job(
            LISTEN,
            ListenToTopics(parts.shop_session, parts.shop_api, parts.settings.url),
            repeats_unknown=True,
        ),
    )


def _installation(p: Parts) -> tuple[Job, ...]:
    pixel = SwitchOnPixel(p.shop_session, p.admin_api, p.settings.url, p.settings.secret_keys)
    return (
        Job(switch_on_pixel.JOB, pixel, repeats_unknown=True),
        Job("shops.keep_tokens_alive", KeepTokensAlive(p.batch_session, p.queue, p.clock)),
        Job("shops.refresh_tokens", partial(refresh_tokens, p.tokens)),
        Job(follow_zone.JOB, FollowZone(p.batch_session, p.shop_session, p.queue, sleep_ms)),
    )


def _codes(p: Parts) -> tuple[Job, ...]:
    issue = IssueCodes(p.shop_session, p.shop_discounts, p.queue, p.clock, sleep_ms, SystemClock())
    retire = RetireCodes(p.shop_session, p.shop_discounts, p.clock)
    return (
        Job(issue_code.JOB, issue, repeats_unknown=True),
        Job(issue_code.LATER, IssueLater(p.shop_session, p.queue)),
        Job(retire_codes.JOB, retire, repeats_unknown=True),
        Job(
            fill_pool.JOB, FillPool(p.shop_session, p.shop_discounts, p.clock, sleep_ms), repeats_unknown=True
        ),
        *EmptyPools(p.batch_session, p.shop_session, p.shop_discounts, p.queue, p.clock).jobs(),
        *WatchDiscounts(
            p.batch_session, p.shop_session, lambda s: DiscountLook(p.shop_api(s)), p.queue, p.clock
        ).jobs(),
    )


def _books(p: Parts) -> tuple[Job, ...]:
    return (
        Job(derive_awards.JOB, DeriveAwards(p.batch_session, p.clock)),
        Job(compare_again.JOB, CompareAgain(p.batch_session, sleep_ms)),
        Job(reevaluate.JOB, Reevaluate(p.batch_session, p.clock, sleep_ms)),
    )


def _clicks(p: Parts) -> tuple[Job, ...]:
    ask = partial(status_of, p.http, p.settings.shopify_admin_origin)
    return (
        Job(click_months.JOB, click_months.KeepMonths(p.platform_session, p.clock)),
        Job(forget_visits.JOB, forget_visits.ForgetVisits(p.batch_session, p.shop_session, p.clock)),
        *FollowJourneys(p.batch_session, p.shop_session, p.shop_api, p.queue, p.clock).jobs(),
        *CheckLinks(p.batch_session, p.shop_session, ask, p.queue, p.clock, sleep_ms).jobs(),
    )


def _reconciling(calls: reconcile_jobs.Calls) -> tuple[Job, ...]:
    return (
        Job(reconcile_jobs.SWEEP_ALL, calls.sweep_all),
        Job(reconcile_jobs.NIGHTLY_ALL, calls.nightly_all),
        Job(reconcile_jobs.SWEEP, calls.sweep),
        Job(reconcile_jobs.FULL, calls.full),
        Job(reconcile_jobs.BACKFILL, calls.backfill),
        Job(reconcile_jobs.GO_ON, calls.go_on),
    )


def _payouts(p: Parts) -> tuple[Job, ...]:
    payouts = PayoutJobs(
        p.batch_session, p.shop_session, p.cashier, p.payout_worker, p.queue, p.clock, p.admin_address
    )
    events = provider_events.ReadEvent(p.platform_session, p.shop_session, p.cashier, p.clock)
    return (*payouts.jobs(), Job(provider_events.JOB, events))


def _mails(p: Parts) -> tuple[Job, ...]:
    return SendMails(p.batch_session, p.shop_session, p.post_office, p.queue, p.clock).jobs()


def _catalogue(p: Parts) -> tuple[Job, ...]:
    reread = RereadCatalogue(p.batch_session, p.shop_session, p.shop_api, p.queue, p.clock, SystemClock())
    return (
        Job(reread_catalogue.ALL, reread.every_shop),
        Job(catalogue_requests.COLLECTIONS, reread.collections),
        Job(catalogue_requests.PRODUCT, reread.product),
    )


def sleep_ms(milliseconds: int) -> None:
    """The pause that flows are handed; tests hand them another."""
    time.sleep(milliseconds / 1000)
