"""Names: how a sheet refers to a row: by its owner's code if that is unique, by its id, or by what it is called."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlmodel import Session, col, select

from placement import nouns
from placement.callers import Caller
from placement.errors import Fault, InvalidError, no_such
from placement.register.cohorts import cohorts_of
from placement.register.programmes import programmes_of
from placement.sheets.week_names import Weeks
from placement.store.access import fault
from placement.store.scopes import units_of
from placement.tables import (
    Cohort,
    Municipality,
    Organisation,
    OrganisationKind,
    Programme,
    ProviderKind,
    Site,
    Term,
    Unit,
)
from placement.vocabulary import fold
from placement_solver.words import Words

LONGEST = 200
_NO_WORD = re.compile(r"[,;\n]")


class Names:
    """The rows that a sheet may refer to, by id or by code."""

    def __init__(
        self, what: Words, coded: Iterable[tuple[str, str | None]], called: Iterable[tuple[str, str]] = ()
    ) -> None:
        self.what = what
        pairs = list(coded)
        self._ids = {row_id for row_id, _ in pairs}
        bearers = Counter(code for _, code in pairs)
        self._id_of = {
            code: row_id
            for row_id, code in pairs
            if code and bearers[code] == 1 and code not in self._ids and len(code) <= LONGEST
        }
        self._code_of = {row_id: code for code, row_id in self._id_of.items()}
        self._called: dict[str, set[str]] = {}
        self._texts: dict[str, set[str]] = {}
        called = list(called)
        for row_id, name in called:
            self._texts.setdefault(name, set()).add(row_id)
        for row_id, name in (*((row_id, code) for code, row_id in self._id_of.items()), *called):
            self._called.setdefault(fold(name), set()).add(row_id)

    def id_of(self, name: str) -> str | None:
        """Return the id of the row with a name; None if there is none, or if several are called so."""
        if name in self._ids:
            return name
        return self._id_of.get(name) or self._alone(name)

    def _alone(self, name: str) -> str | None:
        """Return the id of the only row that is called so, in any case and spelling that means the same."""
        alike = self._called.get(fold(name), ())
        return next(iter(alike)) if len(alike) == 1 else None

    def all(self) -> list[str]:
        """Return every row as people call it: by its name where that is its alone, else by its code or id."""
        own: dict[str, str] = {}
        for text, ids in self._texts.items():
            if len(ids) == 1:
                own.setdefault(next(iter(ids)), text)
        return sorted({own.get(row_id, self.name_of(row_id)) for row_id in self._ids})

    def ids_of(self, names: Iterable[str]) -> set[str]:
        """Return the ids of all rows with these names."""
        return {row_id for name in names if (row_id := self.id_of(name)) is not None}

    def name_of(self, row_id: str) -> str:
        """Return a row's name in a sheet."""
        return self._code_of.get(row_id, row_id)

    def words_of(self, row_ids: Iterable[str]) -> list[str]:
        """Return the names of rows that share one cell; a name of several words is replaced by the id."""
        names = [(row_id, self.name_of(row_id)) for row_id in row_ids]
        return [row_id if _NO_WORD.search(name) else name for row_id, name in names]


class OwnUnits:
    """The units that the caller manages, each with the unit name that a sheet shows beside it."""

    def __init__(self, session: Session, by: Caller) -> None:
        own = session.exec(select(col(Unit.id), col(Unit.hsa_id), col(Unit.name)).where(units_of(by))).all()
        self.names = Names(
            nouns.UNIT, ((unit, hsa_id) for unit, hsa_id, _name in own), ((unit, name) for unit, _hsa_id, name in own)
        )
        self.called = {unit: name for unit, _hsa_id, name in own}

    def hold_name(self, unit: str | None, called: str | None) -> None:
        """Refuse a line whose unit name is not the stored one."""
        if called is not None and unit is not None and fold(called) != fold(self.called[unit]):
            raise fault(
                "/unit_name",
                "the unit of this row has another name: have cells been moved?",
                "radens enhet heter något annat: har celler flyttats?",
            )


