"""The statements that the app sends to the database."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event

from app.wiring import Wiring


@contextmanager
def asked(wiring: Wiring, *, without: str | None = None) -> Iterator[list[str]]:
    """All that are sent meanwhile, but those that hold the word."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if without is None or without not in statement:
            sent.append(statement)

    event.listen(wiring.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(wiring.engine, "before_cursor_execute", note)
