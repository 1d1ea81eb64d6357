"""A calendar's address shows what is in force to anyone who has it, for as long as its maker may see it."""

from __future__ import annotations

import logging
import re
from urllib.parse import urlsplit

import httpx2
import icalendar
import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session, select

from placement.callers import SYSTEM
from placement.store.tokens import revoke_token
from placement.tables import Calendar, Course, Placement, PlannedPlacement, Unit
from placement_api.secrecy import hide_secrets
from tests.api.world import World
from tests.rows import WEEK

UNIT = {"type": "unit", "id": "unt_a"}


def opened(client: TestClient, world: World, role: str, subject: dict[str, str]) -> str:
    """Make a calendar and return the path of its address."""
    made = client.post("/v1/calendars", json={"subject": subject}, headers=world.by(role))
    assert made.status_code == 201, made.text
    return str(urlsplit(made.json()["url"]).path)


def events(client: TestClient, path: str) -> list[icalendar.Event]:
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"].startswith("text/calendar")
    return icalendar.Calendar.from_ical(answer.content).events


def nothing(answer: httpx2.Response) -> tuple[int, object, object]:
    """Return what a refusal says, apart from its number and trace."""
    return answer.status_code, answer.json()["detail"], answer.json()["errors"]


def test_a_unit_reads_who_comes_and_when_and_no_names(client: TestClient, world: World) -> None:
    path = opened(client, world, "unit", UNIT)
    assert re.fullmatch(r"/v1/calendar-feeds/[a-z2-7]{56}\.ics", path)
    [event] = events(client, path)
    assert str(event["UID"]) == "pla_a@placement"
    assert (event.start, event.end) == (WEEK.monday(), WEEK.plus(5).monday())
    assert str(event["SUMMARY"]) == "1 studerande, sjuksköterska, Karolinska Institutet"
    assert str(event["LOCATION"]) == "Tallgården, Söder"
    assert str(event["STATUS"]) == "TENTATIVE"
    answer = client.get(path, params={"language": "en"})
    assert "SUMMARY:1 student\\, nurse\\, Karolinska Institutet" in answer.text
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT4H" in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    for told in ("ki-0001", "stu_a", "req_a"):
        assert told not in answer.text


@pytest.mark.parametrize(
    ("role", "subject", "summary"),
    [
        ("institution", {"type": "student", "id": "stu_a"}, "VFU T2, Tallgården"),
        ("institution", {"type": "cohort", "id": "coh_a"}, "VFU T2, Tallgården, ki-0001"),
        ("institution", UNIT, "1 studerande, sjuksköterska, Karolinska Institutet"),
        (
            "provider",
            {"type": "provider", "id": "org_city"},
            "1 studerande, sjuksköterska, Karolinska Institutet, Tallgården",
        ),
        ("provider", {"type": "supervisor", "id": "sup_a"}, "1 studerande, sjuksköterska, Karolinska Institutet"),
        ("unit", {"type": "supervisor", "id": "sup_a"}, "1 studerande, sjuksköterska, Karolinska Institutet"),
        ("coordinator", {"type": "student", "id": "stu_a"}, "VFU T2, Tallgården"),
        ("coordinator", {"type": "cohort", "id": "coh_a"}, "VFU T2, Tallgården, stu_a"),
        (
            "coordinator",
            {"type": "provider", "id": "org_city"},
            "1 studerande, sjuksköterska, Karolinska Institutet, Tallgården",
        ),
    ],
)
def test_each_party_reads_of_its_own(
    client: TestClient, store: Session, world: World, role: str, subject: dict[str, str], summary: str
) -> None:
    store.get_one(Placement, "pla_a").supervisor_id = "sup_a"
    assert store.get_one(Course, "crs_a").name == "T2"
    store.commit()
    [event] = events(client, opened(client, world, role, subject))
    assert (str(event["UID"]), str(event["SUMMARY"])) == ("pla_a@placement", summary)


@pytest.mark.parametrize(
    ("role", "subject"),
    [
        ("institution", {"type": "student", "id": "stu_b"}),
        ("institution", {"type": "cohort", "id": "coh_b"}),
        ("institution", {"type": "supervisor", "id": "sup_a"}),
        ("institution", {"type": "provider", "id": "org_city"}),
        ("provider", {"type": "student", "id": "stu_a"}),
        ("provider", {"type": "cohort", "id": "coh_a"}),
        ("provider", {"type": "unit", "id": "unt_b"}),
        ("provider", {"type": "supervisor", "id": "sup_b"}),
        ("provider", {"type": "provider", "id": "org_far"}),
        ("unit", {"type": "unit", "id": "unt_b"}),
        ("unit", {"type": "provider", "id": "org_city"}),
        ("coordinator", {"type": "unit", "id": "unt_none"}),
        ("coordinator", {"type": "provider", "id": "org_ki"}),
    ],
)
def test_nobody_makes_a_calendar_of_what_is_not_theirs(
    client: TestClient, world: World, role: str, subject: dict[str, str]
) -> None:
    refused = client.post("/v1/calendars", json={"subject": subject}, headers=world.by(role))
    assert refused.status_code == 422
    assert [error["pointer"] for error in refused.json()["errors"]] == ["/subject/id"]


