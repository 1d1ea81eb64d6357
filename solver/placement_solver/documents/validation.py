"""Contradictions between the parts of a problem, beyond the shape of each value."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from placement_solver.covers import overlap
from placement_solver.documents.shapes import MISREAD, Reading
from placement_solver.plan import Placement
from placement_solver.problem import RequestId
from placement_solver.rules import RULES
from placement_solver.rules.one_placement import OnePlacement
from placement_solver.rules.supervision import SupervisionRule
from placement_solver.rules.supervisor_load import SupervisorLoad
from placement_solver.words import Words, say_broken

if TYPE_CHECKING:
    from collections.abc import Iterator

    from placement_solver.problem import Agreement, Decision, Problem, Request, Student, Supervisor, Taken, Term
    from placement_solver.rules import Breach

MOST_NAMED = 10
"""At most this many ids are named in one fault."""
_NAMES = {rule.key: rule.name for rule in RULES}
Row = TypeVar("Row", "Student", "Supervisor")


def report_term(term: Term, reading: Reading) -> None:
    """Report a term that ends after the last year of the calendar."""
    if term is MISREAD or MISREAD in {term.first_week, term.weeks}:
        return
    try:
        term.first_week.plus(term.weeks - 1).sunday()
    except (OverflowError, ValueError):
        reading.fault("/term/weeks", "terminen slutar efter år 9999", "the term ends after the year 9999")


def report_agreements(agreements: tuple[Agreement, ...], reading: Reading) -> None:
    """Report agreements that end before they begin, and agreements that could cover the same placement."""
    met: dict[tuple[str, str], _Met] = defaultdict(_Met)
    for i, agreement in enumerate(agreements):
        if agreement is MISREAD or _misread(agreement):
            continue
        if _ends_before_it_begins(f"/agreements/{i}", agreement, reading):
            continue
        others = met[agreement.institution, agreement.provider]
        overlapped = [_label(agreements[k].id, k) for k in others.near(agreement) if overlap(agreement, agreements[k])]
        others.add(i, agreement)
        if overlapped:
            label, names = _label(agreement.id, i), _listed(overlapped)
            reading.fault(
                f"/agreements/{i}",
                f"avtalet {label} kan gälla samma placering som {names}: yrken, enheter och veckor överlappar",
                f"the agreement {label} could cover the same placement as {names}: professions, units and"
                f" weeks overlap",
            )


def report_taken(problem: Problem, reading: Reading) -> None:
    """Report placements of other terms that end before they begin, or say other things than the rest of the document.

    The profession may be another than the student has now: a student may have changed programme since.
    """
    institution_of = {each.id: each.institution for each in _as_read(problem.students)}
    unit_of = {each.id: each.unit for each in _as_read(problem.supervisors)}
    for i, each in enumerate(problem.taken):
        if each is MISREAD:
            continue
        if MISREAD not in {each.first_week, each.last_week}:
            _ends_before_it_begins(f"/taken/{i}", each, reading)
        if each.term is not MISREAD and each.term.splitlines() != [each.term]:
            reading.fault(f"/taken/{i}/term", "koden har en radbrytning", "the code has a line break")
        institution = institution_of.get(each.student, each.institution)
        if MISREAD not in {institution, each.institution} and institution != each.institution:
            reading.fault(
                f"/taken/{i}/institution",
                f"studenten {each.student} hör till {institution}, inte {each.institution}",
                f"the student {each.student} is of {institution}, not {each.institution}",
            )
        unit = each.unit if each.supervisor is None else unit_of.get(each.supervisor, each.unit)
        if MISREAD not in {unit, each.unit} and unit != each.unit:
            reading.fault(
                f"/taken/{i}/supervisor",
                f"handledaren {each.supervisor} finns vid {unit}, inte {each.unit}",
                f"the supervisor {each.supervisor} is at {unit}, not {each.unit}",
            )


def _as_read(rows: tuple[Row, ...]) -> Iterator[Row]:
    """Yield the entries of a list whose ids could be read."""
    yield from (row for row in (() if rows is MISREAD else rows) if row is not MISREAD and row.id is not MISREAD)


def _ends_before_it_begins(pointer: str, entry: Agreement | Taken, reading: Reading) -> bool:
    """Report an entry whose last week lies before its first, and tell whether it does."""
    first, last = entry.first_week, entry.last_week
    if last < first:
        reading.fault(
            f"{pointer}/last_week",
            f"sista veckan, {last}, ligger före den första, {first}",
            f"the last week, {last}, lies before the first, {first}",
        )
    return last < first


class _Met:
    """The agreements of one institution and provider met so far, found by the units they name."""

    def __init__(self) -> None:
        self._all: list[int] = []
        self._of_all_units: list[int] = []
        self._by_unit: dict[str, list[int]] = defaultdict(list)

    def add(self, i: int, agreement: Agreement) -> None:
        self._all.append(i)
        if agreement.units is None:
            self._of_all_units.append(i)
        for unit in agreement.units or ():
            self._by_unit[unit].append(i)

    def near(self, agreement: Agreement) -> list[int]:
        """Return those that share a unit with another agreement, in the order they were met."""
        if agreement.units is None:
            return self._all
        shared = (i for unit in agreement.units for i in self._by_unit.get(unit, ()))
        return sorted({*self._of_all_units, *shared})


def _misread(agreement: Agreement) -> bool:
    """Tell whether a value that decides overlaps could not be read."""
    singles = (agreement.institution, agreement.provider, agreement.first_week, agreement.last_week)
    lists = (agreement.professions, agreement.units)
    return MISREAD in (*singles, *lists) or any(MISREAD in (several or ()) for several in lists)


def report_order(requests: tuple[Request, ...], reading: Reading) -> None:
    """Report requests that wait for themselves, for another student's request, or for one another in a ring."""
    student_of = {request.id: request.student for request in requests if request is not MISREAD}
    waits: dict[str, dict[str, str]] = defaultdict(dict)
    for i, request in enumerate(requests):
        if request is MISREAD or request.after is MISREAD:
            continue
        for k, earlier in enumerate(request.after):
            pointer = f"/requests/{i}/after/{k}"
            if earlier is MISREAD:
                continue
            if earlier == request.id:
                reading.fault(pointer, f"{earlier} väntar på sig själv", f"{earlier} waits for itself")
            elif MISREAD not in (pair := {request.student, student_of[earlier]}) and len(pair) > 1:
                reading.fault(pointer, f"{earlier} hör till en annan student", f"{earlier} belongs to another student")
            elif request.id is not MISREAD:
                waits[request.id][earlier] = pointer
    for ring in _rings(waits):
        names = _listed([*ring, ring[0]])
        reading.fault(
            waits[ring[-1]][ring[0]],
            f"begäranden väntar på varandra i en ring: {names}",
            f"requests wait for one another in a ring: {names}",
        )


