"""Homes: the area that each student lives in, for the figures of a plan by home."""

from __future__ import annotations

from collections.abc import Collection

from sqlmodel import Session, col, select

from placement.reference.boundaries import known_municipalities, municipalities_at
from placement.tables import Municipality, Organisation, ProviderKind, Student
from placement_solver.words import Words

OUTSIDE = "outside"
"""The home of those who live outside the county."""
OUTSIDE_WORDS = Words("utanför länet", "outside the county")


def homes_of(session: Session, students: Collection[Student]) -> dict[str, str | None]:
    """Return the area that each student lives in, by the student's id: the municipality's organisation, or outside.

    A municipality without an organisation goes by its code. Where no boundary of the county's is known, nobody's area
    is.
    """
    county = set(session.exec(select(Municipality.code).where(col(Municipality.in_county))).all())
    known = county & known_municipalities()
    if not known:
        return dict.fromkeys((student.id for student in students), None)
    owners = select(Organisation.municipality_code, Organisation.id).where(
        Organisation.provider_kind == ProviderKind.MUNICIPALITY
    )
    name_of = {code: code for code in known}
    name_of |= {code: own for code, own in session.exec(owners).all() if code in known}
    unique = list({student.id: student for student in students}.values())
    codes = municipalities_at([(student.lat, student.lon) for student in unique])
    return {student.id: name_of.get(code or "", OUTSIDE) for student, code in zip(unique, codes, strict=True)}
