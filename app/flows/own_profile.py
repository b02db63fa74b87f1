"""A creator says who they are: the name and channels that the shop sees, and their audience."""

import re
from collections.abc import Mapping
from datetime import datetime

from app.creators import profile_store
from app.creators import store as creators
from app.creators.model import LONGEST_ABOUT, MOST_FOLLOWERS, MOST_INTERESTS, Contact, Profile
from app.db.session import ShopSession
from app.flows.change_creator import change_contact
from app.flows.desk import Desk
from app.kernel import words
from app.kernel.errors import Invalid

CHANNELS = ("instagram", "tiktok", "youtube", "twitch", "facebook", "pinterest", "x", "blog", "podcast")
"""Whose names and numbers the form asks for; others that the merchant entered stay."""
_COUNTRY = re.compile(r"[A-Z]{2}")
LONGEST_INTEREST = 40
LONGEST_CHANNEL = 200


def put_profile(
    session: ShopSession, desk: Desk, handle: str, typed: Mapping[str, str], *, actor: str, now: datetime
) -> None:
    """Keep what the form says. The address stays: it is how they sign in. Raises Invalid."""
    known = creators.creator(session, handle, lock=True)
    named = {c: typed.get(f"at_{c}", "").strip() for c in CHANNELS}
    kept = {c: text for c, text in known.contact.profile.items() if c not in CHANNELS}
    said = {c: words.line(text, longest=LONGEST_CHANNEL) for c, text in named.items() if text}
    contact = Contact(words.line(typed.get("name", "")), known.contact.email, kept | said)
    change_contact(session, desk, known.handle, contact, actor=actor, now=now)
    profile_store.put(session, known.id, audience(typed), now)


def audience(typed: Mapping[str, str]) -> Profile:
    """What the form says of the audience. Raises Invalid."""
    about = words.lines(typed.get("about", ""), longest=LONGEST_ABOUT)
    country = typed.get("country", "").strip().upper()
    if country and not _COUNTRY.fullmatch(country):
        raise Invalid(f"{country[:20]!r} is no country: write two letters, as DE.")
    numbers = {c: _followers(c, typed.get(f"followers_{c}", "")) for c in CHANNELS}
    return Profile(
        about, country, {c: n for c, n in numbers.items() if n}, _interests(typed.get("interests", ""))
    )


def _followers(channel: str, typed: str) -> int:
    plain = re.sub(r"[\s.,']", "", typed)
    if not plain:
        return 0
    if not (plain.isascii() and plain.isdecimal() and int(plain[:12]) <= MOST_FOLLOWERS):
        raise Invalid(f"{typed[:20]!r} is no number of followers for {channel}. Write one such as 12500.")
    return int(plain)


def _interests(typed: str) -> tuple[str, ...]:
    found = list(
        dict.fromkeys(words.line(one, longest=LONGEST_INTEREST) for one in typed.split(",") if one.strip())
    )
    if len(found) > MOST_INTERESTS:
        raise Invalid(f"These are {len(found)} interests; at most {MOST_INTERESTS} fit.")
    return tuple(found)
