"""What a plan decided for the other side: their student at their unit, and one of theirs left without."""

from __future__ import annotations

from placement.tables import Placement, Row, UnplacedRequest
from tests.rows import WEEK


def rows() -> list[Row]:
    """Return the other side's rows of the plan that ``tests.rows`` has."""
    return [
        Placement(id="pla_b", plan_id="pln_a", request_id="req_b", unit_id="unt_b", start=WEEK),
        UnplacedRequest(plan_id="pln_a", request_id="req_b", reasons={}),
    ]
