"""What is shown only once is nowhere in the database, and is empty in the answer to a repeated call."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlmodel import Session

from placement.tables import METADATA
from tests.api.world import World

ONCE = "Shown only"
MADE: dict[str, tuple[str, dict[str, Any], str]] = {
    "/v1/calendars": ("unit", {"subject": {"type": "unit", "id": "unt_a"}}, "url"),
    "/v1/sign-in-links": ("provider", {"role": "unit", "unit": "unt_a", "label": "Avdelning 4"}, "url"),
    "/v1/student-pages": ("institution", {"studentId": "stu_a"}, "url"),
    "/v1/tokens": ("institution", {"label": "Ladok"}, "token"),
    "/v1/webhooks": ("provider", {"url": "https://hooks.example.org/placement"}, "secret"),
}
"""Who makes what, and the field that is shown once; links of a survey have a test of their own."""
ELSEWHERE = {
    "/v1/survey-rounds/{roundId}/links": "test_no_secret_is_stored_anywhere_not_even_for_a_repeated_call",
    "/v1/tokens/{tokenId}/rotations": "test_a_repeated_rotation_does_not_tell_the_secret_and_rotates_once",
}
SIGNS = {("webhook", "secret")}
"""The one secret that is kept as it is, since the service signs with it."""


@pytest.mark.parametrize("path", MADE)
def test_a_secret_is_stored_nowhere_and_a_repeated_call_does_not_tell_it(
    client: TestClient, world: World, store: Session, path: str
) -> None:
    role, body, field = MADE[path]
    headers = world.by(role, **{"Idempotency-Key": "k-1"})
    first, again = (client.post(path, json=body, headers=headers) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201), first.text
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.json() == {**first.json(), field: None}
    assert (again.headers["Location"], again.headers["ETag"]) == (first.headers["Location"], first.headers["ETag"])
    told = first.json()[field]
    secret = told.rpartition("/")[2].removesuffix(".ics") if field == "url" else told
    assert len(secret) > 40
    holding = {
        (table.name, column)
        for table in METADATA.sorted_tables
        for row in store.connection().execute(table.select()).mappings()
        for column, value in row.items()
        if secret in str(value)
    }
    store.rollback()
    assert holding <= SIGNS
    made = client.get(first.headers["Location"], headers=world.by(role))
    removing = world.by(role, **{"If-Match": made.headers["ETag"]})
    assert client.delete(first.headers["Location"], headers=removing).status_code == 204
    anew = client.post(path, json=body, headers=world.by(role, **{"Idempotency-Key": "k-2"}))
    assert anew.status_code == 201
    assert anew.json()[field] not in {None, first.json()[field]}


def test_every_post_that_shows_something_once_is_played_here(app: FastAPI) -> None:
    contract = app.openapi()
    schemas = contract["components"]["schemas"]

    def shows_once(part: object) -> bool:
        """Tell whether a schema, or one that it refers to, has a field that is shown once."""
        if isinstance(part, list):
            return any(shows_once(each) for each in part)
        if not isinstance(part, dict):
            return False
        if str(part.get("description", "")).startswith(ONCE):
            assert {"type": "null"} in part["anyOf"], part
            return True
        named = schemas.get(str(part.get("$ref", "")).rpartition("/")[2])
        return shows_once(named) or any(shows_once(each) for each in part.values())

    posts = {
        path
        for path, methods in contract["paths"].items()
        for method, operation in methods.items()
        if method == "post" and shows_once([answer.get("content") for answer in operation["responses"].values()])
    }
    assert posts == {*MADE, *ELSEWHERE}
