"""The reader, the writer and the published schema agree on every document, drawn or damaged."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from placement_solver.documents import (
    problem_document,
    problem_of,
    problem_shape,
    read_plan,
    read_problem,
    write_problem,
)
from placement_solver.documents.schemas import problem_schema
from placement_solver.documents.shapes import Reading
from placement_solver.faults import InvalidPlan, InvalidProblem
from tests.effort import drawn_by_hypothesis, has_long_form

TINY = (Path(__file__).parent / "examples" / "tiny.json").read_text(encoding="utf-8")
SCHEMA = jsonschema.Draft202012Validator(problem_schema())
SECTIONS = ("institutions", "providers", "units", "supervisors", "students", "requests")
LEAST_WORDS = 5

Document = dict[str, Any]
texts = st.text(min_size=1, max_size=4)
lines = texts.filter(lambda text: text.splitlines() == [text])
professions = st.sampled_from(["nurse", "midwife"])
kinds = st.lists(st.sampled_from(["ward", "elderly-care"]), max_size=2)
amounts = st.integers(0, 1_000_000)
travel_minutes = st.integers(0, 100_000)
latitudes = st.floats(-90, 90) | st.integers(-90, 90)
longitudes = st.floats(-180, 180)
hp = st.floats(0, 1000)


@st.composite
def drawn_documents(draw: st.DrawFn) -> Document:
    """Any valid problem of a few entries, without pins."""
    weeks = draw(st.integers(1, 60))
    by_week = amounts | st.lists(amounts, min_size=weeks, max_size=weeks)
    ids = {
        section: draw(st.lists(texts, unique=True, max_size=3)) for section in (*SECTIONS, "capacities", "agreements")
    }

    def some(section: str) -> st.SearchStrategy[list[str]]:
        return st.lists(st.sampled_from(ids[section]), unique=True) if ids[section] else st.just([])

    def entries(section: str, *needed: str, **fields: st.SearchStrategy[Any]) -> list[Document]:
        if not all(ids[name] for name in needed):
            ids[section] = []
        return [{"id": name} | draw(st.fixed_dictionaries(fields)) for name in ids[section]]

    def one(section: str) -> st.SearchStrategy[str]:
        return st.deferred(lambda: st.sampled_from(ids[section]))

    point = {"lat": latitudes, "lon": longitudes}
    document = {
        "format": "placement-problem/1",
        "term": {"code": draw(texts), "first_week": f"20{draw(st.integers(10, 99))}-W52", "weeks": weeks},
        "institutions": entries("institutions"),
        "providers": entries("providers", kind=st.sampled_from(["region", "municipality", "private"])),
        "units": entries(
            "units",
            "providers",
            provider=one("providers"),
            site=st.none() | texts,
            kinds=kinds,
            university_healthcare=st.booleans(),
            max_students=st.none() | by_week,
            **point,
        ),
        "capacities": entries(
            "capacities",
            "units",
            unit=one("units"),
            professions=st.lists(professions),
            institutions=st.none() | some("institutions"),
            places=by_week,
        ),
        "supervisors": entries(
            "supervisors",
            "units",
            unit=one("units"),
            profession=professions,
            credits=hp,
            max_students=amounts,
            weeks=st.none() | st.lists(st.integers(0, weeks - 1)),
        ),
        "agreements": entries(
            "agreements",
            "institutions",
            "providers",
            institution=one("institutions"),
            provider=one("providers"),
            professions=st.none() | st.lists(professions),
            units=st.none() | some("units"),
            first_week=st.integers(-10_000, 0),
            last_week=st.integers(0, 10_000),
            min_student_weeks=amounts,
            max_student_weeks=st.none() | amounts,
        )[:1],
        "students": entries(
            "students",
            "institutions",
            institution=one("institutions"),
            profession=professions,
            site=st.none() | texts,
            blocked_units=some("units"),
            max_travel=st.none() | travel_minutes,
            distinct_units=st.booleans(),
            zone=texts,
            **point,
        ),
        "requests": entries(
            "requests",
            "students",
            student=one("students"),
            kinds=kinds,
            weeks=st.integers(1, 10_000),
            starts=st.lists(st.integers(-10_000, 10_000)),
            supervision=st.none() | st.fixed_dictionaries({"credits": hp}),
            university_healthcare=st.booleans(),
            preferences=some("units"),
            after=st.just([]),
            priority=st.integers(1, 1000),
            pair_group=texts,
        ),
        "travel": {
            "base_minutes": draw(travel_minutes),
            "minutes_per_km": draw(st.integers(0, 1000) | st.floats(0, 1000)),
            "max_travel": draw(st.none() | travel_minutes),
            "long_after": draw(travel_minutes),
            "matrix": draw(st.dictionaries(texts, st.dictionaries(texts, travel_minutes))),
        },
        "pins": [],
        "current": [],
        "weights": {
            name: draw(amounts.filter(bool) if field.optional else amounts)
            for name, field in problem_shape.weights.fields.items()
        },
    }
    if document["requests"] and document["units"]:
        in_force = {"request": ids["requests"][0], "unit": ids["units"][0], "start": draw(st.integers(-9, 9))}
        document["current"] = [in_force]
    something_taken: bool = draw(st.booleans())
    if something_taken and document["institutions"] and document["units"]:
        document["taken"] = draw(placements_of_another_term(weeks, document))
    return document


@st.composite
def placements_of_another_term(draw: st.DrawFn, weeks: int, document: Document) -> list[Document]:
    """One or more placements of another term, at a document's units, of its students and supervisors or of others."""
    of = {student["id"]: student["institution"] for student in document["students"]}
    institutions = [institution["id"] for institution in document["institutions"]]
    entries = []
    for name in draw(st.lists(texts, unique=True, min_size=1, max_size=3)):
        student = draw(st.sampled_from(sorted(of)) | texts if of else texts)
        unit, first = draw(st.sampled_from(document["units"]))["id"], draw(st.integers(0, weeks - 1))
        staff = [supervisor["id"] for supervisor in document["supervisors"] if supervisor["unit"] == unit]
        entries.append(
            {
                "id": name,
                "term": draw(lines),
                "student": student,
                "institution": of.get(student) or draw(st.sampled_from(institutions)),
                "profession": draw(professions),
                "unit": unit,
                "supervisor": draw(st.sampled_from([None, *staff])),
                "first_week": first,
                "last_week": draw(st.integers(first, weeks - 1)),
            }
        )
    return entries


