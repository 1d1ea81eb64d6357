"""Every answer is as if the protected students had never been entered: no total, count or figure tells of them."""

from __future__ import annotations

import io
import re
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path
from random import Random

import httpx2
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from placement.callers import Role
from placement.database import engine_for, open_session
from placement.tables import SiteWish
from tests import site_rows
from tests.api.lines import Line
from tests.api.matrix import LINES
from tests.api.protected import hidden
from tests.api.protected.conftest import Send
from tests.api.world import World
from tests.effort import HARD, SEED, has_long_form

STANDS = {
    "/v1/arrivals": "a unit meets those who come to it",
    "/v1/audit-": "entries are numbered without a gap: that some are hidden shows, and nothing of them",
    "/v1/runs/{runId}/events": "it never ends",
    "/v1/runs": "the run that planned them is there, and its sums count everyone",
    "/v1/unplaced-requests": "so are the requests of others that it left unplaced",
    "/v1/statements": "the weeks of everyone are paid for",
    "/v1/tokens": "so is the token with the right",
}
"""What may differ, by how its address begins, and why."""
READ = [
    line
    for line in LINES
    if line.method == "GET" and not line.public and line.may and not line.template.startswith(tuple(STANDS))
    if not line.template.endswith("/pdf")  # drawn from the page, which is read too
]


@pytest.fixture(scope="module")
def ask_without(
    app: FastAPI, settled_sqlite: tuple[Path, World], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Send]:
    """Ask in the same county, where there never were any protected students."""
    file = tmp_path_factory.mktemp("without") / "placement.sqlite3"
    shutil.copyfile(settled_sqlite[0], file)
    engine = engine_for(f"sqlite:///{file}")
    with open_session(engine) as session:
        session.add_all(site_rows.both_sides())
        session.add_all(row for row in hidden.beside_others() if getattr(row, "id", "") == "swi_open_partner")
        session.get_one(SiteWish, "swi_open_partner").partner_id = None

    def do(method: str, path: str, headers: dict[str, str], body: object = None) -> httpx2.Response:
        standing, app.state.engine = app.state.engine, engine
        try:
            return client.request(method, path, headers=headers, json=body)
        finally:
            app.state.engine = standing

    with TestClient(app, raise_server_exceptions=False) as client:
        yield do
    engine.dispose()


@has_long_form(everyday="one role of each operation", long="every role")
@pytest.mark.one_database
@pytest.mark.no_cover
@pytest.mark.parametrize("line", READ, ids=lambda line: line.operation)
def test_an_answer_is_as_if_they_were_not_there(
    line: Line, send: Send, ask_without: Send, settled_sqlite: tuple[object, World]
) -> None:
    let_in = [role for role in Role if line.lets_in(role)]
    for role in let_in if HARD else [Random(f"{SEED} {line.operation}").choice(let_in)]:
        path = line.path(line.ours_of(role)) + ("" if line.names_a_row else f"?{line.query}")
        headers = settled_sqlite[1].by(role)
        there, never = (do("GET", path, headers) for do in (send, ask_without))
        assert there.status_code == never.status_code
        assert told(there) == told(never), role


def told(answer: httpx2.Response) -> str:
    """Return what an answer says, without what differs in every call."""
    if answer.content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
            sheets = [name for name in book.namelist() if not name.startswith("docProps")]
            return "".join(book.read(name).decode("utf-8", "replace") for name in sheets)
    return re.sub(r"\d{4}-\d\d-\d\dT[0-9:.]+(Z|\+00:00)|[0-9a-f]{64}|urn:uuid:[0-9a-f-]+", "*", answer.text)
