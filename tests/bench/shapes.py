"""Problems of every shape: what a county is like is drawn from a seed, and then a problem that is like that.

Nothing here is the demo's: neither its data nor its way of drawing. A *shape* says how many kinds, professions and
units there are, how long placements are, how scarce places, supervisors and agreements are, and where people live.
`draw_shape` draws one over the whole space; `FIXED` are 24 of them that are always measured.
"""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass, replace
from random import Random
from typing import TYPE_CHECKING, Any

from placement_solver.documents import read_problem

if TYPE_CHECKING:
    from placement_solver.problem import Problem

PLACES = ("town", "archipelago", "centres", "river")
KM_A_DEGREE = 111.2
CREDITS = (1.5, 7.5, 15.0)
WEIGHTS = {
    "unplaced": 1_000,
    "travel": 1,
    "long_travel": 2,
    "preference": 5,
    "agreement_floor": 20,
    "change": 50,
}


@dataclass(frozen=True)
class Shape:
    """What a problem is like; shares are from 0 to 1, and pairs are the least and the most that is drawn evenly."""

    requests: int
    professions: int = 8
    institutions: int = 4
    providers: int = 20
    kinds: int = 6
    kinds_asked: int = 2
    """At most this many kinds would do for a request."""
    places_each: tuple[int, int] = (1, 6)
    """Places of an offer."""
    term: int = 20
    weeks: tuple[int, int] = (2, 10)
    starts: tuple[int, int] = (2, 5)
    supply: float = 1.1
    """Places offered of those that are needed, if every place had as many placements of a course as can follow on."""
    unevenness: float = 0.25
    """How much a kind's supply differs: the deviation of the logarithm."""
    dips: float = 0.3
    """The share of offers with one to three weeks of fewer places."""
    supervised: float = 0.7
    load: tuple[int, int] = (1, 3)
    supervisors: float = 1.3
    """Students whom a unit's supervisors can take, of the places that it offers."""
    untrained: float = 0.15
    off_duty: float = 0.15
    several: float = 0.2
    """The share of students with two placements or more."""
    after: float = 0.5
    distinct: float = 0.3
    wishes: float = 0.5
    ceilings: float = 0.75
    """The share of the municipalities' agreements with a ceiling; regions have none."""
    ceiling: tuple[float, float] = (0.3, 0.7)
    """A ceiling, of what its provider offers the lärosäte's professions."""
    floors: float = 0.15
    crowded: float = 0.4
    """The share of units of several professions with a ceiling over all of them."""
    university: float = 0.3
    """The share of the requests of the first profession that ask for university healthcare."""
    urgent: float = 0.07
    geography: str = "town"
    furthest: int = 90
    """No journey is longer, in minutes."""
    sites: int = 0
    """So many places of study; 0: none, and every unit is open to everybody."""


def draw_shape(seed: int, requests: int | None = None) -> Shape:
    """Draw a shape from the whole space; ``requests``, if given, says how large."""
    throws = Random(f"shape {seed}")
    small = throws.random() < 0.5
    longest = throws.choice((3, 5, 8, 10, 15))
    return Shape(
        requests=requests or round(math.exp(throws.uniform(math.log(300), math.log(10_000)))),
        professions=throws.randint(2, 14),
        institutions=throws.randint(1, 7),
        providers=throws.randint(2, 40),
        kinds=throws.choice((2, 4, 6, 10, 20, 40)),
        kinds_asked=throws.randint(1, 3),
        places_each=(1, throws.choice((1, 2, 4, 8, 15)) if small else throws.choice((3, 6))),
        term=throws.choice((10, 18, 20, 21, 26)),
        weeks=(throws.randint(1, min(4, longest)), longest),
        starts=throws.choice(((1, 1), (1, 3), (2, 5), (4, 8))),
        supply=throws.uniform(0.8, 1.6),
        unevenness=throws.choice((0.0, 0.15, 0.3, 0.6)),
        dips=throws.choice((0.0, 0.3, 0.7)),
        supervised=throws.choice((0.0, 0.3, 0.7, 1.0)),
        load=throws.choice(((1, 1), (1, 2), (1, 3), (2, 4))),
        supervisors=throws.uniform(0.8, 1.5),
        untrained=throws.choice((0.0, 0.15, 0.4)),
        off_duty=throws.choice((0.0, 0.15, 0.4)),
        several=throws.choice((0.0, 0.2, 0.5, 0.8)),
        after=throws.choice((0.0, 0.5, 1.0)),
        distinct=throws.choice((0.0, 0.3, 1.0)),
        wishes=throws.choice((0.0, 0.5, 1.0)),
        ceilings=throws.choice((0.0, 0.4, 0.75, 1.0)),
        ceiling=throws.choice(((0.1, 0.4), (0.3, 0.7), (0.6, 1.0))),
        floors=throws.choice((0.0, 0.15, 0.5)),
        crowded=throws.choice((0.0, 0.4, 0.9)),
        university=throws.choice((0.0, 0.3, 0.8)),
        urgent=throws.choice((0.0, 0.07, 0.3)),
        geography=throws.choice(PLACES),
        furthest=throws.choice((45, 60, 90, 150)),
        sites=throws.choice((0, 0, 0, 2, 4)),
    )


