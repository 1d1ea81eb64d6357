"""Inside /v1 nothing is taken away: what the contract has promised is recorded, and each kind of break is found."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from random import Random
from typing import Any

import pytest
from fastapi import FastAPI

from tests import contracts
from tests.contracts import METHODS, RECORD, breaks, promises_of, written
from tests.effort import SEED, has_long_form, tries

Change = Callable[[dict[str, Any]], object]
KIND = {"type": "string", "enum": ["ward", "home"]}
SMALL: dict[str, Any] = {
    "paths": {
        "/v1/units": {
            "get": {
                "parameters": [
                    {"in": "query", "name": "limit", "schema": {"type": "integer", "minimum": 1, "maximum": 200}},
                    {"in": "query", "name": "kind", "schema": {"$ref": "#/components/schemas/Kind"}},
                ],
                "responses": {
                    "200": {
                        "headers": {"Link": {}},
                        "content": {
                            "application/json": {"schema": {"$ref": "#/components/schemas/Units"}},
                            "text/csv": {},
                        },
                    }
                },
            },
            "post": {
                "requestBody": {
                    "required": True,
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/UnitGiven"}}},
                },
                "responses": {"201": {}, "409": {}},
            },
        },
        "/v1/imports": {
            "post": {
                "requestBody": {"content": {"text/csv": {"schema": {}}}},
                "responses": {"200": {"content": {"application/json": {"schema": {}}}}},
            }
        },
    },
    "components": {
        "schemas": {
            "Kind": KIND,
            "Units": {
                "type": "object",
                "properties": {"items": {"type": "array", "items": {"$ref": "#/components/schemas/Unit"}}},
            },
            "Unit": {
                "type": "object",
                "required": ["name", "above"],
                "properties": {
                    "name": {"type": "string"},
                    "kind": {"$ref": "#/components/schemas/Kind"},
                    "since": {"type": "string", "format": "date"},
                    "above": {"anyOf": [{"$ref": "#/components/schemas/Unit"}, {"type": "null"}]},
                    "size": {"anyOf": [{"type": "integer"}, {"type": "number"}]},
                    "format": {"const": "unit/1"},
                },
            },
            "UnitGiven": {
                "type": "object",
                "additionalProperties": False,
                "required": ["name"],
                "properties": {
                    "name": {"type": "string", "maxLength": 200, "pattern": "^.+$"},
                    "kind": {"$ref": "#/components/schemas/Kind"},
                    "places": {"anyOf": [{"type": "integer", "minimum": 0}, {"type": "null"}]},
                    "note": {},
                },
            },
        }
    },
}  # fmt: skip


def units(contract: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = contract["paths"]["/v1/units"]
    return found


def fields_of(contract: dict[str, Any], schema: str) -> dict[str, Any]:
    found: dict[str, Any] = contract["components"]["schemas"][schema]["properties"]
    return found


def schema_of(contract: dict[str, Any], schema: str) -> dict[str, Any]:
    found: dict[str, Any] = contract["components"]["schemas"][schema]
    return found


def changed(change: Change) -> dict[str, Any]:
    contract = deepcopy(SMALL)
    change(contract)
    return contract


BREAKS: dict[str, tuple[Change, list[str]]] = {
    "a path": (
        lambda c: c["paths"].pop("/v1/units"),
        ["GET /v1/units is gone", "POST /v1/units is gone"],
    ),
    "an operation": (lambda c: units(c).pop("post"), ["POST /v1/units is gone"]),
    "a parameter": (
        lambda c: units(c)["get"]["parameters"].pop(0),
        ["GET /v1/units query limit is gone"],
    ),
    "a bound": (
        lambda c: units(c)["get"]["parameters"][0]["schema"].update(minimum=2, maximum=100),
        ["GET /v1/units query limit has a larger minimum", "GET /v1/units query limit has a smaller maximum"],
    ),
    "a new demand in the query": (
        lambda c: units(c)["get"]["parameters"].append({"in": "query", "name": "term", "required": True, "schema": {}}),
        ["GET /v1/units query term is now required"],
    ),
    "an old parameter is demanded": (
        lambda c: units(c)["get"]["parameters"][0].update(required=True),
        ["GET /v1/units query limit is now required"],
    ),
    "a status": (
        lambda c: units(c)["post"]["responses"].update({"200": units(c)["post"]["responses"].pop("201")}),
        ["POST /v1/units no longer answers 201"],
    ),
    "a header": (
        lambda c: units(c)["get"]["responses"]["200"].pop("headers"),
        ["GET /v1/units 200 no longer has the header Link"],
    ),
    "a media type": (
        lambda c: units(c)["get"]["responses"]["200"]["content"].pop("text/csv"),
        ["GET /v1/units 200 is no longer text/csv"],
    ),
    "a field of an answer": (
        lambda c: fields_of(c, "Unit").pop("since"),
        ["GET /v1/units 200.items[].since is gone"],
    ),
    "a field that was always there": (
        lambda c: schema_of(c, "Unit").update(required=["above"]),
        ["GET /v1/units 200.items[].name may now be missing"],
    ),
    "a field that was never null": (
        lambda c: fields_of(c, "Unit").update(name={"anyOf": [{"type": "string"}, {"type": "null"}]}),
        ["GET /v1/units 200.items[].name may now be null"],
    ),
    "a type": (
        lambda c: fields_of(c, "Unit").update(since={"type": "string", "format": "date-time"}),
        ["GET /v1/units 200.items[].since may now be string (date-time)"],
    ),
    "a value told of and taken": (
        lambda c: schema_of(c, "Kind").update(enum=["ward"]),
        [
            "GET /v1/units query kind no longer has the value 'home'",
            "GET /v1/units 200.items[].kind no longer has the value 'home'",
        ],
    ),
    "a constant": (
        lambda c: fields_of(c, "Unit").update(format={"const": "unit/2"}),
        ["GET /v1/units 200.items[].format no longer has the value 'unit/1'"],
    ),
    "a body": (lambda c: units(c)["post"].pop("requestBody"), ["POST /v1/units no longer takes a body"]),
    "a new body": (
        lambda c: units(c)["get"].update(requestBody={"required": True, "content": {}}),
        ["GET /v1/units now requires a body"],
    ),
    "a body that was optional": (
        lambda c: c["paths"]["/v1/imports"]["post"]["requestBody"].update(required=True),
        ["POST /v1/imports now requires a body"],
    ),
    "a field to send": (lambda c: fields_of(c, "UnitGiven").pop("note"), ["POST /v1/units body.note is gone"]),
    "a field to send is demanded": (
        lambda c: schema_of(c, "UnitGiven").update(required=["name", "kind"]),
        ["POST /v1/units body.kind is now required"],
    ),
    "null is no longer taken": (
        lambda c: fields_of(c, "UnitGiven").update(places={"type": "integer", "minimum": 0}),
        ["POST /v1/units body.places no longer takes null"],
    ),
    "anything is no longer taken": (
        lambda c: fields_of(c, "UnitGiven").update(note={"type": "string"}),
        ["POST /v1/units body.note no longer takes anything"],
    ),
    "a text of any length and form is no longer taken": (
        lambda c: fields_of(c, "UnitGiven").update(name={"type": "string", "maxLength": 200, "pattern": "^[a-z]+$"}),
        ["POST /v1/units body.name has another pattern"],
    ),
    "some values only": (
        lambda c: fields_of(c, "UnitGiven").update(name={"type": "string", "enum": ["a"]}),
        ["POST /v1/units body.name now takes some values only"],
    ),
    "other fields are no longer taken": (
        lambda c: c["paths"]["/v1/imports"]["post"]["requestBody"]["content"]["text/csv"]["schema"].update(
            additionalProperties=False
        ),
        ["POST /v1/imports body no longer takes other fields"],
    ),
}
KEPT: dict[str, Change] = {
    "nothing": lambda _c: None,
    "a new path": lambda c: c["paths"].update({"/v1/new": {"get": {"responses": {}}}}),
    "a new operation": lambda c: units(c).update(delete={"responses": {}}),
    "a new parameter": lambda c: units(c)["get"]["parameters"].append({"in": "query", "name": "sort", "schema": {}}),
    "a wider bound": lambda c: units(c)["get"]["parameters"][0]["schema"].update(minimum=0, maximum=500),
    "no bound": lambda c: units(c)["get"]["parameters"][0].update(schema={"type": "integer"}),
    "a new field": lambda c: fields_of(c, "Unit").update(more={"type": "string"}),
    "a new field to send": lambda c: fields_of(c, "UnitGiven").update(more={"type": "string"}),
    "a new value": lambda c: schema_of(c, "Kind").update(enum=["ward", "home", "school"]),
    "another status of a problem": lambda c: units(c)["post"]["responses"].pop("409"),
    "a field that is always there": lambda c: schema_of(c, "Unit").update(required=["name", "above", "kind"]),
    "a body for those who want": lambda c: units(c)["get"].update(requestBody={"content": {}}),
    "null is taken": lambda c: fields_of(c, "UnitGiven").update(
        name={"anyOf": [fields_of(c, "UnitGiven")["name"], {"type": "null"}]}
    ),
    "what was anything is told to be an object": lambda c: c["paths"]["/v1/imports"]["post"]["responses"]["200"][
        "content"
    ]["application/json"].update(schema={"type": "object"}),
    "any value is told of": lambda c: schema_of(c, "Kind").pop("enum"),
    "another name of a schema": lambda c: (
        c["components"]["schemas"].update(Sort=KIND),
        fields_of(c, "Unit").update(kind={"$ref": "#/components/schemas/Sort"}),
    ),
}


@pytest.mark.parametrize("kind", BREAKS)
def test_a_break_is_found_and_named(kind: str) -> None:
    change, told = BREAKS[kind]
    assert sorted(breaks(SMALL, changed(change))) == sorted(told)


@pytest.mark.parametrize("kind", KEPT)
def test_what_breaks_nothing_is_let_pass(kind: str) -> None:
    assert breaks(SMALL, changed(KEPT[kind])) == []


def test_everything_that_the_present_contract_promises_is_recorded(app: FastAPI) -> None:
    assert RECORD.read_text() == written(promises_of(app.openapi())), "make documents records what is new"


def spoil(contract: dict[str, Any], dice: Random) -> str:
    """Take one thing away from a contract, and say what: an operation, a parameter or a field of an answer."""
    path = dice.choice(sorted(contract["paths"]))
    operations = contract["paths"][path]
    method = dice.choice(sorted(operations.keys() & set(METHODS)))
    parameters = operations[method].get("parameters", [])
    told = [
        content["schema"]["$ref"].rpartition("/")[2]
        for answer in operations[method]["responses"].values()
        for content in answer.get("content", {}).values()
        if "$ref" in content.get("schema", {})
    ]
    way = dice.choice(["operation", *(["parameter"] if parameters else []), *(["field"] if told else [])])
    if way == "operation":
        del operations[method]
        return f"{method.upper()} {path} is gone"
    if way == "parameter":
        gone = parameters.pop(dice.randrange(len(parameters)))
        return f"{method.upper()} {path} {gone['in']} {gone['name']} is gone"
    fields = contract["components"]["schemas"][dice.choice(told)].get("properties", {"": None})
    gone = dice.choice(sorted(fields))
    del fields[gone]
    return f".{gone} is gone" if gone else ""


@pytest.mark.no_cover
@has_long_form("40 things taken away from the contract", "1000 things taken away")
def test_whatever_is_taken_away_from_the_contract_is_missed() -> None:
    recorded, dice = RECORD.read_text(), Random(SEED)
    promised = json.loads(recorded)
    for _ in range(tries(40, 1_000)):
        contract = json.loads(recorded)
        gone = spoil(contract, dice)
        assert any(gone in each for each in breaks(promised, contract)) or not gone, gone


def test_a_record_is_written_once_and_never_loses_anything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    record = tmp_path / "v1.json"
    monkeypatch.setattr(contracts, "RECORD", record)
    monkeypatch.setattr(contracts, "present", lambda: SMALL)
    assert contracts.main() == 0
    assert json.loads(record.read_text()) == SMALL
    monkeypatch.setattr(contracts, "present", lambda: changed(KEPT["a new path"]))
    assert contracts.main() == 0
    assert "/v1/new" in json.loads(record.read_text())["paths"]
    monkeypatch.setattr(contracts, "present", lambda: SMALL)
    assert contracts.main() == 1
    assert capsys.readouterr().err == "GET /v1/new is gone\n"
    assert "/v1/new" in json.loads(record.read_text())["paths"]
