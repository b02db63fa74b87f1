"""A creator gets a link, or one of theirs leads elsewhere."""

from datetime import datetime

from app.campaigns import store as campaigns
from app.creators import store as creators
from app.db.session import ShopSession
from app.flows import reevaluate
from app.flows.desk import Desk
from app.kernel.change import Change
from app.kernel.errors import Invalid
from app.tracking import store
from app.tracking.add_link import add_link


def give_link(
    session: ShopSession,
    desk: Desk,
    handle: str,
    *,
    slug: str,
    to_path: str,
    channel: str,
    actor: str,
    now: datetime,
) -> Change:
    """Give the creator this link, in the program where they are. Asked twice, nothing happens the second time.

    A link that they have keeps its program. Raises NotFound, BadLink, SlugTaken, and Invalid for who is in no program.
    """
    creator = creators.creator(session, handle)
    places = creators.enrollments(session, creator.id)
    if not places:
        raise Invalid("Somebody who is in no program cannot have a link.")
    held = store.link(session, slug)
    place = next((e for e in places if held is not None and e.id == held.enrollment_id), places[-1])
    program = campaigns.program_of_id(session, place.program_id)
    change = add_link(
        session,
        place.id,
        slug,
        to_path=to_path,
        channel=channel,
        program=program.handle,
        actor=actor,
        now=now,
    )
    if change is Change.CREATED:  # Orders whose landing page names the link may have come before it.
        reevaluate.request(session, desk.queue, placed_from=None, codes=[slug])
    return change
