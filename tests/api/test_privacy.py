"""No personal identity number gets in through any text of any body, any parameter or any cell, and none is repeated.

The fields and the parameters are read from the contract, so that a new one is tried too.
"""

from __future__ import annotations

import io
import json
import logging
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import httpx2
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from sqlmodel import Session, select

from placement.callers import Role
from placement.database import engine_for
from placement.tables import AuditEntry
from placement_api.media_types import XLSX
from placement_api.secrecy import hide_secrets
from tests.api.matrix import LINES
from tests.api.sheeting import Desk
from tests.api.world import World
from tests.effort import tries
from tests.identity import dressed

NUMBER = "19121212–1212"
TOLD = {
    "sv": "personnummer tas aldrig emot",
    "en": "a personal identity number is never accepted",
}
SHEETS = sorted({line.template.split("/")[2] for line in LINES if line.template.endswith("/imports")})

pytestmark = pytest.mark.one_database


def texts_in(shape: dict[str, Any], schemas: dict[str, Any], path: tuple[str | int, ...] = ()) -> Iterator[Any]:
    """Yield the path to every text that a JSON Schema allows, within objects, lists and alternatives."""
    if "$ref" in shape:
        shape = schemas[shape["$ref"].rsplit("/", 1)[1]]
    if shape.get("type") == "string":
        yield path
    for name, inner in shape.get("properties", {}).items():
        yield from texts_in(inner, schemas, (*path, name))
    for inner in shape.get("anyOf", ()):
        yield from texts_in(inner, schemas, path)
    if "items" in shape:
        yield from texts_in(shape["items"], schemas, (*path, 0))


def holding(path: tuple[str | int, ...], text: str) -> Any:  # noqa: ANN401 (a body is any JSON)
    """Return a body that holds a text at a path, and nothing else."""
    if not path:
        return text
    inner = holding(path[1:], text)
    return [inner] if path[0] == 0 else {path[0]: inner}


