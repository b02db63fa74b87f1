"""What the merchant's and the creator's page of links share: where links are shared, and their pictures."""

from dataclasses import dataclass

import segno

CHANNELS = ("instagram", "tiktok", "youtube", "email", "blog", "podcast", "newsletter", "other")
"""What the form offers; a file for `tribute apply` may name any other."""


@dataclass(frozen=True)
class QRCode:
    """A short link as a picture, as addresses that hold it: a picture in the admin's frame cannot be asked for by itself."""

    svg: str
    png: str


def qr(address: str) -> QRCode:
    """The picture that a phone's camera reads; a seventh of it may be dirty."""
    made = segno.make(address, error="m", micro=False)
    return QRCode(made.svg_data_uri(scale=8, border=4, xmldecl=False), made.png_data_uri(scale=16, border=4))
