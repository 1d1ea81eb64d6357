"""Calendar programs read back what is in force: the same placements, weeks and statuses, whatever the names."""

from __future__ import annotations

import datetime as dt

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from placement.outgoing.calendars import Agenda, Entry
from placement.outgoing.icalendars import write_calendar
from placement.tables import HOLDING, CalendarSubject, EndReason, Placement, PlacementStatus
from placement_solver.weeks import IsoWeek
from placement_solver.words import Words

POISON = "Avd; 7, \r\nBEGIN:VEVENT\r\nSUMMARY:\\x\x00\u2028\x85 Å"
LONGEST_LINE = 75

names = st.text(max_size=200) | st.just(POISON) | st.just("å" * 200)
weeks = st.dates(dt.date(2001, 1, 1), dt.date(2198, 12, 1)).map(IsoWeek.of)


NURSE = Words("sjuksköterska", "nurse")


@st.composite
def entries(draw: st.DrawFn) -> Entry:
    status = draw(st.sampled_from(PlacementStatus))
    placement = Placement(
        id=f"pla_{draw(st.uuids()).hex}",
        version=draw(st.integers(1, 1_000)),
        term_id="trm_a",
        request_id="req_a",
        publication_id="pub_a",
        unit_id="unt_a",
        start=draw(weeks),
        weeks=draw(st.integers(1, 60)),
        status=status,
        reason=None if status in HOLDING else EndReason.OTHER,
    )
    return Entry(placement, draw(names), draw(names), NURSE, draw(names), draw(names), draw(names))


@given(
    entered=st.lists(entries(), max_size=5, unique_by=lambda entry: entry.placement.id),
    title=names,
    subject_type=st.sampled_from(CalendarSubject),
    language=st.sampled_from(["sv", "en"]),
)
def test_what_is_written_reads_back_with_the_same_weeks_and_ids(
    entered: list[Entry], title: str, subject_type: CalendarSubject, language: str
) -> None:
    agenda = Agenda(subject_type, title, tuple(entered))
    written = write_calendar(agenda, language)
    read = icalendar.Calendar.from_ical(written)
    assert [
        (
            str(event["UID"]),
            event.start,
            event.end,
            int(str(event["SEQUENCE"])),
            str(event["STATUS"]) == "CANCELLED",
        )
        for event in read.events
    ] == [
        (
            f"{entry.placement.id}@placement",
            entry.placement.start.monday(),
            entry.placement.start.monday() + dt.timedelta(weeks=entry.placement.weeks),
            entry.placement.version,
            entry.placement.status not in HOLDING,
        )
        for entry in entered
    ]
    lines = written.split(b"\r\n")
    assert max(map(len, lines)) <= LONGEST_LINE
    assert all(line.decode().isprintable() for line in lines)
    assert write_calendar(agenda, language) == written


@pytest.mark.parametrize("subject_type", CalendarSubject)
def test_a_name_with_line_breaks_makes_no_event_of_its_own(subject_type: CalendarSubject) -> None:
    placement = Placement(
        id="pla_a",
        version=1,
        term_id="trm_a",
        request_id="req_a",
        publication_id="pub_a",
        unit_id="unt_a",
        start=IsoWeek(2026, 53),
        weeks=2,
    )
    entry = Entry(placement, POISON, POISON, NURSE, POISON, POISON, POISON)
    read = icalendar.Calendar.from_ical(write_calendar(Agenda(subject_type, POISON, (entry,)), "sv"))
    [event] = read.events
    assert (event.start, event.end) == (dt.date(2026, 12, 28), dt.date(2027, 1, 11))
    assert "Avd; 7, " in str(event["LOCATION"])
