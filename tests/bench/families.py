"""Families of problems made from a county's: scarcer, more plentiful, coupled, supervised, at sites, and a nation.

Each function takes whole problems and returns a whole one that has been read again, so that it is as valid as any
document.
"""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING, Any

from placement_solver.documents import problem_document, problem_of
from placement_solver.problem import Supervision, Supervisor, SupervisorId, by_week

if TYPE_CHECKING:
    from collections.abc import Sequence

    from placement_solver.problem import Problem, Request, Student

LEAST_TRAINING = 1.5
DEGREES_APART = 5.0
SAME_EVERYWHERE = ("kind", "kinds", "profession", "professions")
"""Keys whose values are not ids, although they may look like one."""


def student_weeks(problem: Problem) -> tuple[int, int]:
    """Return the student-weeks requested and those offered.

    Only offers open to all lärosäten count: a place kept for named lärosäten lies inside such an offer.
    """
    asked = sum(request.weeks for request in problem.requests)
    open_to_all = (capacity for capacity in problem.capacities if capacity.institutions is None)
    return asked, sum(sum(by_week(capacity.places, problem.term.weeks)) for capacity in open_to_all)


def tighten(problem: Problem, share: float, seed: int) -> Problem:
    """Close one place after another, at offers drawn by size, until each profession's supply is that share of demand.

    A place is closed for the whole term, so that the places that stay open have room for whole placements.
    """
    throws = Random(seed)
    weeks = problem.term.weeks
    offers = [list(by_week(capacity.places, weeks)) for capacity in problem.capacities]
    for profession in sorted({student.profession for student in problem.students}):
        own = [
            number
            for number, capacity in enumerate(problem.capacities)
            if capacity.professions == (profession,) and capacity.institutions is None
        ]
        demand = sum(r.weeks for r in problem.requests if problem.student[r.student].profession == profession)
        supply = sum(sum(offers[number]) for number in own)
        places = [number for number in own for _ in range(max(offers[number]))]
        throws.shuffle(places)
        for number in places:
            if supply <= share * demand:
                break
            left = max(offers[number]) - 1
            supply -= sum(open_places - min(open_places, left) for open_places in offers[number])
            offers[number] = [min(open_places, left) for open_places in offers[number]]
    return _sealed(
        replace(
            problem,
            capacities=tuple(
                replace(capacity, places=tuple(places))
                for capacity, places in zip(problem.capacities, offers, strict=True)
            ),
        )
    )


def loosen(problem: Problem) -> Problem:
    """Double everything scarce: places, unit ceilings, students per supervisor and agreements' ceilings."""
    return _sealed(
        replace(
            problem,
            units=tuple(replace(unit, max_students=_doubled(unit.max_students)) for unit in problem.units),
            capacities=tuple(replace(capacity, places=_doubled(capacity.places)) for capacity in problem.capacities),
            supervisors=tuple(replace(known, max_students=2 * known.max_students) for known in problem.supervisors),
            agreements=tuple(
                replace(
                    agreement,
                    max_student_weeks=None if agreement.max_student_weeks is None else 2 * agreement.max_student_weeks,
                )
                for agreement in problem.agreements
            ),
        )
    )


def pair_up(problem: Problem, share: float) -> Problem:
    """Merge two students with one request each into one with two, again and again, until that share has several.

    Two students are paired if they are neighbours by longitude, have the same lärosäte, profession and site, and can
    take both courses within the term. The merged student lives where the first of the two lives.
    """
    requests: dict[str, list[Request]] = {}
    for request in problem.requests:
        requests.setdefault(request.student, []).append(request)
    singles = [student for student in problem.students if len(requests[student.id]) == 1]
    several, students = len(problem.students) - len(singles), len(problem.students)
    singles.sort(key=lambda s: (s.institution, s.profession, s.site or "", s.lon, s.id))
    joined: dict[str, Student] = {}
    kept: dict[str, Student] = {}
    position = 0
    while position + 1 < len(singles) and several < share * students:
        one, other = singles[position : position + 2]
        alike = (one.institution, one.profession, one.site) == (other.institution, other.profession, other.site)
        if alike and _can_follow(requests[one.id][0], requests[other.id][0]):
            blocked = tuple(sorted({*one.blocked_units, *other.blocked_units}))
            kept[one.id] = replace(one, blocked_units=blocked)
            joined[other.id] = one
            several, students, position = several + 1, students - 1, position + 2
        else:
            position += 1
    return _sealed(
        replace(
            problem,
            students=tuple(kept.get(s.id, s) for s in problem.students if s.id not in joined),
            requests=tuple(
                replace(r, student=joined[r.student].id) if r.student in joined else r for r in problem.requests
            ),
        )
    )


