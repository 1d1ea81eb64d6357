"""Recount: every figure counted again from the rows that the API shows, by the sentences of its definition."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import asin, cos, floor, radians, sin, sqrt
from typing import Any
from zoneinfo import ZoneInfo

from placement_solver.weeks import IsoWeek
from tests.api.parties import Party

Rows = list[dict[str, Any]]
HELD = {"published", "accepted", "completed", "failed"}
STOCKHOLM = ZoneInfo("Europe/Stockholm")


@dataclass
class Read:
    """What a coordinator and the lärosäten read over the API."""

    terms: dict[str, dict[str, Any]]
    units: dict[str, dict[str, Any]]
    organisations: dict[str, dict[str, Any]]
    programmes: dict[str, dict[str, Any]]
    courses: dict[str, dict[str, Any]]
    students: dict[str, dict[str, Any]]
    supervisors: dict[str, dict[str, Any]]
    requests: Rows
    placements: Rows
    offers: Rows
    events: Rows
    publications: Rows
    travel: dict[tuple[str, str], int] = field(default_factory=dict)

    @classmethod
    def of(cls, cku: Party, institutions: Iterable[Party]) -> Read:
        """Read everything."""
        terms = by_id(cku.all("/v1/terms"))
        events: Rows = []
        while part := cku.get(f"/v1/events?limit=1000&after={events[-1]['cursor'] if events else 0}")["items"]:
            events += part
        return cls(
            terms=terms,
            units=by_id(cku.all("/v1/units")),
            organisations=by_id(cku.all("/v1/organisations")),
            programmes=by_id(cku.all("/v1/programmes")),
            courses=by_id(cku.all("/v1/courses")),
            students=by_id(row for party in institutions for row in party.all("/v1/students")),
            supervisors=by_id(cku.all("/v1/supervisors")),
            requests=cku.all("/v1/requests"),
            placements=cku.all("/v1/placements"),
            offers=cku.all("/v1/capacity-offers"),
            events=events,
            publications=[row for term in terms for row in cku.all(f"/v1/terms/{term}/publications")],
            travel={(row["origin"], row["destination"]): row["minutes"] for row in cku.all("/v1/travel-times")},
        )


def by_id(rows: Iterable[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {row["id"]: row for row in rows}


def recount(read: Read, terms: set[str], grouping: str, group: str, dense_from: int = 4) -> dict[str, tuple[int, int]]:
    """Return each figure of a group over some terms, as a part and a whole."""
    held = {row["requestId"]: row for row in read.placements if row["status"] in HELD}
    requests = [
        row
        for row in read.requests
        if row["termId"] in terms and _is_of(read, grouping, group, row, held.get(row["id"]))
    ]
    placed = [held[row["id"]] for row in requests if row["id"] in held]
    ended = [
        row
        for row in read.placements
        if row["termId"] in terms and row["status"] not in HELD and _ended_in(read, grouping, group, row)
    ]
    wanted = [row for row in requests if row["id"] in held or row["status"] == "open"]
    named = [row for row in placed if row["supervisorId"]]
    weeks = {(row["unitId"], week) for row in placed for week in _weeks(row)}
    there = _presence(read, terms)
    offered, unused = _offers(read, terms, grouping, group)
    ever = len(placed) + len(ended)
    return {
        "placed-in-time": (
            sum(row["id"] in held and _first(read, row["id"]) <= _due(read, row) for row in wanted),
            len(wanted),
        ),
        "unplaced": (sum(row["id"] not in held for row in wanted), len(wanted)),
        "told-four-weeks": (sum(_told(read, row) <= _start(row) - dt.timedelta(28) for row in placed), len(placed)),
        "told-two-weeks": (sum(_told(read, row) <= _start(row) - dt.timedelta(14) for row in placed), len(placed)),
        "long-travel": (sum(_is_far(read, row) for row in placed), len(placed)),
        "withdrawn": (len(requests) - len(wanted), len(requests)),
        "named-supervisor": (len(named), len(placed)),
        "trained-supervisor": (sum(_is_trained(read, row) for row in named), len(placed)),
        "right-profession": (
            sum(
                read.supervisors[row["supervisorId"]]["profession"] == _programme(read, row)["profession"]
                for row in named
            ),
            len(named),
        ),
        "municipal-student-weeks": (
            sum(row["weeks"] for row in placed if _is_municipal(read, row["unitId"])),
            sum(row["weeks"] for row in placed),
        ),
        "unused-weeks": (unused, offered),
        "interprofessional-weeks": (sum(len({who for _, who in there[week]}) >= 2 for week in weeks), len(weeks)),
        "student-dense-weeks": (sum(len({who for who, _ in there[week]}) >= dense_from for week in weeks), len(weeks)),
        "declined": (sum(row["status"] == "declined" for row in ended), ever),
        "cancelled": (sum(row["status"] == "cancelled" for row in ended), ever),
        "dropped-out": (sum(row["status"] == "dropped-out" for row in ended), ever),
    }


def is_told(read: Read, term: str, provider: str) -> bool:
    """Return whether how far a provider's students travel in a term tells of none of the few, in it or outside it.

    Each lärosäte knows its own students, so the others have to be none or at least five.
    """
    there: dict[bool, dict[str, str]] = {True: {}, False: {}}
    for row in read.placements:
        if row["termId"] == term and row["status"] in HELD:
            owner = read.students[row["studentId"]]["institutionId"]
            there[provider in holders(read, row["unitId"])][row["studentId"]] = owner
    for students in there.values():
        owners = list(students.values())
        others = [len(owners), *(len(owners) - owners.count(owner) for owner in {*owners})]
        if any(0 < number < 5 for number in others):
            return False
    return True


def holders(read: Read, unit: str) -> set[str]:
    """Return the organisations that a unit counts under: who provides it, who runs it, and who funds either."""
    row = read.units[unit]
    own = {row["providerId"], row["operatorId"]} - {None}
    return own | {read.organisations[each]["fundedById"] for each in own} - {None}


def _is_of(read: Read, grouping: str, group: str, request: Mapping[str, Any], placement: Any) -> bool:  # noqa: ANN401 (a row or None)
    if grouping in {"provider", "unit"}:
        return placement is not None and _is_at(read, grouping, group, placement["unitId"])
    programme = read.courses[request["courseId"]]["programmeId"]
    institution = read.students[request["studentId"]]["institutionId"]
    return bool({"county": True, "programme": programme == group, "institution": institution == group}[grouping])


def _ended_in(read: Read, grouping: str, group: str, placement: Mapping[str, Any]) -> bool:
    request = next(row for row in read.requests if row["id"] == placement["requestId"])
    return _is_of(read, grouping, group, request, placement)


def _is_at(read: Read, grouping: str, group: str, unit: str) -> bool:
    return unit == group if grouping == "unit" else group in holders(read, unit)


def _weeks(row: Mapping[str, Any]) -> list[IsoWeek]:
    return [IsoWeek.parse(row["start"]).plus(week) for week in range(row["weeks"])]


def _start(row: Mapping[str, Any]) -> dt.date:
    return IsoWeek.parse(row["start"]).monday()


def _presence(read: Read, terms: set[str]) -> defaultdict[tuple[str, IsoWeek], list[tuple[str, str]]]:
    there: defaultdict[tuple[str, IsoWeek], list[tuple[str, str]]] = defaultdict(list)
    year = {term for term, row in read.terms.items() if row["firstWeek"][:4] == "2027"} | terms
    for row in read.placements:
        if row["status"] in HELD and row["termId"] in year:
            for week in _weeks(row):
                there[row["unitId"], week].append((row["studentId"], _programme(read, row)["profession"]))
    return there


def _programme(read: Read, row: Mapping[str, Any]) -> dict[str, Any]:
    return read.programmes[read.courses[row["courseId"]]["programmeId"]]


def _offers(read: Read, terms: set[str], grouping: str, group: str) -> tuple[int, int]:
    """Return the places offered week by week, and those that no student of the same term has."""
    places: defaultdict[tuple[str, str, str], int] = defaultdict(int)
    for offer in read.offers:
        of_group = grouping == "county" or (
            grouping in {"provider", "unit"} and _is_at(read, grouping, group, offer["unitId"])
        )
        if offer["termId"] in terms and offer["status"] == "answered" and of_group:
            for week in offer["weeks"]:
                places[offer["termId"], offer["unitId"], week["week"]] += week["places"]
    used: defaultdict[tuple[str, str, str], int] = defaultdict(int)
    for row in read.placements:
        if row["status"] in HELD:
            for each in _weeks(row):
                used[row["termId"], row["unitId"], str(each)] += 1
    return sum(places.values()), sum(max(0, number - used[where]) for where, number in places.items())


def _day(moment: str) -> dt.date:
    return dt.datetime.fromisoformat(moment).astimezone(STOCKHOLM).date()


def _published(read: Read, row: Mapping[str, Any]) -> dt.date:
    return next(_day(each["publishedAt"]) for each in read.publications if each["runId"] == row["runId"])


def _placings(read: Read, row: Mapping[str, Any]) -> Rows:
    kinds = {"placement.published", "placement.moved"}
    return [each for each in read.events if each["subjectId"] == row["id"] and each["kind"] in kinds]


def _told(read: Read, row: Mapping[str, Any]) -> dt.date:
    """Return the day of the first event of the last unbroken row of events that put the placement where it is."""
    told = None
    for event in reversed(_placings(read, row)):
        if (event["details"]["unitId"], event["details"]["start"]) != (row["unitId"], row["start"]):
            break
        told = event
    return _published(read, row) if told is None else _day(told["at"])


def _first(read: Read, request: str) -> dt.date:
    """Return the day on which any placement of a request was first published."""
    rows = [row for row in read.placements if row["requestId"] == request]
    return min(_day(told[0]["at"]) if (told := _placings(read, row)) else _published(read, row) for row in rows)


def _due(read: Read, request: Mapping[str, Any]) -> dt.date:
    return dt.date.fromisoformat(read.terms[request["termId"]]["publishBy"])


def _is_trained(read: Read, row: Mapping[str, Any]) -> bool:
    asked = read.courses[row["courseId"]]["supervisionCredits"]
    day = _start(row).isoformat()
    return any(
        each["completedOn"] <= day <= (each["expiresOn"] or "9999")
        and each["credits"] >= (1.5 if asked is None else asked)
        for each in read.supervisors[row["supervisorId"]]["trainings"]
    )


def _is_municipal(read: Read, unit: str) -> bool:
    return any(read.organisations[each]["providerKind"] == "municipality" for each in holders(read, unit))


def _is_far(read: Read, row: Mapping[str, Any]) -> bool:
    student, unit, term = read.students[row["studentId"]], read.units[row["unitId"]], read.terms[row["termId"]]
    known = read.travel.get((student["zone"] or "", unit["zone"] or ""))
    north, south = radians(student["lat"]), radians(unit["lat"])
    half = sin((north - south) / 2) ** 2
    half += cos(north) * cos(south) * sin(radians(student["lon"] - unit["lon"]) / 2) ** 2
    km = 2 * 6371.0088 * asin(sqrt(half))
    minutes = (
        floor(term["travel"]["baseMinutes"] + term["travel"]["minutesPerKm"] * km + 0.5) if known is None else known
    )
    return bool(minutes > term["travel"]["longAfter"])
