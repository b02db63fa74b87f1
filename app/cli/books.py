"""Commands that read the books of one shop, and the one that lets time pass in them."""

from argparse import Namespace
from datetime import datetime
from typing import Any

from app.cli.files import read
from app.cli.say import Answer, table
from app.cli.wired import shop_of, wired
from app.commissions import balances as balances_of
from app.flows import explain as explaining
from app.flows import mature as maturing
from app.flows import prove as proving
from app.kernel.currency import major_units
from app.reports import statement_csv
from app.shops import store as shops
from app.wiring import Wiring


def explain(given: Namespace) -> Answer:
    """Why an order was credited as it was. Raises NoSuchShop, NoSuchOrder."""
    with wired() as wiring:
        shop = shop_of(wiring, given.shop)
        with wiring.shop_session(shop.id) as session:
            record = explaining.explain(session, given.order, as_of(given, wiring))
    return Answer(_story(record), record)


def balances(given: Namespace) -> Answer:
    """What each creator stands at, in minor units by currency. Raises NoSuchShop."""
    with wired() as wiring:
        shop = shop_of(wiring, given.shop)
        with wiring.shop_session(shop.id) as session:
            found = balances_of.balances(session, shop.currency, as_of(given, wiring))
    heading = ("creator", "", "pending", "payable", "in transit", "paid")
    rows = [
        (handle, currency, *(str(major_units(minor, currency)) for minor in cell.values()))
        for handle, cells in found.items()
        for currency, cell in cells.items()
    ]
    return Answer(table([heading, *rows]), {"creators": found})


def prove(given: Namespace) -> Answer:
    """Whether the books hold. Raises NoSuchShop."""
    with wired() as wiring:
        shop = shop_of(wiring, given.shop)
        with wiring.shop_session(shop.id) as session, wiring.batch_session() as again:
            context = shops.contexts_by_id(session, [shop.id])[shop.id]
            proof = proving.prove(session, again, context, as_of(given, wiring))
    lines = [
        f"{'ok    ' if check['ok'] else 'BROKEN'}  {check['name']}" + _offender(check)
        for check in proof["checks"]
    ]
    return Answer("\n".join(lines), proof, ok=proof["ok"])


def verify_statement(given: Namespace) -> Answer:
    """Whether a statement's file is whole and adds up. Needs no database. Raises BadStatement."""
    digest, movements = statement_csv.verify(read(given.file))
    text = (
        f"{digest}\nThe file is whole: {movements} movements lead from its opening to its closing balances."
    )
    return Answer(text, {"digest": digest, "movements": movements})


def mature(given: Namespace) -> Answer:
    """Make payable what is past its hold. Raises NoSuchShop."""
    with wired() as wiring:
        shop, at, orders = shop_of(wiring, given.shop), as_of(given, wiring), 0
        with wiring.batch_session() as session:
            context = shops.contexts_by_id(session, [shop.id])[shop.id]
            session.rollback()
            while taken := maturing.mature(session, [context], at):
                orders += taken
    text = f"{shop.domain}: {orders} orders past their hold on {at.isoformat()} are payable now."
    return Answer(text, {"shop": shop.domain, "as_of": at.isoformat(), "orders": orders})


def as_of(given: Namespace, wiring: Wiring) -> datetime:
    """The time that was asked about; the present without one."""
    found: datetime | None = given.as_of
    return found if found is not None else wiring.clock.now()


def _offender(check: dict[str, Any]) -> str:
    return f": {check['offender']}" if check["offender"] else ""


def _story(record: dict[str, Any]) -> str:
    """An explanation in lines for a person."""
    lines = [
        f"{record['name']} ({record['order']}): {record['status']}; net sales {_money(record['net_sales'])}"
    ]
    lines += [
        f"  {c['creator']} earns {_money(c['commission'])} of {_money(c['base'])} (weight {c['weight']}, {c['status']})"
        for c in record["credits"]
    ]
    lines += [f"  nobody is credited: {record['reason']}"] if record["reason"] else []
    lines += [
        f"  {'won ' if c['won'] else 'lost'}  {c['kind']} {c['value']!r}: {c['reason']}"
        for c in record["candidates"]
    ]
    return "\n".join(lines)


def _money(money: dict[str, Any]) -> str:
    return f"{major_units(money['minor'], money['currency'])} {money['currency']}"
