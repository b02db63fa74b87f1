"""Our verdict on a webhook's signature is the one of Shopify's own package."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shopify_app import ShopifyApp

from app.shopify.hmac import sign, verify_webhook

SECRET, OLD, FOREIGN = "hush-now", "hush-before", "somebody-elses"
BODY = '{"id": 1, "note": "čaj — 5 €"}'


def official(body: str, signature: str) -> bool:
    app = ShopifyApp(client_id="key", client_secret=SECRET, old_client_secret=OLD)
    headers = {"X-Shopify-Hmac-Sha256": signature, "X-Shopify-Shop-Domain": "a-b.myshopify.com"}
    url = "https://app.example/webhooks/shopify"
    return bool(app.verify_webhook_req({"method": "POST", "url": url, "headers": headers, "body": body}).ok)


@pytest.mark.parametrize(("secret", "verdict"), [(SECRET, True), (OLD, True), (FOREIGN, False)])
def test_the_new_and_the_old_secret_are_accepted_and_no_other(secret: str, *, verdict: bool) -> None:
    signature = sign(BODY.encode(), secret).decode()
    assert verify_webhook(BODY.encode(), signature, [SECRET, OLD]) is verdict
    assert official(BODY, signature) is verdict


def test_the_old_secret_is_refused_once_the_rotation_is_over() -> None:
    assert not verify_webhook(BODY.encode(), sign(BODY.encode(), OLD).decode(), [SECRET])


def test_a_body_that_was_parsed_and_written_again_no_longer_fits() -> None:
    signature = sign(BODY.encode(), SECRET).decode()
    assert not verify_webhook(BODY.replace(": ", ":").encode(), signature, [SECRET])


@pytest.mark.parametrize("signature", ["", "x", "é", "A" * 10_000, "\ud800"])
def test_what_is_no_signature_at_all_is_refused(signature: str) -> None:
    assert not verify_webhook(BODY.encode(), signature, [SECRET, OLD])


def test_without_any_secret_nothing_is_accepted() -> None:
    assert not verify_webhook(BODY.encode(), sign(BODY.encode(), "").decode(), [])


@given(
    body=st.text(alphabet=st.characters(codec="utf-8")),
    secret=st.sampled_from([SECRET, OLD, FOREIGN]),
    broken=st.booleans(),
)
def test_both_always_agree(body: str, secret: str, *, broken: bool) -> None:
    signature = sign(body.encode(), secret).decode()
    if broken:
        signature = signature[:-3] + "x" + signature[-2:]
    assert verify_webhook(body.encode(), signature, [SECRET, OLD]) == official(body, signature)
