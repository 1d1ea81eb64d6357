"""Schemas of a statement's lines: the weeks of one placement that are paid alike."""

from __future__ import annotations

from pydantic import Field

from placement.settlement.naming import Called
from placement.tables import Basis, StatementLine, WeekKind
from placement_api.paging import Paging
from placement_api.schemas.base import Shown, Week, example

WEEKS = (
    "Student-weeks; in a correction the difference, which may be negative. "
    "Studentveckor; i en rättelse skillnaden, som kan vara negativ."
)
ORE = "In hundredths of the currency (öre). I hundradelar av valutan (öre)."


class StatementLineShown(Shown):
    """Consecutive weeks of one placement that are paid alike. Veckor i följd av en placering som betalas lika."""

    model_config = example(
        {
            "number": 1,
            "placementId": "pla_0b77",
            "programmeId": "prg_nurse",
            "programmeName": "Sjuksköterskeprogrammet (1SJ24)",
            "courseId": "crs_2sj",
            "courseName": "Klinisk utbildning, termin 4 (1SJ021)",
            "unitId": "unt_geriatrics",
            "unitName": "Geriatriken",
            "operatorId": None,
            "operatorName": None,
            "firstWeek": "2027-W05",
            "weeks": 5,
            "kind": "done",
            "basis": "agreement",
            "priceOre": 98000,
            "percent": 100,
            "amountOre": 490000,
        }
    )

    number: int
    placement_id: str
    programme_id: str
    programme_name: str
    course_id: str
    course_name: str
    unit_id: str
    unit_name: str
    operator_id: str | None
    operator_name: str | None
    first_week: Week
    weeks: int = Field(description=WEEKS)
    kind: WeekKind
    basis: Basis
    price_ore: int | None
    percent: int
    amount_ore: int = Field(description=ORE)

    @classmethod
    def of(cls, line: StatementLine, called: Called, language: str) -> StatementLineShown:
        """Show a line with names in a language, ``sv`` or ``en``."""
        operator = line.operator_id
        return cls(
            **{name: getattr(line, name) for name in StatementLine.model_fields if name != "statement_id"},
            programme_name=called.programme(line.programme_id),
            course_name=called.course(line.course_id),
            unit_name=called.unit(line.unit_id),
            operator_name=None if operator is None else getattr(called.organisation(operator), language),
        )


class LineFilter(Paging):
    """Which part of the lines. Vilken del av raderna."""
