"""The page of one student at a secret address, the calendar of a supervisor as a page, and what both see signed in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response
from sqlmodel import Session

from placement.callers import Role
from placement.clock import today
from placement.errors import ConflictError, NotFoundError
from placement.in_force.student_answers import Answer
from placement.outgoing.calendars import Agenda, Entry, read_calendar
from placement.outgoing.icalendars import MEDIA_TYPE, write_calendar
from placement.reading.own import Own, answer_own, read_own, read_own_agenda, show_own_placement
from placement.tables import HOLDING, CalendarSubject, StudentAnswer, StudentReason
from placement_api.pages.frame import landing, lead, show, spoken_by
from placement_api.pages.readers import Anyone, Fields
from placement_api.pages.terms import nearest_term
from placement_api.transactions import Transaction
from placement_solver.weeks import IsoWeek
from placement_solver.words import Words

router = APIRouter(include_in_schema=False, tags=["placements"])

Secret = Annotated[str, Path(max_length=128)]
PlacementId = Annotated[str, Path(max_length=64)]
_REASONS: Mapping[StudentReason, Words] = {
    StudentReason.CLASH: Words("Jag har annat i studierna då", "I have other studies at that time"),
    StudentReason.NOT_STUDYING: Words("Jag läser inte kursen den terminen", "I do not take the course that term"),
    StudentReason.WORKS_THERE: Words("Jag arbetar på enheten", "I work at the unit"),
    StudentReason.JOURNEY: Words("Jag klarar inte resan dit", "I cannot manage the journey there"),
    StudentReason.OTHER: Words(
        "Något annat, som jag berättar för mitt lärosäte", "Something else, which I tell my lärosäte"
    ),
}
"""The reasons as a student says them."""
_NO_ANSWER = Words("Välj om du kommer eller inte.", "Choose whether you come or not.")
_NO_REASON = Words("Välj det skäl som stämmer bäst.", "Choose the reason that fits best.")
_OWN = frozenset({Role.STUDENT, Role.SUPERVISOR})


@router.get("/me")
def show_me(request: Request, store: Transaction, by: Anyone) -> Response:
    """Tell a student or a supervisor who is signed in where their own page is; lead others to where they begin."""
    if by.role not in _OWN:
        return lead(landing(by.role, nearest_term(store, by)))
    return show(request, store, by, "me.html", supervises=by.role is Role.SUPERVISOR)


@router.get("/me/{secret}")
def show_own(request: Request, store: Transaction, secret: Secret) -> Response:
    """Show a student their own placements, or a supervisor who comes, at an address that is secret."""
    try:
        own = read_own(store, secret)
    except NotFoundError:
        return _show_agenda(request, store, secret)
    return _page(request, secret, own)


@router.post("/me/{secret}/placements/{placement_id}")
def answer(request: Request, store: Transaction, secret: Secret, placement_id: PlacementId, fields: Fields) -> Response:
    """Store whether the student comes; whoever knows the address is the student, and a form has to be our own."""
    answered = _answer_in(fields)
    if answered is None:
        show_own_placement(store, secret, placement_id)  # who has no such placement is not asked about it
        return _page(request, secret, read_own(store, secret), faults=[_NO_ANSWER], status=422)
    if answered.given is StudentAnswer.DECLINED and answered.reason is None:
        return _reasons(request, store, secret, placement_id, [_NO_REASON])
    try:
        with store.begin_nested():
            answer_own(store, secret, placement_id, answered)
    except ConflictError as error:
        return _page(request, secret, read_own(store, secret), faults=[Words(error.sv, error.en)], status=409)
    return lead(f"/me/{secret}", done="comes" if answered.given is StudentAnswer.ACCEPTED else "cannot-come")


@router.get("/me/{secret}/placements/{placement_id}/reasons")
def ask_reason(request: Request, store: Transaction, secret: Secret, placement_id: PlacementId) -> Response:
    """Ask a student who cannot come why, and say what a no leads to."""
    return _reasons(request, store, secret, placement_id)


@router.get("/me/{secret}/calendar.ics")
def show_own_calendar(request: Request, store: Transaction, secret: Secret) -> Response:
    """Show a student's placements as a calendar."""
    return Response(write_calendar(read_own_agenda(store, secret), spoken_by(request)), media_type=MEDIA_TYPE)


def _reasons(
    request: Request, store: Session, secret: str, placement_id: str, faults: Sequence[Words] = ()
) -> Response:
    """Ask for the reason of a no, as long as the student may answer."""
    each = show_own_placement(store, secret, placement_id)
    if not each.may_answer:
        return lead(f"/me/{secret}")
    status, back = 422 if faults else 200, f"/me/{secret}"
    page = "own_reasons.html"
    values: dict[str, Any] = {"each": each, "back": back, "reasons": _REASONS, "faults": faults}
    return _secret(show(request, None, None, page, status=status, **values))


def _page(request: Request, secret: str, own: Own, *, faults: Sequence[Words] = (), status: int = 200) -> Response:
    """Show a student's placements, and what is wrong with an answer."""
    here = f"/me/{secret}"
    calendar = str(request.base_url).rstrip("/") + f"{here}/calendar.ics"
    return _secret(
        show(request, None, None, "own.html", status=status, own=own, here=here, calendar=calendar, faults=faults)
    )


def _answer_in(fields: Mapping[str, str]) -> Answer | None:
    """Read a form: whether the student comes, why not, and which place it was about; None if it does not say."""
    try:
        given, start = StudentAnswer(fields.get("answer", "")), IsoWeek.parse(fields.get("start", ""))
    except ValueError:
        return None
    reason = next((each for each in StudentReason if each.value == fields.get("reason")), None)
    return Answer(given, fields.get("unit", ""), start, reason)


def _show_agenda(request: Request, store: Session, secret: str) -> Response:
    """Show a supervisor who comes, week by week; another's calendar is not there."""
    agenda = read_calendar(store, secret)
    if agenda.subject_type is not CalendarSubject.SUPERVISOR:
        raise NotFoundError("page")
    calendar = str(request.base_url).rstrip("/") + f"/v1/calendar-feeds/{secret}.ics?language={spoken_by(request)}"
    return _secret(show(request, None, None, "own_students.html", weeks=_by_week(agenda), calendar=calendar))


def _by_week(agenda: Agenda) -> list[tuple[IsoWeek, list[Entry]]]:
    """Return those who come and are not over, by the week in which they begin."""

    def starts(entry: Entry) -> IsoWeek:
        return entry.placement.start

    ahead = [
        each
        for each in agenda.entries
        if each.placement.status in HOLDING and starts(each).plus(each.placement.weeks).monday() > today()
    ]
    return [(week, list(those)) for week, those in groupby(sorted(ahead, key=starts), starts)]


def _secret(answer: Response) -> Response:
    """Let no address that is secret be kept; its own forms, and no other site, are told where they come from."""
    answer.headers.update({"Cache-Control": "no-store", "Referrer-Policy": "same-origin"})
    return answer
