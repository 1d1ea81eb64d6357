"""Geography: where people live and care is given, as points drawn around the municipalities' seats."""

from __future__ import annotations

import math
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from placement.reference.facts import MunicipalityFact

KM_PER_DEGREE = 111.2
TOWN_KM = 2.5
IN_TOWN = 0.7
DENSE_PER_KM2 = 1500
NEARBY_KM = 3.0


def point_in(municipality: MunicipalityFact, throws: Random) -> tuple[float, float]:
    """Draw a point where someone may live: anywhere in a dense municipality, otherwise mostly near its seat."""
    radius = math.sqrt(municipality.land_area_km2 / math.pi) if municipality.land_area_km2 else NEARBY_KM
    if municipality.population > DENSE_PER_KM2 * municipality.land_area_km2 > 0:
        distance = 0.85 * radius * math.sqrt(throws.random())
        return _at(municipality.lat, municipality.lon, distance, throws)
    if throws.random() < IN_TOWN or not municipality.land_area_km2:
        return _at(municipality.lat, municipality.lon, abs(throws.gauss(0, min(TOWN_KM, radius / 2))), throws)
    way = throws.random()
    lat = municipality.lat + way * (municipality.centroid_lat - municipality.lat)
    lon = municipality.lon + way * (municipality.centroid_lon - municipality.lon)
    return _at(lat, lon, min(abs(throws.gauss(0, radius / 4)), radius / 2), throws)


def share_by_population(municipalities: Sequence[MunicipalityFact], count: int) -> dict[str, int]:
    """Divide a number of units among the municipalities by population."""
    total = sum(municipality.population for municipality in municipalities)
    bounds = [round(count * below / total) for below in accumulate(m.population for m in municipalities)]
    return {
        municipality.code: upper - lower
        for municipality, lower, upper in zip(municipalities, [0, *bounds], bounds, strict=False)
    }


def _at(lat: float, lon: float, km: float, throws: Random) -> tuple[float, float]:
    """Return the point at a distance in a random direction, rounded to about ten metres."""
    angle = throws.uniform(0, 2 * math.pi)
    north = km * math.cos(angle) / KM_PER_DEGREE
    east = km * math.sin(angle) / (KM_PER_DEGREE * math.cos(math.radians(lat)))
    return round(lat + north, 4), round(lon + east, 4)
