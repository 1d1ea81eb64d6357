"""The users' records under load become rows by kind of call and by operation."""

from __future__ import annotations

from collections import Counter

from tests.bench.load import tell, within


def kept(name: str, times: dict[str, int], failures: int = 0) -> dict[str, object]:
    calls = {"num_requests": sum(times.values()), "num_failures": failures}
    return {"name": name, "response_times": times, "start_time": 10.0, "last_request_timestamp": 70.0, **calls}


def test_a_share_of_the_calls_is_answered_within_the_time_of_the_last_of_them() -> None:
    times = Counter({4.0: 50, 9.0: 45, 200.0: 5})
    assert [within(times, share) for share in (0.5, 0.51, 0.95, 0.96, 1)] == [4, 9, 9, 200, 200]


def test_a_kind_of_call_and_each_of_its_operations_have_a_row() -> None:
    both = [kept("list: GET /v1/units", {"5": 30, "90": 10}), kept("list: GET /v1/runs", {"5": 20}, failures=2)]
    lists, runs, units = tell("county", both, {"busy": 0.5})
    assert lists == {
        "name": "county/list",
        "kind": "list",
        "operation": None,
        "calls": 60,
        "failures": 2,
        "p50": 5,
        "p95": 90,
        "p99": 90,
        "rate": 1.0,
        "seconds": 60,
        "busy": 0.5,
    }
    assert (runs["operation"], runs["p95"]) == ("GET /v1/runs", 5)
    assert (units["operation"], units["p95"]) == ("GET /v1/units", 90)
