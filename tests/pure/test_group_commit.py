"""Threads that wait at the same moment share one commit, and each learns the fate of its own item."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import chain
from threading import Event
from time import monotonic

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from app.db.driver import Rejected, Unavailable
from app.inbox.group_commit import LARGEST_BYTES, LARGEST_GROUP, Abandoned, GroupCommit, TooManyWaiting
from app.kernel.errors import Retriable


class Store:
    """Keeps groups of numbers; holds the first one back until it is told to go on."""

    def __init__(self, fail: Callable[[Sequence[int]], None] = lambda _group: None) -> None:
        self.groups: list[list[int]] = []
        self.started = Event()
        self.go_on = Event()
        self._fail = fail

    def __call__(self, group: Sequence[int]) -> None:
        if not self.started.is_set():
            self.started.set()
            assert self.go_on.wait(10)
        self._fail(group)
        self.groups.append(list(group))

    @property
    def kept(self) -> list[int]:
        return list(chain.from_iterable(self.groups))


def grouped(store: Store, *, size: int = 1, most_waiting: int = 1_000) -> GroupCommit[int]:
    return GroupCommit(store, size_of=lambda _item: size, most_waiting=most_waiting)


def put_together(store: Store, group: GroupCommit[int], items: Sequence[int]) -> list[BaseException | None]:
    """The first item's commit is held back until all the others wait; then what became of each."""
    with ThreadPoolExecutor(len(items)) as pool:
        first: Future[None] = pool.submit(group.put, items[0])
        assert store.started.wait(10)
        others = [pool.submit(group.put, item) for item in items[1:]]
        give_up_at = monotonic() + 10
        while len(group._waiting) < len(others) and not any(f.done() for f in others):
            assert monotonic() < give_up_at
        store.go_on.set()
        return [future.exception(10) for future in [first, *others]]


def test_what_waits_together_is_stored_together() -> None:
    store = Store()
    assert put_together(store, grouped(store), range(9)) == [None] * 9
    assert [len(g) for g in store.groups] == [1, 8]
    assert sorted(store.kept) == list(range(9))


def test_nobody_waits_for_company() -> None:
    store = Store()
    store.go_on.set()
    group = grouped(store)
    group.put(1)
    group.put(2)
    assert store.groups == [[1], [2]]


def test_a_group_is_no_larger_than_one_statement_should_be() -> None:
    store = Store()
    assert set(put_together(store, grouped(store), range(LARGEST_GROUP + 8))) == {None}
    assert [len(g) for g in store.groups] == [1, LARGEST_GROUP, 7]


def test_large_items_make_small_groups() -> None:
    store = Store()
    assert set(put_together(store, grouped(store, size=LARGEST_BYTES // 2), range(6))) == {None}
    assert [len(g) for g in store.groups] == [1, 2, 2, 1]


def test_an_item_that_is_refused_does_not_fail_the_others() -> None:
    def refuse_three(group: Sequence[int]) -> None:
        if 3 in group:
            raise Rejected("DataError")

    store = Store(refuse_three)
    outcomes = put_together(store, grouped(store), range(6))
    assert [type(o) for o in outcomes] == [type(None)] * 3 + [Rejected] + [type(None)] * 2
    assert sorted(store.kept) == [0, 1, 2, 4, 5]


def test_a_database_that_is_away_fails_the_group_and_not_the_next() -> None:
    def away_at_first(_group: Sequence[int]) -> None:
        if not store.groups and 0 in _group:
            raise Unavailable("connection lost")

    store = Store(away_at_first)
    outcomes = put_together(store, grouped(store), range(6))
    assert [type(o) for o in outcomes] == [Unavailable] + [type(None)] * 5


def test_while_the_database_is_away_nothing_is_tried_row_by_row() -> None:
    attempts: list[int] = []

    def away(group: Sequence[int]) -> None:
        attempts.append(len(group))
        raise Unavailable("no connection")

    store = Store(away)
    outcomes = put_together(store, grouped(store), range(6))
    assert {type(o) for o in outcomes} == {Unavailable}
    assert attempts == [1, 5]


def test_a_leader_that_fails_unforeseen_leaves_nobody_asleep_and_nothing_acknowledged() -> None:
    def broken(group: Sequence[int]) -> None:
        if len(group) > 1:
            raise MemoryError

    store = Store(broken)
    group = grouped(store)
    outcomes = put_together(store, group, range(6))
    assert outcomes[0] is None
    assert sorted(type(o).__name__ for o in outcomes[1:]) == ["Abandoned"] * 4 + ["MemoryError"]
    assert issubclass(Abandoned, Retriable)
    group.put(7)
    assert store.groups == [[0], [7]]


def test_more_than_may_wait_are_told_to_come_back() -> None:
    store = Store()
    store.go_on.set()
    with pytest.raises(TooManyWaiting):
        grouped(store, most_waiting=0).put(1)
    assert store.groups == []


@given(
    items=st.lists(st.integers(0, 30), min_size=1, max_size=60, unique=True),
    refused=st.sets(st.integers(0, 30)),
)
@examples(max_examples=40, deadline=None)
def test_exactly_what_was_acknowledged_is_stored(items: list[int], refused: set[int]) -> None:
    def refuse(group: Sequence[int]) -> None:
        if refused & set(group):
            raise Rejected("DataError")

    store = Store(refuse)
    store.go_on.set()
    group = grouped(store)

    def put(item: int) -> bool:
        try:
            group.put(item)
        except Rejected:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        acknowledged = {i for i, kept in zip(items, pool.map(put, items), strict=True) if kept}
    assert acknowledged == set(items) - refused
    assert sorted(store.kept) == sorted(acknowledged)


def test_a_refusal_by_itself_is_tried_once() -> None:
    attempts: list[int] = []

    def refuse(group: Sequence[int]) -> None:
        attempts.append(len(group))
        raise Rejected("DataError")

    store = Store(refuse)
    store.go_on.set()
    with pytest.raises(Rejected):
        grouped(store).put(1)
    assert attempts == [1]
