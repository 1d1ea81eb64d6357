"""Time as people in Stockholm have it: week 53, the nights when clocks are set, clocks that jump, and odd days.

What is planned is counted in whole ISO weeks, from a Monday on. Which shift of a week a student works, by day or at
night, is the unit's to say; no hour of a placement is stored, so that no night when clocks are set can move one.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import random
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from openpyxl import load_workbook
from sqlmodel import Session

from placement.callers import SYSTEM, Role
from placement.planning.gather import gather
from placement.store.tokens import create_token
from placement.tables import Action, AuditEntry
from placement_solver.documents import write_problem
from tests.api.lines import LETTERS, Line
from tests.api.matrix import LINES
from tests.api.world import World
from tests.clocks import be_at

WEEKS = 20
MOMENT = dt.datetime(2026, 11, 2, 12, tzinfo=dt.UTC)


def weeks_from(first: str) -> list[str]:
    """Return a term's weeks as the calendar of the C library writes them, Monday by Monday."""
    monday = dt.datetime.strptime(f"{first}-1", "%G-W%V-%u").replace(tzinfo=dt.UTC)
    return [(monday + dt.timedelta(days=7 * week)).strftime("%G-W%V") for week in range(WEEKS)]


@pytest.mark.parametrize(
    ("first", "has_week_53"),
    [("2026-W36", True), ("2026-W52", True), ("2026-W53", True), ("2032-W40", True), ("2027-W40", False)],
)
def test_a_term_over_the_new_year_has_every_week_once_in_the_api_the_files_and_the_problem(
    client: TestClient, world: World, store: Session, first: str, *, has_week_53: bool
) -> None:
    weeks = weeks_from(first)
    assert any(week.endswith("W53") for week in weeks) is has_week_53
    given = {"code": "XT2040", "firstWeek": first, "weeks": WEEKS}
    term = client.post("/v1/terms", json=given, headers=world.by("coordinator")).json()["id"]
    places = {week: 1 + number for number, week in enumerate(weeks)}
    offered = [{"week": week, "places": places[week]} for week in weeks]
    random.Random(first).shuffle(offered)
    offer = {"termId": term, "unitId": "unt_a", "professions": ["nurse"], "weeks": offered}
    made = client.post("/v1/capacity-offers", json=offer, headers=world.by("unit"))
    assert made.status_code == 201, made.text
    assert {each["week"]: each["places"] for each in made.json()["weeks"]} == places
    assert [each["week"] for each in made.json()["weeks"]] == weeks

    for form in ("csv", "xlsx"):
        sheet = client.get(f"/v1/capacity-offers/sheet?termId={term}&format={form}", headers=world.by("provider"))
        heads, row = rows_of(sheet.content, form)[:2]
        told = {head: int(cell) for head, cell in zip(heads, row, strict=True) if "-W" in head}
        assert list(told.items()) == list(places.items()), form

    store.rollback()
    problem = json.loads(write_problem(gather(store, SYSTEM, term)))
    assert (problem["term"]["first_week"], problem["term"]["weeks"]) == (first, WEEKS)
    assert [offer["places"] for offer in problem["capacities"]] == [list(places.values())]


