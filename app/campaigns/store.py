"""Every query of programs and offers."""

from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache

import msgspec
from sqlalchemy import text

from app.campaigns.model import OfferTerms, OfferVersion
from app.db.session import Fenced
from app.kernel.ids import OfferId, ProgramId

VERSIONS = text(
    """
    select o.shop_id, o.id, o.program_id, o.version, o.effective_from, cast(o.content as text) as content
    from unnest(cast(:shops as bigint[]), cast(:programs as bigint[])) as wanted (shop_id, program_id)
    join offers o on o.shop_id = wanted.shop_id and o.program_id = wanted.program_id
    order by o.shop_id, o.program_id, o.version
    """
)


def versions(session: Fenced, keys: Sequence[tuple[int, int]]) -> dict[tuple[int, int], list[OfferVersion]]:
    """All versions, oldest first, of each (shop id, program id); programs without any are left out.

    One statement for a batch of many shops.
    """
    if not keys:
        return {}
    unique = sorted(set(keys))
    wanted = {"shops": [shop for shop, _ in unique], "programs": [program for _, program in unique]}
    found: defaultdict[tuple[int, int], list[OfferVersion]] = defaultdict(list)
    for row in session.execute(VERSIONS, wanted):
        found[row.shop_id, row.program_id].append(
            OfferVersion(
                id=OfferId(row.id),
                program_id=ProgramId(row.program_id),
                version=row.version,
                effective_from=row.effective_from,
                terms=_terms(row.content),
            )
        )
    return dict(found)


@lru_cache(maxsize=4096)
def _terms(content: str) -> OfferTerms:
    """Decoded once for each content: a version never changes, and equal texts are equal terms."""
    return msgspec.json.decode(content, type=OfferTerms)
