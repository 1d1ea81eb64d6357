"""Telling: the events about a swap, one for the lärosäte and one for each unit, which may not read the same of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlmodel import Session, col, select

from placement.events.feed import Happening, Subject
from placement.store.acting import reaching_beyond_own
from placement.tables import Placement, Request, Student, Swap, SwapSide


@reaching_beyond_own
def of_swap(session: Session, what: str, swap: Swap, unit_id: str | None = None) -> list[Happening]:
    """Write the events about a swap: that it was asked for, say; ``unit_id`` is the unit that has answered, if one has.

    A unit reads which of its placements it is about. The lärosäte reads both, with their students.
    """
    rows = session.exec(
        select(SwapSide, Request, Student)
        .join(Placement, col(Placement.id) == SwapSide.placement_id)
        .join(Request, col(Request.id) == Placement.request_id)
        .join(Student, col(Student.id) == Request.student_id)
        .where(SwapSide.swap_id == swap.id)
        .order_by(col(SwapSide.placement_id))
    ).all()
    return list(_events(what, swap, rows, unit_id))


def _events(
    what: str, swap: Swap, rows: Sequence[tuple[SwapSide, Request, Student]], unit_id: str | None
) -> Iterator[Happening]:
    (course,) = {request.course_id for _, request, _ in rows}
    common = {"swapId": swap.id, "courseId": course, "status": swap.status, "reason": swap.reason}
    for institution in sorted({student.institution_id for *_, student in rows}):
        subject = Subject(f"swap.{what}", "swap", swap.id, swap.term_id, institution_id=institution)
        yield (
            subject,
            {
                **common,
                "unitId": unit_id,
                "placementIds": [side.placement_id for side, *_ in rows],
                "studentIds": [student.id for *_, student in rows],
            },
        )
    for unit in sorted({side.unit_id for side, *_ in rows}):
        subject = Subject(f"swap.{what}", "swap", swap.id, swap.term_id, unit_id=unit)
        own = [side.placement_id for side, *_ in rows if side.unit_id == unit]
        yield subject, {**common, "unitId": unit_id if unit_id == unit else None, "placementIds": own}
