"""Measuring: how a round stands: its quotas as they scale now, who takes part, what is sent, taken and vacant."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, func, select

from placement.tables import (
    Cohort,
    Programme,
    Site,
    SitePriority,
    SiteQuota,
    SiteRound,
    SiteRoundStatus,
    SiteTurn,
    SiteWish,
    Student,
)
from placement_solver.site_choice.quotas import Kind, Quota, Room, scale
from placement_solver.site_choice.turns import Priority
from placement_solver.words import Words

HAS_TURNS = frozenset({SiteRoundStatus.DRAWN, SiteRoundStatus.DECIDED})


@dataclass(frozen=True, slots=True)
class QuotaRecord:
    """A site's quota with its name, its room by the cohort's size and by those who take part, and who has it.

    ``vacancies`` is how many more the site could take if one more student came; None before the draw.
    """

    quota: SiteQuota
    site_name: str
    by_size: Room
    by_students: Room
    taken: int
    vacancies: int | None


@dataclass(frozen=True, slots=True)
class RoundRecord:
    """A round with everything that belongs to it.

    ``size`` is the cohort's stated size, and ``students`` how many take part: those of the cohort until the draw, and
    those who were given sites and have not left since.
    """

    round: SiteRound
    institution_id: str
    quotas: tuple[QuotaRecord, ...]
    priorities: tuple[SitePriority, ...]
    size: int
    students: int
    wishes: int
    claims_to_answer: int


def measure(session: Session, rounds: Sequence[SiteRound]) -> list[RoundRecord]:
    """Return rounds with everything that belongs to them, with a fixed number of queries."""
    ids, cohorts = [each.id for each in rounds], {each.cohort_id for each in rounds}
    quotas = quotas_of(session, ids)
    priorities = priorities_of(session, ids)
    sites = {site.id: site for site in session.exec(select(Site)) if quotas}
    asked = select(col(Cohort.id), col(Cohort.size), col(Programme.institution_id))
    asked = asked.join(Programme, col(Programme.id) == col(Cohort.programme_id)).where(col(Cohort.id).in_(cohorts))
    of_cohort = {cohort: (size, institution) for cohort, size, institution in session.exec(asked)}
    in_cohort = _count_by(session, Student.cohort_id, cohorts)
    wishes = _count_by(session, SiteWish.round_id, ids)
    claims = _claims_to_answer(session, ids)
    taken = taken_in(session, rounds)
    return [
        _record(
            each,
            quotas[each.id],
            sites,
            priorities[each.id],
            of_cohort[each.cohort_id],
            in_cohort[each.cohort_id],
            taken[each.id],
            (wishes[each.id], claims[each.id]),
        )
        for each in rounds
    ]


def strained_by_move(session: Session, student_id: str) -> Words | None:
    """Say which sites have more students than their quota, or fewer than their floor, in the round a student is of.

    A change of site is a decision about one student, and is not refused for want of places; whoever decides is told.
    None if the student has no decided round, or every site is within its limits.
    """
    decided = col(SiteRound.status) == SiteRoundStatus.DECIDED
    query = select(SiteRound).join(SiteTurn, col(SiteTurn.round_id) == SiteRound.id)
    row = session.exec(query.where(SiteTurn.student_id == student_id, col(SiteTurn.left_on).is_(None), decided)).first()
    if row is None:
        return None
    (record,) = measure(session, [row])
    said = [each for quota in record.quotas if (each := _strain_of(quota)) is not None]
    return Words(" ".join(each.sv for each in said), " ".join(each.en for each in said)) if said else None


def _strain_of(record: QuotaRecord) -> Words | None:
    """Say that a site has more students than its quota, or fewer than its floor."""
    name, taken, room = record.site_name, record.taken, record.by_students
    if taken > room.most:
        return Words(
            f"Studenter i {name}: {taken}, men kvoten är {room.most}.",
            f"Students at {name}: {taken}, but the quota is {room.most}.",
        )
    if taken < room.least:
        return Words(
            f"Studenter i {name}: {taken}, men golvet är {room.least}.",
            f"Students at {name}: {taken}, but the floor is {room.least}.",
        )
    return None


def quotas_of(session: Session, rounds: Iterable[str]) -> Mapping[str, list[SiteQuota]]:
    """Return the quotas of some rounds, each in its order."""
    found: dict[str, list[SiteQuota]] = defaultdict(list)
    query = select(SiteQuota).where(col(SiteQuota.round_id).in_(rounds)).order_by(col(SiteQuota.place))
    for quota in session.exec(query):
        found[quota.round_id].append(quota)
    return found


def priorities_of(session: Session, rounds: Iterable[str]) -> Mapping[str, list[SitePriority]]:
    """Return the priority classes of some rounds, each by rank."""
    found: dict[str, list[SitePriority]] = defaultdict(list)
    query = select(SitePriority).where(col(SitePriority.round_id).in_(rounds)).order_by(col(SitePriority.rank))
    for priority in session.exec(query):
        found[priority.round_id].append(priority)
    return found


def quotas_as(rows: Iterable[SiteQuota]) -> list[Quota]:
    """Return quotas as the mechanism reads them."""
    return [Quota(row.site_id, Kind(row.kind.value), row.number, row.floor, row.ceiling) for row in rows]


def priority_of(row: SitePriority) -> Priority:
    """Return a priority class as the mechanism reads it."""
    return Priority(row.rank, None if row.sites is None else frozenset(row.sites))


def taken_in(session: Session, rounds: Iterable[SiteRound]) -> Mapping[str, Counter[str]]:
    """Return how many students of some rounds each site has: by turns until it is decided, then by present sites."""
    status = {each.id: each.status for each in rounds}
    found: dict[str, Counter[str]] = {round_id: Counter() for round_id in status}
    query = (
        select(col(SiteTurn.round_id), col(SiteTurn.site_id), col(Student.site_id), func.count())
        .join(Student, col(Student.id) == col(SiteTurn.student_id))
        .where(col(SiteTurn.round_id).in_(status), col(SiteTurn.left_on).is_(None))
        .group_by(col(SiteTurn.round_id), col(SiteTurn.site_id), col(Student.site_id))
    )
    for round_id, by_turn, present, number in session.exec(query):
        site = present if status[round_id] is SiteRoundStatus.DECIDED else by_turn
        found[round_id][site or by_turn] += number
    return found


def _record(
    row: SiteRound,
    quotas: Sequence[SiteQuota],
    sites: Mapping[str, Site],
    priorities: Sequence[SitePriority],
    cohort: tuple[int, str],
    in_cohort: int,
    taken: Counter[str],
    sent: tuple[int, int],
) -> RoundRecord:
    """Put a round and what belongs to it together."""
    drawn = row.status in HAS_TURNS
    students = taken.total() if drawn else in_cohort
    (size, institution_id), read = cohort, quotas_as(quotas)
    by_size, by_students, with_one_more = scale(read, size), scale(read, students), scale(read, students + 1)
    return RoundRecord(
        round=row,
        institution_id=institution_id,
        quotas=tuple(
            QuotaRecord(
                quota,
                sites[quota.site_id].name,
                by_size[quota.site_id],
                by_students[quota.site_id],
                taken[quota.site_id],
                max(0, with_one_more[quota.site_id].most - taken[quota.site_id]) if drawn else None,
            )
            for quota in quotas
        ),
        priorities=tuple(priorities),
        size=size,
        students=students,
        wishes=sent[0],
        claims_to_answer=sent[1],
    )


def _claims_to_answer(session: Session, rounds: Iterable[str]) -> Counter[str]:
    """Count the claims of a priority without an answer; of one who has left the cohort none is to be answered."""
    query = (
        select(col(SiteWish.round_id), func.count())
        .join(SiteRound, col(SiteRound.id) == col(SiteWish.round_id))
        .join(Student, col(Student.id) == col(SiteWish.student_id))
        .where(col(SiteWish.round_id).in_(rounds), col(Student.cohort_id) == col(SiteRound.cohort_id))
        .where(col(SiteWish.priority_id).is_not(None), col(SiteWish.granted).is_(None))
        .group_by(col(SiteWish.round_id))
    )
    return Counter(dict(session.exec(query).all()))


def _count_by(session: Session, column: str, values: Iterable[str]) -> Counter[str]:
    """Count rows by the value of a column, among some values."""
    query = select(col(column), func.count()).where(col(column).in_(values)).group_by(col(column))
    return Counter(dict(session.exec(query).all()))
