"""A token identifies the caller: created by the coordinator, stored as a digest, useless once revoked."""

from __future__ import annotations

import pytest
from sqlmodel import Session, select

from placement.callers import SYSTEM, Caller, Role
from placement.errors import InvalidError, NotAllowedError, NotFoundError
from placement.store.tokens import caller_of, create_token, revoke_token
from placement.tables import Action, ApiToken, AuditEntry
from tests.rows import places


@pytest.fixture(autouse=True)
def world(session: Session) -> None:
    """The organisations and the unit that roles belong to."""
    session.add_all(places())
    session.commit()


@pytest.mark.parametrize(
    ("role", "organisation", "unit"),
    [
        (Role.COORDINATOR, None, None),
        (Role.AUDITOR, None, None),
        (Role.INSTITUTION, "org_ki", None),
        (Role.STUDENT, "org_ki", None),
        (Role.PROVIDER, "org_city", None),
        (Role.UNIT, None, "unt_a"),
        (Role.SUPERVISOR, None, "unt_a"),
    ],
)
def test_a_token_tells_who_its_bearer_is(
    session: Session, role: Role, organisation: str | None, unit: str | None
) -> None:
    token = create_token(session, SYSTEM, role, organisation, unit)
    session.commit()
    assert caller_of(session, token) == Caller(role, organisation, unit, token=token.split("_")[1])


@pytest.mark.parametrize(
    ("role", "organisation", "unit", "pointers"),
    [
        (Role.COORDINATOR, "org_ki", None, ["/organisation"]),
        (Role.AUDITOR, None, "unt_a", ["/unit"]),
        (Role.INSTITUTION, None, None, ["/organisation"]),
        (Role.INSTITUTION, "org_city", None, ["/organisation"]),
        (Role.PROVIDER, "org_ki", None, ["/organisation"]),
        (Role.PROVIDER, "org_nowhere", "unt_a", ["/organisation", "/unit"]),
        (Role.UNIT, "org_city", None, ["/organisation", "/unit"]),
        (Role.UNIT, None, "unt_nowhere", ["/unit"]),
    ],
)
def test_a_role_is_given_only_where_it_belongs(
    session: Session, role: Role, organisation: str | None, unit: str | None, pointers: list[str]
) -> None:
    with pytest.raises(InvalidError) as refusal:
        create_token(session, SYSTEM, role, organisation, unit)
    assert [fault.pointer for fault in refusal.value.faults] == pointers
    assert session.exec(select(ApiToken)).all() == []


def test_only_the_coordinator_gives_and_takes_back_access(session: Session) -> None:
    for role in set(Role) - {Role.COORDINATOR}:
        with pytest.raises(NotAllowedError):
            create_token(session, Caller(role), Role.AUDITOR)
        with pytest.raises(NotAllowedError):
            revoke_token(session, Caller(role), "0" * 16)


def test_the_secret_is_kept_nowhere(session: Session) -> None:
    token = create_token(session, SYSTEM, Role.AUDITOR, label="Revisionen")
    session.commit()
    row = session.exec(select(ApiToken)).one()
    entry = session.exec(select(AuditEntry)).one()
    secret = token.split("_", 2)[2]
    assert row.label == "Revisionen"
    assert secret not in row.model_dump_json()
    assert (entry.action, entry.object_id) == (Action.CREATED, row.id)
    assert row.secret_sha256 not in entry.model_dump_json()


def test_a_token_taken_back_shows_nobody_and_is_not_taken_back_twice(session: Session) -> None:
    token = create_token(session, SYSTEM, Role.AUDITOR)
    name = token.split("_")[1]
    revoke_token(session, SYSTEM, name)
    session.commit()
    assert caller_of(session, token) is None
    with pytest.raises(NotFoundError):
        revoke_token(session, SYSTEM, name)


def test_what_is_no_token_of_ours_shows_nobody(session: Session) -> None:
    token = create_token(session, SYSTEM, Role.COORDINATOR)
    wrong_secret = token[:-1] + ("A" if token[-1] != "A" else "B")
    unknown = "plc_" + "0" * 16 + token[20:]
    for text in ("", "plc_", token[:-1], token + "\n", token.upper(), wrong_secret, unknown, "plc_\udc80_x"):
        assert caller_of(session, text) is None
    assert caller_of(session, token) is not None
