"""A point lies in the municipality whose boundary is around it, and each municipality's seat lies in its own."""

from __future__ import annotations

import json
import random
from importlib.resources import files

from matplotlib.path import Path as Outline

from placement.reference.boundaries import known_municipalities, municipalities_at
from placement.reference.facts import municipalities
from tests.effort import SEED, has_long_form, tries

AREAS = json.loads(files("placement.reference").joinpath("boundaries.geojson").read_text(encoding="utf-8"))["features"]


def test_the_seat_of_each_municipality_lies_in_it() -> None:
    seats = [each for each in municipalities() if each.in_county]
    assert {each.code for each in seats} == known_municipalities()
    assert municipalities_at([(each.lat, each.lon) for each in seats]) == [each.code for each in seats]


def test_a_town_outside_the_county_lies_in_none() -> None:
    towns = {"Umeå": (63.825, 20.263), "Linköping": (58.41, 15.62), "Uppsala": (59.86, 17.64), "Trosa": (58.896, 17.55)}
    assert municipalities_at([*towns.values(), (59.567, 17.53)]) == [None] * 5  # the last one is Bålsta
    assert municipalities_at([]) == []


@has_long_form("2,000 points", "200,000 points")
def test_a_second_way_of_counting_finds_the_same_municipalities() -> None:
    drawn = random.Random(SEED)
    points = [(drawn.uniform(58.6, 60.4), drawn.uniform(17.1, 19.6)) for _ in range(tries(2_000, 200_000))]
    lonlat = [(lon, lat) for lat, lon in points]
    counted: list[str | None] = [None] * len(points)
    for area in AREAS:
        for outer, *holes in area["geometry"]["coordinates"]:
            inside = Outline(outer).contains_points(lonlat)
            for hole in holes:
                inside &= ~Outline(hole).contains_points(lonlat)
            for at in inside.nonzero()[0].tolist():
                counted[at] = str(area["properties"]["code"])
    found = municipalities_at(points)
    assert [code for code, within in zip(found, counted, strict=True) if within] == [code for code in counted if code]
    assert sum(code is not None for code in counted) > len(points) / 20
