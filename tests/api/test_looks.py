"""A look at students leaves an entry: who looked, by which call, at whom; without the entry there is no answer."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import Engine, event
from sqlalchemy.exc import OperationalError
from sqlmodel import col, select

from placement.callers import Role
from placement.database import read_session
from placement.errors import DiskFullError, UnavailableError
from placement.store import chain
from placement.store import looks as looks_room
from placement.store.looks import ids_in
from placement.store.people import Students
from placement.tables import Action, AuditEntry, Student
from placement_api.sensitive import ALWAYS, EXEMPT, WHERE_NAMED, WITHOUT
from tests.api.lines import Line
from tests.api.matrix import LINES
from tests.api.world import World
from tests.effort import draws

Looks = Callable[[], list[AuditEntry]]


@pytest.fixture
def engine(app: FastAPI, client: TestClient) -> Engine:
    """The database that the client's calls go to."""
    assert client is not None
    engine: Engine = app.state.engine
    return engine


@pytest.fixture
def looks(engine: Engine) -> Looks:
    """The looks in the trail since this was last asked, the oldest first."""
    last = [0]

    def read() -> list[AuditEntry]:
        such = col(AuditEntry.action) == Action.READ, col(AuditEntry.sequence) > last[0]
        with read_session(engine) as session:
            found = list(session.exec(select(AuditEntry).where(*such).order_by(col(AuditEntry.sequence))).all())
        last[0] = found[-1].sequence or 0 if found else last[0]
        return found

    return read


def people_in(engine: Engine, *texts: str) -> set[str]:
    """Return the students whom texts name, by their own ids or those of their requests and placements."""
    named = set(ids_in(" ".join(texts)))
    with read_session(engine) as session:
        return Students(session, named).of(named) & set(session.exec(select(col(Student.id))))


def test_every_operation_that_reads_is_said_to_show_students_or_not(app: FastAPI) -> None:
    paths = app.openapi()["paths"]
    said = [*ALWAYS, *WHERE_NAMED, *WITHOUT]
    assert len(said) == len(set(said))
    assert set(said) == {f"GET {path}" for path, methods in paths.items() if "get" in methods}
    assert {f"{method.upper()} {path}" for path, methods in paths.items() for method in methods} >= EXEMPT.keys()


READING = [line for line in LINES if line.method == "GET" and not line.public]


@draws(40, "operations")
@pytest.mark.one_database
@pytest.mark.parametrize("line", READING, ids=lambda line: line.operation)
def test_one_entry_says_whom_an_answer_shows_and_no_other(
    line: Line, client: TestClient, world: World, looks: Looks, engine: Engine
) -> None:
    kind = _kind_of(line)
    for role in Role:
        answer = client.get(line.path(line.ours_of(role)), headers=world.by(role))
        found = looks()
        if answer.status_code != 200:
            assert not found
            continue
        people = people_in(engine, answer.request.url.path, answer.text)
        assert not (people and kind is WITHOUT), f"{line.operation} shows {people}"
        assert len(found) == (1 if people or kind is ALWAYS or (found and found[0].people) else 0)
        for look in found:
            assert set(look.people or ()) >= people
            assert (look.actor_role, look.actor_token) == (role, world.tokens[role].split("_")[1])
            assert look.after is not None
            assert look.after["people"] == len(look.people or ())
            assert look.trace == answer.headers["traceparent"].split("-")[1]


def _kind_of(line: Line) -> frozenset[str]:
    """Where the table of sensitive operations has a line's operation, which the contract may write otherwise."""

    def fits(name: str) -> bool:
        return re.fullmatch(re.sub(r"\{[^}]*\}", "[^/]+", name), line.operation) is not None

    fitting = {name: kind for kind in (ALWAYS, WHERE_NAMED, WITHOUT) for name in kind if fits(name)}
    return fitting[min(fitting, key=lambda name: name.count("{"))]


def test_whom_a_filter_names_is_not_repeated(client: TestClient, world: World, looks: Looks) -> None:
    query = {"externalId": "ki-0001", "cohortId": "coh_a", "limit": "5"}
    assert client.get("/v1/students", params=query, headers=world.by("institution")).status_code == 200
    (look,) = looks()
    assert (look.object_type, look.object_id) == ("look", "/v1/students")
    assert look.after == {
        "operation": "GET /v1/students",
        "people": 1,
        "asked": {"externalId": "[protected]", "cohortId": "coh_a", "limit": "5"},
    }
    assert look.people == ["stu_a"]


