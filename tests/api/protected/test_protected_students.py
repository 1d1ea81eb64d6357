"""Protected students: marked by their lärosäte, found by nobody else, met by a unit as one student."""

from __future__ import annotations

import json
from collections.abc import Callable

import httpx2
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import inspect
from sqlmodel import Session, select

from placement.callers import SYSTEM, Caller, Role
from placement.database import open_session, read_session
from placement.errors import InvalidError, NotAllowedError
from placement.events.feed import read_feed
from placement.store import looks, protection
from placement.store.tokens import Refused, bearer_of, caller_of, create_seeing_token
from placement.tables import (
    METADATA,
    AuditEntry,
    Calendar,
    CalendarSubject,
    IdempotencyKey,
    Placement,
    ProtectedStudent,
    SiteTurn,
    Student,
)
from tests.api.matrix import protected
from tests.api.world import World

CONTACT = {"contactFunction": "VFU-kansliet", "contactEmail": "vfu@ki.example.se", "contactPhone": "08-123 45 67"}
GIVEN = {"studentId": "stu_a", **CONTACT}
ONE = "/v1/protected-students/stu_a"


@pytest.fixture
def with_right(client: TestClient) -> Callable[..., dict[str, str]]:
    """The headers of a call by our lärosäte with the right to see its protected students."""
    with open_session(client.app.state.engine) as session:  # type: ignore[attr-defined]
        token = create_seeing_token(session, SYSTEM, "org_ki")

    def by(**headers: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {token}", **headers}

    return by


@pytest.fixture
def marked(client: TestClient, with_right: Callable[..., dict[str, str]]) -> httpx2.Response:
    """Our student, marked."""
    answer = client.post("/v1/protected-students", json=GIVEN, headers=with_right())
    assert answer.status_code == 201, answer.text
    return answer


def looks_in(client: TestClient) -> list[AuditEntry]:
    with read_session(client.app.state.engine) as session:  # type: ignore[attr-defined]
        return looks.looks_at(session, "stu_a")


def test_a_marked_student_is_there_for_those_with_the_right_alone(
    client: TestClient, world: World, marked: httpx2.Response, with_right: Callable[..., dict[str, str]]
) -> None:
    assert marked.json()["contactFunction"] == "VFU-kansliet"
    assert marked.headers["Location"] == ONE
    for path in ("/v1/students/stu_a", "/v1/requests/req_a", "/v1/placements/pla_a"):
        assert client.get(path, headers=with_right()).status_code == 200
        for role in ("coordinator", "institution"):
            hidden = client.get(path, headers=world.by(role, **{"Accept-Language": "en"}))
            missing = client.get(path[:-1] + "q", headers=world.by(role, **{"Accept-Language": "en"}))
            assert hidden.status_code == missing.status_code == 404
            assert hidden.json()["detail"] == missing.json()["detail"].replace(f"{path[-5:-1]}q", path[-5:])
    for role in ("coordinator", "institution"):
        everyone = client.get("/v1/students?limit=200", headers=world.by(role)).json()
        assert "stu_a" not in [each["id"] for each in everyone["items"]]
        assert everyone["total"] == len(everyone["items"])
    assert client.get("/v1/students?limit=200", headers=with_right()).json()["total"] == everyone["total"] + 1
    assert "stu_a" in client.get("/v1/students?externalId=ki-0001", headers=with_right()).text


def test_an_alias_is_no_answer_to_an_id_that_somebody_tries(
    client: TestClient, world: World, marked: httpx2.Response
) -> None:
    assert marked.status_code == 201
    asked = client.get("/v1/placements?studentId=stu_a", headers=world.by("coordinator"))
    assert asked.json()["items"] == []
    assert "stu_a" in str(asked.headers.get("link"))
    refused = client.post(
        "/v1/pins", json={"requestId": "req_a", "unitId": "unt_a", "start": "2026-W53"}, headers=world.by("coordinator")
    )
    never = client.post(
        "/v1/pins", json={"requestId": "req_q", "unitId": "unt_a", "start": "2026-W53"}, headers=world.by("coordinator")
    )
    assert refused.status_code == never.status_code == 422
    assert refused.json()["errors"] == never.json()["errors"]


def test_each_look_is_logged_and_nobody_reads_the_log_who_may_not_look(
    client: TestClient, world: World, marked: httpx2.Response, with_right: Callable[..., dict[str, str]]
) -> None:
    assert marked.status_code == 201
    before = len(looks_in(client))
    assert before == 0  # that it was marked is an entry of its own
    client.get("/v1/students/stu_a", headers=with_right())
    client.get("/v1/students?limit=200", headers=with_right())
    client.get("/v1/students/stu_idle", headers=with_right())
    client.patch("/v1/students/stu_a", json={"maxTravel": 60}, headers=with_right(**{"If-Match": "*"}))
    seen = looks_in(client)[before:]
    assert [(entry.after or {})["operation"] for entry in seen] == [
        "GET /v1/students/{studentId}",
        "GET /v1/students",
    ]
    assert {entry.actor_organisation for entry in seen} == {"org_ki"}
    for role in ("coordinator", "auditor"):
        for asked in ("limit=200", "limit=200&reads=true", "limit=200&action=read&objectId=/v1/students/stu_a"):
            trail = client.get(f"/v1/audit-entries?{asked}", headers=world.by(role)).json()
            told = json.dumps(trail["items"])
            assert "protected" not in told.replace("[protected]", "").replace("seesProtected", "")
            assert '"stu_a"' not in told
            assert "/v1/students/stu_a" not in told
        reads = client.get("/v1/audit-entries?limit=200&action=read", headers=world.by(role)).json()["items"]
        [everyone] = [each for each in reads if each["objectId"] == "/v1/students"]
        assert everyone["after"]["people"] == len(everyone["studentIds"]) > 0


def test_what_cannot_be_removed_because_of_them_does_not_say_that_it_is_a_student(
    client: TestClient, world: World, marked: httpx2.Response
) -> None:
    assert marked.status_code == 201
    with open_session(client.app.state.engine) as session:  # type: ignore[attr-defined]
        for student in session.exec(select(Student).where(Student.cohort_id == "coh_a", Student.id != "stu_a")):
            student.cohort_id = "coh_b"
    headers = world.by("institution", **{"If-Match": "*", "Accept-Language": "en"})
    refused = client.delete("/v1/cohorts/coh_a", headers=headers)
    assert refused.status_code == 409
    assert "student" not in refused.json()["detail"]


def test_who_asks_who_saw_a_hidden_student_is_answered_as_if_there_were_none(
    client: TestClient, world: World, marked: httpx2.Response, with_right: Callable[..., dict[str, str]]
) -> None:
    assert marked.status_code == 201
    client.get("/v1/students/stu_a", headers=with_right())
    asked = {"since": "2020-01-01T00:00:00Z", "until": "2100-01-01T00:00:00Z"}
    for role in ("coordinator", "auditor"):
        one, other = (
            client.post("/v1/audit-inquiries", json={**asked, "studentIds": [each]}, headers=world.by(role)).json()
            for each in ("stu_a", "stu_q")
        )
        assert one["students"][0] | {"studentId": "stu_q"} == other["students"][0]


def test_a_workbook_is_a_look_at_all_of_them(
    client: TestClient, marked: httpx2.Response, with_right: Callable[..., dict[str, str]]
) -> None:
    assert marked.status_code == 201
    before = len(looks_in(client))
    book = client.get("/v1/students/sheet?format=xlsx", headers=with_right())
    assert (book.status_code, book.content[:2]) == (200, b"PK")
    assert len(looks_in(client)) == before + 1


def test_a_look_that_cannot_be_written_gives_no_answer(
    client: TestClient,
    marked: httpx2.Response,
    with_right: Callable[..., dict[str, str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert marked.status_code == 201

    def refuse(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(looks, "record_at_once", refuse)
    refused = client.get("/v1/students/stu_a", headers=with_right())
    assert refused.status_code == 500
    assert "ki-0001" not in refused.text


def test_a_unit_meets_one_student_and_whom_to_turn_to(
    client: TestClient, world: World, marked: httpx2.Response
) -> None:
    assert marked.status_code == 201
    before = len(looks_in(client))
    for role in ("unit", "provider"):
        [arrival] = client.get("/v1/arrivals", headers=world.by(role)).json()["items"]
        assert arrival.keys() == {
            *("id", "version", "unitId", "unitName", "students", "start", "weeks", "status"),
            *("contactFunction", "contactEmail", "contactPhone"),
        }
        assert (arrival["students"], arrival["unitId"], arrival["start"]) == (1, "unt_a", "2026-W53")
        assert client.get("/v1/arrivals?unitId=unt_b", headers=world.by(role)).json()["total"] == 0
    path = f"/v1/arrivals/{arrival['id']}"
    one = client.get(path, headers=world.by("unit"))
    assert one.json() == arrival
    assert [entry.actor_role for entry in looks_in(client)[before:]] == ["unit", "provider", "unit"]
    assert client.get(path[:-1] + "q", headers=world.by("unit")).status_code == 404


def test_a_unit_answers_as_for_anyone_and_only_those_with_the_right_are_told(
    client: TestClient, world: World, marked: httpx2.Response, with_right: Callable[..., dict[str, str]]
) -> None:
    assert marked.status_code == 201
    [arrival] = client.get("/v1/arrivals", headers=world.by("unit")).json()["items"]
    path = f"/v1/arrivals/{arrival['id']}"
    stale = client.patch(path, json={"status": "accepted"}, headers=world.by("unit", **{"If-Match": '"7"'}))
    assert stale.status_code == 412
    tagged = world.by("unit", **{"If-Match": f'"{arrival["version"]}"'})
    accepted = client.patch(path, json={"status": "accepted"}, headers=tagged)
    assert accepted.json()["status"] == "accepted", accepted.text
    assert client.get("/v1/placements/pla_a", headers=with_right()).json()["status"] == "accepted"
    kinds = {each["kind"] for each in client.get("/v1/events?limit=1000", headers=with_right()).json()["items"]}
    assert "placement.accepted" in kinds
    for role in ("coordinator", "unit", "provider", "institution"):
        told = client.get("/v1/events?limit=1000", headers=world.by(role)).text
        assert "placement.accepted" not in told
        assert "pla_a" not in told
    declining = {"status": "declined", "reason": "unit-closed"}
    declined = client.patch(path, json=declining, headers=world.by("unit", **{"If-Match": "*"}))
    assert declined.json()["status"] == "declined"
    assert client.get("/v1/arrivals", headers=world.by("unit")).json()["total"] == 0


def test_a_protected_student_is_placed_by_hand(
    client: TestClient, world: World, marked: httpx2.Response, with_right: Callable[..., dict[str, str]]
) -> None:
    assert marked.status_code == 201
    pins = client.get(f"{ONE}/pins", headers=with_right()).json()
    assert [each["id"] for each in pins["items"]] == ["pin_a"]
    assert client.delete(f"{ONE}/pins/pin_a", headers=with_right(**{"If-Match": '"1"'})).status_code == 204
    given = {"requestId": "req_a", "unitId": "unt_a", "start": "2026-W53"}
    refused = client.post(f"{ONE}/pins", json=given, headers=with_right())
    assert refused.status_code == 422  # the unit is blocked for the student
    cleared = client.patch("/v1/students/stu_a", json={"blockedUnits": []}, headers=with_right(**{"If-Match": "*"}))
    assert cleared.status_code == 200, cleared.text
    elsewhere = client.post(f"{ONE}/pins", json={**given, "requestId": "req_b"}, headers=with_right())
    assert [each["pointer"] for each in elsewhere.json()["errors"]] == ["/requestId"]
    assert client.get("/v1/pins?limit=200", headers=world.by("coordinator")).json()["total"] == 0


@pytest.mark.parametrize("role", ["coordinator", "institution"])
def test_whoever_chose_a_site_together_with_them_is_told_to_others_as_if_alone(
    client: TestClient, world: World, with_right: Callable[..., dict[str, str]], role: str
) -> None:
    with open_session(client.app.state.engine) as session:  # type: ignore[attr-defined]
        turn = session.exec(select(SiteTurn).where(SiteTurn.round_id == "srd_m")).one()
        session.add(SiteTurn(**{**turn.model_dump(), "student_id": "stu_a", "number": 2, "partner_id": "stu_m"}))
        turn.partner_id, turn.apart = "stu_a", True
    client.post("/v1/protected-students", json=GIVEN, headers=with_right())
    for part in ("wishes", "receipts"):
        path = f"/v1/site-rounds/srd_m/{part}"
        [told] = client.get(path, headers=world.by(role)).json()["items"]
        assert (told["studentId"], told["partnerId"]) == ("stu_m", None)
        assert told.get("pairStatus", "none") == "none"
        assert told.get("apart", False) is False
        assert client.get(f"{path}/stu_m", headers=world.by(role)).json()["partnerId"] is None
        assert len(client.get(path, headers=with_right()).json()["items"]) >= 1
    receipt = client.get("/v1/site-rounds/srd_m/receipts/stu_m", headers=world.by(role)).json()
    assert "pair" not in receipt["textEn"]
    assert client.get("/v1/site-rounds/srd_m/receipts/stu_m", headers=with_right()).json()["partnerId"] == "stu_a"


def test_the_mark_is_changed_and_lifted_by_those_with_the_right_alone(
    client: TestClient, world: World, marked: httpx2.Response, with_right: Callable[..., dict[str, str]]
) -> None:
    assert marked.status_code == 201
    again = client.post("/v1/protected-students", json=GIVEN, headers=with_right())
    assert again.status_code == 409
    theirs = client.post("/v1/protected-students", json={**GIVEN, "studentId": "stu_b"}, headers=with_right())
    assert theirs.status_code == 422
    for role in Role:
        for method in ("get", "delete"):
            refused = getattr(client, method)(ONE, headers=world.by(role, **{"If-Match": "*"}))
            assert refused.status_code == 403
    assert client.get("/v1/protected-students/stu_b", headers=with_right()).status_code == 404
    changed = client.patch(ONE, json={"contactEmail": None}, headers=with_right(**{"If-Match": '"1"'}))
    assert (changed.status_code, changed.json()["version"]) == (200, 2)
    nobody = client.patch(ONE, json={"contactPhone": None}, headers=with_right(**{"If-Match": '"2"'}))
    assert [each["pointer"] for each in nobody.json()["errors"]] == ["/contactPhone"]
    assert client.get("/v1/protected-students", headers=with_right()).json()["total"] == 1
    assert client.delete(ONE, headers=with_right(**{"If-Match": '"2"'})).status_code == 204
    assert client.get("/v1/students/stu_a", headers=world.by("coordinator")).status_code == 200


def test_what_others_already_have_is_taken_back(
    client: TestClient, world: World, with_right: Callable[..., dict[str, str]]
) -> None:
    engine = client.app.state.engine  # type: ignore[attr-defined]
    with open_session(engine) as session:
        session.add(
            Calendar(
                id="cal_x",
                token_id="0" * 16,
                secret_sha256="e" * 64,
                subject_type=CalendarSubject.STUDENT,
                subject_id="stu_a",
            )
        )
    kept = client.post(
        "/v1/student-pages", json={"studentId": "stu_a"}, headers=world.by("institution", **{"Idempotency-Key": "k1"})
    )
    assert kept.status_code == 201
    client.post("/v1/protected-students", json=GIVEN, headers=with_right())
    with read_session(engine) as session:
        assert session.get(Calendar, "cal_x") is None
        assert [key for key in session.exec(select(IdempotencyKey)) if b"stu_a" in key.body] == []


def test_answers_kept_for_those_with_the_right_are_theirs_alone(
    client: TestClient, world: World, with_right: Callable[..., dict[str, str]]
) -> None:
    key = {"Idempotency-Key": "one"}
    made = client.post("/v1/protected-students", json=GIVEN, headers=with_right(**key))
    assert made.status_code == 201
    assert client.post("/v1/protected-students", json=GIVEN, headers=with_right(**key)).text == made.text
    assert client.post("/v1/protected-students", json=GIVEN, headers=world.by("institution", **key)).status_code == 403


def test_only_an_operator_gives_the_right_and_only_to_a_laerosaete(store: Session) -> None:
    with pytest.raises(NotAllowedError):
        create_seeing_token(store, Caller(Role.COORDINATOR), "org_ki")
    with pytest.raises(InvalidError):
        create_seeing_token(store, SYSTEM, "org_city")
    token = create_seeing_token(store, SYSTEM, "org_ki")
    store.flush()
    by = caller_of(store, token)
    assert not isinstance(by, Refused)
    assert by.sees_protected
    later = bearer_of(store, by.token or "")
    assert later is not None
    assert not later.sees_protected


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.INSTITUTION])
def test_nobody_without_the_right_gets_it_by_changing_the_secret_of_a_token_that_has_it(
    client: TestClient, world: World, with_right: Callable[..., dict[str, str]], role: Role
) -> None:
    seeing = with_right()["Authorization"].split("_")[1]
    path = f"/v1/tokens/{seeing}/rotations"
    refused = client.post(path, json={}, headers=world.by(role))
    assert refused.status_code == 403, refused.text
    assert client.get("/v1/protected-students", headers=with_right()).status_code == 200
    made = client.post("/v1/tokens", json={"role": "institution", "organisationId": "org_ki"}, headers=with_right())
    assert made.status_code == 201, made.text
    given = client.get("/v1/protected-students", headers={"Authorization": f"Bearer {made.json()['token']}"})
    assert given.status_code == 403
    changed = client.post(path, json={}, headers=with_right())
    assert changed.status_code in {200, 201}, changed.text
    with_it = {"Authorization": f"Bearer {changed.json()['token']}"}
    assert client.get("/v1/protected-students", headers=with_it).status_code == 200


def test_a_token_with_the_right_is_limited_by_its_scopes_too(client: TestClient, marked: httpx2.Response) -> None:
    assert marked.status_code == 201
    with open_session(client.app.state.engine) as session:  # type: ignore[attr-defined]
        reads, none = (
            create_seeing_token(session, SYSTEM, "org_ki", scopes=[scope])
            for scope in ("protected-identity:read", "capacity:write")
        )
    for line in protected.LINES:
        if line.may:
            continue
        for token, may in ((reads, line.method == "GET"), (none, False)):
            headers = {"Authorization": f"Bearer {token}", "If-Match": "*", "Accept-Language": "en"}
            answer = client.request(line.method, line.path(line.ours), headers=headers, json=line.body)
            assert answer.status_code == (200 if may else 403), answer.text
            assert may or "does not have the scope protected-identity:" in answer.text


def test_what_is_sent_for_a_token_with_the_right_leaves_them_out(store: Session) -> None:
    store.add(ProtectedStudent(student_id="stu_a", contact_function="VFU", contact_phone="08-1"))
    token = create_seeing_token(store, SYSTEM, "org_ki")
    store.flush()
    by = caller_of(store, token)
    assert not isinstance(by, Refused)
    protection.look_as(store, by)
    own = [event.subject_id for event in read_feed(store, by, limit=1_000)]
    later = bearer_of(store, by.token or "")
    assert later is not None
    protection.look_as(store, later)
    sent = [event.subject_id for event in read_feed(store, later, limit=1_000)]
    assert "pla_a" in own
    assert "pla_a" not in sent


def test_no_table_with_rows_about_students_is_forgotten() -> None:
    about = {"student", "request", "placement"}
    refer = {
        table.name
        for table in METADATA.sorted_tables
        for key in table.foreign_keys
        if key.column.table.name in about and key.parent.name != "partner_id"
    }
    guarded = {*protection.OF_STUDENTS, *protection.OF_REQUESTS, *protection.OF_PLACEMENTS}
    assert refer - {inspect(kind).local_table.name for kind in guarded} == {"statement_line"}  # whose weeks are paid


def test_a_session_counts_everyone_where_it_must(store: Session) -> None:
    store.add(ProtectedStudent(student_id="stu_a", contact_function="VFU", contact_phone="08-1"))
    store.flush()
    protection.look_as(store, Caller(Role.COORDINATOR))
    assert store.get(Student, "stu_a") is None
    assert store.exec(select(Placement).where(Placement.id == "pla_a")).first() is None
    with protection.in_full(store):
        assert store.exec(select(Placement).where(Placement.id == "pla_a")).first() is not None
    assert protection.hidden_in(store).veil("stu_a req_a stu_b", "doc", {"req_a"}).startswith("stu_")
    one, other = (protection.hidden_in(store).called("stu_a", name) for name in ("one", "other"))
    assert len({one, other, "stu_a"}) == 3
    assert protection.hidden_in(store).called("stu_b", "one") == "stu_b"
