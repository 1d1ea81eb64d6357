"""The page of one student at a secret address, the calendar of a supervisor as a page, and what both see signed in."""

from __future__ import annotations

from itertools import groupby
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from sqlmodel import Session

from placement.callers import Role
from placement.clock import today
from placement.errors import NotFoundError
from placement.outgoing.calendars import Agenda, Entry, read_calendar
from placement.outgoing.icalendars import MEDIA_TYPE, write_calendar
from placement.reading.own import read_own, read_own_agenda
from placement.tables import HOLDING, CalendarSubject
from placement_api.pages.frame import landing, lead, show, spoken_by
from placement_api.pages.readers import Anyone
from placement_api.pages.terms import nearest_term
from placement_api.transactions import Transaction
from placement_solver.weeks import IsoWeek

router = APIRouter(include_in_schema=False, tags=["placements"])

Secret = Annotated[str, Path(max_length=128)]
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
    calendar = str(request.base_url).rstrip("/") + f"/me/{secret}/calendar.ics"
    return _secret(show(request, None, None, "own.html", own=own, calendar=calendar))


@router.get("/me/{secret}/calendar.ics")
def show_own_calendar(request: Request, store: Transaction, secret: Secret) -> Response:
    """Show a student's placements as a calendar."""
    return Response(write_calendar(read_own_agenda(store, secret), spoken_by(request)), media_type=MEDIA_TYPE)


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
    """Let no address that is secret be kept, or be told to another site."""
    answer.headers.update({"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"})
    return answer
