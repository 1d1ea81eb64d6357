"""Wishes are taken in while a round is open; every site is ranked, the last one counts, and a pair is two who agree."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tests.api.site_choice.programmes import Programme

QUOTAS = [{"siteId": site, "kind": "rest"} for site in ("Norr", "Mitt", "Syd")]
ONE, TWO, THREE = "uni-0001", "uni-0002", "uni-0003"
RANKING = ["Syd", "Norr", "Mitt"]


@pytest.fixture
def opened(small: Programme) -> Programme:
    """A round that is open, with a class that chooses first and one with priority to Norr."""
    small.set_up(
        QUOTAS,
        priorities=[
            {"rank": 1, "nameSv": "särskilda skäl", "nameEn": "special reasons", "effect": "first-choice"},
            {
                "rank": 2,
                "nameSv": "amanuens",
                "nameEn": "teaching assistant",
                "effect": "certain-sites",
                "sites": [small.sites["Norr"]],
            },
        ],
    )
    small.open()
    return small


def refusal(
    programme: Programme, body: dict[str, Any], status: int = 422, language: str = "en"
) -> list[tuple[str, str]]:
    path = f"{programme.address}/wishes/{programme.students[ONE]}"
    headers = {"If-Match": "*", "Accept-Language": language}
    refused = programme.institution.ask("PUT", path, status, body, **headers).json()
    return [(each["pointer"], each["detail"]) for each in refused["errors"]] or [("", refused["detail"])]


def test_a_ranking_that_misses_a_site_is_refused_with_what_is_missing(opened: Programme) -> None:
    norr, mitt = opened.sites["Norr"], opened.sites["Mitt"]
    assert refusal(opened, {"ranking": [norr]}) == [("/ranking", "rank every site; these are missing: Mitt, Syd")]
    assert refusal(opened, {"ranking": [norr]}, language="sv") == [
        ("/ranking", "rangordna alla orter; det saknas: Mitt, Syd")
    ]
    assert refusal(opened, {"ranking": [norr, norr, mitt, "sit_none"]}) == [
        ("/ranking/1", "the site is named twice"),
        ("/ranking/3", "there is no such site in the site round"),
        ("/ranking", "rank every site; these are missing: Syd"),
    ]


def test_all_that_is_wrong_with_a_wish_is_told_together(opened: Programme) -> None:
    ranking = [opened.sites[site] for site in RANKING]
    assert refusal(opened, {"ranking": ranking, "priorityRank": 3, "partnerId": "stu_none"}) == [
        ("/partnerId", "there is no such student in the cohort"),
        ("/priorityRank", "there is no such priority class in the site round"),
    ]
    assert refusal(opened, {"ranking": ranking, "partnerId": opened.students[ONE]}) == [
        ("/partnerId", "a pair is two students: name another")
    ]


def test_the_last_wish_counts_and_a_repeated_one_changes_nothing(opened: Programme) -> None:
    first = opened.wish(ONE, RANKING)
    again = opened.wish(ONE, RANKING)
    assert again == first
    second = opened.wish(ONE, ["Norr", "Syd", "Mitt"])
    assert (second["id"], second["version"]) == (first["id"], 2)
    path = f"{opened.address}/wishes/{opened.students[ONE]}"
    assert opened.institution.get(path)["ranking"] == [opened.sites[site] for site in ("Norr", "Syd", "Mitt")]
    body = {"ranking": [opened.sites[site] for site in RANKING]}
    assert opened.institution.ask("PUT", path, 428, body).status_code == 428
    assert opened.institution.ask("PUT", path, 412, body, **{"If-Match": '"1"'}).json()["type"] == "/problems/stale"
    assert opened.institution.get(opened.address)["wishes"] == 1


def test_a_wish_may_be_taken_back_and_is_not_there_then(opened: Programme) -> None:
    opened.wish(ONE, RANKING)
    path = f"{opened.address}/wishes/{opened.students[ONE]}"
    opened.institution.ask("DELETE", path, 204, None, **{"If-Match": "*"})
    opened.institution.ask("GET", path, 404)
    opened.institution.ask("PUT", f"{opened.address}/wishes/stu_none", 404, {"ranking": ["sit_x"]})


def test_wishes_are_taken_in_only_on_the_rounds_days(opened: Programme) -> None:
    opened.wish(TWO, RANKING)
    body = {"ranking": [opened.sites[site] for site in RANKING]}
    for day in (dt.date(2027, 2, 28), dt.date(2027, 4, 1)):
        opened.day.date = day
        assert refusal(opened, body, 409) == [
            ("", "Wishes are taken in from 2027-03-01 to 2027-03-31, both days included.")
        ]
    path = f"{opened.address}/wishes/{opened.students[TWO]}"
    assert opened.institution.ask("DELETE", path, 409, None, **{"If-Match": "*"}).status_code == 409
    opened.day.date = dt.date(2027, 3, 31)
    opened.wish(ONE, RANKING)
    opened.draw()
    assert refusal(opened, {"ranking": list(reversed(body["ranking"]))}, 409) == [
        ("", "The site round is drawn, so this cannot be done.")
    ]
    assert (
        opened.institution.ask("PUT", f"{path}/priority", 409, {"granted": True}, **{"If-Match": "*"}).status_code
        == 409
    )


def test_a_pair_is_two_who_name_each_other_and_rank_alike_and_the_answer_says_what_lacks(opened: Programme) -> None:
    one, two = opened.students[ONE], opened.students[TWO]
    alone = opened.wish(THREE, RANKING)
    assert (alone["pairStatus"], alone["pairText"]) == ("none", "no wish for a pair")
    first = opened.wish(ONE, RANKING, partnerId=two)
    assert first["pairStatus"] == "one-sided"
    assert first["pairText"] == "no pair yet: the other student has not named this student"
    other = opened.wish(TWO, ["Norr", "Syd", "Mitt"], partnerId=one)
    assert other["pairStatus"] == "different-rankings"
    assert opened.wish(TWO, RANKING, partnerId=one)["pairStatus"] == "pair"
    assert [wish["pairStatus"] for wish in opened.institution.all(f"{opened.address}/wishes")].count("pair") == 2
    opened.wish(TWO, RANKING, partnerId=opened.students[THREE])
    assert opened.institution.get(f"{opened.address}/wishes/{one}")["pairStatus"] == "one-sided"


def test_a_claim_is_answered_and_a_new_claim_needs_a_new_answer(opened: Programme) -> None:
    claimed = opened.wish(ONE, RANKING, priorityRank=1)
    assert (claimed["granted"], claimed["warning"]) == (None, None)
    assert opened.institution.get(opened.address)["claimsToAnswer"] == 1
    assert opened.answer(ONE, granted=True)["granted"] is True
    assert opened.wish(ONE, ["Norr", "Syd", "Mitt"], priorityRank=1)["granted"] is True
    assert opened.wish(ONE, ["Norr", "Syd", "Mitt"], priorityRank=2)["granted"] is None
    assert opened.wish(ONE, ["Norr", "Syd", "Mitt"])["priorityRank"] is None
    path = f"{opened.address}/wishes/{opened.students[ONE]}/priority"
    refused = opened.institution.ask("PUT", path, 409, {"granted": True}, **{"If-Match": "*"}).json()
    assert refused["detail"] == "The wish claims no priority."


def test_who_claims_priority_to_a_site_but_ranks_another_first_is_warned(opened: Programme) -> None:
    warned = opened.wish(ONE, RANKING, priorityRank=2)["warning"]
    assert warned == (
        "The priority is for Norr. If it is granted it goes before the ranking, which has Syd first. "
        "Those who would rather go to Syd do not claim it."
    )
    assert opened.wish(ONE, ["Norr", "Syd", "Mitt"], priorityRank=2)["warning"] is None


def test_nobody_reads_a_claim_in_the_audit_trail_or_the_feed(opened: Programme) -> None:
    opened.wish(ONE, RANKING, priorityRank=1)
    opened.answer(ONE, granted=True)
    entries = [
        each
        for each in opened.coordinator.all("/v1/audit-entries?objectType=site_wish")
        for each in (each["before"], each["after"])
        if each
    ]
    assert len(entries) == 3
    assert all(each.get("priority_id", "[protected]") == "[protected]" for each in entries)
    assert entries[-1] == {"granted": "[protected]"}


def test_a_sheet_of_wishes_is_told_cell_by_cell_what_is_wrong_and_stores_nothing(opened: Programme) -> None:
    opened.register(opened.form("Termin 5", "HT2027", 1), ["uni-0101"])
    sheet = (
        "Studieortsval;Student;Rangordning;Förtur;Par med\r\n"
        "LAK/VT2027/Termin 4;uni-0001;Syd, Norr, Mitt;;uni-0002\r\n"
        "LAK/VT2027/Termin 4;uni-0002;Syd, Norr;;uni-0001\r\n"
        "LAK/VT2027/Termin 4;uni-0003;Syd, Norr, Väst;7;\r\n"
        "LAK/VT2027/Termin 9;uni-0004;Syd, Norr, Mitt;;\r\n"
        "LAK/VT2027/Termin 4;uni-0101;Syd, Norr, Mitt;;\r\n"
    ).encode()
    refused = opened.institution.ask("POST", "/v1/site-wishes/imports", 422, sheet).json()
    assert [(each["cell"], each["detail"]) for each in refused["errors"]] == [
        ("C3", "rank every site; these are missing: Mitt"),
        ("C4", "there is no such site"),
        ("A5", "there is no such site round"),
        ("B6", "there is no such student in the cohort"),
    ]
    assert opened.institution.all(f"{opened.address}/wishes") == []


def test_a_sheet_comes_out_and_goes_in_again_and_changes_only_what_it_says(opened: Programme) -> None:
    opened.wish(ONE, RANKING, partnerId=opened.students[TWO], priorityRank=1)
    out = opened.institution.ask("GET", "/v1/site-wishes/sheet?format=csv", 200).content
    assert b"LAK/VT2027/Termin 4,uni-0001" in out
    assert b'"Syd, Norr, Mitt",1,uni-0002' in out
    mine = opened.institution.ask("GET", f"/v1/site-wishes/sheet?format=csv&roundId={opened.round}", 200).content
    assert mine == out
    again = opened.institution.ask("POST", "/v1/site-wishes/imports", 200, out).json()
    assert (again["created"], again["changed"], again["unchanged"]) == (0, 0, 1)
    coordinators = opened.coordinator.ask("GET", "/v1/site-wishes/sheet?format=csv", 200).content.decode()
    assert "uni-0001" not in coordinators
    assert opened.students[ONE] in coordinators
    [wish] = opened.institution.all(f"{opened.address}/wishes")
    rows = {"rows": [{"id": wish["id"], "ranking": ["Mitt", "Norr", "Syd"], "partnerId": None}]}
    dry = opened.institution.ask("POST", "/v1/site-wishes/imports?dryRun=true", 200, rows).json()
    assert [(each["column"], each["before"], each["after"]) for each in dry["changes"]] == [
        ("partnerId", "uni-0002", None),
        ("ranking", "Syd, Norr, Mitt", "Mitt, Norr, Syd"),
    ]
    assert opened.institution.all(f"{opened.address}/wishes") == [wish]
    changed = opened.institution.ask("POST", "/v1/site-wishes/imports", 200, rows).json()
    assert changed["changed"] == 1
    [after] = opened.institution.all(f"{opened.address}/wishes")
    assert (after["partnerId"], after["priorityRank"]) == (None, 1)
    template = opened.institution.ask("GET", "/v1/site-wishes/sheet?template=true", 200).content
    assert template.startswith(b"PK")
    lacking = opened.institution.ask("POST", "/v1/site-wishes/imports", 422, {"rows": [{"studentId": ONE}]}).json()
    assert [each["pointer"] for each in lacking["errors"]] == ["/rows/0/roundId"]
    unranked = {"rows": [{"roundId": opened.round, "studentId": TWO}]}
    lacking = opened.institution.ask("POST", "/v1/site-wishes/imports", 422, unranked).json()
    assert [each["pointer"] for each in lacking["errors"]] == ["/rows/0/ranking"]


def test_a_cancelled_rounds_wishes_are_kept_and_no_sheet_reaches_them(opened: Programme) -> None:
    opened.wish(ONE, RANKING)
    opened.institution.ask("POST", f"{opened.address}/cancellation", 200, {"because": "Fel kull."})
    assert len(opened.institution.all(f"{opened.address}/wishes")) == 1
    row = {"roundId": "LAK/VT2027/Termin 4", "studentId": ONE, "ranking": ["Mitt", "Norr", "Syd"]}
    refused = opened.institution.ask("POST", "/v1/site-wishes/imports", 422, {"rows": [row]}).json()
    assert refused["errors"][0]["detail"] == "there is no such site round"
    by_id = opened.institution.ask(
        "POST", "/v1/site-wishes/imports", 422, {"rows": [{**row, "roundId": opened.round}]}
    ).json()
    assert by_id["errors"][0]["detail"] == "The site round is cancelled, so this cannot be done."
