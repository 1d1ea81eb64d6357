"""A market of placements to settle, made row by row: a lärosäte, a municipality, a region, and who runs their units."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from itertools import count

from sqlmodel import Session

from placement.callers import SYSTEM, Caller, Role
from placement.settlement.drawing import draw_up_all
from placement.settlement.half_years import HalfYear
from placement.tables import (
    Agreement,
    AgreementCancellation,
    AgreementPrice,
    AgreementUnit,
    Cohort,
    Course,
    EndReason,
    Municipality,
    Organisation,
    OrganisationKind,
    Placement,
    PlacementStatus,
    Programme,
    ProviderKind,
    Publication,
    Request,
    Row,
    Run,
    Statement,
    Student,
    Term,
    Unit,
)
from placement_solver.weeks import IsoWeek

H1, H2 = HalfYear(2027, 1), HalfYear(2027, 2)
NOON = dt.time(12, tzinfo=dt.UTC)
UNITS = {"ward": ("region", None), "home": ("town", None), "villa": ("town", "firm"), "clinic": ("firm_alone", "firm")}
"""The units: the provider of each, and who runs it; the clinic is excluded from the region's agreements."""
INSTITUTION = Caller(Role.INSTITUTION, organisation="school")
PROVIDER = Caller(Role.PROVIDER, organisation="town")
OPERATOR = Caller(Role.PROVIDER, organisation="firm")
STRANGER = Caller(Role.PROVIDER, organisation="region")


class Market:
    """Adds what is needed for placements to be settled, and draws up statements."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._number = count(1)
        self._add(
            Municipality(code="0180", name="Stockholm", lat=59.33, lon=18.07, population=1, in_county=True),
            _organisation("school", None),
            _organisation("region", ProviderKind.REGION),
            _organisation("town", ProviderKind.MUNICIPALITY),
            _organisation("firm", ProviderKind.PRIVATE),
            *(_unit(name, provider, operator) for name, (provider, operator) in UNITS.items()),
            Term(
                id="term",
                code="VT2027",
                first_week=IsoWeek(2027, 1),
                weeks=52,
                requests_by=dt.date(2026, 9, 15),
                answers_by=dt.date(2026, 11, 1),
                outside_answers_by=dt.date(2026, 11, 15),
                publish_by=dt.date(2026, 12, 1),
            ),
            Run(id="run", term_id="term", time_limit_seconds=180, requested_by="system"),
            Publication(
                id="pub", term_id="term", run_id="run", number=1, published_by="CKU", placed=0, moved=0, ended=0
            ),
            *(row for profession in ("nurse", "physician") for row in _education(profession)),
        )

    def agree(
        self,
        provider: str,
        price: int | None = 100_000,
        *,
        first: str = "2020-01-01",
        last: str | None = None,
        notice: str | None = None,
        later: Mapping[str, int] | None = None,
        steps: Mapping[int, int] | None = None,
        professions: list[str] | None = None,
        units: list[str] | None = None,
    ) -> str:
        """Sign an agreement of the school with a provider, and return its id."""
        name = f"agr_{next(self._number)}"
        self._add(
            Agreement(
                id=name,
                institution_id="school",
                provider_id=provider,
                valid_from=day(first),
                valid_to=None if last is None else day(last),
                notice_given_on=None if notice is None else day(notice),
                price_ore=price,
                professions=professions,
                every_unit=units is None,
            ),
            *(
                AgreementPrice(agreement_id=name, valid_from=day(on), price_ore=ore)
                for on, ore in (later or {}).items()
            ),
            *(
                AgreementCancellation(agreement_id=name, days_before=days, percent=percent)
                for days, percent in (steps or {}).items()
            ),
            *(AgreementUnit(agreement_id=name, unit_id=unit) for unit in units or ()),
        )
        return name

    def place(
        self,
        unit: str,
        start: str,
        weeks: int,
        status: PlacementStatus = PlacementStatus.COMPLETED,
        *,
        done: int | None = None,
        ended: str | None = None,
        reason: EndReason | None = None,
        profession: str = "nurse",
    ) -> Placement:
        """Place a student; a placement that was completed or failed had all of its weeks unless said otherwise."""
        number = next(self._number)
        if status in {PlacementStatus.COMPLETED, PlacementStatus.FAILED} and done is None:
            done = weeks
        if status in {PlacementStatus.CANCELLED, PlacementStatus.DROPPED_OUT}:
            reason = reason or EndReason.REQUEST_WITHDRAWN
        placement = Placement(
            id=f"pla_{number:04d}",
            term_id="term",
            request_id=f"req_{number}",
            publication_id="pub",
            unit_id=unit,
            start=IsoWeek.parse(start),
            weeks=weeks,
            status=status,
            reason=reason,
            weeks_done=done,
            changed_at=dt.datetime.combine(day(ended or "2027-01-01"), NOON),
        )
        self._add(
            Student(
                id=f"stu_{number}",
                cohort_id=f"coh_{profession}",
                institution_id="school",
                external_id=f"s-{number}",
                lat=59.3,
                lon=18.0,
            ),
            Request(id=f"req_{number}", term_id="term", student_id=f"stu_{number}", course_id=f"crs_{profession}"),
            placement,
        )
        return placement

    def settle(self, half_year: HalfYear = H1) -> dict[str, Statement]:
        """Draw up every statement of a half-year, and return those that were made by agreement."""
        drawn = draw_up_all(self.session, SYSTEM, half_year, "Bo Ek")
        return {statement.agreement_id: statement for statement in drawn.statements}

    def _add(self, *rows: Row) -> None:
        self.session.add_all(rows)
        self.session.flush()


def day(text: str) -> dt.date:
    """A day."""
    return dt.date.fromisoformat(text)


def _organisation(name: str, kind: ProviderKind | None) -> Organisation:
    return Organisation(
        id=name,
        kind=OrganisationKind.INSTITUTION if kind is None else OrganisationKind.PROVIDER,
        provider_kind=kind,
        name_sv=name.title(),
        name_en=name.title(),
    )


def _unit(name: str, provider: str, operator: str | None) -> Unit:
    alone = provider == "firm_alone"
    return Unit(
        id=name,
        name=name.title(),
        provider_id="region" if alone else provider,
        operator_id=operator,
        excluded_from_agreement=alone,
        municipality_code="0180",
        kinds=["home-care"],
        lat=59.3,
        lon=18.1,
        university_healthcare=name == "ward",
    )


def _education(profession: str) -> list[Row]:
    return [
        Programme(
            id=f"prg_{profession}", institution_id="school", profession=profession, code=profession, name=profession
        ),
        Course(
            id=f"crs_{profession}",
            programme_id=f"prg_{profession}",
            code=profession,
            name=profession,
            weeks=5,
            kinds=["home-care"],
            programme_term=7 if profession == "physician" else None,
        ),
        Cohort(id=f"coh_{profession}", programme_id=f"prg_{profession}", term_id="term", name="T", size=1),
    ]
