"""What comes round by itself. Any number of workers share it: each time of each entry runs once."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Periodic:
    """A job without arguments that is put in the queue by the calendar."""

    job: str
    """Name of a Job that wiring hands to the worker."""
    cron: str
    """Minute, hour, day of month, month, day of week; in UTC."""


SCHEDULE = (
    # Runs of the next two days, and those whose time has come.
    Periodic("payouts.plan_all", "4,34 * * * *"),
    # Mails that wait.
    Periodic("mail.send_all", "* * * * *"),
    # Links and sessions of the portal that hold no longer.
    Periodic("portal.trim", "19 2 * * *"),
    # Payouts that wait, are unknown or are on their way.
    Periodic("payouts.work_all", "*/5 * * * *"),
    # A refresh token lives 90 days. Looking every day and renewing what has less than 60 left renews each
    # shop about once a month, and leaves two months to notice when that stops working.
    Periodic("shops.keep_tokens_alive", "17 3 * * *"),
    # Bodies older than a month, compressed while few people work.
    Periodic("inbox.pack", "41 2 * * *"),
    # Whether the pages that links lead to still stand.
    Periodic("links.check_all", "47 3 * * *"),
    # What merchants made of our discounts in Shopify without a word to us.
    Periodic("discounts.look_all", "27 2 * * *"),
    # Single-use codes that nobody used in their time, and pools for the day to come.
    Periodic("codes.empty_pools", "53 2 * * *"),
    # The months of clicks to come, and those that are old enough to go.
    Periodic("clicks.months", "11 2 * * *"),
    # Visits that a shop does not want to keep any longer.
    Periodic("clicks.forget", "31 2 * * *"),
    # Which visits came before the orders of the last quarter of an hour, between two sweeps.
    Periodic("orders.journeys_all", "7,22,37,52 * * * *"),
    # What changed in Shopify since the last time, shop by shop in its own minute of the quarter.
    Periodic("orders.reconcile_all", "*/15 * * * *"),
    # The last 60 days of every shop where it is three o'clock at night now.
    Periodic("orders.reconcile_all_nightly", "2 * * * *"),
    # Who is in the collections that offers name: smart ones change without a word.
    Periodic("catalog.reread_all", "21 1 * * *"),
)
