"""Who may do what: by their own role, by that of everybody else, and never so that nobody may."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.errors import Invalid
from app.shops.staff import EVERYBODY, Member, Role, checked, role_of

ROLES = st.sampled_from([None, *Role])
PEOPLE = st.dictionaries(st.sampled_from(["1", "2", "3", EVERYBODY]), ROLES)


def members(roles: dict[str, Role | None]) -> dict[str, Member]:
    return {user: Member(user, role, "", None) for user, role in roles.items()}


@given(PEOPLE)
def test_somebody_can_always_say_who_may_do_what(roles: dict[str, Role | None]) -> None:
    known = members(roles)
    people = [user for user in known if user != EVERYBODY] or ["9"]
    assert any(role_of(user, known) is Role.OWNER for user in people)


@given(PEOPLE, st.sampled_from(["1", "2", "3"]))
def test_ones_own_role_counts_before_that_of_everybody(roles: dict[str, Role | None], user: str) -> None:
    own = roles.get(user)
    known = members(roles | {"4": Role.OWNER})
    if own is not None:
        assert role_of(user, known) is own


def test_a_newcomer_has_what_everybody_else_has() -> None:
    assert role_of("9", members({"1": Role.OWNER})) is Role.MANAGER
    assert role_of("9", members({"1": Role.OWNER, EVERYBODY: Role.VIEWER})) is Role.VIEWER
    assert role_of("9", members({})) is Role.OWNER


def test_each_role_may_what_the_lesser_may() -> None:
    assert [[one.may(needed) for needed in Role] for one in Role] == [
        [True, False, False],
        [True, True, False],
        [True, True, True],
    ]


def test_a_word_that_is_no_role_is_refused() -> None:
    with pytest.raises(Invalid, match="no role"):
        checked("admin")
