"""Balances: what is asked for and given under each agreement in a term, so that anyone can see that terms are equal.

Everything is counted in student-weeks, as in the agreements, and by profession even where the agreement covers several.
What a lärosäte asks for can often be met under several agreements: it is counted as asked for under each of them.
A volume is agreed for the weeks of a term. So what other terms have given in those weeks counts as given, week by week;
but it meets nothing that is asked for in the term.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, null, or_
from sqlalchemy import select as select_columns
from sqlalchemy.orm import Mapped
from sqlmodel import Session, col, select

from placement.callers import Caller
from placement.clock import day_of
from placement.planning.entries import weeks_covered
from placement.planning.other_terms import sharing_weeks, weeks_within
from placement.register.agreements import agreements_of
from placement.register.names import Names
from placement.register.rounds import NOTICE
from placement.store.access import FIRST, PARTIES, Page, Span, allow, found, matching, page_of
from placement.store.acting import reaching_beyond_own
from placement.tables import (
    FINISHED,
    HOLDING,
    Agreement,
    AgreementUnit,
    AgreementVolume,
    CapacityOffer,
    Course,
    OfferInstitution,
    OfferStatus,
    OfferWeek,
    Placement,
    Programme,
    Request,
    RequestStatus,
    Student,
    Term,
    Unit,
)
from placement_solver.weeks import IsoWeek
from placement_solver.words import Words

ASKED, OFFERED, IN_FORCE, COMPLETED, LATE = "asked", "offered", "in_force", "completed", "cancelled_late"
OWN = "own"
"""What the term's own placements give, which answer what is asked for in the term."""

Counts = Counter[tuple[str, str, str]]
"""Student-weeks by agreement, profession and kind of count."""


@dataclass(frozen=True, slots=True)
class Tally:
    """The student-weeks of one profession: asked for, offered, given, and withdrawn at short notice.

    ``in_force`` counts those still to come; ``completed`` those carried out, whether the student passed or failed. Both
    count the weeks that other terms' placements have in the term.
    """

    profession: str
    asked: int
    offered: int
    in_force: int
    completed: int
    cancelled_late: int


@dataclass(frozen=True, slots=True)
class Balance:
    """An agreement in a term: its floor and its ceiling, and the student-weeks counted against them.

    ``offered`` counts a place once, even if it is open to several professions or to other lärosäten too, and whether
    or not another term has taken it. ``own`` is what the term's own placements give.
    """

    agreement: Agreement
    institution_name: Words
    provider_name: Words
    volume: AgreementVolume | None
    offered: int
    own: int
    professions: tuple[Tally, ...]

    @property
    def asked(self) -> int:
        """Return the student-weeks that the lärosäte asks for."""
        return sum(tally.asked for tally in self.professions)

    @property
    def given(self) -> int:
        """Return the student-weeks that are given, which count against the floor and the ceiling."""
        return sum(tally.in_force + tally.completed for tally in self.professions)

    @property
    def missing(self) -> int:
        """Return how many student-weeks are missing to the floor."""
        return 0 if self.volume is None else max(0, self.volume.min_student_weeks - self.given)

    @property
    def left(self) -> int | None:
        """Return how many student-weeks are left to the ceiling, less than none beyond it; None without a ceiling."""
        most = None if self.volume is None else self.volume.max_student_weeks
        return None if most is None else most - self.given


def list_balances(
    session: Session,
    by: Caller,
    term_id: str,
    *,
    institution: str | None = None,
    provider: str | None = None,
    span: Span = FIRST,
) -> Page[Balance]:
    """List the balances of the caller's agreements that are valid in the term, in the order of their parties."""
    allow(by, PARTIES)
    term = found(session.get(Term, term_id), term_id)
    row = Agreement
    query = select(row).where(
        agreements_of(by),
        col(row.valid_from) <= term.first_week.plus(term.weeks - 1).sunday(),
        or_(col(row.valid_to).is_(None), col(row.valid_to) >= term.first_week.monday()),
    )
    query = matching(query, ((row.institution_id, institution), (row.provider_id, provider)))
    query = query.order_by(col(row.institution_id), col(row.provider_id), col(row.valid_from), col(row.id))
    page = page_of(session, query, span)
    return Page(_balances(session, by, term, page.rows), page.total)


