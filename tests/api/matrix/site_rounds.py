"""Who may do what with site rounds: a lärosäte with those of its own cohorts, the coordinator with all."""

from __future__ import annotations

from tests.api.lines import Line

ROUNDS = "/v1/site-rounds/{siteRoundId}"
ROUND = {
    "cohortId": "coh_free_a",
    "fromTermId": "trm_idle",
    "opensOn": "2027-02-01",
    "closesOn": "2027-02-28",
    "quotas": [{"siteId": "sit_a", "kind": "rest"}],
}
WISH = {"ranking": ["sit_a"]}
DECISIONS = "/v1/students/{studentId}/site-decisions"
DECISION = {"siteId": "sit_a", "fromTermId": "trm_a", "reason": "social"}


def _line(operation: str, status: str, **more: object) -> Line:
    """Return the line of an operation on the rounds of both sides with a status."""
    return Line(operation, "CI", reach="C", ours=f"srd_{status}_a", theirs=f"srd_{status}_b", **more)  # type: ignore[arg-type]


LINES = (
    _line("GET /v1/site-rounds", "open"),
    Line("POST /v1/site-rounds", "CI", body=ROUND),
    _line(f"GET {ROUNDS}", "open"),
    _line(f"PATCH {ROUNDS}", "open", body={"closesOn": "2199-12-31"}),
    _line(f"DELETE {ROUNDS}", "planned"),
    _line(f"POST {ROUNDS}/opening", "planned", good=200),
    _line(f"POST {ROUNDS}/draw", "closed", good=200),
    _line(f"GET {ROUNDS}/draw", "drawn"),
    _line(f"POST {ROUNDS}/cancellation", "open", body={"because": "Två kullar slås ihop."}, good=200),
    Line(f"GET {ROUNDS}/comparison", "C", reach="C", ours="srd_drawn_a", theirs="srd_drawn_b"),
    Line(f"GET {ROUNDS}/wishes", "CI", reach="C", ours="srd_m", theirs="srd_open_b"),
    _line(f"GET {ROUNDS}/wishes/stu_open_a1", "open", good_of_theirs=404),
    _line(f"PUT {ROUNDS}/wishes/stu_open_a1", "open", body=WISH, good_of_theirs=404),
    _line(f"DELETE {ROUNDS}/wishes/stu_open_a1", "open", good_of_theirs=404),
    _line(f"PUT {ROUNDS}/wishes/stu_open_a1/priority", "open", body={"granted": False}, good_of_theirs=404),
    _line(f"POST {ROUNDS}/decision", "drawn", body={}, good=200),
    _line(f"POST {ROUNDS}/late-students", "decided", body={**WISH, "studentId": "stu_late_a"}, good_of_theirs=422),
    _line(f"POST {ROUNDS}/departures", "decided", body={"studentId": "stu_decided_a1"}, good_of_theirs=422),
    Line(f"GET {ROUNDS}/receipts", "CI", reach="C", ours="srd_m", theirs="srd_drawn_b"),
    _line(f"GET {ROUNDS}/receipts/sheet", "drawn"),
    _line(f"GET {ROUNDS}/receipts/stu_drawn_a1", "drawn", good_of_theirs=404),
    _line(f"GET {ROUNDS}/receipts/stu_drawn_a1/text", "drawn", good_of_theirs=404),
    Line(f"GET {DECISIONS}", "CI", reach="C", ours="stu_m", theirs="stu_moved_b"),
    Line(
        f"POST {DECISIONS}",
        "CI",
        reach="C",
        ours="stu_moved_a",
        theirs="stu_moved_b",
        body=DECISION,
        good_of_theirs=422,
    ),
)
