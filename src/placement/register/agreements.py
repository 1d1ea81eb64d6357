"""Agreements: what a lärosäte and a provider have agreed on, for how long, and for how many student-weeks a term."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, true
from sqlmodel import Session, col, select

from placement import nouns
from placement.callers import Caller, Role
from placement.errors import ConflictError, InvalidError
from placement.events import input_events
from placement.register.lists import Lists
from placement.register.organisations import institutions_in, providers_in
from placement.register.payment_terms import hold_first_day, hold_prices, hold_steps
from placement.register.plausibility import STUDENT_WEEKS, Number, hold_usual
from placement.register.templates import notice_months_in
from placement.register.writing import Writer, keep_fixed, writing
from placement.store.access import (
    COORDINATORS,
    FIRST,
    PARTIES,
    PROVIDERS,
    Page,
    Span,
    allow,
    conflict,
    fault,
    found,
    matching,
    page_of,
    refer,
    refer_among,
)
from placement.store.batches import by_owner, read_in_batches
from placement.tables import (
    Agreement,
    AgreementCancellation,
    AgreementClause,
    AgreementPrice,
    AgreementUnit,
    AgreementVolume,
    Organisation,
    Term,
    Unit,
    agreement_party,
    ends_on,
    last_week,
)
from placement.tables.agreements import LETTER_NOTICE_MONTHS
from placement_solver.weeks import IsoWeek

BELONGINGS: Mapping[str, tuple[Any, str]] = {
    "units": (AgreementUnit, "unit_id"),
    "volumes": (AgreementVolume, "term_id"),
    "clauses": (AgreementClause, "figure"),
    "later_prices": (AgreementPrice, "valid_from"),
    "cancellation_steps": (AgreementCancellation, "days_before"),
}
"""What belongs to an agreement: the table of each, and the column that no two rows of one agreement share."""

NO_VOLUME: Mapping[str, int | None] = {"min_student_weeks": 0, "max_student_weeks": None}
"""Neither floor nor ceiling."""


@dataclass(frozen=True, slots=True)
class Signed:
    """An agreement, the units it covers (None: every one), its volumes by term, its clauses, and what is paid."""

    row: Agreement
    units: tuple[str, ...] | None
    volumes: tuple[AgreementVolume, ...]
    clauses: tuple[AgreementClause, ...]
    later_prices: tuple[AgreementPrice, ...]
    cancellation_steps: tuple[AgreementCancellation, ...]

    @property
    def ends_on(self) -> dt.date | None:
        """Return the last day of the agreement, with notice taken into account."""
        return ends_on(self.row)

    @property
    def last_week(self) -> IsoWeek | None:
        """Return the last week that a placement can have: the last one wholly within the agreement."""
        return last_week(self.row)


def in_force_on(session: Session, by: Caller, day: dt.date, providers: Iterable[str]) -> list[Signed]:
    """Return the caller's agreements with some providers that are in force on a day, by parties and first day."""
    query = select(Agreement).where(agreements_of(by), col(Agreement.valid_from) <= day)
    rows = read_in_batches(session, query, Agreement.provider_id, providers)
    standing = [row for row in rows if (ends_on(row) or day) >= day]
    order = sorted(standing, key=lambda row: (row.institution_id, row.provider_id, row.valid_from, row.id))
    return _with_belongings(session, order)


def list_agreements(
    session: Session,
    by: Caller,
    *,
    institution: str | None = None,
    provider: str | None = None,
    span: Span = FIRST,
) -> Page[Signed]:
    """List the agreements the caller is a party to, by parties and first day."""
    allow(by, PARTIES)
    row = Agreement
    query = select(row).where(agreements_of(by))
    query = query.order_by(col(row.institution_id), col(row.provider_id), col(row.valid_from), col(row.id))
    wanted = (row.institution_id, institution), (row.provider_id, provider)
    page = page_of(session, matching(query, wanted), span)
    return Page(_with_belongings(session, page.rows), page.total)


def show_agreement(session: Session, by: Caller, agreement_id: str) -> Signed:
    """Show one agreement."""
    allow(by, PARTIES)
    query = select(Agreement).where(col(Agreement.id) == agreement_id, agreements_of(by))
    return _with_belongings(session, [found(session.exec(query).first(), agreement_id)])[0]


def show_agreements(session: Session, by: Caller, agreement_ids: Iterable[str]) -> dict[str, Signed]:
    """Show several agreements, by their ids; those that the caller is no party to are left out."""
    allow(by, PARTIES)
    rows = read_in_batches(session, select(Agreement).where(agreements_of(by)), Agreement.id, agreement_ids)
    return {signed.row.id: signed for signed in _with_belongings(session, rows)}


