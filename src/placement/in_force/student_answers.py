"""Student answers: a student says whether they come to a placement; the lärosäte decides what a no leads to.

An answer changes nothing of the placement: its place, status and weeks are as before. A student who cannot come keeps
the place until the lärosäte cancels the placement, as it does for other causes. Until the last day an answer may
change. It is about a place, so a placement that a later plan gives another place is asked about anew.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlmodel import Session, col, func

from placement.callers import Caller
from placement.clock import now, today
from placement.errors import ConflictError, NotFoundError
from placement.events import feed
from placement.in_force.happenings import happening
from placement.in_force.placements import PlacedStudent, placements_of, show_placement
from placement.store import access
from placement.store.access import INSTITUTIONS
from placement.tables import STANDING, Placement, Student, StudentAnswer, StudentReason
from placement_solver.weeks import IsoWeek


@dataclass(frozen=True, slots=True)
class Answer:
    """What a student answers, and the place that it is about: the unit and the first week that the student has read."""

    given: StudentAnswer
    unit_id: str
    start: IsoWeek
    reason: StudentReason | None = None


@dataclass(frozen=True, slots=True)
class AnswerCounts:
    """How many students of a term's standing placements come, cannot come, and have not answered."""

    accepted: int
    declined: int
    unanswered: int


def answer(session: Session, by: Caller, student_id: str, placement_id: str, answered: Answer) -> PlacedStudent:
    """Store a student's own answer, and tell the lärosäte, the unit and the coordinator; not the reason.

    The same answer once more changes nothing. Raises a conflict if the placement is over or has another place by now,
    if its term does not ask, or if the last day has passed.
    """
    access.allow(by, INSTITUTIONS)
    _hold_reason(answered)
    placed = show_placement(session, by, placement_id)
    if placed.request.student_id != student_id:
        raise NotFoundError(placement_id)
    placement = session.get_one(Placement, placement_id, with_for_update=True)
    _hold_place(placement, answered)
    if (placement.student_answer, placement.student_reason) == (answered.given, answered.reason):
        return placed
    _hold_day(placed)
    values = {"student_answer": answered.given, "student_reason": answered.reason, "student_answered_at": now()}
    access.change(session, replace(by, token=None), placement, values)  # nobody at the lärosäte has answered
    institution = session.get_one(Student, student_id).institution_id
    feed.tell(session, [happening(f"student-{answered.given}", placement, placed.request, institution)])
    return show_placement(session, by, placement_id)


def count_answers(session: Session, by: Caller, term_id: str) -> AnswerCounts:
    """Count what students have answered about the standing placements of a term that the caller may see."""
    access.allow(by, INSTITUTIONS)
    standing = placements_of(by).where(col(Placement.term_id) == term_id, col(Placement.status).in_(STANDING))
    query = standing.with_only_columns(col(Placement.student_answer), func.count())
    rows = session.execute(query.group_by(col(Placement.student_answer)))
    found: dict[StudentAnswer | None, int] = {given: number for given, number in rows}  # noqa: C416 (a row is no pair)
    return AnswerCounts(found.get(StudentAnswer.ACCEPTED, 0), found.get(StudentAnswer.DECLINED, 0), found.get(None, 0))


def _hold_reason(answered: Answer) -> None:
    """Refuse a no without a reason, and a reason beside a yes."""
    if answered.given is StudentAnswer.ACCEPTED:
        if answered.reason is not None:
            raise access.fault("/reason", "only a no has a reason", "bara ett nej har ett skäl")
        return
    if answered.reason is None:
        sv = ", ".join(f"{each.words.sv} ({each})" for each in StudentReason)
        en = ", ".join(f"{each.words.en} ({each})" for each in StudentReason)
        raise access.fault("/reason", f"choose one of {en}", f"välj något av {sv}")


def _hold_place(placement: Placement, answered: Answer) -> None:
    """Refuse an answer about a placement that is over, or that is not where its student has read that it is."""
    if placement.status not in STANDING:
        status = placement.status.words
        raise ConflictError(
            sv=f"Placeringen gäller inte längre ({status.sv}).", en=f"The placement is no longer to come ({status.en})."
        )
    if (placement.unit_id, placement.start) != (answered.unit_id, answered.start):
        raise ConflictError(
            sv="Placeringen har fått en annan plats sedan du läste. Läs om och svara på den.",
            en="The placement has another place since you read. Read again and answer about that one.",
        )


def _hold_day(placed: PlacedStudent) -> None:
    """Refuse an answer that is not asked for, or that comes after the last day."""
    last = placed.answer_by
    if last is None:
        raise ConflictError(
            sv="Studenterna tillfrågas inte den här terminen.", en="Students are not asked in this term."
        )
    if today() > last:
        raise ConflictError(
            sv=f"Sista dagen att svara var den {last}. Vänd dig till ditt lärosäte.",
            en=f"The last day to answer was {last}. Turn to your lärosäte.",
        )
