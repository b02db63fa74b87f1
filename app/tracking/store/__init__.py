"""Every query of codes and links."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec
from sqlalchemy import ColumnElement, Select, delete, select, text, update
from sqlalchemy.dialects.postgresql import insert

from app.campaigns.crediting import PolicySince
from app.creators.tables import Creator, Enrollment
from app.db.arrays import plain, texts
from app.db.session import Fenced, ShopSession
from app.kernel.ids import CodeId, EnrollmentId
from app.tracking.model import Code, CodeOwner, CodeState, Handed, Link, LinkDraft, fold
from app.tracking.store import owned
from app.tracking.tables import Code as CodeRow
from app.tracking.tables import Link as LinkRow
from app.tracking.tables import LinkSlug

OWNERS = text(
    f"""
    select c.shop_id, c.folded, c.created_at, c.valid_from, c.valid_to, c.policies, c.click_id, {owned.COLUMNS}
    from unnest(cast(:shops as bigint[]), cast(:codes as text[])) as wanted (shop_id, folded)
    cross join lateral (
        select k.shop_id, k.enrollment_id, k.folded, k.created_at, k.valid_from, k.valid_to,
               cast(nullif(k.policies, '[]') as text) as policies, cast(null as bigint) as click_id
        from codes k where k.shop_id = wanted.shop_id and k.folded = wanted.folded and k.refused_at is null
        union all
        select s.shop_id, s.enrollment_id, s.folded, s.handed_at, null, null, null, s.click_id
        from single_codes s
        where s.shop_id = wanted.shop_id and s.folded = wanted.folded and s.enrollment_id is not null
    ) c
    join enrollments e on e.shop_id = c.shop_id and e.id = c.enrollment_id
    {owned.JOINS}
    """  # noqa: S608 - constants of ours
)


_TAKEN = text("""
    select folded, enrollment_id from codes where shop_id = :shop and folded = any(cast(:codes as text[]))
""")


_OWNERS_OF = text("""
    select k.folded, c.handle from codes k
    join enrollments e on e.shop_id = k.shop_id and e.id = k.enrollment_id
    join creators c on c.shop_id = e.shop_id and c.id = e.creator_id
    where k.shop_id = :shop and k.folded = any(cast(:codes as text[]))
""")


def owners(session: Fenced, keys: Sequence[tuple[int, str]]) -> dict[tuple[int, str], CodeOwner]:
    """Who owns each (shop id, folded code); codes that nobody owns are left out.

    One statement for a batch of many shops; the row-level fence still admits only the session's own.
    What stands on an order was accepted in Shopify, so a code's state there is of no account, save one: a code that
    Shopify refused to us is somebody else's discount (decision 0077).
    """
    if not keys:
        return {}
    wanted = {"shops": plain(shop for shop, _ in keys), "codes": texts(code for _, code in keys)}
    return {
        (row.shop_id, row.folded): CodeOwner(
            folded=row.folded,
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            policies=owned.policies(row.policies),
            handed=None if row.click_id is None else Handed(row.created_at, row.click_id),
            **owned.owner(row, made_at=row.created_at),
        )
        for row in session.execute(OWNERS, wanted)
    }


def add_codes(
    session: ShopSession, codes: Sequence[tuple[int, str]], *, state: CodeState, now: datetime
) -> dict[str, Code]:
    """Add codes, each with its enrollment's id, and return by folded code those that the shop did not have.

    The unique key decides between two at once.
    """
    same = {
        "shop_id": session.shop_id,
        "state": state.value,
        "created_at": now,
        "active_at": now if state is CodeState.ACTIVE else None,
    }
    rows = [{**same, "enrollment_id": number, "code": code, "folded": fold(code)} for number, code in codes]
    if not rows:
        return {}
    added = insert(CodeRow).on_conflict_do_nothing().returning(CodeRow)
    return {row.folded: _code(row) for row in session.scalars(added, rows)}


def code(session: ShopSession, text_: str) -> Code | None:
    """The shop's code of that text, compared without case."""
    row = session.scalars(_codes().where(CodeRow.folded == fold(text_))).one_or_none()
    return _code(row) if row else None


