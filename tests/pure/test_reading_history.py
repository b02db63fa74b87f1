"""CSVs of other apps: what is read, and what is refused in a sentence."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from app.commissions import formats
from app.commissions.import_file import BadHistory
from app.commissions.import_rows import Format, HistoryRow, Options, Place, State, read
from app.kernel import registry
from app.kernel.errors import Invalid

FORMATS = registry.load(formats, Format)
PLACE = Place("EUR", "Europe/Amsterdam", datetime(2026, 11, 22, 12, tzinfo=UTC))
GOAFFPRO = (
    "order_id,order_number,order_value,affiliate_email,affiliate_commission, order_date\n"
    "450789469,#1102,50.00,mara@example.com,5.00,15/02/19 12:53\n"
)
OWN = "creator,order,earned_at,commission,currency,status\nmara,#7,2026-03-01,12.50,EUR,approved\n"


def rows_of(text: str | bytes, name: str = "tribute", options: Options | None = None) -> list[HistoryRow]:
    raw = text if isinstance(text, bytes) else text.encode()
    rows, faults = read(raw, FORMATS[name], options or Options(), PLACE)
    assert faults == []
    return rows


def fault(text: str, name: str = "tribute", options: Options | None = None) -> str:
    _, faults = read(text.encode(), FORMATS[name], options or Options(), PLACE)
    (found,) = faults
    return found.sentence


def test_goaffpros_own_sample_is_read_with_the_blank_in_its_heading() -> None:
    (row,) = rows_of(GOAFFPRO, "goaffpro")
    assert (row.creator, row.mark, row.about, row.amount_minor) == (
        "mara@example.com",
        "450789469",
        "#1102",
        500,
    )
    assert row.earned_at == datetime(2019, 2, 15, 11, 53, tzinfo=UTC)
    assert row.state is State.APPROVED


def test_uppromote_needs_a_day_and_tells_rows_apart_by_what_is_in_them() -> None:
    text = "email,total_sales,commission_amount\nmara@example.com,50.00,5.00\nmara@example.com,60.00,6.00\n"
    with pytest.raises(BadHistory, match="has no dates"):
        read(text.encode(), FORMATS["uppromote"], Options(), PLACE)
    one, other = rows_of(text, "uppromote", Options(earned_on=date(2026, 1, 2)))
    assert one.mark != other.mark
    assert one.earned_at.date() == date(2026, 1, 2)


def test_refersion_is_read_by_its_names_in_words() -> None:
    text = "Conversion ID,Order ID,Affiliate Email,Commission,Currency,Status,Created At\n9,#7,m@e.co,5.00,EUR,PENDING,2026-01-02 10:00:00\n"
    (row,) = rows_of(text, "refersion")
    assert (row.mark, row.about, row.state) == ("9", "#7", State.PENDING)


DUB = "ID,Type,Amount,Earnings,Currency,Status,Invoice ID,Quantity,Created at,Partner email\ncm_1,sale,{},{},eur,processed,in_7,1,2026-01-02T10:00:00.000Z,m@e.co\n"


def test_dub_counts_in_cents_or_in_amounts_and_the_file_says_which() -> None:
    assert rows_of(DUB.format("5000", "500"), "dub")[0].amount_minor == 500
    assert rows_of(DUB.format("50.00", "5.00"), "dub")[0].amount_minor == 500


@pytest.mark.parametrize(
    "raw",
    [
        OWN.encode("utf-8-sig"),
        OWN.encode("utf-16"),
        b"\xfe\xff" + OWN.encode("utf-16-be"),
        OWN.replace(",", ";").encode(),
        OWN.replace(",", "\t").encode(),
        OWN.replace("\n", "\r\n").encode() + b"\r\n\r\n",
        OWN.replace("mara,", '"mara",').encode(),
        b"\n\n" + OWN.encode(),
    ],
)
def test_any_encoding_and_separator_gives_the_same_row(raw: bytes) -> None:
    assert replace(rows_of(raw)[0], line=2) == rows_of(OWN)[0]


def test_names_in_latin_1_are_read() -> None:
    assert rows_of(OWN.replace("mara", "Zoë").encode("latin-1"))[0].creator == "Zoë"


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "is empty"),
        (b"\n\n", "is empty"),
        (OWN.splitlines()[0].encode(), "heading and no rows"),
        (b"PK\x03\x04rest", "is a spreadsheet"),
        (b"a\0b,c\n1,2\n", "is no text"),
        (OWN.replace("commission,", "comission,").encode(), "need the columns commission"),
        (OWN.replace("status", "order").encode(), "stands in the file twice"),
        (OWN.replace("mara", '"mara').encode(), "is no CSV"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_as_a_whole(raw: bytes, words: str) -> None:
    with pytest.raises(BadHistory, match=words):
        read(raw, FORMATS["tribute"], Options(), PLACE)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("12.50", "12,50", "cells, the heading"),
        ("12.50", '"12,50"', "read in two ways"),
        ("12.50", "12.505", "not an exact amount"),
        ("12.50", "€12.50", "not an exact amount"),
        ("12.50", "NaN", "not an exact amount"),
        ("12.50", "", "commission is empty"),
        ("12.50", "1e400", "not an exact amount"),
        ("EUR", "USD", "in USD; the shop's books are in EUR"),
        ("2026-03-01", "01/03/2026", "is not a date like"),
        ("2026-03-01", "2026-02-30", "is not a date like"),
        ("2026-03-01", "2027-03-01", "lies in the future"),
        ("2026-03-01", "1970-01-01", "lies before"),
        ("2026-03-01", "", "date is empty"),
        ("approved", "unknown", "status 'unknown' is not known"),
        ("mara", "", "creator is empty"),
        ("mara", "m" * 300, "at most 200 fit"),
    ],
)  # fmt: skip
def test_each_bad_row_gets_a_sentence(old: str, new: str, words: str) -> None:
    assert words in fault(OWN.replace(old, new, 1))


def test_a_row_that_stands_twice_is_told_with_the_line_of_the_first() -> None:
    text = OWN + OWN.splitlines()[1] + "\n"
    assert fault(text) == "Order #7 of mara stands in line 2 already."


def test_every_fault_is_told_at_once() -> None:
    text = OWN + "theo,#8,yesterday,1.00,EUR,\n" + "ama,#9,2026-03-01,x,EUR,\n"
    _, faults = read(text.encode(), FORMATS["tribute"], Options(), PLACE)
    assert [f.line for f in faults] == [3, 4]


def test_a_yen_has_no_cents() -> None:
    place = Place("JPY", "Asia/Tokyo", PLACE.now)
    rows, _ = read(
        OWN.replace("EUR", "JPY").replace("12.50", "1250").encode(), FORMATS["tribute"], Options(), place
    )
    assert rows[0].amount_minor == 1250


def test_a_hold_has_its_range() -> None:
    with pytest.raises(Invalid, match="between 0 and 120"):
        Options(hold_days=121)
