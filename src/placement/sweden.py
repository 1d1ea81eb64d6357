"""Sweden: whether a point lies in it, so that a mistyped or exchanged coordinate is noticed.

The outline is coarse, and lies outside the border so that no place in Sweden is refused: 2 km outside in Öresund, some
5 to 15 km along the borders with Norway and Finland, and at most 18 km, by Övertorneå. A town as near as that on the
other side, such as Halden or Tornio, counts as Sweden.
"""

from __future__ import annotations

from itertools import pairwise

_OUTLINE = (
    (55.30, 12.72),  # Smygehuk and Falsterbo, then north through Öresund
    (55.80, 12.72),
    (55.88, 12.63),
    (56.02, 12.63),
    (56.12, 12.48),
    (56.32, 12.35),
    (56.80, 12.10),
    (57.30, 11.75),
    (57.55, 11.40),
    (58.00, 11.25),
    (58.50, 10.90),
    (59.00, 10.85),
    (59.15, 11.25),  # Svinesund, then north along the border with Norway
    (59.30, 11.62),
    (59.60, 11.55),
    (59.85, 11.75),
    (60.00, 12.00),
    (60.30, 12.35),
    (60.70, 12.30),
    (61.00, 12.10),
    (61.30, 12.40),
    (61.70, 12.02),
    (62.20, 11.90),
    (62.60, 11.90),
    (63.00, 11.82),
    (63.35, 11.82),
    (63.65, 11.95),
    (63.95, 12.40),
    (64.10, 12.85),
    (64.50, 13.55),
    (65.00, 13.90),
    (65.40, 14.20),
    (66.15, 14.40),
    (66.50, 15.15),
    (66.90, 15.90),
    (67.35, 15.90),
    (67.60, 15.95),
    (67.95, 16.40),
    (68.10, 16.95),
    (68.30, 17.75),
    (68.60, 18.00),
    (68.65, 19.60),
    (69.10, 20.20),
    (69.15, 20.65),  # Treriksröset, then south along the border with Finland
    (68.80, 21.70),
    (68.55, 22.70),
    (68.15, 23.60),
    (67.90, 23.85),
    (67.20, 24.05),
    (66.80, 24.15),
    (66.30, 24.05),
    (65.90, 24.40),
    (65.55, 24.30),  # Haparanda skärgård, then south through the Gulf of Bothnia
    (65.20, 23.60),
    (64.50, 22.50),
    (63.90, 21.40),
    (63.55, 20.95),
    (63.00, 20.20),
    (62.00, 19.20),
    (60.60, 18.95),
    (60.30, 19.20),
    (60.00, 19.30),
    (59.50, 19.90),
    (58.60, 19.80),
    (57.90, 19.70),  # Fårö and Gotland
    (57.20, 19.20),
    (56.80, 18.50),
    (56.75, 17.80),
    (56.10, 16.80),  # the south of Öland
    (55.80, 15.90),
    (55.55, 14.70),
    (55.30, 14.40),
    (55.30, 12.72),
)
"""Points around the land and its archipelagos, latitude first, 2 to 18 km outside the border."""


def is_in_sweden(lat: float, lon: float) -> bool:
    """Return whether a point, in degrees (WGS 84), lies in Sweden or so near that the outline takes it in."""
    crossed = 0
    for (south, west), (north, east) in pairwise(_OUTLINE):
        if (south > lat) != (north > lat) and lon < west + (east - west) * (lat - south) / (north - south):
            crossed += 1
    return crossed % 2 == 1
