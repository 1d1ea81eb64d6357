"""Every call has a trace, the caller's or a new one, which answers, problem documents and audit entries name."""

from __future__ import annotations

import logging
import re

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session, col, select

from placement.register import units
from placement.tables import AuditEntry
from tests.api.world import World

pytestmark = pytest.mark.one_database

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
PARENT = "00f067aa0ba902b7"
FORM = re.compile(r"00-([0-9a-f]{32})-([0-9a-f]{16})-0[01]")


def answered(client: TestClient, **headers: str) -> tuple[str, str, str]:
    """Return the trace-id, span id and flags in the answer to a call."""
    named = client.get("/healthz", headers=headers).headers["traceparent"]
    assert FORM.fullmatch(named)
    _version, trace, step, flags = named.split("-")
    return trace, step, flags


def test_the_callers_trace_goes_on_with_a_step_of_our_own(client: TestClient) -> None:
    trace, step, flags = answered(client, traceparent=f"00-{TRACE}-{PARENT}-01")
    assert (trace, flags) == (TRACE, "01")
    assert step != PARENT


def test_a_version_to_come_is_read_as_far_as_it_is_known(client: TestClient) -> None:
    trace, _step, flags = answered(client, traceparent=f"01-{TRACE}-{PARENT}-ff-more")
    assert (trace, flags) == (TRACE, "01")


def test_a_call_without_a_trace_begins_one_of_its_own(client: TestClient) -> None:
    first, second = answered(client), answered(client)
    assert first[0] != second[0]
    assert first[2] == "00"


@pytest.mark.parametrize(
    "broken",
    [
        "",
        "garbage",
        f"ff-{TRACE}-{PARENT}-01",
        f"00-{'0' * 32}-{PARENT}-01",
        f"00-{TRACE}-{'0' * 16}-01",
        f"00-{TRACE.upper()}-{PARENT}-01",
        f"00-{TRACE}-{PARENT}-01-more",
        f"00-{TRACE}-{PARENT}-01\n",
        "0" * 5_000,
    ],
)
def test_a_broken_trace_is_not_taken_over(client: TestClient, broken: str) -> None:
    assert answered(client, traceparent=broken)[0] not in {TRACE, TRACE.upper(), "0" * 32}


def test_two_traces_are_none(client: TestClient) -> None:
    twice = [("traceparent", f"00-{TRACE}-{PARENT}-01"), ("traceparent", f"00-{TRACE[::-1]}-{PARENT}-01")]
    named = client.get("/healthz", headers=twice).headers["traceparent"]
    assert named.split("-")[1] not in {TRACE, TRACE[::-1]}


def test_every_change_of_a_call_has_its_trace_in_the_audit_trail(
    client: TestClient, world: World, store: Session
) -> None:
    headers = world.by("institution", traceparent=f"00-{TRACE}-{PARENT}-01", **{"If-Match": '"1"'})
    changed = client.patch("/v1/students/stu_a", json={"maxTravel": 45, "blockedUnits": []}, headers=headers)
    assert changed.status_code == 200
    traced = store.exec(select(AuditEntry).where(col(AuditEntry.trace) == TRACE)).all()
    assert {entry.object_type for entry in traced} == {"student", "blocked_unit"}
    store.rollback()  # or the entry about who looks would wait for this reader
    shown = client.get(f"/v1/audit-entries?trace={TRACE}", headers=world.by("auditor")).json()
    assert shown["total"] == len(traced)


def test_a_breakdown_is_found_in_the_log_by_its_trace(
    client: TestClient, world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def break_down(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(units, "list_units", break_down)
    with caplog.at_level(logging.ERROR, logger="placement_api.problems"):
        answer = client.get("/v1/units", headers=world.by("unit", traceparent=f"00-{TRACE}-{PARENT}-00"))
    assert answer.status_code == 500
    assert answer.json()["trace"] == TRACE
    assert answer.headers.get_list("traceparent") == [answer.headers["traceparent"]]
    assert f"trace {TRACE}" in caplog.text


@pytest.mark.parametrize(("address", "status"), [("/v1/nothing", 404), ("/v1/units", 401), ("/docs", 200)])
def test_every_answer_names_its_trace_once(client: TestClient, address: str, status: int) -> None:
    answer = client.get(address, headers={"traceparent": f"00-{TRACE}-{PARENT}-00"})
    assert answer.status_code == status
    [named] = answer.headers.get_list("traceparent")
    assert named.split("-")[1] == TRACE
