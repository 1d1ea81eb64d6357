"""What each party of a swap sees of it, and what it is told: a unit never learns where the other student is."""

from __future__ import annotations

import json

import pytest

from placement.callers import Role
from placement.database import open_session
from placement.tables import Course, Pin
from tests.api.exchanges import AGREED, Exchanges
from tests.api.parties import token_of
from tests.placement.exchanging import LATER, ONE, OTHER, another_course, another_student, placed
from tests.rows import WEEK

SECRET = {"near": ("unt_far", "Granbacken", "sup_far", OTHER, "stu_b"), "far": ("unt_a", "Tallgården", "sup_a", ONE)}
"""What each unit must not read while the swap is asked for."""


@pytest.mark.parametrize("unit", ["near", "far"])
def test_a_unit_sees_its_own_place_and_student_and_nothing_of_the_other(exchanges: Exchanges, unit: str) -> None:
    swap = exchanges.agreed()
    for address in (f"/swaps/{swap}", "/swaps", "/events?kind=swap.asked", "/events?kind=swap.accepted"):
        text = exchanges.call("GET", address, by=unit).text
        assert swap in text
        assert [secret for secret in SECRET[unit] if secret in text] == []
    shown = exchanges.ask("GET", f"/swaps/{swap}", by=unit)
    own, others = sorted(shown["sides"], key=lambda side: side["placementId"] is None)
    assert own["before"] == others["after"]
    assert (own["after"], others["before"], others["student"]) == (None, None, None)
    assert own["student"]["studentExternalId"] is None
    assert (own["gain"], others["gain"], shown["terms"]) == (None, None, None)
    assert {own["consentedOn"], others["consentedOn"]} == {AGREED}
    assert sorted(str(answer["unitId"]) for answer in shown["answers"]) == sorted(
        ["None", {"near": "unt_a", "far": "unt_far"}[unit]]
    )
    assert [answer["answer"] for answer in shown["answers"]] == ["accepted", "accepted"]


def test_after_the_swap_each_unit_sees_the_student_it_got_and_the_one_it_had(exchanges: Exchanges) -> None:
    swap = exchanges.agreed()
    exchanges.decide(swap, "approved")
    for unit, place in (("near", "unt_a"), ("far", "unt_far")):
        shown = exchanges.ask("GET", f"/swaps/{swap}", by=unit)
        assert {side["placementId"] for side in shown["sides"]} == {ONE, OTHER}
        places = [each for side in shown["sides"] for each in (side["before"], side["after"]) if each]
        assert {each["unitId"] for each in places} == {place}
        assert [row["id"] for row in exchanges.ask("GET", f"/swaps?placementId={ONE}", by=unit)["items"]] == [swap]


def test_a_unit_does_not_find_out_by_asking_which_placement_the_other_is(exchanges: Exchanges) -> None:
    swap = exchanges.asked()
    found = {
        (by, placement): [row["id"] for row in exchanges.ask("GET", f"/swaps?placementId={placement}", by=by)["items"]]
        for by in ("near", "far", "provider", "institution", "coordinator")
        for placement in (ONE, OTHER)
    }
    assert {key for key, ids in found.items() if not ids} == {("near", OTHER), ("far", ONE)}
    assert {swap for ids in found.values() for swap in ids} == {swap}


def test_who_is_not_concerned_finds_no_swap(exchanges: Exchanges) -> None:
    swap = exchanges.asked()
    exchanges.tokens["umea"] = token_of(exchanges.engine, Role.INSTITUTION, _another_institution(exchanges))
    exchanges.tokens["student"] = token_of(exchanges.engine, Role.STUDENT, "org_ki")
    for by in ("stranger", "umea"):
        assert exchanges.ask("GET", "/swaps", by=by)["total"] == 0
        assert exchanges.call("GET", f"/swaps/{swap}", by=by).status_code == 404
        assert exchanges.told(by, "swap.asked") == []
    assert exchanges.decide(swap, "withdrawn", "umea").status_code == 404
    consent = exchanges.call("PUT", f"/swaps/{swap}/consents/{ONE}", {"consentedOn": AGREED}, "umea")
    assert consent.status_code == 404
    assert exchanges.call("GET", f"/placements/{ONE}/swap-candidates", by="umea").status_code == 404
    sides = {"sides": [{"placementId": ONE}, {"placementId": OTHER}]}
    theirs = exchanges.call("POST", "/swaps", sides, "umea").json()["errors"]
    assert [fault["pointer"] for fault in theirs] == ["/sides/0/placementId", "/sides/1/placementId"]
    answer = {"answer": "accepted"}
    assert exchanges.call("PUT", f"/swaps/{swap}/answers/unt_a", answer, "stranger").status_code == 404
    assert exchanges.call("PUT", f"/swaps/{swap}/answers/unt_a", answer, "far").status_code == 404
    assert exchanges.call("PUT", f"/swaps/{swap}/answers/unt_none", answer, "provider").status_code == 404
    assert exchanges.call("PUT", f"/swaps/{swap}/consents/pla_none", {"consentedOn": AGREED}).status_code == 404
    assert exchanges.call("GET", "/swaps", by="student").status_code == 403
    for by in ("near", "provider"):
        assert exchanges.call("POST", "/swaps", sides, by).status_code == 403
    assert exchanges.call("PUT", f"/swaps/{swap}/answers/unt_a", answer).status_code == 403


