"""Nobody reads a personal field that the table of fields does not give them: every reading, as every role."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlmodel import Session

from placement.callers import Caller, Role
from placement.fields import seeing, table
from placement.fields.forms import Audience, Form
from placement.register import students
from tests.api.exposed import plant, supervisors_in
from tests.api.lines import Line
from tests.api.matrix import LINES
from tests.api.world import World
from tests.canaries import WATCH, Planted, allows, is_distinctive, unpacked
from tests.effort import draws, walks_every_operation

READINGS = [line for line in LINES if line.method == "GET" and not line.public]
CARE = {Role.PROVIDER, Role.UNIT, Role.SUPERVISOR}

pytestmark = [pytest.mark.one_database, walks_every_operation]


@pytest.fixture(scope="module")
def exposed(app: FastAPI, both_sides: TestClient) -> TestClient:
    """A client over a county with a canary in every personal column."""
    with Session(app.state.engine) as session:
        plant(session)
    return both_sides


@draws(60, "readings")
@pytest.mark.parametrize(
    ("line", "role"),
    [
        pytest.param(line, role, id=f"{line.operation}-{role}")
        for line in READINGS
        for role in Role
        if line.lets_in(role)
    ],
)
def test_no_reading_tells_what_the_table_hides(
    line: Line, role: Role, exposed: TestClient, settled_sqlite: tuple[Path, World]
) -> None:
    headers = settled_sqlite[1].by(role)
    for row in {line.ours_of(role), line.theirs} if line.names_a_row else {""}:
        path = line.path(row)
        for query in {line.query, "format=xlsx" if "format=csv" in line.query else line.query}:
            answer = exposed.get(
                f"{path}?{query}" if not line.names_a_row or "sheet" in path else path, headers=headers
            )
            assert answer.status_code < 500
            if role is Role.INSTITUTION:
                assert list(supervisors_in(answer.text)) == []
    assert WATCH.leaks == []


def test_the_canaries_are_told_to_those_who_may_see_them(
    exposed: TestClient, settled_sqlite: tuple[Path, World]
) -> None:
    world = settled_sqlite[1]
    WATCH.told.clear()
    for role, path in (
        (Role.INSTITUTION, "/v1/students?limit=200"),
        (Role.INSTITUTION, "/v1/students/sheet?format=xlsx"),
        (Role.PROVIDER, "/v1/supervisors?limit=200"),
        (Role.COORDINATOR, "/v1/supervisors?limit=200"),
        (Role.INSTITUTION, "/v1/units?limit=200"),
    ):
        assert exposed.get(path, headers=world.by(role)).status_code == 200
    assert WATCH.told >= {
        ("student.external_id", Audience.OWNER),
        ("student.lat", Audience.OWNER),
        ("student.lon", Audience.OWNER),
        ("supervisor.external_id", Audience.OWNER),
        ("supervisor.external_id", Audience.COORDINATOR),
        ("unit.contact_email", Audience.INSTITUTION),
    }


def leaks_of(client: TestClient, path: str, world: World, role: Role) -> list[str]:
    """Return what the watch says of one reading, and forget it."""
    assert client.get(path, headers=world.by(role)).status_code == 200
    leaks = list(WATCH.leaks)
    WATCH.leaks.clear()
    return leaks


def test_a_way_out_that_forgets_the_table_is_caught(
    exposed: TestClient, settled_sqlite: tuple[Path, World], monkeypatch: pytest.MonkeyPatch
) -> None:
    world = settled_sqlite[1]
    for path in ("/v1/students?limit=200", "/v1/students/stu_a", "/v1/students/sheet?format=xlsx"):
        assert leaks_of(exposed, path, world, Role.COORDINATOR) == []
    monkeypatch.setattr(students, "hidden_from", lambda *_given, **_named: frozenset())
    for path in ("/v1/students?limit=200", "/v1/students/stu_a", "/v1/students/sheet?format=xlsx"):
        leaks = leaks_of(exposed, path, world, Role.COORDINATOR)
        for column in ("external_id", "lat", "lon"):
            assert any(f"of student.{column} is told to coordinator" in leak for leak in leaks), (path, column)


def test_a_row_taken_out_of_the_table_is_caught(
    exposed: TestClient, settled_sqlite: tuple[Path, World], monkeypatch: pytest.MonkeyPatch
) -> None:
    world = settled_sqlite[1]
    assert leaks_of(exposed, "/v1/supervisors?limit=200", world, Role.UNIT) == []
    column = "supervisor.external_id"
    entry = table.OF_COLUMN[column]
    monkeypatch.setitem(table.OF_COLUMN, column, table.Field(entry.columns, entry.name, entry.owner))
    (leak,) = {leak.rpartition(" of ")[0] for leak in leaks_of(exposed, "/v1/supervisors?limit=200", world, Role.UNIT)}
    assert leak.endswith(f"of {column} is told to unit")
    assert seeing.form_of(Caller(Role.UNIT), column, own=True) is Form.HIDDEN


def test_what_the_caller_has_sent_is_no_leak_and_a_log_may_hold_nothing() -> None:
    WATCH.planted[b"canary-77"] = {Planted("student.external_id", frozenset({"org_ki"}))}
    other = Caller(Role.INSTITUTION, organisation="org_b")
    WATCH.look("a call", [b'{"detail": "canary-77."}'], other, known=b"canary-77")
    assert WATCH.leaks == []
    WATCH.look("a call", [b'{"detail": "canary-77."}'], other)
    WATCH.look("a log", [b"asked for canary-77"], None)
    WATCH.look("the solver", [b"canary-77"], Audience.SOLVER)
    assert [leak.partition(":")[0] for leak in WATCH.leaks] == ["a call", "a log", "the solver"]
    assert WATCH.leaks[1].endswith("is told to anyone")
    WATCH.leaks.clear()
    assert allows(
        Caller(Role.INSTITUTION, organisation="org_ki"), Planted("student.external_id", frozenset({"org_ki"}))
    )


@pytest.mark.parametrize(
    ("column", "value", "watched"),
    [
        ("external_id", "ki-0001", True),
        ("external_id", "p-17", False),
        ("note", "flyttar", False),
        ("lat", "59.3123", True),
        ("lat", "59.31", False),
        ("zone", "zone-17", False),
    ],
)
def test_a_value_is_watched_if_it_does_not_occur_by_chance(column: str, value: str, watched: bool) -> None:  # noqa: FBT001
    assert is_distinctive(column, value) == watched


def test_a_file_is_unpacked_and_a_broken_one_is_read_as_it_is() -> None:
    assert unpacked(b"not packed", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet") == [
        b"not packed"
    ]
