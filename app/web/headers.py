"""Headers of every page: who may frame it, what it may load, and that nobody keeps a copy."""

POLARIS = "polaris-1.js"
"""The stable channel of Shopify's web components; version 2 is a change of this line."""


def content_security_policy(shop: str | None, *, cdn_origin: str, admin_origin: str | None) -> str:
    """The policy for a page of that shop. `shop` must be checked: it becomes part of a header.

    frame-ancestors names the one shop, never all of them: App Store check STATIC_FRAME_ANCESTORS.
    """
    ancestors = [f"https://{shop}"] if shop else []
    ancestors += ["https://admin.shopify.com", *([admin_origin] if admin_origin else [])]
    ours = f"'self' {cdn_origin}"
    return "; ".join(
        (
            f"default-src {ours}",
            f"script-src {ours}",
            # Positions in our charts are style attributes, and Polaris puts rules into its shadow roots.
            f"style-src {ours} 'unsafe-inline'",
            f"img-src {ours} data:",
            f"font-src {ours} data:",
            f"connect-src {ours} https://*.shopify.com {admin_origin or ''}".rstrip(),
            f"frame-ancestors {' '.join(ancestors)}",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
        )
    )


def preload(cdn_origin: str) -> str:
    """The Link header that lets the browser fetch both scripts before it has read the page."""
    scripts = (
        f"<{cdn_origin}/shopifycloud/{name}>; rel=preload; as=script" for name in ("app-bridge.js", POLARIS)
    )
    return ", ".join((f"<{cdn_origin}>; rel=preconnect", *scripts))
