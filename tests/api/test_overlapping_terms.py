"""Two terms that share weeks, from end to end over REST: whoever is published first, the other takes heed of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from fastapi import FastAPI

from placement.callers import Role
from placement.planning.broken import name_rule
from placement.running import worker
from placement.what_if import previews
from tests.api.conftest import Connect
from tests.api.parties import Party, token_of
from tests.api.two_terms import MEETING, SPRING, SUMMER, TAKEN, County, Entry, weeks_of
from tests.databases import CopyOf
from tests.placement.solving_here import SolverHere


@pytest.fixture
def county(app: FastAPI, copy_of: CopyOf[Entry], connect: Connect, monkeypatch: pytest.MonkeyPatch) -> Iterator[County]:
    """A county that each test sets up, and its coordinator."""
    monkeypatch.setattr(worker, "SolverProcess", SolverHere)
    county = County(app, copy_of, connect)
    yield county
    county.close()


ORDERS = pytest.mark.parametrize(("first", "second"), [("VT2027", "ST2027"), ("ST2027", "VT2027")])


@ORDERS
def test_one_student_pinned_in_both_terms_to_the_same_week_is_refused_the_second(
    county: County, first: str, second: str
) -> None:
    county.set_up(SPRING, SUMMER)
    county.pin(county.ask_for("anna", first))
    county.pin(county.ask_for("anna", second))
    county.settle(first)
    ended = county.run(second, "failed")
    assert "“No overlap”" in ended["error"]
    assert f"(2027-W21–W22): {TAKEN[first]}" in ended["error"]
    assert county.in_force() == {first: MEETING}


def same_unit(county: County) -> None:
    county.set_up(SPRING, SUMMER, places=9)


def same_offer(county: County) -> None:
    county.set_up(SPRING, SUMMER, ceiling=None)


def same_supervisor(county: County) -> None:
    county.set_up(SPRING, SUMMER, places=9, ceiling=None)


def same_agreement(county: County) -> None:
    county.set_up(SPRING, SUMMER, places=9, ceiling=None)
    volumes = [{"termId": term, "minStudentWeeks": 0, "maxStudentWeeks": 3} for term in county.terms.values()]
    county.by.change(f"/v1/agreements/{county.ids['agreement']}", {"volumes": volumes})


KINDS = pytest.mark.parametrize(
    ("prepare", "rule"),
    [
        (same_unit, "unit-ceiling"),
        (same_offer, "capacity"),
        (same_supervisor, "supervisor-load"),
        (same_agreement, "agreement-ceiling"),
    ],
)


@ORDERS
@KINDS
def test_two_students_pinned_to_what_has_room_for_one_are_refused_the_second(
    county: County, prepare: Callable[[County], None], rule: str, first: str, second: str
) -> None:
    prepare(county)
    named = {"supervisorId": county.ids["supervisor"]} if rule == "supervisor-load" else {}
    county.pin(county.ask_for("anna", first), **named)
    county.pin(county.ask_for("bo", second), **named)
    county.settle(first)
    ended = county.run(second, "failed")
    assert f"breaks the rule “{name_rule(rule).en}”: " in ended["error"]
    assert TAKEN[first] in ended["error"]


@ORDERS
@KINDS
def test_two_plans_made_side_by_side_are_not_both_published(
    county: County, prepare: Callable[[County], None], rule: str, first: str, second: str
) -> None:
    prepare(county)
    named = {"supervisorId": county.ids["supervisor"]} if rule == "supervisor-load" else {}
    county.pin(county.ask_for("anna", first), **named)
    county.pin(county.ask_for("bo", second), **named)
    one, other = county.run(first)["id"], county.run(second)["id"]
    county.publish(first, one)
    refused = county.publish(second, other, 409)
    (error,) = refused["errors"]
    assert f"the student {county.ids['bo']} at Tallgården, 2027-W21–W22: " in error["detail"]
    assert error["detail"].endswith(TAKEN[first])
    assert refused["detail"].startswith(f"The plan clashes with what is in force in {first}: ")
    assert list(county.in_force()) == [first]


def less_agreed(county: County) -> None:
    county.set_up(SPRING, SUMMER, places=9, ceiling=None)
    volumes = [{"termId": county.terms["VT2027"], "minStudentWeeks": 0, "maxStudentWeeks": 3}]
    county.by.change(f"/v1/agreements/{county.ids['agreement']}", {"volumes": volumes})


def less_offered(county: County) -> None:
    county.set_up(SPRING, SUMMER, places=9, ceiling=None)
    fewer = [{"week": week, "places": 1} for week in (MEETING, "2027-W22")]
    county.by.change(f"/v1/capacity-offers/{county.ids['offer VT2027']}", {"weeks": fewer})


def less_offered_to_one(county: County) -> None:
    less_offered(county)
    (ki,) = county.by.all("/v1/organisations?kind=institution")
    county.by.change(f"/v1/capacity-offers/{county.ids['offer VT2027']}", {"institutions": [ki["id"]]})


@pytest.mark.parametrize(
    ("prepare", "week", "rule"),
    [
        (less_offered_to_one, MEETING, "Places offered"),
        (less_agreed, "2027-W05", "Ceiling of the agreement"),
        (same_agreement, "2027-W05", "Ceiling of the agreement"),
    ],
)
def test_a_plan_that_takes_what_another_term_s_numbers_leave_to_its_own_is_refused_whichever_is_first(
    county: County, prepare: Callable[[County], None], week: str, rule: str
) -> None:
    prepare(county)
    county.pin(county.ask_for("bo", "VT2027"), week)
    county.pin(county.ask_for("anna", "ST2027"))
    county.settle("VT2027")
    refused = county.publish("ST2027", county.run("ST2027")["id"], 409)
    assert refused["detail"].startswith("The plan takes more than the numbers in VT2027 allow ")
    assert [rule in error["detail"] for error in refused["errors"]] == [True]
    assert list(county.in_force()) == ["VT2027"]
    assert county.by.get(f"/v1/terms/{county.terms['ST2027']}/publications")["items"] == []


def test_a_plan_goes_round_the_weeks_in_which_another_term_s_offer_is_smaller_and_used(county: County) -> None:
    less_offered(county)
    county.pin(county.ask_for("bo", "VT2027"))
    county.settle("VT2027")
    county.ask_for("anna", "ST2027")
    county.settle("ST2027")
    assert county.in_force()["ST2027"] not in {"2027-W20", MEETING, "2027-W22"}
    county.pin(county.ask_for("cia", "ST2027"))
    refused = county.run("ST2027", "failed")
    assert "“Places offered”" in refused["error"]
    assert TAKEN["VT2027"] in refused["error"]


def test_a_repair_that_takes_nothing_more_of_another_term_s_numbers_is_not_refused_for_what_is_too_little_already(
    county: County,
) -> None:
    county.set_up(SPRING, SUMMER, places=9, ceiling=None)
    who = {"unitId": county.ids["unit"], "profession": "nurse", "externalId": "h-2", "role": "supervisor"}
    second = county.by.enter("/v1/supervisors", {**who, "maxStudents": 1})
    county.pin(county.ask_for("bo", "VT2027"))
    asked = county.ask_for("anna", "ST2027")
    pin = county.pin(asked, supervisorId=county.ids["supervisor"])
    county.settle("VT2027")
    county.settle("ST2027")
    volumes = [{"termId": county.terms["VT2027"], "minStudentWeeks": 0, "maxStudentWeeks": 3}]
    county.by.change(f"/v1/agreements/{county.ids['agreement']}", {"volumes": volumes})
    county.by.ask("DELETE", f"/v1/pins/{pin}", 204, None, **{"If-Match": '"1"'})
    county.pin(asked, supervisorId=second)
    county.publish("ST2027", county.run("ST2027")["id"])
    county.pin(county.ask_for("cia", "ST2027"))
    refused = county.publish("ST2027", county.run("ST2027")["id"], 409)
    (error,) = refused["errors"]
    assert error["detail"] == (
        f"the student {county.ids['cia']} at Tallgården, 2027-W21–W22: breaks the rule “Ceiling of the agreement” in "
        "VT2027: KI – Nacka: 6 student-weeks, but the agreement's ceiling is 3"
    )
    assert refused["detail"].endswith("Raise the numbers there, or lower them here to those, and plan again")


def test_where_nothing_is_pinned_the_second_term_is_planned_around_the_first(county: County) -> None:
    county.set_up(SPRING, SUMMER)
    county.pin(county.ask_for("anna", "VT2027"))
    county.ask_for("bo", "ST2027")
    county.settle("VT2027")
    county.settle("ST2027")
    starts = county.in_force()
    assert starts.pop("VT2027") == MEETING
    assert starts["ST2027"] not in {"2027-W20", MEETING, "2027-W22"}


def test_a_request_that_only_has_the_weeks_taken_is_unplaced_with_the_reason(county: County) -> None:
    county.set_up(SPRING, SUMMER)
    windows = f"/v1/courses/{county.ids['course']}/windows/{county.terms['ST2027']}"
    county.by.change(windows, {"starts": [MEETING]}, "PUT")
    county.pin(county.ask_for("anna", "VT2027"))
    county.ask_for("bo", "ST2027")
    county.settle("VT2027")
    run = county.run("ST2027")["id"]
    assert f"(2027-W21–W22, {TAKEN['VT2027']})." in county.why(run)
    assert "upptaget av en annan termin (VT2027)" in county.why(run, "sv")
    (line,) = county.by.all(f"/v1/unplaced-requests?runId={run}")
    assert line["reasons"]["unit_ceilings"] == [{"id": county.ids["unit"], "weeks": [1, 2], "terms": ["VT2027"]}]
    assert "other_terms" not in line["reasons"]


def test_a_student_whose_own_weeks_are_taken_is_unplaced_with_the_reason(county: County) -> None:
    county.set_up(SPRING, SUMMER, places=9, ceiling=None)
    windows = f"/v1/courses/{county.ids['course']}/windows/{county.terms['ST2027']}"
    county.by.change(windows, {"starts": ["2027-W22"]}, "PUT")
    county.pin(county.ask_for("anna", "VT2027"))
    county.ask_for("anna", "ST2027")
    county.settle("VT2027")
    run = county.run("ST2027")["id"]
    assert county.why(run).endswith(f"The student's weeks 2027-W22: {TAKEN['VT2027']}.")


@pytest.mark.usefixtures("begun")
def test_what_is_over_in_the_term_itself_is_not_told_as_another_term_s(county: County) -> None:
    """Anna's placement in the autumn is completed and her request withdrawn; Bo wants the same place."""
    county.set_up({"code": "HT2026", "firstWeek": "2026-W44", "weeks": 12}, SPRING)
    windows = f"/v1/courses/{county.ids['course']}/windows/{county.terms['HT2026']}"
    county.by.change(windows, {"starts": ["2026-W47"]}, "PUT")
    request = county.ask_for("anna", "HT2026")
    county.settle("HT2026")
    (placement,) = county.by.all("/v1/placements")
    county.by.change(f"/v1/placements/{placement['id']}", {"status": "completed"})
    county.by.change(f"/v1/requests/{request}", {"status": "withdrawn"})
    county.ask_for("bo", "HT2026")
    run = county.run("HT2026")["id"]
    assert "(2026-W47–W48, taken by a placement of this term that is over)" in county.why(run)
    assert "upptaget av en placering i terminen som är avslutad" in county.why(run, "sv")
    assert "HT2026" not in county.why(run)
    (line,) = county.by.all(f"/v1/unplaced-requests?runId={run}")
    assert line["reasons"]["unit_ceilings"][0]["terms"] == ["this-term"]


