"""What both applications of pages are set up with: the name of the build, how long files keep, how large forms are."""

from functools import cache
from hashlib import sha256
from pathlib import Path

HERE = Path(__file__).parent
FOR_A_YEAR = 31_536_000
LARGEST_FORM = 1_000_000
"""Bytes of a form. Webhooks have a door and a limit of their own."""


@cache
def build_of() -> str:
    """Names the deployed pages: another value makes open pages load themselves anew."""
    digest = sha256()
    for folder in ("static", "templates"):
        for path in sorted((HERE / folder).rglob("*")):
            if path.is_file():
                digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