def taken(session: ShopSession, codes: Sequence[str]) -> dict[str, EnrollmentId]:
    """Which of these the shop has, folded, and whose they were when they were given."""
    wanted = {"shop": session.shop_id, "codes": texts(map(fold, codes))}
    return {row.folded: EnrollmentId(row.enrollment_id) for row in session.execute(_TAKEN, wanted)}


def holders(session: ShopSession) -> dict[str, EnrollmentId]:
    """The enrollment of every code of the shop when it was given, by folded code."""
    rows = session.execute(select(CodeRow.folded, CodeRow.enrollment_id))
    return {row.folded: EnrollmentId(row.enrollment_id) for row in rows}


def owner_handle(session: ShopSession, enrollment_id: int) -> str:
    """Handle of the creator of an enrollment of this shop."""
    wanted = select(Creator.handle).where(
        Creator.id.in_(select(Enrollment.creator_id).where(Enrollment.id == enrollment_id))
    )
    return session.scalars(wanted).one()


def owners_of(session: ShopSession, codes: Sequence[str]) -> dict[str, str]:
    """Handle of the creator who was given each of these codes, by folded code; those nobody has are left out."""
    wanted = {"shop": session.shop_id, "codes": texts(map(fold, codes))}
    return {row.folded: row.handle for row in session.execute(_OWNERS_OF, wanted)}


def codes_of(session: ShopSession, creator_id: int) -> list[Code]:
    """The creator's codes, oldest first."""
    wanted = _codes().where(CodeRow.enrollment_id.in_(_enrolled(Enrollment.creator_id == creator_id)))
    return [_code(row) for row in session.scalars(wanted)]


def every_code(session: ShopSession) -> list[Code]:
    """All codes of the shop, oldest first."""
    return [_code(row) for row in session.scalars(_codes())]


UNDER_WAY = (CodeState.WAITING, CodeState.ISSUING)


def unissued(
    session: ShopSession, program_id: int, states: Sequence[CodeState] = UNDER_WAY, *, most: int | None = None
) -> list[Code]:
    """The program's codes that Shopify has yet to create or to confirm, oldest first, at most so many."""
    wanted = _codes().where(
        CodeRow.state.in_([state.value for state in states]),
        CodeRow.enrollment_id.in_(_enrolled(Enrollment.program_id == program_id)),
    )
    return [_code(row) for row in session.scalars(wanted.limit(most))]


def active_codes(session: ShopSession, program_id: int) -> list[Code]:
    """The program's codes that stand in its discount in Shopify, oldest first."""
    wanted = _codes().where(
        CodeRow.state == CodeState.ACTIVE.value,
        CodeRow.adopted.is_(False),
        CodeRow.enrollment_id.in_(_enrolled(Enrollment.program_id == program_id)),
    )
    return [_code(row) for row in session.scalars(wanted)]


_POLICIES = text("""
    update codes c set policies = cast(k.policies as jsonb)
    from unnest(cast(:ids as bigint[]), cast(:policies as text[])) as k (id, policies)
    where c.shop_id = :shop and c.id = k.id
""")


def set_policies(session: ShopSession, policies: Mapping[CodeId, tuple[PolicySince, ...]]) -> None:
    """Keep when these codes are evidence."""
    if policies:
        said = [msgspec.json.encode(changes).decode() for changes in policies.values()]
        columns = {"ids": plain(policies), "policies": texts(said)}
        session.execute(_POLICIES, {**columns, "shop": session.shop_id})


def mark_issuing(session: ShopSession, code_ids: Sequence[int], bulk_gid: str | None) -> None:
    """Say that Shopify is being asked for these, and by which asynchronous creation."""
    session.execute(
        update(CodeRow)
        .where(CodeRow.id.in_(code_ids))
        .values(state=CodeState.ISSUING.value, bulk_gid=bulk_gid)
    )


_ACTIVE = text("""
    update codes c set state = 'active', redeem_code_gid = k.gid, bulk_gid = null, failure = null, active_at = :now
    from unnest(cast(:ids as bigint[]), cast(:gids as text[])) as k (id, gid)
    where c.shop_id = :shop and c.id = k.id
""")
_FAILED = text("""
    update codes c set state = 'failed', bulk_gid = null, failure = k.why
    from unnest(cast(:ids as bigint[]), cast(:why as text[])) as k (id, why)
    where c.shop_id = :shop and c.id = k.id
""")


