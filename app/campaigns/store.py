"""Every query of programs and offers."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

import msgspec
from sqlalchemy import Row, delete, select, text, update
from sqlalchemy.dialects.postgresql import insert

from app.campaigns.crediting import History, history_of
from app.campaigns.links import LinkTerms
from app.campaigns.model import Draft, OfferTerms, OfferVersion, Program, ProgramDraft
from app.campaigns.tables import Offer, OfferDraft
from app.campaigns.tables import Program as ProgramRow
from app.db.arrays import plain
from app.db.session import Fenced, ShopSession
from app.kernel.errors import NotFound
from app.kernel.ids import OfferId, ProgramId

VERSIONS = text(
    """
    select o.shop_id, o.id, o.program_id, o.version, o.effective_from, cast(o.content as text) as content
    from unnest(cast(:shops as bigint[]), cast(:programs as bigint[])) as wanted (shop_id, program_id)
    join offers o on o.shop_id = wanted.shop_id and o.program_id = wanted.program_id
    order by o.shop_id, o.program_id, o.version
    """
)

OF_SHOP = text(
    """
    select p.id as program_id, p.handle, p.name, p.window_days, p.hold_days, cast(nullif(p.crediting, '[]') as text) as crediting,
           p.code_pattern, o.id, o.version, o.effective_from, cast(o.content as text) as content
    from programs p
    left join offers o on o.shop_id = p.shop_id and o.program_id = p.id
    where p.shop_id = :shop
    order by p.handle, o.version
    """
)

# The path is the condition of the index ix_offers_customer, letter by letter.
ASKING = text(
    """
    select distinct o.shop_id from offers o
    where o.shop_id = any(cast(:shop_ids as bigint[]))
      and o.content @? '$.rules[*] ? (@.kind == "renewals" || @.when[*].kind == "customer")'
    """
)


_NAMED = text(
    """
    select distinct named #>> '{}' from offers o
    cross join lateral (
        select jsonb_path_query(o.content, '$.rules[*].when[*] ? (@.kind == "collection").fields.ids[*]')
        union all select jsonb_path_query(o.content, '$.base.collections[*]')) as asked(named)
    where o.shop_id = :shop and not exists (
        select from offers n where n.shop_id = o.shop_id and n.program_id = o.program_id
        and n.effective_from <= :now and (n.effective_from, n.version) > (o.effective_from, o.version))
    order by 1
    """
)


_NAMING = text(
    """
    select distinct o.shop_id from offers o
    where o.shop_id = any(cast(:shop_ids as bigint[])) and o.content @?
        '$ ? (@.rules[*].when[*].kind == "collection" || exists(@.base.collections[*]))' order by 1
    """
)


def versions(session: Fenced, keys: Sequence[tuple[int, int]]) -> dict[tuple[int, int], list[OfferVersion]]:
    """All versions, oldest first, of each (shop id, program id); programs without any are left out.

    One statement for a batch of many shops.
    """
    if not keys:
        return {}
    unique = sorted(set(keys))
    wanted = {"shops": plain(shop for shop, _ in unique), "programs": plain(program for _, program in unique)}
    found: defaultdict[tuple[int, int], list[OfferVersion]] = defaultdict(list)
    for row in session.execute(VERSIONS, wanted):
        found[row.shop_id, row.program_id].append(_version(row))
    return dict(found)


def programs_with(session: Fenced, shop_id: int, kind: str) -> list[int]:
    """Programs of the shop of which any version has a rule of that kind."""
    query = text(
        "select distinct program_id from offers where shop_id = :shop "
        "and content -> 'rules' @> jsonb_build_array(jsonb_build_object('kind', cast(:kind as text))) order by 1"
    )
    return list(session.execute(query, {"shop": shop_id, "kind": kind}).scalars())


def terms_of_shop(session: ShopSession) -> list[tuple[Program, list[OfferVersion]]]:
    """Every program of the shop, by handle, each with all its versions, oldest first. One statement."""
    found: dict[int, tuple[Program, list[OfferVersion]]] = {}
    for row in session.execute(OF_SHOP, {"shop": session.shop_id}):
        if row.program_id not in found:
            history = history_of(row.window_days, row.crediting)
            words = (ProgramId(row.program_id), row.handle, row.name, row.window_days, row.hold_days)
            program = Program(*words, history, code_pattern=row.code_pattern)
            found[row.program_id] = program, []
        if row.id is not None:
            found[row.program_id][1].append(_version(row))
    return list(found.values())


def _version(row: Row[Any]) -> OfferVersion:
    return OfferVersion(
        id=OfferId(row.id),
        program_id=ProgramId(row.program_id),
        version=row.version,
        effective_from=row.effective_from,
        terms=_terms(row.content),
    )


def asks_for_catalogue(session: Fenced, shop_id: int) -> bool:
    """Whether the shop has an offer that goes by tags or collections of products."""
    rows = session.execute(
        text(
            "select exists (select from offers o where o.shop_id = :shop and o.content @? "
            """'$ ? (@.rules[*].when[*].kind == "tag" || @.rules[*].when[*].kind == "collection" """
            """|| exists(@.base.tags[*]) || exists(@.base.collections[*]))')"""
        ),
        {"shop": shop_id},
    )
    return bool(rows.scalar_one())


