"""Destroying what payouts know of people. What was paid, and when, stays for the books."""

from sqlalchemy import delete, update

from app.db.session import Fenced, ShopSession
from app.kernel.ids import ShopId
from app.payouts.tables import (
    Payout,
    PayoutDetails,
    PayoutFile,
    PayoutPause,
    PayoutRun,
    PayoutSettings,
    TaxFormFile,
)


def forget_shop(session: Fenced, shop_id: ShopId) -> None:
    """Accounts, tax forms, files for banks, reasons and addresses of a whole shop."""
    details = PayoutDetails
    session.execute(
        update(details)
        .where(details.shop_id == shop_id)
        .values(sealed=None, blind_index=None, masked="erased", bank_name=None, added_by="")
    )
    session.execute(delete(PayoutFile).where(PayoutFile.shop_id == shop_id))
    session.execute(delete(TaxFormFile).where(TaxFormFile.shop_id == shop_id))
    session.execute(delete(PayoutPause).where(PayoutPause.shop_id == shop_id))
    session.execute(delete(PayoutSettings).where(PayoutSettings.shop_id == shop_id))
    said = {"reason": None, "refusal": None, "refusal_code": None}
    session.execute(update(Payout).where(Payout.shop_id == shop_id).values(**said))
    session.execute(update(PayoutRun).where(PayoutRun.shop_id == shop_id).values(declined_because=None))


def forget_creator(session: ShopSession, creator_id: int) -> None:
    """The accounts and tax forms of one creator, and what they were told. What was paid, and when, stays."""
    details = PayoutDetails
    session.execute(
        update(details)
        .where(details.shop_id == session.shop_id, details.creator_id == creator_id)
        .values(sealed=None, blind_index=None, masked="erased", bank_name=None)
    )
    asked = (PayoutRun.shop_id == session.shop_id, PayoutRun.only_creator_id == creator_id)
    session.execute(update(PayoutRun).where(*asked).values(declined_because=None))
    forms = TaxFormFile
    session.execute(delete(forms).where(forms.shop_id == session.shop_id, forms.creator_id == creator_id))
