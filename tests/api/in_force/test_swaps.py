"""Two students exchange places through the API: asked for, agreed to, approved, and everything that may stop it."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlmodel import col, select

from placement.database import open_session
from placement.tables import AuditEntry, Placement, PlacementStatus, Swap
from tests.api.exchanges import AGREED, Exchanges
from tests.identity import number_of
from tests.placement.exchanging import LATER, ONE, OTHER, another_student, placed
from tests.rows import WEEK

BEFORE = {ONE: ("unt_a", str(WEEK), "sup_a", "published"), OTHER: ("unt_far", str(LATER), "sup_far", "published")}
AFTER = {ONE: ("unt_far", str(LATER), "sup_far", "accepted"), OTHER: ("unt_a", str(WEEK), "sup_a", "accepted")}


def test_two_students_exchange_unit_start_and_supervisor_when_all_have_agreed(exchanges: Exchanges) -> None:
    swap = exchanges.agreed()
    assert exchanges.places() == BEFORE
    approved = exchanges.decide(swap, "approved", decidedBy="Eva Ek").json()
    assert (approved["status"], approved["decidedBy"], approved["reason"]) == ("approved", "Eva Ek", None)
    assert exchanges.places() == AFTER
    again = exchanges.decide(swap, "approved").json()
    assert again == approved


def test_a_placement_keeps_its_id_and_has_a_new_version_after_a_swap(exchanges: Exchanges) -> None:
    before = exchanges.call("GET", f"/placements/{ONE}")
    exchanges.decide(exchanges.agreed(), "approved")
    after = exchanges.call("GET", f"/placements/{ONE}")
    assert after.headers["ETag"] != before.headers["ETag"]
    assert after.json()["changedAt"] > before.json()["changedAt"]
    unchanged = ("id", "requestId", "studentId", "courseId", "termId", "weeks")
    assert {name: after.json()[name] for name in unchanged} == {name: before.json()[name] for name in unchanged}
    stale = exchanges.call("PATCH", f"/placements/{ONE}", {"status": "cancelled"}, tag=before.headers["ETag"])
    assert stale.status_code == 412


def test_a_swap_says_what_it_gives_each_student_and_the_plan(exchanges: Exchanges) -> None:
    answer = exchanges.wish()
    shown = answer.json()
    assert answer.headers["Location"] == f"/v1/swaps/{shown['id']}"
    assert answer.headers["ETag"] == f'"{shown["version"]}"'
    one, other = shown["sides"]
    assert (one["placementId"], one["student"]["studentExternalId"]) == (ONE, "ki-0001")
    assert (one["before"]["unitId"], one["after"]["unitId"]) == ("unt_a", "unt_far")
    assert one["after"] == other["before"]
    assert other["after"] == one["before"]
    assert one["gain"] == {"minutesBefore": 37, "minutesAfter": 15, "rankBefore": 1, "rankAfter": 2}
    assert other["gain"] == {"minutesBefore": 47, "minutesAfter": 19, "rankBefore": None, "rankAfter": 1}
    shorter = (15 - 37) + (19 - 47)  # a minute costs one point; one preference is lost as the other is won
    assert shown["terms"] == [{"term": "travel", "name": "Travel", "difference": shorter}]
    assert (shown["askedBy"], shown["status"], one["consentedOn"]) == ("KI", "asked", AGREED)


def test_each_yes_may_be_told_later_and_all_that_is_missing_is_named(exchanges: Exchanges) -> None:
    swap = exchanges.wish(day=None).json()["id"]
    refused = exchanges.decide(swap, "approved")
    assert refused.status_code == 409
    assert [fault["detail"] for fault in refused.json()["errors"]] == [
        "the student at Tallgården has not said yes",
        "the student at Granbacken has not said yes",
        "Tallgården has not accepted the swap",
        "Granbacken has not accepted the swap",
    ]
    for placement, day in ((ONE, AGREED), (OTHER, "2026-12-10"), (OTHER, AGREED), (OTHER, AGREED)):
        exchanges.ask("PUT", f"/swaps/{swap}/consents/{placement}", {"consentedOn": day})
    swedish = exchanges.call("PATCH", f"/swaps/{swap}", {"status": "approved"}, "coordinator", "sv")
    assert "Granbacken har inte godtagit bytet" in swedish.json()["detail"]
    assert len(swedish.json()["errors"]) == 2
    exchanges.answer(swap, "provider", "unt_a")
    exchanges.answer(swap, "provider", "unt_far")
    assert exchanges.decide(swap, "approved").json()["decidedBy"] == "Eva Ek"
    assert len(exchanges.told("institution", "swap.consented")) == 3


@pytest.mark.parametrize(
    ("day", "why"),
    [
        ("2026-12-11", "the day is in the future"),
        ("2026-11-30", "the placements have their places since 2026-12-01, which is after that day"),
    ],
)
def test_a_yes_is_from_the_day_of_the_plan_until_today(exchanges: Exchanges, day: str, why: str) -> None:
    refused = exchanges.wish(day=day)
    assert refused.status_code == 422
    assert [(fault["pointer"], fault["detail"]) for fault in refused.json()["errors"]] == [
        ("/sides/0/consentedOn", why),
        ("/sides/1/consentedOn", why),
    ]
    swap = exchanges.wish(day=None).json()["id"]
    refused = exchanges.call("PUT", f"/swaps/{swap}/consents/{ONE}", {"consentedOn": day})
    assert [(fault["pointer"], fault["detail"]) for fault in refused.json()["errors"]] == [("/consentedOn", why)]
    assert exchanges.ask("GET", f"/swaps/{swap}")["sides"][0]["consentedOn"] is None


def test_a_yes_to_one_swap_is_none_to_the_next(exchanges: Exchanges) -> None:
    """The day of the second yes is before the first swap, when the places were others."""
    exchanges.decide(exchanges.agreed(), "approved")
    with open_session(exchanges.engine) as session:
        session.exec(select(Swap)).one().decided_at = exchanges.moment[0]
    refused = exchanges.wish(day=AGREED).json()
    assert "since 2026-12-10" in refused["errors"][0]["detail"]
    assert exchanges.wish(day="2026-12-10").status_code == 201


def test_at_one_unit_one_answer_is_enough(exchanges: Exchanges) -> None:
    with open_session(exchanges.engine) as session:
        placement = session.get_one(Placement, OTHER)
        placement.unit_id, placement.supervisor_id = "unt_a", "sup_a"
    swap = exchanges.asked()
    answered = exchanges.answer(swap, "near", "unt_a")
    assert [answer["answer"] for answer in answered["answers"]] == ["accepted"]
    assert exchanges.decide(swap, "approved").status_code == 200
    assert {name: place[:2] for name, place in exchanges.places().items()} == {
        ONE: ("unt_a", str(LATER)),
        OTHER: ("unt_a", str(WEEK)),
    }
    assert exchanges.told("coordinator", "placement.left") == []
    assert [event["subjectId"] for event in exchanges.told("near", "placement.moved")] == [ONE, OTHER]


def test_a_unit_that_declines_says_why_and_that_ends_the_swap(exchanges: Exchanges) -> None:
    swap = exchanges.agreed()
    path = f"/swaps/{swap}/answers/unt_far"
    for body in ({"answer": "declined"}, {"answer": "declined", "reason": "moved"}):
        refused = exchanges.call("PUT", path, body, "far")
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/reason")
        assert "supervision cannot be arranged (supervision)" in refused.json()["errors"][0]["detail"]
    refused = exchanges.call("PUT", path, {"answer": "accepted", "reason": "other"}, "far")
    assert refused.json()["errors"][0]["detail"] == "only who declines gives a reason"
    declined = exchanges.ask("PUT", path, {"answer": "declined", "reason": "supervision"}, "far")
    assert (declined["status"], declined["reason"], declined["decidedBy"]) == ("declined", "supervision", "far")
    assert exchanges.ask("PUT", path, {"answer": "declined", "reason": "supervision"}, "far") == declined
    too_late = exchanges.call("PUT", path, {"answer": "accepted"}, "far")
    assert too_late.status_code == 409
    assert too_late.json()["detail"] == "The swap is already over (declined: supervision cannot be arranged)."
    assert exchanges.decide(swap, "approved").status_code == 409
    assert exchanges.places() == BEFORE
    (event,) = exchanges.told("near", "swap.declined")
    assert event["details"]["reason"] == "supervision"


def test_a_swap_is_withdrawn_or_declined_until_it_is_approved(exchanges: Exchanges) -> None:
    swap = exchanges.agreed()
    withdrawn = exchanges.decide(swap, "withdrawn", "institution").json()
    assert (withdrawn["status"], withdrawn["decidedBy"]) == ("withdrawn", "KI")
    assert exchanges.decide(swap, "withdrawn", "institution").json() == withdrawn
    assert exchanges.decide(swap, "approved").json()["detail"] == "The swap is already over (withdrawn)."
    second = exchanges.agreed()
    missing = exchanges.decide(second, "declined")
    assert (missing.status_code, missing.json()["errors"][0]["pointer"]) == (422, "/reason")
    needless = exchanges.decide(second, "approved", reason="worse")
    assert (needless.status_code, needless.json()["errors"][0]["pointer"]) == (422, "/reason")
    declined = exchanges.decide(second, "declined", reason="worse", decidedBy="Bo Berg").json()
    assert (declined["status"], declined["reason"], declined["decidedBy"]) == ("declined", "worse", "Bo Berg")
    third = exchanges.agreed()
    exchanges.decide(third, "approved")
    assert exchanges.decide(third, "withdrawn", "institution").status_code == 409
    assert exchanges.places() == AFTER


@pytest.mark.parametrize(
    ("by", "status", "may"),
    [
        ("institution", "approved", False),
        ("institution", "declined", False),
        ("institution", "lapsed", False),
        ("coordinator", "lapsed", False),
        ("coordinator", "asked", False),
        ("coordinator", "withdrawn", True),
        ("near", "approved", False),
        ("provider", "withdrawn", False),
    ],
)
def test_each_role_ends_a_swap_in_its_own_way_only(exchanges: Exchanges, by: str, status: str, may: bool) -> None:  # noqa: FBT001
    swap = exchanges.agreed()
    answer = exchanges.decide(swap, status, by)
    assert answer.status_code == (200 if may else 403)
    assert exchanges.places() == BEFORE


def test_a_named_decider_is_no_personal_identity_number(exchanges: Exchanges) -> None:
    refused = exchanges.decide(exchanges.agreed(), "approved", decidedBy=number_of(dt.date(1990, 1, 1), 238))
    assert refused.status_code == 422
    assert exchanges.places() == BEFORE


def test_placements_that_cannot_be_exchanged_are_refused_and_everything_is_said(exchanges: Exchanges) -> None:
    with open_session(exchanges.engine) as session:
        session.get_one(Placement, ONE).start = WEEK.plus(-3)
        session.get_one(Placement, OTHER).status = PlacementStatus.COMPLETED
    refused = exchanges.wish()
    assert refused.status_code == 409
    assert [(fault["pointer"], fault["detail"]) for fault in refused.json()["errors"]] == [
        ("/sides/0/placementId", "the placement began on 2026-12-07"),
        ("/sides/1/placementId", "the placement is completed"),
    ]


def test_one_placement_is_in_one_swap_at_a_time(exchanges: Exchanges) -> None:
    with open_session(exchanges.engine) as session:
        session.add(placed("pla_third", another_student(session, "c"), "unt_far", WEEK, "sup_far"))
    swap = exchanges.asked()
    refused = exchanges.wish("pla_third", ONE)
    assert [(fault["pointer"], fault["detail"]) for fault in refused.json()["errors"]] == [
        ("/sides/1/placementId", "the placement is already in a swap")
    ]
    exchanges.decide(swap, "withdrawn", "institution")
    assert exchanges.wish("pla_third", ONE).status_code == 201


def test_a_placement_is_not_exchanged_with_itself_or_with_one_that_is_not_there(exchanges: Exchanges) -> None:
    same = exchanges.wish(ONE, ONE)
    assert [(fault["pointer"], fault["detail"]) for fault in same.json()["errors"]] == [
        ("/sides/1/placementId", "name two placements")
    ]
    gone = exchanges.wish("pla_none", OTHER)
    assert (gone.status_code, gone.json()["errors"][0]["pointer"]) == (422, "/sides/0/placementId")
    for sides in ([], [{"placementId": ONE}], [{"placementId": ONE}] * 3, None, [{"placementId": 1}, {}]):
        wrong = exchanges.call("POST", "/swaps", {"sides": sides})
        assert wrong.status_code == 422
        assert wrong.json()["errors"]


def test_the_same_place_is_nothing_to_exchange(exchanges: Exchanges) -> None:
    with open_session(exchanges.engine) as session:
        twin = session.get_one(Placement, OTHER)
        twin.unit_id, twin.start, twin.supervisor_id = "unt_a", WEEK, "sup_a"
    assert "same unit, start week and supervisor" in exchanges.wish().json()["detail"]


def test_a_swap_lapses_when_a_placement_begins(exchanges: Exchanges) -> None:
    swap = exchanges.agreed()
    exchanges.moment[0] = dt.datetime(2026, 12, 27, 22, 59, tzinfo=dt.UTC)
    assert exchanges.ask("GET", f"/swaps/{swap}")["status"] == "asked"
    exchanges.moment[0] = dt.datetime(2026, 12, 27, 23, 1, tzinfo=dt.UTC)
    lapsed = exchanges.ask("GET", f"/swaps/{swap}")
    assert (lapsed["status"], lapsed["reason"], lapsed["decidedBy"]) == ("lapsed", "begun", None)
    for status, found in (("lapsed", [swap]), ("asked", []), ("approved", [])):
        listed = exchanges.ask("GET", f"/swaps?status={status}")
        assert ([row["id"] for row in listed["items"]], listed["total"]) == (found, len(found))
    refused = exchanges.decide(swap, "approved")
    assert refused.json()["detail"] == "The swap is already over (lapsed: a placement has begun)."
    assert exchanges.decide(swap, "withdrawn", "institution").status_code == 409
    late = exchanges.call("PUT", f"/swaps/{swap}/answers/unt_a", {"answer": "declined", "reason": "other"}, "near")
    assert late.status_code == 409
    assert exchanges.places() == BEFORE


def test_a_placement_that_has_not_begun_is_free_again_when_its_swap_has_lapsed(exchanges: Exchanges) -> None:
    swap = exchanges.asked()
    exchanges.moment[0] = dt.datetime(2026, 12, 28, 12, tzinfo=dt.UTC)
    assert exchanges.ask("GET", f"/swaps/{swap}")["status"] == "lapsed"
    refused = exchanges.wish().json()
    assert [error["pointer"] for error in refused["errors"]] == ["/sides/0/placementId"]
    assert "began on 2026-12-28" in refused["detail"]


@pytest.mark.parametrize(
    ("by", "body"), [("near", {"status": "declined", "reason": "other"}), ("institution", {"status": "cancelled"})]
)
def test_a_swap_lapses_when_a_placement_ends_and_all_are_told(
    exchanges: Exchanges, by: str, body: dict[str, str]
) -> None:
    swap = exchanges.agreed()
    exchanges.ask("PATCH", f"/placements/{ONE}", {"status": "accepted"}, "near")
    assert exchanges.ask("GET", f"/swaps/{swap}")["status"] == "asked"
    exchanges.ask("PATCH", f"/placements/{ONE}", body, by)
    lapsed = exchanges.ask("GET", f"/swaps/{swap}")
    assert (lapsed["status"], lapsed["reason"], lapsed["decidedBy"]) == ("lapsed", "ended", None)
    assert lapsed["decidedAt"] is not None
    for reader in ("institution", "near", "far", "coordinator"):
        assert [event["subjectId"] for event in exchanges.told(reader, "swap.lapsed")] == [swap]
    assert exchanges.decide(swap, "approved").status_code == 409


def test_every_step_is_in_the_audit_trail_without_what_is_secret(exchanges: Exchanges) -> None:
    exchanges.decide(exchanges.agreed(), "approved")
    with open_session(exchanges.engine) as session:
        entries = session.exec(select(AuditEntry).order_by(col(AuditEntry.sequence))).all()
        wrote = [(entry.object_type, entry.action.value) for entry in entries]
        steps = [step for step in wrote if step[0] in {"swap", "swap_side", "placement"}]
        answered, approved = [("swap_side", "changed"), ("swap", "changed")], [("swap", "changed")]
        asked, moved = [("swap", "created")] + [("swap_side", "created")] * 2, [("placement", "changed")] * 2
        assert steps == [*asked, *answered, *answered, *moved, *approved]
        made = next(entry.after for entry in entries if entry.object_type == "swap_side")
        assert made is not None
        secret = {made[name] for name in ("minutes_before", "minutes_after", "rank_before", "rank_after")}
        assert secret <= {"[protected]", None}


def test_a_step_states_the_version_that_it_changes(exchanges: Exchanges) -> None:
    swap = exchanges.asked()
    first = exchanges.call("GET", f"/swaps/{swap}").headers["ETag"]
    exchanges.answer(swap, "near", "unt_a")
    for method, path, body, by in (
        ("PUT", f"/swaps/{swap}/answers/unt_far", {"answer": "accepted"}, "far"),
        ("PUT", f"/swaps/{swap}/consents/{ONE}", {"consentedOn": "2026-12-09"}, "institution"),
        ("PATCH", f"/swaps/{swap}", {"status": "withdrawn"}, "institution"),
    ):
        stale = exchanges.call(method, path, body, by, tag=first)
        assert (stale.status_code, stale.json()["current"]["id"]) == (412, swap)