def _balances(session: Session, by: Caller, term: Term, agreements: Sequence[Agreement]) -> list[Balance]:
    """Count the balances of several agreements with one set of queries."""
    parties = Names(session, by, (party for each in agreements for party in (each.institution_id, each.provider_id)))
    known = {agreement.id: agreement for agreement in agreements}
    in_term = col(AgreementVolume.term_id) == term.id, col(AgreementVolume.agreement_id).in_(known)
    volumes = {row.agreement_id: row for row in session.exec(select(AgreementVolume).where(*in_term))}
    counts = _asked(session, term, agreements) + _given(session, term, known)
    offered: Counter[str] = Counter()
    for agreement, professions, weeks in _offered(session, term, known):
        offered[agreement] += weeks
        for profession in professions:
            counts[agreement, profession, OFFERED] += weeks
    names: dict[str, set[str]] = defaultdict(set)
    for agreement, profession, _ in counts:
        names[agreement].add(profession)
    return [
        Balance(
            agreement,
            parties.words_of(agreement.institution_id),
            parties.words_of(agreement.provider_id),
            volumes.get(agreement.id),
            offered[agreement.id],
            sum(counts[agreement.id, name, OWN] for name in names[agreement.id]),
            tuple(_tally(counts, agreement.id, name) for name in sorted(names[agreement.id])),
        )
        for agreement in agreements
    ]


def _tally(counts: Counts, agreement: str, profession: str) -> Tally:
    """Return one profession's balance from the counts."""
    return Tally(
        profession, *(counts[agreement, profession, what] for what in (ASKED, OFFERED, IN_FORCE, COMPLETED, LATE))
    )


def _covers() -> ColumnElement[bool]:
    """Return whether an agreement covers a unit, by the unit's provider and the units that the agreement names."""
    excluded = and_(col(Unit.excluded_from_agreement), col(Unit.operator_id).is_not(None))
    party = case((excluded, col(Unit.operator_id)), else_=col(Unit.provider_id))
    named = exists().where(
        col(AgreementUnit.agreement_id) == col(Agreement.id), col(AgreementUnit.unit_id) == col(Unit.id)
    )
    return and_(party == col(Agreement.provider_id), or_(col(Agreement.every_unit), named))


def _is_of(agreement: Agreement, profession: str) -> bool:
    """Return whether an agreement covers a profession."""
    return agreement.professions is None or profession in agreement.professions


@reaching_beyond_own
def _asked(session: Session, term: Term, agreements: Iterable[Agreement]) -> Counts:
    """Count what the lärosäten ask for, where an agreement covers a unit of a kind that would do."""
    kinds: dict[str, set[str]] = defaultdict(set)
    ids = [agreement.id for agreement in agreements]
    covered = select(col(Agreement.id), col(Unit.kinds)).select_from(Agreement).join(Unit, _covers())
    for agreement_id, some in session.exec(covered.where(col(Agreement.id).in_(ids)).distinct()):
        kinds[agreement_id].update(some)
    asked = session.exec(
        select(Course, Student.institution_id, Programme.profession, func.count())
        .select_from(Course)
        .join(Request, col(Request.course_id) == col(Course.id))
        .join(Student, col(Student.id) == col(Request.student_id))
        .join(Programme, col(Programme.id) == col(Course.programme_id))
        .where(
            col(Request.term_id) == term.id,
            col(Request.status) == RequestStatus.OPEN,
            col(Student.institution_id).in_({agreement.institution_id for agreement in agreements}),
        )
        .group_by(col(Course.id), col(Student.institution_id), col(Programme.profession))
    ).all()
    counts: Counts = Counter()
    for agreement in agreements:
        for course, institution, profession, number in asked:
            same = institution == agreement.institution_id and _is_of(agreement, profession)
            if same and not kinds[agreement.id].isdisjoint(course.kinds):
                counts[agreement.id, profession, ASKED] += number * course.weeks
    return counts