def test_every_party_is_told_of_each_step_once(exchanges: Exchanges) -> None:
    swap = exchanges.agreed()
    exchanges.decide(swap, "approved")
    steps = ["swap.asked", "swap.accepted", "swap.accepted", "swap.approved"]
    for by in ("institution", "near", "far", "coordinator"):
        told = [event["kind"] for event in exchanges.told(by) if event["subjectId"] == swap]
        assert told == steps, by
    moved = {by: [event["subjectId"] for event in exchanges.told(by, "placement.moved")] for by in ("near", "far")}
    left = {by: [event["subjectId"] for event in exchanges.told(by, "placement.left")] for by in ("near", "far")}
    assert moved == {"near": [OTHER], "far": [ONE]}
    assert left == {"near": [ONE], "far": [OTHER]}
    (whole,) = exchanges.told("institution", "swap.approved")
    assert (whole["details"]["placementIds"], whole["details"]["studentIds"]) == ([ONE, OTHER], ["stu_a", "stu_b"])
    (own,) = exchanges.told("near", "swap.approved")
    assert (own["details"]["placementIds"], "studentIds" in own["details"]) == ([ONE], False)
    answered = [event["details"]["unitId"] for event in exchanges.told("near", "swap.accepted")]
    assert answered == ["unt_a", None]


def test_swaps_are_listed_by_term_and_status_in_the_order_in_which_they_were_asked_for(exchanges: Exchanges) -> None:
    first = exchanges.asked()
    exchanges.decide(first, "withdrawn", "institution")
    second = exchanges.asked()
    for query, found in (
        ("", [first, second]),
        ("?termId=trm_a&status=asked", [second]),
        ("?status=withdrawn", [first]),
        ("?termId=trm_none", []),
        ("?limit=1&offset=1", [second]),
    ):
        listed = exchanges.call("GET", f"/swaps{query}")
        assert [row["id"] for row in listed.json()["items"]] == found, query
    assert listed.json()["total"] == 2
    assert 'rel="prev"' in listed.headers["Link"]
    assert exchanges.call("GET", "/swaps?status=perhaps").status_code == 422


def test_the_candidates_are_those_with_whom_no_rule_is_broken_the_best_for_the_plan_first(
    exchanges: Exchanges,
) -> None:
    with open_session(exchanges.engine) as session:
        session.get_one(Course, "crs_a").supervision_credits = None
        session.add(placed("pla_c", another_student(session, "c"), "unt_far", WEEK))
        decided = another_student(session, "d")
        session.add(placed("pla_decided", decided, "unt_a", LATER))
        session.add(Pin(term_id="trm_a", request_id=decided, unit_id="unt_a", start=LATER))
        course = another_student(session, "e", another_course(session, 1))
        session.add(placed("pla_course", course, "unt_a", WEEK.plus(7), weeks=2))
    found = exchanges.ask("GET", f"/placements/{ONE}/swap-candidates")["items"]
    assert [(row["id"], row["total"]) for row in found] == [(OTHER, -50), ("pla_c", -45)]
    best = found[0]
    assert (best["studentExternalId"], best["place"]["unitName"]) == ("ki-0002", "Granbacken")
    assert (best["ownGain"]["minutesBefore"], best["ownGain"]["minutesAfter"]) == (37, 15)
    assert (best["gain"]["rankAfter"], best["terms"][0]["difference"]) == (1, -50)
    asked = exchanges.wish(ONE, best["id"])
    assert [side["gain"] for side in asked.json()["sides"]] == [best["ownGain"], best["gain"]]
    assert asked.json()["terms"] == best["terms"]
    assert exchanges.ask("GET", f"/placements/{ONE}/swap-candidates")["total"] == 0
    left = exchanges.ask("GET", "/placements/pla_c/swap-candidates", by="coordinator")
    assert left["total"] == 0, "both others are in a swap"
    assert exchanges.call("GET", "/placements/pla_none/swap-candidates").status_code == 404
    assert exchanges.call("GET", f"/placements/{ONE}/swap-candidates", by="near").status_code == 403


def test_a_placement_with_no_place_under_the_rules_has_no_candidates(exchanges: Exchanges) -> None:
    with open_session(exchanges.engine) as session:
        session.get_one(Course, "crs_a").weeks = 4
    assert exchanges.ask("GET", f"/placements/{ONE}/swap-candidates")["items"] == []


def _another_institution(exchanges: Exchanges) -> str:
    body = {"kind": "institution", "nameSv": "Umeå universitet", "nameEn": "Umeå University"}
    return str(json.loads(exchanges.call("POST", "/organisations", body, "coordinator").text)["id"])
