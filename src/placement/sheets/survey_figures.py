"""The figures of survey rounds as a sheet; a hidden figure says ``<5`` and why, whatever the reason it is hidden."""

from __future__ import annotations

from sqlmodel import Session

from placement.callers import Caller
from placement.sheets.cells import Value
from placement.sheets.writing import Sheet
from placement.store.access import Span
from placement.store.batches import AT_A_TIME
from placement.surveys.counting import WHOLE
from placement.surveys.figures import WHY_HIDDEN, Figure, list_figures
from placement.tables import FigureLevel
from placement_solver.words import Words

_HEADS = (
    Words("Omgång", "Round"),
    Words("Enkät", "Survey"),
    Words("Termin", "Term"),
    Words("År", "Year"),
    Words("Nivå", "Level"),
    Words("Id", "Id"),
    Words("Namn", "Name"),
    Words("Fråga", "Question"),
    Words("Tillfrågade", "Invited"),
    Words("Svar", "Answers"),
    Words("Svarsfrekvens (%)", "Response rate (%)"),
    Words("Medelvärde", "Mean"),
    Words("Fördelning", "Spread"),
    Words("Varför dold", "Why hidden"),
)
_FEW = Words("<5 eller dold", "<5 or hidden")
_ALL_QUESTIONS = Words("hela formuläret", "the whole form")


def sheet(
    session: Session,
    by: Caller,
    language: str,
    *,
    round_id: str | None = None,
    survey: str | None = None,
    year: int | None = None,
    level: FigureLevel | None = None,
    subject: str | None = None,
    question: str | None = None,
) -> Sheet:
    """Return the figures that concern a caller, with heads and words in one language."""
    rows: list[Figure] = []
    while True:
        page = list_figures(
            session,
            by,
            round_id=round_id,
            survey=survey,
            year=year,
            level=level,
            subject=subject,
            question=question,
            span=Span(AT_A_TIME, len(rows)),
        )
        rows += page.rows
        if len(rows) >= page.total:
            return Sheet([_say(head, language) for head in _HEADS], [_line(row, language) for row in rows])


def _line(told: Figure, language: str) -> list[Value]:
    """Return the line of a figure."""
    row, about = told.figure, told.round
    hidden = row.answers is None
    return [
        row.round_id,
        _say(Words(about.survey.name_sv, about.survey.name_en), language),
        about.term.code,
        about.year,
        _say(row.level.words, language),
        row.subject_id,
        _say(told.name, language),
        _say(_ALL_QUESTIONS, language) if row.question == WHOLE else row.question,
        row.invited,
        _say(_FEW, language) if row.answers is None else row.answers,
        None if row.answers is None else round(100 * row.answers / row.invited, 1),
        told.mean,
        "; ".join(f"{each['band']}: {each['answers']}" for each in row.bands or ()) or None,
        _say(WHY_HIDDEN, language) if hidden else None,
    ]


def _say(words: Words, language: str) -> str:
    """Return words in one language."""
    return words.sv if language == "sv" else words.en
