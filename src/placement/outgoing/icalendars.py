"""iCalendar: an agenda as calendar programs read it (RFC 5545, 7986), in Swedish or English.

An event lasts from the Monday of a placement's first week to the Monday after its last. Its UID is the same as long as
the placement exists, and its SEQUENCE grows with the placement's version. People appear by pseudonym at most.
"""

from __future__ import annotations

import datetime as dt

import icalendar

from placement.outgoing.calendars import Agenda, Entry
from placement.tables import HOLDING, CalendarSubject, Placement, PlacementStatus
from placement_solver.words import Words

MEDIA_TYPE = "text/calendar"
READ_AGAIN_AFTER = dt.timedelta(hours=4)
PLACEMENTS = Words("VFU", "Placements")
AT_CARE = frozenset({CalendarSubject.UNIT, CalendarSubject.SUPERVISOR, CalendarSubject.PROVIDER})
"""The subjects that receive students: their calendars say who comes; the others say where the student goes."""


def write_calendar(agenda: Agenda, language: str) -> bytes:
    """Write an agenda as an iCalendar file; the same agenda always gives the same bytes."""
    calendar = icalendar.Calendar()
    calendar.add("prodid", f"-//Placement//{language}")
    calendar.add("version", "2.0")
    name = _line(f"{_in(PLACEMENTS, language)}: {agenda.title}")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)  # the name that programs used before RFC 7986
    calendar.add("refresh-interval", READ_AGAIN_AFTER, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", icalendar.vDuration(READ_AGAIN_AFTER))
    for entry in agenda.entries:
        calendar.add_component(_event(entry, agenda.subject_type, language))
    written: bytes = calendar.to_ical()
    return written


def _event(entry: Entry, subject_type: CalendarSubject, language: str) -> icalendar.Event:
    """Write a placement; one that is no longer in force is shown as cancelled."""
    placement = entry.placement
    event = icalendar.Event()
    event.add("uid", f"{placement.id}@placement")
    event.add("sequence", placement.version)
    event.add("dtstamp", placement.changed_at)
    event.add("last-modified", placement.changed_at)
    event.add("dtstart", placement.start.monday())
    event.add("dtend", placement.start.plus(placement.weeks).monday())
    event.add("summary", _line(_summary(entry, subject_type, language)))
    event.add("location", _line(f"{entry.unit}, {entry.place}"))
    event.add("status", _status(placement))
    event.add("transp", "TRANSPARENT")  # a placement week does not block the student's whole time
    return event


def _status(placement: Placement) -> str:
    """Return how sure a placement is: it is tentative until its unit has accepted it."""
    if placement.status is PlacementStatus.PUBLISHED:
        return "TENTATIVE"
    return "CONFIRMED" if placement.status in HOLDING else "CANCELLED"


def _summary(entry: Entry, subject_type: CalendarSubject, language: str) -> str:
    """Return the one-line title of a placement."""
    if subject_type in AT_CARE:
        student = _in(Words("1 studerande", "1 student"), language)
        parts = [student, _in(entry.profession, language), entry.institution]
        return ", ".join([*parts, entry.unit] if subject_type is CalendarSubject.PROVIDER else parts)
    parts = [f"{_in(Words('VFU', 'Placement'), language)} {entry.course}", entry.unit]
    return ", ".join([*parts, entry.student] if subject_type is CalendarSubject.COHORT else parts)


def _in(words: Words, language: str) -> str:
    return words.sv if language == "sv" else words.en


def _line(text: str) -> str:
    """Return a text as one line of printable characters; names come from many sources."""
    return "".join(letter if letter.isprintable() else " " for letter in text)