def _offered(session: Session, term: Term, agreements: Mapping[str, Agreement]) -> Iterator[tuple[str, list[str], int]]:
    """Yield the student-weeks that units offer, with the agreement and the professions that each is open to.

    The weeks of an offer are added up once for all the agreements that are valid the whole term, as most are.
    """
    covered = {agreement.id: weeks_covered(agreement, term) for agreement in agreements.values()}
    whole = {name for name, weeks in covered.items() if weeks == (0, term.weeks - 1)}
    added_up = (
        select(OfferWeek.offer_id, func.sum(OfferWeek.places).label("places"))
        .where(col(OfferWeek.week).between(term.first_week, term.first_week.plus(term.weeks - 1)))
        .group_by(col(OfferWeek.offer_id))
        .subquery()
    )
    throughout = _offers_under(term, whole, func.sum(added_up.c.places))
    throughout = throughout.join(added_up, added_up.c.offer_id == col(CapacityOffer.id))
    in_part = _offers_under(term, covered.keys() - whole, func.sum(OfferWeek.places), col(OfferWeek.week))
    in_part = in_part.join(OfferWeek, col(OfferWeek.offer_id) == col(CapacityOffer.id))
    found = [(agreement, professions, places) for agreement, professions, places in session.execute(throughout)]
    for agreement, professions, places, week in session.execute(in_part):
        first, last = covered[agreement]
        if first <= term.first_week.until(week) <= last:
            found.append((agreement, professions, places))
    for agreement, professions, places in found:
        if own := [profession for profession in professions if _is_of(agreements[agreement], profession)]:
            yield agreement, own, int(places)


def _offers_under(
    term: Term, agreements: Collection[str], places: ColumnElement[int], *by: Mapped[IsoWeek]
) -> Select[*tuple[Any, ...]]:
    """Select the answered offers that some agreements cover, by agreement, professions and what else is given."""
    kept = exists().where(
        col(OfferInstitution.offer_id) == col(CapacityOffer.id),
        col(OfferInstitution.institution_id) == col(Agreement.institution_id),
    )
    alike = (col(Agreement.id), col(CapacityOffer.professions))
    return (
        select_columns(*alike, places, *by)
        .select_from(Agreement)
        .join(Unit, _covers())
        .join(CapacityOffer, col(CapacityOffer.unit_id) == col(Unit.id))
        .where(
            col(Agreement.id).in_(agreements),
            col(CapacityOffer.term_id) == term.id,
            col(CapacityOffer.status) == OfferStatus.ANSWERED,
            or_(col(CapacityOffer.every_institution), kept),
        )
        .group_by(*alike, *by)
    )


@reaching_beyond_own
def _given(session: Session, term: Term, agreements: Mapping[str, Agreement]) -> Counts:
    """Count what has been given under each agreement, and what was withdrawn at short notice."""
    ended_at = case((col(Placement.reason).is_(None), null()), else_=col(Placement.changed_at))  # ended for a reason
    groups = (
        col(Agreement.id),
        col(Programme.profession),
        col(Placement.term_id),
        col(Placement.status),
        col(Placement.start),
        col(Placement.weeks),
        ended_at,
    )
    others = col(Placement.term_id).in_([other.id for other in sharing_weeks(session, term)])
    counted = or_(col(Placement.term_id) == term.id, and_(others, col(Placement.status).in_(HOLDING)))
    query = (
        select_columns(*groups, func.count())
        .join_from(Placement, Unit, col(Unit.id) == col(Placement.unit_id))
        .join(Request, col(Request.id) == col(Placement.request_id))
        .join(Student, col(Student.id) == col(Request.student_id))
        .join(Course, col(Course.id) == col(Request.course_id))
        .join(Programme, col(Programme.id) == col(Course.programme_id))
        .join(Agreement, and_(col(Agreement.institution_id) == col(Student.institution_id), _covers()))
        .where(counted, col(Agreement.id).in_(agreements))
        .group_by(*groups)
    )
    counts: Counts = Counter()
    for agreement_id, profession, of, status, start, lasting, ended, number in session.execute(query):
        agreement = agreements[agreement_id]
        whole = lasting if _lies_within(agreement, term, start, lasting) else 0
        weeks = whole if of == term.id else _shared_weeks(agreement, term, start, lasting)
        if not weeks or not _is_of(agreement, profession):
            continue
        if ended is None:
            counts[agreement_id, profession, COMPLETED if status in FINISHED else IN_FORCE] += number * weeks
            counts[agreement_id, profession, OWN] += number * weeks if of == term.id else 0
        elif day_of(ended) > start.monday() - NOTICE:
            counts[agreement_id, profession, LATE] += number * weeks
    return counts


def _lies_within(agreement: Agreement, term: Term, start: IsoWeek, weeks: int) -> bool:
    """Return whether an agreement is valid during all of some weeks of the term."""
    first, last = weeks_covered(agreement, term)
    return first <= term.first_week.until(start) <= last - weeks + 1


def _shared_weeks(agreement: Agreement, term: Term, start: IsoWeek, weeks: int) -> int:
    """Return during how many of some weeks, which may lie outside the term, an agreement is valid in the term."""
    first, last = weeks_covered(agreement, term)
    return sum(first <= week <= last for week in weeks_within(term, start, weeks))