def collections_named(session: Fenced, shop_id: int, now: datetime) -> list[str]:
    """Shopify's numbers of the collections that offers name which hold now or will."""
    return list(session.scalars(_NAMED, {"shop": shop_id, "now": now}))


def naming_collections(session: Fenced, shop_ids: Collection[int]) -> list[int]:
    """The shops with an offer that names collections, whenever it holds."""
    return list(session.scalars(_NAMING, {"shop_ids": plain(sorted(shop_ids))}))


def asking_for_customers(session: Fenced, shop_ids: Collection[int]) -> set[int]:
    """The shops with an offer whose price depends on the customer's earlier orders."""
    rows = session.execute(ASKING, {"shop_ids": plain(sorted(shop_ids))})
    return {row.shop_id for row in rows}


@lru_cache(maxsize=4096)
def _terms(content: str) -> OfferTerms:
    """Decoded once for each content: a version never changes, and equal texts are equal terms."""
    return msgspec.json.decode(content, type=OfferTerms)


def add_program(session: ShopSession, draft: ProgramDraft, history: History, now: datetime) -> bool:
    """Add it unless its handle is taken; the unique key decides between two at once."""
    values = {**_columns(draft, history), "shop_id": session.shop_id, "created_at": now}
    statement = insert(ProgramRow).values(values).on_conflict_do_nothing().returning(ProgramRow.id)
    return session.execute(statement).first() is not None


def change_program(session: ShopSession, draft: ProgramDraft, history: History) -> None:
    """Overwrite the program of that handle."""
    wanted = update(ProgramRow).where(ProgramRow.handle == draft.handle)
    session.execute(wanted.values(_columns(draft, history)))


def _columns(draft: ProgramDraft, history: History) -> dict[str, Any]:
    return {
        "handle": draft.handle,
        "name": draft.name,
        "window_days": draft.window_days,
        "hold_days": draft.hold_days,
        "crediting": msgspec.to_builtins(history),
        **({"links": msgspec.to_builtins(draft.links)} if draft.links is not None else {}),
        **({} if draft.code_pattern is None else {"code_pattern": draft.code_pattern}),
    }


def program(session: ShopSession, handle: str, *, lock: bool = False) -> Program:
    """The program of that handle; `lock` keeps others from changing it until commit. Raises NotFound."""
    wanted = select(ProgramRow).where(ProgramRow.handle == handle).execution_options(populate_existing=True)
    row = session.scalars(wanted.with_for_update() if lock else wanted).one_or_none()
    if row is None:
        raise NotFound(f"There is no program {handle!r} in this shop.")
    return _program(row)


