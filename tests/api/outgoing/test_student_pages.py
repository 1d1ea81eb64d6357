"""A student's own page shows their own terms to whoever has its address, for as long as its maker may see them."""

from __future__ import annotations

import datetime as dt
import logging
import re
from urllib.parse import urlsplit

from fastapi.testclient import TestClient
from sqlmodel import Session, col, select

from placement.callers import SYSTEM
from placement.clock import today
from placement.store.tokens import revoke_token
from placement.tables import LedgerCause, LedgerEntry, Placement, Student, StudentPage, Term
from placement_api.secrecy import hide_secrets
from placement_solver.weeks import IsoWeek
from tests import carried
from tests.api.world import World, row_in

PAGE = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


def opened(client: TestClient, world: World, role: str = "institution", student: str = "stu_a") -> str:
    """Make an address and return its path."""
    made = client.post("/v1/student-pages", json={"studentId": student}, headers=world.by(role))
    assert made.status_code == 201, made.text
    return str(urlsplit(made.json()["url"]).path)


def test_a_student_reads_a_page_in_their_own_language(client: TestClient, world: World) -> None:
    path = opened(client, world)
    assert re.fullmatch(r"/v1/own-terms/[a-z2-7]{56}", path)
    page = client.get(path, headers={**PAGE, "Accept-Language": "sv"})
    assert page.status_code == 200
    assert page.headers["Content-Type"].startswith("text/html")
    assert (page.headers["Content-Language"], page.headers["Cache-Control"]) == ("sv", "no-store")
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert page.headers["Referrer-Policy"] == "no-referrer"
    for told in (
        "Mina terminer",
        "Karolinska Institutet",
        "VT2027",
        "Tallgården",
        "75 minuter i medel",
        "nummer 2 av 2",
    ):
        assert told in page.text
    english = client.get(f"{path}?language=en", headers={**PAGE, "Accept-Language": "sv"})
    assert (english.headers["Content-Language"], "My terms" in english.text) == ("en", True)
    for hidden in ("ki-0001", "59.31", "stu_a"):
        assert hidden not in page.text


def test_other_programs_read_the_same_as_json(client: TestClient, world: World) -> None:
    path = opened(client, world)
    told = client.get(path, headers={"Accept-Language": "en"}).json()
    assert told["institutionName"] == "Karolinska Institutet"
    assert told["ledger"] == client.get("/v1/students/stu_a/ledger", headers=world.by("institution")).json()
    assert told["sections"] == []


def test_a_page_shows_the_student_s_own_terms_and_nobody_else_s(
    client: TestClient, store: Session, world: World
) -> None:
    (line,) = store.exec(select(LedgerEntry)).all()
    line.student_id = "stu_b"
    store.commit()
    page = client.get(opened(client, world), headers={**PAGE, "Accept-Language": "sv"})
    assert "Du har inte haft någon placering än." in page.text
    assert "Tallgården" not in page.text


def test_a_page_tells_of_corrections_ended_placements_late_notices_and_points(
    client: TestClient, store: Session, world: World
) -> None:
    (line,) = store.exec(select(LedgerEntry)).all()
    line.told_on, line.wish_rank = dt.date(2026, 12, 27), 2
    ended = carried.entry(1, cause=LedgerCause.ENDED, possible_wishes=0, wish_rank=0, minutes=75)
    store.add_all([carried.formula(3), ended])
    store.get_one(Term, "trm_idle").weight_carried_burden = 5
    store.commit()
    path = opened(client, world)
    page = client.get(path, headers={**PAGE, "Accept-Language": "en"}).text
    for told in ("ended, does not count", "none possible", "none of 2"):
        assert told in page
    store.delete(ended)
    store.commit()
    page = client.get(path, headers={**PAGE, "Accept-Language": "sv"}).text
    for told in ("varav senare än två veckor före: 1", "1 av 1", "Dina poäng: <strong>320</strong> av 1 000."):
        assert told in page
    assert "15 mars 2027." in page
    parts = {part[:6]: part for part in page.split("<h3>")[1:]}
    assert "Planen för terminen räknar inte med dem." not in parts["HT2027"]


def nothing(client: TestClient, path: str) -> bool:
    """Tell whether an address shows nothing, and says so as one that never was does."""
    answer, never = client.get(path), client.get("/v1/own-terms/none")
    return answer.status_code == 404 and answer.json()["detail"] == never.json()["detail"]


