"""Unplaced: the requests that a term's plan leaves without a place, sorted by cause, with the reasons in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from placement.callers import Caller, Role
from placement.planning.reasons import CAUSES, causes_in
from placement.reading.drafts import readable_run
from placement.reading.standing import say_cause
from placement.store.access import INSTITUTIONS, Span, allow, matching
from placement.tables import Plan, Request, RequestStatus, Run, Student, UnplacedRequest
from placement_solver.words import Words

_LAST = Span(limit=1)


@dataclass(frozen=True, slots=True)
class Left:
    """The requests that a plan leaves unplaced and that still stand, each with its causes, by the request's id."""

    run: Run
    causes: Mapping[str, tuple[str, ...]]

    def counted(self) -> list[tuple[str, Words, int]]:
        """Count the causes, the most common first; a request may have several."""
        counts = Counter(cause for causes in self.causes.values() for cause in causes)
        return [(cause, say_cause(cause), number) for cause, number in counts.most_common()]

    def having(self, cause: str | None) -> Sequence[str]:
        """Return the requests that have a cause, or all of them."""
        return [request for request, causes in self.causes.items() if cause is None or cause in causes]


def left_by(session: Session, by: Caller, run: Run, institution_id: str | None = None) -> Left:
    """Return the caller's requests that a run's plan leaves unplaced and that still stand, perhaps of one lärosäte."""
    allow(by, INSTITUTIONS)
    readable_run(session, by, run.id)
    own = by.organisation if by.role is Role.INSTITUTION else None
    query = (
        select(col(UnplacedRequest.request_id), CAUSES)
        .join(Plan, col(Plan.id) == UnplacedRequest.plan_id)
        .join(Request, col(Request.id) == UnplacedRequest.request_id)
        .join(Student, col(Student.id) == Request.student_id)
        .where(Plan.run_id == run.id, Request.status == RequestStatus.OPEN)
        .order_by(col(UnplacedRequest.request_id))
    )
    rows = session.exec(matching(query, ((Student.institution_id, own), (Student.institution_id, institution_id))))
    return Left(run, {request_id: causes_in(why) for request_id, why in rows})
