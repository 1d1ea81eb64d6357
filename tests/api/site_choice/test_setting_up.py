"""A round is set up so that it holds its cohort, and its rules are fixed once it is open."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.site_choice.programmes import Programme

REST: list[dict[str, Any]] = [{"siteId": "Norr", "kind": "rest"}, {"siteId": "Mitt", "kind": "rest", "floor": 1}]
ALL: list[dict[str, Any]] = [*REST, {"siteId": "Syd", "kind": "fixed", "number": 2}]
CLASS = {"rank": 1, "nameSv": "särskilda skäl", "nameEn": "special reasons", "effect": "first-choice"}


def faults(programme: Programme, body: dict[str, Any], status: int = 422) -> list[tuple[str, str]]:
    refused = programme.institution.ask("POST", "/v1/site-rounds", status, body).json()
    return [(each["pointer"], each["detail"]) for each in refused["errors"]]


def test_a_round_shows_its_quotas_by_the_stated_size_and_by_those_who_take_part(small: Programme) -> None:
    small.institution.change(f"/v1/cohorts/{small.cohort}", {"size": 10})
    small.set_up([{"siteId": "Norr", "kind": "share", "number": 3}, {"siteId": "Syd", "kind": "share", "number": 1}])
    shown = small.institution.get(small.address)
    assert (shown["size"], shown["students"], shown["status"], shown["seedSha256"]) == (10, 5, "planned", None)
    assert [
        (quota["siteName"], quota["placesBySize"], quota["placesByStudents"], quota["taken"], quota["vacancies"])
        for quota in shown["quotas"]
    ] == [("Norr", 8, 4, 0, None), ("Syd", 2, 1, 0, None)]
    assert [row["id"] for row in small.institution.all("/v1/site-rounds?status=planned")] == [small.round]
    assert small.coordinator.all(f"/v1/site-rounds?cohortId={small.cohort}&sort=-closesOn")[0] == shown
    assert small.institution.all("/v1/site-rounds?status=open") == []


@pytest.mark.parametrize(
    ("quotas", "at", "told"),
    [
        ([{"siteId": "Norr", "kind": "fixed", "number": 4}], "/quotas", "the sites have 4 places together"),
        ([{"siteId": "Norr", "kind": "rest", "floor": 6}], "/quotas", "the floors add up to 6"),
        ([{"siteId": "Norr", "kind": "share"}], "/quotas/0/number", "give the share or the number of places"),
        ([*REST, {"siteId": "Syd", "kind": "share", "number": 2}], "/quotas/0/kind", "the shares divide all places"),
        ([*REST, {"siteId": "Norr", "kind": "rest"}], "/quotas/2/siteId", "the site is named twice"),
        (
            [
                {"siteId": "Norr", "kind": "share", "number": 1, "floor": 2},
                {"siteId": "Mitt", "kind": "share", "number": 4},
            ],
            "/quotas/0/floor",
            "the floor is 2, but with 5 students the site has only 1 place",
        ),
    ],
)
def test_quotas_that_cannot_hold_the_cohort_are_refused_at_their_place(
    small: Programme, quotas: list[dict[str, Any]], at: str, told: str
) -> None:
    [(pointer, detail)] = faults(small, small.body(quotas))
    assert pointer == at
    assert detail.startswith(told)


@pytest.mark.parametrize(
    ("change", "at", "told"),
    [
        ({"cohortId": "coh_none"}, "/cohortId", "there is no such cohort"),
        ({"fromTermId": "trm_none"}, "/fromTermId", "there is no such term"),
        ({"closesOn": "2027-02-28"}, "/closesOn", "the last day is before the first"),
        ({"closesOn": "2028-01-17"}, "/closesOn", "the round must close before the term begins"),
        ({"priorities": [CLASS, CLASS]}, "/priorities/1/rank", "two classes have this rank"),
        ({"priorities": [{**CLASS, "effect": "certain-sites"}]}, "/priorities/0/sites", "name the sites"),
        ({"priorities": [{**CLASS, "sites": ["sit_none"]}]}, "/priorities/0/sites", "name the sites"),
        (
            {"priorities": [{**CLASS, "effect": "certain-sites", "sites": ["sit_none"]}]},
            "/priorities/0/sites/0",
            "there is no such site in the site round",
        ),
    ],
)
def test_what_else_does_not_hold_is_refused_at_its_place(
    small: Programme, change: dict[str, Any], at: str, told: str
) -> None:
    found = faults(small, {**small.body(ALL), **change})
    assert found[0][0] == at
    assert found[0][1].startswith(told)


def test_the_sites_hold_from_a_later_term_than_the_cohorts_own(small: Programme) -> None:
    early = {"fromTermId": small.terms["VT2027"], "opensOn": "2026-12-01", "closesOn": "2027-01-01"}
    assert faults(small, {**small.body(ALL), **early}) == [
        ("/fromTermId", "the sites hold from a later term than the cohort's own")
    ]


def test_another_institutions_site_and_cohort_are_not_there_and_only_decentralised_students_choose(
    small: Programme,
) -> None:
    other = small.coordinator.enter(
        "/v1/organisations", {"kind": "institution", "nameSv": "Det andra", "nameEn": "The Other"}
    )
    place = {"institutionId": other, "municipalityCode": "2480"}
    theirs = small.coordinator.enter("/v1/sites", {"name": "Annanstans", **place})
    body = small.body(ALL)
    body["quotas"][1]["siteId"] = theirs
    assert faults(small, body) == [("/quotas/1/siteId", "there is no such site")]
    programme = {"institutionId": other, "profession": "physician", "code": "LAK", "name": "L", "decentralised": True}
    away = small.coordinator.enter("/v1/programmes", programme)
    theirs = small.coordinator.enter(
        "/v1/cohorts", {"programmeId": away, "termId": small.terms["VT2027"], "name": "T4", "size": 3}
    )
    assert faults(small, {**small.body(ALL), "cohortId": theirs}) == [("/cohortId", "there is no such cohort")]
    nurses = small.institution.enter(
        "/v1/programmes",
        {"institutionId": small.institution.organisation, "profession": "nurse", "code": "SSK", "name": "S"},
    )
    together = small.institution.enter(
        "/v1/cohorts", {"programmeId": nurses, "termId": small.terms["VT2027"], "name": "T4", "size": 3}
    )
    assert faults(small, {**small.body(ALL), "cohortId": together}) == [
        ("/cohortId", "only the students of a decentralised programme choose sites")
    ]


def test_a_cohort_has_one_round_at_a_time_and_a_cancelled_one_stays_to_be_seen(small: Programme) -> None:
    first = small.set_up(ALL)
    assert faults(small, small.body(ALL), 409) == [("/cohortId", "The cohort has a site round already.")]
    small.open()
    because = {"because": "Två kullar slås ihop."}
    cancelled = small.institution.ask("POST", f"{small.address}/cancellation", 200, because).json()
    assert (cancelled["status"], cancelled["cancelledBecause"], cancelled["seed"]) == (
        "cancelled",
        because["because"],
        None,
    )
    again = small.institution.ask("POST", f"{small.address}/cancellation", 409, because).json()
    assert again["detail"] == "The site round is cancelled, so this cannot be done."
    second = small.set_up(ALL)
    assert {row["id"] for row in small.institution.all("/v1/site-rounds")} == {first, second}


def test_a_planned_round_may_be_changed_in_everything_but_its_cohort_and_removed(small: Programme) -> None:
    small.set_up(ALL, priorities=[CLASS])
    shown = small.institution.get(small.address)
    same = small.institution.change(small.address, {"opensOn": "2027-03-01"})
    assert same == shown
    turned = [{**quota, "siteId": small.sites[str(quota["siteId"])]} for quota in reversed(ALL)]
    changed = small.institution.change(small.address, {"quotas": turned, "priorities": []})
    assert [quota["siteName"] for quota in changed["quotas"]] == ["Syd", "Mitt", "Norr"]
    assert (changed["priorities"], changed["version"]) == ([], shown["version"] + 1)
    moved = small.institution.change(small.address, {"closesOn": "2027-04-15"})
    assert (moved["closesOn"], moved["version"]) == ("2027-04-15", shown["version"] + 2)
    stale = small.institution.ask("PATCH", small.address, 412, {"closesOn": "2027-04-16"}, **{"If-Match": '"1"'})
    assert stale.json()["type"] == "/problems/stale"
    refused = small.institution.ask("PATCH", small.address, 422, {"cohortId": "coh_none"}, **{"If-Match": "*"}).json()
    assert refused["errors"][0]["pointer"] == "/cohortId"
    small.institution.ask("DELETE", small.address, 204, None, **{"If-Match": "*"})
    assert small.institution.all("/v1/site-rounds") == []


def test_the_rules_of_an_open_round_are_fixed_but_for_a_later_last_day(small: Programme) -> None:
    small.set_up(ALL)
    small.open()
    for change, at in (
        ({"priorities": [CLASS]}, "/priorities"),
        ({"closesOn": "2027-03-30"}, "/closesOn"),
    ):
        refused = small.institution.ask("PATCH", small.address, 409, change, **{"If-Match": "*"}).json()
        assert refused["errors"][0]["pointer"] == at
    late = small.institution.ask("PATCH", small.address, 422, {"closesOn": "2028-01-17"}, **{"If-Match": "*"}).json()
    assert late["errors"][0]["pointer"] == "/closesOn"
    assert small.institution.change(small.address, {"closesOn": "2027-04-07"})["closesOn"] == "2027-04-07"
    assert small.institution.change(small.address, {"closesOn": "2027-04-07"})["version"] == 3
    told = [event for event in small.institution.get("/v1/events?limit=1000")["items"] if "site-round" in event["kind"]]
    assert [(event["kind"], event["details"].get("closesOn")) for event in told] == [
        ("site-round.opened", "2027-03-31"),
        ("site-round.changed", "2027-04-07"),
    ]
    small.day.date = small.day.date.replace(month=4, day=8)
    small.institution.ask("POST", f"{small.address}/draw", 200)
    drawn = small.institution.ask("PATCH", small.address, 409, {"closesOn": "2027-05-01"}, **{"If-Match": "*"}).json()
    assert drawn["detail"] == "The site round is drawn, so this cannot be done."
    kept = small.institution.ask("DELETE", small.address, 409, None, **{"If-Match": "*"}).json()
    assert kept["detail"] == "A site round that has been opened is not removed. Cancel it instead."


def test_a_cohort_in_a_round_is_not_removed(small: Programme) -> None:
    small.set_up(ALL)
    refused = small.institution.ask("DELETE", f"/v1/cohorts/{small.cohort}", 409, None, **{"If-Match": "*"}).json()
    assert refused["detail"] == "The cohort is used by 1 site round and 5 students. Remove or change that first."


def test_an_empty_cohort_of_no_stated_size_may_have_a_round_but_not_open_it_with_a_floor(small: Programme) -> None:
    empty = small.form("Termin 4 vår", "HT2027", 0)
    body = {**small.body(ALL), "cohortId": empty}
    round_id = small.institution.enter("/v1/site-rounds", body)
    refused = small.institution.ask("POST", f"/v1/site-rounds/{round_id}/opening", 409).json()
    assert refused["errors"][0]["detail"] == "the floors add up to 1, but there are only 0 students"


def test_a_round_whose_last_day_has_passed_is_not_opened_and_none_is_opened_twice(small: Programme) -> None:
    small.set_up(ALL)
    small.day.date = small.day.date.replace(month=4)
    refused = small.institution.ask("POST", f"{small.address}/opening", 409).json()
    assert refused["detail"] == "The last day for wishes, 2027-03-31, has passed. Change it first."
    small.institution.change(small.address, {"closesOn": "2027-04-15"})
    small.open()
    again = small.institution.ask("POST", f"{small.address}/opening", 409, None, **{"Accept-Language": "sv"}).json()
    assert again["detail"] == "Studieortsvalet är öppet, så det går inte."
    changed = small.institution.ask("POST", f"{small.address}/decision", 409, {}).json()
    assert changed["detail"] == "The site round is open, so this cannot be done."
