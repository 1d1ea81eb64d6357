"""Counting: reads the facts of some terms from the register, the placements and the feed.

When a student was told is what the feed says: the latest event that put the placement at its present unit and start. A
placement that no event tells of, such as one brought from an older system, was told when its plan was published.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from placement.clock import day_of
from placement.follow_up.facts import Attending, Case, Ending, Facts, Guidance, Offering, Presence, Stay
from placement.follow_up.holders import Holders
from placement.planning.entries import write_travel
from placement.planning.other_terms import terms_with
from placement.store.batches import by_owner, read_in_batches
from placement.tables import (
    HOLDING,
    CapacityOffer,
    Course,
    Event,
    KeptJourney,
    OfferStatus,
    OfferWeek,
    Placement,
    Programme,
    Publication,
    Request,
    RequestStatus,
    Student,
    Supervisor,
    Term,
    Training,
    Unit,
)
from placement_solver.journeys import minutes_by
from placement_solver.problem import Travel
from placement_solver.weeks import IsoWeek

_PLACING = ("placement.published", "placement.moved")
"""The kinds of events that tell a student of a unit and a start."""

Asked = tuple[Request, Student, Course, Programme]
"""A request with its student, course and programme."""


@dataclass(frozen=True, slots=True)
class Telling:
    """When a placement was first published, and when its present unit and start were."""

    first_on: dt.date
    told_on: dt.date


def count_facts(session: Session, terms: Sequence[Term], holders: Holders) -> Facts:
    """Read the facts of some terms, of the whole county."""
    ids = [term.id for term in terms]
    placements = _placements(session, ids)
    reader = _Stays(session, terms, placements, holders.municipal_units())
    held = {row.request_id: row for row, _ in placements if row.status in HOLDING}
    asked = _asked(session, ids)
    cases = tuple(reader.case(each, held.get(each[0].id)) for each in asked)
    of_request = {each[0].id: each for each in asked}
    endings = tuple(
        Ending(row.term_id, row.unit_id, student.institution_id, programme.id, row.status)
        for row, _ in placements
        if row.status not in HOLDING
        for _, student, _, programme in (of_request[row.request_id],)
    )
    return Facts(cases, endings, _offerings(session, ids, held.values()), _presence(session, terms))


class _Stays:
    """Reads what belongs to the placements of some terms, and makes the facts of requests with it."""

    def __init__(
        self,
        session: Session,
        terms: Sequence[Term],
        placements: Sequence[tuple[Placement, dt.datetime]],
        municipal: Collection[str],
    ) -> None:
        self._terms = {term.id: term for term in terms}
        self._travel = {term.id: Travel(**write_travel(session, term)) for term in terms}
        self._units = {unit.id: unit for unit in session.exec(select(Unit))}
        self._municipal = municipal
        self._kept = {row.placement_id: row for row in session.exec(select(KeptJourney))}
        self._tellings = _tellings(session, list(self._terms), placements)
        self._first = _first_days(placements, self._tellings)
        self._supervisors = {row.id: row for row in session.exec(select(Supervisor))}
        self._trainings = by_owner(session.exec(select(Training)), lambda row: row.supervisor_id)

    def case(self, asked: Asked, placement: Placement | None) -> Case:
        """Return the fact of a request."""
        request, student, _, programme = asked
        return Case(
            request_id=request.id,
            term_id=request.term_id,
            student_id=student.id,
            institution_id=student.institution_id,
            programme_id=programme.id,
            profession=programme.profession,
            publish_by=self._terms[request.term_id].publish_by,
            withdrawn=request.status is RequestStatus.WITHDRAWN and placement is None,
            stay=None if placement is None else self._stay(asked, placement),
        )

    def _stay(self, asked: Asked, placement: Placement) -> Stay:
        """Return the fact of a placement."""
        request, student, course, _ = asked
        unit, travel = self._units[placement.unit_id], self._travel[placement.term_id]
        minutes, long = self._journey(placement, travel, student, unit)
        return Stay(
            unit_id=unit.id,
            municipal=unit.id in self._municipal,
            start=placement.start,
            weeks=placement.weeks,
            minutes=minutes,
            long=long,
            first_on=self._first[request.id],
            told_on=self._tellings[placement.id].told_on,
            guidance=self._guidance(placement),
            credits_required=course.supervision_credits,
        )

    def _journey(self, placement: Placement, travel: Travel, student: Student, unit: Unit) -> tuple[int, bool]:
        """Return a journey in minutes, and whether the term calls it long: as it was kept if the home is erased."""
        kept = self._kept.get(placement.id)
        if kept is not None:
            return kept.minutes, kept.long
        minutes = minutes_by(travel, student, unit)
        return minutes, minutes > travel.long_after

    def _guidance(self, placement: Placement) -> Guidance | None:
        """Return who supervises, with the training that counted on the placement's first day."""
        supervisor = self._supervisors.get(placement.supervisor_id or "")
        if supervisor is None:
            return None
        trainings = self._trainings.get(supervisor.id, ())
        return Guidance(supervisor.profession, credits_on(trainings, placement.start.monday()))


