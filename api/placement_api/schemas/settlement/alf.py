"""Schemas of ALF: the professions whose education the state pays for, and the report of their weeks."""

from __future__ import annotations

import datetime as dt

from pydantic import Field, JsonValue

from placement.settlement.alf_report import AlfReport
from placement.tables import ProviderKind
from placement_api.paging import Paging
from placement_api.schemas.base import Change, Changeable, Day, Given, Profession, Shown, example
from placement_api.schemas.settlement.half_years import SAID, Half
from placement_api.schemas.settlement.statements import StatementSheetAsked

_PROFESSION: dict[str, JsonValue] = {
    "profession": "physician",
    "providerKind": "region",
    "validFrom": "2015-01-01",
    "validTo": None,
}


class AlfProfessionGiven(Given):
    """A profession that the state pays for, at one kind of provider.

    Ett yrke som staten betalar för, hos ett slag av huvudman.
    """

    model_config = example(_PROFESSION)

    profession: Profession
    provider_kind: ProviderKind
    valid_from: Day = Field(
        description="The first day; weeks whose Monday is this day or later count. "
        "Första dagen; veckor vars måndag är denna dag eller senare räknas."
    )
    valid_to: Day | None = None


class AlfProfessionChange(AlfProfessionGiven, Change):
    """The fields to change; profession and kind are fixed. De uppgifter som ska ändras; yrke och slag är fasta."""

    model_config = example({"validTo": "2029-12-31"})


class AlfProfessionShown(Changeable):
    """A profession that the state pays for. Ett yrke som staten betalar för."""

    model_config = example({"id": "alf_physician", "version": 1, **_PROFESSION})

    profession: str
    provider_kind: ProviderKind
    valid_from: dt.date
    valid_to: dt.date | None


class AlfProfessionFilter(Paging):
    """Which part of the list. Vilken del av listan."""


class AlfReportAsked(Given):
    """Which half-year to report. Vilket halvår som ska rapporteras."""

    half_year: Half = Field(description=SAID)


class AlfSheetAsked(StatementSheetAsked):
    """Which half-year the sheet is to have. Vilket halvår bladet ska ha."""

    half_year: Half = Field(description=SAID)


class AlfUnitShown(Shown):
    """A unit's weeks. En enhets veckor."""

    model_config = example(
        {
            "unitId": "unt_heart",
            "unitName": "Hjärtkliniken",
            "universityHealthcare": True,
            "plannedWeeks": 40,
            "doneWeeks": 38,
        }
    )

    unit_id: str
    unit_name: str
    university_healthcare: bool
    planned_weeks: int
    done_weeks: int


class AlfTermShown(Shown):
    """The weeks of one term of a programme. Veckorna i en termin av ett program."""

    model_config = example(
        {
            "programmeId": "prg_medicine",
            "programmeName": "Läkarprogrammet",
            "programmeTerm": 7,
            "plannedWeeks": 40,
            "doneWeeks": 38,
        }
    )

    programme_id: str
    programme_name: str
    programme_term: int | None = Field(
        description="null: the courses do not say which. null: kurserna anger inte vilken."
    )
    planned_weeks: int
    done_weeks: int


class AlfReportShown(Shown):
    """The weeks of a half-year that the state pays for. De veckor ett halvår som staten betalar för."""

    model_config = example(
        {
            "halfYear": "2027-H1",
            "plannedWeeks": 40,
            "doneWeeks": 38,
            "units": [
                {
                    "unitId": "unt_heart",
                    "unitName": "Hjärtkliniken",
                    "universityHealthcare": True,
                    "plannedWeeks": 40,
                    "doneWeeks": 38,
                }
            ],
            "programmeTerms": [
                {
                    "programmeId": "prg_medicine",
                    "programmeName": "Läkarprogrammet",
                    "programmeTerm": 7,
                    "plannedWeeks": 40,
                    "doneWeeks": 38,
                }
            ],
        }
    )

    half_year: Half
    planned_weeks: int
    done_weeks: int
    units: list[AlfUnitShown] = Field(
        description="By unit, university healthcare units first. Per enhet, universitetssjukvårdsenheter först."
    )
    programme_terms: list[AlfTermShown]

    @classmethod
    def of(cls, report: AlfReport) -> AlfReportShown:
        """Show the report."""
        return cls(
            half_year=report.half_year,
            planned_weeks=sum(row.planned for row in report.rows),
            done_weeks=sum(row.done for row in report.rows),
            units=[
                AlfUnitShown(
                    unit_id=unit.id,
                    unit_name=unit.name,
                    university_healthcare=unit.university_healthcare,
                    planned_weeks=planned,
                    done_weeks=done,
                )
                for unit, planned, done in report.by_unit()
            ],
            programme_terms=[
                AlfTermShown(
                    programme_id=programme.id,
                    programme_name=programme.name,
                    programme_term=term,
                    planned_weeks=planned,
                    done_weeks=done,
                )
                for programme, term, planned, done in report.by_programme_term()
            ],
        )
