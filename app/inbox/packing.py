"""Bodies in little room: what is older than a month is kept compressed. Pure; every reader of a body calls unpack.

The digest of a body is that of what was received, packed or not.
"""

from threading import local

import zstandard

LEVEL = 3
"""Higher levels took several times longer and saved a twentieth."""


def pack(body: bytes) -> bytes:
    """The body compressed by zstd; the column beside it then says so."""
    return zstandard.compress(body, LEVEL)


def unpack(stored: bytes, packing: str | None) -> bytes:
    """The body as it was received; `packing` is what the column beside it says."""
    return stored if packing is None else _own.unpacker.decompress(stored)


class _Own(local):
    """One for each thread: making it anew for every body took longer than unpacking."""

    def __init__(self) -> None:
        self.unpacker = zstandard.ZstdDecompressor()


_own = _Own()