def journeys_of(session: Session, student_ids: Collection[str]) -> list[tuple[str, int, bool]]:
    """Return each placement of some students with its journey in minutes, and whether its term calls that long.

    It is what the figures count for it now.
    """
    query = (
        select(Placement, Student, Unit)
        .join(Request, col(Request.id) == col(Placement.request_id))
        .join(Student, col(Student.id) == col(Request.student_id))
        .join(Unit, col(Unit.id) == col(Placement.unit_id))
    )
    rows = read_in_batches(session, query, Student.id, student_ids)
    terms = read_in_batches(session, select(Term), Term.id, {placement.term_id for placement, _, _ in rows})
    travels = {term.id: Travel(**write_travel(session, term)) for term in terms}
    found = []
    for placement, student, unit in rows:
        travel = travels[placement.term_id]
        minutes = minutes_by(travel, student, unit)
        found.append((placement.id, minutes, minutes > travel.long_after))
    return found


def credits_on(trainings: Iterable[Training], day: dt.date) -> float | None:
    """Return the credits of the best training that counts on a day; None if no training does."""
    counting = (each for each in trainings if each.completed_on <= day and (each.expires_on or day) >= day)
    return max((each.credits for each in counting), default=None)


def _asked(session: Session, term_ids: Sequence[str]) -> Sequence[Asked]:
    """Return every request of some terms, withdrawn ones too."""
    return session.exec(
        select(Request, Student, Course, Programme)
        .join(Student, col(Student.id) == col(Request.student_id))
        .join(Course, col(Course.id) == col(Request.course_id))
        .join(Programme, col(Programme.id) == col(Course.programme_id))
        .where(col(Request.term_id).in_(term_ids))
        .order_by(col(Request.id))
    ).all()


def _placements(session: Session, term_ids: Sequence[str]) -> Sequence[tuple[Placement, dt.datetime]]:
    """Return every placement of some terms, with the moment at which its latest publication was made."""
    return session.exec(
        select(Placement, col(Publication.published_at))
        .join(Publication, col(Publication.id) == col(Placement.publication_id))
        .where(col(Placement.term_id).in_(term_ids))
        .order_by(col(Placement.id))
    ).all()


def _tellings(
    session: Session, term_ids: Sequence[str], placements: Sequence[tuple[Placement, dt.datetime]]
) -> Mapping[str, Telling]:
    """Return when each placement was first published, and when its present unit and start were."""
    told: dict[str, tuple[dt.datetime, dt.datetime, tuple[str, str]]] = {}
    events = session.exec(
        select(col(Event.subject_id), col(Event.at), col(Event.details))
        .where(col(Event.kind).in_(_PLACING), col(Event.term_id).in_(term_ids))
        .order_by(col(Event.sequence))
    )
    for placement_id, at, details in events:
        place = str(details.get("unitId")), str(details.get("start"))
        first, since, before = told.get(placement_id, (at, at, place))
        told[placement_id] = first, since if place == before else at, place
    found = {}
    for row, published_at in placements:
        first, since, place = told.get(row.id, (published_at, published_at, ("", "")))
        present = place == (row.unit_id, str(row.start))
        found[row.id] = Telling(day_of(first), day_of(since if present else published_at))
    return found


def _first_days(
    placements: Sequence[tuple[Placement, dt.datetime]], tellings: Mapping[str, Telling]
) -> Mapping[str, dt.date]:
    """Return the day on which each request was first given a place, also one that has ended since."""
    first: dict[str, dt.date] = {}
    for row, _ in placements:
        day = tellings[row.id].first_on
        first[row.request_id] = min(day, first.get(row.request_id, day))
    return first


def _presence(session: Session, terms: Sequence[Term]) -> Presence:
    """Return who is at each unit during some terms, also in placements of other terms that share weeks with them."""
    ids = {other.id for term in terms for other in terms_with(session, term.first_week, term.weeks)}
    rows = session.exec(
        select(Request.student_id, Programme.profession, Placement.unit_id, Placement.start, Placement.weeks)  # type: ignore[call-overload]
        .join_from(Placement, Request, col(Request.id) == col(Placement.request_id))
        .join(Course, col(Course.id) == col(Request.course_id))
        .join(Programme, col(Programme.id) == col(Course.programme_id))
        .where(col(Placement.term_id).in_(ids), col(Placement.status).in_(HOLDING))
    )
    return Presence.of(Attending(*row) for row in rows)


def _offerings(session: Session, term_ids: Sequence[str], held: Iterable[Placement]) -> tuple[Offering, ...]:
    """Return what units have offered week by week, and how many of those places the same term has used."""
    offered: defaultdict[tuple[str, str, IsoWeek], int] = defaultdict(int)
    rows = session.exec(
        select(col(CapacityOffer.term_id), col(CapacityOffer.unit_id), col(OfferWeek.week), col(OfferWeek.places))
        .join(OfferWeek, col(OfferWeek.offer_id) == col(CapacityOffer.id))
        .where(col(CapacityOffer.term_id).in_(term_ids), CapacityOffer.status == OfferStatus.ANSWERED)
    )
    for term_id, unit_id, week, places in rows:
        offered[term_id, unit_id, week] += places
    present = Counter((row.term_id, row.unit_id, row.start.plus(week)) for row in held for week in range(row.weeks))
    return tuple(
        Offering(term_id, unit_id, week, places, min(places, present[term_id, unit_id, week]))
        for (term_id, unit_id, week), places in sorted(offered.items())
        if places
    )