def places(value: object, way: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The path to every value of a document."""
    yield way
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from places(inner, (*way, name))
    elif isinstance(value, list):
        for i, inner in enumerate(value):
            yield from places(inner, (*way, i))


WAYS = list(places(json.loads(TINY)))[1:]
fractions = st.floats(allow_nan=False).filter(lambda number: not number.is_integer())
"""JSON Schema accepts 1.0 as an integer and does not know NaN; the reader is stricter there."""
strange_values: st.SearchStrategy[Any] = st.one_of(
    st.sampled_from([None, True, -1, 0, 1, 10**7, 10**400, 0.5, "", "x" * 129, "strange", [], {}, ["strange"], [-1]]),
    st.recursive(
        st.none() | st.booleans() | st.integers() | fractions | st.text(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
        max_leaves=6,
    ),
)


@st.composite
def damaged_documents(draw: st.DrawFn, most: int) -> Document:
    """The worked example with values replaced, left out or added at a few places."""
    document: Document = json.loads(TINY)
    for way in draw(st.lists(st.sampled_from(WAYS), min_size=1, max_size=most, unique=True)):
        place: Any = document
        try:
            for step in way[:-1]:
                place = place[step]
            change = draw(st.sampled_from(["replace", "remove", "add"]))
            if change == "replace":
                place[way[-1]] = draw(strange_values)
            elif change == "remove":
                del place[way[-1]]
            elif isinstance(place, dict):
                place[draw(st.text(min_size=5))] = draw(strange_values)
            else:
                place.append(draw(strange_values))
        except (AttributeError, IndexError, KeyError, TypeError):  # an earlier change removed the path
            continue
    return document


def parent_stands(document: object, pointer: str) -> bool:
    """Tell whether a pointer leads to a value, or to a missing member of an object that exists."""
    place: Any = document
    steps = [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]
    for step in steps[:-1]:
        place = place[int(step)] if isinstance(place, list) else place[step]
    return not steps or isinstance(place, dict) or int(steps[-1]) < len(place)


@has_long_form("60 documents", "1,000 documents")
@drawn_by_hypothesis(60, 1_000)
@given(drawn_documents())
def test_a_drawn_problem_is_read_written_and_kept_by_the_schema(document: Document) -> None:
    problem = problem_of(document)
    assert problem_document(problem) == document
    assert read_problem(write_problem(problem)) == problem
    SCHEMA.validate(document)


@has_long_form("150 documents", "3,000 documents")
@drawn_by_hypothesis(150, 3_000)
@given(damaged_documents(most=4))
def test_a_damaged_document_is_read_or_refused_with_places_and_words(document: Document) -> None:
    try:
        problem = problem_of(document)
    except InvalidProblem as refused:
        for fault in refused.faults:
            assert parent_stands(document, fault.pointer)
            assert min(len(fault.words.sv), len(fault.words.en)) > LEAST_WORDS
            assert (fault.pointer + fault.words.sv + fault.words.en).encode()
    else:
        assert read_problem(write_problem(problem)).term == problem.term


def form_is_sound(document: Document) -> bool:
    """Tell whether every value has its shape, ignoring references and the length of the term."""
    reading = Reading([], known=dict.fromkeys(SECTIONS), weeks=None)
    problem_shape.problem.read(document, "", reading)
    return not reading.faults


@has_long_form("150 documents", "3,000 documents")
@drawn_by_hypothesis(150, 3_000)
@given(damaged_documents(most=1))
def test_the_schema_and_the_reader_agree_on_form(document: Document) -> None:
    if SCHEMA.is_valid(document):
        assert form_is_sound(document)
    else:
        with pytest.raises(InvalidProblem):
            problem_of(document)


@has_long_form("150 documents", "3,000 documents")
@drawn_by_hypothesis(150, 3_000)
@given(st.binary() | st.text() | st.tuples(st.integers(0, len(TINY)), st.text(max_size=3)))
def test_no_text_brings_the_reader_down(text: bytes | str | tuple[int, str]) -> None:
    if isinstance(text, tuple):
        cut, stray = text
        text = TINY[:cut] + stray + TINY[cut + 1 :]
    with suppress(InvalidProblem):
        assert read_problem(text).sha256
    with pytest.raises(InvalidPlan):
        read_plan(text)
