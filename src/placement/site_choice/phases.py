"""Phases: a round is opened, drawn or cancelled. Each step is taken once; nothing is drawn again.

The seed of the draw is made when the round opens, and its digest is published at once. Nobody is shown the seed before
the draw: not in an answer, the audit trail, the feed or a log. So nobody can choose a seed once the students and their
wishes are known, and afterwards anyone can draw the numbers again (`placement_solver.lottery`).
"""

from __future__ import annotations

import secrets
import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from placement.callers import Caller, Role
from placement.clock import now, today
from placement.errors import NotAllowedError, NotFoundError
from placement.register.writing import writing
from placement.site_choice.hindrances import day_passed, still_open, unanswered, waits_for_another
from placement.site_choice.measuring import RoundRecord, priorities_of, priority_of, quotas_as, quotas_of
from placement.site_choice.rounds import (
    closed_for_changes,
    happening,
    institution_of,
    own_round,
    refuse_shortfalls,
    show_round,
)
from placement.store.access import refuse_identity_number
from placement.store.protection import counting_everyone, hidden_in, without_protected
from placement.tables import SitePriority, SiteRound, SiteRoundStatus, SiteTurn, SiteWish, Student
from placement_solver.lottery import commitment_to, in_order_of_the_draw
from placement_solver.site_choice.quotas import scale
from placement_solver.site_choice.turns import Entrant, allocate

_LETTERS_OF_A_SEED = 40
"""Of 26 letters each, more than 180 bits: nobody finds a seed from its digest. It has no digits, so no part of it is
taken for a personal identity number."""


@dataclass(frozen=True, slots=True)
class DrawRecord:
    """A round's draw: the digest published when it opened, the opened seed, and the ids in the order of the numbers."""

    seed_sha256: str
    seed: str
    students: tuple[str, ...]


def make_seed() -> str:
    """Make an unpredictable seed."""
    return "".join(secrets.choice(string.ascii_lowercase) for _ in range(_LETTERS_OF_A_SEED))


def open_round(session: Session, by: Caller, round_id: str) -> RoundRecord:
    """Open a round for wishes: its rules are fixed from now on, and the digest of its seed is published."""
    _open(session, by, round_id)
    return show_round(session, by, round_id)


@counting_everyone
def _open(session: Session, by: Caller, round_id: str) -> None:
    """Open a round among all the students of its cohort."""
    row = own_round(session, by, round_id, lock=True)
    if row.status is not SiteRoundStatus.PLANNED:
        raise closed_for_changes(row)
    if row.closes_on < today():
        raise day_passed(row)
    refuse_shortfalls(session, quotas_of(session, [row.id])[row.id], _students(session, row))
    seed = make_seed()
    values = {
        "status": SiteRoundStatus.OPEN,
        "seed": seed,
        "seed_sha256": commitment_to(seed),
        "opened_at": now(),
    }
    with writing(session, by) as writer:
        writer.change(row, values)
        told = {"seedSha256": values["seed_sha256"], "closesOn": row.closes_on.isoformat()}
        writer.tell(happening("opened", row, institution_of(session, row), told))


def draw_round(session: Session, by: Caller, round_id: str) -> RoundRecord:
    """Open the seed, number every student of the cohort by it, and let them choose in turn; once only.

    Every claim of a priority must have its answer. The outcome holds for nobody until it is decided.
    """
    _draw(session, by, round_id)
    return show_round(session, by, round_id)


@counting_everyone
def _draw(session: Session, by: Caller, round_id: str) -> None:
    """Draw a round among all the students of its cohort."""
    row = own_round(session, by, round_id, lock=True)
    if row.status is not SiteRoundStatus.OPEN or row.seed is None:
        raise closed_for_changes(row)
    if today() <= row.closes_on:
        raise still_open(row)
    quotas, students = quotas_of(session, [row.id])[row.id], _students(session, row)
    wishes = {wish.student_id: wish for wish in session.exec(select(SiteWish).where(col(SiteWish.round_id) == row.id))}
    taking_part = [wishes[student] for student in students if student in wishes]
    _refuse_unanswered(session, taking_part)
    refuse_shortfalls(session, quotas, students)
    entrants = _entrants(in_order_of_the_draw(row.seed, students), wishes, priorities_of(session, [row.id])[row.id])
    turns = allocate(entrants.values(), scale(quotas_as(quotas), len(students)))
    with writing(session, by) as writer:
        for turn in turns:
            entrant, wish = entrants[turn.student], wishes.get(turn.student)
            writer.add(
                SiteTurn(
                    round_id=row.id,
                    student_id=turn.student,
                    number=entrant.number,
                    place=turn.place,
                    site_id=turn.site,
                    rank=turn.rank,
                    ranking=list(entrant.ranking),
                    full_sites=list(turn.full_sites),
                    closed_sites=list(turn.closed_sites),
                    priority_id=wish.priority_id if wish is not None and entrant.priority is not None else None,
                    by_priority=turn.by_priority,
                    partner_id=entrant.partner,
                    apart=turn.apart,
                )
            )
        writer.change(row, {"status": SiteRoundStatus.DRAWN, "drawn_at": now()})
        told = {"students": without_protected(session, students)}
        writer.tell(happening("drawn", row, institution_of(session, row), told))


