"""What is somebody else's looks like what does not exist: the same status, the same headers, the same body."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from placement.callers import Role
from tests.api.lines import Line
from tests.api.matrix import LINES
from tests.api.world import World
from tests.effort import walks_every_operation

OF_THE_CALL = frozenset({"traceparent", "date", "content-length"})
"""The headers that every call has of its own; the length goes with the id that is repeated."""
CASES = [
    pytest.param(line, role, id=f"{line.operation}-{role}")
    for line in LINES
    for role in Role
    if line.names_a_row and line.theirs and line.lets_in(role) and not line.reaches(role)
]

pytestmark = [pytest.mark.one_database, walks_every_operation]


def told(client: TestClient, line: Line, row: str, headers: dict[str, str]) -> tuple[int, dict[str, str], object]:
    """Return the status, the headers and the body of an answer, without what each call has of its own."""
    answer = client.request(line.method, line.path(row), headers=headers, json=line.body)
    kept = {name.lower(): value.replace(row, "ID") for name, value in answer.headers.items()}
    body = re.sub(r'"(?:traceId|trace|instance)":\s*"[^"]*"', '""', answer.text.replace(row, "ID"))
    assert answer.status_code == 404, answer.text
    return (
        answer.status_code,
        {name: kept[name] for name in kept.keys() - OF_THE_CALL},
        json.loads(answer.text) and body,
    )


@pytest.mark.parametrize(("line", "role"), CASES)
def test_a_foreign_row_and_a_missing_one_are_answered_alike(
    line: Line, role: Role, both_sides: TestClient, settled_sqlite: tuple[Path, World]
) -> None:
    headers = settled_sqlite[1].by(role, **{"If-Match": '"1"'})
    missing = re.sub(r"[a-z]$", "q", line.theirs) if line.theirs[-1].isalpha() else "9999"
    assert told(both_sides, line, line.theirs, headers) == told(both_sides, line, missing, headers)
