"""The published JSON Schemas say what the reader does, field by field."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from placement_solver.documents import plan_shape, problem_shape, report_shape
from placement_solver.documents.schemas import plan_schema, problem_schema, publish, report_schema
from placement_solver.documents.structures import Record
from placement_solver.plan import Plan
from placement_solver.problem import Problem
from placement_solver.report import Report

PUBLISHED = Path(__file__).parents[2] / "solver"
SHAPES = [
    pytest.param(shape, id=f"{module.__name__.rpartition('.')[2]}.{name}")
    for module in (problem_shape, plan_shape, report_shape)
    for name, shape in vars(module).items()
    if isinstance(shape, Record) and is_dataclass(shape.make)
]


def described_fields(schema: object) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every field that a schema describes, however deep."""
    if isinstance(schema, list):
        for part in schema:
            yield from described_fields(part)
    elif isinstance(schema, dict):
        yield from schema.get("properties", {}).items()
        for part in schema.values():
            yield from described_fields(part)


def test_the_published_schemas_are_those_of_the_reader(tmp_path: Path) -> None:
    publish(tmp_path)
    for name in ("problem.schema.json", "plan.schema.json", "report.schema.json"):
        assert (PUBLISHED / name).read_text(encoding="utf-8") == (tmp_path / name).read_text(encoding="utf-8"), (
            "stale: python -c 'from pathlib import Path; from placement_solver.documents.schemas import publish;"
            ' publish(Path("solver"))\''
        )


@pytest.mark.parametrize(
    "schema", [problem_schema(), plan_schema(), report_schema()], ids=["problem", "plan", "report"]
)
def test_a_schema_is_json_schema_2020_12(schema: dict[str, Any]) -> None:
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    jsonschema.Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize(
    "schema", [problem_schema(), plan_schema(), report_schema()], ids=["problem", "plan", "report"]
)
def test_every_field_says_what_it_means(schema: dict[str, Any]) -> None:
    described = list(described_fields(schema))
    assert len(described) > 30
    for name, field in described:
        assert field.get("description", "").endswith("."), name


@pytest.mark.parametrize("shape", SHAPES)
def test_a_record_of_the_document_has_the_fields_of_its_class(shape: Record) -> None:
    assert list(shape.fields) == [field.name for field in fields(shape.make)]  # type: ignore[arg-type]


def test_the_documents_have_the_fields_of_their_classes() -> None:
    problem = [field.name for field in fields(Problem) if field.name != "sha256"]
    assert list(problem_shape.problem.fields) == ["format", *problem]
    assert list(plan_shape.plan.fields) == ["format", *(field.name for field in fields(Plan))]
    assert list(report_shape.report.fields) == ["format", *(field.name for field in fields(Report))]


def test_the_worked_example_keeps_the_schema() -> None:
    example = json.loads((Path(__file__).parent / "examples" / "tiny.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(problem_schema()).validate(example)
