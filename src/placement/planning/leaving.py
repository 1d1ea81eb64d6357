"""Leaving: which rules the placements in force break that a plan ends or changes, found when the plan is made and kept.

To find them takes the whole problem of a term, which is seconds for a county. They are kept with a digest of the
placements that were in force, and hold for as long as those are the same.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from placement.planning.broken import Broken, name_rule
from placement_solver.plan import Placement as Line
from placement_solver.problem import Problem
from placement_solver.words import Words

Held = tuple[str, str, str, str | None]
"""A placement in force: its request, its unit, its first week as ``2027-W04``, and its supervisor."""


def digest_of(held: Iterable[Held]) -> str:
    """Return a digest of placements in force; it is the same in whatever order they come."""
    return hashlib.sha256(json.dumps(sorted(held), separators=(",", ":")).encode()).hexdigest()


def held_in(problem: Problem) -> list[Held]:
    """Return the placements that were in force when a problem was gathered."""
    first = problem.term.first_week
    weeks = {line.start: str(first.plus(line.start)) for line in problem.current}
    return [(line.request, line.unit, weeks[line.start], line.supervisor) for line in problem.current]


def lines_held(problem: Problem) -> list[Line]:
    """Return the placements that were in force when a problem was gathered, as the check of plans reads them."""
    return [Line(line.request, line.unit, line.start, line.supervisor) for line in problem.current]


def keep_leaving(problem: Problem, broken: Mapping[str, Sequence[Broken]]) -> dict[str, Any]:
    """Return as JSON which rules the placements break that a plan of a problem ends or changes, by request."""
    told = [
        {"request": request, "rule": each.rule, "sv": each.why.sv, "en": each.why.en}
        for request, rules in broken.items()
        for each in rules
    ]
    return {"in_force": digest_of(held_in(problem)), "broken": told}


def kept_leaving(kept: Mapping[str, Any] | None, held: Iterable[Held]) -> dict[str, list[Broken]] | None:
    """Return what was kept, by request; None if nothing was, or if other placements are in force than then."""
    if kept is None or kept["in_force"] != digest_of(held):
        return None
    found: dict[str, list[Broken]] = defaultdict(list)
    for each in kept["broken"]:
        found[each["request"]].append(Broken(each["rule"], name_rule(each["rule"]), Words(each["sv"], each["en"])))
    return dict(found)
