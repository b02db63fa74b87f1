"""The only sessions there are. Each is bound to the shops it may see, by ORM and by the database.

Pages and jobs get a ShopSession, the worker's batches a BatchSession, and what is known before
the tenant is (shops, inbox, slugs) a PlatformSession, to which every fenced table looks empty.
"""

from collections.abc import Iterable

from sqlalchemy import Connection, Engine, TextClause, event, text
from sqlalchemy.orm import ORMExecuteState, Session, SessionTransaction, UOWTransaction, with_loader_criteria

from app.db.base import ShopOwned
from app.db.turns import begun_with
from app.kernel.errors import Forbidden
from app.kernel.ids import ShopId


class Fenced(Session):
    """A session that tells the database which shops it may see, at the start of each transaction."""

    def __init__(self, engine: Engine | Connection, shop_ids: Iterable[int]) -> None:
        self.shop_ids = frozenset(shop_ids)
        self.told: frozenset[int] | None = (
            None  # What the database knows of it; None where it may have forgotten.
        )
        # A session inside another's transaction (`within`) undoes its own part only; the outer one decides.
        super().__init__(
            engine, expire_on_commit=False, autoflush=True, join_transaction_mode="create_savepoint"
        )


class ShopSession(Fenced):
    """The session of one shop."""

    def __init__(self, engine: Engine | Connection, shop_id: ShopId) -> None:
        super().__init__(engine, [shop_id])
        self.shop_id = shop_id


class BatchSession(Fenced):
    """The worker's session over the set of shops whose events are in one batch.

    Blind at first: the batch is claimed from a global table, then its shops are admitted. The ORM
    filter admits the whole set, so every join in it must carry shop_id.
    """

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine, [])

    def admit(self, shop_ids: Iterable[int]) -> None:
        """Let this session see these shops and no others, from now on."""
        self.shop_ids = frozenset(shop_ids)
        if self.in_transaction():
            _tell_the_database(self, self.connection())


class PlatformSession(Fenced):
    """The session of what belongs to no shop. Fenced tables are empty to it."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine, [])


def within(session: PlatformSession, shop_id: ShopId) -> ShopSession:
    """A session of one shop inside the other's transaction: what both write is committed together or not at all."""
    connection = session.connection()
    session.told = None  # The other tells the database something else.
    return ShopSession(connection, shop_id)


class WrongShop(Forbidden):
    """A row of another shop was about to be written through this session."""

    def __init__(self, row: object, shop_ids: frozenset[int]) -> None:
        super().__init__(
            f"A {type(row).__name__} of another shop was refused; this session sees {sorted(shop_ids)}."
        )


@event.listens_for(Fenced, "after_begin")
def _begin(session: Fenced, transaction: SessionTransaction, connection: Connection) -> None:
    if not transaction.nested:
        told = begun_with(connection, f"select set_config('app.shop_ids', '{_ids(session)}', true)")
        session.told = session.shop_ids if told else None
    _tell_the_database(session, connection)


@event.listens_for(Fenced, "after_soft_rollback")
def _forget(session: Fenced, _previous: SessionTransaction) -> None:
    """The database has gone back to what it was told before the transaction, or before the savepoint."""
    session.told = None


def _tell_the_database(session: Fenced, connection: Connection) -> None:
    if session.told != session.shop_ids:
        connection.execute(_TELL, {"ids": _ids(session)})
        session.told = session.shop_ids


_TELL = text("select set_config('app.shop_ids', :ids, true)")


def _ids(session: Fenced) -> str:
    return "{" + ",".join(str(int(i)) for i in sorted(session.shop_ids)) + "}"


@event.listens_for(Fenced, "do_orm_execute")
def _filter_by_shop(state: ORMExecuteState) -> None:
    if state.is_column_load or state.is_relationship_load:
        return  # The option has already travelled with the parent query.
    if isinstance(state.statement, TextClause):
        return  # It names no entity that could be filtered: the database's own fence is what guards text.
    session = state.session
    if not isinstance(session, Fenced):
        raise TypeError("an unfenced session was used")
    ids = session.shop_ids
    state.statement = state.statement.options(
        with_loader_criteria(ShopOwned, lambda cls: cls.shop_id.in_(ids), include_aliases=True)
    )


@event.listens_for(Fenced, "before_flush")
def _stamp_and_refuse(session: Fenced, _context: UOWTransaction, _instances: object) -> None:
    for row in session.new:
        if (
            isinstance(row, ShopOwned)
            and getattr(row, "shop_id", None) is None
            and len(session.shop_ids) == 1
        ):
            (row.shop_id,) = session.shop_ids
    for row in [*session.new, *session.dirty, *session.deleted]:
        if isinstance(row, ShopOwned) and row.shop_id not in session.shop_ids:
            raise WrongShop(row, session.shop_ids)