_COUNTY = Shape(requests=8_500, supply=1.3, places_each=(1, 5), weeks=(4, 10), furthest=90)
FIXED: dict[str, Shape] = {
    "tiny": Shape(requests=100),
    "village": Shape(requests=200, professions=3, providers=3, kinds=4),
    "small-town": Shape(requests=420),
    "small-all-supervised": Shape(requests=420, supervised=1.0, load=(1, 1)),
    "small-coupled": Shape(requests=450, several=0.8, after=1.0),
    "small-short": Shape(requests=480, supply=0.85),
    "quarter-town": Shape(requests=2_100),
    "quarter-archipelago": Shape(requests=2_000, geography="archipelago", furthest=120, kinds=12),
    "quarter-many-kinds": Shape(requests=2_200, kinds=40, kinds_asked=3),
    "quarter-few-large": Shape(requests=2_400, places_each=(4, 15), kinds=4),
    "quarter-one-place-each": Shape(requests=1_500, places_each=(1, 1)),
    "quarter-supervised": Shape(requests=2_500, supervised=1.0),
    "half-loose": Shape(requests=4_200, supply=1.5),
    "half-tight": Shape(requests=4_200, supply=0.95),
    "half-coupled": Shape(requests=4_500, several=0.8),
    "half-centres": Shape(requests=4_800, geography="centres", furthest=60),
    "half-sites": Shape(requests=4_400, sites=4),
    "half-floors": Shape(requests=4_000, floors=0.6, ceilings=1.0),
    "county": _COUNTY,
    "county-tight": replace(_COUNTY, supply=0.95),
    "county-short-weeks": replace(_COUNTY, weeks=(1, 4), starts=(4, 8), places_each=(1, 6)),
    "county-river": replace(_COUNTY, geography="river", kinds=20),
    "county-centres": replace(_COUNTY, geography="centres", places_each=(1, 10), supervised=0.3),
    "land": Shape(requests=60_000, geography="centres", furthest=60, providers=120, institutions=12, kinds=12),
}
"""The 24 that every measurement has."""


def make(shape: Shape, seed: int) -> Problem:
    """Draw a problem of a shape."""
    return read_problem(json.dumps(draw_document(shape, seed)))


def draw_document(shape: Shape, seed: int) -> dict[str, Any]:
    """Draw the document of a problem of a shape: first who asks, then the supply that the shape gives them."""
    throws = Random(f"problem {seed} {sorted(asdict(shape).items())}")
    land = _Land(shape, throws)
    courses = _courses(shape, throws)
    students, requests = _students(shape, throws, land, courses)
    providers = [
        {"id": f"p{number}", "kind": "region" if number == 0 else "municipality" if number % 7 else "private"}
        for number in range(shape.providers)
    ]
    units, capacities = _units(shape, throws, land, students, requests)
    document: dict[str, Any] = {
        "format": "placement-problem/1",
        "term": {"code": "T1", "first_week": "2027-W03", "weeks": shape.term},
        "institutions": [{"id": f"i{number}"} for number in range(shape.institutions)],
        "providers": providers,
        "units": units,
        "capacities": capacities,
        "supervisors": _supervisors(shape, throws, capacities),
        "agreements": _agreements(shape, throws, providers, units, capacities, courses),
        "students": students,
        "requests": requests,
        "travel": {
            "base_minutes": 8,
            "minutes_per_km": 1.6,
            "max_travel": shape.furthest,
            "long_after": shape.furthest // 2,
            "matrix": land.matrix,
        },
        "pins": [],
        "current": [],
        "weights": WEIGHTS,
    }
    _wish(shape, throws, document)
    return document


