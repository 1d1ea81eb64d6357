"""Schemas of student pages: secret addresses at which students read their own terms."""

from __future__ import annotations

import datetime as dt

from pydantic import Field, JsonValue

from placement.in_force.student_answers import Answer
from placement.outgoing.student_pages import OwnTerms, Section
from placement.reading.own import Own, OwnPlacement
from placement.tables import PlacementStatus, StudentAnswer, StudentPage, StudentReason
from placement_api.paging import Paging
from placement_api.schemas.base import Changeable, Given, Id, Shown, Week, example, example_of
from placement_api.schemas.fairness.ledger import LedgerShown
from placement_api.sorting import sorting

_PAGE: dict[str, JsonValue] = {
    "id": "pag_7f0c",
    "version": 1,
    "studentId": "stu_1f3a",
    "createdAt": "2026-11-15T09:00:00Z",
}
_OWN_PLACEMENT: dict[str, JsonValue] = {
    "id": "pla_0b77",
    "status": "published",
    "unitId": "unt_geriatrics",
    "unitName": "Geriatrik avd 2",
    "courseCode": "2SJ021",
    "courseName": "VFU termin 2",
    "start": "2027-W05",
    "weeks": 5,
    "answer": None,
    "answeredAt": None,
    "answerBy": "2026-12-10",
}
_SECTION: dict[str, JsonValue] = {"title": "Your place of study", "sentences": ["You got your second wish."]}


class PageGiven(Given):
    """An address to make, for one student. En adress som ska skapas, för en student."""

    model_config = example({"studentId": "stu_1f3a"})

    student_id: Id


class PageShown(Changeable):
    """A student's address, without its secret. En students adress, utan det hemliga."""

    model_config = example(_PAGE)

    student_id: str
    created_at: dt.datetime

    @classmethod
    def of(cls, page: StudentPage) -> PageShown:
        """Show a student's page."""
        return cls(id=page.id, version=page.version, student_id=page.student_id, created_at=page.created_at)


class PageMade(PageShown):
    """A new address, with its secret. En ny adress, med det hemliga."""

    model_config = example(
        {
            **_PAGE,
            "url": "https://placement.example.org/v1/own-terms/"
            "mfrggzdfmztwq2lkmfrggzdfmztwq2lkmfrggzdfmztwq2lkmfrggzdf",
        }
    )

    url: str | None = Field(
        description="Shown only once, and empty if the call is a repetition; give it to the student alone, for anyone "
        "who has it can read the page. Visas bara en gång, och är tom om anropet är en upprepning; ge den bara till "
        "studenten, för den som har den kan läsa sidan."
    )


class PageFilter(Paging):
    """Which addresses to list. Vilka adresser som ska listas."""

    student_id: Id | None = Field(None, description="For one student. För en viss student.")
    sort: str | None = sorting("createdAt", "studentId", "id")


class OwnSectionShown(Shown):
    """Something else that a student is told. Något mer som en student får veta."""

    model_config = example(_SECTION)

    title: str
    sentences: list[str]

    @classmethod
    def of(cls, section: Section, language: str) -> OwnSectionShown:
        """Show a section in a language."""
        sentences = [str(getattr(words, language)) for words in section.sentences]
        return cls(title=getattr(section.title, language), sentences=sentences)


class OwnPlacementShown(Shown):
    """A student's own placement, and what they have answered. Studentens egen placering, och vad den har svarat."""

    model_config = example(_OWN_PLACEMENT)

    id: str
    status: PlacementStatus
    unit_id: str
    unit_name: str
    course_code: str
    course_name: str
    start: Week
    weeks: int
    answer: StudentAnswer | None = Field(
        description="What the student has answered about this place. Vad studenten har svarat om den här platsen."
    )
    answered_at: dt.datetime | None
    answer_by: dt.date | None = Field(
        description="The last day to answer; null: no answer is asked for. "
        "Sista dagen att svara; null: inget svar efterfrågas."
    )

    @classmethod
    def of(cls, own: OwnPlacement) -> OwnPlacementShown:
        """Show a student's own placement."""
        placement = own.placement
        return cls(
            id=placement.id,
            status=placement.status,
            unit_id=placement.unit_id,
            unit_name=own.unit_name,
            course_code=own.who.course_code,
            course_name=own.who.course_name,
            start=placement.start,
            weeks=placement.weeks,
            answer=placement.student_answer,
            answered_at=placement.student_answered_at,
            answer_by=own.placed.answer_by,
        )


class OwnAnswerGiven(Given):
    """Whether one comes, and to which place. Om man kommer, och till vilken plats."""

    model_config = example({"answer": "declined", "reason": "clash", "unitId": "unt_geriatrics", "start": "2027-W05"})

    answer: StudentAnswer
    reason: StudentReason | None = Field(
        None, description="With declined: why. Nothing else is asked. Med declined: varför. Inget annat efterfrågas."
    )
    unit_id: Id = Field(
        description="The unit that the student has read; if it is another by now, the answer is refused (409). "
        "Den enhet som studenten har läst; är det en annan nu avvisas svaret (409)."
    )
    start: Week = Field(
        description="The first week that the student has read; if it is another by now, the answer is refused (409). "
        "Den första vecka som studenten har läst; är det en annan nu avvisas svaret (409)."
    )

    @property
    def stored(self) -> Answer:
        """Return the answer as `placement.in_force.student_answers` takes it."""
        return Answer(self.answer, self.unit_id, self.start, self.reason)


class OwnTermsShown(Shown):
    """What a student reads of their own terms. Vad en student läser om sina egna terminer."""

    model_config = example(
        {
            "institutionName": "Karolinska Institutet",
            "ledger": dict(example_of(LedgerShown)),
            "sections": [_SECTION],
            "placements": [_OWN_PLACEMENT],
        }
    )

    institution_name: str
    ledger: LedgerShown
    sections: list[OwnSectionShown]
    placements: list[OwnPlacementShown] = Field(
        description="The student's own placements, the first to come first, then those that are over. "
        "Studentens egna placeringar, den som kommer först först, sedan de som är över."
    )

    @classmethod
    def of(cls, told: OwnTerms, own: Own, language: str) -> OwnTermsShown:
        """Show a student's own terms in a language."""
        return cls(
            institution_name=getattr(told.institution, language),
            ledger=LedgerShown.of(told.account),
            sections=[OwnSectionShown.of(section, language) for section in told.sections],
            placements=[OwnPlacementShown.of(each) for each in (*own.ahead, *own.over)],
        )
