"""Units: where students learn, with the latest judgement of each education level."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypedDict, Unpack

from sqlmodel import Session, col, select

from placement import nouns
from placement.callers import Caller, Role
from placement.register.lists import Lists, naming
from placement.register.municipalities import municipality_codes
from placement.register.organisations import providers_in
from placement.register.plausibility import AT_A_UNIT, Number, hold_usual
from placement.register.points import check_move, check_point
from placement.register.taken import Taken
from placement.register.writing import Writer, writing
from placement.store.access import (
    FIRST,
    PLANNERS,
    PROVIDERS,
    Page,
    Span,
    allow,
    conflict,
    fault,
    found,
    matching,
    page_of,
    refer_among,
    refuse_identity_number,
)
from placement.store.scopes import units_of, units_seen_by
from placement.tables import EducationLevel, Site, Unit, WordList


@dataclass(frozen=True, slots=True)
class UnitPlace:
    """A unit, with the latest judgement of each education level."""

    unit: Unit
    levels: tuple[EducationLevel, ...]


class UnitsWanted(TypedDict, total=False):
    """Which units are wanted: of one provider, municipality or site, with one HSA id, or with one kind of care.

    ``named`` is a part of the names that are wanted.
    """

    provider: str | None
    municipality: str | None
    site: str | None
    hsa_id: str | None
    kind: str | None
    named: str | None


def list_units(session: Session, by: Caller, *, span: Span = FIRST, **wanted: Unpack[UnitsWanted]) -> Page[UnitPlace]:
    """List the units the caller may see, by name."""
    allow(by, PLANNERS)
    query = select(Unit).where(units_seen_by(by)).order_by(col(Unit.name), col(Unit.id))
    columns = (
        (Unit.provider_id, wanted.get("provider")),
        (Unit.municipality_code, wanted.get("municipality")),
        (Unit.site_id, wanted.get("site")),
        (Unit.hsa_id, wanted.get("hsa_id")),
    )
    query = matching(query, columns)
    if (kind := Lists(session).asked(WordList.UNIT_KIND, wanted.get("kind"), "kind")) is not None:
        query = query.where(naming(Unit.kinds, kind))
    if (named := wanted.get("named")) is not None:
        query = query.where(col(Unit.name).icontains(named, autoescape=True))
    page = page_of(session, query, span)
    return Page(_with_levels(session, page.rows), page.total)


def show_unit(session: Session, by: Caller, unit_id: str) -> UnitPlace:
    """Show one unit."""
    allow(by, PLANNERS)
    unit = session.exec(select(Unit).where(col(Unit.id) == unit_id, units_seen_by(by))).first()
    return _with_levels(session, [found(unit, unit_id)])[0]


def own_unit(session: Session, by: Caller, unit_id: str) -> Unit:
    """Return a unit that the caller manages; any other unit is not found."""
    unit = session.exec(select(Unit).where(col(Unit.id) == unit_id, units_of(by))).first()
    return found(unit, unit_id)


def open_unit(session: Session, by: Caller, given: Mapping[str, Any]) -> UnitPlace:
    """Enter a unit of a provider; a provider may only enter its own."""
    allow(by, PROVIDERS)
    with writing(session, by) as writer:
        unit = UnitBook(writer).enter(given)
    return UnitPlace(unit, ())


def change_unit(session: Session, by: Caller, unit_id: str, changes: Mapping[str, Any]) -> UnitPlace:
    """Change a unit."""
    allow(by, PROVIDERS)
    unit = own_unit(session, by, unit_id)
    with writing(session, by) as writer:
        UnitBook(writer).change(unit, changes)
    return _with_levels(session, [unit])[0]


def close_unit(session: Session, by: Caller, unit_id: str) -> None:
    """Remove a unit that no other row refers to."""
    allow(by, PROVIDERS)
    unit = own_unit(session, by, unit_id)
    with writing(session, by) as writer:
        writer.remove(unit)


def judge_level(
    session: Session,
    by: Caller,
    unit_id: str,
    level: str,
    *,
    met: bool,
    judged_on: dt.date,
    evidence: str | None = None,
    valid_until: dt.date | None = None,
) -> UnitPlace:
    """Record whether a unit met an education level on a day; a later judgement of the same day replaces it.

    Raises InvalidError for evidence with an identity number, and for a judgement that ends before it was made.
    """
    allow(by, PROVIDERS)
    unit = own_unit(session, by, unit_id)
    refuse_identity_number("/evidence", evidence)
    if valid_until is not None and valid_until < judged_on:
        raise fault(
            "/valid_until",
            "an assessment cannot cease to count before it was made",
            "en bedömning kan inte sluta gälla innan den gjordes",
        )
    judgement = EducationLevel(
        unit_id=unit_id, level=level, judged_on=judged_on, met=met, evidence=evidence, valid_until=valid_until
    )
    with writing(session, by) as writer:
        UnitBook(writer).judge(unit, judgement)
    return _with_levels(session, [unit])[0]


class UnitBook:
    """The one place where units are written, with their audit entries, over the units that the caller manages."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._lists = Lists(writer.session)
        self._taken = Taken(writer.session, Unit.id, Unit.hsa_id)

    def enter(self, given: Mapping[str, Any]) -> Unit:
        """Add a unit of a provider, and return the row."""
        row = Unit(**self._lists.coded(given))
        self._check(row.model_dump())
        self._hold_hsa_id(row.id, row.hsa_id)
        hold_usual(self._writer.by, [Number("/max_students", row.max_students, AT_A_UNIT)])
        check_point(row)
        self._writer.add(row)
        return row

    def change(self, row: Unit, changes: Mapping[str, Any]) -> bool:
        """Change a unit, and tell whether anything changed."""
        values = self._lists.coded(changes)
        self._check({**row.model_dump(), **values})
        if values.get("hsa_id", row.hsa_id) != row.hsa_id:
            self._hold_hsa_id(row.id, values["hsa_id"])
        check_move(row, values)
        ceiling = Number("/max_students", values.get("max_students"), AT_A_UNIT, row.max_students)
        hold_usual(self._writer.by, [ceiling])
        return bool(self._writer.change(row, values))

    def judge(self, row: Unit, judgement: EducationLevel) -> None:
        """Store a judgement of an education level in place of an earlier one of the same day."""
        same_day = judgement.unit_id, judgement.level, judgement.judged_on
        earlier = self._writer.session.get(EducationLevel, same_day)
        if self._writer.settle([earlier] if earlier else [], [judgement]):
            self._writer.touch(row, "name")

    def _hold_hsa_id(self, unit_id: str, hsa_id: str | None) -> None:
        """Refuse an HSA id that another unit has, however it is typed."""
        if not self._taken.take(hsa_id, unit_id):
            raise conflict(
                "/hsa_id", "There is already a unit with this HSA id.", "Det finns redan en enhet med det HSA-id:t."
            )

    def _check(self, values: Mapping[str, Any]) -> None:
        """Refuse a unit that would not be the caller's, or that refers to what does not exist."""
        for name in ("provider_id", "operator_id"):
            if values[name] is not None:
                refer_among(self._providers, values[name], f"/{name}", nouns.PROVIDER)
        by = self._writer.by
        if by.role is Role.PROVIDER and by.organisation not in {values["provider_id"], values["operator_id"]}:
            raise fault(
                "/provider_id",
                "a provider may only enter and change its own units",
                "en huvudman får bara lägga till och ändra sina egna enheter",
            )
        if values["excluded_from_agreement"] and values["operator_id"] is None:
            raise fault(
                "/excluded_from_agreement",
                "only a unit that another organisation operates can be excluded",
                "bara en enhet som en annan organisation driver kan undantas från avtalet",
            )
        refer_among(self._municipalities, values["municipality_code"], "/municipality_code", nouns.MUNICIPALITY)
        if values["site_id"] is not None:
            refer_among(self._sites, values["site_id"], "/site_id", nouns.SITE)

    @cached_property
    def _providers(self) -> Collection[str]:
        return providers_in(self._writer.session)

    @cached_property
    def _municipalities(self) -> Collection[str]:
        return municipality_codes(self._writer.session)

    @cached_property
    def _sites(self) -> Collection[str]:
        return set(self._writer.session.exec(select(Site.id)))


def _with_levels(session: Session, units: Sequence[Unit]) -> list[UnitPlace]:
    """Read the latest judgement of each level of each unit."""
    ids = [unit.id for unit in units]
    judged = session.exec(
        select(EducationLevel)
        .where(col(EducationLevel.unit_id).in_(ids))
        .order_by(col(EducationLevel.level), col(EducationLevel.judged_on))
    )
    latest: dict[str, dict[str, EducationLevel]] = {unit_id: {} for unit_id in ids}
    for row in judged:
        latest[row.unit_id][row.level] = row
    return [UnitPlace(unit, tuple(latest[unit.id].values())) for unit in units]
