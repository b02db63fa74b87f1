"""Settings of payouts: the calendar and the rules, and what each way of paying needs."""

from collections.abc import Mapping

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from app.flows import payout_settings
from app.flows.connect_provider import by_keys
from app.flows.shopify_rewards import NEEDS, granted
from app.kernel.currency import LARGEST_MINOR
from app.kernel.errors import RefusedError
from app.kernel.ids import ShopId
from app.mail.model import address
from app.payouts import provider_store, run_store
from app.payouts.bank.payers import Ach, Payers, Sepa
from app.payouts.calendar import Cadence
from app.payouts.settings import MOST, Settings
from app.shops import store as shops
from app.shops.staff import Role
from app.web.audience import Audience, audience
from app.web.forms import Form, optional, whole
from app.web.visit import back, cashier, visit

pages = Blueprint("payout_settings", __name__)
REFUSED = 422
HERE = "/payouts/settings"
CADENCES = {
    Cadence.NEVER: "Only when I begin a run",
    Cadence.MONTHLY: "On the 15th, what was payable at the end of the month before",
    Cadence.TWICE_MONTHLY: "On the 1st and the 15th",
    Cadence.WEEKLY: "Every Monday, what was payable a week before",
}


@pages.get(HERE)
@audience(Audience.MERCHANT)
def show() -> str:
    """The page."""
    return page()


@pages.post(HERE)
@audience(Audience.MERCHANT, needs=Role.OWNER)
def put() -> Response | tuple[str, int]:
    """The calendar, the minimum, who has to say yes."""
    form = Form(request.form)
    minimum = form.read("minimum", whole(0, MOST), 0)
    second = form.read("second_approver_from", optional(whole(0, LARGEST_MINOR)), None)
    mail_to = form.read("mail_to", optional(address), None)
    blocked = frozenset(form.value("blocked_countries").upper().replace(",", " ").split())
    try:
        with visit() as v:
            wanted = Settings(
                _cadence(form), form.value("is_automatic") == "yes", minimum, second, form.value("tax_form_demanded") == "yes",
                blocked, mail_to, form.value("takes_requests") == "yes",
            )  # fmt: skip
            if not form.errors:
                payout_settings.put_settings(v.session, wanted, actor=v.actor, now=v.now)
    except RefusedError as refused:
        form.errors["blocked_countries"] = str(refused)
    return back(HERE, "saved") if not form.errors else (page(rules=form), REFUSED)


@pages.post(f"{HERE}/bank")
@audience(Audience.MERCHANT, needs=Role.OWNER)
def put_bank() -> Response | tuple[str, int]:
    """The shop's own account for SEPA files, and what its bank gave it for ACH."""
    form = Form(request.form)
    try:
        with visit() as v:
            known = cashier().payers(ShopId(v.shop.id))
            payers = Payers(sepa=_sepa(form) or known.sepa, ach=_ach(form) or known.ach)
            payout_settings.connect_bank(v.session, cashier(), payers, actor=v.actor, now=v.now)
    except RefusedError as refused:
        form.errors["bank"] = str(refused)
        return page(bank=form), REFUSED
    return back(HERE, "saved")


def _sepa(form: Form) -> Sepa | None:
    if not form.value("iban").strip():
        return None
    return Sepa(
        name=form.value("sepa_name").strip(),
        iban=form.value("iban"),
        town=form.value("town").strip(),
        country=form.value("country").strip().upper(),
    )


def _ach(form: Form) -> Ach | None:
    if not form.value("company_id").strip():
        return None
    return Ach(
        name=form.value("ach_name").strip(),
        company_id=form.value("company_id").strip(),
        bank_name=form.value("bank_name").strip(),
        bank_routing=form.value("bank_routing").strip(),
    )


def _cadence(form: Form) -> Cadence:
    typed = form.value("cadence")
    return Cadence(typed) if typed in set(Cadence) else Cadence.NEVER


def page(
    *, rules: Form | None = None, bank: Form | None = None, said: Mapping[str, str] | None = None
) -> str:
    """The page, with forms as they were sent and what was wrong with a provider's keys."""
    with visit() as v:
        settings = run_store.settings(v.session)
        connections = provider_store.connections(v.session)
        hooks = provider_store.endpoints(v.session)
        scopes = shops.get(v.session, v.shop.id).scopes
    return render_template(
        "admin/payout_settings.html",
        cadences=CADENCES,
        rules=rules or Form(_typed(settings)),
        bank=bank or Form({}),
        connections=connections,
        plugins=by_keys(),
        hooks={name: f"/webhooks/{name}/{token}" for name, token in hooks.items()},
        said=said or {},
        in_shop={name: (" ".join(sorted(needs)), granted(name, scopes)) for name, needs in NEEDS.items()},
        typed=Form(request.form),
    )


def _typed(settings: Settings) -> dict[str, str]:
    second = settings.second_approver_from
    return {
        "cadence": settings.cadence.value,
        "is_automatic": "yes" if settings.is_automatic else "",
        "minimum": str(settings.minimum),
        "tax_form_demanded": "yes" if settings.tax_form_demanded else "",
        "second_approver_from": str(second) if second is not None else "",
        "blocked_countries": " ".join(sorted(settings.blocked_countries)),
        "mail_to": settings.mail_to or "",
        "takes_requests": "yes" if settings.takes_requests else "",
    }