def sign_agreement(session: Session, by: Caller, given: Mapping[str, Any]) -> Signed:
    """Enter an agreement; a provider may only enter its own."""
    allow(by, PROVIDERS)
    with writing(session, by) as writer:
        row = AgreementBook(writer, units=given.get("units") or ()).enter(given)
    return _with_belongings(session, [row])[0]


def change_agreement(session: Session, by: Caller, agreement_id: str, changes: Mapping[str, Any]) -> Signed:
    """Change an agreement, except its parties; notice has its own operation."""
    allow(by, PROVIDERS)
    row = show_agreement(session, by, agreement_id).row
    with writing(session, by) as writer:
        AgreementBook(writer, [row.id], changes.get("units") or ()).change(row, changes)
    return _with_belongings(session, [row])[0]


def remove_agreement(session: Session, by: Caller, agreement_id: str) -> None:
    """Remove an agreement that was entered by mistake; to end an agreement, give notice."""
    allow(by, COORDINATORS)
    row = show_agreement(session, by, agreement_id).row
    with writing(session, by) as writer:
        writer.remove(row)
        writer.tell(input_events.of_agreement(input_events.REMOVED, row))


def agreements_of(by: Caller) -> ColumnElement[bool]:
    """Return the condition for the agreements that the caller is a party to."""
    if by.role is Role.COORDINATOR:
        return true()
    party = Agreement.institution_id if by.role is Role.INSTITUTION else Agreement.provider_id
    return col(party) == by.organisation