def show_draw(session: Session, by: Caller, round_id: str) -> DrawRecord:
    """Show a round's draw, so that anyone can repeat it; a round that has not been drawn has none to show."""
    row = own_round(session, by, round_id)
    if row.drawn_at is None or row.seed is None or row.seed_sha256 is None:
        raise NotFoundError(round_id)
    query = select(SiteTurn.student_id).where(col(SiteTurn.round_id) == row.id, ~col(SiteTurn.late))
    students = session.exec(query.order_by(col(SiteTurn.number))).all()
    return DrawRecord(row.seed_sha256, row.seed, tuple(students))


def cancel_round(session: Session, by: Caller, round_id: str, because: str) -> RoundRecord:
    """Cancel a round that has not been decided, with the reason; it stays to be seen, with its draw if it has one.

    Only the coordinator cancels a round that has been drawn, so that no lärosäte draws again because of an outcome.
    """
    row = own_round(session, by, round_id, lock=True)
    refuse_identity_number("/because", because)
    if row.status in {SiteRoundStatus.DECIDED, SiteRoundStatus.CANCELLED}:
        raise closed_for_changes(row)
    if not may_cancel(by, row):
        raise NotAllowedError(
            sv="Bara samordnaren får ställa in ett studieortsval som är lottat.",
            en="Only the coordinator may cancel a site round that has been drawn.",
        )
    with writing(session, by) as writer:
        writer.change(row, {"status": SiteRoundStatus.CANCELLED, "cancelled_because": because})
        writer.tell(happening("cancelled", row, institution_of(session, row), {}))
    return show_round(session, by, round_id)


def may_cancel(by: Caller, row: SiteRound) -> bool:
    """Tell whether somebody may cancel a round as it stands: a drawn one only the coordinator."""
    if row.status is SiteRoundStatus.DRAWN:
        return by.role is Role.COORDINATOR
    return row.status in {SiteRoundStatus.PLANNED, SiteRoundStatus.OPEN}


def _students(session: Session, row: SiteRound) -> Sequence[str]:
    """Return who takes part in a draw: every student of the cohort, by id."""
    return session.exec(
        select(Student.id).where(col(Student.cohort_id) == row.cohort_id).order_by(col(Student.id))
    ).all()


def _refuse_unanswered(session: Session, wishes: Sequence[SiteWish]) -> None:
    """Refuse to draw while a claim of a priority has no answer; one that is hidden from the reader is not told of."""
    waiting = [wish for wish in wishes if wish.priority_id is not None and wish.granted is None]
    if not waiting:
        return
    hidden = hidden_in(session).student_ids
    seen = sum(wish.student_id not in hidden for wish in waiting)
    raise unanswered(seen) if seen else waits_for_another()


def _entrants(
    drawn: Sequence[str], wishes: Mapping[str, SiteWish], classes: Sequence[SitePriority]
) -> dict[str, Entrant]:
    """Return the students in the order of the draw with what they have wished; a partner who is not drawn is none."""
    priorities = {each.id: priority_of(each) for each in classes}
    present, entrants = set(drawn), {}
    for number, student in enumerate(drawn, start=1):
        wish = wishes.get(student)
        entrants[student] = Entrant(
            student,
            number,
            tuple(wish.ranking) if wish else (),
            priorities.get(wish.priority_id or "") if wish and wish.granted else None,
            _partner(wish, wishes, present),
        )
    return entrants


def _partner(wish: SiteWish | None, wishes: Mapping[str, SiteWish], present: set[str]) -> str | None:
    """Return the other of a pair, if the two are one: each names the other, both rank alike and both take part."""
    other = wishes.get(wish.partner_id or "") if wish else None
    if wish is None or other is None or other.student_id not in present or other.partner_id != wish.student_id:
        return None
    return other.student_id if other.ranking == wish.ranking else None
