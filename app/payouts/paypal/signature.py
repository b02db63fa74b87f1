"""Whether a webhook is PayPal's: PayPal itself is asked, with the very bytes that came."""

import json
from collections.abc import Mapping
from urllib.parse import urlsplit

from app.kernel.errors import Forbidden
from app.payouts.paypal.client import Away, NoAnswer, PaypalClient

_FIELDS: Mapping[str, str] = {
    "auth_algo": "paypal-auth-algo",
    "cert_url": "paypal-cert-url",
    "transmission_id": "paypal-transmission-id",
    "transmission_sig": "paypal-transmission-sig",
    "transmission_time": "paypal-transmission-time",
}
_LONGEST = 2000
_HOSTS = (".paypal.com",)
_OK = 200


def verify(client: PaypalClient, webhook_id: str, headers: Mapping[str, str], body: bytes) -> None:
    """Raises Forbidden for what PayPal did not send, Retriable when PayPal cannot be asked. `body` is known to be JSON."""
    said = {field: headers.get(name, "") for field, name in _FIELDS.items()}
    if not all(said.values()) or any(len(value) > _LONGEST for value in said.values()):
        raise Forbidden("This webhook has not the headers by which PayPal signs.")
    if not _is_paypal(said["cert_url"]):
        raise Forbidden("The certificate of this webhook is not at an address of PayPal's.")
    # PayPal signs bytes: written again by us they could be others. A whole JSON value fits into another as it is.
    asked = json.dumps({**said, "webhook_id": webhook_id}).encode()
    try:
        reply = client.post(
            "notifications",
            "verify-webhook-signature",
            body=asked[:-1] + b', "webhook_event": ' + body + b"}",
        )
    except NoAnswer:
        raise Away from None
    if reply.is_fault or reply.is_too_early:
        raise Away
    if reply.status != _OK or reply.body.get("verification_status") != "SUCCESS":
        raise Forbidden("PayPal says that it did not send this webhook.")


def _is_paypal(address: str) -> bool:
    parts = urlsplit(address)
    host = parts.hostname or ""
    return parts.scheme == "https" and host.endswith(_HOSTS) and "@" not in parts.netloc
