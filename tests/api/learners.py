"""Lärosäten's rows: those of the other side, and on both sides rows that nothing refers to (``idle``)."""

from __future__ import annotations

import datetime as dt

from placement.tables import Cohort, Course, Programme, Request, Row, Student, Term
from placement_solver.weeks import IsoWeek


def rows() -> list[Row]:
    """Return the rows of both sides."""
    return [
        _programme("prg_b", "org_b"),
        _course("crs_b", "prg_b"),
        Cohort(id="coh_b", programme_id="prg_b", term_id="trm_a", name="T6", size=1),
        _student("stu_b", "coh_b", "org_b"),
        Request(id="req_b", term_id="trm_a", student_id="stu_b", course_id="crs_b"),
        *_idle("", "prg_a", "coh_a", "stu_a", "org_ki"),
        *_idle("_b", "prg_b", "coh_b", "stu_b", "org_b"),
        Term(
            id="trm_idle",
            code="HT2027",
            first_week=IsoWeek(2027, 35),
            weeks=20,
            requests_by=dt.date(2027, 3, 15),
            answers_by=dt.date(2027, 5, 1),
            outside_answers_by=dt.date(2027, 5, 15),
            publish_by=dt.date(2027, 8, 2),
        ),
    ]


def _idle(side: str, programme: str, cohort: str, student: str, institution: str) -> list[Row]:
    return [
        _programme(f"prg_idle{side}", institution),
        _course(f"crs_idle{side}", programme),
        _course(f"crs_asked{side}", programme),
        Cohort(id=f"coh_idle{side}", programme_id=programme, term_id="trm_a", name="Tom", size=0),
        _student(f"stu_idle{side}", cohort, institution),
        Request(id=f"req_idle{side}", term_id="trm_a", student_id=student, course_id=f"crs_asked{side}"),
    ]


def _programme(name: str, institution: str) -> Programme:
    return Programme(id=name, institution_id=institution, profession="nurse", code=name, name="Sjuksköterska")


def _course(name: str, programme: str) -> Course:
    return Course(id=name, programme_id=programme, code=name, name="VFU", weeks=5, kinds=["elderly-care"])


def _student(name: str, cohort: str, institution: str) -> Student:
    return Student(id=name, cohort_id=cohort, institution_id=institution, external_id=f"p-{name}", lat=59.4, lon=17.9)
