"""Every fault of a document is found in one pass, at its place and in words."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from placement_solver.documents.problem_shape import problem as problem_shape
from placement_solver.documents.shapes import Shape
from placement_solver.documents.structures import ListOf, OrNull, Record
from tests.solver.broken import GONE, TINY, changed, faults_of

LONG = "x" * 129
SURROGATE = "\ud800"

WRONG_VALUES: list[tuple[str, object]] = [
    ("/format", "placement-problem/2"),
    ("/format", None),
    ("/term", []),
    ("/term/code", ""),
    ("/term/code", LONG),
    ("/term/first_week", "2027-W53"),
    ("/term/first_week", "2027-W00"),
    ("/term/first_week", "2027-01-18"),
    ("/term/first_week", "\uff12\uff10\uff12\uff17-W03"),
    ("/term/first_week", "0000-W03"),
    ("/term/first_week", 202703),
    ("/institutions", {}),
    ("/providers/0/kind", "county"),
    ("/providers/2/id", LONG),
    ("/providers/2/id", 7),
    ("/units", "ward"),
    ("/current/0", "ward"),
    ("/units/0/provider", "nowhere"),
    ("/units/0/provider", None),
    ("/units/0/site", ""),
    ("/units/0/site", 7),
    ("/units/0/kinds", "ward-medicine"),
    ("/units/0/kinds/0", ""),
    ("/units/0/lat", 90.1),
    ("/units/0/lat", "59"),
    ("/units/0/lat", float("nan")),
    ("/units/0/lon", -180.1),
    ("/units/0/lon", float("inf")),
    ("/units/0/lon", True),
    ("/units/0/university_healthcare", 1),
    ("/units/0/university_healthcare", None),
    ("/units/0/max_students", -1),
    ("/units/0/max_students", 1_000_001),
    ("/units/0/max_students", 2.0),
    ("/units/0/max_students", [1, 2, 3]),
    ("/units/1/max_students/3", "1"),
    ("/units/0/zone", ""),
    ("/capacities/1/id", "ward-nurses"),
    ("/capacities/0/unit", "nowhere"),
    ("/capacities/0/professions", None),
    ("/capacities/0/professions/0", None),
    ("/capacities/2/institutions/1", "nowhere"),
    ("/capacities/2/institutions/1", "ki"),
    ("/capacities/0/places", -1),
    ("/capacities/0/places", None),
    ("/capacities/0/places", True),
    ("/capacities/0/places", 10**400),
    ("/capacities/0/places", []),
    ("/capacities/2/places", [1] * 7),
    ("/capacities/2/places/0", -1),
    ("/supervisors/0/unit", "nowhere"),
    ("/supervisors/0/profession", {}),
    ("/supervisors/0/credits", -0.5),
    ("/supervisors/0/credits", 1000.5),
    ("/supervisors/0/credits", 10**400),
    ("/supervisors/0/max_students", None),
    ("/supervisors/0/max_students", 1_000_001),
    ("/supervisors/0/weeks", 3),
    ("/supervisors/1/weeks/3", 6),
    ("/supervisors/1/weeks/0", -1),
    ("/agreements/0/id", ""),
    ("/agreements/2/id", "ki-region"),
    ("/agreements/1/institution", "nowhere"),
    ("/agreements/1/provider", "nowhere"),
    ("/agreements/1/professions", "nurse"),
    ("/agreements/1/units/0", "nowhere"),
    ("/agreements/1/units/1", "ward"),
    ("/agreements/0/first_week", -10_001),
    ("/agreements/0/last_week", 10_001),
    ("/agreements/1/last_week", -1),
    ("/agreements/0/min_student_weeks", -1),
    ("/agreements/0/min_student_weeks", None),
    ("/agreements/0/max_student_weeks", 1_000_001),
    ("/students/3/institution", "nowhere"),
    ("/students/3/profession", ""),
    ("/students/3/site", []),
    ("/students/3/lat", -90.5),
    ("/students/3/lon", None),
    ("/students/3/blocked_units/0", "nowhere"),
    ("/students/3/blocked_units", None),
    ("/students/3/max_travel", -1),
    ("/students/3/max_travel", 100_001),
    ("/students/3/distinct_units", "yes"),
    ("/students/3/zone", 1),
    ("/requests/4/student", "nobody"),
    ("/requests/4/kinds", {}),
    ("/requests/4/weeks", 0),
    ("/requests/4/weeks", 10_001),
    ("/requests/4/starts", 0),
    ("/requests/4/starts/0", 0.0),
    ("/requests/4/starts/0", 10_001),
    ("/requests/4/supervision", 7.5),
    ("/requests/4/supervision/credits", float("-inf")),
    ("/requests/4/university_healthcare", "no"),
    ("/requests/0/preferences/1", "nowhere"),
    ("/requests/0/preferences/1", "clinic"),
    ("/requests/1/after/0", "nothing"),
    ("/requests/1/after/0", "bilal-1"),
    ("/requests/1/after/0", "anna-2"),
    ("/requests/4/priority", 0),
    ("/requests/4/priority", 1001),
    ("/travel/base_minutes", -1),
    ("/travel/base_minutes", 100_001),
    ("/travel/minutes_per_km", 1000.1),
    ("/travel/minutes_per_km", "fast"),
    ("/travel/max_travel", 0.5),
    ("/travel/long_after", None),
    ("/travel/matrix", []),
    ("/travel/matrix/city", 20),
    ("/travel/matrix/city/solna", -1),
    ("/travel/matrix/city/solna", None),
    ("/travel/matrix/", {}),
    ("/travel/matrix/city/" + LONG, 1),
    ("/pins", None),
    ("/pins/0/request", "nothing"),
    ("/pins/0/unit", "nowhere"),
    ("/pins/0/start", 10_001),
    ("/pins/0/supervisor", "nobody"),
    ("/current/0/request", "nothing"),
    ("/current/1/request", "anna-1"),
    ("/current/0/unit", "nowhere"),
    ("/current/0/start", "0"),
    ("/current/0/supervisor", "nobody"),
    ("/weights/unplaced", 1_000_001),
    ("/weights/travel", -1),
    ("/weights/change", 1.0),
    ("/taken", {}),
    ("/taken/0", "anna"),
    ("/taken/0/id", ""),
    ("/taken/0/term", LONG),
    ("/taken/0/term", "ST\n2027"),
    ("/taken/0/term", "ST2027\n"),
    ("/taken/0/student", None),
    ("/taken/0/institution", "nowhere"),
    ("/taken/0/profession", 7),
    ("/taken/0/unit", "nowhere"),
    ("/taken/0/supervisor", "nobody"),
    ("/taken/0/supervisor", "sup-ward"),
    ("/taken/0/first_week", -1),
    ("/taken/0/first_week", 4.0),
    ("/taken/0/last_week", 6),
    ("/taken/0/last_week", 60),
    ("/taken/0/last_week", 3),
    ("/weights", GONE),
    ("/weights/preference", GONE),
    ("/units/0/colour", "blue"),
    ("/comment", "hello"),
    ("/units", (1, 2)),
    ("/requests/0/kinds/0", SURROGATE),
]


@pytest.mark.parametrize(
    ("pointer", "value"),
    WRONG_VALUES,
    ids=[f"{pointer}={'nothing' if value is GONE else repr(str(value)[:30])}" for pointer, value in WRONG_VALUES],
)
def test_a_value_that_cannot_be_is_one_fault_at_its_place(pointer: str, value: object) -> None:
    faults = faults_of(changed((pointer, value)))
    assert [fault.pointer for fault in faults] == [pointer]
    assert faults[0].words.sv
    assert faults[0].words.en
    assert faults[0].words.sv != faults[0].words.en


def records(shape: Shape, value: Any, at: str = "") -> Iterator[tuple[Record, str]]:  # noqa: ANN401  (any JSON)
    """One record of each sort in a document, with its place."""
    if isinstance(shape, OrNull):
        shape = shape.shape
    if isinstance(shape, ListOf):
        yield from records(shape.shape, value[0], f"{at}/0")
    elif isinstance(shape, Record):
        yield shape, at
        for name, field in shape.fields.items():
            if isinstance(field.shape, (ListOf, OrNull, Record)) and value.get(name):
                yield from records(field.shape, value[name], f"{at}/{name}")


RECORDS = list(records(problem_shape, json.loads(TINY)))


@pytest.mark.parametrize(
    "pointer",
    [
        f"{at}/{name}"
        for record, at in RECORDS
        for name, field in record.fields.items()
        if not field.optional and name != "id"
    ],
)
def test_a_field_that_is_left_out_is_a_fault_where_it_should_stand(pointer: str) -> None:
    faults = faults_of(changed((pointer, GONE)))
    assert [(fault.pointer, fault.words.en) for fault in faults] == [(pointer, "the field is missing")]


@pytest.mark.parametrize("at", [at for _, at in RECORDS])
def test_a_field_that_the_format_does_not_have_is_a_fault(at: str) -> None:
    faults = faults_of(changed((f"{at}/name", "Anna")))
    assert [(fault.pointer, fault.words.sv) for fault in faults] == [(f"{at}/name", "okänt fält")]


def test_a_place_with_slash_or_tilde_in_its_name_is_escaped() -> None:
    document = changed()
    document["travel"]["matrix"]["city"]["a/b~c"] = -1
    document["x/~"] = 0
    assert [fault.pointer for fault in faults_of(document)] == ["/travel/matrix/city/a~1b~0c", "/x~1~0"]


def test_every_fault_of_a_document_is_found_at_once() -> None:
    edits: list[tuple[str, object]] = [
        ("/term/first_week", "2027-W53"),
        ("/units/0/provider", "nowhere"),
        ("/units/0/lat", 100),
        ("/capacities/0/places", -1),
        ("/capacities/2/places", [1]),
        ("/agreements/3/first_week", 3),
        ("/agreements/3/min_student_weeks", -1),
        ("/requests/0/after", ["anna-2"]),
        ("/requests/0/weeks", "two"),
        ("/weights/unplaced", 0.5),
        ("/extra", True),
    ]
    assert {fault.pointer for fault in faults_of(changed(*edits))} == {
        "/term/first_week",
        "/units/0/provider",
        "/units/0/lat",
        "/capacities/0/places",
        "/capacities/2/places",
        "/agreements/3",
        "/agreements/3/min_student_weeks",
        "/requests/1/after/0",
        "/requests/0/weeks",
        "/weights/unplaced",
        "/extra",
    }


@pytest.mark.parametrize("document", [None, [], "problem", 7, float("nan"), object()])
def test_what_is_no_object_is_no_problem(document: object) -> None:
    assert [fault.pointer for fault in faults_of(document)] == [""]


def test_an_empty_object_lacks_every_field_that_may_not_be_left_out() -> None:
    needed = [f"/{name}" for name, field in problem_shape.fields.items() if not field.optional]
    assert [fault.pointer for fault in faults_of({})] == needed


def test_the_same_placement_of_another_term_may_be_named_once() -> None:
    document = changed()
    document["taken"] *= 2
    assert [(fault.pointer, fault.words.sv) for fault in faults_of(document)] == [
        ("/taken/1/id", "”erik-summer” finns redan på plats 0 i samma lista")
    ]


def test_a_placement_of_another_term_that_cannot_be_read_is_one_fault_and_hides_no_other() -> None:
    pointers = {fault.pointer for fault in faults_of(changed(("/taken/0/last_week", 3), ("/taken/-", None)))}
    assert pointers == {"/taken/0/last_week", "/taken/1"}


@pytest.mark.parametrize("section", ["institutions", "providers", "units", "supervisors", "students", "requests"])
def test_a_list_that_cannot_be_read_makes_no_fault_of_those_who_refer_to_it(section: str) -> None:
    assert [fault.pointer for fault in faults_of(changed((f"/{section}", "?")))] == [f"/{section}"]


def test_without_a_readable_term_its_weeks_are_not_held_against_anyone() -> None:
    assert [fault.pointer for fault in faults_of(changed(("/term/weeks", "six")))] == ["/term/weeks"]


def test_a_shorter_term_makes_every_list_by_the_week_too_long() -> None:
    assert [fault.pointer for fault in faults_of(changed(("/term/weeks", 5)))] == [
        "/units/1/max_students",
        "/capacities/2/places",
        "/supervisors/3/weeks/3",
        "/taken/0/last_week",
    ]


def test_a_term_ends_before_the_calendar_does() -> None:
    assert [fault.pointer for fault in faults_of(changed(("/term/first_week", "9999-W48")))] == ["/term/weeks"]
