"""Entries: the rows of a term as the entries of a problem document, section by section.

An offer that a unit has not answered is unknown and is left out, as is one that it has declined. An agreement covers
the weeks that lie wholly within its validity. A training counts if it is valid throughout the term.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, true
from sqlalchemy import select as rows_of
from sqlmodel import Session, col, select

from placement.fairness.points import burdens_of
from placement.planning.homes import homes_of
from placement.register.retakes import class_of
from placement.register.student_sites import sites_in
from placement.tables import (
    Agreement,
    AgreementUnit,
    AgreementVolume,
    BlockedUnit,
    CapacityOffer,
    Course,
    CourseWindow,
    OfferInstitution,
    OfferStatus,
    OfferWeek,
    Organisation,
    OrganisationKind,
    Preference,
    Programme,
    Request,
    Student,
    Supervisor,
    SupervisorWeek,
    Term,
    Training,
    TravelTime,
    Unit,
    UnitRule,
    agreement_party,
    ends_on,
)
from placement_solver.weeks import IsoWeek

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")
Entry = dict[str, Any]
OpenRequest = tuple[Request, Student, Course, Programme]
"""A request with its student, course and programme."""

PRIORITY_OF_CLASS = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10)
"""The weight of a student in each priority class (0 to 9) when not all can be placed; 1 is a student without förtur.

