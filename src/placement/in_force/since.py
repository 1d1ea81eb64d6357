"""Since: what has changed in a term since a run gathered it; a plan of what is no longer so is not published."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from sqlmodel import Session, col, func, select

from placement import nouns
from placement.callers import SYSTEM, Caller
from placement.in_force.snapshots import changes_between
from placement.nouns import Counted
from placement.planning.gather import gather
from placement.planning.runs import show_run, solved_documents
from placement.planning.scenarios import read_options
from placement.register.names import Names
from placement.store.access import COORDINATORS, allow
from placement.store.protection import counting_everyone
from placement.tables import Action, AuditEntry, Run
from placement_solver.documents import write_problem
from placement_solver.faults import InvalidProblem
from placement_solver.words import Words

MOST_NAMED = 100
"""The most differences named in a refusal; with more than these, the term has to be planned anew anyway."""
_INPUT: Mapping[str, Counted] = {
    "capacity_offer": nouns.OFFERS,
    "agreement": nouns.AGREEMENTS,
    "request": nouns.REQUESTS,
    "student": nouns.STUDENTS,
    "supervisor": nouns.SUPERVISORS,
    "unit": nouns.UNITS,
    "course": nouns.COURSES,
    "pin": nouns.PINS,
    "placement": nouns.PLACEMENTS,
}
"""What a plan is made from, by the name of its rows in the audit trail."""


@counting_everyone
def tell_changes(session: Session, by: Caller, run_id: str) -> list[Words]:
    """Tell what has changed in a term since it was gathered for a run, as publishing would; it takes seconds."""
    allow(by, COORDINATORS)
    run = show_run(session, by, run_id)
    solved = solved_documents(session, by, run_id).problem
    return name_all(session, list(islice(changes_since(session, run, solved), MOST_NAMED)))


def count_touched(session: Session, by: Caller, run_id: str) -> list[Words]:
    """Count the rows that somebody has touched since a run began, of the kinds that plans are made from.

    It is quick and errs on the safe side: a row of another term counts, and so does one that was changed back.
    """
    allow(by, COORDINATORS)
    run = show_run(session, by, run_id)
    if run.started_at is None:
        return []
    kind, number = col(AuditEntry.object_type), func.count(func.distinct(col(AuditEntry.object_id)))
    query = (
        select(kind, number)
        .where(col(AuditEntry.at) >= run.started_at, kind.in_(_INPUT), col(AuditEntry.action) != Action.READ)
        .group_by(kind)
    )
    found = dict(session.exec(query).all())
    return [noun(found[name]) for name, noun in _INPUT.items() if name in found]


def changes_since(session: Session, run: Run, solved: str) -> Iterator[Words]:
    """Yield what has changed in the term since it was gathered for a run, even if it is no longer a valid problem.

    The term is gathered as if other terms had taken what they had then: what they have now is judged by its clashes.
    """
    before = json.loads(solved)
    try:
        present = write_problem(
            gather(
                session,
                SYSTEM,
                run.term_id,
                run.mode,
                in_county_only=read_options(run.options).in_county_only,
                taken=before.get("taken", ()),
            )
        )
    except InvalidProblem as error:
        yield from (fault.words for fault in error.faults)
        return
    if present != solved:
        yield from changes_between(before, json.loads(present))


def name_all(session: Session, sentences: Sequence[Words]) -> list[Words]:
    """Return sentences with the names that a coordinator knows in place of ids."""
    names = Names(session, SYSTEM, texts=sentences)
    return [names.put_in(words) for words in sentences]
