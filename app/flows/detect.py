"""Compare the orders of a code with each other, and judge those again of which a detector now says something else.

A loop of the worker: deliveries only note where a code was seen, so that no delivery waits for
another. One worker at a time compares a code, and it sees everything that was committed.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

from app.db.session import BatchSession
from app.flows.desk import Desk
from app.fraud import store, word_store
from app.fraud.count import WINDOW, Owner, Seen, cases
from app.fraud.lists import disposable_domains, domain_of
from app.fraud.model import Case
from app.fraud.scan import scan
from app.fraud.settings import Versions, in_force
from app.fraud.store import Dirty, Person
from app.orders.store import rejudge
from app.shops import store as shops_store
from app.shops.pseudonym import pseudonym

CHUNK = 500
Triple = tuple[int, int, str]
"""(shop id, order id, folded code)."""


def detect(session: BatchSession, desk: Desk) -> int:
    """Compare one portion of codes whose orders changed, and commit. Returns how many; 0 when none waits."""
    with session.begin():
        session.admit(())
        dirty = store.take(session, CHUNK)
        if not dirty:
            return 0
        shops = shops_store.contexts_by_id(session, sorted({d.shop_id for d in dirty}))
        session.admit(shops)
        known = [d for d in dirty if d.shop_id in shops]
        changed = _changed(session, known, {s.id: desk.shop_key(s) for s in shops.values()})
        store.suspect(session, changed)
        rejudge.mark(session, {(shop_id, order_id) for shop_id, order_id, _ in changed})
    return len(dirty)


def _changed(
    session: BatchSession, dirty: Sequence[Dirty], keys: Mapping[int, bytes | None]
) -> dict[Triple, Case | None]:
    """What should be kept of each order and code where something else is kept."""
    marks = {(d.shop_id, d.folded): d for d in dirty}
    people = store.people(session, [(d.shop_id, d.folded) for d in dirty])
    settings = word_store.settings(session, sorted(keys))
    throwaway = {shop_id: _throwaway(key) for shop_id, key in keys.items()}
    changed: dict[Triple, Case | None] = {}
    for (shop_id, folded), orders in store.around(session, dirty):
        person = people.get((shop_id, folded))
        if person is None:
            continue
        owner, versions = _owner(person, keys[shop_id]), settings.get(shop_id, [])
        should = _of_code(marks[shop_id, folded], orders, owner, throwaway[shop_id], versions)
        while part := dict(islice(should, store.AT_ONCE)):
            changed |= _else(session, part)
    return changed


def _else(session: BatchSession, should: Mapping[Triple, Case | None]) -> dict[Triple, Case | None]:
    """What of it is not what is kept."""
    held = store.suspicions(session, sorted({(shop_id, order_id) for shop_id, order_id, _ in should}))
    return {k: case for k, case in should.items() if held.get(k[:2], {}).get(k[2]) != case}


def _of_code(
    dirty: Dirty, orders: Iterable[Seen], owner: Owner, throwaway: frozenset[bytes], versions: Versions
) -> Iterator[tuple[Triple, Case | None]]:
    """A case for each order that a detector speaks of, None for the others; only from the change on."""
    for one, case in cases(orders, owner, throwaway):
        if dirty.since <= one.placed_at <= dirty.until + WINDOW:
            key = (dirty.shop_id, one.order_id, dirty.folded)
            yield key, case if _speaks(one, case, versions) else None


def _speaks(one: Seen, case: Case, versions: Versions) -> bool:
    return bool(scan(case, in_force(versions, one.placed_at)))


def _owner(person: Person, key: bytes | None) -> Owner:
    domain = domain_of(person.email or "")
    return Owner(
        creator=person.creator,
        code=person.code,
        since=min(person.created_at, person.first_at or person.created_at),
        email_key=person.email_key,
        customer_key=person.customer_key,
        domain=domain or None,
        domain_key=pseudonym(key, "email_domain", domain) if key and domain else None,
    )


def _throwaway(key: bytes | None) -> frozenset[bytes]:
    """The kept list of throw-away domains, as this shop's orders carry them."""
    return frozenset(pseudonym(key, "email_domain", d) for d in disposable_domains()) if key else frozenset()