class _Land:
    """Where people live and work: points about centres, and between zones minutes that no straight line gives."""

    def __init__(self, shape: Shape, throws: Random) -> None:
        count = {"town": 1, "archipelago": 7, "centres": 4, "river": 6}[shape.geography]
        spread = {"town": 18.0, "archipelago": 5.0, "centres": 14.0, "river": 8.0}[shape.geography]
        apart = {"town": 0.0, "archipelago": 30.0, "centres": 90.0, "river": 25.0}[shape.geography]
        self._throws, self._spread = throws, spread
        straight = shape.geography == "river"
        self.centres = [
            (number * apart, 0.0) if straight else (throws.uniform(-apart, apart), throws.uniform(-apart, apart))
            for number in range(count)
        ]
        self._sizes = [1 / (1 + number) for number in range(count)]
        self.matrix: dict[str, dict[str, int]] | None = None
        if shape.geography == "archipelago":  # boats: each pair of islands has its own minutes
            self.matrix = {
                f"z{one}": {f"z{two}": throws.randint(20, 140) for two in range(count) if two != one}
                for one in range(count)
            }

    def settle(self, centre: int | None = None) -> dict[str, Any]:
        """Return a point, with its zone where zones count."""
        number = self._throws.choices(range(len(self.centres)), self._sizes)[0] if centre is None else centre
        east, north = (
            middle + self._throws.gauss(0.0, self._spread) for middle in self.centres[number % len(self.centres)]
        )
        place = {
            "lat": round(58.0 + north / KM_A_DEGREE, 5),
            "lon": round(14.0 + east / (KM_A_DEGREE * math.cos(math.radians(58.0))), 5),
        }
        return place | ({"zone": f"z{number}"} if self.matrix else {})


