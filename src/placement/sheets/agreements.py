"""Sheets of agreements with volumes: one row per agreement and term, matched by parties, first day, professions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session, col, select

from placement import nouns
from placement.callers import Caller
from placement.register.agreements import AgreementBook, Signed, agreements_of, list_agreements
from placement.register.lists import Lists
from placement.register.writing import Writer
from placement.sheets import names
from placement.sheets.cells import Value, as_text, words_as_text
from placement.sheets.faults import Faults
from placement.sheets.importing import Outcome, every, take_all
from placement.sheets.writing import Sheet
from placement.store.access import PARTIES, PROVIDERS, allow, fault, refer
from placement.tables import Agreement, OrganisationKind

HEADS = (
    "id",
    "institutionId",
    "providerId",
    "validFrom",
    "validTo",
    "professions",
    "units",
    "priceOre",
    "currency",
    "noticeMonths",
    "termId",
    "minStudentWeeks",
    "maxStudentWeeks",
)
NEEDED = ("institution_id", "provider_id", "valid_from")
VOLUME = ("min_student_weeks", "max_student_weeks")
PROTECTED: frozenset[str] = frozenset()
_Key = tuple[str | None, str | None, object, frozenset[str] | None]


def sheet(session: Session, by: Caller, *, institution: str | None = None, provider: str | None = None) -> Sheet:
    """Write the caller's agreements, optionally of one party, with a row for each term's volume."""
    allow(by, PARTIES)
    parties, units, terms = names.organisations(session), names.units(session), names.terms(session)
    signed = every(lambda span: list_agreements(session, by, institution=institution, provider=provider, span=span))
    lines: list[tuple[Value, ...]] = []
    for each in signed:
        own = _own_cells(each, parties, units)
        volumes = [
            (*own, terms.name_of(volume.term_id), volume.min_student_weeks, volume.max_student_weeks)
            for volume in each.volumes
        ]
        lines += volumes or [(*own, None, None, None)]
    return Sheet(HEADS, lines)


def _own_cells(signed: Signed, parties: names.Names, units: names.Names) -> tuple[Value, ...]:
    """Return the cells of an agreement that are the same in every term."""
    row = signed.row
    return (
        row.id,
        parties.name_of(row.institution_id),
        parties.name_of(row.provider_id),
        as_text(row.valid_from),
        as_text(row.valid_to) or None,
        words_as_text(row.professions),
        words_as_text(names.named(signed.units, units)),
        row.price_ore,
        row.currency,
        row.notice_months,
    )


def bring_in(session: Session, by: Caller, rows: Mapping[int, dict[str, Any]], faults: Faults) -> Outcome:
    """Enter the agreements that are new, and change those that are stored, with one term's volume in each row."""
    allow(by, PROVIDERS)
    return take_all(session, by, rows, faults, _Lines)


class _Lines:
    """The lines of one import; an agreement may have one line for each term."""

    def __init__(self, writer: Writer, rows: Mapping[int, dict[str, Any]]) -> None:
        session, by = writer.session, writer.by
        units = names.units(session)
        self._references = {
            "institution_id": names.institutions(session),
            "provider_id": names.organisations(session, OrganisationKind.PROVIDER, nouns.PROVIDER),
            "units": units,
            "term_id": names.terms(session),
        }
        stored = session.exec(select(Agreement).where(agreements_of(by)).order_by(col(Agreement.id))).all()
        self._by_id = {row.id: row for row in stored}
        self._by_key = {_key_of(row.model_dump()): row for row in stored}
        self._claimed: set[tuple[str, str | None]] = set()
        self._lists = Lists(session)
        self._book = AgreementBook(writer, self._by_id, names.referred(rows, "units", units))
        self.outcome = Outcome(len(rows))

    def refer(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return a line's values with ids in place of names."""
        return names.refer_all(values, self._references, self.outcome.assumed, self._lists)

    def take(self, values: dict[str, Any]) -> None:
        """Enter or change one agreement, with its volume in one term."""
        given = self.refer(values)
        names.need_term(given, *VOLUME)
        row_id, term = given.pop("id", None), given.pop("term_id", None)
        volume = {name: given.pop(name) for name in VOLUME if name in given}
        row = refer(self._by_id.get(row_id), "/id", nouns.AGREEMENT) if row_id else self._by_key.get(_key_of(given))
        new = row is None
        if row is None:
            names.need(given, *NEEDED)
            row = self._by_key[_key_of(given)] = self._book.enter(given)
            self.outcome.created += 1
        if (row.id, term) in self._claimed:
            raise fault(
                "/provider_id",
                "another row of the sheet is about the same agreement in the same term",
                "en annan rad i bladet gäller samma avtal i samma termin",
            )
        self._claimed.add((row.id, term))
        changed = False
        if not new:
            names.hold(row, given, "institution_id", "provider_id")
            changed = self._book.change(row, given)
        if term is not None and volume:
            changed = self._book.set_volume(row, term, volume) or changed
        if not new:
            self.outcome.count(changed=changed)


def _key_of(values: Mapping[str, Any]) -> _Key:
    """Return the key of an agreement: its parties, its first day and the professions that it is for."""
    professions = values.get("professions")
    return (
        values.get("institution_id"),
        values.get("provider_id"),
        values.get("valid_from"),
        None if professions is None else frozenset(professions),
    )
