"""Umeå's and Linköping's rounds are played over HTTP, from an empty database to receipts, late students and changes."""

from __future__ import annotations

import csv
import hashlib
import io
from collections import Counter
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.api.site_choice.programmes import Day, Programme, numbers_from, parties
from tests.effort import draws

UMEA = {"Umeå": 80, "Sunderbyn": 5, "Sundsvall": 9, "Östersund": 6}
UMEA_QUOTAS: list[dict[str, Any]] = [
    {"siteId": "Umeå", "kind": "rest"},
    *({"siteId": site, "kind": "rest", "floor": 10} for site in ("Sunderbyn", "Sundsvall", "Östersund")),
]
LINKOPING = {"Linköping": 45, "Jönköping": 22, "Norrköping": 20, "Kalmar": 13}
SHARES = {"Jönköping": 30, "Kalmar": 20, "Linköping": 34, "Norrköping": 24}
LINKOPING_QUOTAS: list[dict[str, Any]] = [
    {"siteId": site, "kind": "share", "number": share} for site, share in SHARES.items()
]
FIRST = {"effect": "first-choice"}


def priorities(linkoping: str) -> list[dict[str, Any]]:
    """The classes of Linköping's rules in their order."""
    return [
        {"rank": 1, "nameSv": "särskilda skäl", "nameEn": "special reasons", **FIRST},
        {"rank": 2, "nameSv": "förälder med hemmavarande barn", "nameEn": "parent with a child at home", **FIRST},
        {"rank": 3, "nameSv": "antagen doktorand", "nameEn": "admitted doctoral student", **FIRST},
        {
            "rank": 4,
            "nameSv": "amanuens",
            "nameEn": "teaching assistant",
            "effect": "certain-sites",
            "sites": [linkoping],
        },
    ]


def hold_draw(programme: Programme, promised: str, number: int) -> dict[str, int]:
    """Check a draw from outside: the seed is what was promised, and it gives the numbers that everyone has."""
    drawn = programme.institution.get(f"{programme.address}/draw")
    assert hashlib.sha256(drawn["seed"].encode()).hexdigest() == promised == drawn["seedSha256"]
    numbers = numbers_from(drawn["seed"], list(programme.students.values()))
    assert sorted(numbers, key=numbers.__getitem__) == drawn["students"]
    shown = {each["studentId"]: each["number"] for each in programme.receipts()}
    assert shown == numbers
    assert len(shown) == number
    return numbers


def replay(programme: Programme, floors: dict[str, int], most: dict[str, int]) -> None:
    """Let those without priority and partner choose again, by a plain reading of the rule, in the order of turns."""
    held: Counter[str] = Counter()
    receipts = programme.receipts()
    for at, each in enumerate(receipts):
        open_now = []
        waiting = len(receipts) - at
        for site, row in programme.sites.items():
            after = Counter(held)
            after[site] += 1
            missing = sum(max(0, least - after[name]) for name, least in floors.items())
            if after[site] <= most[site] and missing <= waiting - 1:
                open_now.append(row)
        if each["partnerId"] is None and each["priorityRank"] is None:
            assert sorted(each["openSites"]) == sorted(open_now)
            assert each["siteId"] == next(site for site in each["ranking"] if site in open_now)
        held[each["siteName"]] += 1
    assert all(floors.get(site, 0) <= held[site] <= most[site] for site in programme.sites)


def hold_pair(programme: Programme, one: str, other: str) -> list[dict[str, Any]]:
    """Hold that a pair got the same site, or that both are told that they are apart; return their receipts."""
    receipts = [programme.receipt(student) for student in (one, other)]
    together = receipts[0]["siteId"] == receipts[1]["siteId"]
    assert [receipt["apart"] for receipt in receipts] == [not together] * 2
    return receipts