def supervise_all(problem: Problem) -> Problem:
    """Make every request require a named supervisor, and add the supervisors that this takes.

    In a profession that required none before, every offer gets as many trained supervisors as it has places.
    """
    trained: dict[tuple[str, str], int] = {}
    for known in problem.supervisors:
        if known.credits >= LEAST_TRAINING:
            desk = (known.unit, known.profession)
            trained[desk] = trained.get(desk, 0) + known.max_students
    asked_before = {problem.student[r.student].profession for r in problem.requests if r.supervision is not None}
    added: list[Supervisor] = []
    for capacity in problem.capacities:
        for profession in sorted(set(capacity.professions) - asked_before):
            desk = (capacity.unit, profession)
            missing = max(by_week(capacity.places, problem.term.weeks)) - trained.get(desk, 0)
            for _ in range(missing):
                name = SupervisorId(f"added-{len(added)}")
                added.append(Supervisor(name, capacity.unit, profession, LEAST_TRAINING, 1, None))
            trained[desk] = trained.get(desk, 0) + max(0, missing)
    return _sealed(
        replace(
            problem,
            supervisors=(*problem.supervisors, *added),
            requests=tuple(
                r if r.supervision is not None else replace(r, supervision=Supervision(LEAST_TRAINING))
                for r in problem.requests
            ),
        )
    )


def keep_sites(problem: Problem) -> Problem:
    """Keep only the students and units that belong to a site, that is, the decentralised programmes."""
    units = {unit.id for unit in problem.units if unit.site is not None}
    students = {student.id for student in problem.students if student.site is not None}
    return _sealed(
        replace(
            problem,
            units=tuple(unit for unit in problem.units if unit.id in units),
            capacities=tuple(capacity for capacity in problem.capacities if capacity.unit in units),
            supervisors=tuple(known for known in problem.supervisors if known.unit in units),
            students=tuple(student for student in problem.students if student.id in students),
            requests=tuple(
                replace(request, preferences=tuple(unit for unit in request.preferences if unit in units))
                for request in problem.requests
                if request.student in students
            ),
        )
    )


def join(problems: Sequence[Problem]) -> Problem:
    """Put several counties into one document, with distinct ids, each `DEGREES_APART` further east than the last.

    The term, the weights and the travel settings are those of the first county. A turn about the Earth's axis keeps
    all distances, so each part asks for exactly what it asked for alone.
    """
    whole = problem_document(problems[0])
    for key, value in whole.items():
        if isinstance(value, list):
            whole[key] = []
    whole["taken"] = []
    for number, problem in enumerate(problems):
        document = problem_document(problem)
        names = {line["id"] for lines in document.values() if isinstance(lines, list) for line in lines if "id" in line}
        names |= {unit.site for unit in problem.units} | {student.site for student in problem.students}
        for key, lines in document.items():
            if isinstance(lines, list):
                whole[key] += [_told_apart(line, f"{number}-", names, number * DEGREES_APART) for line in lines]
    return problem_of(whole)


def _told_apart(value: Any, prefix: str, names: set[Any], degrees: float) -> Any:  # noqa: ANN401  (a part of a document)
    """Return a part of a document with every id prefixed and every longitude moved east."""
    if isinstance(value, dict):
        moved = {
            key: part if key in SAME_EVERYWHERE else _told_apart(part, prefix, names, degrees)
            for key, part in value.items()
        }
        return moved | {"lon": value["lon"] + degrees} if "lon" in value else moved
    if isinstance(value, list):
        return [_told_apart(part, prefix, names, degrees) for part in value]
    return prefix + value if isinstance(value, str) and value in names else value


def _can_follow(one: Request, other: Request) -> bool:
    """Return whether the two requests' possible starts let one follow the other."""
    return min(one.starts) + one.weeks <= max(other.starts) or min(other.starts) + other.weeks <= max(one.starts)


def _doubled(amount: Any) -> Any:  # noqa: ANN401  (three forms)
    """Double an amount: none, one number, or one number a week."""
    return None if amount is None else 2 * amount if isinstance(amount, int) else tuple(2 * part for part in amount)


def _sealed(problem: Problem) -> Problem:
    """Read a changed problem again, so that it is validated and has the fingerprint of its own document."""
    return problem_of(problem_document(problem))
