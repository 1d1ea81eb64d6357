"""Who may do what with protected students: no role by itself, but a lärosäte's token with the right, and the hosts."""

from __future__ import annotations

from tests.api.lines import Line

CONTACT = {"contactFunction": "VFU-kansliet", "contactPhone": "08-123 45 67"}
PIN = {"requestId": "req_a", "unitId": "unt_a", "start": "2026-W53"}
ONE = "/v1/protected-students/{studentId}"

LINES = (
    Line("GET /v1/protected-students", ""),
    Line("POST /v1/protected-students", "", body={"studentId": "stu_a", **CONTACT}),
    Line(f"GET {ONE}", "", ours="stu_a"),
    Line(f"PATCH {ONE}", "", ours="stu_a", body=CONTACT),
    Line(f"DELETE {ONE}", "", ours="stu_a"),
    Line(f"GET {ONE}/pins", "", ours="stu_a"),
    Line(f"POST {ONE}/pins", "", ours="stu_a", body=PIN),
    Line(f"DELETE {ONE}/pins/pin_a", "", ours="stu_a"),
    Line("GET /v1/arrivals", "PU"),
    Line("GET /v1/arrivals/{arrivalId}", "PU", ours="arr_none", good=404),
    Line("PATCH /v1/arrivals/{arrivalId}", "PU", ours="arr_none", body={"status": "accepted"}, good=404),
)
