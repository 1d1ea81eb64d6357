"""A change that makes a placement in force impossible says so at once: in its answer, and in the feed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from sqlmodel import Session, select

from placement.database import open_session
from placement.in_force import impossible
from placement.tables import (
    Agreement,
    Course,
    Organisation,
    OrganisationKind,
    Placement,
    PlacementStatus,
    Student,
    Supervisor,
    Term,
    Unit,
)
from tests.api.conftest import Connect
from tests.api.standing import KIRUNA, ZONE, County, settle_standing, standing
from tests.databases import CopyOf
from tests.placement.publishing import offer_places
from tests.rows import WEEK

JOURNEY = {"origin": ZONE, "destination": "söder", "minutes": 955}
HOME = {"lat": 59.31, "lon": 18.05}
WEEKS = [{"week": str(WEEK.plus(number)), "places": 2} for number in range(6)]


@pytest.fixture
def county(copy_of: CopyOf[dict[str, str]], connect: Connect) -> Iterator[County]:
    """Two students of a lärosäte at one unit, with one supervisor."""
    url, tokens = copy_of(settle_standing)
    with standing(connect(url), url, tokens) as county:
        yield county


def rules_in(answer: httpx2.Response) -> list[tuple[str, ...]]:
    """Return the rules that each placement breaks, by the answer."""
    found = answer.json().get("impossiblePlacements", [])
    return [tuple(broken["rule"] for broken in each["brokenRules"]) for each in found]


OFFER, UNIT, AGREEMENT = "/capacity-offers/off_a", "/units/unt_a", "/agreements/agr_a"
COURSE, SUPERVISOR, WINDOWS = "/courses/crs_a", "/supervisors/sup_a", "/courses/crs_a/windows/trm_a"
STUDENT, REQUEST, TERM = "/students/stu_a", "/requests/req_a", "/terms/trm_a"


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("method", "path", "body", "rule", "number"),
    [
        ("PATCH", STUDENT, {"maxTravel": 5}, "travel-limit", 1),
        ("PATCH", STUDENT, {"siteId": "sit_b"}, "site", 1),
        ("PATCH", STUDENT, {"blockedUnits": ["unt_a"]}, "blocked-unit", 1),
        ("PATCH", REQUEST, {"status": "withdrawn"}, "request-withdrawn", 1),
        ("PATCH", UNIT, {"kinds": ["dental-care"]}, "unit-kind", 2),
        ("PATCH", UNIT, {"maxStudents": 1}, "unit-ceiling", 2),
        ("PATCH", UNIT, {"siteId": None}, "site", 2),
        ("PATCH", UNIT, KIRUNA, "travel-limit", 2),
        ("PATCH", UNIT, {"universityHealthcare": False}, "university-healthcare", 2),
        ("PATCH", UNIT, {"providerId": "org_north"}, "agreement", 2),
        ("PATCH", UNIT, {"excludedFromAgreement": True}, "agreement", 2),
        ("PATCH", OFFER, {"weeks": [{**week, "places": 1} for week in WEEKS]}, "capacity", 2),
        ("PATCH", OFFER, {"professions": ["midwife"]}, "capacity", 2),
        ("PATCH", OFFER, {"status": "declined", "declineReason": "other"}, "capacity", 2),
        ("PUT", OFFER, {"termId": "trm_a", "unitId": "unt_a", "professions": ["nurse"], "weeks": []}, "capacity", 2),
        ("DELETE", OFFER, None, "capacity", 2),
        ("POST", "/capacity-offers", {"termId": "trm_a", "unitId": "unt_a", "professions": ["nurse"]}, "capacity", 2),
        ("PATCH", SUPERVISOR, {"maxStudents": 1}, "supervisor-load", 2),
        ("PATCH", SUPERVISOR, {"weeks": [str(WEEK)]}, "supervision", 2),
        ("PATCH", SUPERVISOR, {"profession": "midwife"}, "supervision", 2),
        ("DELETE", f"{SUPERVISOR}/trainings/trn_a", None, "supervision", 2),
        ("PATCH", AGREEMENT, {"validTo": "2027-01-10"}, "agreement", 2),
        ("PATCH", AGREEMENT, {"professions": ["midwife"]}, "agreement", 2),
        ("PATCH", AGREEMENT, {"units": ["unt_far"]}, "agreement", 2),
        (
            "PATCH",
            AGREEMENT,
            {"volumes": [{"termId": "trm_a", "minStudentWeeks": 0, "maxStudentWeeks": 6}]},
            "agreement-ceiling",
            2,
        ),
        ("POST", f"{AGREEMENT}/notice", {"givenOn": "2026-06-15"}, "agreement", 2),
        ("DELETE", AGREEMENT, None, "agreement", 2),
        ("PATCH", COURSE, {"kinds": ["dental-care"]}, "unit-kind", 2),
        ("PATCH", COURSE, {"weeks": 5}, "course-window", 2),
        ("PATCH", COURSE, {"supervisionCredits": 15}, "supervision", 2),
        ("PUT", WINDOWS, {"starts": [str(WEEK.plus(7))]}, "course-window", 2),
        ("PATCH", TERM, {"travel": {"maxMinutes": 5}}, "travel-limit", 1),
        ("PUT", "/travel-times", {"travelTimes": [JOURNEY]}, "travel-limit", 1),
        ("PATCH", TERM, {"travel": {"minutesPerKm": 900}}, "travel-limit", 2),
    ],
)
def test_every_change_that_makes_a_placement_in_force_impossible_names_it_and_the_rule(
    county: County, method: str, path: str, body: dict[str, Any] | None, rule: str, number: int
) -> None:
    answer = county.ask(method, path, body)
    assert rules_in(answer) == [(rule,)] * number
    (first, *_) = answer.json()["impossiblePlacements"]
    assert (first["unitId"], first["unitName"], first["courseCode"]) == ("unt_a", "Tallgården", "1SJ021")
    assert (first["firstWeek"], first["lastWeek"]) == (str(WEEK), str(WEEK.plus(5)))
    assert "impossibleElsewhere" not in answer.json()
    events = county.told("coordinator")
    assert {event["placementId"] for event in events} == {
        each["placementId"] for each in answer.json()["impossiblePlacements"]
    }
    assert {tuple(event["rules"]) for event in events} >= {(rule,)}


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("weeks", "number"),
    [
        ([{"week": str(WEEK), "places": 2}, *WEEKS[1:]], 0),
        ([{"week": str(WEEK.plus(7)), "places": 0}], 0),
        ([{"week": str(WEEK), "places": 9}, {"week": str(WEEK.plus(5)), "places": 1}], 2),
        ([{"week": str(WEEK.plus(3)), "places": None}], 2),
    ],
)
def test_an_offer_with_a_place_for_everyone_there_is_in_nobodys_way_and_no_placement_is_judged(
    county: County, monkeypatch: pytest.MonkeyPatch, weeks: list[dict[str, Any]], number: int
) -> None:
    county.ask("PATCH", OFFER, {"weeks": WEEKS})
    judged: list[Term] = []
    judging = impossible._judge

    def note(session: Session, term: Term, *given: Any) -> Any:  # noqa: ANN401 (what it stands for takes anything)
        judged.append(term)
        return judging(session, term, *given)

    monkeypatch.setattr(impossible, "_judge", note)
    answer = county.ask("PATCH", OFFER, {"weeks": weeks})
    assert rules_in(answer) == [("capacity",)] * number
    assert bool(judged) == (number > 0)


@pytest.mark.one_database
def test_a_pin_elsewhere_makes_the_placement_in_force_impossible(county: County) -> None:
    with open_session(county.engine) as session:
        values = session.get_one(Supervisor, "sup_a").model_dump(exclude={"id", "unit_id", "external_id"})
        session.add(Supervisor(id="sup_far", unit_id="unt_far", external_id="p-far", **values))
        offer_places(session, "off_far", "unt_far", 2)
        session.get_one(Unit, "unt_far").university_healthcare = True
        session.get_one(Course, "crs_a").supervision_credits = None
    answer = county.ask("POST", "/pins", {"requestId": "req_a", "unitId": "unt_far", "start": str(WEEK)})
    assert rules_in(answer) == [("pin",)]


def test_a_student_who_moves_to_kiruna_is_told_of_by_name_with_the_journey(county: County) -> None:
    answer = county.ask("PATCH", STUDENT, KIRUNA, by="institution", language="sv")
    assert answer.json()["lat"] == KIRUNA["lat"]
    (placed,) = answer.json()["impossiblePlacements"]
    assert (placed["studentId"], placed["studentExternalId"]) == ("stu_a", "ki-0001")
    (broken,) = placed["brokenRules"]
    assert (broken["rule"], broken["name"]) == ("travel-limit", "Längsta resa")
    assert broken["why"].endswith("minuter till Tallgården, men gränsen är 90")
    assert rules_in(county.ask("PATCH", STUDENT, {"priorityClass": 1}, by="institution")) == []
    assert rules_in(county.ask("PATCH", STUDENT, HOME, by="institution")) == []
    assert rules_in(county.ask("PATCH", STUDENT, {"zone": "kiruna"}, by="institution")) == [("travel-limit",)]


def test_the_coordinator_reads_no_pseudonym_in_what_has_become_impossible(county: County) -> None:
    (placed,) = county.ask("PATCH", STUDENT, {"maxTravel": 5}).json()["impossiblePlacements"]
    assert (placed["studentId"], placed["studentExternalId"]) == ("stu_a", None)


def test_the_unit_is_told_that_a_placement_cannot_stay_but_not_why_if_it_is_about_the_student(county: County) -> None:
    county.ask("PATCH", STUDENT, {"blockedUnits": ["unt_a"]}, by="institution")
    assert [event["rules"] for event in county.told("institution")] == [["blocked-unit"]]
    assert [event["rules"] for event in county.told("provider")] == [[]]
    county.ask("PATCH", UNIT, {"maxStudents": 1}, by="provider")
    for by in ("institution", "provider"):
        assert [event["rules"] for event in county.told(by)][1:] == [["unit-ceiling"]] * 2
    moved = county.ask("PATCH", UNIT, KIRUNA, by="provider").json()["impossiblePlacements"]
    assert [each["brokenRules"] for each in moved] == [
        [{"rule": None, "name": None, "why": "the placement cannot stay, for a reason that its lärosäte knows"}]
    ] * 2


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("path", "body", "sv", "en"),
    [
        (
            COURSE,
            {"supervisionCredits": 15},
            "handledaren har 7,5 hp men 15 krävs (en handledare vid Tallgården)",
            "the supervisor has 7.5 hp but 15 are required (a supervisor at Tallgården)",
        ),
        (
            UNIT,
            {"siteId": None},
            "studieorten är Söder, men Tallgården hör inte till någon studieort",
            "the site is Söder, but Tallgården belongs to no site",
        ),
        (
            OFFER,
            {"weeks": [{**week, "places": 1} for week in WEEKS[1:4]]},
            "Tallgården – sjuksköterska: fler studenter än erbjudna platser (2027-W01–W03)",
            "Tallgården – nurse: more students than places offered (2027-W01–W03)",
        ),
    ],
)
def test_how_a_rule_is_broken_is_told_in_a_sentence_that_reads_well(
    county: County, path: str, body: dict[str, Any], sv: str, en: str
) -> None:
    by = "institution" if path == COURSE else "coordinator"
    rows = county.ask("GET", path, by=by).json()
    for language, why in (("sv", sv), ("en", en)):
        found = county.ask("PATCH", path, body, by, language).json()["impossiblePlacements"]
        assert {broken["why"] for each in found for broken in each["brokenRules"]} == {why}
        county.ask("PATCH", path, {name: rows[name] for name in body}, by)


@pytest.mark.parametrize("dry_run", [True, False])
def test_a_sheet_lists_what_it_makes_impossible_and_so_does_its_dry_run(county: County, *, dry_run: bool) -> None:
    rows = [{"externalId": "ki-0001", "maxTravel": 5}, {"externalId": "ki-0002", "maxTravel": 5}]
    path = f"/students/imports?dryRun={str(dry_run).lower()}"
    answer = county.ask("POST", path, {"rows": rows}, by="institution", language="sv")
    assert answer.json()["changed"] == 2
    assert rules_in(answer) == [("travel-limit",)] * 2
    placed = answer.json()["impossiblePlacements"]
    assert {each["studentExternalId"] for each in placed} == {"ki-0001", "ki-0002"}
    assert len(county.told("institution")) == (0 if dry_run else 2)
    again = county.ask("POST", path, {"rows": rows}, by="institution")
    assert ("impossiblePlacements" in again.json()) is dry_run


def dry_run(county: County, row: dict[str, Any], by: str = "provider", language: str = "en") -> httpx2.Response:
    """Ask what a change of the unit in a sheet would do, and get the answer whole."""
    rows = {"rows": [{"id": "unt_a", "name": "Tallgården", "providerId": "org_city", **row}]}
    return county.ask("POST", "/units/imports?dryRun=true", rows, by, language)


def found_in(answer: httpx2.Response) -> dict[str, Any]:
    """Return an answer without the values that the caller has sent and those that they replace."""
    told: dict[str, Any] = answer.json()
    return {name: value for name, value in told.items() if name not in {"changes", "changesTotal"}}


def test_a_provider_finds_no_home_with_dry_runs_whose_answer_is_the_same_whether_or_not_the_journey_is_too_long(
    county: County,
) -> None:
    near, far = dry_run(county, HOME), dry_run(county, {**KIRUNA, "zone": "kiruna"})
    assert found_in(near) == found_in(far) == found_in(dry_run(county, {**KIRUNA, "siteId": None}))
    assert far.json()["impossibleUntold"] == (
        "Whether a rule about a student is broken is told only when the change is made."
    )
    assert dry_run(county, HOME, language="sv").json()["impossibleUntold"] == (
        "Om en regel om en student bryts berättas först när ändringen görs."
    )
    assert rules_in(dry_run(county, KIRUNA, "coordinator")) == [("travel-limit",)] * 2
    assert "impossibleUntold" not in dry_run(county, KIRUNA, "coordinator").json()


def test_a_provider_is_told_in_a_dry_run_what_is_about_the_unit_and_counts_nothing_that_is_about_students(
    county: County,
) -> None:
    both = dry_run(county, {**KIRUNA, "maxStudents": 1})
    assert found_in(both) == found_in(dry_run(county, {**HOME, "maxStudents": 1}))
    assert rules_in(both) == [("unit-ceiling",)] * 2
    elsewhere = dry_run(county, {**KIRUNA, "operatorId": "org_north"})
    assert found_in(elsewhere) == found_in(dry_run(county, {**HOME, "operatorId": "org_north"}))


def test_a_change_that_is_made_is_told_to_the_provider_as_ever_also_in_a_sheet(county: County) -> None:
    rows = {"rows": [{"id": "unt_a", "name": "Tallgården", "providerId": "org_city", **KIRUNA}]}
    answer = county.ask("POST", "/units/imports", rows, "provider")
    told = answer.json()["impossiblePlacements"]
    assert [[broken["rule"] for broken in each["brokenRules"]] for each in told] == [[None]] * 2
    assert "impossibleUntold" not in answer.json()
    assert len(county.told("provider")) == 2


def test_each_reader_of_the_feed_reads_one_event_for_each_placement_that_has_become_impossible(county: County) -> None:
    county.ask("PATCH", STUDENT, {"blockedUnits": ["unt_a"]}, by="institution")
    assert [event["rules"] for event in county.told("coordinator")] == [["blocked-unit"]]
    county.ask("PATCH", UNIT, {**KIRUNA, "maxStudents": 1}, by="provider")
    whole, bare = [["travel-limit", "unit-ceiling"]] * 2, [["unit-ceiling"]] * 2
    for by, rules in (("coordinator", whole), ("institution", whole), ("provider", bare)):
        assert [event["rules"] for event in county.told(by)][1:] == rules


def test_a_sheet_that_breaks_nothing_says_nothing(county: County) -> None:
    answer = county.ask(
        "POST", "/students/imports", {"rows": [{"externalId": "ki-0001", "maxTravel": 91}]}, "institution"
    )
    assert answer.json()["changed"] == 1
    assert not any(name.startswith("impossible") for name in answer.json())


def test_a_change_that_breaks_nothing_says_nothing(county: County) -> None:
    for method, path, body in (
        ("PATCH", STUDENT, {"maxTravel": 91}),
        ("PATCH", UNIT, {"name": "Tallbacken", "maxStudents": 2}),
        ("PATCH", OFFER, {"weeks": [{**week, "places": 3} for week in WEEKS]}),
        ("POST", "/pins", {"requestId": "req_a", "unitId": "unt_a", "start": str(WEEK)}),
        ("PATCH", TERM, {"weights": {"travel": 2}}),
    ):
        assert not any(name.startswith("impossible") for name in county.ask(method, path, body).json())
    assert county.told("coordinator") == []


def test_what_was_impossible_before_is_not_told_again_but_a_limit_that_falls_further_is(county: County) -> None:
    one = {"weeks": [{**week, "places": 1} for week in WEEKS]}
    assert rules_in(county.ask("PATCH", OFFER, one)) == [("capacity",)] * 2
    assert rules_in(county.ask("PATCH", UNIT, {"maxStudents": 2})) == []
    assert rules_in(county.ask("PATCH", UNIT, {"maxStudents": 1})) == [("unit-ceiling",)] * 2
    assert rules_in(county.ask("PATCH", UNIT, {"maxStudents": 0})) == [("unit-ceiling",)] * 2
    none = {"weeks": [{**week, "places": 0} for week in WEEKS]}
    assert rules_in(county.ask("PATCH", OFFER, none)) == [("capacity",)] * 2


def test_a_placement_that_is_over_is_not_impossible_but_its_place_is_taken(county: County) -> None:
    with open_session(county.engine) as session:
        over = session.exec(select(Placement)).first()
        assert over is not None
        over.status, name = PlacementStatus.COMPLETED, over.id
    found = county.ask("PATCH", UNIT, {"maxStudents": 1}).json()["impossiblePlacements"]
    assert [each["placementId"] == name for each in found] == [False]


def test_others_placements_are_counted_and_not_named(county: County) -> None:
    with open_session(county.engine) as session:
        session.get_one(Unit, "unt_a").operator_id = None
        session.add(Organisation(id="org_b", kind=OrganisationKind.INSTITUTION, name_sv="B", name_en="B"))
        session.add(
            Agreement(id="agr_b", institution_id="org_b", provider_id="org_city", valid_from=dt.date(2025, 1, 1))
        )
        session.get_one(Student, "stu_b").institution_id = "org_b"
        session.get_one(Unit, "unt_a").max_students = 2
    found = county.ask("POST", f"{AGREEMENT}/notice", {"givenOn": "2026-06-15"}, by="institution").json()
    assert [each["studentId"] for each in found["impossiblePlacements"]] == ["stu_a"]
    longer = county.ask("PATCH", UNIT, {"kinds": ["dental-care"]}, by="provider").json()
    assert len(longer["impossiblePlacements"]) == 2
    assert [event["studentId"] for event in county.told("institution")] == ["stu_a", "stu_a"]


def test_a_term_that_is_no_valid_problem_hides_no_withdrawn_request(county: County) -> None:
    with open_session(county.engine) as session:
        twice = session.get_one(Agreement, "agr_a").model_dump()
        session.add(Agreement(**{**twice, "id": "agr_twice", "every_unit": True}))
    assert rules_in(county.ask("PATCH", STUDENT, {"maxTravel": 5})) == []
    assert rules_in(county.ask("PATCH", REQUEST, {"status": "withdrawn"})) == [("request-withdrawn",)]


def test_in_a_term_without_placements_in_force_a_change_asks_nothing_of_the_rules(
    county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_session(county.engine) as session:
        for placement in session.exec(select(Placement)):
            placement.status = PlacementStatus.COMPLETED
    monkeypatch.setattr("placement.in_force.impossible.excerpt", None)
    assert rules_in(county.ask("PATCH", UNIT, {"maxStudents": 1})) == []


def test_where_very_many_rows_change_every_placement_in_force_is_judged(
    county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("placement.in_force.touched.MOST_ROWS", 0)
    assert rules_in(county.ask("PATCH", STUDENT, {"maxTravel": 5})) == [("travel-limit",)]
    assert rules_in(county.ask("PATCH", UNIT, {"maxStudents": 1})) == [("unit-ceiling",)] * 2


def test_a_removed_row_that_is_in_use_is_refused_as_ever(county: County) -> None:
    headers = {"Authorization": f"Bearer {county.tokens['coordinator']}", "If-Match": "*"}
    for path in (COURSE, TERM, UNIT, SUPERVISOR, STUDENT):
        assert county.client.delete(f"/v1{path}", headers=headers).status_code == 409
