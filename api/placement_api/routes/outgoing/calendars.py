"""Routes of calendars: secret addresses, which are made and revoked, and which calendar programs read."""

from __future__ import annotations

import hashlib
from typing import Annotated

from fastapi import APIRouter, Header, Query, Request, Response

from placement.outgoing import calendars
from placement.outgoing.icalendars import MEDIA_TYPE, write_calendar
from placement_api.callers import Planner
from placement_api.idempotency import keep_instead
from placement_api.paging import Linked, Listed
from placement_api.preconditions import IfMatch, tag
from placement_api.routes.paths import CalendarPath, FeedPath
from placement_api.schemas.outgoing.calendars import (
    CalendarFilter,
    CalendarGiven,
    CalendarMade,
    CalendarShown,
    FeedAsked,
)
from placement_api.transactions import Transaction

router = APIRouter(prefix="/v1", tags=["calendars"])

KnownETag = Annotated[
    str | None,
    Header(
        max_length=200,
        description="The ETag of the calendar that you have. ETag för den kalender som du har.",
        examples=['"6f0c1d0e2f4b4c1b"'],
    ),
]
_CALENDAR = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Placement//sv\r\nNAME:VFU: Tallgården\r\n"
    "REFRESH-INTERVAL;VALUE=DURATION:PT4H\r\nBEGIN:VEVENT\r\n"
    "SUMMARY:1 studerande\\, sjuksköterska\\, Karolinska Institutet\r\n"
    "DTSTART;VALUE=DATE:20270201\r\nDTEND;VALUE=DATE:20270308\r\nDTSTAMP:20261115T090000Z\r\n"
    "UID:pla_0b77@placement\r\nSEQUENCE:1\r\nLOCATION:Tallgården\\, Söder\r\nSTATUS:CONFIRMED\r\n"
    "END:VEVENT\r\nEND:VCALENDAR\r\n"
)


@router.get("/calendars", summary="List calendars")
def list_calendars(
    store: Transaction, by: Planner, asked: Annotated[CalendarFilter, Query()], links: Linked
) -> Listed[CalendarShown]:
    """List the calendars of the caller's own organisation or unit, without their addresses.

    Listar den egna organisationens eller enhetens kalendrar, utan deras adresser.
    """
    found = calendars.list_calendars(
        store, by, subject_type=asked.subject_type, subject_id=asked.subject_id, span=asked.span
    )
    return links.page(asked, found, CalendarShown.of)


@router.post("/calendars", status_code=201, summary="Make a calendar")
def open_calendar(
    store: Transaction, by: Planner, given: CalendarGiven, request: Request, response: Response
) -> CalendarMade:
    """Make a secret address for calendar programs, for a student, a cohort, a unit, a supervisor or a provider.

    Skapar en hemlig adress för kalenderprogram, för en student, en kull, en enhet, en handledare eller en huvudman.
    """
    calendar, name = calendars.open_calendar(store, by, given.subject.type, given.subject.id)
    shown = CalendarShown.of(calendar)
    tag(response, shown)
    response.headers["Location"] = f"/v1/calendars/{shown.id}"
    url = request.url_for(read_calendar_feed.__name__, feedId=name)
    keep_instead(request, CalendarMade(**shown.model_dump(), url=None))
    return CalendarMade(**shown.model_dump(), url=str(url))


@router.get("/calendars/{calendarId}", summary="Show a calendar")
def show_calendar(store: Transaction, by: Planner, calendar_id: CalendarPath, response: Response) -> CalendarShown:
    """Show one calendar, without its address.

    Visar en kalender, utan dess adress.
    """
    shown = CalendarShown.of(calendars.show_calendar(store, by, calendar_id))
    tag(response, shown)
    return shown


@router.delete("/calendars/{calendarId}", status_code=204, summary="Revoke a calendar")
def close_calendar(store: Transaction, by: Planner, calendar_id: CalendarPath, expected: IfMatch) -> None:
    """Revoke a calendar; its address stops working at once.

    Återkallar en kalender; dess adress slutar genast att fungera.
    """
    expected.hold(CalendarShown.of(calendars.show_calendar(store, by, calendar_id)))
    calendars.close_calendar(store, by, calendar_id)


@router.get(
    "/calendar-feeds/{feedId}",
    summary="Read a calendar",
    response_class=Response,
    responses={
        200: {
            "description": "iCalendar (RFC 5545).",
            "content": {MEDIA_TYPE: {"schema": {"type": "string"}, "example": _CALENDAR}},
        },
        304: {"description": "The calendar has not changed. Kalendern har inte ändrats."},
    },
)
def read_calendar_feed(
    store: Transaction, feed_id: FeedPath, asked: Annotated[FeedAsked, Query()], if_none_match: KnownETag = None
) -> Response:
    """Read the placements in force as all-day events, without a token; never a draft.

    Läser gällande placeringar som heldagshändelser, utan åtkomstnyckel; aldrig ett utkast.
    """
    content = write_calendar(calendars.read_calendar(store, feed_id), asked.language)
    etag = f'"{hashlib.sha256(content).hexdigest()[:16]}"'
    headers = {"ETag": etag, "Content-Language": asked.language}
    if if_none_match is not None and etag in if_none_match:
        return Response(status_code=304, headers=headers)
    return Response(content, media_type=MEDIA_TYPE, headers=headers)
