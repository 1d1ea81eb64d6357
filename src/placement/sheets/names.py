"""Names: how a sheet refers to a row: by its owner's code if that is unique, by its id, or by what it is called."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from sqlmodel import Session, col, select

from placement import nouns
from placement.callers import Caller
from placement.errors import Fault, InvalidError, no_such
from placement.identity_numbers import REFUSED, RESEMBLES, resembles_identity_number
from placement.register.cohorts import cohorts_of
from placement.register.lists import Lists
from placement.register.programmes import programmes_of
from placement.sheets.week_names import NO_TERM, Weeks, no_such_term
from placement.spelling import alike, nearly
from placement.store.access import fault
from placement.store.scopes import students_of, units_of
from placement.tables import (
    Cohort,
    Municipality,
    Organisation,
    OrganisationKind,
    Programme,
    ProviderKind,
    Site,
    Student,
    Term,
    Unit,
)
from placement_solver.words import Words

LONGEST = 200
MOST_TOLD = 5
_NO_WORD = re.compile(r"[,;\n]")
_SEASONS = {"VT": "vårterminen", "HT": "höstterminen", "ST": "sommarterminen"}
_TERM = re.compile(r"(VT|HT|ST)(\d{4})")


class Names:
    """The rows that a sheet may refer to, by id, by code or by what they are called.

    A name as it is stored goes first, then one that differs only in typing, and last one that differs in accents and
    signs, which is told. A name that several rows have is nobody's.
    """

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
        self._texts: dict[str, set[str]] = {}
        self._alike: dict[str, set[str]] = {}
        self._nearly: dict[str, dict[str, str]] = {}
        self._most_parts = 1
        called = list(called)
        for row_id, name in called:
            self._texts.setdefault(name, set()).add(row_id)
            self._most_parts = max(self._most_parts, len(_NO_WORD.split(name)))
            self._nearly.setdefault(nearly(name), {}).setdefault(row_id, name)
        for row_id, name in (*((row_id, code) for code, row_id in self._id_of.items()), *called):
            self._alike.setdefault(alike(name), set()).add(row_id)

    def id_of(self, name: str) -> str | None:
        """Return the id of the row with a name; None if there is none, or if several are called so."""
        return _alone(self._same(name) or self._near(name))

    def _same(self, name: str) -> Collection[str]:
        """Return the ids of the rows that have a name, as it is stored or else but for typing."""
        if name in self._ids:
            return (name,)
        if name in self._id_of:
            return (self._id_of[name],)
        return self._texts.get(name) or self._alike.get(alike(name)) or ()

    def _near(self, name: str) -> Mapping[str, str]:
        """Return the rows whose names differ from a name in accents and signs, each with its name."""
        spelt = nearly(name)
        return self._nearly.get(spelt, {}) if spelt else {}

    def understood(self, name: str) -> Words | None:
        """Tell as which name another is read, where they differ in more than typing."""
        row_id = None if self._same(name) else _alone(near := self._near(name))
        if row_id is None:
            return None
        return read_as(name, near[row_id])

    def refusal(self, pointer: str, name: str) -> Fault:
        """Return the fault of a name that is no row's, or several rows'."""
        bearers = sorted(self.name_of(row_id) for row_id in self._same(name) or self._near(name))
        if not bearers and self.what == nouns.TERM:
            words = no_such_term(map(self.name_of, self._ids))
            return Fault(pointer, words.en, words.sv)
        if not bearers and self.what == nouns.STUDENT and resembles_identity_number(name):
            return Fault(pointer, RESEMBLES.en, RESEMBLES.sv)
        if not bearers:
            return no_such(pointer, self.what)
        own = "HSA-id" if self.what == nouns.UNIT else "id"
        told = ", ".join(bearers[:MOST_TOLD]) + ", …" * (len(bearers) > MOST_TOLD)
        return Fault(
            pointer,
            f"several have this name: give the {own} of the one that is meant ({told})",
            f"flera har det namnet: ange {own} för den som menas ({told})",
        )

    def note(self, pointer: str, name: str, faults: list[Fault], assumed: Counter[Words]) -> None:
        """Note the fault of a name that is nobody's, or count one that is read as another."""
        if self.id_of(name) is None:
            faults.append(self.refusal(pointer, name))
        elif (words := self.understood(name)) is not None:
            assumed[words] += 1

    def in_parts(self, parts: Sequence[str]) -> list[tuple[int, str]] | int:
        """Put together again what a comma has split: return each name with the place of its first part.

        Neighbours that only together are a name are one. Where some are names both alone and together, return the
        place of the first of them instead.
        """
        runs = [self._runs(parts, place) for place in range(len(parts))]
        ways = [0] * len(parts) + [1]
        for place in reversed(range(len(parts))):
            ways[place] = sum(ways[place + many] for many in runs[place])
        found, place = list[tuple[int, str]](), 0
        while place < len(parts):
            fitting = [many for many in runs[place] if ways[place + many] or not ways[0]]
            if len(fitting) > 1 and ways[0]:
                return place
            many = max(fitting, default=1)
            found.append((place, ", ".join(parts[place : place + many])))
            place += many
        return found

    def _runs(self, parts: Sequence[str], place: int) -> list[int]:
        """Return how many parts from a place on are a name: one, or several that are together as it is stored."""
        most = min(self._most_parts, len(parts) - place)
        joined = [many for many in range(2, most + 1) if self._same(", ".join(parts[place : place + many]))]
        return [1, *joined] if self._same(parts[place]) or self._near(parts[place]) else joined

    def all(self) -> list[str]:
        """Return every row as people call it: by its name where that is its alone, else by its code or id."""
        return sorted(map(self.called, self._ids))

    def called(self, row_id: str) -> str:
        """Return a row as people call it: by its name where that is its alone, else by its code or id."""
        return self._own_texts.get(row_id, self.name_of(row_id))

    @cached_property
    def _own_texts(self) -> Mapping[str, str]:
        """The first name of each row that is its alone."""
        own: dict[str, str] = {}
        for text, ids in self._texts.items():
            if len(ids) == 1:
                own.setdefault(next(iter(ids)), text)
        return own

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


