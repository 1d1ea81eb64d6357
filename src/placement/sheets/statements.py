"""Sheets of settlement: statements, the lines of one, and the ALF report, for people and for accounting systems."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlmodel import Session

from placement.callers import Caller
from placement.settlement.alf_report import report_alf
from placement.settlement.half_years import HalfYear
from placement.settlement.naming import Called
from placement.settlement.statements import Seen, Wanted, list_lines, list_statements, show_statement
from placement.sheets.cells import Value, in_words
from placement.sheets.importing import every
from placement.sheets.writing import Sheet
from placement.store.protection import hidden_in
from placement.tables import Basis, WeekKind
from placement.vocabulary import Named
from placement_solver.words import Words

ORE = 100
HEADS: Mapping[str, Words] = {
    "id": Words("Id", "Id"),
    "halfYear": Words("Halvår", "Half-year"),
    "number": Words("Nummer", "Number"),
    "correctsId": Words("Rättar", "Corrects"),
    "agreementId": Words("Avtal", "Agreement"),
    "institution": Words("Lärosäte", "Institution"),
    "provider": Words("Huvudman", "Provider"),
    "operator": Words("Driftsform", "Operator"),
    "programme": Words("Program", "Programme"),
    "programmeTerm": Words("Programtermin", "Programme term"),
    "course": Words("Kurs", "Course"),
    "unitId": Words("Enhetens id", "Unit id"),
    "unit": Words("Enhet", "Unit"),
    "universityHealthcare": Words("Universitetssjukvård", "University healthcare"),
    "placementId": Words("Placering", "Placement"),
    "firstWeek": Words("Första vecka", "First week"),
    "plannedWeeks": Words("Planerade veckor", "Weeks planned"),
    "doneWeeks": Words("Genomförda veckor", "Weeks done"),
    "unreportedWeeks": Words("Inte rapporterade veckor", "Weeks not reported"),
    "alfWeeks": Words("ALF-veckor", "ALF weeks"),
    "weeks": Words("Veckor", "Weeks"),
    "kind": Words("Vad som hände", "What happened"),
    "basis": Words("Betalas enligt", "Paid by"),
    "priceOre": Words("Pris per vecka (öre)", "Price a week (öre)"),
    "percent": Words("Procent", "Per cent"),
    "currency": Words("Valuta", "Currency"),
    "amountOre": Words("Belopp (öre)", "Amount (öre)"),
    "amount": Words("Belopp", "Amount"),
    "state": Words("Läge", "State"),
    "sha256": Words("Fingeravtryck", "Fingerprint"),
}
"""Every column of these sheets, with its heading in both languages."""

OF_STATEMENTS = (
    *("id", "halfYear", "number", "correctsId", "agreementId", "institution", "provider", "plannedWeeks", "doneWeeks"),
    *("unreportedWeeks", "alfWeeks", "currency", "amountOre", "amount", "state", "sha256"),
)
OF_LINES = (
    *("halfYear", "number", "institution", "provider", "operator", "programme", "course", "unitId", "unit"),
    *("placementId", "firstWeek", "weeks", "kind", "basis", "priceOre", "percent", "currency", "amountOre", "amount"),
)
OF_ALF = (
    *("halfYear", "unitId", "unit", "universityHealthcare", "programme", "programmeTerm"),
    *("plannedWeeks", "doneWeeks"),
)


def sheet_of_statements(session: Session, by: Caller, wanted: Wanted, language: str | None = None) -> Sheet:
    """Write the statements that the caller may see, a row each; with a language, in its words."""
    seen = list(every(lambda span: list_statements(session, by, wanted, span)))
    called = Called(session, seen)
    return _sheet(OF_STATEMENTS, [_statement(each, called, language) for each in seen], language)


def sheet_of_lines(session: Session, by: Caller, statement_id: str, language: str | None = None) -> Sheet:
    """Write the lines of a statement that the caller may see; with a language, in its words."""
    seen = show_statement(session, by, statement_id)
    rows = list(every(lambda span: list_lines(session, by, statement_id, span)))
    called, tongue = Called(session, [seen], rows), language or "sv"
    hidden = hidden_in(session)
    lines: list[Sequence[Value]] = [
        (
            seen.statement.half_year,
            seen.statement.number,
            getattr(called.organisation(seen.agreement.institution_id), tongue),
            getattr(called.organisation(seen.agreement.provider_id), tongue),
            row.operator_id and getattr(called.organisation(row.operator_id), tongue),
            called.programme(row.programme_id),
            called.course(row.course_id),
            row.unit_id,
            called.unit(row.unit_id),
            hidden.called(row.placement_id, statement_id),
            str(row.first_week),
            row.weeks,
            _named(row.kind, language),
            _named(row.basis, language),
            row.price_ore,
            row.percent,
            seen.statement.currency,
            row.amount_ore,
            row.amount_ore / ORE,
        )
        for row in rows
    ]
    return _sheet(OF_LINES, lines, language)


def sheet_of_alf(session: Session, by: Caller, half_year: HalfYear, language: str | None = None) -> Sheet:
    """Write the ALF report: a row for each unit and term of a programme."""
    lines = [
        (
            str(half_year),
            row.unit.id,
            row.unit.name,
            row.unit.university_healthcare,
            f"{row.programme.name} ({row.programme.code})",
            row.programme_term,
            row.planned,
            row.done,
        )
        for row in report_alf(session, by, half_year).rows
    ]
    return _sheet(OF_ALF, lines, language)


def _statement(seen: Seen, called: Called, language: str | None) -> Sequence[Value]:
    """Return the cells of a statement."""
    row, sums, tongue = seen.statement, seen.sums, language or "sv"
    return (
        row.id,
        row.half_year,
        row.number,
        row.corrects_id,
        row.agreement_id,
        getattr(called.organisation(seen.agreement.institution_id), tongue),
        getattr(called.organisation(seen.agreement.provider_id), tongue),
        sums.planned,
        sums.done,
        seen.weeks_of(kind=WeekKind.UNREPORTED),
        seen.weeks_of(basis=Basis.ALF),
        row.currency,
        sums.amount_ore,
        sums.amount_ore / ORE,
        _named(seen.state, language) if seen.whole else None,
        row.sha256 if seen.whole else None,
    )


def _sheet(heads: Sequence[str], lines: Sequence[Sequence[Value]], language: str | None) -> Sheet:
    """Return a sheet with the headings of the fields, or of a language."""
    if language is not None:
        lines = [[in_words(cell, language) for cell in line] for line in lines]
    return Sheet(heads if language is None else [getattr(HEADS[head], language) for head in heads], lines)


def _named(word: Named, language: str | None) -> str:
    """Return a word of a list by its code, or in a language."""
    return word.value if language is None else str(getattr(word.words, language))
