"""How often Python looks for cycles among its objects. Whoever makes millions of values that hold none asks for less.

The batch path makes a hundred values for each order and no cycle: with the usual settings a fifth of its
time went into looking for one.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

VALUES = 50_000
"""About as many as one portion makes."""


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Look for cycles once in many thousand new values, in the whole process, until this ends."""
    before = gc.get_threshold()
    gc.set_threshold(VALUES, 20, 20)
    try:
        yield
    finally:
        gc.set_threshold(*before)
