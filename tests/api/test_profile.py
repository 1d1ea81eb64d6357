"""The national REST API profile, rule by rule; ``docs/rest-api-profile.md`` says which test proves which."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from placement.callers import Role
from tests.api.lines import Line
from tests.api.matrix import LINES
from tests.api.test_contract import contents, operations
from tests.api.world import World
from tests.contracts import RECORD, breaks, promises_of

pytestmark = pytest.mark.one_database

TABLE = Path(__file__).parents[2] / "docs" / "rest-api-profile.md"
FORMS = {
    "application/csv",
    "application/json",
    "application/octet-stream",
    "application/pdf",
    "text/html",
    "application/vnd.ms-excel",
    "application/vnd.ms-excel.sheet.macroenabled.12",
    "application/vnd.oasis.opendocument.spreadsheet",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/x-csv",
    "text/calendar",
    "text/comma-separated-values",
    "text/csv",
    "text/event-stream",
    "text/plain",
    "text/tab-separated-values",
    "text/x-csv",
}
OUTSIDE_V1 = {"/healthz", "/readyz", "/problems/{code}"}
SEARCHED_FOR_BY = {"runId", "format", "origin", "destination", "halfYear"}
COLLECTIVE = {"unplaced", "sv", "en", "ranking"}  # unplaced requests, sentences by language, sites in order
OF_THE_TABLE = {
    "test_the_table_and_the_tests_are_the_same",
    "test_every_rule_stands_once_and_what_is_not_met_says_why",
}
STUDENT = {"cohortId": "coh_a", "externalId": "ki-0002", "lat": 59.3, "lon": 18.0}


def rows() -> list[list[str]]:
    """Read the table: rule, what it says, level, met, how or why not, test."""
    lines = [line for line in TABLE.read_text().splitlines() if re.match(r"\| [A-ZÄ]{3}\.\d\d ", line)]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


def schemas(app: FastAPI) -> dict[str, Any]:
    found: dict[str, Any] = app.openapi()["components"]["schemas"]
    return found


def parameters(app: FastAPI, place: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, operation in operations(app.openapi()):
        for parameter in operation.get("parameters", []):
            if parameter["in"] == place:
                yield name, parameter


def segments(app: FastAPI) -> set[str]:
    """Return every part of the addresses, except parameters and the version."""
    paths = [path for path in app.openapi()["paths"] if path not in OUTSIDE_V1]
    return {part for path in paths for part in path.split("/")[2:] if not part.startswith("{")}


def test_the_table_and_the_tests_are_the_same() -> None:
    named = {test.strip("`") for row in rows() for test in [row[5]] if row[3] == "yes"}
    written = set(re.findall(r"^def (test_\w+)", Path(__file__).read_text(), re.MULTILINE))
    assert named == written - OF_THE_TABLE


def test_every_rule_stands_once_and_what_is_not_met_says_why() -> None:
    keys = [row[0] for row in rows()]
    assert len(keys) == len(set(keys)) > 50
    for key, _says, level, met, why, test in rows():
        assert level in {"shall", "should", "may"}, key
        assert met in {"yes", "no"}, key
        assert (test == "–") == (met == "no"), key
        assert len(why) >= 4, key
        assert met == "yes" or len(why.split()) > 3, key


def test_every_address_has_version_resource_and_identifier(app: FastAPI) -> None:
    form = re.compile(r"/v1(/[a-z-]+(/\{\w+\})?)+")
    assert [path for path in app.openapi()["paths"] if path not in OUTSIDE_V1 and not form.fullmatch(path)] == []


def test_no_address_can_grow_too_long(app: FastAPI) -> None:
    for name, parameter in parameters(app, "path"):
        assert parameter["schema"]["maxLength"] <= 128, name
    longest = max(len(path) + 128 * path.count("{") for path in app.openapi()["paths"])
    assert longest < 2048


def test_addresses_are_in_lower_case_with_hyphens(app: FastAPI) -> None:
    assert [part for part in segments(app) if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", part)] == []
    assert [parameter["name"] for _, parameter in parameters(app, "path") if not parameter["name"].isalnum()] == []


def test_ids_tell_nothing_and_no_identity_number_gets_in(client: TestClient, world: World) -> None:
    made = client.post("/v1/students", json=STUDENT, headers=world.by("institution"))
    assert re.fullmatch(r"stu_[0-9a-f]{16}", made.json()["id"])
    number = {**STUDENT, "externalId": "19900101-0017"}
    refused = client.post("/v1/students", json=number, headers=world.by("institution"))
    assert refused.status_code == 422
    assert "0017" not in refused.text


def test_resources_are_named_in_the_plural(app: FastAPI) -> None:
    listed = {
        path.rsplit("/", 1)[1] for path, methods in app.openapi()["paths"].items() if _is_list(methods.get("get"))
    }
    assert listed
    assert [name for name in listed if not name.endswith("s")] == []


def _is_list(operation: dict[str, Any] | None) -> bool:
    """Tell whether an operation returns a part of a list."""
    return "Listed_" in json.dumps(operation["responses"].get("200", {})) if operation else False


def test_the_version_is_semantic_and_the_major_one_stands_in_the_address(app: FastAPI, client: TestClient) -> None:
    version = client.get("/v1/api-info").json()["version"]
    assert re.fullmatch(r"\d+\.\d+\.\d+", version)
    assert version == app.openapi()["info"]["version"]
    assert {path.split("/")[1] for path in app.openapi()["paths"] if path not in OUTSIDE_V1} == {"v1"}


def test_changes_within_the_major_version_only_add(app: FastAPI) -> None:
    assert breaks(json.loads(RECORD.read_text()), promises_of(app.openapi())) == []


def test_the_api_tells_of_itself(client: TestClient) -> None:
    told = client.get("/v1/api-info").json()
    assert told.keys() == {"name", "version", "status", "released", "documentation"}
    assert all(told.values())


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_documentation_is_open_and_in_two_languages(app: FastAPI, client: TestClient, language: str) -> None:
    for address in (client.get("/v1/api-info").json()["documentation"], app.openapi()["externalDocs"]["url"]):
        page = client.get(address, params={"language": language})
        assert page.status_code == 200
        assert f'lang="{language}"' in page.text
    assert client.get("/openapi.json").status_code == 200
    for described in (app.openapi()["info"], *(operation for _, operation in operations(app.openapi()))):
        assert len(described["description"].split("\n\n")) == 2


def test_the_contract_tells_who_and_under_which_licence(app: FastAPI) -> None:
    info = app.openapi()["info"]
    assert info["title"] == "Placement"
    assert info["contact"]["name"]
    assert info["license"] == {"name": "EUPL-1.2", "identifier": "EUPL-1.2"}
    assert len(info["description"].split()) > 50


def test_the_contract_tells_its_service_level_and_limits(app: FastAPI) -> None:
    info = app.openapi()["info"]
    assert info["x-sla"]
    assert "200 rows" in info["x-limitations"]


def test_every_operation_and_every_answer_is_described(app: FastAPI) -> None:
    document = app.openapi()
    for name, operation in operations(document):
        assert operation["summary"], name
        assert operation["description"], name
        assert any(status.startswith("2") for status in operation["responses"]), name
        for status, answer in operation["responses"].items():
            described = (
                document["components"]["responses"][answer["$ref"].rsplit("/", 1)[1]] if "$ref" in answer else answer
            )
            assert described["description"], (name, status)
    groups = {group["name"] for group in document["tags"] if group["description"]}
    assert {tag for _, operation in operations(document) for tag in operation["tags"]} == groups


def test_every_body_and_every_answer_has_an_example(app: FastAPI) -> None:
    for name, operation in operations(app.openapi()):
        for content in contents(operation):
            assert content["schema"] == {"type": "string"} or "example" in content, name
    for answer in app.openapi()["components"]["responses"].values():
        assert "example" in answer["content"]["application/problem+json"]


def test_the_contract_is_in_openapi_3(app: FastAPI) -> None:
    assert app.openapi()["openapi"].startswith("3.1")


def test_moments_are_in_utc_and_days_have_no_time(app: FastAPI, client: TestClient, world: World) -> None:
    client.patch("/v1/units/unt_a", json={"name": "Ny"}, headers=world.by("provider", **{"If-Match": '"1"'}))
    entry = client.get("/v1/audit-entries?objectId=unt_a", headers=world.by("auditor")).json()["items"][-1]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+Z", entry["at"])
    for name, schema in schemas(app).items():
        for field, shape in schema.get("properties", {}).items():
            formats = {part.get("format") for part in (shape, *shape.get("anyOf", []))}
            if re.search(r"(On|By|From|To)$", field) and formats & {"date", "date-time"}:
                assert "date-time" not in formats, f"{name}.{field}"
            if field.endswith("At"):
                assert "date-time" in formats, f"{name}.{field}"


def test_every_body_is_json_besides_what_other_programs_ask_for(app: FastAPI) -> None:
    for name, operation in operations(app.openapi()):
        bodies = [operation.get("requestBody", {})]
        bodies += [answer for status, answer in operation["responses"].items() if status.startswith("2")]
        for body in bodies:
            forms = set(body.get("content", {}))
            assert forms <= FORMS, name


@pytest.mark.parametrize("accepted", ["", "*/*", "application/json", "text/html, application/json;q=0.2"])
def test_json_is_answered_unless_something_else_is_asked_for(client: TestClient, world: World, accepted: str) -> None:
    answer = client.get("/v1/units", headers=world.by("provider", Accept=accepted))
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/json"
    refused = client.get("/v1/units", headers=world.by("provider", Accept="application/xml"))
    assert refused.status_code == 406


def test_every_name_is_in_camel_case_and_plain_letters(app: FastAPI) -> None:
    names = {name for schema in schemas(app).values() for name in schema.get("properties", {})}
    assert [name for name in names if not re.fullmatch(r"[a-z][A-Za-z0-9]*", name)] == []


def test_lists_are_named_in_the_plural(app: FastAPI) -> None:
    lists = {
        name
        for schema in schemas(app).values()
        for name, shape in schema.get("properties", {}).items()
        if any(part.get("type") == "array" for part in (shape, *shape.get("anyOf", [])))
    }
    assert [name for name in lists - COLLECTIVE if not name.endswith("s")] == []


def test_what_is_not_utf_8_is_refused(client: TestClient, world: World) -> None:
    headers = world.by("provider", **{"Content-Type": "application/json"})
    refused = client.post("/v1/units", content='{"name": "Å"}'.encode("latin-1"), headers=headers)
    assert refused.status_code == 400


def test_the_usual_headers_are_answered_and_no_cookie_is_set(client: TestClient, world: World) -> None:
    answer = client.get("/v1/units/unt_a", headers=world.by("provider", Cookie="a=b", Connection="keep-alive"))
    assert answer.headers["ETag"] == '"1"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers


def test_headers_carry_no_payload(app: FastAPI) -> None:
    named = {parameter["name"].lower() for _, parameter in parameters(app, "header")}
    assert named <= {"if-match", "if-none-match", "idempotency-key", "last-event-id", "accept-language"}


def test_search_parameters_are_optional_and_begin_with_a_letter(app: FastAPI) -> None:
    for name, parameter in parameters(app, "query"):
        assert re.fullmatch(r"[a-z][A-Za-z0-9]*", parameter["name"]), name
        assert not parameter["required"] or parameter["name"] in SEARCHED_FOR_BY, name


def test_every_list_is_paged_by_limit_and_offset(app: FastAPI) -> None:
    for name, operation in operations(app.openapi()):
        asked = {parameter["name"]: parameter["schema"] for parameter in operation.get("parameters", [])}
        assert "page" not in asked, name
        if _is_list(operation):
            assert asked["limit"]["default"] == 20, name
            assert asked["limit"]["maximum"] == 200, name
            assert asked["offset"]["default"] == 0, name


REFUSALS = [
    ("GET", "/v1/nothing", {}, 404),
    ("TRACE", "/v1/units", {}, 405),
    ("GET", "/v1/units", {"Accept": "image/png"}, 406),
    ("GET", "/v1/units?limit=x", {}, 422),
    ("GET", "/v1/units/none", {}, 404),
    ("DELETE", "/v1/units/unt_a", {}, 428),
    ("DELETE", "/v1/units/unt_a", {"If-Match": '"9"'}, 412),
    ("POST", "/v1/units", {"Content-Type": "text/plain"}, 415),
    ("POST", "/v1/units", {"Content-Type": "application/json"}, 400),
]


@pytest.mark.parametrize(("method", "address", "headers", "status"), REFUSALS)
def test_every_error_is_a_problem_document(
    client: TestClient, world: World, method: str, address: str, headers: dict[str, str], status: int
) -> None:
    content = b"{" if method == "POST" else b""
    refused = client.request(method, address, content=content, headers=world.by("coordinator", **headers))
    assert refused.status_code == status
    assert refused.headers["Content-Type"] == "application/problem+json"
    problem = refused.json()
    assert problem.keys() >= {"type", "title", "status", "detail", "instance"}
    assert problem["status"] == status


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "TRACE", "PUT", "PURGE"])
def test_methods_that_are_not_used_are_refused(client: TestClient, world: World, method: str) -> None:
    asked = world.by("coordinator", Origin="https://elsewhere.example", **{"Access-Control-Request-Method": "GET"})
    refused = client.request(method, "/v1/units", headers=asked)
    assert refused.status_code == 405
    assert refused.headers["Allow"] == "GET, POST"
    assert [name for name in refused.headers if name.lower().startswith("access-control")] == []


def test_what_is_not_known_is_not_let_in(client: TestClient, world: World) -> None:
    kept = {"If-Match": "*", "Content-Type": "application/json"}
    headers = world.by("coordinator", **kept)
    taking: list[Line] = [line for line in LINES if line.body]
    for line in taking:
        body = {**(line.body or {}), "unheardOf": 1}
        refused = client.request(line.method, line.path(line.ours), json=body, headers=world.by(_role_of(line), **kept))
        assert refused.status_code == 422, line.operation
    assert client.get("/v1/units?unheardOf=1", headers=headers).status_code == 422


def test_bearer_is_the_only_scheme(app: FastAPI) -> None:
    schemes = app.openapi()["components"]["securitySchemes"]
    assert [(scheme["type"], scheme["scheme"]) for scheme in schemes.values()] == [("http", "bearer")]
    public = {line.operation for line in LINES if line.public}
    assert {name for name, operation in operations(app.openapi()) if "security" not in operation} == public


@pytest.mark.parametrize("name", ["token", "access_token", "api_key"])
def test_a_token_in_an_address_is_refused(client: TestClient, world: World, name: str) -> None:
    token = world.by("coordinator")["Authorization"].removeprefix("Bearer ")
    assert client.get("/v1/units", params={name: token}).status_code == 401


def test_no_get_takes_a_body(app: FastAPI) -> None:
    assert [
        name for name, operation in operations(app.openapi()) if name[:4] == "GET " and "requestBody" in operation
    ] == []


def test_a_trace_goes_through_everything(client: TestClient, world: World) -> None:
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    headers = world.by("provider", traceparent=f"00-{trace}-00f067aa0ba902b7-01", **{"If-Match": '"1"'})
    changed = client.patch("/v1/units/unt_a", json={"name": "Ny"}, headers=headers)
    assert changed.headers["traceparent"].split("-")[1] == trace
    assert client.patch("/v1/units/unt_a", json={"name": "Nyare"}, headers=headers).json()["trace"] == trace
    [entry] = client.get(f"/v1/audit-entries?trace={trace}", headers=world.by("auditor")).json()["items"]
    assert entry["objectId"] == "unt_a"


def _role_of(line: Line) -> Role:
    """Return a role that an operation lets in; of one that asks for a right besides, the coordinator."""
    return next((role for role in Role if line.lets_in(role)), Role.COORDINATOR)
