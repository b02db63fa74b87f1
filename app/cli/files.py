"""Files that commands are given."""

import sys
from pathlib import Path


def read(file: Path) -> bytes:
    """Everything in the file; `-` is standard input. Raises OSError."""
    return sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
