"""Points: where a unit, a municipality or a student is; in Sweden or close to its border, with the latitude first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from placement.errors import Fault, InvalidError
from placement.sweden import is_in_sweden
from placement.tables import Municipality, Student, Unit
from placement_solver.words import Words

_OUTSIDE = Words(
    "punkten ligger utanför Sverige: lat ska vara mellan 55 och 70, och lon mellan 10 och 25",
    "the point lies outside Sweden: lat should be between 55 and 70, and lon between 10 and 25",
)
_EXCHANGED = Words(
    "latitud och longitud ser ut att ha bytt plats: byt plats på lat och lon",
    "latitude and longitude look exchanged: exchange lat and lon",
)


def check_point(row: Municipality | Student | Unit) -> None:
    """Refuse a row whose point lies outside Sweden."""
    _refuse_outside(row.lat, row.lon)


def check_move(row: Municipality | Student | Unit, changes: Mapping[str, Any]) -> None:
    """Refuse changes that move a row to a point outside Sweden; a point that stays is not judged again."""
    if not changes.keys().isdisjoint({"lat", "lon"}):
        _refuse_outside(changes.get("lat", row.lat), changes.get("lon", row.lon))


def _refuse_outside(lat: float, lon: float) -> None:
    """Refuse a point outside Sweden, and say so where latitude and longitude look exchanged."""
    if not is_in_sweden(lat, lon):
        words = _EXCHANGED if is_in_sweden(lon, lat) else _OUTSIDE
        raise InvalidError(*(Fault(pointer, words.en, words.sv) for pointer in ("/lat", "/lon")))
