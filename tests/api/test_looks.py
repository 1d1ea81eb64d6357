"""A look at students leaves an entry: who looked, by which call, at whom; without the entry there is no answer."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlmodel import Session, col, select

from placement.store import chain
from placement.tables import Action, AuditEntry
from placement_api.sensitive import ALWAYS, EXEMPT, WHERE_NAMED, WITHOUT
from tests.api.matrix import LINES
from tests.api.world import World

Looks = Callable[[], list[AuditEntry]]


@pytest.fixture
def looks(store: Session) -> Looks:
    """The looks in the trail, the oldest first."""

    def read() -> list[AuditEntry]:
        store.rollback()
        such = select(AuditEntry).where(AuditEntry.action == Action.READ).order_by(col(AuditEntry.sequence))
        return list(store.exec(such).all())

    return read


def test_every_operation_that_reads_is_said_to_show_students_or_not(app: FastAPI) -> None:
    reading = {f"GET {path}" for path, methods in app.openapi()["paths"].items() if "get" in methods}
    said = [*ALWAYS, *WHERE_NAMED, *WITHOUT]
    assert len(said) == len(set(said))
    assert set(said) == reading


WHO = re.compile(r"\b(?:stu|req|pla)_[0-9a-z]+")


@pytest.mark.parametrize("line", [line for line in LINES if line.method == "GET"], ids=lambda line: line.operation)
def test_what_an_answer_names_is_what_is_logged(line: Any, client: TestClient, world: World, looks: Looks) -> None:
    seen = 0
    for role in world.tokens:
        answer = client.get(line.path(line.ours_of(role)), headers=world.by(role))
        print(role, line.operation, answer.status_code, WHO.findall(answer.text))