def by_unit_name(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row's values, in which a unit that is only called by name is referred to by that name."""
    named = values.get("unit_id") is None and values.get("id") is None and values.get("unit_name") is not None
    return {**values, "unit_id": values["unit_name"]} if named else dict(values)


def refer_all(values: Mapping[str, Any], names: Mapping[str, Names]) -> dict[str, Any]:
    """Replace names with ids in a row's values; every name that no row has is a fault."""
    found, faults = dict(values), []
    for field, known in names.items():
        given = values.get(field)
        if isinstance(given, list):
            ids = [known.id_of(name) for name in given]
            faults += [
                no_such(f"/{field}/{place}", known.what)
                for place, row_id in enumerate(ids)
                if row_id is None or row_id in ids[:place]
            ]
            found[field] = ids
        elif given is not None:
            found[field] = known.id_of(given)
            if found[field] is None:
                faults.append(no_such(f"/{field}", known.what))
    if faults:
        raise InvalidError(*faults)
    return found


def need(values: Mapping[str, Any], *fields: str) -> None:
    """Refuse a new row that lacks a required value."""
    faults = [
        Fault(f"/{field}", "a new row needs this", "en ny rad behöver detta")
        for field in fields
        if values.get(field) is None
    ]
    if faults:
        raise InvalidError(*faults)


def hold(row: object, values: dict[str, Any], *fields: str) -> None:
    """Refuse other values for fields that cannot be changed, and remove these fields from the values."""
    faults = [
        Fault(
            f"/{field}",
            "this cannot be changed for a row that is stored already",
            "detta kan inte ändras för en rad som redan är sparad",
        )
        for field in fields
        if field in values and values.pop(field) != getattr(row, field)
    ]
    if faults:
        raise InvalidError(*faults)


def terms(session: Session) -> Names:
    """Name the terms by their codes."""
    return Names(nouns.TERM, session.exec(select(col(Term.id), col(Term.code))).all())


def weeks_of_terms(session: Session) -> dict[str, Weeks]:
    """Return the weeks of every term, by its id and by its code as people write it."""
    known = terms(session)
    rows = session.exec(select(Term)).all()
    return {
        name: Weeks(row.code, row.first_week, row.weeks)
        for row in rows
        for name in {row.id, known.name_of(row.id), row.code}
    }


def units(session: Session) -> Names:
    """Name the units by their HSA ids, or by what they are called."""
    rows = session.exec(select(col(Unit.id), col(Unit.hsa_id), col(Unit.name))).all()
    return Names(nouns.UNIT, ((row[0], row[1]) for row in rows), ((row[0], row[2]) for row in rows))


def municipalities(session: Session) -> Names:
    """Name the municipalities by their SCB codes, or by what they are called."""
    rows = session.exec(select(col(Municipality.code), col(Municipality.name))).all()
    called = [(code, name) for code, own in rows for name in (own, f"{own} kommun", code.lstrip("0"))]
    return Names(nouns.MUNICIPALITY, ((code, None) for code, _name in rows), called)


def sites(session: Session) -> Names:
    """Name the studieorter by their names."""
    return Names(nouns.SITE, session.exec(select(col(Site.id), col(Site.name))).all())


def institutions(session: Session) -> Names:
    """Name the lärosäten by their own codes."""
    return organisations(session, OrganisationKind.INSTITUTION, nouns.INSTITUTION)


def organisations(session: Session, kind: OrganisationKind | None = None, what: Words = nouns.ORGANISATION) -> Names:
    """Name the organisations, optionally of one kind, by their own codes or by what they are called.

    A municipality's organisation is also called by the municipality's name.
    """
    query = select(Organisation) if kind is None else select(Organisation).where(Organisation.kind == kind)
    rows = session.exec(query).all()
    called = [(row.id, name) for row in rows for name in dict.fromkeys((row.name_sv, row.name_en))]
    own = dict(session.exec(select(col(Municipality.code), col(Municipality.name))).all())
    called += [
        (row.id, name)
        for row in rows
        if row.provider_kind == ProviderKind.MUNICIPALITY and (place := own.get(row.municipality_code or ""))
        for name in (place, f"{place} kommun", f"{place}s kommun", f"{place} stad")
    ]
    return Names(what, ((row.id, row.external_id) for row in rows), called)


def programmes(session: Session, by: Caller) -> Names:
    """Name the caller's programmes by their codes."""
    return Names(
        nouns.PROGRAMME, session.exec(select(col(Programme.id), col(Programme.code)).where(programmes_of(by))).all()
    )


def cohorts(session: Session, by: Caller) -> Names:
    """Name the caller's cohorts by programme, term and name, as in ``1SJ24/VT2027/Termin 4``."""
    query = (
        select(col(Cohort.id), col(Programme.code), col(Term.code), col(Cohort.name))
        .join(Programme, col(Programme.id) == col(Cohort.programme_id))
        .join(Term, col(Term.id) == col(Cohort.term_id))
        .where(cohorts_of(by))
    )
    return Names(nouns.COHORT, ((row[0], "/".join(row[1:])) for row in session.exec(query)))


def named(sequence: Sequence[str] | None, names: Names) -> list[str] | None:
    """Return the names of the rows in a list; None stays None."""
    return None if sequence is None else names.words_of(sequence)
