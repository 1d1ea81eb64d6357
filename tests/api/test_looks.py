"""A look at students leaves an entry: who looked, by which call, at whom; without the entry there is no answer."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import openpyxl
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import Engine, text
from sqlmodel import Session, col, select

from placement.callers import Role
from placement.store.looks import ids_in
from placement.store.people import Students, known_students
from placement.tables import Action, AuditEntry, Placement, Student
from placement_api.sensitive import ALWAYS, EXEMPT, WHERE_NAMED, WITHOUT
from tests.api.lines import Line
from tests.api.matrix import LINES
from tests.api.world import World

Looks = Callable[[], list[AuditEntry]]


@pytest.fixture
def looks(store: Session) -> Looks:
    """The looks in the trail since this was last asked, the oldest first."""
    last = [0]

    def read() -> list[AuditEntry]:
        store.rollback()
        such = col(AuditEntry.action) == Action.READ, col(AuditEntry.sequence) > last[0]
        found = list(store.exec(select(AuditEntry).where(*such).order_by(col(AuditEntry.sequence))).all())
        last[0] = found[-1].sequence or 0 if found else last[0]
        return found

    return read


def test_every_operation_that_reads_is_said_to_show_students_or_not(app: FastAPI) -> None:
    paths = app.openapi()["paths"]
    said = [*ALWAYS, *WHERE_NAMED, *WITHOUT]
    assert len(said) == len(set(said))
    assert set(said) == {f"GET {path}" for path, methods in paths.items() if "get" in methods}
    assert {f"{method.upper()} {path}" for path, methods in paths.items() for method in methods} >= EXEMPT.keys()


READING = [line for line in LINES if line.method == "GET" and not line.public]


@pytest.mark.one_database
@pytest.mark.parametrize("line", READING, ids=lambda line: line.operation)
def test_one_entry_says_whom_an_answer_shows_and_no_other(
    line: Line, client: TestClient, world: World, looks: Looks, store: Session
) -> None:
    kind = _kind_of(line)
    for role in Role:
        answer = client.get(line.path(line.ours_of(role)), headers=world.by(role))
        found = looks()
        if answer.status_code != 200:
            assert not found
            continue
        named = set(ids_in(f"{answer.request.url.path} {answer.text}"))
        people = Students(store, named).of(named) & set(store.exec(select(Student.id)))
        assert not (people and kind is WITHOUT), f"{line.operation} shows {people}"
        assert len(found) == (1 if people or kind is ALWAYS or found and found[0].people else 0)
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
