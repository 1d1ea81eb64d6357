"""Publishing: a named person puts a plan in force in one atomic step, if the term is unchanged since it was planned.

Until then only coordinators see the draft. Publishing changes every view, export and feed at once.
A placement that stays as it was is untouched: it keeps its id and its unit's answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from sqlalchemy import exists
from sqlmodel import Session, col, func, select

from placement import nouns
from placement.callers import Caller
from placement.clock import now
from placement.errors import ConflictError, Fault, NotFoundError
from placement.events import feed
from placement.fairness import ledger
from placement.in_force.changes import Change, asked_in, changes_by
from placement.in_force.clashes import Clash, Held, find_clashes, find_overruns, held_beside
from placement.in_force.happenings import happening
from placement.in_force.since import MOST_NAMED, changes_since, name_all
from placement.in_force.swaps.lapsing import lapse
from placement.planning.broken import broken_by_leaving, lines_in, rules_for_all, rules_in
from placement.planning.other_terms import lock_with_neighbours
from placement.planning.scenarios import is_what_if
from placement.store import access, audit
from placement.store.access import ANYONE, COORDINATORS, FIRST, Page, Span
from placement.store.protection import counting_everyone
from placement.store.tokens import holder_of
from placement.tables import (
    HOLDING,
    Action,
    EndReason,
    Placement,
    PlacementStatus,
    Plan,
    PlanDocument,
    PlannedPlacement,
    Publication,
    RequestStatus,
    Run,
    SwapReason,
    Term,
)
from placement_solver.check import check_plan
from placement_solver.documents import read_plan, read_problem
from placement_solver.plan import Plan as SolverPlan
from placement_solver.problem import Problem
from placement_solver.words import Words


@counting_everyone
def publish(session: Session, by: Caller, term_id: str, run_id: str, published_by: str | None = None) -> Publication:
    """Put a run's plan in force for its term; unless a publisher is named, it is the holder of the caller's token.

    Raises a conflict if the run has no plan or was a scenario, or if the plan is already published, breaks a rule,
    or rests on input that has changed since; the changes are named.
    """
    access.allow(by, COORDINATORS)
    access.refuse_identity_number("/published_by", published_by)
    term = lock_with_neighbours(session, term_id)
    if term is None:
        raise NotFoundError(term_id)
    run = session.get(Run, run_id)
    if run is None or run.term_id != term_id:
        raise access.missing("/run_id", nouns.RUN, nouns.IN_THE_TERM)
    plan = _plan_of(session, run)
    solved = _check_input(session, term, run, plan)
    number = session.exec(select(func.count()).where(Publication.term_id == term_id)).one() + 1
    publication = Publication(
        term_id=term_id,
        run_id=run_id,
        number=number,
        published_by=published_by or holder_of(session, by),
        placed=0,
        moved=0,
        ended=0,
    )
    before = held_beside(session, term)
    _switch(session, by, publication, plan, solved)
    _refuse_overruns(session, term, before)
    access.add(session, by, publication)
    return publication


def is_published(session: Session, run_id: str) -> bool:
    """Return whether a run's plan has ever been published."""
    return bool(session.scalar(select(exists().where(col(Publication.run_id) == run_id))))


def list_publications(session: Session, by: Caller, term_id: str, *, span: Span = FIRST) -> Page[Publication]:
    """List a term's publications, the latest first."""
    access.allow(by, ANYONE)
    if session.get(Term, term_id) is None:
        raise NotFoundError(term_id)
    query = select(Publication).where(Publication.term_id == term_id).order_by(col(Publication.number).desc())
    return access.page_of(session, query, span)


def _plan_of(session: Session, run: Run) -> Plan:
    """Return a run's plan, or refuse if it cannot be published."""
    plan = session.exec(select(Plan).where(Plan.run_id == run.id)).first()
    if plan is None:
        raise ConflictError(sv="Körningen har ingen plan.", en="The run has no plan.")
    if is_what_if(run):
        raise ConflictError(
            sv="Körningen är ett tänkt fall och kan inte publiceras.",
            en="The run was a scenario and cannot be published.",
        )
    if is_published(session, run.id):
        raise ConflictError(sv="Planen är redan publicerad.", en="The plan has already been published.")
    return plan


def _check_input(session: Session, term: Term, run: Run, plan: Plan) -> Problem:
    """Return the problem that a plan solves; refuse a plan that breaks a rule, or of a term that has changed since."""
    documents = access.found(session.get(PlanDocument, plan.id), run.id)
    solved = read_problem(documents.problem)
    breaches = check_plan(solved, read_plan(documents.plan))
    if breaches:
        told = name_all(session, [breach.words for breach in breaches[:MOST_NAMED]])
        raise ConflictError(
            sv="Planen bryter mot en regel.",
            en="The plan breaks a rule.",
            faults=(Fault("/run_id", words.en, words.sv) for words in told),
        )
    _refuse_clashes(session, term, solved, read_plan(documents.plan))
    changes = name_all(session, list(islice(changes_since(session, run, documents.problem), MOST_NAMED)))
    if changes:
        raise ConflictError(
            sv=f"Underlaget har ändrats sedan körningen: {'; '.join(change.sv for change in changes[:3])}",
            en=f"The input has changed since the run: {'; '.join(change.en for change in changes[:3])}",
            faults=(Fault("/run_id", change.en, change.sv) for change in changes),
        )
    return solved


def _refuse_clashes(session: Session, term: Term, solved: Problem, plan: SolverPlan) -> None:
    """Refuse a plan whose placements clash with what other terms that share its weeks have put in force by now."""
    _refuse(
        session,
        find_clashes(session, term, solved, plan),
        Words(
            "Planen krockar med det som gäller i {codes}: {told}",
            "The plan clashes with what is in force in {codes}: {told}",
        ),
    )