@draws(1, "sizes of a cohort")
@pytest.mark.parametrize("students", [100, 97])
def test_umeas_round_keeps_ten_at_each_of_the_three_other_sites(
    http: TestClient, migrated_url: str, day: Day, students: int
) -> None:
    umea = Programme(*parties(http, migrated_url), day, UMEA, students=students)
    umea.set_up(UMEA_QUOTAS)
    promised = umea.open()["seedSha256"]
    pairs = {"uni-0001": "uni-0002", "uni-0003": "uni-0004"}
    rankings = umea.rankings(seed=2027)
    rankings |= {other: rankings[one] for one, other in pairs.items()}
    outcome = umea.send_all(rankings, pairs)
    assert (outcome["created"], outcome["changed"]) == (students, 0)
    drawn = umea.draw()
    assert (drawn["status"], drawn["students"]) == ("drawn", students)
    hold_draw(umea, promised, students)
    most = {site: students - (30 if site == "Umeå" else 20) for site in UMEA}
    replay(umea, {"Sunderbyn": 10, "Sundsvall": 10, "Östersund": 10}, most)
    for one, other in pairs.items():
        hold_pair(umea, one, other)
    taken = {quota["siteName"]: quota["taken"] for quota in umea.decide()["quotas"]}
    assert sum(taken.values()) == students
    assert min(taken[site] for site in ("Sunderbyn", "Sundsvall", "Östersund")) >= 10
    hold_comparison(umea, students)


def hold_comparison(programme: Programme, students: int) -> None:
    """The comparison adds up, and no allocation of wishes is cheaper than the optimum."""
    found = programme.coordinator.get(f"{programme.address}/comparison")
    ranks = Counter(each["rank"] for each in programme.receipts())
    assert found["rule"]["choices"] == [ranks[rank] for rank in range(1, 5)]
    assert sum(found["optimum"]["choices"]) == found["gain"] + found["lose"] + found["same"] == students
    assert found["cost"] == found["rule"]["totalRank"] - found["optimum"]["totalRank"] >= 0


@draws(1, "sizes of a cohort")
@pytest.mark.parametrize(("students", "places"), [(108, [30, 20, 34, 24]), (101, [28, 19, 32, 22])])
def test_linkopings_round_scales_its_shares_and_follows_its_classes_in_order(
    http: TestClient, migrated_url: str, day: Day, students: int, places: list[int]
) -> None:
    liu = Programme(*parties(http, migrated_url), day, LINKOPING, students=students)
    shown = liu.institution.ask(
        "POST", "/v1/site-rounds", 201, liu.body(LINKOPING_QUOTAS, priorities=priorities(liu.sites["Linköping"]))
    ).json()
    liu.round = shown["id"]
    assert [quota["placesBySize"] for quota in shown["quotas"]] == places
    assert [quota["placesByStudents"] for quota in shown["quotas"]] == places
    promised = liu.open()["seedSha256"]
    rankings = liu.rankings(seed=7)
    pairs = {"uni-0010": "uni-0011"}
    rankings |= {other: rankings[one] for one, other in pairs.items()}
    assert liu.send_all(rankings, pairs)["created"] == students
    kalmar_first = ["Kalmar", "Jönköping", "Norrköping", "Linköping"]
    claims = {"uni-0020": 1, "uni-0021": 2, "uni-0022": 3, "uni-0023": 4, "uni-0024": 4}
    for student, rank in claims.items():
        first = ["Linköping", "Kalmar", "Norrköping", "Jönköping"] if rank == 4 else kalmar_first
        liu.wish(student, first, priorityRank=rank)
        assert liu.answer(student, granted=student != "uni-0024")["granted"] == (student != "uni-0024")
    drawn = liu.draw()
    assert [quota["taken"] for quota in drawn["quotas"]] == places
    numbers = hold_draw(liu, promised, students)
    replay(liu, {}, dict(zip(SHARES, places, strict=True)))
    receipts = [each["externalId"] for each in liu.receipts()]
    assert receipts[:4] == ["uni-0020", "uni-0021", "uni-0022", "uni-0023"]
    assert [liu.receipt(student)["siteName"] for student in receipts[:4]] == ["Kalmar"] * 3 + ["Linköping"]
    refused = liu.receipt("uni-0024")
    assert (refused["priorityRank"], refused["byPriority"]) == (None, False)
    pair = hold_pair(liu, "uni-0010", "uni-0011")
    assert pair[0]["place"] == pair[1]["place"]
    worse = max(numbers[each["studentId"]] for each in pair)
    assert f"det högre av sina två nummer: {worse}." in pair[0]["textSv"]
    hold_comparison(liu, students)
    liu.decide()
    _hold_what_follows(liu, students)


