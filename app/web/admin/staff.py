"""Who of the staff may do what."""

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from app.flows.set_role import set_role
from app.kernel.errors import RefusedError
from app.shops.staff import EVERYBODY, Role, checked, role_of
from app.shops.store import staff
from app.web.audience import Audience, audience
from app.web.visit import back, visit

pages = Blueprint("staff", __name__)
REFUSED = 422


@pages.get("/staff")
@audience(Audience.MERCHANT)
def listed() -> str:
    """The page."""
    return _page("")


@pages.post("/staff/<user_id>")
@audience(Audience.MERCHANT, needs=Role.OWNER)
def put(user_id: str) -> Response | tuple[str, int]:
    """Give somebody a role."""
    typed = request.form.get("role", "")
    try:
        with visit() as v:
            role = checked(typed) if typed else None
            name = request.form.get("name", "")
            set_role(v.session, user_id, role, name, actor=v.actor, now=v.now)
    except RefusedError as refused:
        return _page(str(refused)), REFUSED
    return back("/staff", "saved")


def _page(problem: str) -> str:
    with visit() as v:
        members = staff.members(v.session)
        usual = members.get(EVERYBODY)
        return render_template(
            "admin/staff.html",
            members=[m for m in members.values() if m.user_id != EVERYBODY],
            usual=(usual.role if usual and usual.role else Role.MANAGER),
            roles=list(Role),
            effective={m: role_of(m, members) for m in members},
            me=v.shop.user_id,
            everybody=EVERYBODY,
            problem=problem,
        )
