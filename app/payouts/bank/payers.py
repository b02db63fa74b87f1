"""Whose account pays, for each kind of file, and the writing of it. Pure; kept sealed, since it holds an account number."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

import msgspec

from app.kernel.errors import Invalid
from app.payouts.bank.nacha import AchPayer, nacha_file
from app.payouts.bank.order import BadOrder, Order, Payment
from app.payouts.bank.sepa import SepaPayer, sepa_file
from app.payouts.bank.sheets import UK_PLAIN, WISE_BATCH, Template, uk_sheet, wise_sheet
from app.payouts.details import iban
from app.payouts.ways import Way

_MOST_NAME = 70


class Sepa(msgspec.Struct, frozen=True, kw_only=True):
    """The shop's account for SEPA, as it was entered."""

    name: str
    iban: str
    town: str
    country: str


class Ach(msgspec.Struct, frozen=True, kw_only=True):
    """What the shop's bank gave it for ACH."""

    name: str
    company_id: str
    bank_name: str
    bank_routing: str


class Payers(msgspec.Struct, frozen=True, kw_only=True):
    """What a shop has set up; UK and Wise files name no payer."""

    sepa: Sepa | None = None
    ach: Ach | None = None
    uk: Template = UK_PLAIN
    wise: Template = WISE_BATCH


@dataclass(frozen=True, slots=True)
class Written:
    """A file as it is downloaded."""

    name: str
    content: bytes


FILES = frozenset({Way.SEPA, Way.ACH, Way.UK_BANK, Way.WISE})
"""The ways that a file pays."""


def to_bytes(payers: Payers) -> bytes:
    """To be sealed."""
    return msgspec.json.encode(payers)


def from_bytes(plain: bytes) -> Payers:
    """What `to_bytes` wrote."""
    return msgspec.json.decode(plain, type=Payers)


def checked(payers: Payers) -> Payers:
    """The same with a plain IBAN. Raises BadDetails, Invalid, with the sentence for the form."""
    sepa = payers.sepa
    if sepa is None:
        return payers
    if not 0 < len(sepa.name.strip()) <= _MOST_NAME:
        raise Invalid("The name on the account is 1 to 70 letters.")
    if not sepa.town.strip() or len(sepa.country) != 2:  # noqa: PLR2004 - ISO 3166
        raise Invalid(
            "Banks ask for town and country of the payer since 15 November 2026: write both, as Utrecht, NL."
        )
    return msgspec.structs.replace(payers, sepa=msgspec.structs.replace(sepa, iban=iban(sepa.iban).iban))


def missing(payers: Payers, way: Way) -> str | None:
    """What has to be entered before files of this kind can be written; None: nothing."""
    if way is Way.SEPA and payers.sepa is None:
        return "SEPA files need the shop's own IBAN: enter it in Settings, Payouts, Bank files."
    if way is Way.ACH and payers.ach is None:
        return "ACH files need what the shop's bank gave it: enter it in Settings, Payouts, Bank files."
    return None


def write(payers: Payers, way: Way, order: Order) -> Written:
    """The file of one way and currency: the same order, the same bytes. Raises BadOrder."""
    wanting = missing(payers, way)
    if wanting is not None:
        raise BadOrder(wanting)
    currency = order.payments[0].amount.currency if order.payments else ""
    name = f"payouts-{order.run_id}-{way.value}-{currency}".lower().replace("_", "-")
    if way is Way.SEPA and payers.sepa is not None:
        sepa = payers.sepa
        payer = SepaPayer(sepa.name, iban(sepa.iban), sepa.town, sepa.country)
        return Written(f"{name}.xml", sepa_file(payer, order))
    if way is Way.ACH and payers.ach is not None:
        ach = payers.ach
        return Written(
            f"{name}.txt",
            nacha_file(AchPayer(ach.name, ach.company_id, ach.bank_name, ach.bank_routing), order),
        )
    if way is Way.UK_BANK:
        return Written(f"{name}.csv", uk_sheet(payers.uk, order))
    if way is Way.WISE:
        return Written(f"{name}.csv", wise_sheet(payers.wise, order, currency))
    raise BadOrder(f"No bank takes a file of {way.value} payments. Choose SEPA, ACH, a UK bank or Wise.")


def order_of(run_id: int, created_at: datetime, payments: tuple[Payment, ...]) -> Order:
    """To be carried out on the day of the run by UTC: banks take the next day on which they work."""
    return Order(run_id, created_at, _day(created_at), payments)


def _day(at: datetime) -> date:
    return at.astimezone(ZoneInfo("UTC")).date()
