"""Runs: a coordinator orders a plan of a term, follows the run, may cancel it, and reads its results."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import and_, delete, func, or_
from sqlmodel import Session, col, select

from placement.callers import Caller
from placement.clock import now
from placement.errors import NotFoundError
from placement.lanes.jobs import Lane, add_jobs
from placement.planning import turns
from placement.planning.handing_out import HandedOut, hand_out
from placement.planning.scenarios import AS_USUAL, Options, check_options, is_what_if, write_options
from placement.small_numbers import large_homes
from placement.store import access, audit
from placement.store.access import CARE, COORDINATORS, FIRST, INSTITUTIONS, Page, Span
from placement.store.protection import hidden_in
from placement.store.tokens import TokenState, state_of
from placement.tables import (
    Action,
    ApiToken,
    BestSoFar,
    KeptProblem,
    Plan,
    PlanDocument,
    Run,
    RunMode,
    RunPart,
    RunStatus,
    Term,
)

ENDED = (RunStatus.SUCCEEDED, RunStatus.FAILED, RunStatus.CANCELLED)
MOST_SECONDS = 86_400
"""The seconds that one caller's runs in flight may search together, unless the installation says otherwise: a day."""
CONCERNED = CARE | INSTITUTIONS
"""The roles that a plan concerns: each sees that a run was made and, of its plan, their own rows."""


def start_run(
    session: Session,
    by: Caller,
    term_id: str,
    time_limit_seconds: int,
    seed: int = 0,
    workers: int | None = None,
    options: Options = AS_USUAL,
    mode: RunMode = RunMode.PLAN,
    *,
    most_seconds: int = MOST_SECONDS,
) -> Run:
    """Order a plan of a term; a worker starts the run when its turn comes.

    Raises:
        RunsInFlightError: the caller's runs in flight would search for more than ``most_seconds`` together.

    """
    access.allow(by, COORDINATORS)
    term = session.get(Term, term_id)
    if term is None:
        raise NotFoundError(term_id)
    check_options(session, term, options)
    turns.make_way(session, by, time_limit_seconds, most_seconds)
    run = Run(
        term_id=term_id,
        mode=mode,
        time_limit_seconds=time_limit_seconds,
        seed=seed,
        workers=workers,
        options=write_options(options),
        requested_by=turns.orderer(by),
    )
    if (needs := _needs_memory(session, term_id)) is not None:
        turns.ask_for_memory(run, needs)
    access.add(session, by, run)
    add_jobs(session, Lane.RUNS)
    return run


def _needs_memory(session: Session, term_id: str) -> int | None:
    """Return how much memory a term's latest run turned out to need; None where no worker's has run out."""
    latest = select(Run.needs_memory_mb).where(Run.term_id == term_id).order_by(col(Run.requested_at).desc())
    return session.exec(latest.limit(1)).first()


def cancel_run(session: Session, by: Caller, run_id: str) -> Run:
    """Cancel a run: at once where it has no plan yet and waits, otherwise as soon as its best plan is stored.

    A run that a worker has given back waits and has one; the next worker stores it.
    """
    access.allow(by, COORDINATORS)
    run = session.get(Run, run_id, with_for_update=True)
    if run is None:
        raise NotFoundError(run_id)
    if run.status in ENDED or run.cancel_requested:
        return run
    before = audit.snapshot(run)
    run.cancel_requested = True
    if run.status is RunStatus.QUEUED and not has_plan_so_far(session, run_id):
        end_run(session, run, RunStatus.CANCELLED)
    session.add(run)
    audit.record(session, by, Action.CHANGED, run, before)
    return run


def has_plan_so_far(session: Session, run_id: str) -> bool:
    """Tell whether an earlier worker of a run, or of one of its parts, has kept the plan that it had."""
    begun = select(RunPart.number).where(RunPart.run_id == run_id, col(RunPart.found).is_not(None))
    return session.get(BestSoFar, run_id) is not None or session.exec(begun.limit(1)).first() is not None


def end_run(session: Session, run: Run, status: RunStatus) -> None:
    """End a run; the best plan that it had on the way, and its parts, are not needed any more.

    Its problem is needed where it failed: so that it can be solved again.
    """
    run.status, run.finished_at = status, now()
    session.add(run)
    if kept := session.get(BestSoFar, run.id):
        session.delete(kept)
    if status is not RunStatus.FAILED:
        session.exec(delete(KeptProblem).where(col(KeptProblem.run_id) == run.id))
    session.exec(delete(RunPart).where(col(RunPart.run_id) == run.id))


def show_run(session: Session, by: Caller, run_id: str) -> Run:
    """Show how far a run has come."""
    access.allow(by, CONCERNED)
    run = session.get(Run, run_id)
    if run is None:
        raise NotFoundError(run_id)
    return run


def look_again(session: Session, by: Caller, run_id: str) -> Run:
    """Show a run again to a caller who follows it, unless their token has been revoked or has expired since."""
    token = None if by.token is None else session.get(ApiToken, by.token)
    if token is not None and state_of(token) is not TokenState.VALID:
        raise NotFoundError(run_id)
    return show_run(session, by, run_id)


