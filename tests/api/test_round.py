"""The three parties carry out a whole round over HTTP, from an empty database to a repaired plan."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from placement.callers import Role
from tests.api.entering import enter_county, make_up
from tests.api.parties import Party, Round, round_at
from tests.api.playing import play_round
from tests.effort import only_in_long_form

WEEKS = [f"2027-W{week:02}" for week in range(3, 19)]
STARTS = WEEKS[::5][:3]
STUDENTS = 24
ROOM = 2 * 3 * len(STARTS)
"""Two units with three places, for each of the times at which the course may start."""
HOME = {"lat": 59.31, "lon": 18.05}
TRAVEL = {"baseMinutes": 12, "minutesPerKm": 2.2, "maxMinutes": 120, "longAfter": 60}
WEIGHTS = {"unplaced": 1000, "travel": 1, "longTravel": 3, "preference": 5, "agreementFloor": 20, "change": 60}


@pytest.fixture
def county(migrated_url: str) -> Iterator[Round]:
    """A running service with an empty database, and the coordinator's token."""
    with round_at(migrated_url) as stage:
        yield stage


def organise(county: Round) -> tuple[Party, Party, str, str]:
    """As the coordinator, enter the county, its parties and the term."""
    by = county.coordinator
    for code, name, lat, lon in (("0180", "Stockholm", 59.33, 18.07), ("0182", "Nacka", 59.31, 18.16)):
        by.enter("/v1/municipalities", {"code": code, "name": name, "lat": lat, "lon": lon, "population": 100_000})
    names = {"nameSv": "Karolinska Institutet", "nameEn": "Karolinska Institutet", "externalId": "KI"}
    ki = by.enter("/v1/organisations", {"kind": "institution", **names})
    names = {"nameSv": "Nacka kommun", "nameEn": "Nacka Municipality", "externalId": "212000-0167"}
    nacka = by.enter("/v1/organisations", {"kind": "provider", "providerKind": "municipality", **names})
    term = {"code": "VT2027", "firstWeek": WEEKS[0], "weeks": len(WEEKS), "weights": WEIGHTS, "travel": TRAVEL}
    county.term = by.enter("/v1/terms", term)
    return county.join(Role.INSTITUTION, ki), county.join(Role.PROVIDER, nacka), ki, nacka


def supervise(provider: Party, unit: str, name: str) -> None:
    """Add a supervisor with the training that the course requires, for one student at a time."""
    who = {"unitId": unit, "profession": "nurse", "externalId": name, "role": "supervisor", "maxStudents": 1}
    supervisor = provider.enter("/v1/supervisors", who)
    training = {"course": "Handledarutbildning, 7,5 hp", "credits": 7.5, "completedOn": "2024-05-31"}
    provider.ask("POST", f"/v1/supervisors/{supervisor}/trainings", 201, {**training, "expiresOn": None})


def offer(provider: Party, county: Round, nacka: str) -> list[str]:
    """As the municipality, answer for its units: two have places and supervisors, one says no, one does not answer."""
    units = [
        provider.enter(
            "/v1/units",
            {
                "name": f"Tallgården {number}",
                "providerId": nacka,
                "municipalityCode": "0182",
                "kinds": ["elderly-care"],
                "lat": 59.30 + number / 100,
                "lon": 18.12,
            },
        )
        for number in range(4)
    ]
    of_all = {"termId": county.term, "professions": ["nurse"], "institutions": None}
    for unit in units[:2]:
        weeks = [{"week": week, "places": 3} for week in WEEKS[:15]]
        provider.enter("/v1/capacity-offers", {**of_all, "unitId": unit, "status": "answered", "weeks": weeks})
        for number in range(3):
            supervise(provider, unit, f"h-{number}")
    declined = {"status": "declined", "declineReason": "no-supervisor", "weeks": []}
    provider.enter("/v1/capacity-offers", {**of_all, "unitId": units[2], **declined})
    provider.enter("/v1/capacity-offers", {**of_all, "unitId": units[3], "status": "unanswered", "weeks": []})
    return units


def agree(county: Round, ki: str, nacka: str) -> None:
    """Add an agreement with a floor and a ceiling for the term."""
    volumes = [{"termId": county.term, "minStudentWeeks": 20, "maxStudentWeeks": 400}]
    agreement = {"institutionId": ki, "providerId": nacka, "validFrom": "2026-01-01", "professions": ["nurse"]}
    county.coordinator.enter("/v1/agreements", {**agreement, "volumes": volumes, "clauses": []})


def ask_for_places(institution: Party, county: Round, ki: str) -> list[str]:
    """As the lärosäte, enter a programme, a course, a cohort, its students and their requests."""
    programme = {"institutionId": ki, "profession": "nurse", "code": "1SJ24", "name": "Sjuksköterskeprogrammet"}
    programme_id = institution.enter("/v1/programmes", programme)
    course = {"programmeId": programme_id, "code": "1SJ021", "name": "Klinisk utbildning", "weeks": 5}
    course_id = institution.enter(
        "/v1/courses", {**course, "kinds": ["elderly-care"], "supervisionCredits": 7.5, "sequence": 1}
    )
    window = institution.ask("GET", f"/v1/courses/{course_id}/windows/{county.term}", 200)
    institution.ask(
        "PUT",
        f"/v1/courses/{course_id}/windows/{county.term}",
        200,
        {"starts": STARTS},
        **{"If-Match": window.headers["ETag"]},
    )
    cohort = {"programmeId": programme_id, "termId": county.term, "name": "Termin 4", "size": STUDENTS}
    cohort_id = institution.enter("/v1/cohorts", cohort)
    requests = []
    for number in range(STUDENTS):
        student = {"cohortId": cohort_id, "externalId": f"ki-{number:04}", **HOME}
        student_id = institution.enter("/v1/students", student)
        wish = {"termId": county.term, "studentId": student_id, "courseId": course_id, "preferences": []}
        requests.append(institution.enter("/v1/requests", wish))
    return requests


