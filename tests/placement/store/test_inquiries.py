"""Who saw, changed or could have seen something of some students is told from the trail and from the tokens."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from sqlmodel import Session, col, select

from placement.callers import SYSTEM, Caller, Role
from placement.clock import now
from placement.database import engine_for, open_session
from placement.errors import InvalidError, NotAllowedError
from placement.store import audit, chain, looks
from placement.store.erasing import erase_payloads
from placement.store.inquiries import MOST_PEOPLE, Inquiry, inquire
from placement.store.looks import Look, looks_at
from placement.store.tokens import revoke_token
from placement.tables import Action, ApiToken, AuditEntry, Placement, Student
from tests.api.world import World
from tests.placement.store.trails import entry

SINCE, UNTIL = dt.datetime(2020, 1, 1, tzinfo=dt.UTC), dt.datetime(2040, 1, 1, tzinfo=dt.UTC)
AUDITOR = Caller(Role.AUDITOR, token="t-audit")


@pytest.fixture
def county(settled: tuple[str, World]) -> Iterator[Session]:
    """The small county, for the service itself."""
    engine = engine_for(settled[0])
    with open_session(engine) as session:
        yield session
    engine.dispose()


def ask(session: Session, *students: str, since: dt.datetime = SINCE, until: dt.datetime = UNTIL) -> Inquiry:
    session.commit()
    return inquire(session, AUDITOR, students, since, until)


def token_of(session: Session, role: Role) -> ApiToken:
    return session.exec(select(ApiToken).where(ApiToken.role == role).order_by(col(ApiToken.created_at).desc())).first()  # type: ignore[return-value]


def look(session: Session, by: Caller, *people: str) -> None:
    asked = Look("GET /v1/students", "/v1/students", {}, frozenset(), frozenset(people))
    looks.record(session, by, asked, people)


def test_who_looked_and_who_changed_is_told_with_label_role_times_and_entries(county: Session) -> None:
    token = token_of(county, Role.INSTITUTION)
    by = Caller(Role.INSTITUTION, "org_ki", token=token.id)
    look(county, by, "stu_a", "stu_b")
    county.commit()
    look(county, by, "stu_a")
    student = county.get_one(Student, "stu_a")
    before = audit.snapshot(student)
    student.max_travel = 44
    audit.record(county, SYSTEM, Action.CHANGED, student, before)
    found = ask(county, "stu_a", "stu_gone")
    ours, gone = found.people
    assert (ours.known, gone.known, gone.seen) == (True, False, [])
    seen = {(one.who.token, one.action, one.what): one for one in ours.seen}
    read = seen[token.id, Action.READ, "GET /v1/students"]
    assert (read.times, read.who.label, read.who.role) == (2, token.label, Role.INSTITUTION)
    assert read.first <= read.last
    assert read.first_entry < read.last_entry
    assert seen[SYSTEM.token, Action.CHANGED, "student"].times == 1


def test_who_could_see_follows_from_role_organisation_and_placements(county: Session) -> None:
    far = ApiToken(id="f" * 16, secret_sha256="f" * 64, role=Role.INSTITUTION, organisation_id="org_b", label="UMU")
    county.add(far)
    (person,) = ask(county, "stu_a").people
    could = {one.who.token: one for one in person.could_see}
    for role in (Role.COORDINATOR, Role.AUDITOR, Role.INSTITUTION, Role.PROVIDER, Role.UNIT, Role.SUPERVISOR):
        assert token_of(county, role).id in could or role is Role.INSTITUTION, role
    assert far.id not in could
    assert token_of(county, Role.STUDENT).id not in could
    assert could[token_of(county, Role.UNIT).id].unit == "unt_a"


def test_who_had_the_student_before_a_move_could_see_it_then(county: Session) -> None:
    placement = county.get_one(Placement, "pla_a")
    before = audit.snapshot(placement)
    placement.unit_id = "unt_b"
    audit.record(county, SYSTEM, Action.CHANGED, placement, before)
    (person,) = ask(county, "stu_a").people
    assert token_of(county, Role.UNIT).id in {one.who.token for one in person.could_see}


def test_a_token_counts_for_as_long_as_it_let_anybody_in(county: Session) -> None:
    token = token_of(county, Role.AUDITOR)
    before_it = token.created_at
    (person,) = ask(county, "stu_a", until=before_it).people
    assert token.id not in {one.who.token for one in person.could_see}
    revoke_token(county, SYSTEM, token.id)
    county.commit()
    (person,) = ask(county, "stu_a").people
    assert {one.who.token: one.until for one in person.could_see}[token.id] == token.revoked_at
    (person,) = ask(county, "stu_a", since=now()).people
    assert token.id not in {one.who.token for one in person.could_see}


def test_only_entries_of_the_time_count_and_the_erased_are_told(county: Session) -> None:
    look(county, SYSTEM, "stu_a")
    county.commit()
    last = county.exec(select(AuditEntry).order_by(col(AuditEntry.sequence).desc())).first()
    assert last is not None
    assert last.sequence is not None
    (before,) = ask(county, "stu_a", until=last.at).people
    assert not [one for one in before.seen if one.action is Action.READ]
    assert len(looks_at(county, "stu_a")) == 1
    erase_payloads(county, SYSTEM, [last.sequence], "two years have passed")
    found = ask(county, "stu_a")
    assert found.erased == 1
    assert not [one for one in found.people[0].seen if one.action is Action.READ]
    assert looks_at(county, "stu_a") == []


def test_a_holder_whose_token_is_unknown_has_no_label(county: Session) -> None:
    chain.put(county, [entry(1, ["stu_a"])])
    (person,) = ask(county, "stu_a").people
    assert {one.who.token: one.who.label for one in person.seen}["t-1"] is None


def test_an_inquiry_names_somebody_and_a_time_and_comes_from_the_right_role(county: Session) -> None:
    for students in ([], [f"stu_{number}" for number in range(MOST_PEOPLE + 1)]):
        with pytest.raises(InvalidError, match="1 to 1000"):
            inquire(county, AUDITOR, students, SINCE, UNTIL)
    with pytest.raises(InvalidError, match="later than since"):
        inquire(county, AUDITOR, ["stu_a"], UNTIL, UNTIL)
    with pytest.raises(NotAllowedError):
        inquire(county, Caller(Role.INSTITUTION, "org_ki"), ["stu_a"], SINCE, UNTIL)
