"""Facts: the contents of the reference files; SOURCES.md gives the source and certainty of each."""

from __future__ import annotations

import csv
import datetime as dt
import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any


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
    source: str


@dataclass(frozen=True, slots=True)
class InstitutionFact:
    """A lärosäte under its present name."""

    code: str
    name_sv: str
    name_en: str
    in_county: bool
    municipality_code: str | None
    source: str


@dataclass(frozen=True, slots=True)
class SiteFact:
    """A studieort of a decentralised programme: its municipality, and others whose care belongs to it."""

    institution: str
    name: str
    municipality_code: str
    neighbours: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True)
class ProviderFact:
    """A provider of care: a region, a municipality, or a private one that a region funds, by name."""

    name_sv: str
    name_en: str
    kind: str
    municipality_code: str | None
    funded_by: str | None
    in_county: bool
    looked_up: bool
    source: str


@dataclass(frozen=True, slots=True)
class ProgrammeFact:
    """A programme and how many it admits each term, where that is known; without a published code it has our id."""

    id: str
    institution: str
    name: str
    profession: str
    code: str
    intake_per_term: int | None
    decentralised: bool
    source: str


@dataclass(frozen=True, slots=True)
class CourseFact:
    """A course whose placement weeks are known, and the kinds of units that its setting is read as."""

    programme: str
    code: str
    name: str
    term: int
    weeks: int
    kinds: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True)
class SurveyFact:
    """A survey that comes with the service: its names, who is asked, and its questions in order."""

    name_sv: str
    name_en: str
    audience: str
    questions: tuple[dict[str, Any], ...]
    source: str


@dataclass(frozen=True, slots=True)
class CarePlaceFact:
    """A hospital, clinic or health centre: the region responsible, who runs it if another does, and its care.

    One that is not ``looked_up`` stands for others of its kind.
    """

    id: str
    name: str
    region: str
    run_by: str | None
    looked_up: bool
    kind: str
    kinds: tuple[str, ...]
    municipality_code: str
    lat: float
    lon: float
    departments: tuple[str, ...]
    beds: int | None
    university_hospital: bool
    source: str


@dataclass(frozen=True, slots=True)
class EducationLevelFact:
    """An education level of university healthcare: its subject, where that is published, and since when it is followed.

    ``kind`` is ``minimum`` for one of the National Board's eight levels, ``regional`` for what Karolinska Institutet
    and the region ask for besides. ``wording`` is ``subject`` if the regional strategy names the subject as one of the
    eight, ``criterion`` if a university lists it as one of the national criteria without saying which of the eight it
    is, and ``own`` for a regional addition. None of the texts are the Board's own words, which are not published.
    """

    key: str
    kind: str
    name_sv: str
    name_en: str
    wording: str
    publisher: str
    year: int
    valid_from: dt.date
    source: str


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
            source=line["source"],
        )
        for line in _lines("municipalities.csv")
    )


@cache
def institutions() -> tuple[InstitutionFact, ...]:
    """Return the lärosäten of the county, and those outside it that have students placed in the same care."""
    return tuple(
        InstitutionFact(
            code=line["code"],
            name_sv=line["name_sv"],
            name_en=line["name_en"],
            in_county=line["in_county"] == "yes",
            municipality_code=line["municipality_code"] or None,
            source=line["source"],
        )
        for line in _lines("institutions.csv")
    )


@cache
def sites() -> tuple[SiteFact, ...]:
    """Return the studieorter of the decentralised medical programmes."""
    return tuple(
        SiteFact(
            institution=line["institution"],
            name=line["name"],
            municipality_code=line["municipality_code"],
            neighbours=_several(line["neighbours"]),
            source=line["source"],
        )
        for line in _lines("sites.csv")
    )


def site_code(municipality_code: str) -> str:
    """Return the municipality of the studieort that a municipality's care belongs to, or the municipality itself."""
    return next((site.municipality_code for site in sites() if municipality_code in site.neighbours), municipality_code)


@cache
def providers() -> tuple[ProviderFact, ...]:
    """Return the regions, the county's municipalities, and those who run care on a region's behalf."""
    return tuple(
        ProviderFact(
            name_sv=line["name_sv"],
            name_en=line["name_en"],
            kind=line["kind"],
            municipality_code=line["municipality_code"] or None,
            funded_by=line["funded_by"] or None,
            in_county=line["in_county"] == "yes",
            looked_up=line["looked_up"] == "yes",
            source=line["source"],
        )
        for line in _lines("providers.csv")
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
            intake_per_term=int(line["intake_per_term"]) if line["intake_per_term"] else None,
            decentralised=line["decentralised"] == "yes",
            source=line["source"],
        )
        for line in _lines("programmes.csv")
    )


@cache
def courses() -> tuple[CourseFact, ...]:
    """Return the courses whose placement weeks are known."""
    return tuple(
        CourseFact(
            programme=line["programme"],
            code=line["code"],
            name=line["name"],
            term=int(line["term"]),
            weeks=int(line["placement_weeks"]),
            kinds=_several(line["kinds"]),
            source=line["source"],
        )
        for line in _lines("courses.csv")
    )


@cache
def care_places() -> tuple[CarePlaceFact, ...]:
    """Return the hospitals, clinics and health centres that units are found in."""
    return tuple(
        CarePlaceFact(
            id=line["id"],
            name=line["name"],
            region=line["region"],
            run_by=line["run_by"] or None,
            looked_up=line["looked_up"] == "yes",
            kind=line["kind"],
            kinds=_several(line["kinds"]),
            municipality_code=line["municipality_code"],
            lat=float(line["lat"]),
            lon=float(line["lon"]),
            departments=_several(line["departments"]),
            beds=int(line["beds"]) if line["beds"] else None,
            university_hospital=line["university_hospital"] == "yes",
            source=line["source"],
        )
        for line in _lines("care_places.csv")
    )


@cache
def surveys() -> tuple[SurveyFact, ...]:
    """Return the surveys that come with the service."""
    told = json.loads(files("placement.reference").joinpath("surveys.json").read_text(encoding="utf-8"))
    return tuple(SurveyFact(**{**survey, "questions": tuple(survey["questions"])}) for survey in told)


@cache
def education_levels() -> tuple[EducationLevelFact, ...]:
    """Return the education levels, the eight minimum levels first."""
    return tuple(
        EducationLevelFact(
            key=line["key"],
            kind=line["kind"],
            name_sv=line["name_sv"],
            name_en=line["name_en"],
            wording=line["wording"],
            publisher=line["publisher"],
            year=int(line["year"]),
            valid_from=dt.date.fromisoformat(line["valid_from"]),
            source=line["source"],
        )
        for line in _lines("education_levels.csv")
    )


def _several(cell: str) -> tuple[str, ...]:
    """Return the words of a cell that holds several."""
    return tuple(filter(None, cell.split("|")))


def _lines(file: str) -> list[dict[str, str]]:
    """Read a file of the package as one dictionary for each line."""
    text = files("placement.reference").joinpath(file).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
