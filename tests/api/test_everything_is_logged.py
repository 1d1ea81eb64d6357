"""Whatever is done over the API, the trail has an entry for each row that changed and for each look, and no more."""

from __future__ import annotations

import json
import re
from random import Random
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import Engine
from sqlmodel import col, select

from placement.callers import SYSTEM, Role
from placement.database import read_session
from placement.store.audit import PROTECTED
from placement.store.verifying import verify
from placement.tables import METADATA, Action, AuditEntry
from placement_api.sensitive import ALWAYS
from tests.api.lines import Line
from tests.api.matrix import LINES
from tests.api.world import World
from tests.effort import SEED, has_long_form, tries

FOLLOWS_FROM_OTHERS = {
    "best_so_far": "it is how far the search of its run is, and goes when the run ends",
    "kept_problem": "it is the problem of its run, and goes when the run has a plan",
    "run_part": "it is a part of the search of its run, and goes when the run ends",
    "run_worker": "it says what a process can do, and nobody decides it",
    "event": "it tells of rows that have entries",
    "delivery": "it sends an event",
    "offer_institution": "it goes with its offer",
    "offer_week": "it goes with its offer",
    "supervisor_week": "it goes with its supervisor",
    "statement_line": "it is a part of its statement",
    "survey_group": "it goes with its round",
    "survey_figure": "it is counted from answers",
    "survey_invitation": "who was asked is stored nowhere beside the answers (decision 0029)",
    "sign_in_refusal": "it is itself the record of a refusal",
}
"""Tables whose rows may change without an entry of their own, and why."""
GUARDED = [line for line in LINES if not line.public and line.method != "GET"]
READING = [line for line in LINES if not line.public and line.method == "GET" and "events" not in line.operation]
Rows = dict[tuple[str, str], list[str]]


def rows_of(engine: Engine) -> Rows:
    """Return every row but those that follow from others, by its table and its name in the trail."""
    found: Rows = {}
    with engine.connect() as connection:
        for table in METADATA.sorted_tables:
            if table.name in FOLLOWS_FROM_OTHERS or table.name == "audit_entry":
                continue
            for row in connection.execute(table.select()).mappings():
                keys = ((row[key.name], key.info.get("sensitive")) for key in table.primary_key)
                name = "/".join(PROTECTED if sensitive else str(part) for part, sensitive in keys)
                values = {key: value for key, value in row.items() if key not in {"version", "last_used_at"}}
                found.setdefault((table.name, name), []).append(json.dumps(values, default=str, sort_keys=True))
    return found


def texts_to_be_kept_out(engine: Engine) -> set[str]:
    """Return the texts in sensitive columns that are long enough to be told from others."""
    columns = [column for table in METADATA.sorted_tables for column in table.columns if column.info.get("sensitive")]
    with engine.connect() as connection:
        values = [value for column in columns for value in connection.execute(select(column)).scalars()]
    return {text for text in values if isinstance(text, str) and len(text) >= 7 and not text.startswith("unt_")}


def do(client: TestClient, world: World, draw: Random) -> tuple[Line, Any]:
    """Do an operation of the matrix in some role, to our row, theirs or none, with the version that it has."""
    line, role = draw.choice(draw.choice([GUARDED, READING])), draw.choice(list(Role))
    if draw.random() < 0.7 and line.may:
        role = draw.choice([each for each in Role if line.lets_in(each)])
    path = line.path(draw.choice([line.ours_of(role), line.ours_of(role), line.theirs or "none"]))
    if not line.names_a_row and line.method in {"GET", "DELETE"}:
        path += f"?{line.query}"
    headers = world.by(role)
    if line.method in {"PUT", "PATCH", "DELETE"}:
        headers["If-Match"] = client.get(path, headers=world.by(role)).headers.get("etag", '"1"')
    return line, client.request(line.method, path, headers=headers, json=line.body)


@pytest.mark.one_database
@has_long_form("150 operations", "10,000 operations")
def test_the_trail_has_an_entry_for_each_changed_row_and_each_look_and_no_more(
    app: FastAPI, client: TestClient, world: World
) -> None:
    engine: Engine = app.state.engine
    draw, last, done = Random(SEED), 0, 0
    with read_session(engine) as session:
        last = verify(session, SYSTEM).held
    before = rows_of(engine)
    for _ in range(tries(150, 10_000)):
        line, answer = do(client, world, draw)
        with read_session(engine) as session:
            entries = session.exec(select(AuditEntry).where(col(AuditEntry.sequence) > last)).all()
        last += len(entries)
        mine = [entry for entry in entries if entry.trace == answer.headers["traceparent"].split("-")[1]]
        after = rows_of(engine) if line.method != "GET" or entries else before
        changed = {key for key in {*before, *after} if before.get(key) != after.get(key)}
        told = {(entry.object_type, entry.object_id) for entry in mine if entry.action is not Action.READ}
        told = {key for key in told if key[0] in METADATA.tables and key[0] not in FOLLOWS_FROM_OTHERS}
        assert changed - told == set(), (line.operation, answer.status_code)
        assert told - changed == set(), (line.operation, answer.status_code)
        looks = [entry for entry in mine if entry.action is Action.READ]
        assert len(looks) <= 1
        if line.method == "GET" and answer.status_code == 200:
            template = next((name for name in ALWAYS if matches(name, line.operation)), None)
            assert looks or template is None, line.operation
        if not answer.is_success and answer.status_code != 412:
            assert not mine, (line.operation, answer.text)
        done += answer.is_success
        before = after
    assert done > tries(150, 10_000) // 4
    secrets = texts_to_be_kept_out(engine)
    assert len(secrets) > 10
    with read_session(engine) as session:
        assert verify(session, SYSTEM).wrong is None
        everything = json.dumps([[each.before, each.after] for each in session.exec(select(AuditEntry))])
    assert not [text for text in secrets if f'"{text}"' in everything]


def matches(name: str, operation: str) -> bool:
    """Tell whether an operation of the matrix is one of the contract."""
    return re.fullmatch(re.sub(r"\{[^}]*\}", "[^/]+", name), operation) is not None
