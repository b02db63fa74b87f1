"""How often Python looks for cycles among its objects. Whoever makes millions of values that hold none asks for less.

The batch path makes a hundred values for each order and no cycle: with the usual settings a fifth of its
time went into looking for one.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

VALUES = 50_000
"""About as many as one portion makes."""

_lock = Lock()
_asking: list[tuple[int, int, int]] = []
"""For each that asks for less now, the settings as it found them."""


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Look for cycles once in many thousand new values, in the whole process, until the last that asked ends."""
    with _lock:
        _asking.append(gc.get_threshold() if not _asking else _asking[0])
        gc.set_threshold(VALUES, 20, 20)
    try:
        yield
    finally:
        with _lock:
            usual = _asking.pop()
            if not _asking:
                gc.set_threshold(*usual)
