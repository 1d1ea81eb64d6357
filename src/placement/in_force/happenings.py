"""What is told of a placement: the event about its new status, for its lärosäte and its unit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from placement.events import feed
from placement.tables import Placement, Request


def happening(
    what: str, placement: Placement, request: Request, institution_id: str | None, rules: Sequence[str] = ()
) -> tuple[feed.Subject, dict[str, Any]]:
    """Write an event about a placement's new status, for its lärosäte and its unit, with the rules that it breaks."""
    subject = feed.Subject(
        f"placement.{what}", "placement", placement.id, placement.term_id, institution_id, placement.unit_id
    )
    return subject, {
        "placementId": placement.id,
        "requestId": request.id,
        "studentId": request.student_id,
        "courseId": request.course_id,
        "unitId": placement.unit_id,
        "start": str(placement.start),
        "weeks": placement.weeks,
        "supervisorId": placement.supervisor_id,
        "status": placement.status,
        "reason": placement.reason,
        "weeksDone": placement.weeks_done,
        "rules": list(rules),
    }