def test_a_balance_sets_only_the_term_s_own_placements_against_what_is_asked_in_it(county: County) -> None:
    county.set_up(SPRING, SUMMER, places=9, ceiling=None)
    volumes = [{"termId": county.terms["ST2027"], "minStudentWeeks": 4, "maxStudentWeeks": 9}]
    county.by.change(f"/v1/agreements/{county.ids['agreement']}", {"volumes": volumes})
    county.pin(county.ask_for("anna", "VT2027"))
    county.settle("VT2027")
    county.ask_for("bo", "ST2027")
    balances = f"/v1/terms/{county.terms['ST2027']}/agreement-balances"
    (shown,) = county.by.get(balances)["items"]
    assert (shown["asked"], shown["inForce"], shown["shareOfFloor"], shown["shareOfAsked"]) == (2, 2, 0.5, 0)
    county.settle("ST2027")
    (shown,) = county.by.get(balances)["items"]
    assert (shown["asked"], shown["inForce"], shown["shareOfFloor"], shown["shareOfAsked"]) == (2, 4, 1, 1)


def test_a_preview_tells_care_nothing_of_where_the_student_is_in_another_term(
    county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Anna could come back to the unit in week 21, were she not at another unit in the summer term then."""
    monkeypatch.setattr(previews, "SolverProcess", SolverHere)
    county.set_up(SPRING, SUMMER, places=9, ceiling=None)
    course = f"/v1/courses/{county.ids['course']}/windows"
    county.by.change(f"{course}/{county.terms['VT2027']}", {"starts": ["2027-W19", MEETING]}, "PUT")
    summer = {"termId": county.terms["ST2027"], "unitId": county.ids["other"], "professions": ["nurse"]}
    weeks = [{"week": week, "places": 5} for week in weeks_of(SUMMER)]
    county.by.enter("/v1/capacity-offers", {**summer, "institutions": None, "status": "answered", "weeks": weeks})
    elsewhere = {"requestId": county.ask_for("anna", "ST2027"), "unitId": county.ids["other"], "start": MEETING}
    county.by.enter("/v1/pins", elsewhere)
    county.settle("ST2027")
    county.pin(county.ask_for("anna", "VT2027"), "2027-W19")
    county.settle("VT2027")
    for pin in county.by.all("/v1/pins"):
        county.by.ask("DELETE", f"/v1/pins/{pin['id']}", 204, None, **{"If-Match": '"1"'})
    cut = {"closures": [{"unitId": county.ids["unit"], "firstWeek": "2027-W19", "lastWeek": "2027-W20"}]}
    address = f"/v1/terms/{county.terms['VT2027']}/cut-previews"

    def told(by: Party, language: str = "en") -> str:
        (row,) = by.ask("POST", address, 200, cut, **{"Accept-Language": language}).json()["placements"]
        assert row["kind"] == "lost"
        return str(row["text"])

    (care,) = (row["id"] for row in county.by.all("/v1/organisations") if row["kind"] == "provider")
    provider = Party(county.by.http, token_of(county.engine, Role.PROVIDER, care, "Ada"), care)
    assert told(provider) == "The place no longer holds: Places offered. No other time or unit suits the student."
    assert told(provider, "sv").endswith("Ingen annan tid eller enhet passar studenten.")
    assert told(county.by).endswith(f"Places offered. The student's own weeks are {TAKEN['ST2027']}.")
    assert told(county.by, "sv").endswith("Studentens egna veckor: upptaget av en annan termin (ST2027).")


@pytest.mark.parametrize("cut", ["absences", "agreements"])
def test_a_preview_tells_what_a_reduction_makes_impossible_in_another_term_too(
    county: County, monkeypatch: pytest.MonkeyPatch, cut: str
) -> None:
    """A supervisor's absence and an agreement's end concern every term; saving them names both students."""
    monkeypatch.setattr(previews, "SolverProcess", SolverHere)
    county.set_up(SPRING, SUMMER, places=9, ceiling=None)
    county.by.change(f"/v1/courses/{county.ids['course']}", {"supervisionCredits": 0.0})
    supervisor = f"/v1/supervisors/{county.ids['supervisor']}"
    county.by.change(supervisor, {"maxStudents": 2})
    for term, student in (("VT2027", "anna"), ("ST2027", "bo")):
        windows = f"/v1/courses/{county.ids['course']}/windows/{county.terms[term]}"
        county.by.change(windows, {"starts": [MEETING]}, "PUT")
        county.ask_for(student, term)
        county.settle(term)
    (care,) = (row["id"] for row in county.by.all("/v1/organisations") if row["kind"] == "provider")
    provider = Party(county.by.http, token_of(county.engine, Role.PROVIDER, care, "Ada"), care)
    away = {"supervisorId": county.ids["supervisor"], "firstWeek": MEETING, "lastWeek": "2027-W22"}
    ended = {"agreementId": county.ids["agreement"], "endsOn": "2027-05-25"}
    body = {"absences": [away]} if cut == "absences" else {"agreements": [ended]}
    for term, other in (("VT2027", "ST2027"), ("ST2027", "VT2027")):
        address = f"/v1/terms/{county.terms[term]}/cut-previews"
        told = provider.ask("POST", address, 200, body).json()
        assert [row["kind"] for row in told["placements"]] == ["lost"]
        (row,) = told["otherTerms"]
        assert (row["termId"], row["unitName"], row["firstWeek"]) == (county.terms[other], "Tallgården", MEETING)
        rule = "supervision" if cut == "absences" else "agreement"
        assert [broken["rule"] for broken in row["brokenRules"]] == [rule]
        assert (told["elsewhere"], told["otherTermsElsewhere"]) == (0, 0)
    assert county.by.get("/v1/events?kind=placement.impossible")["items"] == []
    saved = {"weeks": [week for week in weeks_of(SPRING) if week < MEETING]}
    address, change = (
        (supervisor, saved)
        if cut == "absences"
        else (f"/v1/agreements/{county.ids['agreement']}", {"validTo": ended["endsOn"]})
    )
    assert len(county.by.change(address, change)["impossiblePlacements"]) == 2


def test_an_absence_in_weeks_of_one_term_takes_nobody_off_duty_in_the_other_weeks_of_another(
    county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(previews, "SolverProcess", SolverHere)
    county.set_up(SPRING, SUMMER, places=9, ceiling=None)
    county.by.change(f"/v1/courses/{county.ids['course']}", {"supervisionCredits": 0.0})
    county.pin(county.ask_for("bo", "ST2027"), "2027-W25", supervisorId=county.ids["supervisor"])
    county.settle("ST2027")
    away = {"supervisorId": county.ids["supervisor"], "firstWeek": MEETING, "lastWeek": "2027-W22"}
    address = f"/v1/terms/{county.terms['VT2027']}/cut-previews"
    told = county.by.ask("POST", address, 200, {"absences": [away]}).json()
    assert (told["placements"], told["otherTerms"], told["otherTermsElsewhere"]) == ([], [], 0)


def test_a_repair_moves_the_placement_that_clashes_with_another_term(county: County) -> None:
    """Both terms were published while the unit took two; then its ceiling falls to one, and the summer is repaired."""
    county.set_up(SPRING, SUMMER, places=9, ceiling=2)
    county.pin(county.ask_for("anna", "VT2027"))
    pin = county.pin(county.ask_for("bo", "ST2027"))
    county.settle("VT2027")
    county.settle("ST2027")
    assert county.in_force() == {"VT2027": MEETING, "ST2027": MEETING}
    county.by.ask("DELETE", f"/v1/pins/{pin}", 204, None, **{"If-Match": '"1"'})
    county.by.change(f"/v1/units/{county.ids['unit']}", {"maxStudents": 1})
    county.settle("ST2027", mode="repair")
    starts = county.in_force()
    assert starts["VT2027"] == MEETING
    assert starts["ST2027"] not in {"2027-W20", MEETING, "2027-W22"}


def test_what_is_published_meanwhile_in_other_weeks_refuses_nothing(county: County) -> None:
    county.set_up(SPRING, SUMMER)
    county.pin(county.ask_for("anna", "VT2027"), "2027-W19")
    county.pin(county.ask_for("bo", "ST2027"))
    run = county.run("ST2027")["id"]
    county.settle("VT2027")
    county.publish("ST2027", run)
    assert county.in_force() == {"VT2027": "2027-W19", "ST2027": MEETING}


def test_a_place_that_the_other_term_gives_back_can_be_had(county: County) -> None:
    county.set_up(SPRING, SUMMER)
    county.pin(county.ask_for("anna", "VT2027"))
    county.settle("VT2027")
    county.pin(county.ask_for("bo", "ST2027"))
    county.run("ST2027", "failed")
    (placement,) = county.by.all("/v1/placements")
    county.by.change(f"/v1/placements/{placement['id']}", {"status": "cancelled"})
    county.settle("ST2027")
    assert county.in_force() == {"ST2027": MEETING}


@pytest.mark.parametrize("week", ["2026-W53", "2027-W01"])
def test_terms_that_meet_at_the_end_of_a_year_with_week_53_are_no_exception(county: County, week: str) -> None:
    county.set_up(
        {"code": "HT2026", "firstWeek": "2026-W36", "weeks": 20},
        {"code": "VT2027", "firstWeek": "2026-W53", "weeks": 20},
    )
    county.pin(county.ask_for("anna", "HT2026"), week)
    county.pin(county.ask_for("bo", "VT2027"), "2027-W01")
    county.settle("HT2026")
    ended = county.run("VT2027", "failed")
    assert "“Ceiling of the unit”" in ended["error"]
    assert "taken by the other term (HT2026)" in ended["error"]
    assert ("(2027-W01–W02)" in ended["error"]) == (week == "2027-W01")


def test_a_placement_says_which_term_it_belongs_to(county: County) -> None:
    county.set_up(SPRING, SUMMER)
    county.pin(county.ask_for("anna", "VT2027"))
    run = county.run("VT2027")["id"]
    (draft,) = county.by.all(f"/v1/placements?runId={run}")
    assert draft["termId"] == county.terms["VT2027"]
    county.publish("VT2027", run)
    (row,) = county.by.all(f"/v1/placements?termId={county.terms['VT2027']}")
    assert row["termId"] == county.by.get(f"/v1/placements/{row['id']}")["termId"] == county.terms["VT2027"]
    assert county.by.all(f"/v1/placements?termId={county.terms['ST2027']}") == []
    events = county.by.get(f"/v1/events?subjectId={row['id']}")["items"]
    assert {event["termId"] for event in events} == {county.terms["VT2027"]}


def test_a_place_that_another_term_has_taken_has_a_price_in_the_term_that_lacks_it(county: County) -> None:
    county.set_up(SPRING, SUMMER, ceiling=None)
    only = {"starts": [MEETING]}
    for term in county.terms.values():
        county.by.change(f"/v1/courses/{county.ids['course']}/windows/{term}", only, "PUT")
    county.ask_for("anna", "VT2027")
    county.settle("VT2027")
    wanting = county.ask_for("bo", "ST2027")
    run = county.run("ST2027")["id"]
    (price,) = county.by.get(f"/v1/runs/{run}/prices")["items"]
    assert (price["rule"], price["unit"]) == ("capacity", "Tallgården")
    assert [each["week"] for each in price["weeks"]] == [MEETING, "2027-W22"]
    (remedy,) = county.by.get(f"/v1/runs/{run}/explanations/{wanting}/remedies")["remedies"]
    assert price["worth"] >= remedy["objectiveBefore"] - remedy["objectiveAfter"] > 9000
