"""Handing out: a run's documents as somebody else than a student's lärosäte may have them.

A home is given as another point of the same square, about five kilometres wide, so that the document stays a problem
that can be read, checked and solved again. The point is the one nearest to the middle of the square from which the
journeys of the plan, of the pins and of the plan in force take as many minutes as from the home. So the check gives the
plan's own figures, and the point depends on nothing but the square and those minutes: two students who share them get
the same point. Other journeys can be some minutes longer or shorter than they are.

Where no point of the square gives those minutes, which takes a term with very many minutes per kilometre, the middle
is given, and the figures of travel differ.

A student who is hidden from the reader has an alias, unique to the document, stands in the middle of the units, and has
nothing else of their own but what the plan is checked by. So the figures of travel differ there too. What names them
stands last in every list, since a place among sorted ids would tell which id it was.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from math import cos, floor, radians
from statistics import fmean
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from placement.store.protection import NOBODY_HIDDEN, Hidden
from placement_solver.documents import fingerprint
from placement_solver.journeys import RADIUS_KM, minutes_by
from placement_solver.problem import Travel

SQUARE = 0.045
"""The height of a square in degrees, which is five kilometres; its width is as many kilometres."""
_FINER = (51, 201, 801)
"""How many points a square is searched at along each side, an odd number: each hundred metres, then 25, then six."""
_DIGITS = 6
_POLE = 89.0
_SAYS_NOTHING: Mapping[str, Any] = {"zone": None, "max_travel": None, "blocked_units": []}

_POINTS = 20_000
"""How many points are remembered, by what they depend on: whoever reads a plan twice waits for its points once."""

Entry = Mapping[str, Any]
Square = tuple[float, float, float]
"""A square's southern and western edges and its width, in degrees."""


class Spot(NamedTuple):
    """A point with its zone in the travel matrix."""

    lat: float
    lon: float
    zone: str | None = None


@dataclass(frozen=True, slots=True)
class HandedOut:
    """A problem and its plan, both documents, without homes; the plan has the fingerprint of this problem.

    ``sha256`` is that fingerprint, or None where the problem is handed out as it is.
    """

    problem: str
    plan: str
    sha256: str | None = None


def hand_out(problem: str, plan: str, hidden: Hidden = NOBODY_HIDDEN, name: str = "") -> HandedOut:
    """Return a run's problem and plan without the students' homes, and without those ``hidden`` from their reader.

    ``name`` is what the aliases are made for: the run.
    """
    posed = json.loads(problem)
    if not posed.get("students"):
        return HandedOut(problem, plan)
    unseen = {at for at, student in enumerate(posed["students"]) if student["id"] in hidden.student_ids}
    if unseen:
        posed = json.loads(hidden.veil(problem, name))
    planned = json.loads(hidden.veil(plan, name))
    for student, journeys in _journeys(posed, planned).items():
        home = posed["students"][student]
        home.pop("home", None)  # of a square on a boundary it would tell which part
        if student in unseen:
            _say_nothing(posed, student)
        else:
            home["lat"], home["lon"] = point_for(_spot(home), journeys, _travel(posed))
    if unseen:
        aliases = {hidden.called(own_id, name) for own_id in hidden.owner}
        posed, planned = _named_last(posed, aliases), _named_last(planned, aliases)
    sha256 = planned["problem_sha256"] = fingerprint(posed)
    return HandedOut(json.dumps(posed, ensure_ascii=False), json.dumps(planned, ensure_ascii=False), sha256)


def _named_last(document: Any, aliases: Container[str]) -> Any:  # noqa: ANN401 (any JSON)
    """Return a document with each list's entries that are hidden students' last, in the order of their aliases."""
    if isinstance(document, dict):
        return {name: _named_last(value, aliases) for name, value in document.items()}
    if not isinstance(document, list):
        return document
    return sorted((_named_last(each, aliases) for each in document), key=lambda each: _alias_in(each, aliases))


def _alias_in(entry: Any, aliases: Container[str]) -> str:  # noqa: ANN401 (any JSON)
    """Return the alias by which an entry of a list is a hidden student's; nothing if it is not."""
    own = entry.values() if isinstance(entry, dict) else [entry]
    return next((value for value in own if isinstance(value, str) and value in aliases), "")


def _say_nothing(posed: Entry, at: int) -> None:
    """Put a hidden student in the middle of the units, without what is their own: wishes, blocked units, burden."""
    student = posed["students"][at]
    middle = {name: round(fmean(unit[name] for unit in posed["units"]), _DIGITS) for name in ("lat", "lon")}
    student.update({**middle, **_SAYS_NOTHING})
    student.pop("burden", None)
    for request in posed["requests"]:
        if request["student"] == student["id"]:
            request["preferences"] = []


