"""Broken rules: which rules placements in force break in a term as it is now, and what of that each reader may know.

The check of plans is the one judge. Two things it cannot see are added here: a request that is withdrawn is in no
problem, and a placement keeps the weeks that its course had when it was published.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from placement.callers import Caller, Role
from placement.fields.seeing import supervisor_seen
from placement.tables import Placement, PlannedPlacement, Request, RequestStatus
from placement_solver.check import check
from placement_solver.plan import Placement as Line
from placement_solver.problem import Problem, RequestId, SupervisorId, UnitId
from placement_solver.rules import ITINERARIES, RULES
from placement_solver.words import Words

WITHDRAWN = "request-withdrawn"
WINDOW = "course-window"
PRIVATE = frozenset({rule.key for rule in ITINERARIES} | {"blocked-unit", "site", "travel-limit"})
"""The rules about the student: where the student lives, must not be, or is otherwise. Care does not learn of them."""

_NAMES = {rule.key: rule.name for rule in RULES} | {
    WITHDRAWN: Words("Begäran är återkallad", "The request is withdrawn"),
    "document": Words("Finns inte längre", "No longer exists"),
}
_HIDDEN = Words(
    "placeringen kan inte vara kvar, av ett skäl som lärosätet känner till",
    "the placement cannot stay, for a reason that its lärosäte knows",
)


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule that a placement breaks, its name, and in words how. A rule that the reader may not know is None."""

    rule: str | None
    name: Words | None
    why: Words


def name_rule(rule: str) -> Words:
    """Return the name of a rule by its key."""
    return _NAMES[rule]


def broken_by(problem: Problem, placed: Sequence[Line], about: set[str]) -> dict[str, list[Broken]]:
    """Return what some placements break in a problem, by request: those of ``about``, and those they break it with."""
    found: dict[str, list[Broken]] = defaultdict(list)
    lines = {str(line.request): line for line in placed}
    for breach in check(problem, placed):
        for request in () if about.isdisjoint(breach.requests) else breach.requests:
            words = breach.words_for(problem, lines[request])
            found[request].append(Broken(breach.rule, name_rule(breach.rule), _without_name(words, request)))
    return dict(found)


def broken_by_leaving(problem: Problem, before: Sequence[Line], after: Iterable[Line]) -> dict[str, list[Broken]]:
    """Return what those of some placements break in a problem that a plan ends or changes, by request.

    Of placements that break a rule together a plan may keep some. A placement that breaks nothing is not in the answer:
    the plan could have kept it.
    """
    kept = set(after)
    leaving = {placement.request for placement in before if placement not in kept}
    found = broken_by(problem, before, set(leaving))
    return {request: found[request] for request in sorted(leaving & found.keys())}


def lines_in(problem: Problem, rows: Iterable[Placement | PlannedPlacement]) -> list[Line]:
    """Return the placements whose requests are in a problem, as it has them."""
    return [_line(problem, row) for row in rows if row.request_id in problem.request]


def rules_in(broken: Iterable[Broken]) -> list[str]:
    """Return the keys of the rules that are broken, each once, in the alphabet's order."""
    return sorted({each.rule for each in broken if each.rule is not None})


def broken_for_all(broken: Iterable[Broken]) -> list[Broken]:
    """Return what everyone concerned may know of what a placement breaks: what is not about the student."""
    return [each for each in broken if each.rule not in PRIVATE]


def rules_for_all(broken: Iterable[Broken]) -> list[str]:
    """Return the keys of the broken rules that everyone concerned may know."""
    return rules_in(broken_for_all(broken))


def broken_beside(placement: Placement, request: Request, weeks: int) -> list[Broken]:
    """Return what a placement breaks besides the rules; ``weeks`` is how long its course requires it to be."""
    found = []
    if request.status is RequestStatus.WITHDRAWN:
        why = Words(
            "begäran är återkallad: placeringen upphör vid nästa publicering",
            "the request is withdrawn: the placement ends with the next publication",
        )
        found.append(Broken(WITHDRAWN, name_rule(WITHDRAWN), why))
    elif placement.weeks != weeks:
        why = Words(
            f"placeringen är {placement.weeks} veckor, men kursen kräver {weeks}",
            f"the placement is {placement.weeks} weeks, but the course requires {weeks}",
        )
        found.append(Broken(WINDOW, name_rule(WINDOW), why))
    return found


def knows_students(by: Caller) -> bool:
    """Return whether a caller may know which rules about a student are broken; care may not."""
    return by.role in {Role.COORDINATOR, Role.INSTITUTION}


def rules_seen_by(by: Caller, rules: Iterable[str]) -> list[str]:
    """Return the rules that a caller may know a placement to break: care does not learn what is about the student."""
    everything = knows_students(by)
    return [rule for rule in rules if everything or rule not in PRIVATE]


def broken_seen_by(by: Caller, broken: Sequence[Broken]) -> tuple[Broken, ...]:
    """Return what a caller may know of what a placement breaks; what is about the student is told without the rule."""
    seen = [each for each in broken if each.rule is not None and rules_seen_by(by, [each.rule])]
    return tuple(seen if len(seen) == len(broken) else [*seen, Broken(None, None, _HIDDEN)])


def reasons_seen_by(by: Caller, reasons: Mapping[str, Any]) -> dict[str, Any]:
    """Return the reasons of an unplaced request as a caller may know them: for a lärosäte without the supervisors' ids.

    How many supervisors are taken, and in which weeks, everyone learns who reads the reasons at all.
    """
    taken = [{**each, "id": supervisor_seen(by, each["id"])} for each in reasons.get("supervisors", ())]
    return {**reasons, "supervisors": taken} if taken else dict(reasons)


def _line(problem: Problem, row: Placement | PlannedPlacement) -> Line:
    """Return one placement with ids and week of the problem."""
    supervisor = None if row.supervisor_id is None else SupervisorId(row.supervisor_id)
    start = problem.term.first_week.until(row.start)
    return Line(RequestId(row.request_id), UnitId(row.unit_id), start, supervisor)


def _without_name(words: Words, request: str) -> Words:
    """Return a sentence without the request that it begins with, if it does."""
    return Words(words.sv.removeprefix(f"{request}: "), words.en.removeprefix(f"{request}: "))
