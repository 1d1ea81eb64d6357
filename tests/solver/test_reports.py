"""The report document reads as what was written, keeps its schema, and tells every fault of form."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest

from placement_solver.documents import report_of, write_report
from placement_solver.documents.schemas import report_schema
from placement_solver.faults import InvalidReport
from placement_solver.figures.reporting import make_report
from placement_solver.problem import Problem
from placement_solver.report import Report
from placement_solver.solve import find_solution
from tests.solver.drawn import drawn
from tests.solver.scarce import SUPERVISED, rivals
from tests.solver.small import unit


def reported(term: Problem, *, with_prices: bool = True) -> Report:
    solution = find_solution(term, time_limit=60, seed=0, workers=1)
    return make_report(term, solution.plan, solution.pricing if with_prices else None)


def test_a_report_reads_as_what_was_written_and_keeps_its_schema() -> None:
    validator = jsonschema.Draft202012Validator(report_schema())
    for report in (
        *(reported(drawn(number)) for number in range(8)),
        reported(rivals(1, units=(unit(max_students=1),), **SUPERVISED)),
        reported(rivals(), with_prices=False),
    ):
        document = json.loads(write_report(report))
        validator.validate(document)
        assert report_of(document) == report


def test_a_report_holds_the_plan_s_proof_and_the_prices_of_the_search_that_made_it() -> None:
    report = reported(rivals())
    assert (report.objective, report.bound) == (1010, 1010)
    assert report.prices is not None
    assert 0 < report.prices.bound <= report.bound
    assert [room.unit for room in report.prices.places] == ["ward"]
    assert reported(rivals(), with_prices=False).prices is None


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [({"format": "placement-report/9"}, "/format"), ({"prices": {}}, "/prices/bound"), ({"more": 1}, "/more")],
)
def test_a_document_that_is_no_report_is_refused_with_its_faults(wrong: dict[str, Any], pointer: str) -> None:
    document = json.loads(write_report(reported(rivals()))) | wrong
    with pytest.raises(InvalidReport) as refused:
        report_of(document)
    assert pointer in {fault.pointer for fault in refused.value.faults}
