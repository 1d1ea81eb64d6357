"""A list of thirty protected students, or of arrivals, takes as many statements as a list of five."""

from __future__ import annotations

import pytest
from fastapi import FastAPI

from placement.callers import Role
from tests.api.protected import hidden
from tests.api.protected.conftest import Send
from tests.api.test_statements import FEW, counted
from tests.api.world import World


@pytest.mark.parametrize("path", ["/v1/protected-students", "/v1/arrivals"])
def test_no_list_of_them_asks_the_database_row_by_row(
    path: str, app: FastAPI, send: Send, filled: tuple[object, str], settled_sqlite: tuple[object, World]
) -> None:
    seeing = {"Authorization": f"Bearer {filled[1]}"}
    headers = settled_sqlite[1].by(Role.UNIT) if path == "/v1/arrivals" else seeing
    asked, rows = [], []
    for limit in (FEW, hidden.NUMBER):
        send("GET", path, headers)  # whatever is read once is read before it is counted
        with counted(app) as statements:
            answer = send("GET", f"{path}?limit={limit}", headers)
        assert answer.status_code == 200, answer.text
        asked.append(len(statements))
        rows.append(len(answer.json()["items"]))
    assert asked[0] == asked[1]
    assert rows[0] < rows[1]