def rows_of(content: bytes, form: str) -> list[list[str]]:
    """Return a sheet's rows that belong to its list: in XLSX from the line of headings on."""
    if form == "csv":
        return [row for row in csv.reader(io.StringIO(content.decode("utf-8-sig"))) if row]
    for sheet in load_workbook(io.BytesIO(content)).worksheets:
        rows = [["" if cell is None else str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
        while rows and not any("-W" in cell for cell in rows[0]):
            rows.pop(0)
        if rows:
            return rows
    raise AssertionError(form)


@pytest.mark.parametrize("week", ["2027-W53", "2028-W53", "2026-W54"])
def test_a_week_that_its_year_does_not_have_is_refused_wherever_a_week_is_given(
    client: TestClient, world: World, week: str
) -> None:
    tried = 0
    for line, place, value in dated():
        if "-W" in value:
            told = sent(client, world, line, put(line.body, place, week))
            assert told.status_code == 422, (line.operation, told.text)
            assert pointer_of(place) in {fault["pointer"] for fault in told.json()["errors"]}, told.text
            tried += 1
    assert tried >= 8


@pytest.mark.parametrize(
    "day", ["2027-02-29", "2026-02-30", "2100-02-29", "2026-13-01", "2026-11-31", "0000-01-01", "20280229T", "i morgon"]
)
def test_a_day_that_the_calendar_does_not_have_is_refused_wherever_a_day_is_given(
    client: TestClient, world: World, day: str
) -> None:
    tried = 0
    for line, place, value in dated():
        if "-W" not in value:
            told = sent(client, world, line, put(line.body, place, day))
            assert told.status_code == 422, (line.operation, told.text)
            assert pointer_of(place) in {fault["pointer"] for fault in told.json()["errors"]}, told.text
            tried += 1
    assert tried >= 15


@pytest.mark.parametrize(
    "day",
    [
        pytest.param("2028-02-29", id="the leap day"),
        pytest.param("2026-12-25", id="Christmas Day"),
        pytest.param("2027-06-25", id="Midsummer Eve"),
        pytest.param("2027-03-28", id="the day without 02:30"),
    ],
)
def test_a_leap_day_and_a_red_day_are_days_like_others(client: TestClient, world: World, day: str) -> None:
    parties = {"institutionId": "org_ki", "providerId": "org_city", "professions": ["midwife"]}
    given = {**parties, "validFrom": day, "validTo": day}
    made = client.post("/v1/agreements", json=given, headers=world.by("coordinator"))
    assert made.status_code == 201, made.text
    assert (made.json()["validFrom"], made.json()["validTo"]) == (day, day)


BACKWARDS = [
    ("POST", "/v1/terms", {"code": "XT2040", "firstWeek": "2028-W03", "weeks": 0}, "/weeks"),
    ("POST", "/v1/terms", {"code": "XT2040", "firstWeek": "2028-W03", "weeks": -1}, "/weeks"),
    (
        "POST",
        "/v1/agreements",
        {"institutionId": "org_ki", "providerId": "org_city", "validFrom": "2028-02-29", "validTo": "2028-02-28"},
        "/validTo",
    ),
    (
        "POST",
        "/v1/audit-inquiries",
        {"studentIds": ["stu_a"], "since": "2026-10-25T02:30:00+01:00", "until": "2026-10-25T02:30:00+02:00"},
        "/until",
    ),
    (
        "POST",
        "/v1/courses",
        {"programmeId": "prg_a", "code": "X", "name": "X", "weeks": 0, "kinds": ["elderly-care"]},
        "/weeks",
    ),
    ("POST", "/v1/pins", {"requestId": "req_a", "unitId": "unt_a", "start": "2026-W52"}, "/start"),
    ("POST", "/v1/pins", {"requestId": "req_a", "unitId": "unt_a", "start": "2027-W20"}, "/start"),
    ("POST", "/v1/pins", {"requestId": "req_a", "unitId": "unt_a", "start": "2026-W53", "weeks": 0}, "/weeks"),
]
"""What ends before it begins, lasts for no time, or lies outside its term."""


@pytest.mark.parametrize(("method", "path", "body", "pointer"), BACKWARDS)
def test_what_ends_before_it_begins_or_lasts_no_time_is_refused(
    client: TestClient, world: World, method: str, path: str, body: dict[str, Any], pointer: str
) -> None:
    told = client.request(method, path, json=body, headers=world.by("coordinator"))
    assert told.status_code == 422, told.text
    assert [fault["pointer"] for fault in told.json()["errors"]] == [pointer]


def dated() -> Iterator[tuple[Line, list[str | int], str]]:
    """Yield every line of the matrix whose body has a week or a day, with the place of each."""
    for line in LINES:
        if line.body is not None and line.may:
            for place, value in leaves(line.body, []):
                if isinstance(value, str) and value[:2] in {"20", "21"} and value[4:5] == "-":
                    yield line, place, value


def leaves(value: object, place: list[str | int]) -> Iterator[tuple[list[str | int], object]]:
    if isinstance(value, dict | list):
        for key, part in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(part, [*place, key])
    else:
        yield place, value


def put(body: object, place: list[str | int], value: str) -> Any:  # noqa: ANN401 (a JSON document)
    """Return a body with another value at a place."""
    copied = json.loads(json.dumps(body))
    part = copied
    for step in place[:-1]:
        part = part[step]
    part[place[-1]] = value
    return copied


def pointer_of(place: list[str | int]) -> str:
    return "".join(f"/{step}" for step in place)


def sent(client: TestClient, world: World, line: Line, body: object) -> Any:  # noqa: ANN401 (an answer)
    headers = world.by(LETTERS[line.may[0]], **{"If-Match": '"1"'})
    return client.request(line.method, line.path(line.ours), json=body, headers=headers)


# The nights when clocks are set


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("2026-10-25T02:30:00+02:00", "2026-10-25T00:30:00Z"),  # the first time that it is half past two
        ("2026-10-25T02:30:00+01:00", "2026-10-25T01:30:00Z"),  # the second time
        ("2027-03-28T03:30:00+02:00", "2027-03-28T01:30:00Z"),
        ("2027-03-28T02:30:00+01:00", "2027-03-28T01:30:00Z"),  # no clock in Stockholm shows it, but it is a moment
        ("2026-10-24T19:30:00-05:00", "2026-10-25T00:30:00Z"),
        ("2026-10-25T06:15:00+05:45", "2026-10-25T00:30:00Z"),
        ("2026-10-25T00:30:00Z", "2026-10-25T00:30:00Z"),
    ],
)
def test_a_moment_is_taken_with_any_offset_and_told_in_utc(
    client: TestClient, world: World, store: Session, given: str, meant: str
) -> None:
    asked = {"studentIds": ["stu_a"], "since": given, "until": "2027-12-01T00:00:00+01:00"}
    told = client.post("/v1/audit-inquiries", json=asked, headers=world.by("auditor"))
    assert told.status_code in {200, 201}, told.text
    assert (told.json()["since"], told.json()["until"]) == (meant, "2027-11-30T23:00:00Z")
    at = dt.datetime.fromisoformat(meant)
    for number, moment in enumerate((at - dt.timedelta(microseconds=1), at, at + dt.timedelta(hours=1))):
        store.add(entry(f"night-{number}", moment))
    store.commit()
    until = (at + dt.timedelta(hours=1)).isoformat()
    answer = client.get(
        "/v1/audit-entries", params={"since": given, "until": until, "limit": 200}, headers=world.by("auditor")
    )
    found = [each for each in answer.json()["items"] if each["objectId"].startswith("night-")]
    assert [(each["objectId"], each["at"]) for each in found] == [("night-1", meant)]


