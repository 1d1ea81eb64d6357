"""The seed is secret until it is opened, a round is drawn once, and a named person decides; nothing is drawn again."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session, select

from placement.callers import SYSTEM
from placement.database import engine_for, open_session
from placement.errors import UnavailableError
from placement.site_choice import comparisons, phases
from placement.store.tokens import create_seeing_token
from placement.tables import SiteRound
from placement_solver.site_choice import optimum
from tests.api.parties import Party
from tests.api.site_choice.programmes import AFTER, Day, Programme, numbers_from, parties
from tests.identity import number_of

QUOTAS = [{"siteId": site, "kind": "rest"} for site in ("Norr", "Mitt", "Syd")]
TIGHT = [
    {"siteId": "Norr", "kind": "fixed", "number": 2},
    {"siteId": "Mitt", "kind": "fixed", "number": 2},
    {"siteId": "Syd", "kind": "rest", "floor": 1, "ceiling": 2},
]
STUDENTS = [f"uni-000{number}" for number in range(1, 6)]
FIRST = {"rank": 1, "nameSv": "särskilda skäl", "nameEn": "special reasons", "effect": "first-choice"}


@pytest.fixture
def opened(small: Programme) -> Programme:
    """A round that is open, in which everyone wants to go to Norr, then to Mitt."""
    small.set_up(TIGHT, priorities=[FIRST])
    small.open()
    small.send_all({student: ["Norr", "Mitt", "Syd"] for student in STUDENTS})
    return small


def certain(programme: Programme, *sites: str) -> dict[str, Any]:
    """A class with priority to certain sites."""
    named = [programme.sites[site] for site in sites]
    return {"rank": 2, "nameSv": "amanuens", "nameEn": "assistant", "effect": "certain-sites", "sites": named}


def test_nobody_reads_the_seed_before_it_is_opened(
    small: Programme, migrated_url: str, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    small.set_up(QUOTAS)
    caplog.set_level("DEBUG")
    key = {"Idempotency-Key": "öppna-1".encode().hex()}
    answers = [small.institution.ask("POST", f"{small.address}/opening", 200, None, **key).text for _ in range(2)]
    assert answers[0] == answers[1]
    engine = engine_for(migrated_url)
    with Session(engine) as session:
        seed = session.exec(select(SiteRound)).one().seed
        kept = [str(session.connection().exec_driver_sql(f"SELECT * FROM {table}").all()) for table in TABLES]  # noqa: S608 (the names are this file's own)
    engine.dispose()
    assert seed is not None
    assert hashlib.sha256(seed.encode()).hexdigest() in answers[0]
    seen = [*answers, *kept, caplog.text, *capfd.readouterr()]
    addresses = ("/v1/audit-entries?limit=200", "/v1/events?limit=1000", small.address, "/v1/site-rounds")
    seen += [small.coordinator.ask("GET", address, 200).text for address in addresses]
    assert not any(seed in text or seed.encode().hex() in text for text in seen)
    small.institution.ask("GET", f"{small.address}/draw", 404)
    small.institution.ask("POST", f"{small.address}/cancellation", 200, {"because": "Fel kull."})
    assert seed not in small.coordinator.ask("GET", small.address, 200).text
    small.institution.ask("GET", f"{small.address}/draw", 404)


NUMBER = number_of(dt.date(1990, 1, 1), 238)
TABLES = ("audit_entry", "event", "idempotency_key")


def test_a_round_is_drawn_once_the_day_after_it_closes_and_never_again(opened: Programme) -> None:
    early = opened.institution.ask("POST", f"{opened.address}/draw", 409).json()
    assert early["detail"] == "Wishes are taken in until 2027-03-31, that day included. Draw the day after."
    drawn = opened.draw()
    before = opened.receipts()
    again = opened.institution.ask("POST", f"{opened.address}/draw", 409).json()
    assert again["detail"] == "The site round is drawn, so this cannot be done."
    opened.institution.ask("POST", f"{opened.address}/opening", 409)
    assert opened.receipts() == before
    assert drawn["seed"] == opened.institution.get(f"{opened.address}/draw")["seed"]
    assert drawn["seedSha256"] == hashlib.sha256(drawn["seed"].encode()).hexdigest()


def test_a_drawn_round_is_cancelled_by_the_coordinator_alone_and_stays_with_its_draw(opened: Programme) -> None:
    opened.draw()
    because = {"because": "Fel kull."}
    refused = opened.institution.ask("POST", f"{opened.address}/cancellation", 403, because).json()
    assert refused["detail"] == "Only the coordinator may cancel a site round that has been drawn."
    cancelled = opened.coordinator.ask("POST", f"{opened.address}/cancellation", 200, because).json()
    assert (cancelled["status"], len(cancelled["seed"])) == ("cancelled", 40)
    assert len(opened.receipts()) == 5
    student = {"studentId": opened.students[STUDENTS[0]]}
    opened.institution.ask("POST", f"{opened.address}/departures", 409, student)
    assert opened.institution.get(f"/v1/students/{student['studentId']}")["siteId"] == opened.sites["Norr"]


def test_the_draw_waits_for_every_answer_to_a_claim_and_for_quotas_that_hold_the_cohort(opened: Programme) -> None:
    opened.wish(STUDENTS[0], ["Norr", "Mitt", "Syd"], priorityRank=1)
    opened.day.date = opened.day.date.replace(month=4)
    refused = opened.institution.ask("POST", f"{opened.address}/draw", 409).json()
    assert refused["detail"] == "1 claim of a priority lacks an answer. Grant or refuse first."
    opened.answer(STUDENTS[0], granted=True)
    opened.register(opened.cohort, ["uni-0006", "uni-0007"])
    refused = opened.institution.ask("POST", f"{opened.address}/draw", 409, None, **{"Accept-Language": "sv"}).json()
    assert refused["detail"] == (
        "Kvoterna räcker inte för kullens studenter: orterna har tillsammans 6 platser, men studenterna är 7."
    )
    assert [each["pointer"] for each in refused["errors"]] == ["/quotas"]


def protect(programme: Programme, http: TestClient, url: str, student: str) -> Party:
    """Mark a student as protected, and return somebody of the lärosäte with the right to see them."""
    assert programme.institution.organisation is not None
    engine = engine_for(url)
    with open_session(engine) as session:
        right = create_seeing_token(session, SYSTEM, programme.institution.organisation)
    engine.dispose()
    seeing = Party(http, right, programme.institution.organisation)
    contact = {"contactFunction": "Placeringskansliet", "contactPhone": "08-123 45 67"}
    seeing.ask("POST", "/v1/protected-students", 201, {"studentId": student, **contact})
    return seeing


def test_quotas_that_do_not_hold_a_protected_student_are_refused_without_a_number(
    small: Programme, http: TestClient, migrated_url: str
) -> None:
    small.set_up([{"siteId": site, "kind": "fixed", "number": 2} for site in ("Norr", "Mitt", "Syd")])
    small.register(small.cohort, ["uni-6001", "uni-6002"])
    hidden = next(row["id"] for row in small.institution.all("/v1/students") if row["externalId"] == "uni-6002")
    seeing = protect(small, http, migrated_url, hidden)
    others = (small.institution, small.coordinator)

    def refusals(step: str) -> tuple[str, set[str]]:
        to_all = [by.ask("POST", f"{small.address}/{step}", 409, None).json() for by in (seeing, *others)]
        return to_all[0]["detail"], {f"{each['detail']} {each['errors']}" for each in to_all[1:]}

    whole = "The quotas do not hold the cohort's students: the sites have 6 places together, but there are 7 students."
    told = (
        "The quotas do not hold all who take part in the round. Ask the lärosäte's placement office how many places "
        "are needed. []"
    )
    assert refusals("opening") == (whole, {told})
    etag = {"If-Match": "*"}
    more = [{"siteId": small.sites[site], "kind": "fixed", "number": 3, "floor": 0} for site in ("Norr", "Mitt", "Syd")]
    small.institution.ask("PATCH", small.address, 200, {"quotas": more}, **etag)
    small.open()
    small.register(small.cohort, ["uni-6003", "uni-6004", "uni-6005"])
    small.day.date = AFTER
    assert refusals("draw") == (whole.replace("6 places", "9 places").replace("7 students", "10 students"), {told})


def test_the_events_of_a_round_count_students_as_if_nobody_were_protected(
    opened: Programme, http: TestClient, migrated_url: str
) -> None:
    protect(opened, http, migrated_url, opened.students[STUDENTS[0]])
    opened.draw()
    opened.decide()
    told = {
        each["kind"].rpartition(".")[2]: each["details"]["students"]
        for each in opened.institution.get("/v1/events?limit=1000")["items"]
        if each["kind"] in {"site-round.drawn", "site-round.decided"}
    }
    assert told == {"drawn": 4, "decided": 4}


def test_a_claim_that_the_reader_may_not_see_is_not_told_of_and_who_may_is_told(
    opened: Programme, http: TestClient, migrated_url: str
) -> None:
    opened.wish(STUDENTS[0], ["Norr", "Mitt", "Syd"], priorityRank=1)
    opened.wish(STUDENTS[1], ["Norr", "Mitt", "Syd"], priorityRank=1)
    seeing = protect(opened, http, migrated_url, opened.students[STUDENTS[0]])
    opened.day.date = opened.day.date.replace(month=4)

    def refusal(by: Party, language: str = "en") -> str:
        answer = by.ask("POST", f"{opened.address}/draw", 409, None, **{"Accept-Language": language})
        return str(answer.json()["detail"])

    others = (opened.institution, opened.coordinator)
    assert refusal(seeing) == "2 claims of a priority lack an answer. Grant or refuse first."
    assert {refusal(each) for each in others} == {"1 claim of a priority lacks an answer. Grant or refuse first."}
    opened.answer(STUDENTS[1], granted=True)
    assert refusal(seeing) == "1 claim of a priority lacks an answer. Grant or refuse first."
    told = (
        "The round cannot be drawn yet: somebody else at the lärosäte has something left to do in it. "
        "Ask the lärosäte's placement office, and draw when they are done."
    )
    assert {refusal(each) for each in others} == {told}
    for word in ("förtur", "student", "skydd"):
        assert word not in refusal(opened.institution, "sv")
    path = f"{opened.address}/wishes/{opened.students[STUDENTS[0]]}/priority"
    seeing.ask("PUT", path, 200, {"granted": False}, **{"If-Match": "*"})
    opened.draw()


def test_a_claim_of_one_who_has_left_the_cohort_waits_for_no_answer(opened: Programme) -> None:
    opened.wish(STUDENTS[0], ["Norr", "Mitt", "Syd"], priorityRank=1)
    elsewhere = opened.form("Termin 5", "HT2027", 1)
    opened.register(elsewhere, STUDENTS[:1])
    assert opened.institution.get(opened.address)["claimsToAnswer"] == 0
    opened.draw()


def test_who_has_sent_no_ranking_takes_part_and_chooses_last(small: Programme) -> None:
    small.set_up(QUOTAS)
    small.open()
    small.send_all({STUDENTS[0]: ["Syd", "Norr", "Mitt"]})
    small.draw()
    first, *others = small.receipts()
    assert (first["externalId"], first["siteName"], first["rank"]) == (STUDENTS[0], "Syd", 1)
    assert {each["rank"] for each in others} == {None}
    assert others[0]["textEn"].endswith("and got the site with the most places left. You got Norr.")
    found = small.coordinator.get(f"{small.address}/comparison")
    assert (found["rule"]["choices"], found["rule"]["unranked"], found["cost"]) == ([1, 0, 0], 4, 0)


def test_a_wish_of_one_who_has_left_the_cohort_does_not_count_and_leaves_the_other_of_a_pair_alone(
    opened: Programme,
) -> None:
    one, two, *_ = (opened.students[student] for student in STUDENTS)
    opened.wish(STUDENTS[0], ["Norr", "Mitt", "Syd"], partnerId=two)
    opened.wish(STUDENTS[1], ["Norr", "Mitt", "Syd"], partnerId=one)
    later = opened.form("Termin 5", "HT2027", 1)
    opened.institution.change(f"/v1/students/{one}", {"cohortId": later})
    assert opened.draw()["students"] == 4
    assert opened.receipt(STUDENTS[1])["partnerId"] is None


def test_the_outcome_holds_when_a_named_person_has_decided_and_not_before(opened: Programme) -> None:
    opened.draw()
    students = {each["studentId"]: each["siteId"] for each in opened.receipts()}

    def present() -> dict[str, str]:
        return {row["id"]: row["siteId"] for row in opened.institution.all("/v1/students")}

    assert set(present().values()) == {opened.sites["Norr"]}
    gone = next(iter(students))
    opened.institution.ask("POST", f"{opened.address}/departures", 201, {"studentId": gone})
    again = opened.institution.ask("POST", f"{opened.address}/departures", 409, {"studentId": gone}).json()
    assert again["detail"] == "The student has left already."
    missing = opened.institution.ask("POST", f"{opened.address}/departures", 422, {"studentId": "stu_none"}).json()
    assert missing["errors"][0]["detail"] == "there is no such student in the site round"
    decided = opened.decide("Ada Lind")
    assert (decided["status"], decided["decidedBy"], decided["students"]) == ("decided", "Ada Lind", 4)
    assert present() == {**students, gone: opened.sites["Norr"]}
    refused = opened.institution.ask("POST", f"{opened.address}/decision", 409, {}).json()
    assert refused["detail"] == "The site round is decided, so this cannot be done."
    opened.coordinator.ask("POST", f"{opened.address}/cancellation", 409, {"because": "Fel."})


def test_the_students_own_page_has_the_receipt_once_the_outcome_is_decided(opened: Programme, http: TestClient) -> None:
    pseudonym, chosen = next(iter(opened.students.items()))
    made = opened.institution.ask("POST", "/v1/student-pages", 201, {"studentId": chosen}).json()
    path = urlsplit(made["url"]).path
    opened.draw()
    assert http.get(path, headers={"Accept-Language": "sv"}).json()["sections"] == []
    opened.decide()
    (section,) = http.get(path, headers={"Accept-Language": "sv"}).json()["sections"]
    assert section == {"title": "Val av studieort", "sentences": [opened.receipt(pseudonym)["textSv"]]}
    page = http.get(path, headers={"Accept": "text/html", "Accept-Language": "en"}).text
    assert "<h2>Choice of the place of study</h2>" in page


def test_a_change_of_site_tells_which_quota_it_exceeds_and_which_floor_it_breaks(opened: Programme) -> None:
    opened.draw()
    [alone] = [each["studentId"] for each in opened.receipts() if each["siteId"] == opened.sites["Syd"]]
    move = {"siteId": opened.sites["Norr"], "fromTermId": opened.terms["HT2027"], "reason": "medical"}
    address = f"/v1/students/{alone}/site-decisions"
    opened.decide()
    made = opened.institution.ask("POST", address, 201, move, **{"Accept-Language": "sv"}).json()
    assert made["warning"] == "Studenter i Norr: 3, men kvoten är 2. Studenter i Syd: 0, men golvet är 1."
    back = {**move, "siteId": opened.sites["Syd"]}
    assert opened.institution.ask("POST", address, 201, back).json()["warning"] is None
    cohort = opened.form("Termin 2", "VT2027", 1)
    opened.register(cohort, ["uni-7001"])
    [other] = opened.institution.all(f"/v1/students?cohortId={cohort}")
    elsewhere = {**move, "siteId": opened.sites["Mitt"]}
    made = opened.institution.ask("POST", f"/v1/students/{other['id']}/site-decisions", 201, elsewhere).json()
    assert made["warning"] is None, "the student is of no round"


def test_without_a_name_the_holder_of_the_token_decides(opened: Programme) -> None:
    opened.draw()
    decided = opened.coordinator.ask("POST", f"{opened.address}/decision", 200, {}).json()
    assert decided["decidedBy"] == "CKU"


def test_one_who_comes_late_must_be_new_in_the_programme_and_rank_every_site_and_find_a_vacancy(
    opened: Programme,
) -> None:
    ranking = [opened.sites[site] for site in ("Norr", "Mitt", "Syd")]
    late = f"{opened.address}/late-students"
    opened.draw()
    one = opened.students[STUDENTS[0]]
    early = opened.institution.ask("POST", late, 409, {"studentId": one, "ranking": ranking}).json()
    assert early["detail"] == "The site round is drawn, so this cannot be done."
    opened.decide()
    taken = opened.institution.ask("POST", late, 409, {"studentId": one, "ranking": ranking}).json()
    assert taken["errors"][0]["pointer"] == "/studentId"
    unknown = opened.institution.ask("POST", late, 422, {"studentId": "stu_none", "ranking": ranking}).json()
    assert unknown["errors"][0]["detail"] == "there is no such student in the student's programme"
    later = opened.form("Termin 5", "HT2027", 2)
    opened.register(later, ["uni-0101", "uni-0102"])
    first, second = (row["id"] for row in opened.institution.all(f"/v1/students?cohortId={later}"))
    short = opened.institution.ask("POST", late, 422, {"studentId": first, "ranking": ranking[:2]}).json()
    assert short["errors"][0]["detail"] == "rank every site; these are missing: Syd"
    given = {"studentId": first, "ranking": ranking, "decidedBy": "Ada L"}
    got = opened.institution.ask("POST", late, 201, given).json()
    assert (got["siteName"], got["number"], got["place"]) == ("Syd", 6, 6)
    full = opened.institution.ask("POST", late, 409, {"studentId": second, "ranking": ranking}).json()
    assert full["detail"] == "No site has a vacancy. Give the student a site by a decision of its own instead."


def test_a_pair_that_no_site_holds_chooses_one_by_one_and_is_told_so(
    http: TestClient, migrated_url: str, day: Day
) -> None:
    sites = {"Norr": 1, "Mitt": 1, "Syd": 1}
    pair = Programme(*parties(http, migrated_url), day, sites, students=2)
    pair.set_up([{"siteId": site, "kind": "fixed", "number": 1} for site in sites])
    pair.open()
    pair.send_all({student: ["Norr", "Mitt", "Syd"] for student in STUDENTS[:2]}, {STUDENTS[0]: STUDENTS[1]})
    pair.draw()
    first, second = pair.receipts()
    assert (first["siteName"], second["siteName"], first["apart"]) == ("Norr", "Mitt", True)
    assert first["textEn"] == (
        "Your number was 1 of 2. You chose as a pair, and a pair chooses by the higher of its two numbers: 2. "
        "When your turn came no site had room for you both. You therefore chose one by one. "
        "You got Norr, your first choice."
    )
    assert second["textSv"].endswith(
        "När det blev din tur fanns ingen plats kvar i Norr. Du fick Mitt, ditt andra val."
    )
    found = pair.coordinator.get(f"{pair.address}/comparison")
    assert (found["rule"]["pairsApart"], found["optimum"]["pairsApart"]) == (1, 1)


def test_receipts_tell_of_priority_in_each_of_its_cases(small: Programme) -> None:
    small.set_up(
        [
            {"siteId": "Norr", "kind": "fixed", "number": 1},
            {"siteId": "Mitt", "kind": "fixed", "number": 2},
            {"siteId": "Syd", "kind": "fixed", "number": 2},
        ],
        priorities=[FIRST, certain(small, "Norr"), {**certain(small, "Mitt"), "rank": 3}],
    )
    small.open()
    one, two = small.students[STUDENTS[3]], small.students[STUDENTS[4]]
    wishes: dict[str, tuple[list[str], dict[str, Any]]] = {
        STUDENTS[0]: (["Norr", "Syd", "Mitt"], {"priorityRank": 1}),
        STUDENTS[1]: (["Norr", "Syd", "Mitt"], {"priorityRank": 2}),
        STUDENTS[2]: (["Syd", "Mitt", "Norr"], {"priorityRank": 3}),
        STUDENTS[3]: (["Mitt", "Syd", "Norr"], {"priorityRank": 1, "partnerId": two}),
        STUDENTS[4]: (["Mitt", "Syd", "Norr"], {"partnerId": one}),
    }
    for student, (ranking, more) in wishes.items():
        small.wish(student, ranking, **more)
        if "priorityRank" in more:
            small.answer(student, granted=True)
    small.draw()
    told = {student: small.receipt(student)["textEn"].split(". ", 1)[1] for student in STUDENTS}
    assert told[STUDENTS[0]] == (
        "You had priority (special reasons) and chose before all without priority. You got Norr, your first choice."
    )
    assert told[STUDENTS[1]].startswith(
        "You had priority to Norr (assistant), but no place was open to you there. You therefore chose by your number."
    )
    assert told[STUDENTS[2]] == (
        "You had priority to Mitt (assistant) and chose there before all without priority. "
        "The priority was not for Syd, which you had ranked higher. You got Mitt, your second choice."
    )
    assert (
        "You had priority (special reasons), but a pair has only the priority that both have, and you had none in "
        "common." in told[STUDENTS[3]]
    )
    refused = small.institution.ask("GET", f"{small.address}/comparison", 403)
    assert refused.json()["type"] == "/problems/not-allowed"


def test_receipts_tell_pairs_what_their_two_priorities_came_to(http: TestClient, migrated_url: str, day: Day) -> None:
    both = Programme(*parties(http, migrated_url), day, {"Norr": 1, "Mitt": 1, "Syd": 1}, students=8)
    both.set_up(
        [
            {"siteId": "Norr", "kind": "fixed", "number": 3},
            {"siteId": "Mitt", "kind": "fixed", "number": 5},
            {"siteId": "Syd", "kind": "rest"},
        ],
        priorities=[FIRST, certain(both, "Norr"), {**certain(both, "Mitt"), "rank": 3}],
    )
    both.open()
    students = sorted(both.students)
    for at, ranks in ((0, (1, 2)), (2, (1, 2)), (4, (2, 3)), (6, (1, 1))):
        pair = students[at : at + 2]
        for student, other, rank in zip(pair, reversed(pair), ranks, strict=True):
            both.wish(student, ["Mitt", "Norr", "Syd"], priorityRank=rank, partnerId=both.students[other])
            both.answer(student, granted=True)
    both.draw()
    mixed = [[both.receipt(student) for student in students[at : at + 2]] for at in (0, 2)]
    first, second = sorted(mixed, key=lambda pair: pair[0]["place"])
    assert (
        "Du hade förtur (särskilda skäl), men ett par har bara den förtur som båda har: ni hade företräde till Norr "
        "och fick välja där före alla utan förtur. Företrädet gällde inte Mitt, som du hade rangordnat högre. "
        "Du fick Norr, ditt andra val." in first[0]["textSv"]
    )
    assert "You had priority to Norr (assistant) and chose there before all without priority." in first[1]["textEn"]
    assert (
        "You had priority (special reasons), but a pair has only the priority that both have: you had priority to "
        "Norr, but no place was open to you both there. You therefore chose by your number." in second[0]["textEn"]
    )
    assert (
        "Du hade företräde till Norr (amanuens), men där fanns ingen plats för er båda. "
        "Därför valde ni efter ert nummer." in second[1]["textSv"]
    )
    assert (
        "Du hade företräde till Norr (amanuens), men ett par har bara den förtur som båda har, och ni hade ingen "
        "gemensam." in both.receipt(students[4])["textSv"]
    )
    assert "Du hade förtur (särskilda skäl) och fick välja före alla" in both.receipt(students[6])["textSv"]


def test_a_receipt_says_when_a_pair_lacked_room_for_both_and_when_floors_closed_a_site(
    http: TestClient, migrated_url: str, day: Day
) -> None:
    sites = {"Norr": 1, "Mitt": 1, "Syd": 1}
    many = Programme(*parties(http, migrated_url), day, sites, students=4)
    quotas = [{"siteId": site, "kind": "fixed", "number": 4} for site in sites]
    many.set_up([quotas[0], *({**quota, "floor": 1} for quota in quotas[1:])])
    many.open()
    many.send_all({student: ["Norr", "Mitt", "Syd"] for student in STUDENTS[:4]})
    many.draw()
    texts = [each["textSv"] for each in many.receipts()]
    assert texts[2] == (
        "Ditt nummer var 3 av 4. Det fanns platser i Norr, men de som var kvar att välja behövdes i Mitt och Syd, "
        "som ska ha ett minsta antal studenter. Du fick Mitt, ditt andra val."
    )
    assert texts[3] == (
        "Ditt nummer var 4 av 4. Det fanns platser i Norr och Mitt, men de som var kvar att välja behövdes i Syd, "
        "som ska ha ett minsta antal studenter. Du fick Syd, ditt tredje val."
    )
    assert [each["externalId"] for each in many.coordinator.all(f"{many.address}/receipts")] == [None] * 4
    last = many.receipts()[3]
    address = f"{many.address}/receipts/{last['studentId']}/text"
    for language in ("sv", "en"):
        answer = many.institution.ask("GET", address, 200, None, **{"Accept-Language": language})
        assert answer.text == last[f"text{language.capitalize()}"]
        assert answer.headers["Content-Language"] == language
    assert many.coordinator.get(f"{many.address}/receipts/{last['studentId']}")["externalId"] is None


def test_a_choice_after_the_sixth_is_told_by_its_number_and_a_pair_that_finds_too_little_room_is_told_so(
    http: TestClient, migrated_url: str, day: Day
) -> None:
    names = ["Ankarsund", "Björkvik", "Cedernäs", "Dalby", "Ekeby", "Furudal", "Granliden", "Hedvik"]
    many = Programme(*parties(http, migrated_url), day, dict.fromkeys(names, 1), students=3)
    many.set_up([{"siteId": name, "kind": "fixed", "number": 2 if name == "Hedvik" else 1} for name in names])
    many.open()
    many.send_all(dict.fromkeys(STUDENTS[:3], names), {STUDENTS[0]: STUDENTS[1]})
    many.draw()
    pair = many.receipt(STUDENTS[0])
    assert pair["textSv"].endswith(
        "När det blev er tur fanns ingen plats för er båda kvar i Ankarsund, Björkvik, Cedernäs, Dalby, Ekeby, "
        "Furudal och Granliden. Du fick Hedvik, ditt val nummer 8."
    )


def test_a_comparison_needs_a_draw_and_one_that_is_not_proven_in_time_says_so(
    opened: Programme, migrated_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = opened.coordinator.ask("GET", f"{opened.address}/comparison", 409)
    assert refused.json()["detail"] == "The site round has not been drawn, so there is nothing to compare."
    opened.draw()
    monkeypatch.setattr(optimum, "SECONDS", 0.0)
    engine = engine_for(migrated_url)
    with Session(engine) as session, pytest.raises(UnavailableError):
        comparisons.compare_round(session, SYSTEM, opened.round)
    engine.dispose()


def test_an_identity_number_is_refused_in_every_text_of_one_s_own(opened: Programme) -> None:
    for path, body in (
        ("cancellation", {"because": f"Gäller {NUMBER}"}),
        ("decision", {"decidedBy": NUMBER}),
        ("late-students", {"studentId": "stu_x", "ranking": ["sit_x"], "decidedBy": NUMBER}),
    ):
        refused = opened.institution.ask("POST", f"{opened.address}/{path}", 422, body).text
        assert NUMBER not in refused


def test_a_seed_has_no_digits_and_is_never_the_same() -> None:
    seeds = {phases.make_seed() for _ in range(50)}
    assert len(seeds) == 50
    assert all(len(seed) == 40 and seed.isalpha() for seed in seeds)


def test_the_program_in_the_guide_draws_the_numbers_again_and_tells_a_seed_that_was_not_promised(
    opened: Programme, tmp_path: Path
) -> None:
    opened.draw()
    drawn = opened.institution.get(f"{opened.address}/draw")
    for guide in ("site-rounds.md", "sv/studieortsval.md"):
        text = (Path(__file__).parents[3] / "docs" / guide).read_text()
        program = text.split("```python\n")[1].split("```")[0]
        (tmp_path / "draw.json").write_text(json.dumps(drawn))
        run = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True)
        numbers = numbers_from(drawn["seed"], drawn["students"])
        in_order = sorted(numbers, key=numbers.__getitem__)
        lines = [f"{number} {student}" for number, student in enumerate(in_order, start=1)]
        assert run.stdout.splitlines() == ["True", "True", *lines]
        (tmp_path / "draw.json").write_text(json.dumps({**drawn, "seed": "another"}))
        run = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True)
        assert run.stdout.split()[0] == "False"
