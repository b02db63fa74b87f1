"""Links in memory: what is known needs no database, and one that is away is not asked by every visitor."""

from pathlib import Path

import pytest

from app.kernel.errors import Retriable
from app.tracking.destination import Target
from app.web.go.book import AWAY_SECONDS, FRESH_SECONDS, LinkBook
from app.web.go.kept import KeptLinks


class Database:
    """Knows `mara`, when it is there."""

    def __init__(self) -> None:
        self.is_away = False
        self.asked: list[str] = []

    def find(self, slug: str) -> Target | None:
        self.asked.append(slug)
        if self.is_away:
            raise Retriable("away")
        return Target(1, 2, slug, "https://lumen.myshopify.com", "/", "blog") if slug == "mara" else None


class Watch:
    at = 100.0

    def __call__(self) -> float:
        return self.at


def test_a_database_that_is_away_is_left_alone_for_a_second_and_then_asked_again(tmp_path: Path) -> None:
    """Each look waits for it and holds a thread: made-up links must not keep the server from good ones."""
    database, watch = Database(), Watch()
    book = LinkBook(database.find, KeptLinks(tmp_path / "links"), watch)
    assert book.get("mara") is not None
    database.is_away = True
    for slug in ("one", "two", "three"):
        with pytest.raises(Retriable):
            book.get(slug)
    assert database.asked == ["mara", "one"]
    assert book.get("mara") is not None
    database.is_away = False
    watch.at += AWAY_SECONDS
    assert book.get("one") is None
    assert database.asked == ["mara", "one", "one"]
    book.close()


def test_a_link_of_a_restart_is_led_on_though_the_database_was_just_away(tmp_path: Path) -> None:
    database, watch = Database(), Watch()
    before = LinkBook(database.find, KeptLinks(tmp_path / "links"), watch)
    before.get("mara")
    before.close()
    database.is_away = True
    book = LinkBook(database.find, KeptLinks(tmp_path / "links"), watch)
    with pytest.raises(Retriable):
        book.get("theo")
    known = book.get("mara")
    assert known is not None
    assert known.target.slug == "mara"
    assert database.asked == ["mara", "theo"]
    book.close()


def test_a_full_disk_keeps_no_shopper_from_the_shop(tmp_path: Path) -> None:
    (tmp_path / "links").mkdir()
    book = LinkBook(Database().find, KeptLinks(tmp_path / "links"), Watch())
    known = book.get("mara")
    assert known is not None
    assert known.target.slug == "mara"
    book.close()


def test_a_link_that_is_gone_leaves_the_file_and_others_stay(tmp_path: Path) -> None:
    """Its slug is often a creator's name, and its shop may have been erased."""
    there, watch, file = {"mara": "/a", "theo": "/b"}, Watch(), tmp_path / "links"

    def find(slug: str) -> Target | None:
        return (
            Target(1, 2, slug, "https://lumen.myshopify.com", there[slug], "blog") if slug in there else None
        )

    book = LinkBook(find, KeptLinks(file), watch)
    assert book.get("mara")
    assert book.get("theo")
    del there["mara"]
    watch.at += FRESH_SECONDS + 1
    book.get("mara")
    assert any(book.get("mara") is None for _ in range(10**7))  # It is looked up behind the shopper's back.
    book.close()
    assert b"mara" not in file.read_bytes()
    assert KeptLinks(file).get("theo") is not None