def list_runs(
    session: Session,
    by: Caller,
    *,
    term_id: str | None = None,
    status: RunStatus | None = None,
    span: Span = FIRST,
) -> Page[Run]:
    """List runs, the newest first."""
    access.allow(by, CONCERNED)
    wanted = select(Run).order_by(col(Run.requested_at).desc(), col(Run.id))
    if term_id is not None:
        wanted = wanted.where(Run.term_id == term_id)
    if status is not None:
        wanted = wanted.where(Run.status == status)
    return access.page_of(session, wanted, span)


def latest_draft(session: Session, by: Caller, term_id: str) -> Run | None:
    """Return a term's latest run that has ended with a plan and supposes nothing; None if there is none."""
    return next(drafts_of(session, by, term_id), None)


def drafts_of(session: Session, by: Caller, term_id: str) -> Iterator[Run]:
    """Yield a term's runs that have ended with a plan and suppose nothing, published or not, the latest first."""
    access.allow(by, COORDINATORS)
    query = (
        select(Run)
        .join(Plan, col(Plan.run_id) == Run.id)
        .where(Run.term_id == term_id, col(Run.status).in_(ENDED))
        .order_by(col(Run.requested_at).desc(), col(Run.id))
    )
    yield from (run for run in session.exec(query) if not is_what_if(run))


def number_of(session: Session, by: Caller, run: Run) -> int:
    """Return which of its term's runs a run is, the first being 1: what people call it."""
    access.allow(by, CONCERNED)
    before = or_(
        col(Run.requested_at) < run.requested_at, and_(col(Run.requested_at) == run.requested_at, col(Run.id) >= run.id)
    )
    return session.exec(select(func.count()).where(Run.term_id == run.term_id, before)).one()


def numbers_in(session: Session, by: Caller, term_id: str) -> dict[str, int]:
    """Return the number of each of a term's runs, by its id, as ``number_of`` gives it."""
    access.allow(by, CONCERNED)
    ordered = select(Run.id).where(Run.term_id == term_id).order_by(col(Run.requested_at), col(Run.id).desc())
    return {run_id: number for number, run_id in enumerate(session.exec(ordered), 1)}


def count_ahead(session: Session, by: Caller, run: Run) -> int:
    """Count the runs that are carried out before a waiting run: those under way and those whose turn comes first."""
    access.allow(by, CONCERNED)
    under_way = session.exec(select(func.count()).where(Run.status == RunStatus.RUNNING, Run.id != run.id)).one()
    waiting = turns.in_turn(session)
    return under_way + (waiting.index(run.id) if run.id in waiting else 0)


def show_plan(session: Session, by: Caller, run_id: str) -> str:
    """Return the whole plan document of a run, with the fingerprint of the problem that is handed out with it."""
    return _handed_out(session, by, run_id).plan


def show_problem(session: Session, by: Caller, run_id: str) -> str:
    """Return the problem document that a run solved, without the students' homes but with the plan's own minutes."""
    return _handed_out(session, by, run_id).problem


def show_report(session: Session, by: Caller, run_id: str) -> dict[str, Any]:
    """Return the report on a run's plan: its fairness figures and its prices, for the problem that is handed out.

    It has no figures of homes that few students come from.
    """
    documents = solved_documents(session, by, run_id)
    report = documents.report
    if report is None:
        raise NotFoundError(run_id)
    sha256 = _hand_out(session, run_id, documents).sha256
    told: dict[str, Any] = {} if sha256 is None else {"problem_sha256": sha256}
    if "fairness" in report:
        told["fairness"] = large_homes(report["fairness"])
    return report | told


def solved_documents(session: Session, by: Caller, run_id: str) -> PlanDocument:
    """Return the documents of a run as they were solved, to work something out from: they are handed on to nobody.

    Only a coordinator may see everyone's placements at once.
    """
    access.allow(by, COORDINATORS)
    found = session.exec(
        select(PlanDocument).join(Plan, col(Plan.id) == PlanDocument.plan_id).where(Plan.run_id == run_id)
    ).first()
    if found is None:
        raise NotFoundError(run_id)
    return found


def unsolved_problem(session: Session, by: Caller, run_id: str) -> KeptProblem | None:
    """Return the problem that a run without a plan had to solve, as it was solved: it is handed on to nobody."""
    access.allow(by, COORDINATORS)
    return session.get(KeptProblem, run_id)


def _handed_out(session: Session, by: Caller, run_id: str) -> HandedOut:
    """Return a run's problem and plan as a coordinator may have them."""
    return _hand_out(session, run_id, solved_documents(session, by, run_id))


def _hand_out(session: Session, run_id: str, documents: PlanDocument) -> HandedOut:
    """Return a run's problem and plan as the session's reader may have them."""
    return hand_out(documents.problem, documents.plan, hidden_in(session), run_id)
