"""Facts: the contents of the reference files; SOURCES.md gives the source and certainty of each."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class MunicipalityFact:
    """A municipality: its SCB code, its population, its seat, and how far from the seat people live."""

    code: str
    name: str
    in_county: bool
    population: int
    land_area_km2: float
    lat: float
    lon: float
    centroid_lat: float
    centroid_lon: float


@dataclass(frozen=True, slots=True)
class InstitutionFact:
    """A lärosäte under its present name."""

    code: str
    name_sv: str
    name_en: str
    in_county: bool
    municipality_code: str


@dataclass(frozen=True, slots=True)
class ProgrammeFact:
    """A programme and how many it admits each term."""

    id: str
    institution: str
    name: str
    profession: str
    code: str
    intake_per_term: int
    decentralised: bool


@dataclass(frozen=True, slots=True)
class CourseFact:
    """A course whose placement weeks are known."""

    programme: str
    code: str
    name: str
    term: int
    weeks: int


@dataclass(frozen=True, slots=True)
class CarePlaceFact:
    """A real hospital, clinic or health centre: who owns and runs it, where it is, and its departments."""

    id: str
    name: str
    owner: str
    operator: str
    kind: str
    municipality_code: str
    lat: float
    lon: float
    departments: tuple[str, ...]
    beds: int | None
    university_hospital: bool


@cache
def municipalities() -> tuple[MunicipalityFact, ...]:
    """Return the county's 26 municipalities and the nine where decentralised programmes have their sites."""
    return tuple(
        MunicipalityFact(
            code=line["code"],
            name=line["name"],
            in_county=line["in_county"] == "yes",
            population=int(line["population"]),
            land_area_km2=float(line["land_area_km2"] or 0),
            lat=float(line["lat"]),
            lon=float(line["lon"]),
            centroid_lat=float(line["centroid_lat"]),
            centroid_lon=float(line["centroid_lon"]),
        )
        for line in _lines("municipalities.csv")
    )


@cache
def institutions() -> tuple[InstitutionFact, ...]:
    """Return the four lärosäten of the county and the two with decentralised medical programmes."""
    return tuple(
        InstitutionFact(
            code=line["code"],
            name_sv=line["name_sv"],
            name_en=line["name_en"],
            in_county=line["in_county"] == "yes",
            municipality_code=line["municipality_code"],
        )
        for line in _lines("institutions.csv")
    )


@cache
def programmes() -> tuple[ProgrammeFact, ...]:
    """Return the programmes with placements in care."""
    return tuple(
        ProgrammeFact(
            id=line["id"],
            institution=line["institution"],
            name=line["name"],
            profession=line["profession"],
            code=line["code"] or line["id"],
            intake_per_term=int(line["intake_per_term"]),
            decentralised=line["decentralised"] == "yes",
        )
        for line in _lines("programmes.csv")
    )


@cache
def courses() -> tuple[CourseFact, ...]:
    """Return the courses whose placement weeks are known."""
    return tuple(
        CourseFact(line["programme"], line["code"], line["name"], int(line["term"]), int(line["placement_weeks"]))
        for line in _lines("courses.csv")
    )


@cache
def care_places() -> tuple[CarePlaceFact, ...]:
    """Return the hospitals, clinics and health centres that units are found in."""
    return tuple(
        CarePlaceFact(
            id=line["id"],
            name=line["name"],
            owner=line["owner"],
            operator=line["operator"],
            kind=line["kind"],
            municipality_code=line["municipality_code"],
            lat=float(line["lat"]),
            lon=float(line["lon"]),
            departments=tuple(filter(None, line["departments"].split("|"))),
            beds=int(line["beds"]) if line["beds"] else None,
            university_hospital=line["university_hospital"] == "yes",
        )
        for line in _lines("care_places.csv")
    )


def _lines(file: str) -> list[dict[str, str]]:
    """Read a file of the package as one dictionary for each line."""
    text = files("placement.reference").joinpath(file).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
