"""Decisions: the placements that are decided before a run, by hand or because they are in force.

A decision may have become impossible: a ward has closed, or an agreement has ended. That does not stop a run. The run
releases as few such decisions as possible, places those requests anew, and reports what it released.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlmodel import Session, col, select

from placement.tables import HOLDING, Pin, Placement, Term
from placement_solver.documents import problem_of
from placement_solver.documents.shapes import Reading
from placement_solver.documents.validation import report_pins
from placement_solver.faults import Fault, InvalidProblem
from placement_solver.problem import Decision, Problem

Entry = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Released:
    """A decided placement that the term no longer allows: where it was, from which week, and which rule forbids it."""

    request_id: str
    unit_id: str
    start: str
    why_sv: str
    why_en: str


@dataclass(frozen=True, slots=True)
class Posed:
    """The problem of a run, and the decided placements released for it."""

    problem: Problem
    released: tuple[Released, ...] = ()


def in_force(session: Session, term: Term) -> Sequence[Placement]:
    """Return the placements of a term that are in force."""
    holding = (Placement.term_id == term.id, col(Placement.status).in_(HOLDING))
    return session.exec(select(Placement).where(*holding).order_by(col(Placement.request_id))).all()


def by_hand(session: Session, term: Term) -> Sequence[Pin]:
    """Return the placements of a term that a coordinator has decided by hand."""
    return session.exec(select(Pin).where(Pin.term_id == term.id)).all()


def first_by_hand(pins: Sequence[Pin], settled: Iterable[Placement]) -> list[Pin | Placement]:
    """Return the decided placements, one for each request in order; a decision by hand takes precedence."""
    decided = {row.request_id for row in pins}
    rows: list[Pin | Placement] = [*pins, *(row for row in settled if row.request_id not in decided)]
    return sorted(rows, key=lambda row: row.request_id)


def lines_of(rows: Iterable[Pin | Placement], term: Term, asked: Collection[str]) -> list[Entry]:
    """Write decided placements as lines of the document, without those whose request is no longer asked for."""
    return [
        {
            "request": row.request_id,
            "unit": row.unit_id,
            "start": term.first_week.until(row.start),
            "supervisor": row.supervisor_id,
        }
        for row in rows
        if row.request_id in asked
    ]


def pose(document: Mapping[str, Any], binding: Collection[str] = ()) -> Posed:
    """Read a problem and release the pins that its rules no longer allow, except those of the bound requests.

    Where some pins exclude each other, the requests that come first in the problem keep theirs.
    Raises `InvalidProblem` if anything else is wrong.
    """
    try:
        return Posed(problem_of(document))
    except InvalidProblem as error:
        faults = error.faults
    pins: list[Entry] = document["pins"]
    turn = {request["id"]: number for number, request in enumerate(document["requests"])}
    free = {number for number, pin in enumerate(pins) if pin["request"] not in binding}
    accused = free & {number for fault in faults for number in _accused_by(fault)}
    kept = [pin for number, pin in enumerate(pins) if number not in accused]
    sound = problem_of({**document, "pins": kept})
    released = []
    for number in sorted(accused, key=lambda each: turn[pins[each]["request"]]):
        decision = Decision(**pins[number])
        together = replace(sound, pins=(*sound.pins, decision))
        if fault := _first_fault(together):
            start = sound.term.first_week.plus(decision.start)
            released.append(Released(decision.request, decision.unit, str(start), fault.words.sv, fault.words.en))
        else:
            sound = together
    stays = {pin.request for pin in sound.pins}
    return Posed(problem_of({**document, "pins": [pin for pin in pins if pin["request"] in stays]}), tuple(released))


def _accused_by(fault: Fault) -> Iterator[int]:
    """Yield the index of the pin that a fault concerns, if it concerns one."""
    if fault.pointer.startswith("/pins/"):
        yield int(fault.pointer.split("/")[2])


def _first_fault(problem: Problem) -> Fault | None:
    """Return the first fault in a problem's pins, if any."""
    faults: list[Fault] = []
    report_pins(problem, Reading(faults, known={}, weeks=problem.term.weeks))
    return next(iter(faults), None)
