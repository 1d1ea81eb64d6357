"""Boundaries: in which municipality a point lies, as far as the municipalities' boundaries are known.

The boundaries are simplified, and many islands are missing, even some with a town. So a point in none of them counts as
in the nearest one if it lies at most a kilometre outside it, or at most two kilometres from a municipality's seat.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import cos, radians

import numpy as np
import shapely

from placement.reference.facts import municipalities

_KM = 1 / 111.2
"""A kilometre in degrees of latitude."""
_BESIDE = 1 * _KM
_TOWN = 2 * _KM


@dataclass(frozen=True, slots=True)
class Area:
    """A municipality's area, on a plane where a degree of longitude is as long as one of latitude."""

    code: str
    shape: shapely.Geometry


@dataclass(frozen=True, slots=True)
class _Map:
    """The areas by their codes in rising order; ``near`` is where a point counts as in the nearest area."""

    codes: tuple[str, ...]
    areas: shapely.STRtree
    near: shapely.Geometry
    narrower: float


def municipalities_at(points: Sequence[tuple[float, float]]) -> list[str | None]:
    """Return the code of the municipality that each point (latitude, longitude) lies in; None outside all of them.

    A point on the boundary of two lies in the one with the lower code.
    """
    found: list[str | None] = [None] * len(points)
    if not points:
        return found
    drawn = _map()
    lat, lon = np.array(points, dtype=float).T
    spots = shapely.points(lon * drawn.narrower, lat)
    beside = np.flatnonzero(shapely.intersects(drawn.near, spots))
    nearest = drawn.areas.query_nearest(spots[beside])
    for place, area in sorted(zip(nearest[0].tolist(), nearest[1].tolist(), strict=True), reverse=True):
        found[int(beside[place])] = drawn.codes[area]
    return found


@cache
def known_municipalities() -> frozenset[str]:
    """Return the codes of the municipalities whose boundaries are known."""
    return frozenset(_map().codes)


def areas_on_a_plane() -> tuple[Area, ...]:
    """Return the known municipalities' areas, by their codes in rising order."""
    return tuple(Area(code, shape) for code, shape in zip(_map().codes, _map().areas.geometries, strict=True))


@cache
def _map() -> _Map:
    text = files("placement.reference").joinpath("boundaries.geojson").read_text(encoding="utf-8")
    features = sorted(json.loads(text)["features"], key=lambda each: str(each["properties"]["code"]))
    areas = [shapely.from_geojson(json.dumps(each["geometry"])) for each in features]
    whole = shapely.union_all(areas)
    narrower = cos(radians(whole.centroid.y))
    areas = [shapely.transform(area, lambda at: at * [narrower, 1.0]) for area in areas]
    land = shapely.union_all(areas)
    codes = tuple(str(each["properties"]["code"]) for each in features)
    seats = [shapely.Point(each.lon * narrower, each.lat) for each in municipalities() if each.code in codes]
    near = shapely.union_all([land.buffer(_BESIDE), *(seat.buffer(_TOWN) for seat in seats)])
    shapely.prepare(near)
    return _Map(codes, shapely.STRtree(areas), near, narrower)
