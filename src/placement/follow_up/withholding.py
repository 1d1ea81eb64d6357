"""Withholding: of which groups a figure about where students live may be told (decision 0030).

A group is large enough if at least five students are in it, and if nobody can subtract their way to fewer: not with the
county's figure, not as a lärosäte that knows where its own students live, and not with the figures of the year's terms.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from placement.follow_up.facts import Case, Facts

LEAST = 5
"""The fewest students that a figure about where they live is told of."""


def is_large(part: Facts, whole: Facts) -> bool:
    """Return whether a part of the county is large enough, in itself and in what it leaves of the whole."""
    inside = {case.request_id for case in part.cases}
    outside = [case for case in _placed(whole) if case.request_id not in inside]
    return bool(_placed(part)) and _tells_of_nobody(_placed(part)) and _tells_of_nobody(outside)


def is_large_beside(whole: Facts, parts: Iterable[Facts]) -> bool:
    """Return whether the whole county may be told of beside some parts of it that are told of too."""
    told = {case.request_id for part in parts for case in part.cases}
    rest = [case for case in _placed(whole) if case.request_id not in told]
    return is_large(whole, whole) and _tells_of_nobody(rest)


def is_large_in_each(parts: Sequence[tuple[Facts, Facts]]) -> bool:
    """Return whether a group is large enough, or empty, in each term of a year; each pair is the part and the whole."""
    return all(is_large(part, whole) or not _placed(part) for part, whole in parts)


def large_ones(parts: Mapping[str, Facts], whole: Facts) -> list[Facts]:
    """Return those of some parts, which do not overlap, that are large enough."""
    return [part for part in parts.values() if is_large(part, whole)]


def _placed(facts: Facts) -> list[Case]:
    """Return the requests that have a placement, whose journeys are counted."""
    return [case for case in facts.cases if case.stay is not None]


def _tells_of_nobody(cases: Iterable[Case]) -> bool:
    """Return whether there are no students or many, also for a lärosäte that takes its own away."""
    institution_of = {case.student_id: case.institution_id for case in cases}
    students = len(institution_of)
    unknown = (students - own for own in Counter(institution_of.values()).values())
    return all(number == 0 or number >= LEAST for number in (students, *unknown))
