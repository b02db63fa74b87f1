"""A CSV of unknown making as text and cells: encodings, separators, a heading. Pure."""

import csv
import io

from app.kernel.errors import Invalid

MOST_ROWS = 50_000
DELIMITERS = ",;\t"


class BadHistory(Invalid):
    """A file that cannot be read at all: its sentence is about the whole of it."""


def decode(raw: bytes) -> str:
    """The text of the file: UTF-8 with or without its mark, UTF-16 with its mark, else Latin-1 (Windows).

    Raises BadHistory for what is no text.
    """
    if raw[:4] == b"PK\x03\x04" or raw[:4] == b"\xd0\xcf\x11\xe0":
        raise BadHistory("This is a spreadsheet, not a CSV. Export or save it as CSV and choose that file.")
    marked = raw.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        text = raw.decode("utf-16" if marked else "utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("cp1252", errors="replace")
    if "\0" in text or "\ufffd" in text:
        raise BadHistory("The file is no text in UTF-8, UTF-16 or Latin-1; export it as CSV in UTF-8.")
    return text


def table(text: str) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """The headers as they are compared, and (line, cells) of every row that is not empty. Raises BadHistory."""
    first = text.lstrip("\r\n").splitlines()[:1]
    if not first:
        raise BadHistory("The file is empty.")
    delimiter = max(DELIMITERS, key=first[0].count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        read_rows = [(reader.line_num, cells) for cells in reader if any(c.strip() for c in cells)]
    except csv.Error as error:
        raise BadHistory(f"Line {reader.line_num} is no CSV: {error}.") from None
    if len(read_rows) - 1 > MOST_ROWS:
        raise BadHistory(f"The file has {len(read_rows) - 1} rows; at most {MOST_ROWS} are taken at once.")
    if len(read_rows) == 1:
        raise BadHistory("The file has a heading and no rows.")
    return [name(cell) for cell in read_rows[0][1]], read_rows[1:]


def name(header: str) -> str:
    """A header as it is compared."""
    return "_".join(header.strip().casefold().replace("-", " ").replace("_", " ").split())