def test_a_larosate_reads_at_a_unit_of_its_own_students_alone(client: TestClient, world: World) -> None:
    assert events(client, opened(client, world, "institution", {"type": "unit", "id": "unt_b"})) == []
    assert len(events(client, opened(client, world, "coordinator", {"type": "unit", "id": "unt_b"}))) == 1


def test_a_draft_is_in_no_calendar(client: TestClient, store: Session, world: World) -> None:
    assert store.exec(select(PlannedPlacement).where(PlannedPlacement.unit_id == "unt_a")).all() != []
    store.get_one(Placement, "pla_a").unit_id = "unt_b"
    store.commit()
    assert events(client, opened(client, world, "unit", UNIT)) == []


def test_a_placement_that_has_ended_is_shown_as_cancelled_under_the_same_id(client: TestClient, world: World) -> None:
    path = opened(client, world, "unit", UNIT)
    [before] = events(client, path)
    declined = {"status": "declined", "reason": "no-supervisor"}
    headers = world.by("unit", **{"If-Match": '"1"'})
    assert client.patch("/v1/placements/pla_a", json=declined, headers=headers).status_code == 200
    [after] = events(client, path)
    assert after["UID"] == before["UID"]
    assert int(str(after["SEQUENCE"])) > int(str(before["SEQUENCE"]))
    assert str(after["STATUS"]) == "CANCELLED"


def test_a_caller_that_has_the_newest_calendar_gets_304(client: TestClient, world: World) -> None:
    path = opened(client, world, "unit", UNIT)
    etag = client.get(path).headers["ETag"]
    same = client.get(path, headers={"If-None-Match": etag})
    assert (same.status_code, same.content, same.headers["ETag"]) == (304, b"", etag)
    assert client.get(path, headers={"If-None-Match": '"older"'}).status_code == 200
    assert client.get(path, params={"language": "en"}).headers["ETag"] != etag


def test_a_revoked_address_answers_as_one_that_never_existed(client: TestClient, store: Session, world: World) -> None:
    never = nothing(client.get("/v1/calendar-feeds/none"))
    assert never[0] == 404
    path = opened(client, world, "unit", UNIT)
    other = opened(client, world, "unit", UNIT)
    assert path != other
    newest = client.get("/v1/calendars?sort=-createdAt&limit=2", headers=world.by("unit")).json()["items"]
    for calendar in newest:
        address = f"/v1/calendars/{calendar['id']}"
        headers = world.by("unit", **{"If-Match": client.get(address, headers=world.by("unit")).headers["ETag"]})
        assert client.delete(address, headers=headers).status_code == 204
    assert nothing(client.get(path)) == nothing(client.get(other)) == never
    assert store.exec(select(Calendar).where(Calendar.subject_id == "none")).all() == []


def test_a_calendar_lives_no_longer_than_its_maker_s_token(client: TestClient, store: Session, world: World) -> None:
    path = opened(client, world, "provider", UNIT)
    assert client.get(path).status_code == 200
    token = world.by("provider")["Authorization"].split("_")[1]
    revoke_token(store, SYSTEM, token)
    store.commit()
    assert client.get(path).status_code == 404


def test_a_calendar_of_what_is_no_longer_the_maker_s_shows_nothing(
    client: TestClient, store: Session, world: World
) -> None:
    path = opened(client, world, "provider", UNIT)
    unit = store.get_one(Unit, "unt_a")
    unit.provider_id, unit.operator_id = "org_far", None
    store.commit()
    assert client.get(path).status_code == 404


def test_the_address_is_shown_once_and_kept_nowhere(client: TestClient, store: Session, world: World) -> None:
    path = opened(client, world, "unit", UNIT)
    secret = path.rsplit("/", 1)[1].removesuffix(".ics")
    for address in ("/v1/calendars", "/v1/audit-entries?limit=200"):
        assert secret not in client.get(address, headers=world.by("coordinator")).text
    assert secret not in client.get("/v1/calendars", headers=world.by("unit")).text
    kept = store.exec(select(Calendar)).all()
    assert all(secret not in str(calendar.model_dump()) for calendar in kept)
    digests = [calendar.secret_sha256 for calendar in kept]
    trail = client.get("/v1/audit-entries?limit=200", headers=world.by("auditor")).text
    assert [digest for digest in digests if digest in trail] == []


def test_the_log_does_not_tell_the_address() -> None:
    line = ("127.0.0.1:1", "GET", "/v1/calendar-feeds/abc234.ics?language=en", "1.1", 200)
    record = logging.LogRecord("uvicorn.access", logging.INFO, "", 0, '%s - "%s %s HTTP/%s" %d', line, None)
    assert hide_secrets(record)
    assert record.getMessage() == '127.0.0.1:1 - "GET /v1/calendar-feeds/…?language=en HTTP/1.1" 200'
    plain = logging.LogRecord("uvicorn.access", logging.INFO, "", 0, "started", None, None)
    assert hide_secrets(plain)
    assert plain.getMessage() == "started"


def test_only_the_laerosaete_reads_a_pseudonym_in_a_calendar(client: TestClient, world: World) -> None:
    for role, called in (("institution", "ki-0001"), ("coordinator", "stu_a")):
        answer = client.get(opened(client, world, role, {"type": "student", "id": "stu_a"}))
        assert f"VFU: {called}" in answer.text
        assert ("ki-0001" in answer.text) == (role == "institution")
