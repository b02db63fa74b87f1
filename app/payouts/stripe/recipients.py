"""Creators at Stripe: an account each, whose owner answers Stripe's questions on Stripe's own pages."""

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

import stripe

from app.payouts.provider import Recipient

if TYPE_CHECKING:
    from stripe.params.v2.core import AccountCreateParams

_CONNECT = ("stripe_balance", "stripe_transfers")
_GLOBAL = ("bank_accounts", "local")


@dataclass(frozen=True)
class Recipients:
    """Opens accounts and asks about them. Raises stripe.StripeError."""

    client: stripe.StripeClient
    is_global: bool

    def open(self, recipient: Recipient, key: UUID) -> str:
        """An account of a recipient; the same one for the same key. Returns Stripe's number of it."""
        group, capability = _GLOBAL if self.is_global else _CONNECT
        asked: AccountCreateParams = {
            "contact_email": recipient.email,
            "display_name": recipient.name,
            "dashboard": "none" if self.is_global else "express",
            "identity": {
                "country": recipient.country.lower(),
                "entity_type": "company" if recipient.is_company else "individual",
            },
            "configuration": {"recipient": {"capabilities": {group: {capability: {"requested": True}}}}},  # type: ignore[misc]  # the name of the key is one of the two above
            "defaults": {
                "currency": recipient.currency.lower(),
                "responsibilities": {"fees_collector": "application", "losses_collector": "application"},
            },
            "include": ["configuration.recipient", "requirements"],
            "metadata": {"creator": str(key)},
        }
        return self.client.v2.core.accounts.create(asked, {"idempotency_key": f"account-{key}"}).id

    def link(self, account_id: str, *, refresh_url: str, return_url: str) -> str:
        """An address of Stripe's that works once and for minutes: made on a click, never stored or mailed."""
        link = self.client.v2.core.account_links.create(
            {
                "account": account_id,
                "use_case": {
                    "type": "account_onboarding",
                    "account_onboarding": {
                        "refresh_url": refresh_url,
                        "return_url": return_url,
                        "collection_options": {"fields": "eventually_due"},
                    },
                },
            }
        )
        return link.url

    def complaint(self, account_id: str) -> str | None:
        """None when Stripe pays them now, else a sentence for the creator. That somebody came back proves nothing."""
        account = self.client.v2.core.accounts.retrieve(
            account_id, {"include": ["configuration.recipient", "requirements"]}
        )
        if account.closed:
            return "This account at Stripe is closed. Set up another one."
        status = self._status(account)
        if status == "active":
            return None
        if status in {"restricted", "unsupported"}:
            return "Stripe does not pay to this account. Open Stripe's page: it says what is missing."
        return "Stripe still has questions, or looks at the answers. Open Stripe's page to go on."

    def _status(self, account: "stripe.v2.core.Account") -> str:
        group, capability = _GLOBAL if self.is_global else _CONNECT
        recipient = account.configuration.recipient if account.configuration else None
        granted = getattr(recipient.capabilities, group, None) if recipient is not None else None
        return str(getattr(getattr(granted, capability, None), "status", "pending"))