def publish_a_draft(county: Round, institution: Party, provider: Party) -> list[dict[str, Any]]:
    """Compare two drafts and publish the first, once; each party can then read its own part."""
    first, second = county.run(), county.run(seed=1)
    compared = county.coordinator.get(f"/v1/terms/{county.term}/comparisons?runId={first}&runId={second}")
    assert [draft["runId"] for draft in compared["drafts"]] == [first, second]
    assert institution.all("/v1/placements") == []
    seen = institution.get("/v1/events")["next"]
    published = county.publish(first)
    assert (published["publishedBy"], published["placed"]) == ("Eva Ek", ROOM)
    assert county.publish(first, 409)["detail"] == "The plan has already been published."
    placements = institution.all("/v1/placements")
    assert [row["id"] for row in provider.all("/v1/placements")] == [row["id"] for row in placements]
    told = institution.get(f"/v1/events?after={seen}&limit=1000")["items"]
    assert [event["kind"] for event in told] == ["plan.published"] + ["placement.published"] * ROOM
    return placements


def settle(county: Round, institution: Party, provider: Party, placements: list[dict[str, Any]]) -> None:
    """The unit accepts one placement, a student is withdrawn, and the place goes to the waiting list."""
    provider.change(f"/v1/placements/{placements[0]['id']}", {"status": "accepted"})
    cancelled = institution.change(f"/v1/placements/{placements[1]['id']}", {"status": "cancelled"})
    assert cancelled["reason"] == "request-withdrawn"
    filled = county.publish(county.run(mode="fill"))
    assert (filled["number"], filled["placed"], filled["moved"], filled["ended"]) == (2, 1, 0, 0)


def withdraw_a_ward(county: Round, provider: Party, ward: str, other: str) -> None:
    """A ward withdraws and another unit answers; an earlier plan can no longer be published."""
    late = county.run(mode="fill")
    (answer,) = provider.all(f"/v1/capacity-offers?unitId={ward}")
    closed = {"status": "declined", "declineReason": "no-supervisor", "weeks": []}
    provider.change(f"/v1/capacity-offers/{answer['id']}", closed)
    refused = county.publish(late, 409)
    assert refused["detail"].startswith("The input has changed since the run")
    assert len(refused["errors"]) == 1 + ROOM // 2, "the offer, and each placement at the ward, is named"
    (silent,) = provider.all(f"/v1/capacity-offers?unitId={other}")
    opened = [{"week": week, "places": 1} for week in WEEKS[:15]]
    provider.change(f"/v1/capacity-offers/{silent['id']}", {"status": "answered", "weeks": opened})
    supervise(provider, other, "h-new")


@pytest.mark.no_cover
def test_a_round_from_nothing_to_a_repaired_plan(county: Round) -> None:
    institution, provider, ki, nacka = organise(county)
    ward, second, _, silent = offer(provider, county, nacka)
    agree(county, ki, nacka)
    requests = ask_for_places(institution, county, ki)
    placements = publish_a_draft(county, institution, provider)
    assert {row["unitId"] for row in placements} == {ward, second}
    waiting = [row["id"] for row in institution.all(f"/v1/terms/{county.term}/waiting-requests")]
    assert sorted([*waiting, *(row["requestId"] for row in placements)]) == sorted(requests)
    assert {row["requestId"] for row in institution.all("/v1/unplaced-requests")} == set(waiting)
    settle(county, institution, provider, placements)
    withdraw_a_ward(county, provider, ward, silent)

    before = {row["id"]: row for row in institution.all("/v1/placements")}
    repaired = county.publish(county.run(mode="repair"))
    after = {row["id"]: row for row in institution.all("/v1/placements")}
    in_force = {"published", "accepted"}
    at_the_ward = {name for name, row in before.items() if row["unitId"] == ward and row["status"] in in_force}
    assert (repaired["placed"], repaired["moved"], repaired["ended"]) == (0, len(STARTS), ROOM // 2 - len(STARTS))
    assert {name for name in before if after[name] != before[name]} == at_the_ward
    moved = {name for name in at_the_ward if after[name]["status"] in in_force}
    assert {after[name]["unitId"] for name in moved} == {silent}
    for name in moved:
        kinds = [event["kind"] for event in institution.get(f"/v1/events?subjectId={name}")["items"]]
        assert kinds[-1] == "placement.moved"
        assert provider.get(f"/v1/events?subjectId={name}&kind=placement.left")["items"]


@pytest.mark.no_cover
@only_in_long_form
def test_a_county_that_is_made_up_plays_its_round_through_http(county: Round, tmp_path: Path) -> None:
    county.seconds = 30  # more than enough: the runs end by themselves
    entered = enter_county(county, make_up(tmp_path / "made-up.sqlite3", "thirtieth"))
    figures = play_round(county, entered)
    assert (figures["units"], figures["requests"]) == (184, 268)
    assert figures["in county"] < figures["placed"] < figures["requests"]