class AgreementBook:
    """The one place where agreements are written: rules, units, volumes, clauses, prices, audit entries and events.

    A book is opened over the ids of the stored agreements that are changed, and of the units that agreements name. It
    reads what it needs about all of them at once, when it is first needed.
    """

    def __init__(self, writer: Writer, agreements: Iterable[str] = (), units: Iterable[str] = ()) -> None:
        self._writer = writer
        self._session = writer.session
        self._lists = Lists(writer.session)
        self._agreement_ids = set(agreements)
        self._unit_ids = set(units)

    def enter(self, given: Mapping[str, Any]) -> Agreement:
        """Add an agreement that the caller may sign, with all that belongs to it, and return the row."""
        values, belongings = _apart(self._lists.coded(given))
        self._check_parties(values)
        if values.get("notice_months") is None:
            values["notice_months"] = self._usual_notice(values["provider_id"], values["valid_from"])
        row = Agreement(**values, every_unit=belongings.get("units") is None)
        self._check(row, belongings)
        self._writer.add(row)
        self._keep(row, belongings)
        self._signed[row.institution_id, row.provider_id].append(row)
        self._writer.tell(input_events.of_agreement(input_events.CREATED, row))
        return row

    def change(self, row: Agreement, changes: Mapping[str, Any]) -> bool:
        """Change an agreement and tell whether anything changed; what belongs to it is replaced if given."""
        keep_fixed(row, changes, "institution_id", "provider_id")
        values, belongings = _apart(self._lists.coded(changes))
        if "units" in belongings:
            standing = None if row.every_unit else sorted(self._named_by(row))
            self._writer.note(row, "units", standing, belongings["units"] and sorted(belongings["units"]))
            values["every_unit"] = belongings["units"] is None
        if values.get("notice_months", 0) is None:  # an empty cell of a sheet says nothing of the months
            del values["notice_months"]
        self._hold_notice(row, values)
        self._check(Agreement(**{**row.model_dump(), **values}), belongings)
        changed = self._writer.change(row, values)
        if kept := self._keep(row, belongings):
            self._writer.touch(row, "valid_from")
            changed += kept
        if changed:
            self._writer.tell(input_events.of_agreement(input_events.CHANGED, row, changed))
        return bool(changed)

    def set_volume(self, row: Agreement, term: str, given: Mapping[str, Any]) -> bool:
        """Set an agreement's volume in one term, and tell whether it changed.

        A floor or a ceiling that is not given stays as it is, and so do the volumes of other terms. A fault of the
        volume points at its own field.
        """
        standing = [kept.model_dump(exclude={"agreement_id"}) for kept in self._standing["volumes"][row.id]]
        others = [kept for kept in standing if kept["term_id"] != term]
        before = next((kept for kept in standing if kept["term_id"] == term), {"term_id": term, **NO_VOLUME})
        for name in NO_VOLUME:
            self._writer.note(row, name, before[name], given.get(name, before[name]))
        try:
            return self.change(row, {"volumes": [*others, {**before, **given}]})
        except InvalidError as error:
            own = [replace(each, pointer=f"/{each.pointer.rpartition('/')[2]}") for each in error.faults]
            raise InvalidError(*own) from error

    def _check_parties(self, values: Mapping[str, Any]) -> None:
        """Refuse parties that do not exist, or that the caller may not sign for."""
        refer_among(self._institutions, values["institution_id"], "/institution_id", nouns.INSTITUTION)
        refer_among(self._providers, values["provider_id"], "/provider_id", nouns.PROVIDER)

    def _check(self, row: Agreement, belongings: Mapping[str, Any]) -> None:
        """Refuse an agreement that contradicts itself, refers to what does not exist, or overlaps another."""
        if row.valid_to is not None and row.valid_to < row.valid_from:
            raise fault(
                "/valid_to", "an agreement cannot end before it begins", "ett avtal kan inte sluta innan det börjar"
            )
        for number, unit_id in enumerate(belongings.get("units") or ()):
            pointer = f"/units/{number}"
            if agreement_party(refer(self._units.get(unit_id), pointer, nouns.UNIT)) != row.provider_id:
                raise fault(
                    pointer,
                    "the unit is not covered by this provider's agreements",
                    "enheten omfattas inte av den här huvudmannens avtal",
                )
        for number, volume in enumerate(belongings.get("volumes", ())):
            refer_among(self._terms, volume["term_id"], f"/volumes/{number}/term_id", nouns.TERM)
            ceiling = volume["max_student_weeks"]
            if ceiling is not None and ceiling < volume["min_student_weeks"]:
                raise fault(
                    f"/volumes/{number}/max_student_weeks",
                    "the ceiling is lower than the floor",
                    "taket är lägre än golvet",
                )
        self._check_payment(row, belongings)
        self._hold_usual(row, belongings.get("volumes", ()))
        self._refuse_overlap(row, None if row.every_unit else belongings.get("units") or self._named_by(row))

    def withdraw_notice(self, row: Agreement) -> None:
        """Let an agreement go on as if no notice had been given, unless another has been signed for the time after."""
        values = {"notice_given_on": None, "notice_received_on": None, "withdrawal_by_id": None}
        self._check(Agreement(**{**row.model_dump(), **values}), {})
        self._writer.change(row, values)
        self._writer.tell(input_events.of_agreement("notice-withdrawn", row))

    def _usual_notice(self, provider: str, day: dt.date) -> int:
        """Return the months of notice of the county's template on a day, or else of the letter of intent."""
        months = notice_months_in(self._session, self._session.get_one(Organisation, provider), day)
        return LETTER_NOTICE_MONTHS if months is None else months

    def _hold_notice(self, row: Agreement, values: Mapping[str, Any]) -> None:
        """Refuse other months of notice once it has been given: the last day that the parties count on would move."""
        if row.notice_given_on is not None and values.get("notice_months", row.notice_months) != row.notice_months:
            raise conflict(
                "/notice_months",
                f"Notice was given on {row.notice_given_on}; its months can no longer be changed.",
                f"Avtalet sades upp den {row.notice_given_on}; uppsägningstiden kan inte längre ändras.",
            )

    def _check_payment(self, row: Agreement, belongings: Mapping[str, Any]) -> None:
        """Refuse prices that do not follow the agreement's own, and cancellations that cost less the later they are."""
        if "later_prices" in belongings:
            hold_prices(row, [price["valid_from"] for price in belongings["later_prices"]])
        else:
            hold_first_day(row, self._standing["later_prices"][row.id])
        hold_steps(belongings.get("cancellation_steps", ()))

    def _hold_usual(self, row: Agreement, volumes: Sequence[Mapping[str, Any]]) -> None:
        """Ask about very large volumes."""
        standing = {volume.term_id: volume for volume in self._standing["volumes"][row.id]}
        numbers = (
            Number(
                f"/volumes/{number}/{name}",
                volume[name],
                STUDENT_WEEKS,
                getattr(standing.get(volume["term_id"]), name, None),
            )
            for number, volume in enumerate(volumes)
            for name in ("min_student_weeks", "max_student_weeks")
        )
        hold_usual(self._writer.by, numbers)

    def _refuse_overlap(self, row: Agreement, units: Iterable[str] | None) -> None:
        """Refuse a second agreement that could cover the same placement: such a term cannot be planned."""
        for other in self._signed[row.institution_id, row.provider_id]:
            if (
                other.id != row.id
                and _share(units, None if other.every_unit else self._named_by(other))
                and _share(row.professions, other.professions)
                and _meet(row, other)
            ):
                raise self._overlap_with(other)

    def _overlap_with(self, other: Agreement) -> ConflictError:
        """Return the refusal of an agreement that overlaps another, which is told by its parties and its dates."""
        parties = (other.institution_id, other.provider_id)
        one, two = (self._session.get_one(Organisation, party) for party in parties)
        first, last = other.valid_from, ends_on(other)
        sv, en = (" tills vidare", " until further notice") if last is None else (f" till {last}", f" to {last}")
        return conflict(
            "/valid_from",
            f"The agreement between {one.name_en} and {two.name_en}, from {first}{en}, already covers the same"
            " units, professions and time.",
            f"Avtalet mellan {one.name_sv} och {two.name_sv}, från {first}{sv}, gäller redan för samma enheter,"
            " yrken och tid.",
        )

    def _named_by(self, row: Agreement) -> list[str]:
        """Return the units that an agreement names."""
        return [named.unit_id for named in self._standing["units"][row.id]]

    def _keep(self, row: Agreement, belongings: Mapping[str, Any]) -> list[str]:
        """Store what belongs to the agreement and is given; return the names of those fields that changed."""
        changed = []
        for name, given in belongings.items():
            table, key = BELONGINGS[name]
            values = [{"unit_id": unit} for unit in given or ()] if name == "units" else given
            wanted = [table(agreement_id=row.id, **each) for each in values]
            standing = self._standing[name][row.id]
            if self._writer.settle(standing, wanted):
                changed.append(name)
            stayed = {getattr(old, key): old for old in standing}
            self._standing[name][row.id] = [stayed.get(getattr(new, key), new) for new in wanted]
        return changed

    @cached_property
    def _institutions(self) -> Collection[str]:
        return institutions_in(self._session)

    @cached_property
    def _providers(self) -> Collection[str]:
        """The providers that the caller may sign for."""
        providers, by = providers_in(self._session), self._writer.by
        return providers & {by.organisation or ""} if by.role is Role.PROVIDER else providers

    @cached_property
    def _terms(self) -> Collection[str]:
        return set(self._session.exec(select(Term.id)))

    @cached_property
    def _units(self) -> Mapping[str, Unit]:
        found_units = read_in_batches(self._session, select(Unit), Unit.id, self._unit_ids)
        return {unit.id: unit for unit in found_units}

    @cached_property
    def _signed(self) -> Mapping[tuple[str, str], list[Agreement]]:
        """Every agreement, by its parties."""
        signed: dict[tuple[str, str], list[Agreement]] = defaultdict(list)
        for row in self._session.exec(select(Agreement).order_by(col(Agreement.id))):
            signed[row.institution_id, row.provider_id].append(row)
        return signed

    @cached_property
    def _standing(self) -> Mapping[str, dict[str, list[Any]]]:
        """What belongs to the agreements, as it is now; the units that others name tell what they cover."""
        standing: dict[str, dict[str, list[Any]]] = {}
        for name, (table, _key) in BELONGINGS.items():
            ids = {row.id for rows in self._signed.values() for row in rows} if name == "units" else self._agreement_ids
            rows = read_in_batches(self._session, select(table), table.agreement_id, ids)
            standing[name] = defaultdict(list, by_owner(rows, lambda row: row.agreement_id))
        return standing