def read_as(name: str, read: str) -> Words:
    """Tell as which name another is read."""
    return Words(f"\u201d{name}\u201d läses som \u201d{read}\u201d.", f"'{name}' is read as '{read}'.")


def _alone(ids: Collection[str]) -> str | None:
    """Return the only one of some ids; None if there is none, or several."""
    return next(iter(ids)) if len(ids) == 1 else None


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
        if called is not None and unit is not None and nearly(called) != nearly(self.called[unit]):
            raise fault(
                "/unit_name",
                "the unit of this row has another name: have cells been moved?",
                "radens enhet heter något annat: har celler flyttats?",
            )


def by_unit_name(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row's values, in which a unit that is only called by name is referred to by that name."""
    named = values.get("unit_id") is None and values.get("id") is None and values.get("unit_name") is not None
    return {**values, "unit_id": values["unit_name"]} if named else dict(values)


def referred(rows: Mapping[int, Mapping[str, Any]], field: str, known: Names) -> set[str]:
    """Return the ids of all rows that the lists in a field name."""
    listed = (values.get(field) or () for values in rows.values())
    parts = (named for given in listed if not isinstance(named := known.in_parts(given), int))
    return known.ids_of(name for named in parts for _place, name in named)


def _befores(ids: Sequence[str | None]) -> Iterator[Sequence[str | None]]:
    """Yield for each id those before it."""
    return (ids[:place] for place in range(len(ids)))


def _read_two_ways(pointer: str) -> Fault:
    return Fault(
        pointer,
        "this can be read as one name with a comma or as several names: give the ids instead",
        "det kan läsas som ett namn med kommatecken eller som flera namn: ange id i stället",
    )


def refer_all(
    values: Mapping[str, Any],
    names: Mapping[str, Names],
    assumed: Counter[Words],
    lists: Lists | None = None,
    *,
    of_people: bool = False,
) -> dict[str, Any]:
    """Replace names with ids in a row's values, and words of ``lists`` with their codes.

    Every name that no row has is a fault, and every word that is not in its list; all of a row are told together.
    ``assumed`` counts the names that are read as others. In rows ``of_people``, a pseudonym that may be an identity
    number is told with the rest.
    """
    found, faults = dict(values), _numbers_in(values) if of_people else []
    for field, known in names.items():
        given = values.get(field)
        if isinstance(given, list):
            named = known.in_parts(given)
            if isinstance(named, int):
                faults.append(_read_two_ways(f"/{field}/{named}"))
                continue
            ids = [known.id_of(name) for _place, name in named]
            for (place, name), row_id, before in zip(named, ids, _befores(ids), strict=True):
                if row_id is not None and row_id in before:
                    faults.append(Fault(f"/{field}/{place}", "named twice", "nämns två gånger"))
                else:
                    known.note(f"/{field}/{place}", name, faults, assumed)
            found[field] = ids
        elif given is not None:
            known.note(f"/{field}", given, faults, assumed)
            found[field] = known.id_of(given)
    if lists is not None:
        try:
            found = lists.coded(found)
        except InvalidError as error:
            faults += error.faults
    if faults:
        raise InvalidError(*faults)
    return found


def _numbers_in(values: Mapping[str, Any]) -> list[Fault]:
    """Return the fault of a pseudonym that may be an identity number."""
    refused = resembles_identity_number(values.get("external_id") or "")
    return [Fault("/external_id", REFUSED.en, REFUSED.sv)] if refused else []


def lacking(values: Mapping[str, Any], *fields: str) -> list[Fault]:
    """Return what a new row lacks of the required values."""
    return [
        Fault(f"/{field}", "a new row needs this", "en ny rad behöver detta")
        for field in fields
        if values.get(field) is None
    ]


def need(values: Mapping[str, Any], *fields: str) -> None:
    """Refuse a new row that lacks a required value."""
    if faults := lacking(values, *fields):
        raise InvalidError(*faults)


def need_term(values: Mapping[str, Any], *fields: str) -> None:
    """Refuse what belongs to a term in a row that names none."""
    given = next((field for field in fields if values.get(field) not in (None, [])), None)
    if given is not None and values.get("term_id") is None:
        raise fault(f"/{given}", NO_TERM.en, NO_TERM.sv)


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
    """Name the terms by their codes, and as people write them: ``VT 2027``, ``vt27`` and ``vårterminen 2027``."""
    rows = session.exec(select(col(Term.id), col(Term.code))).all()
    return Names(nouns.TERM, rows, ((row_id, name) for row_id, code in rows for name in (code, *_terms_called(code))))


def _terms_called(code: str) -> Iterator[str]:
    """Yield what people call a term besides its code."""
    if (found := _TERM.fullmatch(code)) is None:
        return
    season, year = found.groups()
    for short in (year, year[2:]):
        yield f"{season} {short}"
        yield f"{season}-{short}"
        yield f"{season}{short}"
    yield f"{_SEASONS[season]} {year}"


class _WeeksOfTerms(Mapping[str, Weeks]):
    """The weeks of every term, by each name that a sheet may give it."""

    def __init__(self, known: Names, weeks: Mapping[str, Weeks]) -> None:
        self._known, self._weeks = known, weeks

    def __getitem__(self, name: str) -> Weeks:
        """Return the weeks of the term with a name."""
        row_id = self._known.id_of(name)
        if row_id is None:
            raise KeyError(name)
        return self._weeks[row_id]

    def __iter__(self) -> Iterator[str]:
        """Return the ids of the terms."""
        return iter(self._weeks)

    def __len__(self) -> int:
        """Return the number of terms."""
        return len(self._weeks)


def weeks_of_terms(session: Session) -> Mapping[str, Weeks]:
    """Return the weeks of every term, by each name that a sheet may give it."""
    rows = session.exec(select(Term)).all()
    return _WeeksOfTerms(terms(session), {row.id: Weeks(row.code, row.first_week, row.weeks) for row in rows})


def units(session: Session) -> Names:
    """Name the units by their HSA ids, or by what they are called."""
    rows = session.exec(select(col(Unit.id), col(Unit.hsa_id), col(Unit.name))).all()
    return Names(nouns.UNIT, ((row[0], row[1]) for row in rows), ((row[0], row[2]) for row in rows))


def municipalities(session: Session) -> Names:
    """Name the municipalities by their SCB codes, or by what they are called."""
    rows = session.exec(select(col(Municipality.code), col(Municipality.name))).all()
    called = [(code, name) for code, own in rows for name in (*_in_full(own), code.lstrip("0"))]
    return Names(nouns.MUNICIPALITY, ((code, None) for code, _name in rows), called)


def sites(session: Session) -> Names:
    """Name the studieorter by their names."""
    rows = session.exec(select(col(Site.id), col(Site.name))).all()
    return Names(nouns.SITE, rows, rows)


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
        for name in _in_full(place)
    ]
    return Names(what, ((row.id, row.external_id) for row in rows), called)


def _in_full(place: str) -> tuple[str, ...]:
    """Return what a municipality is called: ``Solna``, ``Solna stad``, ``Stockholms stad``, ``Ekerö kommun``."""
    owner = place if place.endswith("s") else f"{place}s"
    return (place, f"{place} kommun", f"{owner} kommun", f"{place} stad", f"{owner} stad")


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
    rows = [(row[0], "/".join(row[1:])) for row in session.exec(query)]
    return Names(nouns.COHORT, rows, rows)


def students_called(session: Session, by: Caller, wanted: Collection[str]) -> list[str]:
    """Return the ids of the caller's students who are named by id, or by their pseudonym in any typing."""
    spelt = set(map(alike, wanted))
    found = session.exec(select(col(Student.id), col(Student.external_id)).where(students_of(by)))
    return [row_id for row_id, own in found if row_id in wanted or alike(own) in spelt]


def named(sequence: Sequence[str] | None, names: Names) -> list[str] | None:
    """Return the names of the rows in a list; None stays None."""
    return None if sequence is None else names.words_of(sequence)
