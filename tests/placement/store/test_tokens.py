"""A token identifies the caller: created by the coordinator, stored as a digest, useless once revoked."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlmodel import Session, select

from placement.callers import SYSTEM, Caller, Role
from placement.clock import today
from placement.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from placement.store.access import PARTIES
from placement.store.tokens import Refused, caller_of, create_token, id_of, revoke_token
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
    last_day = today() + dt.timedelta(days=400)
    assert caller_of(session, token) == Caller(role, organisation, unit, token=id_of(token), expires_on=last_day)


@pytest.mark.parametrize(
    ("role", "organisation", "unit", "pointers"),
    [
        (Role.COORDINATOR, "org_ki", None, ["/organisation_id"]),
        (Role.AUDITOR, None, "unt_a", ["/unit_id"]),
        (Role.INSTITUTION, None, None, ["/organisation_id"]),
        (Role.INSTITUTION, "org_city", None, ["/organisation_id"]),
        (Role.PROVIDER, "org_ki", None, ["/organisation_id"]),
        (Role.PROVIDER, "org_nowhere", "unt_a", ["/organisation_id", "/unit_id"]),
        (Role.UNIT, "org_city", None, ["/organisation_id", "/unit_id"]),
        (Role.UNIT, None, "unt_nowhere", ["/unit_id"]),
    ],
)
def test_a_role_is_given_only_where_it_belongs(
    session: Session, role: Role, organisation: str | None, unit: str | None, pointers: list[str]
) -> None:
    with pytest.raises(InvalidError) as refusal:
        create_token(session, SYSTEM, role, organisation, unit)
    assert [fault.pointer for fault in refusal.value.faults] == pointers
    assert session.exec(select(ApiToken)).all() == []


def test_only_the_coordinator_and_organisations_give_and_take_back_access(session: Session) -> None:
    for role in set(Role) - PARTIES:
        with pytest.raises(NotAllowedError):
            create_token(session, Caller(role), Role.AUDITOR)
        with pytest.raises(NotAllowedError):
            revoke_token(session, Caller(role), "0" * 16)
    for role in PARTIES:
        with pytest.raises(NotFoundError):
            revoke_token(session, Caller(role, organisation="org_ki"), "0" * 16)


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
    name = id_of(token)
    revoke_token(session, SYSTEM, name)
    session.commit()
    assert caller_of(session, token) is Refused.REVOKED
    with pytest.raises(ConflictError):
        revoke_token(session, SYSTEM, name)


def test_what_is_no_token_of_ours_shows_nobody(session: Session) -> None:
    token = create_token(session, SYSTEM, Role.COORDINATOR)
    wrong_secret = token[:-1] + ("A" if token[-1] != "A" else "B")
    unknown = "plc_" + "0" * 16 + token[20:]
    for text in ("", "plc_", token[:-1], token + "\n", token.upper(), wrong_secret, unknown, "plc_\udc80_x"):
        assert caller_of(session, text) is Refused.UNKNOWN
    assert isinstance(caller_of(session, token), Caller)