def _apart(given: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return an agreement's own values, and what belongs to it that is given beside them."""
    values = dict(given)
    return values, {name: values.pop(name) for name in BELONGINGS if name in values}


def _share(some: Iterable[str] | None, others: Iterable[str] | None) -> bool:
    """Tell whether two selections have something in common; None selects everything."""
    return some is None or others is None or not set(some).isdisjoint(others)


def _meet(one: Agreement, other: Agreement) -> bool:
    """Tell whether both agreements are in force on some day."""
    first = max(one.valid_from, other.valid_from)
    return all(end is None or end >= first for end in (ends_on(one), ends_on(other)))


def _with_belongings(session: Session, rows: Sequence[Agreement]) -> list[Signed]:
    """Read what belongs to several agreements at once."""
    ids = [row.id for row in rows]
    read: dict[str, dict[str, list[Any]]] = {}
    for name, (table, key) in BELONGINGS.items():
        query = select(table).where(table.agreement_id.in_(ids)).order_by(getattr(table, key))
        read[name] = by_owner(session.exec(query), lambda row: row.agreement_id)
    return [
        Signed(
            row,
            None if row.every_unit else tuple(unit.unit_id for unit in read["units"].get(row.id, ())),
            *(tuple(read[name].get(row.id, ())) for name in BELONGINGS if name != "units"),
        )
        for row in rows
    ]
