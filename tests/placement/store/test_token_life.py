"""A token's life: until its last day, through rotations, limited to scopes, and never more than its maker has."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from placement.callers import SYSTEM, Caller, Role
from placement.clock import STOCKHOLM, now, today
from placement.database import open_session
from placement.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from placement.planning.runs import look_again
from placement.store.audit import PROTECTED
from placement.store.token_scopes import SCOPES, SUBJECTS, permits
from placement.store.tokens import (
    Refused,
    TokenState,
    bearer_of,
    caller_of,
    create_token,
    give_access,
    id_of,
    list_tokens,
    prolong,
    revoke_token,
    rotate_token,
    show_token,
    state_of,
)
from placement.tables import Action, ApiToken, AuditEntry, Organisation, OrganisationKind, ProviderKind, Run, Unit
from tests.rows import places, term
from tests.token_clock import be_at, be_days_later

KI = Caller(Role.INSTITUTION, organisation="org_ki")
CITY = Caller(Role.PROVIDER, organisation="org_city")
CARE = Caller(Role.PROVIDER, organisation="org_care")
CKU = Caller(Role.COORDINATOR, token="0" * 16)
HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)
READER = frozenset({"read"})


@pytest.fixture(autouse=True)
def world(session: Session) -> None:
    """A lärosäte, a municipality with a unit and its operator, and another lärosäte."""
    umea = Organisation(id="org_b", kind=OrganisationKind.INSTITUTION, name_sv="Umeå", name_en="Umeå")
    far = Organisation(
        id="org_far",
        kind=OrganisationKind.PROVIDER,
        provider_kind=ProviderKind.REGION,
        name_sv="Norr",
        name_en="North",
    )
    unit = Unit(
        id="unt_b",
        name="Avdelning 7",
        provider_id="org_far",
        municipality_code="0180",
        kinds=["hospital-ward"],
        lat=59.3,
        lon=18.1,
    )
    session.add_all([*places(), umea, far, unit])
    session.commit()


def given(session: Session, token: str) -> Caller | Refused:
    session.commit()
    return caller_of(session, token)


def test_a_token_works_to_the_end_of_its_last_day_in_stockholm(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = create_token(session, SYSTEM, Role.AUDITOR, expires_on=today() + DAY)
    row = show_token(session, SYSTEM, id_of(token))
    midnight = dt.datetime.combine(row.expires_on + DAY, dt.time(), STOCKHOLM)
    be_at(monkeypatch, midnight.astimezone(dt.UTC) - dt.timedelta(seconds=1))
    assert isinstance(given(session, token), Caller)
    be_at(monkeypatch, midnight.astimezone(dt.UTC))
    assert given(session, token) is Refused.EXPIRED
    assert bearer_of(session, row.id) is None
    assert state_of(row) is TokenState.EXPIRED


@pytest.mark.parametrize(
    ("days", "most", "accepted"), [(0, 400, True), (400, 400, True), (401, 400, False), (-1, 400, False), (8, 7, False)]
)
def test_a_last_day_is_from_today_to_the_most_that_is_allowed(
    session: Session, days: int, most: int, *, accepted: bool
) -> None:
    day = today() + days * DAY
    if accepted:
        token = create_token(session, SYSTEM, Role.AUDITOR, expires_on=day, most_days=most)
        assert show_token(session, SYSTEM, id_of(token)).expires_on == day
        return
    with pytest.raises(InvalidError) as refusal:
        create_token(session, SYSTEM, Role.AUDITOR, expires_on=day, most_days=most)
    [fault] = refusal.value.faults
    assert fault.pointer == "/expires_on"
    assert str(today() + most * DAY) in fault.en


def test_after_a_rotation_both_secrets_work_and_after_the_overlap_only_the_new_one(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = create_token(session, SYSTEM, Role.AUDITOR, expires_on=today() + DAY)
    new = rotate_token(session, SYSTEM, id_of(old), 2 * HOUR)
    assert id_of(new) == id_of(old)
    assert new != old
    row = show_token(session, SYSTEM, id_of(old))
    assert row.expires_on == today() + 400 * DAY
    assert isinstance(given(session, old), Caller)
    assert isinstance(given(session, new), Caller)
    be_days_later(monkeypatch, 2.1 / 24)
    assert given(session, old) is Refused.REPLACED
    assert isinstance(given(session, new), Caller)
    entry = session.exec(select(AuditEntry).where(AuditEntry.action == Action.CHANGED)).one()
    assert entry.after is not None
    assert {entry.after[name] for name in ("secret_sha256", "previous_sha256")} == {PROTECTED}
    assert row.secret_sha256 not in entry.model_dump_json()


def test_without_an_overlap_the_old_secret_stops_at_once_and_only_one_old_secret_works_on(session: Session) -> None:
    first = create_token(session, SYSTEM, Role.AUDITOR)
    second = rotate_token(session, SYSTEM, id_of(first), dt.timedelta())
    assert given(session, first) is Refused.UNKNOWN
    third = rotate_token(session, SYSTEM, id_of(first))
    fourth = rotate_token(session, SYSTEM, id_of(first))
    assert given(session, second) is Refused.UNKNOWN
    assert isinstance(given(session, third), Caller)
    assert isinstance(given(session, fourth), Caller)


def test_a_rotation_brings_an_expired_token_back_but_not_its_old_secret_and_never_a_revoked_one(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = create_token(session, SYSTEM, Role.AUDITOR, expires_on=today())
    session.commit()
    be_days_later(monkeypatch, 2)
    new = rotate_token(session, SYSTEM, id_of(old))
    assert given(session, old) is Refused.UNKNOWN
    assert isinstance(given(session, new), Caller)
    revoke_token(session, SYSTEM, id_of(old))
    assert given(session, new) is Refused.REVOKED
    with pytest.raises(ConflictError, match="already revoked"):
        rotate_token(session, SYSTEM, id_of(old))


@pytest.mark.parametrize(
    ("by", "role", "organisation", "unit"),
    [
        (KI, Role.INSTITUTION, None, None),
        (KI, Role.INSTITUTION, "org_ki", None),
        (KI, Role.STUDENT, None, None),
        (CITY, Role.PROVIDER, None, None),
        (CITY, Role.UNIT, None, "unt_a"),
        (CITY, Role.SUPERVISOR, None, "unt_a"),
        (CARE, Role.UNIT, None, "unt_a"),
    ],
)
def test_an_organisation_makes_tokens_for_itself_and_for_those_within_it(
    session: Session, by: Caller, role: Role, organisation: str | None, unit: str | None
) -> None:
    token = create_token(session, by, role, organisation, unit)
    caller = given(session, token)
    assert isinstance(caller, Caller)
    assert (caller.role, caller.unit) == (role, unit)
    assert caller.organisation == (None if unit else by.organisation)
    assert show_token(session, by, id_of(token)).id == caller.token


@pytest.mark.parametrize(
    ("by", "role", "organisation", "unit", "pointer"),
    [
        (KI, Role.COORDINATOR, None, None, "/role"),
        (KI, Role.AUDITOR, None, None, "/role"),
        (KI, Role.PROVIDER, "org_city", None, "/role"),
        (KI, Role.INSTITUTION, "org_b", None, "/organisation_id"),
        (KI, Role.STUDENT, "org_b", None, "/organisation_id"),
        (CITY, Role.INSTITUTION, "org_ki", None, "/role"),
        (CITY, Role.PROVIDER, "org_far", None, "/organisation_id"),
        (CITY, Role.UNIT, None, "unt_b", "/unit_id"),
        (CITY, Role.UNIT, None, None, "/unit_id"),
        (CITY, Role.SUPERVISOR, None, "unt_nowhere", "/unit_id"),
    ],
)
def test_an_organisation_makes_no_token_beyond_itself(
    session: Session, by: Caller, role: Role, organisation: str | None, unit: str | None, pointer: str
) -> None:
    with pytest.raises(InvalidError) as refusal:
        create_token(session, by, role, organisation, unit)
    assert [fault.pointer for fault in refusal.value.faults] == [pointer]


def test_an_organisation_has_only_its_own_tokens_in_hand(session: Session) -> None:
    own = {role: create_token(session, SYSTEM, role, "org_ki") for role in (Role.INSTITUTION, Role.STUDENT)}
    ward = create_token(session, SYSTEM, Role.UNIT, unit="unt_a")
    city = create_token(session, SYSTEM, Role.PROVIDER, "org_city")
    others = [
        create_token(session, SYSTEM, Role.COORDINATOR),
        create_token(session, SYSTEM, Role.INSTITUTION, "org_b"),
        create_token(session, SYSTEM, Role.UNIT, unit="unt_b"),
    ]
    session.commit()
    assert {row.id for row in list_tokens(session, KI).rows} == {id_of(token) for token in own.values()}
    assert {row.id for row in list_tokens(session, CITY).rows} == {id_of(ward), id_of(city)}
    assert {row.id for row in list_tokens(session, CARE).rows} == {id_of(ward)}
    assert list_tokens(session, CKU).total == 7
    assert [row.id for row in list_tokens(session, CKU, role=Role.UNIT, unit="unt_b").rows] == [id_of(others[2])]
    for token in [*others, city, ward]:
        for step in (show_token, rotate_token, revoke_token):
            with pytest.raises(NotFoundError):
                step(session, KI, id_of(token))


def test_tokens_are_listed_by_whether_they_work(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    made = [create_token(session, SYSTEM, Role.AUDITOR, expires_on=today() + days * DAY) for days in (0, 9, 9)]
    revoke_token(session, SYSTEM, id_of(made[2]))
    session.commit()
    be_days_later(monkeypatch, 2)
    expected = {TokenState.EXPIRED: made[0], TokenState.VALID: made[1], TokenState.REVOKED: made[2]}
    for state, token in expected.items():
        [row] = list_tokens(session, SYSTEM, state=state).rows
        assert (row.id, state_of(row)) == (id_of(token), state)


def test_a_limited_token_hands_out_nothing_beyond_its_own_scopes(session: Session) -> None:
    limited = Caller(Role.INSTITUTION, organisation="org_ki", scopes=frozenset({"tokens:write", "cohorts:read"}))
    whole = create_token(session, SYSTEM, Role.INSTITUTION, "org_ki")
    writes = create_token(session, SYSTEM, Role.INSTITUTION, "org_ki", scopes=["cohorts:write"])
    for scopes in (None, ["read"], ["cohorts:write"], ["cohorts:read", "audit:read"]):
        with pytest.raises(NotAllowedError, match="more than your own"):
            create_token(session, limited, Role.INSTITUTION, scopes=scopes)
    for token in (whole, writes):
        with pytest.raises(NotAllowedError, match="more than your own"):
            rotate_token(session, limited, id_of(token))
    caller = given(session, create_token(session, limited, Role.INSTITUTION, scopes=["cohorts:read", "tokens:read"]))
    assert isinstance(caller, Caller)
    assert caller.scopes == frozenset({"cohorts:read", "tokens:read"})
    assert isinstance(given(session, rotate_token(session, limited, caller.token or "")), Caller)


def test_a_scope_that_is_not_there_is_refused_by_its_place(session: Session) -> None:
    with pytest.raises(InvalidError) as refusal:
        create_token(session, SYSTEM, Role.AUDITOR, scopes=["read", "write", "Cohorts:read", "cohorts"])
    assert [fault.pointer for fault in refusal.value.faults] == ["/scopes/1", "/scopes/2", "/scopes/3"]


def test_a_scope_permits_itself_read_every_reading_and_a_write_the_reading_under_its_heading() -> None:
    for scope in SCOPES:
        assert permits(None, scope)
        assert permits(frozenset({scope}), scope)
        assert permits(READER, scope) == (not scope.endswith(":write"))
    for subject in SUBJECTS:
        assert permits(frozenset({f"{subject}:write"}), f"{subject}:read")
        assert not permits(frozenset({f"{subject}:read"}), f"{subject}:write")
        assert not permits(frozenset({f"{subject}:write"}), "read")


def test_the_last_token_with_which_a_coordinator_can_make_others_is_revoked_only_on_the_machine(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = create_token(session, SYSTEM, Role.COORDINATOR)
    create_token(session, SYSTEM, Role.COORDINATOR, scopes=["read"])
    short = create_token(session, SYSTEM, Role.COORDINATOR, expires_on=today())
    other = create_token(session, SYSTEM, Role.COORDINATOR, scopes=["tokens:write"])
    by = given(session, kept)
    assert isinstance(by, Caller)
    be_days_later(monkeypatch, 2)
    revoke_token(session, by, id_of(other))
    with pytest.raises(ConflictError, match="last token"):
        revoke_token(session, by, id_of(kept))
    revoke_token(session, by, id_of(short))
    revoke_token(session, SYSTEM, id_of(kept))
    assert given(session, kept) is Refused.REVOKED


def test_a_token_has_an_id_that_no_one_takes_for_a_personal_identity_number(session: Session) -> None:
    ids = [id_of(create_token(session, SYSTEM, Role.AUDITOR)) for _ in range(50)]
    assert max(sum(map(str.isdigit, each)) for each in ids) <= 6
    assert len(session.exec(select(ApiToken)).all()) == len(set(ids)) == 50


def test_what_is_made_changed_and_revoked_is_in_the_audit_trail_with_who_did_it(session: Session) -> None:
    token = create_token(session, CKU, Role.INSTITUTION, "org_ki", scopes=["read"])
    rotate_token(session, KI, id_of(token))
    revoke_token(session, KI, id_of(token))
    entries = session.exec(select(AuditEntry).order_by(AuditEntry.sequence)).all()  # type: ignore[arg-type]
    told = [(entry.action, entry.actor_role, entry.object_type, entry.object_id) for entry in entries]
    assert told == [
        (Action.CREATED, Role.COORDINATOR, "api_token", id_of(token)),
        (Action.CHANGED, Role.INSTITUTION, "api_token", id_of(token)),
        (Action.CHANGED, Role.INSTITUTION, "api_token", id_of(token)),
    ]
    assert (entries[0].after or {})["scopes"] == ["read"]
    assert (entries[2].before, list(entries[2].after or {})) == ({"revoked_at": None}, ["revoked_at"])
    assert show_token(session, KI, id_of(token)).revoked_at is not None
    assert now() - (show_token(session, KI, id_of(token)).revoked_at or now()) < HOUR


@pytest.mark.postgresql_counts
def test_two_coordinators_do_not_revoke_each_others_last_tokens_at_the_same_moment(session: Session) -> None:
    engine = session.get_bind()
    assert isinstance(engine, Engine)
    for _ in range(5):
        made = [id_of(create_token(session, SYSTEM, Role.COORDINATOR)) for _ in range(2)]
        session.commit()
        together = Barrier(2)

        def revoke(own: str, other: str, together: Barrier = together) -> bool:
            together.wait()
            try:
                with open_session(engine) as mine:
                    revoke_token(mine, Caller(Role.COORDINATOR, token=own), other)
            except ConflictError:
                return False
            return True

        with ThreadPoolExecutor(2) as threads:
            done = [*threads.map(revoke, made, reversed(made))]
        assert sorted(done) == [False, True]
        session.expire_all()
        [left] = list_tokens(session, SYSTEM, state=TokenState.VALID).rows
        revoke_token(session, SYSTEM, left.id)
        session.commit()


def test_a_run_is_followed_no_longer_than_the_token_works(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    session.add_all([*term(), Run(id="run_x", term_id="trm_a", time_limit_seconds=9, requested_by="t")])
    by = given(session, create_token(session, SYSTEM, Role.COORDINATOR, expires_on=today()))
    assert isinstance(by, Caller)
    assert look_again(session, by, "run_x").id == "run_x"
    be_days_later(monkeypatch, 1)
    with pytest.raises(NotFoundError):
        look_again(session, by, "run_x")


def test_an_access_without_a_secret_is_no_listed_token_and_has_nothing_to_rotate(session: Session) -> None:
    access = give_access(session, SYSTEM, Role.AUDITOR, None, None, "konto 2")
    assert access not in [row.id for row in list_tokens(session, SYSTEM).rows]
    assert show_token(session, SYSTEM, access).label == "konto 2"
    assert given(session, f"plc_{access}_{'0' * 43}") is Refused.UNKNOWN
    with pytest.raises(ConflictError, match="no secret"):
        rotate_token(session, SYSTEM, access)


def test_an_access_gets_its_full_time_again_once_half_of_it_has_gone(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    access, first = give_access(session, SYSTEM, Role.AUDITOR, None, None, "konto 2"), today()
    for passed, last in ((199, 400), (200, 600), (601, 1_001)):
        monkeypatch.setattr("placement.store.token_grants.today", lambda passed=passed: first + passed * DAY)
        monkeypatch.setattr("placement.store.tokens.today", lambda passed=passed: first + passed * DAY)
        prolong(session, SYSTEM, access)
        assert show_token(session, SYSTEM, access).expires_on == first + last * DAY
