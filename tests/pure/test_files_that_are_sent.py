"""What hangs on a message is known by what is in it, and its name can harm nobody."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.messages.model import LARGEST_FILE, BadFile, attachment

PDF = b"%PDF-1.7"


@given(st.text(max_size=300))
def test_no_name_is_a_path_a_header_or_a_program(name: str) -> None:
    made = attachment(name, PDF)
    assert made.name.endswith(".pdf")
    assert len(made.name) <= 104
    assert not set(made.name[:-4]) & set("/\\\r\n\0\";'<>:.")


def test_a_name_says_what_it_said_where_that_harms_nobody() -> None:
    assert attachment("C:\\scans\\Beleg März.png", PDF).name == "Beleg März.pdf"
    assert attachment("../../etc/passwd", PDF).name == "passwd.pdf"
    assert attachment("", PDF).name == "file.pdf"


@pytest.mark.parametrize("content", [b"", b"MZ", b"<html>", b"GIF89a", b"<svg>"])
def test_other_kinds_are_refused(content: bytes) -> None:
    with pytest.raises(BadFile, match="Only a PDF"):
        attachment("harmless.pdf", content)


def test_a_large_file_is_refused_with_its_size() -> None:
    with pytest.raises(BadFile, match=r"1\.0 MB"):
        attachment("a.pdf", PDF + b"0" * (LARGEST_FILE + 100_000))