def programs(session: ShopSession) -> list[Program]:
    """Every program of the shop, by handle."""
    return [_program(row) for row in session.scalars(select(ProgramRow).order_by(ProgramRow.handle))]


def program_of_id(session: Fenced, program_id: int) -> Program:
    """The program of that id. Raises NotFound."""
    row = session.scalars(select(ProgramRow).where(ProgramRow.id == program_id)).one_or_none()
    if row is None:
        raise NotFound("There is no such program in this shop.")
    return _program(row)


def versions_of(session: ShopSession, program_id: int) -> list[OfferVersion]:
    """All versions of one program, oldest first."""
    return versions(session, [(session.shop_id, program_id)]).get((session.shop_id, program_id), [])


def add_offer(
    session: ShopSession,
    program_id: ProgramId,
    terms: OfferTerms,
    *,
    version: int,
    effective_from: datetime,
    actor: str,
    now: datetime,
) -> OfferVersion:
    """Add one version."""
    row = Offer(
        program_id=program_id,
        version=version,
        effective_from=effective_from,
        content=msgspec.to_builtins(terms),
        content_digest=terms.digest(),
        published_at=now,
        published_by=actor,
    )
    session.add(row)
    session.flush()
    return OfferVersion(OfferId(row.id), program_id, version, effective_from, terms)


def _program(row: ProgramRow) -> Program:
    history = history_of(
        row.window_days, msgspec.json.encode(row.crediting).decode() if row.crediting else None
    )
    words = (ProgramId(row.id), row.handle, row.name, row.window_days, row.hold_days)
    return Program(*words, history, msgspec.convert(row.links or {}, LinkTerms), row.code_pattern)


def take_turns(session: ShopSession) -> None:
    """Make whoever changes much of this shop's terms at once wait for the other, until commit."""
    session.execute(
        text("select pg_advisory_xact_lock(hashtextextended('terms of ' || :shop, 0))"),
        {"shop": str(session.shop_id)},
    )


def draft(session: ShopSession, program_id: int) -> Draft | None:
    """The terms that are being prepared for the program."""
    row = session.scalars(
        select(OfferDraft)
        .where(OfferDraft.program_id == program_id)
        .execution_options(populate_existing=True)
    ).one_or_none()
    return _draft(row) if row else None


def drafted(session: ShopSession) -> set[int]:
    """Ids of the programs that have a draft."""
    return set(session.scalars(select(OfferDraft.program_id)))


def put_draft(session: ShopSession, program_id: ProgramId, draft_: Draft) -> Draft:
    """Make it the program's one draft."""
    written = {
        "content": msgspec.to_builtins(draft_.terms),
        "saved_at": draft_.saved_at,
        "saved_by": draft_.saved_by,
    }
    statement = insert(OfferDraft).values(shop_id=session.shop_id, program_id=program_id, **written)
    session.execute(statement.on_conflict_do_update(index_elements=["shop_id", "program_id"], set_=written))
    return draft_


def drop_draft(session: ShopSession, program_id: int) -> bool:
    """Forget the program's draft. Returns whether there was one."""
    gone = delete(OfferDraft).where(OfferDraft.program_id == program_id).returning(OfferDraft.id)
    return session.execute(gone).first() is not None


def add_notices(
    session: ShopSession, offer_id: OfferId, enrollment_ids: Sequence[int], now: datetime
) -> None:
    """Note that each of these was told of the version. Told before: the first time stays."""
    session.execute(
        text(
            "insert into offer_notices (shop_id, offer_id, enrollment_id, announced_at) "
            "select :shop, :offer, unnest(cast(:enrollments as bigint[])), :now on conflict do nothing"
        ),
        {"shop": session.shop_id, "offer": offer_id, "enrollments": plain(enrollment_ids), "now": now},
    )


def _draft(row: OfferDraft) -> Draft:
    return Draft(msgspec.convert(row.content, OfferTerms), row.saved_at, row.saved_by)