def test_a_sheet_a_page_and_a_calendar_are_looked_at_like_a_list(
    client: TestClient, world: World, looks: Looks
) -> None:
    for form in ("csv", "xlsx"):
        sheet = client.get(f"/v1/students/sheet?format={form}", headers=world.by("institution"))
        assert sheet.status_code == 200
        (look,) = looks()
        assert "stu_a" in (look.people or ())
    made = client.post("/v1/student-pages", json={"studentId": "stu_a"}, headers=world.by("institution"))
    looks()
    address = made.json()["url"]
    page = client.get(address[address.index("/v1/") :])
    assert page.status_code == 200
    (look,) = looks()
    assert (look.people, look.actor_role, look.object_id) == (["stu_a"], Role.INSTITUTION, "/v1/own-terms/{ownTermsId}")


def test_a_change_of_a_student_needs_no_look_beside_it_and_others_in_its_answer_do(
    client: TestClient, world: World, looks: Looks
) -> None:
    headers = world.by("institution")
    tag = client.get("/v1/students/stu_a", headers=headers).headers["etag"]
    looks()
    changed = client.patch("/v1/students/stu_a", json={"maxTravel": 55}, headers={**headers, "If-Match": tag})
    assert changed.status_code == 200
    assert not looks()
    asked = {"studentIds": ["stu_b"], "since": "2026-01-01T00:00:00Z", "until": "2027-01-01T00:00:00Z"}
    assert client.post("/v1/audit-inquiries", json=asked, headers=world.by("auditor")).status_code == 200
    (look,) = looks()
    assert (look.people, look.actor_role) == (["stu_b"], Role.AUDITOR)


def test_the_row_in_a_refusal_and_a_repeated_answer_are_looked_at_too(
    client: TestClient, world: World, looks: Looks
) -> None:
    headers = world.by("institution")
    stale = client.patch("/v1/students/stu_a", json={"maxTravel": 55}, headers={**headers, "If-Match": '"old"'})
    assert (stale.status_code, stale.json()["current"]["id"]) == (412, "stu_a")
    (look,) = looks()
    assert (look.people, (look.after or {})["operation"]) == (["stu_a"], "PATCH /v1/students/{studentId}")
    new = {"studentIds": ["stu_a"], "since": "2026-01-01T00:00:00Z", "until": "2027-01-01T00:00:00Z"}
    for _ in range(2):
        again = client.post("/v1/audit-inquiries", json=new, headers=world.by("auditor", **{"Idempotency-Key": "k"}))
        assert again.status_code == 200
        (look,) = looks()
        assert look.people == ["stu_a"]
    assert again.headers["Idempotency-Replayed"] == "true"


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/v1/students"), ("GET", "/v1/students/stu_a"), ("PATCH", "/v1/students/stu_a")],
)
def test_what_cannot_be_logged_is_not_shown(
    client: TestClient, world: World, method: str, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_given: object) -> None:
        raise OperationalError("INSERT", None, Exception("no"))

    monkeypatch.setattr(chain, "new_salt", refuse)
    body = {"json": {"maxTravel": 50}, "headers": {**world.by("institution"), "If-Match": '"old"'}}
    given = body if method == "PATCH" else {"headers": world.by("institution")}
    answer = client.request(method, path, **given)
    assert answer.status_code == 503
    assert "cannot be logged" in answer.text
    assert "stu_a" not in answer.text
    assert client.get("/v1/terms", headers=world.by("institution")).status_code == 200


def test_a_full_disk_is_told_as_such_by_a_look(
    client: TestClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_given: object) -> None:
        raise DiskFullError

    monkeypatch.setattr(chain, "new_salt", refuse)
    assert client.get("/v1/students", headers=world.by("institution")).status_code == 507


def test_a_stream_logs_each_student_once_and_ends_when_it_cannot(
    client: TestClient, world: World, looks: Looks, monkeypatch: pytest.MonkeyPatch
) -> None:
    def follow() -> str:
        return client.get("/v1/runs/run_over/events", headers=world.by("coordinator")).text

    shown = follow()
    assert "ended" in shown
    (look,) = looks()
    assert look.people == ["stu_a", "stu_b"]
    monkeypatch.setattr(looks_room, "record_at_once", _refuse)
    assert follow() == ""


def _refuse(*_given: object) -> None:
    raise UnavailableError(sv="nej", en="no")


def test_nothing_is_held_while_a_look_is_written(
    client: TestClient, world: World, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, open_then, held, here = looks_room.record_at_once, [], [0], threading.get_ident()

    def note(by: int) -> None:
        held[0] += by if threading.get_ident() == here else 0  # what notes the use of tokens has a thread of its own

    event.listen(engine, "checkout", lambda *_given: note(1))
    event.listen(engine, "checkin", lambda *_given: note(-1))

    def count(*given: Any) -> None:  # noqa: ANN401 (what the function is given)
        open_then.append(held[0])
        write(*given)

    monkeypatch.setattr(looks_room, "record_at_once", count)
    assert client.get("/v1/students", headers=world.by("coordinator")).status_code == 200
    assert open_then == [0]
