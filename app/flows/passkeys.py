"""A creator signs in by a key of their device instead of a mailed link.

The question and its answer are of one minute's talk with one browser: each question is kept on our side and
answered once. Source: W3C Web Authentication level 3; what is checked is webauthn's (docs/decisions/0108).
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import parse_authentication_credential_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from app.db.session import PlatformSession
from app.flows.sign_in import SignIn
from app.identities import passkey_store as store
from app.identities.model import LONGEST_NAME, MOST_PASSKEYS, Identity, Passkey, digest
from app.kernel.clock import Clock
from app.kernel.errors import Conflict, Invalid
from app.kernel.ids import random_token

NAME = "Tribute"


class BadPasskey(Invalid):
    """An answer that does not hold. Which part of it did not is nobody's business."""

    def __init__(self) -> None:
        super().__init__("This passkey could not be checked. Try again, or have a link mailed.")


@dataclass(frozen=True, slots=True)
class Question:
    """What the browser asks the device, and the ticket that it brings back with the answer."""

    ticket: str
    options: dict[str, Any]


@dataclass(frozen=True)
class Passkeys:
    """Adding keys and signing in by them."""

    open_platform: Callable[[], PlatformSession]
    sign_in: SignIn
    clock: Clock
    url: str

    @property
    def host(self) -> str:
        """What keys are made for: they answer no other site."""
        return urlsplit(self.url).hostname or ""

    @property
    def are_possible(self) -> bool:
        """Whether browsers have keys for this address: not for one that is a number."""
        try:
            ip_address(self.host)
        except ValueError:
            return True
        return False

    def ask_to_add(self, identity: Identity) -> Question:
        """The question that makes a key. Raises Conflict for who has enough of them."""
        with self.open_platform() as session, session.begin():
            known = store.of(session, identity.id)
            if len(known) >= MOST_PASSKEYS:
                raise Conflict(
                    f"You have {len(known)} passkeys, which is as many as one may have. Remove one first."
                )
            options = generate_registration_options(
                rp_id=self.host,
                rp_name=NAME,
                user_name=identity.email,
                user_id=digest(f"person {identity.id}"),
                exclude_credentials=[PublicKeyCredentialDescriptor(id=key.credential_id) for key in known],
                authenticator_selection=AuthenticatorSelectionCriteria(
                    resident_key=ResidentKeyRequirement.REQUIRED,
                    user_verification=UserVerificationRequirement.REQUIRED,
                ),
            )
            return self._asked(session, options.challenge, identity.id, options_to_json(options))

    def add(self, identity: Identity, ticket: str, answer: str, name: str) -> None:
        """Keep the key that was made. Raises BadPasskey."""
        now = self.clock.now()
        with self.open_platform() as session, session.begin():
            asked = store.asked(session, digest(ticket), now)
            if asked is None or asked[1] != identity.id:
                raise BadPasskey
            try:
                made = verify_registration_response(
                    credential=answer,
                    expected_challenge=asked[0],
                    expected_rp_id=self.host,
                    expected_origin=self.url,
                    require_user_verification=True,
                )
            except (WebAuthnException, ValueError):
                raise BadPasskey from None
            if store.find(session, made.credential_id) is not None:
                raise BadPasskey
            plain = "".join(c for c in name if c.isprintable()).strip()[:LONGEST_NAME] or "Passkey"
            key = Passkey(
                made.credential_id, identity.id, made.credential_public_key, made.sign_count, plain, now, None
            )
            store.add(session, key)

    def ask_to_sign_in(self) -> Question:
        """The question that any key of ours may answer."""
        options = generate_authentication_options(
            rp_id=self.host, user_verification=UserVerificationRequirement.REQUIRED
        )
        with self.open_platform() as session, session.begin():
            return self._asked(session, options.challenge, None, options_to_json(options))

    def enter(self, ticket: str, answer: str, agent: str, before: str | None) -> str:
        """The secret of a new session; the one of before ends. Raises BadPasskey."""
        now = self.clock.now()
        with self.open_platform() as session, session.begin():
            asked = store.asked(session, digest(ticket), now)
            if asked is None:
                raise BadPasskey
            key = self._checked(session, asked[0], answer)
            return self.sign_in.begin(session, key.identity_id, agent, before)

    def _checked(self, session: PlatformSession, challenge: bytes, answer: str) -> Passkey:
        try:
            given = parse_authentication_credential_json(answer)
            key = store.find(session, given.raw_id)
            if key is None:
                raise BadPasskey
            proved = verify_authentication_response(
                credential=given,
                expected_challenge=challenge,
                expected_rp_id=self.host,
                expected_origin=self.url,
                credential_public_key=key.public_key,
                credential_current_sign_count=key.sign_count,
                require_user_verification=True,
            )
        except (WebAuthnException, ValueError):
            raise BadPasskey from None
        store.used(session, key.credential_id, proved.new_sign_count, self.clock.now())
        return key

    def _asked(
        self, session: PlatformSession, challenge: bytes, identity_id: int | None, options: str
    ) -> Question:
        ticket = random_token()
        store.ask(session, digest(ticket), challenge, identity_id, self.clock.now())
        return Question(ticket, json.loads(options))
