"""The JSON Schemas of all documents, made from the shapes that read them and published beside the package.

The descriptions state what JSON Schema cannot express: that ids exist and are not repeated, that a list by week is as
long as the term, that an ISO week exists, and which agreements, orders and pins are valid together.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from placement_solver import plan, problem, report
from placement_solver.documents import plan_shape, problem_shape, report_shape

if TYPE_CHECKING:
    from pathlib import Path

    from placement_solver.documents.structures import Record

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def problem_schema() -> dict[str, Any]:
    """Return the JSON Schema of a problem document."""
    return _titled(problem.FORMAT, "urn:placement:problem:1", problem_shape.problem)


def plan_schema() -> dict[str, Any]:
    """Return the JSON Schema of a plan document."""
    return _titled(plan.FORMAT, "urn:placement:plan:1", plan_shape.plan)


def report_schema() -> dict[str, Any]:
    """Return the JSON Schema of a report document."""
    return _titled(report.FORMAT, "urn:placement:report:1", report_shape.report)


def publish(folder: Path) -> None:
    """Write every schema into a folder, as ``problem.schema.json``, ``plan.schema.json`` and ``report.schema.json``."""
    for name, schema in (("problem", problem_schema()), ("plan", plan_schema()), ("report", report_schema())):
        text = json.dumps(schema, ensure_ascii=False, indent=2)
        (folder / f"{name}.schema.json").write_text(f"{text}\n", encoding="utf-8")


def _titled(name: str, identity: str, record: Record) -> dict[str, Any]:
    return {"$schema": DIALECT, "$id": identity, "title": name} | record.schema()
