"""Maps: the municipalities as paths of an SVG, each in the class of its figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import shapely

from placement.reference.boundaries import Area, areas_on_a_plane

WIDTH = 600.0
_MARGIN = 6.0
_SMALL = 900.0
"""An area smaller than this on the drawing has its figure in the enlarged part."""
CLASSES = 6


@dataclass(frozen=True, slots=True)
class Drawn:
    """An area on the drawing: its outline as a path, and where its figure stands."""

    code: str
    path: str
    x: float
    y: float
    small: bool


@dataclass(frozen=True, slots=True)
class Drawing:
    """The areas, the height of the drawing, and the part of it with the small ones: x, y, width and height."""

    areas: tuple[Drawn, ...]
    width: float
    height: float
    inner: tuple[float, float, float, float]


@cache
def drawing() -> Drawing:
    """Return the known municipalities as they are drawn."""
    known = areas_on_a_plane()
    west, south, east, north = shapely.union_all([each.shape for each in known]).bounds
    scale = (WIDTH - 2 * _MARGIN) / (east - west)
    drawn = tuple(_draw(each, west, north, scale) for each in known)
    small = [each for each in drawn if each.small]
    left, top = min(each.x for each in small) - 18, min(each.y for each in small) - 14
    right, low = max(each.x for each in small) + 18, max(each.y for each in small) + 14
    return Drawing(drawn, WIDTH, (north - south) * scale + 2 * _MARGIN, (left, top, right - left, low - top))


def classes_of(figures: Mapping[str, float | None]) -> tuple[dict[str, int], tuple[float, ...]]:
    """Return the class of each figure, from 0 to 5, and the upper bound of each class but the last.

    Nothing is class 0; the others are spread as evenly as their figures allow. What is not known has no class.
    """
    values = sorted(value for value in figures.values() if value)
    if not values:
        return {code: 0 for code, value in figures.items() if value is not None}, ()
    steps = CLASSES - 1
    bounds = sorted({values[min(len(values) - 1, len(values) * step // steps)] for step in range(1, steps)})
    found = {
        code: 0 if not value else 1 + sum(value > bound for bound in bounds)
        for code, value in figures.items()
        if value is not None
    }
    return found, (0.0, *bounds)


def _draw(area: Area, west: float, north: float, scale: float) -> Drawn:
    def at(point: Sequence[float]) -> str:
        return f"{_MARGIN + (point[0] - west) * scale:.1f} {_MARGIN + (north - point[1]) * scale:.1f}"

    rings = [ring for part in shapely.get_parts(area.shape) for ring in (part.exterior, *part.interiors)]
    path = "".join("M" + "L".join(at(point) for point in ring.coords[:-1]) + "Z" for ring in rings)
    largest = max(shapely.get_parts(area.shape), key=shapely.area)
    inside = shapely.point_on_surface(largest)
    x, y = _MARGIN + (inside.x - west) * scale, _MARGIN + (north - inside.y) * scale
    return Drawn(area.code, path, round(x, 1), round(y, 1), bool(shapely.area(area.shape) * scale**2 < _SMALL))
