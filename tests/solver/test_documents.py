"""Problems and plans are read from JSON and written back without loss."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from placement_solver.documents import (
    problem_document,
    problem_of,
    read_plan,
    read_problem,
    write_plan,
    write_problem,
)
from placement_solver.documents.schemas import plan_schema
from placement_solver.faults import InvalidPlan, InvalidProblem
from placement_solver.plan import Full, Placement, Plan, Reasons, Remaining, Solver, Unplaced
from placement_solver.problem import AgreementId, CapacityId, RequestId, SupervisorId, UnitId
from placement_solver.weeks import IsoWeek

TINY = (Path(__file__).parent / "examples" / "tiny.json").read_bytes()


@pytest.fixture
def document() -> dict[str, Any]:
    """A copy of the worked example, which a test may change."""
    parsed: dict[str, Any] = json.loads(TINY)
    return parsed


@pytest.fixture
def plan() -> Plan:
    """A plan of the worked example in which one request is left unplaced."""
    return Plan(
        problem_sha256="0123456789abcdef" * 4,
        solver=Solver("placement", "0.1.0", seed=7, workers=2, time_limit_seconds=60.0, wall_seconds=0.25),
        status="feasible",
        objective=10_050,
        bound=10_000,
        terms={
            "unplaced": 10_000,
            "travel": 50,
            "long_travel": 0,
            "preference": 0,
            "agreement_floor": 0,
            "change": 0,
        },
        placements=(
            Placement(RequestId("david-1"), UnitId("ward"), 2, SupervisorId("sup-physio")),
            Placement(RequestId("anna-2"), UnitId("home"), 4, None),
        ),
        unplaced=(
            Unplaced(
                RequestId("bilal-1"),
                Reasons(
                    remaining=(Remaining("unit-kind", 2), Remaining("supervision", 1)),
                    capacities=(Full("ward-nurses", (0, 1)),),
                    unit_ceilings=(Full("ward", (2,)),),
                    agreements=(Full("ki-region", ()),),
                    supervisors=(Full("sup-ward", (0, 1, 2)),),
                    own_placements=(RequestId("bilal-2"),),
                    dearer_units=1,
                ),
            ),
        ),
    )


def test_a_document_is_read_as_the_problem_it_states() -> None:
    problem = read_problem(TINY)
    assert problem.term.first_week == IsoWeek(2027, 3)
    assert problem.unit[UnitId("clinic")].max_students == (2, 2, 2, 1, 1, 1)
    assert problem.unit[UnitId("home")].zone is None
    assert problem.request[RequestId("anna-2")].after == ("anna-1",)
    assert problem.request[RequestId("anna-2")].supervision is None
    assert problem.supervisor[SupervisorId("sup-clinic")].weeks == (0, 1, 2, 3)
    assert problem.agreements[0].first_week == -20
    assert problem.travel.matrix == {"city": {"solna": 20, "tumba": 50}}
    assert problem.pins[0].supervisor == "sup-physio"
    assert problem.current[1].supervisor is None
    assert [capacity.id for capacity in problem.capacities][:1] == [CapacityId("ward-nurses")]
    assert [agreement.id for agreement in problem.agreements][-1] == AgreementId("ki-solna-later")


def test_what_other_terms_have_taken_is_read_with_the_weeks_that_it_takes() -> None:
    (taken,) = read_problem(TINY).taken
    assert (taken.term, taken.student, taken.unit, taken.supervisor) == ("ST2027", "erik", "home", "sup-home")
    assert list(taken.weeks) == [4, 5]


@pytest.mark.parametrize("nothing", [[], None])
def test_where_nothing_is_taken_the_section_is_left_out(document: dict[str, Any], nothing: object) -> None:
    del document["taken"]
    without = problem_of(document)
    assert without.taken == ()
    assert problem_document(without) == document
    empty = problem_of(document | {"taken": nothing})
    assert replace(empty, sha256=without.sha256) == without
    assert write_problem(empty) == write_problem(without)


def test_text_bytes_and_a_parsed_document_are_the_same_problem(document: dict[str, Any]) -> None:
    assert read_problem(TINY) == read_problem(TINY.decode()) == problem_of(document)


def test_a_problem_written_and_read_again_is_the_same_problem() -> None:
    problem = read_problem(TINY)
    assert read_problem(write_problem(problem)) == problem


def test_a_problem_becomes_the_document_it_was_read_from(document: dict[str, Any]) -> None:
    assert problem_document(read_problem(TINY)) == document


def test_the_fingerprint_is_that_of_the_canonical_json_as_read() -> None:
    text = TINY.decode().replace('"ward-nurses"', '"vårdavdelning ☤"')
    canonical = json.dumps(json.loads(text), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert read_problem(text).sha256 == hashlib.sha256(canonical.encode()).hexdigest()


def test_the_fingerprint_knows_nothing_of_blanks_and_the_order_of_fields(document: dict[str, Any]) -> None:
    backwards = json.dumps(dict(reversed(document.items())), indent=4)
    assert read_problem(backwards).sha256 == read_problem(TINY).sha256


@pytest.mark.parametrize(
    ("section", "field"),
    [("units", "zone"), ("students", "zone"), ("current", "supervisor"), ("pins", "supervisor")],
)
def test_a_field_that_may_be_left_out_may_be_null(document: dict[str, Any], section: str, field: str) -> None:
    document[section][0].pop(field)
    without = problem_of(document)
    document[section][0][field] = None
    assert replace(problem_of(document), sha256=without.sha256) == without


def test_a_problem_may_have_no_matrix(document: dict[str, Any]) -> None:
    del document["travel"]["matrix"]
    assert problem_of(document).travel.matrix is None


def test_nothing_to_place_is_a_problem_too(document: dict[str, Any]) -> None:
    empty: dict[str, Any] = {name: [] for name, section in document.items() if isinstance(section, list)}
    problem = problem_of(document | empty)
    assert len(problem.units) + len(problem.requests) + len(problem.pins) == 0


def test_week_53_exists_where_the_year_has_it(document: dict[str, Any]) -> None:
    document["term"]["first_week"] = "2026-W53"
    assert str(problem_of(document).term.first_week) == "2026-W53"


def test_whole_numbers_and_fractions_are_both_numbers(document: dict[str, Any]) -> None:
    document["travel"]["minutes_per_km"] = 1.5
    document["units"][0]["lat"] = 59
    problem = problem_of(document)
    assert (problem.travel.minutes_per_km, problem.units[0].lat) == (1.5, 59)
    assert read_problem(write_problem(problem)) == problem


def test_what_cannot_be_placed_is_no_fault(document: dict[str, Any]) -> None:
    document["requests"][1] |= {"weeks": 61, "starts": [-1, 5, 99, 99]}
    document["requests"][2] |= {"kinds": [], "starts": []}
    assert problem_of(document).requests[1].starts == (-1, 5, 99, 99)


def test_agreements_may_touch_without_overlapping(document: dict[str, Any]) -> None:
    later = document["agreements"][3]
    assert document["agreements"][2]["last_week"] + 1 == later["first_week"]
    document["agreements"] += [
        later | {"id": "other-profession", "professions": ["midwife"], "first_week": 0, "last_week": 3},
        later | {"id": "other-unit", "units": ["ward"]},
        later | {"id": "other-institution", "institution": "shh"},
        later | {"id": "no-unit", "units": []},
        later | {"id": "no-profession", "professions": []},
        later | {"id": "all-units-no-profession", "professions": [], "units": None},
        later | {"id": "no-unit-all-professions", "professions": None, "units": []},
    ]
    assert len(problem_of(document).agreements) == 11


def test_a_pin_without_a_name_is_kept_where_some_supervisor_fits(document: dict[str, Any]) -> None:
    del document["pins"][0]["supervisor"]
    assert problem_of(document).pins[0].supervisor is None


def test_requests_may_wait_in_a_row_and_for_the_same_one(document: dict[str, Any]) -> None:
    first, second = document["requests"][0], document["requests"][1]
    document["requests"] += [
        second | {"id": "anna-3", "after": ["anna-1", "anna-2"]},
        first | {"id": "anna-4", "after": ["anna-2", "anna-3"]},
    ]
    assert problem_of(document).requests[-1].after == ("anna-2", "anna-3")


def test_a_plan_written_and_read_again_is_the_same_plan(plan: Plan) -> None:
    assert read_plan(write_plan(plan)) == plan
    assert read_plan(write_plan(plan).encode()) == plan


def test_a_written_plan_keeps_the_published_schema(plan: Plan) -> None:
    document = json.loads(write_plan(plan))
    jsonschema.Draft202012Validator(plan_schema()).validate(document)
    assert document["format"] == "placement-plan/1"
    assert document["placements"][1] == {"request": "anna-2", "unit": "home", "start": 4, "supervisor": None}
    assert document["unplaced"][0]["reasons"]["remaining"][0] == {"rule": "unit-kind", "units": 2}
    assert document["unplaced"][0]["reasons"]["agreements"] == [{"id": "ki-region", "weeks": []}]


@pytest.mark.parametrize(
    ("part", "value", "pointer"),
    [
        ("format", "placement-plan/2", "/format"),
        ("problem_sha256", "0" * 63, "/problem_sha256"),
        ("problem_sha256", "G" * 64, "/problem_sha256"),
        ("status", "done", "/status"),
        ("ended_because", "luck", "/ended_because"),
        ("objective", 1.5, "/objective"),
        ("bound", 2**63, "/bound"),
        ("terms", {}, "/terms/travel"),
        ("placements", [{"request": "a", "unit": "b", "start": 0}], "/placements/0/supervisor"),
        ("unplaced", [{"request": "a", "reasons": None}], "/unplaced/0/reasons"),
        ("solver", [], "/solver"),
        ("comment", "nice", "/comment"),
    ],
)
def test_a_plan_of_the_wrong_form_is_refused(plan: Plan, part: str, value: object, pointer: str) -> None:
    with pytest.raises(InvalidPlan) as refused:
        read_plan(json.dumps(json.loads(write_plan(plan)) | {part: value}))
    assert pointer in {fault.pointer for fault in refused.value.faults}


@pytest.mark.parametrize("text", ["", "[]", b"\xff", "{"])
def test_what_is_no_plan_at_all_is_refused_whole(text: str | bytes) -> None:
    with pytest.raises(InvalidPlan) as refused:
        read_plan(text)
    assert [fault.pointer for fault in refused.value.faults] == [""]


def test_the_error_says_every_fault_in_words(document: dict[str, Any]) -> None:
    document["term"]["weeks"] = 0
    document["weights"]["travel"] = "free"
    with pytest.raises(InvalidProblem, match="/term/weeks: must be a whole number from 1 to 60, not 0") as refused:
        problem_of(document)
    assert "/weights/travel: must be a whole number from 0 to 1,000,000, not 'free'" in str(refused.value)
    assert refused.value.faults[0].words.sv == "ska vara ett heltal från 1 till 60, inte 0"


def test_reading_and_checking_documents_loads_no_search_engine() -> None:
    names = "import placement_solver.check, placement_solver.documents, sys; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", names], check=True, capture_output=True, text=True).stdout.split()
    assert "placement_solver.documents" in loaded
    assert {"ortools", "highspy"}.isdisjoint(loaded)
