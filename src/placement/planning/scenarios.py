"""Scenarios: how a run departs from its term, by weights of its own and by "what if" questions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Annotated, Any

from pydantic import BeforeValidator, PlainSerializer, TypeAdapter
from sqlmodel import Session

from placement import nouns
from placement.errors import Fault, InvalidError, no_such
from placement.planning.decisions import Posed, pose
from placement.tables import Agreement, CapacityOffer, OfferStatus, Run, Supervisor, Term, Unit
from placement.tables.columns import MOST
from placement_solver.documents import problem_document
from placement_solver.problem import Agreement as Covering
from placement_solver.problem import Capacity, Problem, by_week
from placement_solver.weeks import IsoWeek

Week = Annotated[
    IsoWeek,
    BeforeValidator(lambda week: IsoWeek.parse(week) if isinstance(week, str) else week),
    PlainSerializer(str),
]


@dataclass(frozen=True, slots=True)
class Weeks:
    """Some weeks of the term, first and last included; None means the term's own first or last week."""

    first_week: Week | None = None
    last_week: Week | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherPlaces(Weeks):
    """What if an offer had this many more places (a negative number: fewer) in some weeks; never fewer than none."""

    offer_id: str
    places: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Closure(Weeks):
    """What if a unit took nobody in some weeks."""

    unit_id: str


@dataclass(frozen=True, slots=True)
class OtherAgreement:
    """What if an agreement ended before the term, or had another ceiling of student-weeks."""

    agreement_id: str
    ends: bool = False
    max_student_weeks: int | None = None


@dataclass(frozen=True, slots=True)
class Scenario:
    """The changes that a run supposes."""

    offers: tuple[OtherPlaces, ...] = ()
    agreements: tuple[OtherAgreement, ...] = ()
    closures: tuple[Closure, ...] = ()
    absent_supervisors: tuple[str, ...] = ()
    travel_max_minutes: int | None = None


AS_IT_IS = Scenario()


@dataclass(frozen=True, slots=True)
class Options:
    """How a run differs from the others of its term: weights by their names in the problem document, and a scenario.

    With ``in_county_only`` the run leaves the lärosäten from outside the county to a later run.
    """

    in_county_only: bool = False
    weights: dict[str, int] = field(default_factory=dict)
    scenario: Scenario = AS_IT_IS


AS_USUAL = Options()
_STORED = TypeAdapter(Options)


def write_options(options: Options) -> dict[str, Any]:
    """Write options as a run stores them; default values are left out."""
    written: dict[str, Any] = _STORED.dump_python(options, mode="json", exclude_defaults=True)
    return written


def read_options(written: object) -> Options:
    """Read options from their parts, as a run stores them or as a caller gives them."""
    return _STORED.validate_python(written)


def is_what_if(run: Run) -> bool:
    """Return whether a run has a scenario, so that its plan cannot be published."""
    return "scenario" in run.options


def check_options(session: Session, term: Term, options: Options) -> None:
    """Refuse a scenario that names something the term does not have, and report every fault."""
    faults = tuple(_faults(session, term, options.scenario))
    if faults:
        raise InvalidError(*faults)


def apply_options(problem: Problem, options: Options) -> Posed:
    """Return the problem with the options applied, and the pins that it can then not keep.

    Options that name something that no longer exists change nothing.
    """
    if options.scenario == AS_IT_IS and not options.weights:
        return Posed(problem)
    scenario = options.scenario
    absent = set(scenario.absent_supervisors)
    travel, limit = problem.travel, scenario.travel_max_minutes
    changed = replace(
        problem,
        capacities=tuple(_with_other_places(problem, capacity, scenario) for capacity in problem.capacities),
        agreements=tuple(_with_other_terms(problem, scenario)),
        supervisors=tuple(
            replace(supervisor, weeks=()) if supervisor.id in absent else supervisor
            for supervisor in problem.supervisors
        ),
        travel=travel if limit is None else replace(travel, max_travel=limit),
        weights=replace(problem.weights, **options.weights),
    )
    return pose(problem_document(changed))


