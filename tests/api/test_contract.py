"""The published contract is the app's, it is complete, and its examples fit its schemas."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from jsonschema import Draft202012Validator
from pydantic import BaseModel

import placement_api
from placement_api import publish
from placement_api.contract import PUBLISHED


def operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def contents(operation: dict[str, Any]) -> Iterator[dict[str, Any]]:
    bodies = [operation.get("requestBody", {}), *operation["responses"].values()]
    for body in bodies:
        yield from body.get("content", {}).values()


def test_the_published_contract_is_that_of_the_app() -> None:
    command = [sys.executable, "-c", f"from {publish.__name__} import written; print(written(), end='')"]
    written = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert PUBLISHED.read_text() == written, "python -m placement_api.publish"


def test_every_operation_is_described_in_two_languages(app: FastAPI) -> None:
    for name, operation in operations(app.openapi()):
        assert operation["summary"], name
        assert len(operation["description"].split("\n\n")) == 2, name


def test_every_parameter_is_described(app: FastAPI) -> None:
    for name, operation in operations(app.openapi()):
        for parameter in operation.get("parameters", []):
            assert parameter["description"], (name, parameter["name"])


def test_every_body_and_every_answer_has_an_example_that_fits_its_schema(app: FastAPI) -> None:
    document = app.openapi()
    for name, operation in operations(document):
        for content in contents(operation):
            if content["schema"] != {"type": "string"}:
                schema = {**content["schema"], "components": document["components"]}
                faults = list(Draft202012Validator(schema).iter_errors(content["example"]))
                assert faults == [], name


def test_every_operation_declares_every_problem_it_can_meet(app: FastAPI) -> None:
    for name, operation in operations(app.openapi()):
        statuses = set(operation["responses"])
        assert "500" in statuses, name
        if "security" in operation:
            assert {"401", "403", "503"} <= statuses, name
        if "{" in name:
            assert "404" in statuses, name
        if "requestBody" in operation:
            assert {"400", "413", "422"} <= statuses, name
        if name.startswith(("PUT", "PATCH", "DELETE")) and "If-Match" in json.dumps(operation):
            assert {"412", "428"} <= statuses, name


def test_every_address_is_in_kebab_case_under_v1(app: FastAPI) -> None:
    words = re.compile(r"/v1(/([a-z]+(-[a-z]+)*|\{[a-z][A-Za-z]*\}))+")
    others = {"/healthz", "/readyz", "/problems/{code}"}
    assert [path for path in app.openapi()["paths"] if not words.fullmatch(path) and path not in others] == []


def test_every_name_is_in_camel_case(app: FastAPI) -> None:
    camel = re.compile(r"[a-z][A-Za-z0-9]*")
    document = app.openapi()
    names = [name for schema in document["components"]["schemas"].values() for name in schema.get("properties", {})]
    names += [
        parameter["name"]
        for _, operation in operations(document)
        for parameter in operation.get("parameters", [])
        if parameter["in"] != "header"
    ]
    assert [name for name in names if not camel.fullmatch(name)] == []


def test_every_number_and_every_text_that_is_sent_is_bounded(app: FastAPI) -> None:
    document = app.openapi()
    sent = {
        content["schema"]["$ref"].rsplit("/", 1)[1]
        for _, operation in operations(document)
        for content in operation.get("requestBody", {}).get("content", {}).values()
        if "$ref" in content["schema"]  # a file is limited by its size
    }
    unbounded = [
        f"{schema}.{name}"
        for schema in sent
        for name, field in document["components"]["schemas"][schema]["properties"].items()
        for shape in [field, *field.get("anyOf", [])]
        if (shape.get("type") in {"integer", "number"} and "maximum" not in shape)
        or (shape.get("type") == "array" and "maxItems" not in shape)
        or (shape.get("type") == "string" and not shape.keys() & {"maxLength", "pattern", "format", "enum"})
    ]
    assert unbounded == []


def schemas_of(base: type[BaseModel]) -> Iterator[type[BaseModel]]:
    """Yield every schema of the API that has been made, once for each class that it is made from."""
    for made in base.__subclasses__():
        if made.__module__.partition(".")[0] == placement_api.__name__ and made.__qualname__.isidentifier():
            yield made
        yield from schemas_of(made)


def test_no_two_schemas_share_a_class_name() -> None:
    named: dict[str, set[str]] = {}
    for schema in schemas_of(BaseModel):
        named.setdefault(schema.__name__, set()).add(schema.__module__)
    shared = {name: sorted(modules) for name, modules in named.items() if len(modules) > 1}
    assert named
    assert shared == {}, f"the contract names a schema by its class alone, so give one of each another name: {shared}"