@pytest.mark.parametrize(
    "given", ["2026-10-25T02:30:00", "2027-03-28T02:30", "2027-03-28", "2026-10-25T02:30:00+25:00"]
)
def test_a_moment_without_its_offset_is_refused(client: TestClient, world: World, given: str) -> None:
    asked = {"studentIds": ["stu_a"], "since": given, "until": "2027-12-01T00:00:00Z"}
    told = client.post("/v1/audit-inquiries", json=asked, headers=world.by("auditor"))
    assert told.status_code == 422
    assert [fault["pointer"] for fault in told.json()["errors"]] == ["/since"]
    query = client.get("/v1/audit-entries", params={"since": given}, headers=world.by("auditor"))
    assert query.status_code == 422


def test_a_change_in_either_hour_of_a_night_is_kept_with_its_own_moment(
    client: TestClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []
    for hour in (0, 1):
        be_at(monkeypatch, dt.datetime(2026, 10, 25, hour, 30, tzinfo=dt.UTC))
        body = {"termId": "trm_a", "unitId": "unt_a", "professions": ["nurse"], "weeks": []}
        made.append(client.post("/v1/capacity-offers", json=body, headers=world.by("unit")).json()["answeredAt"])
    assert made == ["2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"]


def entry(name: str, at: dt.datetime) -> AuditEntry:
    return AuditEntry(actor_role=Role.COORDINATOR, action=Action.CREATED, object_type="unit", object_id=name, at=at)


# A clock that jumps while the service runs


JUMPS = [dt.timedelta(hours=2), dt.timedelta(hours=-2), dt.timedelta(days=1), dt.timedelta(days=-1)]


def test_the_audit_trail_keeps_the_order_in_which_things_were_done(
    client: TestClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    done, moment = [], MOMENT
    for jump in [*JUMPS, *reversed(JUMPS)]:
        moment += jump
        be_at(monkeypatch, moment)
        made = client.post("/v1/capacity-offers", json=OFFER, headers=world.by("unit"))
        assert made.status_code == 201, made.text
        done.append((made.json()["id"], moment.isoformat().replace("+00:00", "Z")))
    trail = client.get(
        "/v1/audit-entries?objectType=capacity_offer&action=created&limit=200", headers=world.by("auditor")
    ).json()["items"]
    assert [(each["objectId"], each["at"]) for each in trail if (each["objectId"], each["at"]) in done] == done
    feed = client.get("/v1/events?limit=200", headers=world.by("coordinator")).json()["items"]
    told = [each["subjectId"] for each in feed if each["subjectId"] in dict(done)]
    assert told == [each for each, _ in done]


OFFER = {"termId": "trm_a", "unitId": "unt_a", "professions": ["nurse"], "weeks": []}


@pytest.mark.parametrize("jump", JUMPS)
def test_a_token_is_judged_by_the_clock_as_it_is_now(
    client: TestClient, store: Session, monkeypatch: pytest.MonkeyPatch, jump: dt.timedelta
) -> None:
    late = dt.datetime(2026, 11, 2, 22, 30, tzinfo=dt.UTC)
    be_at(monkeypatch, late)
    tokens = {last: create_token(store, SYSTEM, Role.AUDITOR, expires_on=dt.date(2026, 11, last)) for last in (2, 3, 4)}
    store.commit()

    def days_of_those_let_in() -> list[int]:
        return [
            last
            for last, token in tokens.items()
            if client.get("/v1/terms", headers={"Authorization": f"Bearer {token}"}).status_code == 200
        ]

    assert days_of_those_let_in() == [2, 3, 4]
    be_at(monkeypatch, late + jump)
    assert days_of_those_let_in() == ([3, 4] if jump > dt.timedelta(0) else [2, 3, 4]), "it is past midnight"
    be_at(monkeypatch, late)
    assert days_of_those_let_in() == [2, 3, 4]