def _rings(waits: dict[str, dict[str, str]]) -> Iterator[list[str]]:
    """Yield rings of requests in which each waits for the next, and the last waits for the first."""
    settled: set[str] = set()
    for root in list(waits):
        path = {} if root in settled else {root: iter(waits[root])}
        while path:
            request = next(reversed(path))
            earlier = next(path[request], None)
            if earlier is None:
                settled.add(request)
                path.popitem()
            elif earlier in path:
                names = list(path)
                yield names[names.index(earlier) :]
            elif earlier in waits and earlier not in settled:
                path[earlier] = iter(waits[earlier])


def report_repeated_pins(pins: tuple[Decision, ...], reading: Reading) -> None:
    """Report a second pin of the same request, which would be a second placement."""
    first: dict[str, int] = {}
    for i, pin in enumerate(pins):
        if pin is not MISREAD and pin.request is not MISREAD and first.setdefault(pin.request, i) < i:
            position = first[pin.request]
            already = Words(
                f"{pin.request} är redan låst på plats {position}",
                f"{pin.request} is already pinned at position {position}",
            )
            _report_broken(i, OnePlacement.key, already, reading)


def report_pins(problem: Problem, reading: Reading) -> None:
    """Report every pin that breaks a rule, alone or together with others. Everything the rules read must be valid.

    A pin that names no supervisor, for a request that requires one, is valid if some supervisor suits it. Whether
    several such pins can be given supervisors together is for the search to find out.
    """
    position: dict[RequestId, int] = {}
    for i, pin in enumerate(problem.pins):
        if pin is not MISREAD and MISREAD not in {pin.request, pin.unit, pin.start, pin.supervisor}:
            position.setdefault(pin.request, i)
    pins = {request: problem.pins[i] for request, i in position.items()}
    problem = replace(problem, pins=tuple(pins.values()))
    placements = [_placed(pin) for pin in pins.values()]
    for breach in (breach for rule in RULES for breach in rule.check(problem, placements)):
        for request in breach.requests:
            if breach.rule == SupervisionRule.key and _somebody_suits(problem, pins[RequestId(request)]):
                continue
            words = breach.words_for(problem, _placed(pins[RequestId(request)]))
            _report_broken(position[RequestId(request)], breach.rule, words, reading)
    for request, pin in pins.items():
        if (clash := _taken_from(problem, pin)) is not None:
            _report_broken(position[request], clash.rule, clash.words, reading)


def _report_broken(position: int, rule: str, why: Words, reading: Reading) -> None:
    """Report that a pin breaks a rule, by the rule's name."""
    said = say_broken(_NAMES[rule], why)
    reading.fault(f"/pins/{position}", said.sv, said.en)


def _placed(pin: Decision) -> Placement:
    return Placement(pin.request, pin.unit, pin.start, pin.supervisor)


def _somebody_suits(problem: Problem, pin: Decision) -> bool:
    """Tell whether a pin names no supervisor and some supervisor suits it."""
    return pin.supervisor is None and any(_ways_to_supervise(problem, pin))


def _taken_from(problem: Problem, pin: Decision) -> Breach | None:
    """Return the breach where other terms have taken every supervisor of a pin that requires one but names none."""
    if pin.supervisor is not None or problem.request[pin.request].supervision is None:
        return None
    breaches = [list(SupervisorLoad().check(problem, [way])) for way in _ways_to_supervise(problem, pin)]
    every_one_taken = all(any(breach.taken for breach in those) for those in breaches)
    return breaches[0][0] if breaches and every_one_taken else None


def _ways_to_supervise(problem: Problem, pin: Decision) -> Iterator[Placement]:
    """Yield a pin with each supervisor of its unit who suits it."""
    for supervisor in problem.supervisors:
        way = replace(_placed(pin), supervisor=supervisor.id)
        if supervisor.unit == pin.unit and not list(SupervisionRule().check(problem, [way])):
            yield way


def _label(name: str, position: int) -> str:
    """Return the id of an entry, or its position where the id could not be read."""
    return f"#{position}" if name is MISREAD else name


def _listed(names: list[str]) -> str:
    return ", ".join(names[:MOST_NAMED]) + (" …" if len(names) > MOST_NAMED else "")