def _hold_what_follows(liu: Programme, students: int) -> None:
    """After the decision students have their sites, one comes late, one leaves, and one moves by a decision."""
    for student in ("uni-0020", "uni-0050"):
        got = liu.receipt(student)
        assert liu.institution.get(f"/v1/students/{got['studentId']}")["siteId"] == got["siteId"]
        [made] = liu.institution.all(f"/v1/students/{got['studentId']}/site-decisions")
        assert (made["reason"], made["fromSiteId"], made["siteId"], made["decidedBy"], made["decidedOn"]) == (
            "round",
            liu.sites["Linköping"],
            got["siteId"],
            "Ada Lind",
            "2027-04-01",
        )
    gone = liu.receipt("uni-0020")
    liu.institution.ask("POST", f"{liu.address}/departures", 201, {"studentId": gone["studentId"]})
    before = {quota["siteName"]: quota for quota in liu.institution.get(liu.address)["quotas"]}
    assert before["Kalmar"]["vacancies"] == 1
    later = liu.form("Termin 5", "HT2027", 1)
    liu.register(later, ["uni-9001"])
    [late] = liu.institution.all(f"/v1/students?cohortId={later}")
    ranking = [liu.sites[site] for site in ("Linköping", "Kalmar", "Norrköping", "Jönköping")]
    receipt = liu.institution.ask(
        "POST", f"{liu.address}/late-students", 201, {"studentId": late["id"], "ranking": ranking}
    ).json()
    assert (receipt["number"], receipt["siteName"], receipt["late"]) == (students + 1, "Kalmar", True)
    assert receipt["textSv"] == (
        f"Du kom till efter lottningen och fick numret efter det högsta, {students + 1}. "
        "När det blev din tur fanns ingen plats kvar i Linköping. Du fick Kalmar, ditt andra val."
    )
    assert liu.institution.get(f"/v1/students/{late['id']}")["siteId"] == liu.sites["Kalmar"]
    move = {"siteId": liu.sites["Jönköping"], "fromTermId": liu.terms["HT2028"], "reason": "social"}
    moved = liu.institution.ask("POST", f"/v1/students/{late['id']}/site-decisions", 201, move).json()
    assert (moved["number"], moved["fromSiteId"], moved["decidedBy"]) == (2, liu.sites["Kalmar"], "institution")
    history = liu.institution.all(f"/v1/students/{late['id']}/site-decisions")
    assert [(each["reason"], each["siteId"]) for each in history] == [
        ("late-entry", liu.sites["Kalmar"]),
        ("social", liu.sites["Jönköping"]),
    ]
    told = [event["kind"] for event in liu.institution.get("/v1/events?limit=1000")["items"]]
    assert Counter(kind for kind in told if "site" in kind) == {
        "site-round.opened": 1,
        "site-round.drawn": 1,
        "site-round.decided": 1,
        "site-round.place-freed": 1,
        "student.site-decided": 2,
    }
    sheet = liu.institution.ask(
        "GET", f"{liu.address}/receipts/sheet?format=csv", 200, None, **{"Accept-Language": "en"}
    )
    lines = list(csv.DictReader(io.StringIO(sheet.content.decode("utf-8-sig"), newline="")))
    assert len(lines) == students + 1
    assert (lines[-1]["externalId"], lines[-1]["site"], lines[-1]["late"]) == ("uni-9001", "Kalmar", "true")
    assert lines[-1]["text"].endswith("You got Kalmar, your second choice.")
    assert next(line for line in lines if line["externalId"] == "uni-0020")["leftOn"] == "2027-04-01"
    xlsx = liu.institution.ask("GET", f"{liu.address}/receipts/sheet", 200)
    assert xlsx.content.startswith(b"PK")
