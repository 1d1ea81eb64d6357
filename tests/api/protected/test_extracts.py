"""A person's extract has all that is stored about the person, and nothing of anybody else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlmodel import Session, select
from typer.testing import CliRunner

from placement.callers import SYSTEM, Caller, Role
from placement.cli import open_rooms
from placement.database import engine_for, open_session
from placement.errors import NotAllowedError, NotFoundError
from placement.extracts.making import TITLES, document_of, extract_student, extract_supervisor
from placement.extracts.others import SOMEBODY
from placement.extracts.rows import NOT_THEIRS, references_to
from placement.store import looks
from placement.tables import KeptProblem, Plan, PlanDocument, Row
from tests.api.protected.hidden import HOME, MARK, NUMBER, name_of
from tests.api.world import World

pytestmark = pytest.mark.one_database


@pytest.fixture
def told(filled: tuple[Path, str]) -> dict[str, Any]:
    """The extract of our first protected student."""
    engine = engine_for(f"sqlite:///{filled[0]}")
    with open_session(engine) as session:
        made = document_of(extract_student(session, SYSTEM, f"stu_{name_of(1)}"))
    engine.dispose()
    return made


def test_it_has_every_row_of_the_person_and_nothing_of_anybody_else(told: dict[str, Any]) -> None:
    text = json.dumps(told, ensure_ascii=False)
    mine = name_of(1)
    kinds = ("stu", "req", "pla", "plp", "pin", "stp", "cal", "led", "swp", "swi", "sde", "req_gone")
    assert [kind for kind in kinds if f"{kind}_{mine}" not in text] == []
    assert f"p-{mine}" in text
    assert f"zon-{mine}" in text
    assert f"{HOME}01" in text
    others = [name_of(number) for number in range(NUMBER) if number != 1]
    assert [other for other in others if other in text] == []
    for other in ('"stu_a"', '"pla_a"', '"req_a"', "stu_open_a2", "ki-0001"):
        assert other not in text
    assert "alias_key" not in text
    assert "secret" not in text
    filled = {part["name"] for part in told["parts"] if part["rows"]}
    assert filled >= {"events", "changes", "documents", "calendars", "statement_line", "swap_side", "swap", "site_turn"}
    [swap] = next(part["rows"] for part in told["parts"] if part["name"] == "swap")
    assert (swap["status"], swap["asked_by"], "terms" in swap) == ("asked", "KI", False)


def test_it_finds_who_is_named_in_a_list_or_by_a_fields_name_and_still_names_nobody_else(
    filled: tuple[Path, str],
) -> None:
    mine, other = f"req_{name_of(1)}", f"req_{name_of(2)}"
    engine = engine_for(f"sqlite:///{filled[0]}")
    with Session(engine) as session:  # never committed
        document = session.get_one(PlanDocument, session.exec(select(Plan.id).where(Plan.run_id == "run_hidden")).one())
        document.plan = json.dumps({"groups": [{"together": [mine, other]}], "why": {mine: 1, other: 2}})
        failed = json.dumps({"requests": [{"id": mine}, {"id": other}]})
        session.merge(KeptProblem(run_id="run_hidden", solver="0.1.0", problem=failed))
        session.flush()
        made = document_of(extract_student(session, SYSTEM, f"stu_{name_of(1)}"))
    engine.dispose()
    parts = [row for part in made["parts"] if part["name"] == "documents" for row in part["rows"]]
    assert {"id": mine} in [row["value"] for row in parts if row["run_id"] == "run_hidden"]
    assert [row["value"] for row in parts if row["document"] == "plan"] == [
        {"together": [mine, SOMEBODY]},
        {mine: 1, SOMEBODY: 2},
    ]


def test_no_table_that_refers_to_a_person_is_forgotten(told: dict[str, Any]) -> None:
    named = {part["name"] for part in told["parts"]}
    reached = {"student"}
    while True:
        more = {
            table.name
            for table in Row.metadata.tables.values()
            for column in table.c
            for key in column.foreign_keys
            if key.column.table.name in reached and (table.name, column.name) not in NOT_THEIRS
        }
        if more <= reached:
            break
        reached |= more
    assert reached <= named
    for root in ("student", "supervisor"):
        assert {root, *references_to(root)} <= TITLES.keys()


def test_it_says_who_has_looked_where_it_goes_and_how_long_it_is_kept(
    app: FastAPI, world: World, filled: tuple[Path, str]
) -> None:
    app.state.engine = engine_for(f"sqlite:///{filled[0]}")
    with TestClient(app) as client:
        right = {"Authorization": f"Bearer {filled[1]}"}
        path = f"/v1/students/stu_{name_of(1)}/extracts"
        assert client.post(path, headers=world.by("institution")).status_code in {401, 404}
        first = client.post(path, headers=right)
        assert first.status_code == 201, first.text
        again = client.post(path, headers={**right, "Accept": "text/html", "Accept-Language": "sv"})
        assert (again.status_code, "Registerutdrag" in again.text) == (201, True)
        assert "POST /v1/students/{studentId}/extracts" in again.text
        as_pdf = client.post(path, headers={**right, "Accept": "application/pdf"})
        assert (as_pdf.status_code, as_pdf.content[:4]) == (201, b"%PDF")
        told = client.post(path, headers=right).json()
    assert {each["role"] for each in told["receivers"]} >= {"institution", "provider", "unit"}
    assert {kept["kind"] for kept in told["periods"]} >= {"homes", "wishes", "audit"}
    assert told["looks"][0]["operation"] == "POST /v1/students/{studentId}/extracts"
    assert told["looks"][0]["organisation"] == "org_ki"


def test_a_supervisors_extract_has_no_student(filled: tuple[Path, str]) -> None:
    engine = engine_for(f"sqlite:///{filled[0]}")
    with open_session(engine) as session:
        text = json.dumps(document_of(extract_supervisor(session, SYSTEM, "sup_a")))
        assert "p-17" in text
        assert "trn_a" in text
        assert MARK not in text
        with pytest.raises(NotAllowedError):
            extract_supervisor(session, Caller(Role.COORDINATOR), "sup_a")
        with pytest.raises(NotFoundError):
            extract_supervisor(session, Caller(Role.UNIT, unit="unt_b"), "sup_a")
        with pytest.raises(NotFoundError):
            extract_student(session, Caller(Role.INSTITUTION, organisation="org_b"), "stu_a")
    engine.dispose()


def test_the_command_writes_json_a_page_and_pdf_and_logs_the_look(
    filled: tuple[Path, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{filled[0]}"
    monkeypatch.setenv("PLACEMENT_DATABASE_URL", url)
    app, run = open_rooms(["extract"]), CliRunner()
    for name, begins in (("e.json", b"{"), ("e.html", b"<!doctype"), ("e.pdf", b"%PDF")):
        done = run.invoke(app, ["extract", str(tmp_path / name), "--student", "stu_a"])
        assert done.exit_code == 0, done.output
        assert (tmp_path / name).read_bytes().lower().startswith(begins.lower())
    supervisor = run.invoke(app, ["extract", str(tmp_path / "s.json"), "--supervisor", "sup_a"])
    assert supervisor.exit_code == 0
    assert run.invoke(app, ["extract", str(tmp_path / "n.json")]).exit_code == 2
    engine = engine_for(url)
    with open_session(engine) as session:
        seen = [(entry.after or {}).get("operation") for entry in looks.looks_at(session, "stu_a")]
    engine.dispose()
    assert "placement extract" in seen