def test_a_page_is_gone_once_it_is_revoked(client: TestClient, world: World) -> None:
    made = client.post("/v1/student-pages", json={"studentId": "stu_a"}, headers=world.by("institution"))
    path = urlsplit(made.json()["url"]).path
    own = f"/v1/student-pages/{made.json()['id']}"
    assert client.get(path).status_code == 200
    listed = client.get("/v1/student-pages?studentId=stu_a", headers=world.by("institution")).json()["items"]
    assert made.json()["id"] in {each["id"] for each in listed}
    seen = {"If-Match": client.get(own, headers=world.by("institution")).headers["ETag"]}
    assert client.delete(own, headers=world.by("institution", **seen)).status_code == 204
    assert nothing(client, path)


def test_a_page_is_gone_once_its_maker_s_token_is_revoked(client: TestClient, store: Session, world: World) -> None:
    path = opened(client, world)
    newest = store.exec(select(StudentPage).order_by(col(StudentPage.created_at).desc()).limit(1)).one()
    revoke_token(store, SYSTEM, newest.token_id)
    store.commit()
    assert nothing(client, path)


def test_a_page_is_gone_once_the_student_is_another_larosate_s(
    client: TestClient, store: Session, world: World
) -> None:
    path = opened(client, world)
    store.get_one(Student, "stu_a").institution_id = "org_b"
    store.commit()
    assert nothing(client, path)


def test_a_draft_s_student_of_another_larosate_has_no_page_to_make(client: TestClient, world: World) -> None:
    refused = client.post("/v1/student-pages", json={"studentId": "stu_b"}, headers=world.by("institution"))
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/studentId")


def test_the_secret_is_shown_once_and_stands_in_no_log_and_no_trail(client: TestClient, world: World) -> None:
    path = opened(client, world)
    secret = path.rsplit("/", 1)[1]
    for address in ("/v1/student-pages", "/v1/audit-entries?limit=200", "/v1/events?limit=200"):
        assert secret not in client.get(address, headers=world.by("coordinator")).text
    record = logging.LogRecord("uvicorn.access", logging.INFO, "", 0, "%s %s", ("GET", path), None)
    assert hide_secrets(record)
    assert record.getMessage() == "GET /v1/own-terms/…"


def test_a_student_answers_at_the_address_and_the_larosate_finds_the_answer(
    client: TestClient, store: Session, world: World
) -> None:
    begins = IsoWeek.of(today()).plus(3)
    store.get_one(Placement, "pla_a").start = begins
    store.commit()
    path, body = opened(client, world), {"unitId": "unt_a", "start": str(begins)}
    asked = client.get("/v1/terms/trm_a", headers=world.by("coordinator"))
    unasked = client.put(f"{path}/answers/pla_a", json={**body, "answer": "accepted"})
    assert unasked.status_code == 409
    tag = {"If-Match": asked.headers["ETag"]}
    early = {"studentsAnswerBy": "2026-11-30"}
    refused = client.patch("/v1/terms/trm_a", json=early, headers=world.by("coordinator", **tag))
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/studentsAnswerBy")
    late = {"studentsAnswerBy": "2099-11-30"}
    changed = client.patch("/v1/terms/trm_a", json=late, headers=world.by("coordinator", **tag))
    assert row_in(changed)["studentsAnswerBy"] == "2099-11-30"
    (own,) = client.get(path).json()["placements"]
    last = str(begins.monday() - dt.timedelta(days=1))
    assert (own["answer"], own["answerBy"], own["unitName"]) == (None, last, "Tallgården")
    no = {**body, "answer": "declined", "reason": "clash"}
    for _ in range(2):
        answered = client.put(f"{path}/answers/pla_a", json=no)
        assert (answered.status_code, answered.json()["answer"]) == (200, "declined")
    assert client.put(f"{path}/answers/pla_b", json=no).status_code == 404
    for role, reason in (("institution", "clash"), ("unit", None), ("coordinator", None)):
        listed = client.get("/v1/placements?studentAnswer=declined", headers=world.by(role)).json()["items"]
        assert [(each["id"], each["studentReason"]) for each in listed] == [("pla_a", reason)]
    told = client.get("/v1/events?kind=placement.student-declined", headers=world.by("unit")).json()["items"]
    assert [each["subjectId"] for each in told] == ["pla_a"]
