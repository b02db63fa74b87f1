"""SEPA credit transfers as pain.001.001.09: structured addresses, exact sums, the same order the same bytes."""

from dataclasses import dataclass
from datetime import UTC
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from app.kernel.money import Money
from app.payouts.amounts import decimal_string
from app.payouts.bank.letters import sepa_text
from app.payouts.bank.order import Order, Payment, checked, wrong_details
from app.payouts.bank.references import PAYOUT, RUN, reference
from app.payouts.details import SepaAccount
from app.payouts.ways import SEPA_COUNTRIES

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
_LARGEST = 999_999_999_99
"""EUR 999,999,999.99: the most one SEPA credit transfer can carry (rulebook AT-T002)."""
_NAME, _REMARK, _TOWN = 70, 140, 35


@dataclass(frozen=True, slots=True)
class SepaPayer:
    """Whose account pays. Town and country are the structured address that banks ask for since 15 November 2026."""

    name: str
    account: SepaAccount
    town: str
    country: str


def sepa_file(payer: SepaPayer, order: Order) -> bytes:
    """The file, UTF-8 with only SEPA letters in it. Raises BadOrder.

    MsgId is the run and EndToEndId the payout (`references`): a bank refuses a run that it has seen.
    """
    total = checked(order.payments, currency="EUR", largest_minor=_LARGEST)
    document = Element("Document", xmlns=NAMESPACE)
    root = SubElement(document, "CstmrCdtTrfInitn")
    _header(root, payer, order, total)
    batch = _batch(root, payer, order, total)
    for payment in order.payments:
        _transfer(batch, payment)
    indent(document)
    written: str = tostring(document, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{written}\n'.encode()


def _header(root: Element, payer: SepaPayer, order: Order, total: int) -> None:
    header = SubElement(root, "GrpHdr")
    _text(header, "MsgId", reference(RUN, order.run_id))
    _text(header, "CreDtTm", f"{order.created_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}")
    _sums(header, order, total)
    _text(SubElement(header, "InitgPty"), "Nm", sepa_text(payer.name, _NAME))


def _batch(root: Element, payer: SepaPayer, order: Order, total: int) -> Element:
    batch = SubElement(root, "PmtInf")
    _text(batch, "PmtInfId", reference(RUN, order.run_id))
    _text(batch, "PmtMtd", "TRF")
    _text(batch, "BtchBookg", "false")
    _sums(batch, order, total)
    _text(SubElement(SubElement(batch, "PmtTpInf"), "SvcLvl"), "Cd", "SEPA")
    _text(SubElement(batch, "ReqdExctnDt"), "Dt", order.execute_on.isoformat())
    debtor = SubElement(batch, "Dbtr")
    _text(debtor, "Nm", sepa_text(payer.name, _NAME))
    address = SubElement(debtor, "PstlAdr")
    _text(address, "TwnNm", sepa_text(payer.town, _TOWN))
    _text(address, "Ctry", payer.country)
    _account(batch, "DbtrAcct", payer.account)
    _bank(SubElement(batch, "DbtrAgt"), payer.account)
    _text(batch, "ChrgBr", "SLEV")
    return batch


def _transfer(batch: Element, payment: Payment) -> None:
    details = payment.details
    if not isinstance(details, SepaAccount):
        raise wrong_details(payment, "an IBAN")
    if details.country not in SEPA_COUNTRIES:
        raise wrong_details(payment, "an IBAN of a country in SEPA")
    transfer = SubElement(batch, "CdtTrfTxInf")
    _text(SubElement(transfer, "PmtId"), "EndToEndId", reference(PAYOUT, payment.payout_id))
    amount = SubElement(SubElement(transfer, "Amt"), "InstdAmt", Ccy="EUR")
    amount.text = decimal_string(payment.amount)
    if details.bic is not None:
        _bank(SubElement(transfer, "CdtrAgt"), details)
    _text(SubElement(transfer, "Cdtr"), "Nm", sepa_text(payment.name, _NAME))
    _account(transfer, "CdtrAcct", details)
    _text(SubElement(transfer, "RmtInf"), "Ustrd", sepa_text(payment.remark, _REMARK))


def _sums(parent: Element, order: Order, total: int) -> None:
    _text(parent, "NbOfTxs", str(len(order.payments)))
    _text(parent, "CtrlSum", decimal_string(Money(total, "EUR")))


def _account(parent: Element, tag: str, account: SepaAccount) -> None:
    _text(SubElement(SubElement(parent, tag), "Id"), "IBAN", account.iban)


def _bank(parent: Element, account: SepaAccount) -> None:
    institution = SubElement(parent, "FinInstnId")
    if account.bic is not None:
        _text(institution, "BICFI", account.bic)
    else:
        _text(SubElement(institution, "Othr"), "Id", "NOTPROVIDED")


def _text(parent: Element, tag: str, text: str) -> None:
    SubElement(parent, tag).text = text
