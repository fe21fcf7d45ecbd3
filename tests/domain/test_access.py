from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.contract import RoleWord, ScopeWord
from appliance.domain.access import PERMISSIONS, Permission, Principal, Role, email_key, granted, may_manage

DOCS = Path(__file__).parents[2] / "docs/security.md"


def somebody(role: Role, restaurant_id: str = "") -> Principal:
    return Principal(
        user_id="u", email="e", name="n", role=role, restaurant_id=restaurant_id, permissions=PERMISSIONS[role]
    )


def test_the_table_of_the_documents_is_the_one_in_force() -> None:
    rows = [line.split("|")[1:6] for line in DOCS.read_text("utf-8").splitlines() if line.startswith("| `")]
    words = {one.value for one in Permission}
    told = {
        word: [bool(cell.strip()) for cell in cells] for name, *cells in rows if (word := name.strip(" `")) in words
    }
    roles = (Role.OPERATOR, Role.OWNER, Role.MANAGER, Role.STAFF)
    assert told == {one.value: [one in PERMISSIONS[role] for role in roles] for one in Permission}


def test_the_wire_knows_the_same_roles_and_permissions() -> None:
    assert set(get_args(RoleWord)) == set(Role)
    assert set(get_args(ScopeWord)) == set(Permission)


@pytest.mark.parametrize("role", [Role.OWNER, Role.MANAGER, Role.STAFF])
def test_people_of_a_restaurant_reach_that_one_only(role: Role) -> None:
    assert somebody(role, "rest_a").reaches("rest_a")
    assert not somebody(role, "rest_a").reaches("rest_b")
    assert not somebody(role, "rest_a").reaches("")
    assert not somebody(role, "").reaches("")


@given(role=st.sampled_from(Role), scopes=st.frozensets(st.sampled_from(Permission)))
def test_scopes_only_take_away(role: Role, scopes: frozenset[Permission]) -> None:
    assert granted(role, scopes) == PERMISSIONS[role] & scopes
    assert granted(role, None) == PERMISSIONS[role]


@pytest.mark.parametrize(
    ("actor", "others"),
    [
        (Role.OPERATOR, set(Role)),
        (Role.OWNER, {Role.OWNER, Role.MANAGER, Role.STAFF}),
        (Role.MANAGER, set()),
        (Role.STAFF, set()),
    ],
)
def test_nobody_hands_out_more_than_they_have(actor: Role, others: set[Role]) -> None:
    assert {role for role in Role if may_manage(somebody(actor), role)} == others


def test_an_email_is_the_same_however_it_is_written() -> None:
    assert email_key(" Ana@Example.COM ") == email_key("ana@example.com")
