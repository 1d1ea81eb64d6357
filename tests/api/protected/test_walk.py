"""Nobody without the right meets a protected student: not in any operation, as any role, in any form."""

from __future__ import annotations

import io
import zipfile
from random import Random

import httpx2
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from placement.callers import Role
from placement.database import engine_for
from placement_api.media_types import CSV, XLSX
from tests.api.lines import Line
from tests.api.matrix import LINES
from tests.api.protected.conftest import Send, fill
from tests.api.protected.hidden import HOME, MARK
from tests.api.world import World
from tests.effort import HARD, SEED, has_long_form, only_in_long_form

GUARDED = [line for line in LINES if not line.public]


def told_in(answer: httpx2.Response) -> str:
    """Return all text of an answer, its headers and what a workbook has inside."""
    text = f"{dict(answer.headers)}"
    if answer.content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
            return text + "".join(book.read(name).decode("utf-8", "replace") for name in book.namelist())
    return text + answer.text


def rows_of(line: Line, role: Role) -> set[str]:
    """Return the rows to ask for: ours, theirs, and, of a run, the one whose documents have the protected students."""
    rows = {line.ours_of(role), line.theirs or line.ours_of(role)}
    return rows | ({"run_hidden"} if "{runId}" in line.template else set())


def cases_of(line: Line) -> list[tuple[Role, str, str]]:
    """Draw in which roles, of which rows and in which forms to ask: everyone, or one who is let in and one of all."""
    accepts = ("*/*", CSV, XLSX) if line.method == "GET" else ("*/*",)
    every = [
        (role, row, accept)
        for role in Role
        for row in (sorted(rows_of(line, role)) if line.names_a_row else [""])
        for accept in accepts
    ]
    if HARD:
        return every
    draw = Random(f"{SEED} {line.operation}")
    let_in = [case for case in every if line.lets_in(case[0])]
    return [draw.choice(let_in or every), draw.choice(every)]


@has_long_form(everyday="two askers of each operation", long="every role, row and form of each operation")
@pytest.mark.one_database
@pytest.mark.no_cover
@pytest.mark.parametrize("line", GUARDED, ids=lambda line: line.operation)
def test_no_operation_gives_a_protected_student_away(
    line: Line, send: Send, settled_sqlite: tuple[object, World]
) -> None:
    world = settled_sqlite[1]
    for role, row, accept in cases_of(line):
        path = line.path(row) + ("" if line.names_a_row or line.method not in {"GET", "DELETE"} else "?limit=200")
        answer = send(line.method, path, world.by(role, **{"If-Match": '"1"', "Accept": accept}), line.body)
        told = told_in(answer)
        assert MARK not in told, (role, path, accept)
        assert HOME not in told, (role, path, accept)
        assert answer.status_code < 500, (role, path, told)


@only_in_long_form
@pytest.mark.parametrize("accept", ["*/*", CSV])
def test_no_reading_gives_one_away_on_either_database(app: FastAPI, settled: tuple[str, World], accept: str) -> None:
    fill(settled[0])
    app.state.engine = engine_for(settled[0])
    with TestClient(app, raise_server_exceptions=False) as client:
        for line, role in ((line, role) for line in GUARDED if line.method == "GET" for role in Role):
            for row in sorted(rows_of(line, role)) if line.names_a_row and line.lets_in(role) else [""]:
                path = line.path(row) + ("" if line.names_a_row else "?limit=200")
                answer = client.get(path, headers=settled[1].by(role, Accept=accept))
                assert MARK not in told_in(answer), (role, path)
                assert HOME not in told_in(answer), (role, path)
                assert answer.status_code < 500, (role, path, answer.text)
    app.state.engine.dispose()
