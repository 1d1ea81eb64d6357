"""Remedy claims: one process at a time works out a plan's remedies, as long as no newer plan of the term replaces it.

What a plan is replaced by is a newer run of the term that has ended with a plan and supposes nothing. The remedies of a
term that is over, and of what a run only supposes, are not worked out beforehand.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, or_, select, update

from placement.callers import SYSTEM
from placement.clock import now, today
from placement.planning.reasons import CAUSES, causes_in
from placement.planning.runs import latest_draft
from placement.running.claims import LostClaimError
from placement.running.questions import Answered
from placement.running.remedy_order import Waiting, in_order
from placement.running.signs import Signs
from placement.tables import (
    KeptRemedies,
    Plan,
    PlanDocument,
    RemedyState,
    RemedyWork,
    Request,
    RequestStatus,
    Run,
    RunStatus,
    Student,
    Term,
    UnplacedRequest,
)
from placement.worker_names import is_of_this_machine


@dataclass(frozen=True, slots=True)
class Hold:
    """A plan of a term, and the worker that works out its remedies; no two holds have the same worker name."""

    plan_id: str
    term_id: str
    worker: str


def must_wait(session: Session) -> bool:
    """Tell whether runs come first: one waits for a worker, or one is carried out on this machine."""
    such = or_(col(Run.status) == RunStatus.QUEUED, col(Run.status) == RunStatus.RUNNING)
    found = session.exec(select(Run.status, Run.worker).where(such))
    return any(status is RunStatus.QUEUED or is_of_this_machine(worker) for status, worker in found)


def count_left(session: Session) -> int:
    """Count the plans of which there may be something to take or to give up."""
    ended = {work.plan_id: work.ended for work in session.exec(select(RemedyWork))}
    open_work = sum(not each for each in ended.values())
    return open_work + sum(plan not in ended for plan, _term in _plans_wanted(session))


def take_next(session: Session, worker: str, signs: Signs) -> Hold | None:
    """Take a plan whose remedies nobody works out, and give up those of plans that have been replaced."""
    wanted = dict(_plans_wanted(session))
    open_work = session.exec(select(RemedyWork).where(col(RemedyWork.ended).is_(False))).all()
    for work in open_work:
        if work.plan_id not in wanted:
            _end(session, work)
    held = [work for work in open_work if work.worker is not None]
    abandoned = {work.plan_id for work in signs.abandoned(session, held)}
    for plan_id, term_id in wanted.items():
        mine = _locked(session, plan_id)
        if mine is not None and not mine.ended and (mine.worker is None or plan_id in abandoned):
            mine.worker, mine.heartbeat_at = worker, now()
            session.add(mine)
            return Hold(plan_id, term_id, worker)
    return None


def keep(session: Session, hold: Hold, answers: Sequence[Answered] = (), failed: str | None = None) -> bool:
    """Give a sign of life and store what has been worked out; tell whether the plan has not been replaced.

    Raises `LostClaimError` where the worker no longer holds the plan. ``failed`` is a request that has no answer.
    """
    _held(session, hold).heartbeat_at = now()
    for each in answers:
        _store(session, hold, each)
    if failed is not None:
        _store(session, hold, Answered(failed, {}, 0.0))
    draft = latest_draft(session, SYSTEM, hold.term_id)
    return draft is not None and hold.plan_id == _plan_of(session, draft.id)


def waiting_of(session: Session, hold: Hold) -> list[str]:
    """Return the requests of a plan that wait for their turn and still stand, in the order of work."""
    query = select(KeptRemedies.request_id).join(Request, col(Request.id) == KeptRemedies.request_id)
    such = KeptRemedies.plan_id == hold.plan_id, KeptRemedies.state == RemedyState.WAITING
    return list(session.exec(query.where(*such, Request.status == RequestStatus.OPEN).order_by(col(KeptRemedies.turn))))


def release(session: Session, hold: Hold) -> None:
    """Let another worker, or this one later, go on."""
    work = _held(session, hold)
    work.worker = work.heartbeat_at = None
    session.add(work)


def end(session: Session, hold: Hold) -> None:
    """End the work on a plan; what still waits is given up."""
    _end(session, _held(session, hold))


def _plans_wanted(session: Session) -> Iterator[tuple[str, str]]:
    """Yield the plans whose remedies are wanted, the one planned last first, each with its term."""
    terms = [term for term in session.exec(select(Term)) if term.first_week.plus(term.weeks).monday() > today()]
    drafts = [draft for term in terms if (draft := latest_draft(session, SYSTEM, term.id)) is not None]
    for draft in sorted(drafts, key=lambda run: (run.requested_at, run.id), reverse=True):
        plan = _plan_of(session, draft.id)
        if plan is not None:
            yield plan, draft.term_id


def _plan_of(session: Session, run_id: str) -> str | None:
    """Return a run's plan if its documents are kept, without which nothing can be worked out."""
    query = select(Plan.id).join(PlanDocument, col(PlanDocument.plan_id) == Plan.id)
    return session.exec(query.where(Plan.run_id == run_id)).first()


def _locked(session: Session, plan_id: str) -> RemedyWork | None:
    """Return the work on a plan, locked and made if there is none yet; None while another worker has it locked."""
    query = select(Plan.id).where(Plan.id == plan_id).with_for_update(skip_locked=True)
    if session.exec(query).first() is None:
        return None
    query_work = select(RemedyWork).where(RemedyWork.plan_id == plan_id).with_for_update()
    work = session.exec(query_work.execution_options(populate_existing=True)).first()
    if work is None:
        work = RemedyWork(plan_id=plan_id)
        session.add(work)
        _line_up(session, plan_id)
    return work


def _line_up(session: Session, plan_id: str) -> None:
    """Give each unplaced request of a plan its turn."""
    query = (
        select(UnplacedRequest.request_id, Request.course_id, Student.site_id, CAUSES)
        .join(Request, col(Request.id) == UnplacedRequest.request_id)
        .join(Student, col(Student.id) == Request.student_id)
        .where(UnplacedRequest.plan_id == plan_id, Request.status == RequestStatus.OPEN)
    )
    waiting = [Waiting(request, causes_in(why), course, site) for request, course, site, why in session.exec(query)]
    for turn, request in enumerate(in_order(waiting)):
        session.add(KeptRemedies(plan_id=plan_id, request_id=request, turn=turn))


def _held(session: Session, hold: Hold) -> RemedyWork:
    """Return the work of a hold, locked; raises `LostClaimError` where the worker no longer has it."""
    such = RemedyWork.plan_id == hold.plan_id, RemedyWork.worker == hold.worker
    work = session.exec(select(RemedyWork).where(*such).with_for_update()).first()
    if work is None:
        raise LostClaimError(hold.plan_id)
    return work


def _store(session: Session, hold: Hold, answered: Answered) -> None:
    """Store an answer; an empty one has failed. What has been erased meanwhile is not written again."""
    row = session.get(KeptRemedies, (hold.plan_id, answered.request))
    if row is not None:
        row.state = RemedyState.DONE if answered.answer else RemedyState.FAILED
        row.answer = answered.answer or None
        row.worked_out_at, row.seconds = now(), round(answered.seconds, 2)
        session.add(row)


def _end(session: Session, work: RemedyWork) -> None:
    work.worker = work.heartbeat_at = None
    work.ended = True
    session.add(work)
    such = col(KeptRemedies.plan_id) == work.plan_id, col(KeptRemedies.state) == RemedyState.WAITING
    session.exec(update(KeptRemedies).where(*such).values(state=RemedyState.GIVEN_UP))
