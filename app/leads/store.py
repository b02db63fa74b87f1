"""Every query of leads."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Row, text

from app.db.arrays import plain, texts
from app.db.session import Fenced, ShopSession
from app.kernel.errors import NotFound
from app.leads.model import Lead, Ruling, Sent, Source, State, Verdict

_KEEP = text("""
    insert into lead_events (shop_id, ref, source, key, action, at, person, visitor, click_id, slug, code, contact)
    values (:shop, :ref, :source, :key, :action, :at, :person, :visitor, :click_id, :slug, :code, cast(:contact as jsonb))
    on conflict do nothing returning id
""")

_ALL = text("""
    select id, ref, source, action, at, person, visitor, click_id, slug, code, ruling, ruling_reason
    from lead_events where shop_id = :shop order by at, ref
""")

_NOTE = text("""
    update lead_events e set state = x.state, program_id = x.program, creator_id = x.creator, why = x.why, amount = x.amount
    from unnest(cast(:refs as text[]), cast(:states as text[]), cast(:programs as bigint[]), cast(:creators as bigint[]),
                cast(:whys as text[]), cast(:amounts as text[])) as x(ref, state, program, creator, why, amount)
    where e.shop_id = :shop and e.ref = x.ref
      and (e.state, e.program_id, e.creator_id, e.why, e.amount) is distinct from (x.state, x.program, x.creator, x.why, x.amount)
""")

_RULE = text("""
    update lead_events set ruling = :ruling, ruling_reason = :reason, ruled_by = :actor, ruled_at = :now,
        state = case when cast(:ruling as text) is null and state in ('approved', 'rejected') then null else state end
    where shop_id = :shop and ref = any(cast(:refs as text[])) and ruling is distinct from cast(:ruling as text)
    returning ref
""")

# What was told is evidence, as clicks are; what is made of it, and what people said, is worked out again.
_BRING_OVER = text("""
    insert into lead_events (shop_id, id, ref, source, key, action, at, recorded_at, person, visitor, click_id, slug, code, contact)
    select shop_id, id, ref, source, key, action, at, recorded_at, person, visitor, click_id, slug, code, '{}'
    from public.lead_events where shop_id = :shop
""")

# A word that was said counts at once for whoever looks; the worker follows within seconds.
_STATE = "case when e.state in ('duplicate', 'unqualified') then e.state else coalesce(e.ruling, e.state, 'pending') end"

_SHOWN = f"""
    select e.ref, e.source, e.action, e.at, e.contact, {_STATE} as state, e.why, e.amount, e.ruling, e.ruling_reason,
           e.ruled_by, e.ruled_at, c.handle as creator, c.name as creator_name, p.name as program, e.state is null as is_new
    from lead_events e
    left join creators c on c.shop_id = e.shop_id and c.id = e.creator_id
    left join programs p on p.shop_id = e.shop_id and p.id = e.program_id
    where e.shop_id = :shop
"""  # noqa: S608 - constants of ours


class Shown(msgspec.Struct, frozen=True):
    """A lead as a page shows it."""

    ref: str
    source: Source
    action: str
    at: datetime
    contact: dict[str, str]
    state: State
    why: str
    amount: str
    ruling: Ruling | None
    ruling_reason: str
    ruled_by: str | None
    ruled_at: datetime | None
    creator: str | None
    """Handle."""
    creator_name: str | None
    program: str | None
    is_new: bool
    """The worker has not looked at it yet."""


def keep(session: Fenced, shop_id: int, sent: Sent) -> bool:
    """Store the lead; False when it was told before."""
    facts = {
        "shop": shop_id,
        "ref": sent.ref,
        **msgspec.structs.asdict(sent),
        "contact": msgspec.json.encode(sent.contact).decode(),
    }
    return session.execute(_KEEP, facts).one_or_none() is not None


def all_of(session: Fenced, shop_id: int) -> list[Lead]:
    """Every lead of the shop in the order of time; ties by their names."""
    return [_lead(row) for row in session.execute(_ALL, {"shop": shop_id})]


def note(session: Fenced, shop_id: int, verdicts: Sequence[Verdict]) -> None:
    """Remember what leads count as now."""
    if verdicts:
        columns = {
            "shop": shop_id,
            "refs": texts(v.ref for v in verdicts),
            "states": texts(v.state for v in verdicts),
            "programs": plain(v.program_id for v in verdicts),
            "creators": plain(v.creator_id for v in verdicts),
            "whys": texts(v.why for v in verdicts),
            "amounts": texts(v.amount for v in verdicts),
        }
        session.execute(_NOTE, columns)


def rule(
    session: Fenced,
    shop_id: int,
    refs: Sequence[str],
    ruling: Ruling | None,
    *,
    reason: str,
    actor: str,
    now: datetime,
) -> list[str]:
    """Let a person's word about these leads be this; None takes it back. Returns those of which it was another."""
    facts = {
        "shop": shop_id,
        "refs": texts(refs),
        "ruling": ruling,
        "reason": reason,
        "actor": actor,
        "now": now,
    }
    return sorted(session.execute(_RULE, facts).scalars())


def bring_over(session: Fenced, shop_id: int) -> None:
    """Copy what was told into the fresh schema that the session works in, without a word in the clear."""
    session.execute(_BRING_OVER, {"shop": shop_id})


def shown(
    session: ShopSession,
    *,
    most: int,
    state: State | None = None,
    creator_id: int | None = None,
    skip: int = 0,
) -> list[Shown]:
    """Leads, newest first; those that were not looked at yet stand with the pending ones."""
    where = ("" if state is None else f" and {_STATE} = :state") + (
        "" if creator_id is None else " and e.creator_id = :creator"
    )
    query = text(f"{_SHOWN}{where} order by e.at desc, e.ref limit :most offset :skip")
    asked = {"shop": session.shop_id, "most": most, "skip": skip, "state": state, "creator": creator_id}
    return [_shown(row) for row in session.execute(query, asked)]


def one(session: ShopSession, ref: str) -> Shown:
    """The lead of that name. Raises NotFound."""
    row = session.execute(
        text(f"{_SHOWN} and e.ref = :ref"), {"shop": session.shop_id, "ref": ref}
    ).one_or_none()
    if row is None:
        raise NotFound(f"There is no lead {ref[:80]!r} in this shop.")
    return _shown(row)


def counts(session: ShopSession, creator_id: int | None = None) -> dict[State, int]:
    """How many leads are in each state, of the shop or of one creator."""
    where = "" if creator_id is None else " and creator_id = :creator"
    query = text(
        f"select {_STATE} as state, count(*) as n from lead_events e where shop_id = :shop{where} group by 1"  # noqa: S608 - constants of ours
    )
    rows = session.execute(query, {"shop": session.shop_id, "creator": creator_id})
    return {State(row.state): row.n for row in rows}


def _lead(row: Row[Any]) -> Lead:
    return Lead(
        row.id,
        row.ref,
        Source(row.source),
        row.action,
        row.at,
        row.person,
        row.visitor,
        row.click_id,
        row.slug,
        row.code,
        Ruling(row.ruling) if row.ruling else None,
        row.ruling_reason,
    )


def _shown(row: Row[Any]) -> Shown:
    return msgspec.convert(dict(row._mapping), Shown)  # noqa: SLF001 - its public name is a view that msgspec cannot read
