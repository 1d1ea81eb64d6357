"""Problems, plans and reports as JSON documents. Reading reports every fault at once."""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import fields, replace
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from placement_solver.documents import plan_shape, problem_shape, report_shape, validation
from placement_solver.documents.shapes import MISREAD, Reading
from placement_solver.documents.structures import Repeated
from placement_solver.faults import Fault, InvalidPlan, InvalidProblem, InvalidReport
from placement_solver.plan import FORMAT as PLAN_FORMAT
from placement_solver.plan import Full, Plan, Reasons
from placement_solver.problem import FORMAT as PROBLEM_FORMAT
from placement_solver.problem import Problem
from placement_solver.report import FORMAT as REPORT_FORMAT
from placement_solver.report import Report
from placement_solver.weeks import IsoWeek
from placement_solver.words import Words

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator

    from placement_solver.plan import Unplaced

BYTE_ORDER_MARK = "\ufeff"
MOST_DIGITS = 300
"""A whole number with more digits is read as infinite, which every field refuses."""
REFERRED_TO = ("institutions", "providers", "units", "supervisors", "students", "requests")
UNREAD_BY_RULES = ("/format", "/weights", "/current", "/pins")


def read_problem(text: str | bytes) -> Problem:
    """Read a problem document, or raise `InvalidProblem` with every fault that it has."""
    faults: list[Fault] = []
    document = _parse(text, faults)
    return _problem(document, faults)


def problem_of(document: object) -> Problem:
    """Read a problem from a document already parsed, or raise `InvalidProblem` with every fault."""
    return _problem(document, [])


def problem_document(problem: Problem) -> dict[str, Any]:
    """Return the document of a problem. Optional fields that are null or empty are left out."""
    document: dict[str, Any] = json.loads(write_problem(problem))
    return document


def write_problem(problem: Problem) -> str:
    """Write a problem as a document that reads as the same problem."""
    members = _members(problem)
    del members["sha256"]
    return _written(PROBLEM_FORMAT, members)


def read_plan(text: str | bytes) -> Plan:
    """Read a plan document, or raise `InvalidPlan` with every fault of form. `check` judges its claims."""
    faults: list[Fault] = []
    document = _parse(text, faults)
    if document is not MISREAD:
        reading = Reading(faults, known={}, weeks=None)
        parts = plan_shape.plan.read(document, "", reading)
    if faults:
        raise InvalidPlan(tuple(faults))
    del parts["format"]
    return Plan(**parts)


def write_plan(plan: Plan) -> str:
    """Write a plan as a document that reads as the same plan."""
    members = _members(plan)
    unplaced = ", ".join(_unplaced(members.pop("unplaced", ())))
    return f'{_written(PLAN_FORMAT, members)[:-1]}, "unplaced": [{unplaced}]}}'


def reasons_document(reasons: Reasons) -> dict[str, Any]:
    """Return the reasons of an unplaced request as the plan's document has them."""
    document: dict[str, Any] = json.loads(json.dumps(_members(reasons), default=_members))
    return document


def report_of(document: object) -> Report:
    """Read a report from a document already parsed, or raise `InvalidReport` with every fault of form."""
    reading = Reading([], known={}, weeks=None)
    parts = report_shape.report.read(document, "", reading)
    if reading.faults:
        raise InvalidReport(tuple(reading.faults))
    del parts["format"]
    return Report(**parts)


def write_report(report: Report) -> str:
    """Write a report as a document that reads as the same report."""
    return _written(REPORT_FORMAT, _members(report))


def _parse(text: str | bytes, faults: list[Fault]) -> object:
    """Parse JSON, or report why the text is not JSON and return `MISREAD`."""
    if isinstance(text, bytes):
        try:
            text = text.decode("utf-8")
        except UnicodeDecodeError as error:
            return _refuse(
                faults,
                f"är inte UTF-8: byte {error.start} kan inte läsas",
                f"is not UTF-8: byte {error.start} cannot be read",
            )
    if text.startswith(BYTE_ORDER_MARK):
        _refuse(faults, "börjar med ett byteordningsmärke (BOM)", "begins with a byte order mark (BOM)")
    try:
        return json.loads(text.removeprefix(BYTE_ORDER_MARK), parse_int=_whole_number, object_pairs_hook=_object)
    except json.JSONDecodeError as error:
        return _refuse(
            faults,
            f"är inte JSON: fel på rad {error.lineno}, kolumn {error.colno}",
            f"is not JSON: line {error.lineno}, column {error.colno}: {error.msg}",
        )
    except RecursionError:
        return _refuse(faults, "är för djupt nästlat", "is nested too deeply")


