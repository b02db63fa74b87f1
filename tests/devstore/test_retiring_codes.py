"""A code whose time is over stops working in Shopify, however many codes its discount carries."""

from datetime import timedelta

from sqlalchemy import text

from app.shops.model import ShopRecord
from app.wiring import Wiring
from devstore.model import Shop
from tests.devstore.test_issuing_codes import app, record, states, wants

__all__ = ["app", "record"]
MANY = 300
"""More than a page of 250, and far more than the 25 that a look-up of a code lists."""


def test_the_last_code_of_a_large_discount_is_found_and_taken_away(
    app: Wiring, record: ShopRecord, shop: Shop
) -> None:
    wants(app, record, "MARA-A", "MARA-Z")
    app.job_worker.run_due()
    (discount,) = shop.discounts.values()
    last = discount.codes.pop()
    discount.codes += [type(last)(10_000 + n, f"OTHER{n}", last.created_at) for n in range(MANY)]
    discount.codes.append(last)
    with app.shop_session(record.id) as session, session.begin():
        # As after a kill: the code was found to be there, and its place among so many was not told.
        session.execute(
            text("update codes set redeem_code_gid = null, valid_to = :now where code = :code"),
            {"now": app.clock.now() - timedelta(minutes=1), "code": last.code},
        )
    with app.shop_session(record.id) as session, session.begin():
        app.queue.defer(session, "codes.retire", {"shop_id": record.id})
    app.job_worker.run_due()
    assert last.code not in {one.code for one in discount.codes}
    assert len(discount.codes) == MANY + 1
    assert states(app, record)[last.code] == "disabled"
