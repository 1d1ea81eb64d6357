"""Supposing: a remedy as the question "what if", in the parts that a run's scenario has."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from placement_solver.problem import by_week

if TYPE_CHECKING:
    from placement_solver.explanation.relaxations import Change
    from placement_solver.explanation.remedies import Remedy
    from placement_solver.problem import Problem

_PLACES = re.compile(r"/capacities/(\d+)/places")
_CEILING = re.compile(r"/agreements/(\d+)/max_student_weeks")


def suppose(problem: Problem, remedy: Remedy) -> dict[str, Any] | None:
    """Return a scenario that makes a remedy's changes; None if a scenario has no words for one of them, or none is."""
    offers: list[dict[str, Any]] = []
    agreements: list[dict[str, Any]] = []
    for change in remedy.changes:
        if found := _PLACES.fullmatch(change.pointer):
            offers += _more_places(problem, int(found[1]), change)
        elif found := _CEILING.fullmatch(change.pointer):
            agreement = problem.agreements[int(found[1])]
            agreements.append({"agreement_id": agreement.id, "max_student_weeks": change.new})
        else:
            return None
    return {"offers": offers, "agreements": agreements} if offers or agreements else None


def _more_places(problem: Problem, number: int, change: Change) -> Iterator[dict[str, Any]]:
    """Yield how many more places an offer has, for each row of weeks with as many more."""
    capacity, first = problem.capacities[number], problem.term.first_week
    before: Sequence[int] = by_week(capacity.places, problem.term.weeks)
    more = [new - old for new, old in zip(change.new, before, strict=True)]
    for places, weeks in groupby(range(len(more)), key=more.__getitem__):
        if places:
            row = list(weeks)
            yield {
                "offer_id": capacity.id,
                "first_week": str(first.plus(row[0])),
                "last_week": str(first.plus(row[-1])),
                "places": places,
            }
