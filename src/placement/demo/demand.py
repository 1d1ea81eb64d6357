"""Demand: the students expected at each unit and agreement, if all were spread over suitable units by size."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from placement.reference.facts import site_code
from placement.tables import agreement_party

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from placement.demo.curriculum import StudyCourse
    from placement.demo.education import CohortGroup
    from placement.demo.units import Place

Loads = dict[str, NDArray[np.float64]]
"""Profession → (unit × week) → expected students."""
Need = tuple[str, str | None, tuple[str, ...], bool]
"""Profession, site, kinds, and whether university healthcare is required."""


class Demand:
    """The students whom the cohorts send out each week, and the units that suit them."""

    def __init__(self, places: Sequence[Place], groups: Iterable[CohortGroup], weeks: int) -> None:
        """Collect the demand; nothing is random here."""
        self.places = places
        self.groups = tuple(groups)
        self.weeks = weeks
        self._suitable: dict[Need, NDArray[np.float64]] = {}

    def suitable(self, group: CohortGroup, line: StudyCourse) -> NDArray[np.float64]:
        """Return a weight for each unit: its share of a course's students, 0 if it does not suit the course."""
        asked = (group.programme.profession, group.site, line.kinds, line.university_healthcare)
        if asked not in self._suitable:
            self._suitable[asked] = np.array([_suits(place, *asked) for place in self.places])
        return self._suitable[asked]

    def by_unit(self, *, answering: NDArray[np.bool_]) -> Loads:
        """Spread every course over the suitable units that have answered, evenly over its start weeks."""
        loads: Loads = defaultdict(lambda: np.zeros((len(self.places), self.weeks)))
        for group in self.groups:
            for line, _ in group.courses:
                weights = self.suitable(group, line)
                open_to = np.where(answering, weights, 0.0)
                chosen = open_to if open_to.any() else weights
                students = group.size * self._weekly(line)
                loads[group.programme.profession] += np.outer(chosen / chosen.sum(), students)
        return loads

    def by_agreement(self) -> dict[tuple[str, str], float]:
        """Return the student-weeks of each lärosäte (code) and provider (id) when every unit takes its share."""
        volumes: dict[tuple[str, str], float] = defaultdict(float)
        for group in self.groups:
            for line, _ in group.courses:
                weights = self.suitable(group, line)
                weights = weights / weights.sum() * group.size * line.weeks
                for number in map(int, np.flatnonzero(weights)):
                    provider = agreement_party(self.places[number].unit)
                    volumes[group.programme.institution, provider] += float(weights[number])
        return volumes

    def _weekly(self, line: StudyCourse) -> NDArray[np.float64]:
        """Return the share of a course's students who are on placement in each week."""
        share = np.zeros(self.weeks)
        for start in line.starts:
            share[start : start + line.weeks] += 1 / len(line.starts)
        return share


def _suits(place: Place, profession: str, site: str | None, kinds: tuple[str, ...], university: bool) -> float:  # noqa: FBT001 (asked for by position)
    """Return how many of the students with this demand a unit takes, relative to other units."""
    at = None if place.unit.site_id is None else site_code(place.unit.municipality_code)
    fits = at == site and (place.unit.university_healthcare or not university)
    return place.teaches(profession) if fits and not set(kinds).isdisjoint(place.unit.kinds) else 0.0