def mark_active(session: ShopSession, gids: Mapping[CodeId, str | None], now: datetime) -> None:
    """Say that Shopify has these: code id to the redeem code's gid there, if it told."""
    if gids:
        columns = {"ids": plain(gids), "gids": texts(gids.values())}
        session.execute(_ACTIVE, {**columns, "shop": session.shop_id, "now": now})


def mark_failed(session: ShopSession, reasons: Mapping[CodeId, str]) -> None:
    """Say why Shopify did not create these: code id to a sentence."""
    if reasons:
        columns = {"ids": plain(reasons), "why": texts(reasons.values())}
        session.execute(_FAILED, {**columns, "shop": session.shop_id})


def mark_waiting(session: ShopSession, code_ids: Sequence[int]) -> None:
    """Put these back at the start of their way."""
    session.execute(
        update(CodeRow)
        .where(CodeRow.id.in_(code_ids))
        .values(state=CodeState.WAITING.value, bulk_gid=None, failure=None, refused_at=None)
    )


def add_links(session: ShopSession, links: Sequence[LinkDraft], now: datetime) -> set[str]:
    """Add links, and return the slugs that led nowhere yet, in whichever shop; the others are not added."""
    same = {"shop_id": session.shop_id, "created_at": now}
    rows = [
        {**same, "enrollment_id": d.enrollment_id, "slug": d.slug, "to_path": d.to_path, "channel": d.channel}
        for d in links
    ]
    if not rows:
        return set()
    made = session.execute(insert(LinkRow).returning(LinkRow.id, LinkRow.slug), rows).all()
    claims = [{"slug": link.slug, "shop_id": session.shop_id, "link_id": link.id} for link in made]
    claim = insert(LinkSlug).on_conflict_do_nothing().returning(LinkSlug.link_id)
    claimed = set(session.scalars(claim, claims))
    lost = [link.id for link in made if link.id not in claimed]
    if lost:
        session.execute(delete(LinkRow).where(LinkRow.id.in_(lost)))
    return {link.slug for link in made if link.id in claimed}


def link(session: ShopSession, slug: str) -> Link | None:
    """This shop's link of that slug."""
    row = session.scalars(select(LinkRow).where(LinkRow.slug == slug)).one_or_none()
    return _link(row) if row else None


def change_link(session: ShopSession, link_id: int, *, to_path: str, channel: str) -> None:
    """Let the link lead elsewhere from now on."""
    session.execute(
        update(LinkRow)
        .where(LinkRow.id == link_id)
        .values(to_path=to_path, channel=channel, checked_at=None, answer=None)
    )


def links_of(session: ShopSession, creator_id: int) -> list[Link]:
    """The creator's links, oldest first."""
    wanted = select(LinkRow).where(LinkRow.enrollment_id.in_(_enrolled(Enrollment.creator_id == creator_id)))
    return [_link(row) for row in session.scalars(wanted.order_by(LinkRow.id))]


def every_link(session: ShopSession) -> list[Link]:
    """All links of the shop, oldest first."""
    return [_link(row) for row in session.scalars(select(LinkRow).order_by(LinkRow.id))]


def _codes() -> Select[CodeRow]:
    return select(CodeRow).order_by(CodeRow.id).execution_options(populate_existing=True)


def _enrolled(which: ColumnElement[bool]) -> Select[int]:
    return select(Enrollment.id).where(which)


def _code(row: CodeRow) -> Code:
    return Code(
        id=CodeId(row.id),
        enrollment_id=EnrollmentId(row.enrollment_id),
        code=row.code,
        folded=row.folded,
        state=CodeState(row.state),
        failure=row.failure,
        bulk_gid=row.bulk_gid,
        created_at=row.created_at,
        policies=msgspec.convert(row.policies, tuple[PolicySince, ...]),
    )


def _link(row: LinkRow) -> Link:
    return Link(row.id, EnrollmentId(row.enrollment_id), row.slug, row.to_path, row.channel, row.created_at)
