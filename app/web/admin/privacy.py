"""Compliance requests of Shopify's, and the file for a customer who asked for their data."""

import msgspec
from flask import Blueprint, Response, render_template

from app.shops import store as shops
from app.web.audience import Audience, audience
from app.web.visit import visit

pages = Blueprint("privacy", __name__)


@pages.get("/privacy")
@audience(Audience.MERCHANT)
def listed() -> str:
    """The list, newest first."""
    with visit() as v:
        requests = shops.privacy_requests(v.session)
    return render_template("admin/privacy.html", requests=requests)


@pages.get("/privacy/<int:request_id>.json")
@audience(Audience.MERCHANT)
def download(request_id: int) -> Response:
    """The collected data as a file."""
    with visit() as v:
        answer = shops.privacy_answer(v.session, request_id)
    headers = {"Content-Disposition": f'attachment; filename="customer-data-{request_id}.json"'}
    return Response(msgspec.json.encode(answer), content_type="application/json", headers=headers)