def _refuse_overruns(session: Session, term: Term, before: Held) -> None:
    """Refuse a plan that, now that it is in force, takes what other terms' numbers leave to their own placements.

    Raising undoes the publication.
    """
    _refuse(
        session,
        find_overruns(session, term, before),
        Words(
            "Planen tar mer än vad talen i {codes} tillåter för det som gäller där: {told}. "
            "Höj talen där, eller sänk dem här till dessa, och planera om",
            "The plan takes more than the numbers in {codes} allow beside what is in force there: {told}. "
            "Raise the numbers there, or lower them here to those, and plan again",
        ),
    )


def _refuse(session: Session, found: Iterator[Clash], why: Words) -> None:
    """Refuse a plan if there are clashes, and name them."""
    clashes = list(dict.fromkeys(found))
    if not clashes:
        return
    told = name_all(session, [clash.words for clash in clashes[:MOST_NAMED]])
    codes = ", ".join(sorted({code for clash in clashes for code in clash.terms}))
    first = Words("; ".join(words.sv for words in told[:3]), "; ".join(words.en for words in told[:3]))
    if more := len(clashes) - min(3, len(told)):
        first = Words(f"{first.sv}; och {more} till", f"{first.en}; and {more} more")
    raise ConflictError(
        sv=why.sv.format(codes=codes, told=first.sv),
        en=why.en.format(codes=codes, told=first.en),
        faults=(Fault("/run_id", words.en, words.sv) for words in told),
    )


def _switch(session: Session, by: Caller, publication: Publication, plan: Plan, solved: Problem) -> None:
    """Make the plan's placements those in force, and write an event about every one that changed, with the rules.

    The audit trail has an entry for each, so that it tells who was where at any time. A placement that is over stays as
    it was. One that ends has its true reason. The swaps of those that change lapse.
    """
    asked = asked_in(session, publication.term_id)
    holding = (Placement.term_id == publication.term_id, col(Placement.status).in_(HOLDING))
    in_force = session.exec(select(Placement).where(*holding).with_for_update()).all()
    drawn = session.exec(select(PlannedPlacement).where(PlannedPlacement.plan_id == plan.id)).all()
    held = {row.request_id for row in in_force}
    happenings: list[feed.Happening] = []
    new = [
        Placement(
            term_id=publication.term_id,
            request_id=planned.request_id,
            publication_id=publication.id,
            unit_id=planned.unit_id,
            start=planned.start,
            weeks=asked[planned.request_id].weeks,
            supervisor_id=planned.supervisor_id,
        )
        for planned in drawn
        if planned.request_id not in held
    ]
    for placement in new:
        one = asked[placement.request_id]
        happenings.append(happening("published", placement, one.request, one.institution_id))
    ended, moved, entries = [], [], []
    broken = broken_by_leaving(solved, lines_in(solved, in_force), lines_in(solved, drawn))
    for change in changes_by(broken, in_force, drawn, asked):
        before = audit.snapshot(change.placement)
        if change.planned is None:
            happenings.append(_end(change))
            ended.append(change.placement.id)
        else:
            happenings += _move(change, change.planned, publication)
            moved.append(change.placement.id)
        entries.append(audit.entry_of(by, Action.CHANGED, change.placement, before))
    publication.ended, publication.moved = len(ended), len(moved)
    publication.placed = len(new)
    session.add_all(new)
    session.flush()
    audit.record_all(session, [*(audit.entry_of(by, Action.CREATED, each) for each in new), *entries])
    lapsed = [*lapse(session, by, ended, SwapReason.ENDED), *lapse(session, by, moved, SwapReason.MOVED)]
    ledger.follow(session, [*in_force, *new], solved, publication, drawn)
    in_all = {"publicationId": publication.id, "number": publication.number, "publishedBy": publication.published_by}
    subject = feed.Subject("plan.published", "publication", publication.id, publication.term_id)
    feed.tell(session, [(subject, in_all), *happenings, *lapsed])


def _move(change: Change, planned: PlannedPlacement, publication: Publication) -> Iterator[feed.Happening]:
    """Put a placement where a plan has it, and yield the events about it; the unit that it leaves is told too.

    What the student has answered was about another place, unless only the supervisor changes.
    """
    old, one, rules = change.placement, change.stay, rules_for_all(change.broken)
    if old.unit_id != planned.unit_id:
        yield happening("left", old, one.request, None, rules)
    if (old.unit_id, old.start, old.weeks) != (planned.unit_id, planned.start, one.weeks):
        old.student_answer, old.student_reason, old.student_answered_at = None, None, None
    old.unit_id, old.start, old.supervisor_id = planned.unit_id, planned.start, planned.supervisor_id
    old.weeks, old.status, old.publication_id = one.weeks, PlacementStatus.PUBLISHED, publication.id
    old.changed_at = now()
    yield happening("moved", old, one.request, one.institution_id, rules)


def _end(change: Change) -> feed.Happening:
    """End a placement for its true reason: the request is withdrawn, the term does not allow it, or it is replanned."""
    old, one = change.placement, change.stay
    old.status, old.changed_at = PlacementStatus.CANCELLED, now()
    if one.request.status is RequestStatus.WITHDRAWN:
        old.reason = EndReason.REQUEST_WITHDRAWN
    elif change.broken:
        old.reason, old.broken_rules = EndReason.NO_LONGER_POSSIBLE, rules_in(change.broken)
    else:
        old.reason = EndReason.REPLANNED
    return happening("cancelled", old, one.request, one.institution_id, rules_for_all(change.broken))