def operations(app: FastAPI) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield the method, path and description of every operation that asks for a token."""
    for path, methods in app.openapi()["paths"].items():
        for method, operation in methods.items():
            if "security" in operation:
                yield method, path, operation


class Doors:
    """Calls each operation as the first role that it lets in; every id in the path is ``x``."""

    def __init__(self, client: TestClient, world: World) -> None:
        self._client = client
        self._world = world

    def call(self, method: str, path: str, language: str = "en", **sent: Any) -> httpx2.Response:  # noqa: ANN401
        address = re.sub(r"\{\w+\}", "x", path)
        for role in Role:
            headers = self._world.by(role, **{"Accept-Language": language, "If-Match": "*"})
            answer = self._client.request(method, address, headers=headers, **sent)
            if answer.status_code != 403:
                return answer
        raise AssertionError(path)


@pytest.mark.no_cover
def test_no_text_of_any_body_takes_an_identity_number(app: FastAPI, client: TestClient, world: World) -> None:
    doors, schemas = Doors(client, world), app.openapi()["components"]["schemas"]
    tried, found = 0, []
    for method, path, operation in operations(app):
        media = operation.get("requestBody", {}).get("content", {}).get("application/json")
        for place in texts_in(media["schema"], schemas) if media else ():
            pointer = "".join(f"/{step}" for step in place)
            for language, told in TOLD.items():
                answer = doors.call(method, path, language, json=holding(place, f"Anna {NUMBER}"))
                details = {fault["pointer"]: fault["detail"] for fault in answer.json().get("errors", [])}
                if not details.get(pointer, "").startswith(told) or "19121212" in answer.text:
                    found.append((method, path, pointer, answer.text[:300]))
                tried += 1
    assert found == []
    assert tried > 100


@pytest.mark.no_cover
def test_no_parameter_takes_an_identity_number(app: FastAPI, client: TestClient, world: World) -> None:
    doors, tried, found = Doors(client, world), 0, []
    for method, path, operation in operations(app):
        for parameter in operation.get("parameters", []):
            name = parameter["name"]
            address = {
                "path": path.replace(f"{{{name}}}", quote(NUMBER)),
                "query": f"{path}?{name}={quote(NUMBER)}",
            }.get(parameter["in"])
            if address is not None:
                answer = doors.call(method, address, json={})
                named = {fault.get("parameter") for fault in answer.json().get("errors", [])}
                if answer.status_code != 422 or name not in named or "19121212" in answer.text:
                    found.append((method, address, answer.text[:300]))
                tried += 1
    assert found == []
    assert tried > 100


@pytest.mark.no_cover
def test_no_dress_gets_a_number_in(client: TestClient, world: World) -> None:
    headers = world.by("provider", **{"If-Match": "*"})

    @settings(
        max_examples=tries(40, 2_000),
        deadline=None,
        database=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(number=dressed(), before=st.sampled_from(["", "Anna ", "avd. "]))
    def refused(number: str, before: str) -> None:
        answer = client.patch("/v1/units/unt_a", json={"name": before + number}, headers=headers)
        assert (answer.status_code, [fault["pointer"] for fault in answer.json()["errors"]]) == (422, ["/name"])
        assert number not in answer.text

    refused()


def test_a_field_or_a_parameter_named_by_a_number_is_refused_without_it(client: TestClient, world: World) -> None:
    headers = world.by("coordinator", **{"If-Match": "*"})
    refused = client.patch("/v1/units/unt_a", json={NUMBER: 1}, headers=headers)
    assert [fault["pointer"] for fault in refused.json()["errors"]] == ["/…"]
    refused = client.get(f"/v1/units?{quote(NUMBER)}=1", headers=headers)
    assert [fault["parameter"] for fault in refused.json()["errors"]] == ["…"]
    assert "19121212" not in client.get(f"/problems/{quote(NUMBER)}").text


@pytest.mark.parametrize("listed", SHEETS)
def test_no_cell_takes_an_identity_number_in_whatever_column(client: TestClient, world: World, listed: str) -> None:
    desk = Desk(client, world, "coordinator")
    for head in ("unitId", "anything", "#note", f"column of {NUMBER}"):
        refused = desk.hand_in_table(listed, [{"id": "x", head: NUMBER}])
        assert refused.status_code == 422
        assert "19121212" not in refused.text
        told = {fault["row"]: fault["detail"] for fault in refused.json()["errors"]}
        assert told.keys() == ({1, 2} if NUMBER in head else {2})
        assert all(detail.startswith(TOLD["en"]) for detail in told.values())
        rows = desk.hand_in_rows(listed, [{"id": "x", head: NUMBER}])
        assert (rows.status_code, rows.json()["errors"][0]["row"]) == (422, 1)
        assert "19121212" not in rows.text


@pytest.mark.parametrize("value", [NUMBER, 191212121212, 1212121212.0])
@pytest.mark.parametrize("sheet", ["Cohorts", "Read me"])
def test_no_sheet_of_a_workbook_takes_one_as_text_or_as_a_number(
    client: TestClient, world: World, sheet: str, value: str | float
) -> None:
    book = Workbook()
    page = book.create_sheet("Cohorts", 0)
    page.append(["programmeId", "termId", "name", "size"])
    page.append(["prg_a", "trm_a", "T9", 30])
    book.create_sheet("Read me")
    book[sheet]["F7"] = value
    out = io.BytesIO()
    book.save(out)
    refused = Desk(client, world, "coordinator").hand_in("cohorts", out.getvalue(), XLSX)
    (fault,) = refused.json()["errors"]
    assert (fault["cell"], fault["row"]) == ("F7", 7)
    assert fault["detail"].startswith(f"in the sheet '{sheet}', cell F7: {TOLD['en']}")
    assert "12121212" not in refused.text


def test_no_sheet_is_named_by_one(client: TestClient, world: World) -> None:
    book = Workbook()
    book.create_sheet(NUMBER)["A1"] = NUMBER
    out = io.BytesIO()
    book.save(out)
    refused = Desk(client, world, "coordinator").hand_in("cohorts", out.getvalue(), XLSX)
    cell, name = refused.json()["errors"]
    assert cell["detail"].startswith(f"in the sheet '…', cell A1: {TOLD['en']}")
    assert name["detail"].startswith(f"in the name of a sheet: {TOLD['en']}")
    assert "row" not in name
    assert "19121212" not in refused.text


def test_a_refused_number_is_neither_logged_nor_audited(
    client: TestClient, world: World, settled: tuple[str, World], caplog: pytest.LogCaptureFixture
) -> None:
    headers = world.by("coordinator", **{"If-Match": "*"})
    with caplog.at_level(logging.DEBUG):
        client.patch("/v1/units/unt_a", json={"name": NUMBER}, headers=headers)
        client.get(f"/v1/units?hsaId={quote(NUMBER)}", headers=headers)
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("placement")]
    assert "19121212" not in "".join(ours)
    engine = engine_for(settled[0])
    with Session(engine) as session:
        entries = session.exec(select(AuditEntry)).all()
        assert "19121212" not in json.dumps([[entry.before, entry.after] for entry in entries])
    engine.dispose()


def test_the_access_log_shows_no_identity_number_of_an_address() -> None:
    told = ("127.0.0.1:80", "GET", f"/v1/students?externalId={quote(NUMBER)}&limit=1", "1.1", 422)
    record = logging.LogRecord("uvicorn.access", logging.INFO, __file__, 1, '%s - "%s %s HTTP/%s" %d', told, None)
    assert hide_secrets(record)
    assert record.getMessage() == '127.0.0.1:80 - "GET /v1/students?externalId=…&limit=1 HTTP/1.1" 422'


def test_what_people_write_is_let_through(client: TestClient, world: World) -> None:
    headers = world.by("provider", **{"If-Match": "*"})
    ordinary = {
        "name": "Avdelning 12, geriatrik, 2026-08-31–2027-01-17",
        "hsaId": "SE2321000016-1A2B",
        "contactPhone": "070-174 06 07",
        "contactEmail": "vfu.2027@example.se",
    }
    assert client.patch("/v1/units/unt_a", json=ordinary, headers=headers).status_code == 200
