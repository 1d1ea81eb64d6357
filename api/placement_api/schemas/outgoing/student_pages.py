"""Schemas of student pages: secret addresses at which students read their own terms."""

from __future__ import annotations

import datetime as dt

from pydantic import Field, JsonValue

from placement.outgoing.student_pages import OwnTerms, Section
from placement.tables import StudentPage
from placement_api.paging import Paging
from placement_api.schemas.base import Changeable, Given, Id, Shown, example, example_of
from placement_api.schemas.fairness.ledger import LedgerShown
from placement_api.sorting import sorting

_PAGE: dict[str, JsonValue] = {
    "id": "pag_7f0c",
    "version": 1,
    "studentId": "stu_1f3a",
    "createdAt": "2026-11-15T09:00:00Z",
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


class OwnTermsShown(Shown):
    """What a student reads of their own terms. Vad en student läser om sina egna terminer."""

    model_config = example(
        {"institutionName": "Karolinska Institutet", "ledger": dict(example_of(LedgerShown)), "sections": [_SECTION]}
    )

    institution_name: str
    ledger: LedgerShown
    sections: list[OwnSectionShown]

    @classmethod
    def of(cls, told: OwnTerms, language: str) -> OwnTermsShown:
        """Show a student's own terms in a language."""
        return cls(
            institution_name=getattr(told.institution, language),
            ledger=LedgerShown.of(told.account),
            sections=[OwnSectionShown.of(section, language) for section in told.sections],
        )