def point_for(home: Spot, units: Sequence[Spot], travel: Travel) -> tuple[float, float]:
    """Return the point that is given in place of a home, from which journeys to some units take as long."""
    unknown = [unit for unit in units if not _is_known(travel, home, unit)]  # the point does not matter to the others
    return _point(
        _square(home), tuple((unit, minutes_by(travel, home, unit)) for unit in unknown), replace(travel, matrix=None)
    )


def middle_of(home: Spot) -> tuple[float, float]:
    """Return the middle of the square that a home is in."""
    return _middle(_square(home))


@lru_cache(maxsize=_POINTS)
def _point(square: Square, wanted: tuple[tuple[Spot, int], ...], travel: Travel) -> tuple[float, float]:
    """Return the point of a square from which journeys take so many minutes, the nearest to its middle."""

    def fits(lat: float, lon: float) -> bool:
        return all(minutes_by(travel, Spot(lat, lon), unit) == minutes for unit, minutes in wanted)

    points = (point for steps in _FINER for point in _candidates(square, steps, wanted, travel))
    return next((point for point in points if fits(*point)), _middle(square))


def _square(home: Spot) -> Square:
    """Return the square that a home is in; nobody lives at the poles."""
    south = floor(min(max(home.lat, -_POLE), _POLE) / SQUARE) * SQUARE
    width = SQUARE / cos(radians(south + SQUARE / 2))
    return south, floor(home.lon / width) * width, width


def _middle(square: Square) -> tuple[float, float]:
    south, west, width = square
    return round(south + SQUARE / 2, _DIGITS), round(west + width / 2, _DIGITS)


def _candidates(
    square: Square, steps: int, wanted: Sequence[tuple[Spot, int]], travel: Travel
) -> Iterator[tuple[float, float]]:
    """Yield the points of a grid over a square that seem to give the minutes, the nearest to its middle first."""
    south, west, width = square
    up, right = _grid(steps)
    lat, lon = np.round(south + up * SQUARE, _DIGITS), np.round(west + right * width, _DIGITS)
    fits = np.ones(len(lat), dtype=bool)
    for unit, minutes in wanted:
        fits &= _minutes(lat, lon, unit, travel) == minutes
    for place in np.flatnonzero(fits):
        yield float(lat[place]), float(lon[place])


@cache
def _grid(steps: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the points of a grid over a square, as shares of its height and width, the nearest to its middle first."""
    share = (np.arange(steps) + 0.5) / steps
    up, right = (each.reshape(-1) for each in np.meshgrid(share, share, indexing="ij"))
    order = np.argsort((up - 0.5) ** 2 + (right - 0.5) ** 2, kind="stable")
    return up[order], right[order]


def _minutes(lat: NDArray[np.float64], lon: NDArray[np.float64], unit: Spot, travel: Travel) -> NDArray[np.float64]:
    """Return the minutes from some points to a unit by the great circle, nearly as `minutes_by` computes them."""
    south, east = np.radians(lat), radians(unit.lon) - np.radians(lon)
    half = np.sin((radians(unit.lat) - south) / 2) ** 2 + cos(radians(unit.lat)) * np.cos(south) * np.sin(east / 2) ** 2
    km: NDArray[np.float64] = 2 * RADIUS_KM * np.arcsin(np.sqrt(np.minimum(half, 1.0)))
    minutes: NDArray[np.float64] = np.floor(travel.base_minutes + travel.minutes_per_km * km + 0.5)
    return minutes


def _is_known(travel: Travel, home: Spot, unit: Spot) -> bool:
    """Tell whether the matrix has the journey, whatever the points."""
    matrix = travel.matrix or {}
    return home.zone is not None and unit.zone is not None and unit.zone in matrix.get(home.zone, {})


def _journeys(posed: Entry, planned: Entry) -> dict[int, list[Spot]]:
    """Return for each student, by place in the problem, the units of the plan, the pins and the plan in force."""
    units = {unit["id"]: _spot(unit) for unit in posed["units"]}
    asked = {request["id"]: request["student"] for request in posed["requests"]}
    at: defaultdict[str, set[str]] = defaultdict(set)
    for line in (*planned["placements"], *posed["pins"], *posed["current"]):
        at[asked[line["request"]]].add(line["unit"])
    return {
        place: [units[unit] for unit in sorted(at[student["id"]])] for place, student in enumerate(posed["students"])
    }


def _spot(entry: Entry) -> Spot:
    return Spot(entry["lat"], entry["lon"], entry.get("zone"))


def _travel(posed: Entry) -> Travel:
    return Travel(**posed["travel"])