def _with_other_places(problem: Problem, capacity: Capacity, scenario: Scenario) -> Capacity:
    """Return an offer with its places changed in the weeks named, and without places while its unit is closed."""
    places = list(by_week(capacity.places, problem.term.weeks))
    for offer in scenario.offers:
        if offer.offer_id == capacity.id:
            for week in _weeks_of(problem, offer):
                places[week] = min(MOST, max(0, places[week] + offer.places))
    for closure in scenario.closures:
        if closure.unit_id == capacity.unit:
            for week in _weeks_of(problem, closure):
                places[week] = 0
    return replace(capacity, places=tuple(places))


def _with_other_terms(problem: Problem, scenario: Scenario) -> Iterator[Covering]:
    """Yield the agreements that do not end, each with its supposed ceiling and a floor no higher than that."""
    others = {other.agreement_id: other for other in scenario.agreements}
    for agreement in problem.agreements:
        other = others.get(agreement.id)
        if other is None:
            yield agreement
        elif other.max_student_weeks is not None:
            most = other.max_student_weeks
            floor = min(agreement.min_student_weeks, most)
            yield replace(agreement, max_student_weeks=most, min_student_weeks=floor)


def _weeks_of(problem: Problem, named: Weeks) -> range:
    """Return some weeks as their numbers in the term."""
    first_week, weeks = problem.term.first_week, problem.term.weeks
    first = 0 if named.first_week is None else first_week.until(named.first_week)
    last = weeks - 1 if named.last_week is None else first_week.until(named.last_week)
    return range(max(0, first), min(weeks - 1, last) + 1)


def _faults(session: Session, term: Term, scenario: Scenario) -> Iterator[Fault]:
    """Yield the faults of a scenario for a term."""
    for number, offer in enumerate(scenario.offers):
        here, row = f"/scenario/offers/{number}", session.get(CapacityOffer, offer.offer_id)
        if row is None or row.term_id != term.id or row.status is not OfferStatus.ANSWERED:
            yield no_such(f"{here}/offer_id", nouns.OFFER, nouns.IN_THE_TERM)
        yield from _faults_of_weeks(term, offer, here)
    yield from _faults_of_agreements(session, scenario.agreements)
    for number, closure in enumerate(scenario.closures):
        here = f"/scenario/closures/{number}"
        if session.get(Unit, closure.unit_id) is None:
            yield no_such(f"{here}/unit_id", nouns.UNIT)
        yield from _faults_of_weeks(term, closure, here)
    for number, supervisor in enumerate(scenario.absent_supervisors):
        if session.get(Supervisor, supervisor) is None:
            yield no_such(f"/scenario/absent_supervisors/{number}", nouns.SUPERVISOR)


def _faults_of_agreements(session: Session, others: Sequence[OtherAgreement]) -> Iterator[Fault]:
    """Yield the faults of the changed agreements."""
    for number, other in enumerate(others):
        here = f"/scenario/agreements/{number}"
        if session.get(Agreement, other.agreement_id) is None:
            yield no_such(f"{here}/agreement_id", nouns.AGREEMENT)
        if other.ends == (other.max_student_weeks is not None):
            yield Fault(
                f"{here}/ends",
                "either the agreement ends or it has another ceiling",
                "antingen upphör avtalet eller så får det ett annat tak",
            )
    if len({other.agreement_id for other in others}) < len(others):
        yield Fault("/scenario/agreements", "each agreement may be named once", "varje avtal får anges en gång")


def _faults_of_weeks(term: Term, named: Weeks, here: str) -> Iterator[Fault]:
    """Yield the faults of a week range: a week outside the term, or a last week before the first."""
    own = {"first_week": named.first_week, "last_week": named.last_week}
    outside = [name for name, week in own.items() if week and not 0 <= term.first_week.until(week) < term.weeks]
    for name in outside:
        yield Fault(f"{here}/{name}", "the week is not in the term", "veckan ingår inte i terminen")
    if not outside and named.first_week and named.last_week and named.last_week < named.first_week:
        yield Fault(
            f"{here}/last_week", "the last week comes before the first", "den sista veckan kommer före den första"
        )