The county's lärosäten need no extra weight over others: every placed student has an agreement, and all
lärosäten with an agreement are first in line together.
"""


def write_institutions(session: Session) -> list[Entry]:
    """Return every lärosäte."""
    ids = session.exec(
        select(Organisation.id).where(Organisation.kind == OrganisationKind.INSTITUTION).order_by(col(Organisation.id))
    )
    return [{"id": identifier} for identifier in ids]


def write_providers(session: Session, parties: set[str]) -> list[Entry]:
    """Return the providers that units or agreements belong to."""
    providers = session.exec(
        select(Organisation.id, Organisation.provider_kind)
        .where(Organisation.kind == OrganisationKind.PROVIDER)
        .order_by(col(Organisation.id))
    )
    return [{"id": identifier, "kind": kind} for identifier, kind in providers if identifier in parties]


def write_unit(unit: Unit) -> Entry:
    """Return a unit, under the party whose agreements cover it."""
    return {
        "id": unit.id,
        "provider": agreement_party(unit),
        "site": unit.site_id,
        "kinds": list(unit.kinds),
        "lat": unit.lat,
        "lon": unit.lon,
        "university_healthcare": unit.university_healthcare,
        "max_students": unit.max_students,
        "zone": unit.zone,
    }


def write_capacities(
    session: Session, term: Term, index: Mapping[IsoWeek, int], units: Collection[str] | None = None
) -> list[Entry]:
    """Return the answered offers, of some units or all, with their places by the weeks of ``index``.

    A week that an offer does not name has no places.
    """
    answered = CapacityOffer.status == OfferStatus.ANSWERED
    of_term = (CapacityOffer.term_id == term.id, answered, among(CapacityOffer.unit_id, units))
    offer = CapacityOffer
    columns = select(col(offer.id), col(offer.unit_id), col(offer.professions), col(offer.every_institution))
    offers = session.exec(columns.where(*of_term).order_by(col(offer.id))).all()
    kept_for = _by_key(
        session.exec(
            select(OfferInstitution.offer_id, OfferInstitution.institution_id)
            .join(CapacityOffer, col(CapacityOffer.id) == OfferInstitution.offer_id)
            .where(*of_term)
            .order_by(col(OfferInstitution.institution_id))
        )
    )
    places = {identifier: [0] * len(index) for identifier, *_ in offers}
    for identifier, week, count in session.exec(
        select(col(OfferWeek.offer_id), col(OfferWeek.week), col(OfferWeek.places))
        .join(CapacityOffer, col(CapacityOffer.id) == OfferWeek.offer_id)
        .where(*of_term)
    ):
        if week in index:
            places[identifier][index[week]] = count
    return [
        {
            "id": identifier,
            "unit": unit,
            "professions": list(professions),
            "institutions": None if every_institution else kept_for[identifier],
            "places": places[identifier],
        }
        for identifier, unit, professions, every_institution in offers
    ]


def write_supervisors(
    session: Session, term: Term, index: Mapping[IsoWeek, int], units: Collection[str] | None = None
) -> list[Entry]:
    """Return the supervisors, of some units or all, each with the best training that is valid throughout the term."""
    at_units = among(Supervisor.unit_id, units)
    theirs = select(Supervisor.id).where(at_units)
    first_day = term.first_week.monday()
    last_day = term.first_week.plus(term.weeks - 1).sunday()
    best: dict[str, float] = defaultdict(float)
    trained = select(col(Training.supervisor_id), col(Training.credits), col(Training.expires_on)).where(
        Training.completed_on <= first_day, col(Training.supervisor_id).in_(theirs)
    )
    for supervisor, credits_, expires_on in session.exec(trained):
        if expires_on is None or expires_on >= last_day:
            best[supervisor] = max(best[supervisor], credits_)
    on_duty = _by_key(
        (supervisor, index[week])
        for supervisor, week in session.exec(
            select(col(SupervisorWeek.supervisor_id), col(SupervisorWeek.week))
            .where(col(SupervisorWeek.supervisor_id).in_(theirs))
            .order_by(col(SupervisorWeek.week))
        )
        if week in index
    )
    row = Supervisor
    columns = rows_of(
        col(row.id), col(row.unit_id), col(row.profession), col(row.max_students), col(row.every_week)
    ).where(at_units)
    return [
        {
            "id": identifier,
            "unit": unit,
            "profession": profession,
            "credits": best[identifier],
            "max_students": max_students,
            "weeks": None if every_week else on_duty[identifier],
        }
        for identifier, unit, profession, max_students, every_week in session.execute(columns.order_by(col(row.id)))
    ]


def write_agreements(session: Session, term: Term) -> list[Entry]:
    """Return the agreements that hold for at least one whole week of the term, with the term's volumes."""
    units = _by_key(
        session.exec(select(AgreementUnit.agreement_id, AgreementUnit.unit_id).order_by(col(AgreementUnit.unit_id)))
    )
    volumes = {
        volume.agreement_id: volume
        for volume in session.exec(select(AgreementVolume).where(AgreementVolume.term_id == term.id))
    }
    entries: list[Entry] = []
    for agreement in session.exec(select(Agreement).order_by(col(Agreement.id))):
        first, last = weeks_covered(agreement, term)
        if first > last:
            continue
        volume = volumes.get(agreement.id)
        entries.append(
            {
                "id": agreement.id,
                "institution": agreement.institution_id,
                "provider": agreement.provider_id,
                "professions": None if agreement.professions is None else list(agreement.professions),
                "units": None if agreement.every_unit else units[agreement.id],
                "first_week": first,
                "last_week": last,
                "min_student_weeks": 0 if volume is None else volume.min_student_weeks,
                "max_student_weeks": None if volume is None else volume.max_student_weeks,
            }
        )
    return entries


def weeks_covered(agreement: Agreement, term: Term) -> tuple[int, int]:
    """Return the first and last week of the term that an agreement covers from Monday to Sunday."""
    first_week = IsoWeek.of(agreement.valid_from)
    first = term.first_week.until(first_week) + (agreement.valid_from > first_week.monday())
    end = ends_on(agreement)
    last = term.weeks - 1
    if end is not None:
        last_week = IsoWeek.of(end)
        last = min(last, term.first_week.until(last_week) - (end < last_week.sunday()))
    return max(0, first), last


