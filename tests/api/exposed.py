"""Canaries in every row of the county: a text that occurs nowhere else in each personal column, and whose it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from sqlalchemy import update
from sqlmodel import Session, SQLModel, col, select

from placement.tables import (
    Agreement,
    ApiToken,
    Cohort,
    EducationLevel,
    OrganisationContact,
    Placement,
    PlannedPlacement,
    Programme,
    Publication,
    ReminderMail,
    SiteDecision,
    SiteRound,
    Statement,
    StatementAnswer,
    Student,
    Supervisor,
    SurveyText,
    Swap,
    SwapSide,
    Unit,
)
from tests.canaries import WATCH, Planted

Owners = Callable[[Session, SQLModel], frozenset[str]]
PLANTED: Mapping[type[SQLModel], tuple[str, ...]] = {
    Student: ("external_id", "lat", "lon"),
    Supervisor: ("external_id",),
    SiteDecision: ("note", "decided_by"),
    SiteRound: ("decided_by",),
    Unit: ("contact_function", "contact_email", "contact_phone"),
    OrganisationContact: ("contact_function", "contact_email"),
    ReminderMail: ("address",),
    Publication: ("published_by",),
    Swap: ("asked_by", "decided_by"),
    Statement: ("drawn_up_by",),
    StatementAnswer: ("answered_by", "words"),
    ApiToken: ("label",),
    EducationLevel: ("evidence",),
    SurveyText: ("text",),
}
"""The personal columns that hold a text or a point."""
SUPERVISED = (Placement, PlannedPlacement, SwapSide)


def plant(session: Session) -> None:
    """Give every personal column of every row a value of its own, remember it, and name a supervisor everywhere."""
    number = 0
    for table, columns in PLANTED.items():
        for row in session.exec(select(table)).all():
            owners = _OWNERS[table](session, row) if table in _OWNERS else frozenset[str]()
            for column in columns:
                if getattr(row, column) is not None or column in {"note", "contact_email"}:
                    number += 1
                    value = _value(table.__tablename__, column, number)
                    setattr(row, column, float(value) if column in {"lat", "lon"} else value)
                    place = Planted(f"{table.__tablename__}.{column}", owners)
                    WATCH.planted[value.encode()] = {place}
            session.add(row)
    for placed in SUPERVISED:
        for unit, supervisor in (("unt_a", "sup_a"), ("unt_b", "sup_b")):
            session.execute(update(placed).where(col(placed.unit_id) == unit).values(supervisor_id=supervisor))
    session.commit()


def _value(table: object, column: str, number: int) -> str:
    """Return a value that occurs nowhere else: a point on land, an address, or a word."""
    match column:
        case "lat":
            return f"59.1{number:03d}57"
        case "lon":
            return f"18.2{number:03d}21"
        case "contact_email" | "address":
            return f"canary{number}@example.com"
        case "contact_phone":
            return f"08-{number:05d}1"
    return f"canary-{table}-{column.replace('_', '-')}-{number}"


def _of_unit(session: Session, unit_id: str) -> frozenset[str]:
    unit = session.get_one(Unit, unit_id)
    return frozenset({unit.id, unit.provider_id, *filter(None, [unit.operator_id])})


def _of_round(session: Session, row: SQLModel) -> frozenset[str]:
    cohort = session.get_one(Cohort, row.cohort_id)  # type: ignore[attr-defined]
    return frozenset({session.get_one(Programme, cohort.programme_id).institution_id})


def _of_statement(session: Session, row: SQLModel) -> frozenset[str]:
    agreement = session.get_one(Agreement, row.agreement_id)  # type: ignore[attr-defined]
    return frozenset({agreement.institution_id, agreement.provider_id})


def _of_token(session: Session, row: SQLModel) -> frozenset[str]:
    """Return whose a token is; that of a unit or a supervisor is in the hands of the unit's provider as well."""
    if row.unit_id is not None:  # type: ignore[attr-defined]
        return _of_unit(session, row.unit_id)  # type: ignore[attr-defined]
    return frozenset(filter(None, [row.organisation_id]))  # type: ignore[attr-defined]


_OWNERS: Mapping[type[SQLModel], Owners] = {
    Student: lambda _session, row: frozenset({row.institution_id}),  # type: ignore[attr-defined]
    Supervisor: lambda session, row: _of_unit(session, row.unit_id),  # type: ignore[attr-defined]
    SiteDecision: lambda session, row: frozenset({session.get_one(Student, row.student_id).institution_id}),  # type: ignore[attr-defined]
    SiteRound: _of_round,
    Unit: lambda session, row: _of_unit(session, row.id),  # type: ignore[attr-defined]
    EducationLevel: lambda session, row: _of_unit(session, row.unit_id),  # type: ignore[attr-defined]
    OrganisationContact: lambda _session, row: frozenset({row.organisation_id}),  # type: ignore[attr-defined]
    Statement: _of_statement,
    StatementAnswer: lambda session, row: _of_statement(session, session.get_one(Statement, row.statement_id)),  # type: ignore[attr-defined]
    ApiToken: _of_token,
}


def supervisors_in(text: str) -> Iterator[str]:
    """Yield the ids of the county's supervisors that a text mentions."""
    yield from (name for name in ("sup_a", "sup_b") if f'"{name}"' in text or f",{name}," in text)