def _refuse(faults: list[Fault], sv: str, en: str) -> object:
    faults.append(Fault("", Words(f"dokumentet {sv}", f"the document {en}")))
    return MISREAD


def _whole_number(digits: str) -> float:
    return int(digits) if len(digits) <= MOST_DIGITS else math.inf


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    return members if len(members) == len(pairs) else Repeated(pairs)


def _problem(document: object, faults: list[Fault]) -> Problem:
    if document is MISREAD:
        raise InvalidProblem(tuple(faults))
    reading = Reading([], known=_known_ids(document), weeks=_weeks(document))
    parts = problem_shape.problem.read(document, "", reading)
    if parts is MISREAD:
        raise InvalidProblem((*faults, *reading.faults))
    parts.pop("format")
    problem = Problem(**parts, sha256="")
    _compare(problem, reading)
    if faults or reading.faults:
        raise InvalidProblem((*faults, *reading.faults))
    return replace(problem, sha256=fingerprint(document))


def _compare(problem: Problem, reading: Reading) -> None:
    """Report contradictions between the parts of a problem, as far as these could be read."""
    validation.report_term(problem.term, reading)
    if problem.agreements is not MISREAD:
        validation.report_agreements(problem.agreements, reading)
    if problem.taken is not MISREAD:
        validation.report_taken(problem, reading)
    if problem.requests is not MISREAD:
        validation.report_order(problem.requests, reading)
    if problem.pins is not MISREAD:
        sound = all(fault.pointer.startswith(UNREAD_BY_RULES) for fault in reading.faults)
        validation.report_repeated_pins(problem.pins, reading)
        if sound:
            validation.report_pins(problem, reading)


def _known_ids(document: object) -> dict[str, frozenset[str] | None]:
    """Collect the ids in each list that references may name, before anything else is read."""
    known: dict[str, frozenset[str] | None] = dict.fromkeys(REFERRED_TO)
    for section in REFERRED_TO:
        entries = document.get(section) if isinstance(document, dict) else None
        if isinstance(entries, list):
            ids = (entry.get("id") for entry in entries if isinstance(entry, dict))
            known[section] = frozenset(name for name in ids if isinstance(name, str))
    return known


def _weeks(document: object) -> int | None:
    """Return the term's number of weeks before anything else is read, or None where it cannot be read."""
    term = document.get("term") if isinstance(document, dict) else None
    weeks = term.get("weeks") if isinstance(term, dict) else None
    shape = problem_shape.term.fields["weeks"].shape
    read = shape.read(weeks, "", Reading([], known={}, weeks=None))
    return None if read is MISREAD else read


def fingerprint(document: object) -> str:
    """Return the SHA-256 of a document's canonical JSON."""
    canonical = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(canonical.encode("utf-8")).hexdigest()


def _written(format_: str, members: dict[str, Any]) -> str:
    """Write a document."""
    return _json({"format": format_} | members)


def _unplaced(unplaced: Iterable[Unplaced]) -> Iterator[str]:
    """Yield each unplaced request as text. What is full is so for many of them, and is put into words of JSON once."""
    texts: dict[int, str] = {}
    for each in unplaced:
        reasons = []
        for name, value in _members(each.reasons).items():
            if isinstance(value, tuple) and value and isinstance(value[0], Full):
                for full in value:
                    if id(full) not in texts:
                        texts[id(full)] = _json(full)
                reasons.append(f'"{name}": [{", ".join([texts[id(full)] for full in value])}]')
            else:
                reasons.append(f'"{name}": {_json(value)}')
        yield f'{{"request": {_json(each.request)}, "reasons": {{{", ".join(reasons)}}}}}'


def _json(value: object) -> str:
    """Return JSON text; `_held` converts every value that JSON does not know."""
    return json.dumps(value, default=_held, ensure_ascii=False, allow_nan=False)


def _held(value: Any) -> str | dict[str, Any]:  # noqa: ANN401  (whatever a document holds)
    """Return one value in a form that JSON knows; its own values may still need converting."""
    return str(value) if isinstance(value, IsoWeek) else _members(value)


def _members(value: object) -> dict[str, Any]:
    """Return the fields of a record. Optional fields that are null or empty, which is their default, are left out."""
    record = cast("Hashable", type(value))
    return {name: inner for name, default in _fields(record) if (inner := getattr(value, name)) != default}


@cache
def _fields(record: type[Any]) -> tuple[tuple[str, Any], ...]:
    """Return the name and the default of each field of a record: a plan has hundreds of thousands of records."""
    return tuple((field.name, field.default) for field in fields(record))
