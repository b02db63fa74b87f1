"""What the admin hands to an embedded app: the signed address of its frame, and ID tokens."""

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from devstore.model import Shop
from devstore.oauth import USER_ID, mint_id_token
from devstore.state import State


@dataclass(frozen=True)
class Staff:
    """A person of the shop who opens the app; `id` becomes the token's sub."""

    id: int
    name: str
    email: str
    account_owner: bool


STAFF = {
    "owner": Staff(USER_ID, "Robin Owner", "owner@lumen.example", account_owner=True),
    "staff": Staff(71_000_002, "Sam Staff", "staff@lumen.example", account_owner=False),
    "viewer": Staff(71_000_003, "Vera Viewer", "vera@lumen.example", account_owner=False),
}


def id_token(state: State, shop: Shop, staff: Staff) -> str:
    """The token that App Bridge hands out to this person."""
    return mint_id_token(state, shop, user_id=staff.id, sid=session_id(shop, staff))


def session_id(shop: Shop, staff: Staff) -> str:
    """The same for one person in one shop, as a browser session would be."""
    return hashlib.sha256(f"{shop.domain}:{staff.id}".encode()).hexdigest()


def encoded_host(netloc: str, shop: Shop) -> str:
    """The `host` parameter: where the admin is, base64url without padding."""
    return base64.urlsafe_b64encode(f"{netloc}/store/{shop.handle}".encode()).decode().rstrip("=")


def frame_address(
    state: State, shop: Shop, staff: Staff, *, path: str, query: str, netloc: str, locale: str
) -> str:
    """The first address of the frame. hmac: hex HMAC-SHA256 over the sorted, encoded query without itself."""
    wanted = dict(parse_qsl(query, keep_blank_values=True))
    wanted |= {
        "embedded": "1",
        "host": encoded_host(netloc, shop),
        "id_token": id_token(state, shop, staff),
        "locale": locale,
        "session": session_id(shop, staff),
        "shop": shop.domain,
        "timestamp": str(int(state.now.timestamp())),
    }
    message = urlencode(sorted(wanted.items()))
    wanted["hmac"] = hmac.new(state.app.client_secret.encode(), message.encode(), hashlib.sha256).hexdigest()
    return f"{state.app.url.rstrip('/')}/{path}?{urlencode(wanted)}"


def staff_json(staff: Staff) -> str:
    """What shopify.user() answers."""
    return json.dumps(
        {"id": staff.id, "name": staff.name, "email": staff.email, "accountOwner": staff.account_owner}
    )
