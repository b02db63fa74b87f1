"""`tribute export`: a report as CSV, the same numbers as the pages."""

import csv
from argparse import Namespace
from collections.abc import Iterator

from app.cli.say import Answer
from app.cli.wired import shop_of, wired
from app.db.session import ShopSession
from app.kernel.errors import Invalid
from app.kernel.period import Period, day_of
from app.reports import export as reports
from app.reports import people, statement, statement_csv, store
from app.reports.model import Filters, Sort
from app.reports.statement import Asked
from app.shops.model import ShopRecord
from app.wiring import Wiring

REPORTS = ("creators", "days", "statement")


def export(given: Namespace) -> Answer:
    """The report over the days asked for, since the install unless said. Raises NoSuchShop, Invalid."""
    with wired() as wiring:
        shop = shop_of(wiring, given.shop)
        filters = Filters(_period(given, shop, wiring), shop.currency, given.program, given.creator)
        with wiring.shop_session(shop.id) as session:
            if given.report == "statement":
                lines = list(_statement(session, shop, filters, wiring))
            elif given.report == "days":
                lines = list(reports.days(session, filters))
            else:
                by_name = Sort(store.NAME, descending=False)
                lines = list(reports.creators(session, filters, by_name, wiring.clock.now()))
    heading, *rows = csv.reader(lines)
    facts = [dict(zip(heading, row, strict=True)) for row in rows]
    return Answer("".join(lines).replace("\r\n", "\n"), facts)


def _statement(session: ShopSession, shop: ShopRecord, filters: Filters, wiring: Wiring) -> Iterator[str]:
    if filters.creator is None:
        raise Invalid("A statement is of one creator; name them with --creator HANDLE.")
    found = people.person(session, filters.creator, wiring.clock.now())
    asked = Asked(shop.domain, found.id, found.handle, filters.period, shop.timezone)
    return statement_csv.lines(asked, statement.rows(session, asked))


def _period(given: Namespace, shop: ShopRecord, wiring: Wiring) -> Period:
    today = day_of(wiring.clock.now(), shop.timezone)
    start = given.since or min(day_of(shop.installed_at, shop.timezone), today)
    return Period(start, given.until or max(start, today))
