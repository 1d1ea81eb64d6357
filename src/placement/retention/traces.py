"""Traces: where else a person is named: in the feed, in the audit trail, and in the documents of plans."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import String, cast, or_
from sqlmodel import Session, col, select

from placement.store.looks import LOOK
from placement.tables import AuditEntry, Calendar, Event, KeptProblem, KeptRemedies, Plan, PlanDocument, Run
from placement_solver.weeks import IsoWeek

Line = dict[str, Any]


def events_about(session: Session, ids: Sequence[str]) -> list[Line]:
    """Return what the feed has told about a person."""
    about = or_(col(Event.subject_id).in_(ids), *(cast(Event.details, String).contains(each) for each in ids))
    rows = session.exec(select(Event).where(about).order_by(col(Event.sequence)))
    return [_line(row) for row in rows if _names(row.model_dump(mode="json"), ids)]


def changes_about(session: Session, ids: Sequence[str]) -> list[Line]:
    """Return what the audit trail has of a person, but for the looks."""
    entry = AuditEntry
    mentions = [
        cast(column, String).contains(each) for column in (entry.before, entry.after, entry.people) for each in ids
    ]
    named = [col(entry.object_id).contains(each, autoescape=True) for each in ids]
    rows = session.exec(select(entry).where(or_(*named, *mentions)).order_by(col(entry.sequence)))
    return [_line(row) for row in rows if row.object_type != LOOK and _names(row.model_dump(mode="json"), ids)]


def calendars_about(session: Session, ids: Sequence[str]) -> list[Line]:
    """Return the calendars of a person, without their secret addresses."""
    rows = session.exec(select(Calendar).where(col(Calendar.subject_id).in_(ids)).order_by(col(Calendar.id)))
    return [{"id": row.id, "created_at": plain(row.created_at), "subject_id": row.subject_id} for row in rows]


def parts_of_documents(session: Session, ids: Sequence[str], terms: Sequence[str]) -> list[Line]:
    """Return what the documents of the plans of some terms, and of runs without a plan, say of a person."""
    query = select(PlanDocument, Plan.run_id).join(Plan, col(Plan.id) == col(PlanDocument.plan_id))
    found: list[Line] = []
    for document, run_id in session.exec(query.where(col(Plan.term_id).in_(terms)).order_by(col(Plan.id))):
        texts = {"problem": document.problem, "plan": document.plan, "leaving": json.dumps(document.leaving)}
        for name, text in texts.items():
            if any(each in text for each in ids):
                found += [{"run_id": run_id, "document": name, **part} for part in _parts(json.loads(text), set(ids))]
    without_plan = select(KeptProblem).join(Run, col(Run.id) == col(KeptProblem.run_id))
    for problem in session.exec(without_plan.where(col(Run.term_id).in_(terms)).order_by(col(Run.id))):
        if any(each in problem.problem for each in ids):
            parts = _parts(json.loads(problem.problem), set(ids))
            found += [{"run_id": problem.run_id, "document": "problem", **part} for part in parts]
    query_kept = select(KeptRemedies, Plan.run_id).join(Plan, col(Plan.id) == col(KeptRemedies.plan_id))
    kept = session.exec(
        query_kept.where(
            col(Plan.term_id).in_(terms),
            or_(*(cast(KeptRemedies.answer, String).contains(each) for each in ids)),
            col(KeptRemedies.request_id).not_in(ids),
        ).order_by(col(Plan.id), col(KeptRemedies.turn))
    )
    for remedies, run_id in kept:
        found += [{"run_id": run_id, "document": "remedies", **part} for part in _parts(remedies.answer, set(ids))]
    return found


def parts_of_runs(session: Session, ids: Sequence[str], terms: Sequence[str]) -> list[Line]:
    """Return what runs have released of a person's."""
    runs = session.exec(select(Run).where(col(Run.term_id).in_(terms)).order_by(col(Run.id)))
    return [{"run_id": run.id, **each} for run in runs for each in run.released if _names(each, ids)]


def _parts(told: Any, ids: set[str], where: str = "") -> Iterator[Line]:  # noqa: ANN401 (any JSON)
    """Yield the smallest objects that name a person, as a field's name, its value or in its list, and where."""
    if isinstance(told, list):
        for each in told:
            yield from _parts(each, ids, where)
    elif isinstance(told, dict):
        own = (word for key, value in told.items() for word in (key, *(value if isinstance(value, list) else [value])))
        if any(isinstance(word, str) and word in ids for word in own):
            yield {"part": where, "value": told}
            return
        for key, value in told.items():
            yield from _parts(value, ids, f"{where}/{key}")


def _names(told: Any, ids: Sequence[str]) -> bool:  # noqa: ANN401 (any JSON)
    """Return whether some JSON names one of some ids, as a whole word."""
    if isinstance(told, str):
        return not set(ids).isdisjoint({told, *told.split("/")})
    if isinstance(told, dict):
        return any(_names(each, ids) for pair in told.items() for each in pair)
    return isinstance(told, list) and any(_names(value, ids) for value in told)


def _line(row: Event | AuditEntry) -> Line:
    """Return a row as plain values."""
    return {name: plain(value) for name, value in row.model_dump().items()}


def plain(value: Any) -> Any:  # noqa: ANN401 (a column holds what it holds)
    """Return a value as JSON has it."""
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()
    if isinstance(value, IsoWeek):
        return str(value)
    return value
