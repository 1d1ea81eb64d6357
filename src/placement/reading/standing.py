"""Standing: how a term stands in numbers, for the coordinator: what is asked for, and what the latest plan comes to.

Everything is counted when a plan is made and read from its report, so that a page of it costs little.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, func, select

from placement.callers import Caller
from placement.planning.reasons import CAUSES, causes_in
from placement.planning.runs import show_run
from placement.register.lists import Lists
from placement.register.names import Names
from placement.store.access import COORDINATORS, FIRST, Page, Span, allow, found, page_of
from placement.store.protection import counting_everyone
from placement.tables import (
    Organisation,
    Plan,
    PlanDocument,
    Request,
    RequestStatus,
    Run,
    Student,
    Term,
    UnplacedRequest,
)
from placement_solver.explanation.sentences import RULE_NAMES
from placement_solver.weeks import IsoWeek
from placement_solver.words import Words

_CAUSES: Mapping[str, Words] = {
    "capacities": Words("De erbjudna platserna är fulla", "The places offered are full"),
    "unit_ceilings": Words("Enheten har nått sitt tak", "The unit is at its ceiling"),
    "agreements": Words("Avtalets tak är nått", "The agreement is at its ceiling"),
    "supervisors": Words("Handledarna är upptagna", "The supervisors are taken"),
    "own_placements": Words("Studentens egna placeringar är i vägen", "The student's own placements are in the way"),
    "other_terms": Words("Andra terminer har tagit platserna", "Other terms have taken the places"),
    "dearer_units": Words("En placering skulle kosta mer än den ger", "A placement would cost more than it gives"),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a lärosäte asks for in a term: its open requests, and whether it is in the county."""

    institution: Words
    requests: int
    in_county: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """How requests turn out, in all or for a lärosäte; minutes one way, or None where nobody is placed."""

    requests: int
    placed: int
    median: int | None = None
    ninetieth: int | None = None
    longest: int | None = None
    over_an_hour: int = 0

    @property
    def unplaced(self) -> int:
        """Return how many have no placement."""
        return self.requests - self.placed


@dataclass(frozen=True, slots=True)
class Dearest:
    """Where one more place would be worth most to the county, in the measure of the objective."""

    unit: str
    profession: Words
    first: IsoWeek
    last: IsoWeek
    worth: int


@dataclass(frozen=True, slots=True)
class Figures:
    """What a run's plan comes to: in all, by lärosäte, below the floors of agreements, and what is worth most."""

    everyone: Outcome
    institutions: tuple[tuple[Words, Outcome], ...]
    short_agreements: int
    short_weeks: int
    dearest: Dearest | None


@counting_everyone
def count_requests(session: Session, by: Caller, term_id: str) -> list[Asked]:
    """Count a term's open requests by lärosäte, the one that asks for most first; everyone counts, as in reports."""
    allow(by, COORDINATORS)
    counted = (
        select(col(Student.institution_id).label("asks"), func.count(col(Request.id)).label("number"))
        .join(Request, col(Request.student_id) == Student.id)
        .where(Request.term_id == term_id, Request.status == RequestStatus.OPEN)
        .group_by(col(Student.institution_id))
        .subquery()
    )
    query = (
        select(Organisation, counted.c.number)
        .join(counted, counted.c.asks == col(Organisation.id))
        .order_by(counted.c.number.desc(), col(Organisation.name_sv))
    )
    return [Asked(Words(row.name_sv, row.name_en), asked, row.in_county) for row, asked in session.exec(query)]


def list_drafts(session: Session, by: Caller, term_id: str, *, span: Span = FIRST) -> Page[Run]:
    """List a term's runs that have a plan, the newest first: drafts, scenarios, and those that are published."""
    allow(by, COORDINATORS)
    query = select(Run).where(Run.term_id == term_id, col(Run.id).in_(select(Plan.run_id)))
    return page_of(session, query.order_by(col(Run.requested_at).desc(), col(Run.id)), span)


def plans_among(session: Session, by: Caller, run_ids: Iterable[str]) -> set[str]:
    """Return those of some runs that have a plan."""
    allow(by, COORDINATORS)
    return set(session.exec(select(Plan.run_id).where(col(Plan.run_id).in_(list(run_ids)))))


def has_plan(session: Session, by: Caller, run_id: str) -> bool:
    """Tell whether a run has a plan."""
    return bool(plans_among(session, by, [run_id]))


def show_figures(session: Session, by: Caller, run_id: str) -> Figures | None:
    """Show what a run's plan comes to; None where the run has no plan, or one older than reports."""
    allow(by, COORDINATORS)
    term = session.get_one(Term, show_run(session, by, run_id).term_id)
    report = col(PlanDocument.report)
    query = select(report["fairness"], report[("prices", "places", 0)])
    row = session.exec(query.join(Plan, col(Plan.id) == PlanDocument.plan_id).where(Plan.run_id == run_id)).first()
    if row is None or row[0] is None:
        return None
    fairness, dearest = row
    groups: Sequence[Mapping[str, Any]] = fairness["institutions"]
    names = Names(session, by, [group["name"] for group in groups])
    short = [each["short"] for each in fairness["agreements"] if each["short"]]
    return Figures(
        outcome_of(fairness["everyone"]),
        tuple((names.words_of(group["name"]), outcome_of(group)) for group in groups),
        len(short),
        sum(short),
        next(iter(dearest_of(session, by, term, [] if dearest is None else [dearest])), None),
    )


@counting_everyone
def count_causes(session: Session, by: Caller, run_id: str) -> list[tuple[str, Words, int]]:
    """Count why a run's plan left requests unplaced, the most common cause first; a request may have several."""
    allow(by, COORDINATORS)
    found(session.get(Run, run_id), run_id)
    query = select(CAUSES).join(Plan, col(Plan.id) == UnplacedRequest.plan_id)
    causes = Counter(cause for why in session.exec(query.where(Plan.run_id == run_id)) for cause in causes_in(why))
    return [(cause, say_cause(cause), number) for cause, number in causes.most_common()]


def say_cause(cause: str) -> Words:
    """Name a cause: what is full, or the rule that left no unit."""
    if cause in _CAUSES:
        return _CAUSES[cause]
    rule = RULE_NAMES[cause]
    return Words(f"Ingen enhet klarar regeln ”{rule.sv}”", f"No unit passes the rule “{rule.en}”")


def outcome_of(group: Mapping[str, Any]) -> Outcome:
    """Read the outcome for a group of a report."""
    placed, journeys = group["placed"], group["journeys"]
    if journeys is None:
        return Outcome(group["requests"], placed)
    minutes = (journeys["median"], journeys["ninetieth"], journeys["longest"])
    return Outcome(group["requests"], placed, *minutes, round(journeys["over_hour"] * placed))


def dearest_of(session: Session, by: Caller, term: Term, lines: Sequence[Mapping[str, Any]]) -> list[Dearest]:
    """Read where one more place would be worth most, with names; what has no name or is worth nothing is left out."""
    names, professions = Names(session, by, [line["unit"] for line in lines]), Lists(session).professions
    found = []
    for line in lines:
        unit, worth = names.name_of(line["unit"]), round(line["place"])
        if unit is not None and worth > 0:
            first = term.first_week.plus(line["first_week"])
            profession = professions.name_of(line["profession"])
            found.append(Dearest(unit, profession, first, first.plus(line["weeks"] - 1), worth))
    return found