def write_students(
    session: Session, term: Term, requests: Sequence[OpenRequest], students: Collection[str] | None = None
) -> list[Entry]:
    """Return the students with open requests; their units must be distinct if one of their courses demands another.

    Their sites are those of the term: a decision that holds from a later one does not count. ``students`` are the ids
    of those students, if they are few. What they have carried in earlier terms is written where the published formula
    gives points for it.
    """
    burdens = burdens_of(session, term)
    blocked = _by_key(
        session.exec(
            select(BlockedUnit.student_id, BlockedUnit.unit_id)
            .where(among(BlockedUnit.student_id, students))
            .order_by(col(BlockedUnit.unit_id))
        )
    )
    sites = sites_in(session, term, {student.id: student.site_id for _, student, *_ in requests})
    homes = homes_of(session, [student for _, student, *_ in requests])
    entries: dict[str, Entry] = {}
    for _, student, course, programme in requests:
        entry = entries.setdefault(
            student.id,
            {
                "id": student.id,
                "institution": student.institution_id,
                "profession": programme.profession,
                "site": sites[student.id],
                "lat": student.lat,
                "lon": student.lon,
                "blocked_units": blocked[student.id],
                "max_travel": student.max_travel,
                "distinct_units": student.distinct_units,
                "zone": student.zone,
                "home": homes[student.id],
                **({"burden": burdens[student.id]} if student.id in burdens else {}),
            },
        )
        entry["distinct_units"] |= course.unit_rule is UnitRule.ANOTHER
    return [entries[identifier] for identifier in sorted(entries)]


def write_requests(
    session: Session,
    term: Term,
    requests: Iterable[OpenRequest],
    index: Mapping[IsoWeek, int],
    asked: Collection[str] | None = None,
) -> list[Entry]:
    """Return the requests, each with its course's start weeks and the student's requests that must come before it.

    Those of a course that teaches in pairs have the course for a pair group.

    ``asked`` are the ids of those requests, if they are few.
    """
    windows = _by_key(
        session.exec(
            select(col(CourseWindow.course_id), col(CourseWindow.start))
            .where(CourseWindow.term_id == term.id)
            .order_by(col(CourseWindow.start))
        )
    )
    wishes = _by_key(
        session.exec(
            select(Preference.request_id, Preference.unit_id)
            .join(Request, col(Request.id) == Preference.request_id)
            .where(Request.term_id == term.id, among(Request.id, asked))
            .order_by(col(Preference.rank))
        )
    )
    siblings = _by_key((student.id, (request.id, course)) for request, student, course, _ in requests)
    return [
        {
            "id": request.id,
            "student": student.id,
            "kinds": list(course.kinds),
            "weeks": course.weeks,
            "starts": [index[start] for start in windows[course.id] if start in index],
            "supervision": (None if course.supervision_credits is None else {"credits": course.supervision_credits}),
            "university_healthcare": course.university_healthcare,
            "preferences": wishes[request.id],
            "after": [
                identifier
                for identifier, earlier in siblings[student.id]
                if earlier.programme_id == course.programme_id and earlier.sequence < course.sequence
            ],
            "priority": PRIORITY_OF_CLASS[class_of(request, student)],
            **({"pair_group": course.id} if course.teaches_in_pairs else {}),
        }
        for request, student, course, _ in requests
    ]


def write_travel(session: Session, term: Term) -> Entry:
    """Return how travel minutes are estimated, with the known minutes between zones if there are any."""
    matrix: dict[str, dict[str, int]] = defaultdict(dict)
    for origin, destination, minutes in session.exec(
        select(TravelTime.origin, TravelTime.destination, TravelTime.minutes)
    ):
        matrix[origin][destination] = minutes
    return {
        "base_minutes": term.travel_base_minutes,
        "minutes_per_km": term.travel_minutes_per_km,
        "max_travel": term.travel_max_minutes,
        "long_after": term.travel_long_after,
        "matrix": matrix or None,
    }


def units_named(
    agreements: Iterable[Entry], students: Iterable[Entry], requests: Iterable[Entry], taken: Iterable[Entry]
) -> Iterator[str]:
    """Yield the units that some entries name."""
    for agreement in agreements:
        yield from agreement["units"] or ()
    for student in students:
        yield from student["blocked_units"]
    for request in requests:
        yield from request["preferences"]
    for each in taken:
        yield each["unit"]


def among(column: object, ids: Collection[str] | None) -> ColumnElement[bool]:
    """Return the condition that a column has one of some ids; None stands for all."""
    return true() if ids is None else col(column).in_(ids)


def _by_key(pairs: Iterable[tuple[Key, Value]]) -> defaultdict[Key, list[Value]]:
    """Group values by key, keeping their order."""
    collected: defaultdict[Key, list[Value]] = defaultdict(list)
    for key, value in pairs:
        collected[key].append(value)
    return collected
