"""The only reader of the environment. A missing or malformed value stops the start with its name."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.fernet import Fernet

from app.kernel.errors import Invalid
from app.shopify.domain import is_shop_domain

API_VERSION = "2026-10"
"""Of the Admin API; supported until 2027-10-16."""

MOST_PROXIES = 9


class BadSetting(Invalid):
    """A setting that is missing or cannot be read. Shows the name, never the value: it may be a secret."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"{name} {why}")
        self.name = name


@dataclass(frozen=True)
class Settings:
    """Everything the environment decides, read once."""

    database_url: str | None
    """None: the embedded server under `data`."""
    data: Path
    url: str
    """Where browsers and Shopify reach the app."""
    secret_keys: tuple[str, ...] = field(repr=False)
    """Encryption keys, newest first; older ones still read."""
    shopify_api_key: str
    shopify_api_secret: str = field(repr=False)
    shopify_api_secret_old: str | None = field(repr=False, default=None)
    shopify_admin_origin: str | None = None
    """Set only for the devstore: one origin that stands for every shop's admin."""
    shopify_cdn_origin: str = "https://cdn.shopify.com"
    trusted_proxies: int = 0
    """How many proxies of the operator's own stand in front and add to X-Forwarded-For; 0: none, the header is not read."""
    clock_file: Path | None = None
    """A pretend present; honoured only with shopify_admin_origin."""

    sole_shop: str | None = None
    """The shop that the providers' keys in the environment belong to; None: each shop enters its own."""
    provider_keys: Mapping[str, Mapping[str, str]] = field(default_factory=dict, repr=False)
    """By provider, of the sole shop."""
    smtp_url: str | None = field(repr=False, default=None)
    """The mail server; None: mails wait."""
    mail_from: str = "tribute@localhost"
    """The address that mails come from."""
    provider_bases: Mapping[str, str] = field(default_factory=dict)
    """Where pretend providers are; honoured only with shopify_admin_origin."""

    @property
    def spool(self) -> Path:
        """Where clicks wait for the database."""
        return self.data / "spool"

    @property
    def api_secrets(self) -> tuple[str, ...]:
        """The secret, and the one before it while it is being rotated."""
        return tuple(s for s in (self.shopify_api_secret, self.shopify_api_secret_old) if s)


def read(environ: Mapping[str, str] | None = None) -> Settings:
    """Settings from the environment. Raises BadSetting with the name of the first that is wrong."""
    if environ is None:
        import os

        environ = os.environ  # noqa: TID251 - this is the one reader
    admin_origin = _origin(environ, "SHOPIFY_ADMIN_ORIGIN", None)
    clock = environ.get("TRIBUTE_CLOCK_FILE")
    sole = _sole_shop(environ)
    url = _origin(environ, "TRIBUTE_URL", "http://127.0.0.1:8000") or ""
    return Settings(
        database_url=_database_url(environ.get("DATABASE_URL")),
        data=Path(environ.get("TRIBUTE_DATA") or ".tribute"),
        url=url,
        secret_keys=_secret_keys(_required(environ, "TRIBUTE_SECRET_KEYS")),
        shopify_api_key=_required(environ, "SHOPIFY_API_KEY"),
        shopify_api_secret=_required(environ, "SHOPIFY_API_SECRET"),
        shopify_api_secret_old=environ.get("SHOPIFY_API_SECRET_OLD") or None,
        shopify_admin_origin=admin_origin,
        shopify_cdn_origin=_origin(environ, "SHOPIFY_CDN_ORIGIN", "https://cdn.shopify.com") or "",
        trusted_proxies=_proxies(environ.get("TRIBUTE_TRUSTED_PROXIES") or "0"),
        clock_file=Path(clock) if clock and admin_origin else None,
        smtp_url=_smtp(environ),
        mail_from=environ.get("TRIBUTE_MAIL_FROM") or f"tribute@{urlsplit(url).hostname or 'localhost'}",
        sole_shop=sole,
        provider_keys=_provider_keys(environ) if sole else {},
        provider_bases=_bases(environ) if admin_origin else {},
    )


def _required(environ: Mapping[str, str], name: str) -> str:
    value = environ.get(name, "")
    if not value:
        raise BadSetting(name, "is not set. `tribute doctor` lists what the app needs.")
    return value


def _origin(environ: Mapping[str, str], name: str, default: str | None) -> str | None:
    value = environ.get(name) or default
    if value is None:
        return None
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.netloc or parts.path.rstrip("/") or parts.query:
        raise BadSetting(name, "must be an origin such as https://tribute.example, without a path.")
    return f"{parts.scheme}://{parts.netloc}"


def _smtp(environ: Mapping[str, str]) -> str | None:
    value = environ.get("SMTP_URL") or None
    if value is not None:
        parts = urlsplit(value)
        if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
            raise BadSetting(
                "SMTP_URL", "must be an address such as smtp://user:password@mail.example.com:587."
            )
    return value


def _sole_shop(environ: Mapping[str, str]) -> str | None:
    value = (environ.get("TRIBUTE_SOLE_SHOP") or "").lower()
    if value and not is_shop_domain(value):
        raise BadSetting("TRIBUTE_SOLE_SHOP", "must be a shop's domain such as example.myshopify.com.")
    return value or None


def _provider_keys(environ: Mapping[str, str]) -> Mapping[str, Mapping[str, str]]:
    """Of those providers of which anything is set. Raises BadSetting when that is not all of it."""
    if not any(environ.get(name) for name in ("STRIPE_SECRET_KEY", "PAYPAL_CLIENT_ID")):
        return {}
    from app.payouts.plugins import plugins

    found: dict[str, Mapping[str, str]] = {}
    for provider, plugin in plugins().items():
        given = {one.name: environ[one.environment] for one in plugin.fields if environ.get(one.environment)}
        if given:
            try:
                found[provider] = plugin.checked(given)
            except Invalid as invalid:
                names = ", ".join(one.environment for one in plugin.fields if one.environment)
                raise BadSetting(names, f"cannot be used together: {invalid}") from None
    return found


def _bases(environ: Mapping[str, str]) -> Mapping[str, str]:
    found = {"stripe": "STRIPE_API_BASE", "paypal": "PAYPAL_API_BASE"}
    return {provider: _base(environ, name) for provider, name in found.items() if environ.get(name)}


def _base(environ: Mapping[str, str], name: str) -> str:
    value = environ[name].rstrip("/")
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.netloc or parts.query or parts.fragment:
        raise BadSetting(name, "must be an address such as http://127.0.0.1:9000/pretend/stripe.")
    return value


def _database_url(value: str | None) -> str | None:
    if value and not value.startswith(("postgresql://", "postgres://", "postgresql+psycopg://")):
        raise BadSetting("DATABASE_URL", "must begin with postgresql:// (PostgreSQL 15 or newer).")
    return value.replace("postgres://", "postgresql://", 1) if value else None


def _proxies(value: str) -> int:
    if not value.isascii() or not value.isdecimal() or int(value) > MOST_PROXIES:
        raise BadSetting(
            "TRIBUTE_TRUSTED_PROXIES",
            f"must be how many proxies of yours stand in front, 0 to {MOST_PROXIES}.",
        )
    return int(value)


def _secret_keys(value: str) -> tuple[str, ...]:
    keys = tuple(k.strip() for k in value.split(",") if k.strip())
    for key in keys:
        try:
            Fernet(key)
        except ValueError:
            raise BadSetting(
                "TRIBUTE_SECRET_KEYS",
                "must be Fernet keys (32 bytes, URL-safe base64), newest first, separated by commas.",
            ) from None
    return keys