def _courses(shape: Shape, throws: Random) -> list[dict[str, Any]]:
    """Draw the courses: of each lärosäte and profession that it has, some, each with length, starts and kinds."""
    sizes = [1.0 / (1 + number) for number in range(shape.professions)]
    courses = []
    for profession in range(shape.professions):
        holders = throws.sample(range(shape.institutions), throws.randint(1, min(3, shape.institutions)))
        own_kinds = throws.sample(range(shape.kinds), min(shape.kinds, max(shape.kinds_asked, 2 + shape.kinds // 4)))
        for institution in holders:
            for _ in range(throws.randint(1, 4)):
                weeks = min(throws.randint(*shape.weeks), shape.term)
                latest = shape.term - weeks
                count = min(throws.randint(*shape.starts), latest + 1)
                courses.append(
                    {
                        "profession": profession,
                        "institution": institution,
                        "weeks": weeks,
                        "starts": sorted(throws.sample(range(latest + 1), count)),
                        "kinds": [f"k{kind}" for kind in throws.sample(own_kinds, throws.randint(1, shape.kinds_asked))]
                        if len(own_kinds) >= shape.kinds_asked
                        else [f"k{own_kinds[0]}"],
                        "supervised": throws.random() < shape.supervised,
                        "credits": throws.choice(CREDITS[:2]),
                        "size": sizes[profession] * throws.uniform(0.3, 1.0) / len(holders),
                    }
                )
    return courses


def _students(
    shape: Shape, throws: Random, land: _Land, courses: list[dict[str, Any]]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Draw students of the courses until they ask for as many placements as the shape has."""
    students: list[dict[str, Any]] = []
    requests: list[dict[str, Any]] = []
    sizes = [course["size"] for course in courses]
    while len(requests) < shape.requests:
        course = throws.choices(courses, sizes)[0]
        site = throws.randrange(shape.sites) if shape.sites else None
        student = {
            "id": f"s{len(students)}",
            "institution": f"i{course['institution']}",
            "profession": f"f{course['profession']}",
            "site": None if site is None else f"o{site}",
            **land.settle(site),
            "blocked_units": [],
            "max_travel": round(shape.furthest * throws.uniform(0.6, 1.0)) if throws.random() < 0.2 else None,
            "distinct_units": throws.random() < shape.distinct,
        }
        students.append(student)
        several = throws.random() < shape.several
        alike = [
            other
            for other in courses
            if (other["institution"], other["profession"]) == (course["institution"], course["profession"])
        ]
        chain: list[str] = []
        for part in [course, *(throws.choice(alike) for _ in range(throws.randint(1, 2) if several else 0))]:
            request = {
                "id": f"r{len(requests)}",
                "student": student["id"],
                "kinds": part["kinds"],
                "weeks": part["weeks"],
                "starts": part["starts"],
                "supervision": {"credits": part["credits"]} if part["supervised"] else None,
                "university_healthcare": course["profession"] == 0 and throws.random() < shape.university,
                "preferences": [],
                "after": chain[-1:] if throws.random() < shape.after else [],
                "priority": 3 if throws.random() < shape.urgent else 1,
            }
            requests.append(request)
            chain.append(request["id"])
    return students, requests


def _units(
    shape: Shape, throws: Random, land: _Land, students: list[dict[str, Any]], requests: list[dict[str, Any]]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Draw units of each profession and kind until they have as many places as the shape gives of those needed."""
    owner = {student["id"]: student for student in students}
    asked: dict[tuple[str, str, str | None], float] = {}
    for request in requests:
        student = owner[request["student"]]
        for kind in request["kinds"]:
            key = (student["profession"], kind, student["site"])
            asked[key] = asked.get(key, 0.0) + 1 / _in_a_row(request) / len(request["kinds"])
    luck = {kind: math.exp(throws.gauss(0.0, shape.unevenness)) for kind in sorted({key[1] for key in asked})}
    units: list[dict[str, Any]] = []
    capacities: list[dict[str, Any]] = []
    shared: dict[tuple[str, str | None], list[int]] = {}
    for (profession, kind, site), demand in sorted(asked.items(), key=str):
        missing = demand * shape.supply * luck[kind]
        while missing > 0:
            known = shared.setdefault((kind, site), [])
            taken_up = known and throws.random() < 0.5  # many units take several professions
            number = throws.choice(known) if taken_up else len(units)
            if number == len(units):
                known.append(number)
                place = land.settle(None if site is None else int(site[1:]))
                units.append(
                    {
                        "id": f"u{number}",
                        "provider": f"p{min(int(throws.expovariate(6 / shape.providers)), shape.providers - 1)}",
                        "site": site,
                        "kinds": [kind],
                        **place,
                        "university_healthcare": throws.random() < 0.4,
                        "max_students": None,
                    }
                )
            places = throws.randint(*shape.places_each)
            by_week = [places] * shape.term
            if throws.random() < shape.dips:
                begin = throws.randrange(shape.term)
                for week in range(begin, min(shape.term, begin + throws.randint(1, 3))):
                    by_week[week] = throws.randrange(places)
            own = {"id": f"c{len(capacities)}", "unit": f"u{number}", "professions": [profession]}
            capacities.append({**own, "institutions": None, "places": by_week})
            missing -= sum(by_week) / shape.term
    _crowd(shape, throws, units, capacities)
    return units, capacities


def _in_a_row(request: dict[str, Any]) -> int:
    """Return how many placements like a request can follow on one another at one place."""
    count, free_from = 0, 0
    for start in request["starts"]:
        if start >= free_from:
            count, free_from = count + 1, start + request["weeks"]
    return count


def _crowd(shape: Shape, throws: Random, units: list[dict[str, Any]], capacities: list[dict[str, Any]]) -> None:
    """Give some of the units with several offers a ceiling over all of them."""
    offers: dict[str, list[int]] = {}
    for capacity in capacities:
        offers.setdefault(capacity["unit"], []).append(max(capacity["places"]))
    for unit in units:
        own = offers[unit["id"]]
        if len(own) > 1 and throws.random() < shape.crowded:
            unit["max_students"] = max(1, round(sum(own) * throws.uniform(0.5, 0.9)))


def _supervisors(shape: Shape, throws: Random, capacities: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Draw supervisors for each offer; some lack training, some are away for some weeks."""
    supervisors: list[dict[str, Any]] = []
    for capacity in capacities:
        missing = max(capacity["places"]) * shape.supervisors
        while missing > 0 and (missing >= 1 or throws.random() < missing):
            load = throws.randint(*shape.load)
            away = throws.random() < shape.off_duty
            gone = throws.randrange(shape.term)
            weeks = [week for week in range(shape.term) if not gone <= week < gone + throws.randint(1, 4)]
            supervisors.append(
                {
                    "id": f"h{len(supervisors)}",
                    "unit": capacity["unit"],
                    "profession": capacity["professions"][0],
                    "credits": 0.0 if throws.random() < shape.untrained else throws.choice(CREDITS[1:]),
                    "max_students": load,
                    "weeks": weeks if away else None,
                }
            )
            missing -= load
    return supervisors


def _agreements(
    shape: Shape,
    throws: Random,
    providers: list[dict[str, Any]],
    units: list[dict[str, Any]],
    capacities: list[dict[str, Any]],
    courses: list[dict[str, Any]],
) -> list[dict[str, Any]]:
    """Draw an agreement of each lärosäte with nearly each provider, for all its professions or one each."""
    provider_of = {unit["id"]: unit["provider"] for unit in units}
    taught: dict[str, set[str]] = {}
    for course in courses:
        taught.setdefault(f"i{course['institution']}", set()).add(f"f{course['profession']}")
    offered: dict[tuple[str, str], int] = {}
    for capacity in capacities:
        key = (provider_of[capacity["unit"]], capacity["professions"][0])
        offered[key] = offered.get(key, 0) + sum(capacity["places"])
    agreements: list[dict[str, Any]] = []
    for institution, professions in sorted(taught.items()):
        for provider in providers:
            if throws.random() < 0.1 and provider["kind"] != "region":
                continue
            apart = throws.random() < 0.3
            for covered in [[each] for each in sorted(professions)] if apart else [sorted(professions)]:
                weeks = sum(offered.get((provider["id"], each), 0) for each in covered)
                limited = provider["kind"] != "region" and throws.random() < shape.ceilings
                most = round(weeks * throws.uniform(*shape.ceiling)) if limited else None
                least = round((weeks if most is None else most) * 0.2) if throws.random() < shape.floors else 0
                agreements.append(
                    {
                        "id": f"a{len(agreements)}",
                        "institution": institution,
                        "provider": provider["id"],
                        "professions": covered,
                        "units": None,
                        "first_week": 0,
                        "last_week": shape.term - 1,
                        "min_student_weeks": least,
                        "max_student_weeks": most,
                    }
                )
    return agreements


def _wish(shape: Shape, throws: Random, document: dict[str, Any]) -> None:
    """Let some requests name three units that have an offer for them, and some students have a unit that is blocked."""
    offers: dict[tuple[str, str], list[str]] = {}
    kind_of = {unit["id"]: unit["kinds"][0] for unit in document["units"]}
    for capacity in document["capacities"]:
        offers.setdefault((capacity["professions"][0], kind_of[capacity["unit"]]), []).append(capacity["unit"])
    owner = {student["id"]: student for student in document["students"]}
    for request in document["requests"]:
        student = owner[request["student"]]
        known = sorted({unit for kind in request["kinds"] for unit in offers.get((student["profession"], kind), [])})
        if known and throws.random() < shape.wishes:
            request["preferences"] = throws.sample(known, min(3, len(known)))
        if known and throws.random() < 0.05:
            blocked = throws.choice(known)
            if blocked not in request["preferences"] and blocked not in student["blocked_units"]:
                student["blocked_units"].append(blocked)
