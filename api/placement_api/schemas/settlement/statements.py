"""Schemas of statements: what is to be paid under an agreement for a half-year, and how it is asked for."""

from __future__ import annotations

import datetime as dt

from pydantic import Field, JsonValue

from placement.settlement.answers import StatementState
from placement.settlement.drawing import Drawn
from placement.settlement.naming import Called
from placement.settlement.statements import Group, Seen, Sums, Wanted
from placement.tables import Basis, WeekKind
from placement_api.paging import Paging
from placement_api.schemas.base import Given, Id, Name, Shown, example
from placement_api.schemas.settlement.answers import ANSWER, NO_NAME, SHA256, AnswerShown
from placement_api.schemas.settlement.half_years import SAID, Half
from placement_api.schemas.settlement.lines import ORE, WEEKS
from placement_api.schemas.sheets import Form, Headings
from placement_api.sorting import sorting

_ROW: dict[str, JsonValue] = {
    "programmeId": "prg_nurse",
    "programmeName": "Sjuksköterskeprogrammet (1SJ24)",
    "operatorId": None,
    "operatorName": None,
    "kind": "done",
    "basis": "agreement",
    "priceOre": 98000,
    "percent": 100,
    "weeks": 85,
    "amountOre": 8330000,
}
_OF_PROGRAMME: dict[str, JsonValue] = {
    "programmeId": "prg_nurse",
    "programmeName": "Sjuksköterskeprogrammet (1SJ24)",
    "plannedWeeks": 90,
    "doneWeeks": 85,
    "amountOre": 8330000,
}
_OF_OPERATOR: dict[str, JsonValue] = {
    "operatorId": "org_care",
    "operatorName": "Omsorgen AB",
    "plannedWeeks": 10,
    "doneWeeks": 10,
    "amountOre": 980000,
}
_STATEMENT: dict[str, JsonValue] = {
    "id": "stm_7a",
    "agreementId": "agr_ki_nacka",
    "institutionId": "org_ki",
    "institutionName": "Karolinska Institutet",
    "providerId": "org_nacka",
    "providerName": "Nacka Municipality",
    "halfYear": "2027-H1",
    "number": 1,
    "correctsId": None,
    "currency": "SEK",
    "plannedWeeks": 90,
    "doneWeeks": 85,
    "unreportedWeeks": 0,
    "alfWeeks": 0,
    "outsideWeeks": 0,
    "amountOre": 8330000,
    "state": "halfway",
    "whole": True,
    "sha256": SHA256,
    "drawnUpBy": "Bo Ek",
    "drawnUpAt": "2027-08-15T09:00:00Z",
    "rows": [_ROW],
    "programmes": [_OF_PROGRAMME],
    "operators": [_OF_OPERATOR],
    "answers": [ANSWER],
}


class StatementGiven(Given):
    """Which agreement to settle for which half-year. Vilket avtal som ska avräknas för vilket halvår."""

    model_config = example({"agreementId": "agr_ki_nacka", "halfYear": "2027-H1", "drawnUpBy": "Bo Ek"})

    agreement_id: Id
    half_year: Half
    drawn_up_by: Name | None = Field(
        None, description=f"Who draws it up{NO_NAME}Vem som upprättar den; åtkomstnyckelns namn om det utelämnas."
    )


class SettlementGiven(Given):
    """Which half-year to settle for every agreement. Vilket halvår som ska avräknas för alla avtal."""

    model_config = example({"halfYear": "2027-H1", "drawnUpBy": "Bo Ek"})

    half_year: Half
    drawn_up_by: Name | None = Field(
        None, description=f"Who draws them up{NO_NAME}Vem som upprättar dem; åtkomstnyckelns namn om det utelämnas."
    )


class SumShown(Shown):
    """A sum in one currency. En summa i en valuta."""

    model_config = example({"currency": "SEK", "amountOre": 8330000})

    currency: str
    amount_ore: int = Field(description=ORE)


class SettlementShown(Shown):
    """What was drawn up for a half-year. Vad som upprättades för ett halvår."""

    model_config = example(
        {
            "halfYear": "2027-H1",
            "statements": 118,
            "corrections": 2,
            "unchanged": 0,
            "plannedWeeks": 9000,
            "doneWeeks": 8700,
            "sums": [{"currency": "SEK", "amountOre": 852600000}],
            "withoutAgreementWeeks": 0,
        }
    )

    half_year: Half
    statements: int = Field(description="How many were drawn up, corrections too. Antal upprättade, även rättelser.")
    corrections: int
    unchanged: int = Field(
        description="Agreements whose statements already say what the placements say. "
        "Avtal vars avräkningar redan säger vad placeringarna säger."
    )
    planned_weeks: int = Field(description=WEEKS)
    done_weeks: int = Field(description=WEEKS)
    sums: list[SumShown]
    without_agreement_weeks: int = Field(
        description="Student-weeks for which there never was an agreement; they stand in no statement. "
        "Studentveckor som aldrig haft något avtal; de står inte i någon avräkning."
    )

    @classmethod
    def of(cls, drawn: Drawn) -> SettlementShown:
        """Show what was drawn up."""
        return cls(
            half_year=drawn.half_year,
            statements=len(drawn.statements),
            corrections=drawn.corrections,
            unchanged=drawn.unchanged,
            planned_weeks=sum(statement.planned_weeks for statement in drawn.statements),
            done_weeks=sum(statement.done_weeks for statement in drawn.statements),
            sums=[SumShown(currency=currency, amount_ore=amount) for currency, amount in drawn.sums.items()],
            without_agreement_weeks=drawn.uncovered,
        )


class StatementRowShown(Shown):
    """Weeks of a programme that are paid alike. Veckor i ett program som betalas lika."""

    model_config = example(_ROW)

    programme_id: str
    programme_name: str
    operator_id: str | None = Field(
        description="Who runs the units on the provider's behalf; null: the provider itself. "
        "Vem som driver enheterna på huvudmannens uppdrag; null: huvudmannen själv."
    )
    operator_name: str | None
    kind: WeekKind
    basis: Basis
    price_ore: int | None = Field(description=f"The price of a student-week. Priset för en studentvecka. {ORE}")
    percent: int = Field(description="The share of the price that is paid. Den del av priset som betalas.")
    weeks: int = Field(description=WEEKS)
    amount_ore: int = Field(description=ORE)

    @classmethod
    def of(cls, group: Group, called: Called, language: str) -> StatementRowShown:
        """Show weeks that are paid alike."""
        operator = group.operator_id
        return cls(
            programme_id=group.programme_id,
            programme_name=called.programme(group.programme_id),
            operator_id=operator,
            operator_name=None if operator is None else getattr(called.organisation(operator), language),
            kind=group.kind,
            basis=group.basis,
            price_ore=group.price_ore,
            percent=group.percent,
            weeks=group.sums.planned,
            amount_ore=group.sums.amount_ore,
        )


class SumsShown(Shown):
    """Weeks and what they come to. Veckor och vad de kostar."""

    planned_weeks: int = Field(description=WEEKS)
    done_weeks: int = Field(description=WEEKS)
    amount_ore: int = Field(description=ORE)


class ProgrammeSumsShown(SumsShown):
    """A programme's part of a statement. Ett programs del av en avräkning."""

    model_config = example(_OF_PROGRAMME)

    programme_id: str
    programme_name: str


class OperatorSumsShown(SumsShown):
    """The part of those who run units on the provider's behalf; it is in the statement's sums too.

    Den del som rör dem som driver enheter på huvudmannens uppdrag; den ingår också i avräkningens summor.
    """

    model_config = example(_OF_OPERATOR)

    operator_id: str
    operator_name: str


class StatementShown(Shown):
    """What is to be paid under an agreement for a half-year. Vad som ska betalas enligt ett avtal för ett halvår."""

    model_config = example(_STATEMENT)

    id: str
    agreement_id: str
    institution_id: str
    institution_name: str
    provider_id: str
    provider_name: str
    half_year: str
    number: int = Field(description="1; corrections have 2, 3 … 1; rättelser har 2, 3 …")
    corrects_id: str | None = Field(
        description="The first statement, which this one corrects. Den första avräkningen, som denna rättar."
    )
    currency: str
    planned_weeks: int = Field(description=WEEKS)
    done_weeks: int = Field(description=WEEKS)
    unreported_weeks: int = Field(
        description="Planned weeks that nobody has reported yet. Planerade veckor som ingen har rapporterat än."
    )
    alf_weeks: int = Field(
        description="Weeks that the state pays for (ALF): shown, not invoiced. "
        "Veckor som staten betalar (ALF): visas men faktureras inte."
    )
    outside_weeks: int = Field(
        description="Weeks outside the agreement's time, which nothing is paid for. "
        "Veckor utanför avtalstiden, som inget betalas för."
    )
    amount_ore: int = Field(description=ORE)
    state: StatementState | None = Field(
        description="How far it has come between the sides; null to an operator. "
        "Hur långt den har kommit mellan parterna; null för en driftsform."
    )
    whole: bool = Field(
        description="false to an organisation that runs units on the provider's behalf: it sees its own lines, and "
        "their sums. "
        "false för en organisation som driver enheter på huvudmannens uppdrag: den ser sina egna rader och deras "
        "summor."
    )
    sha256: str | None = Field(
        description="The fingerprint: SHA-256 of the statement's document; null to an operator. "
        "Fingeravtrycket: SHA-256 av avräkningens dokument; null för en driftsform."
    )
    drawn_up_by: str
    drawn_up_at: dt.datetime
    rows: list[StatementRowShown]
    programmes: list[ProgrammeSumsShown]
    operators: list[OperatorSumsShown]
    answers: list[AnswerShown]

    @classmethod
    def of(cls, seen: Seen, called: Called, language: str) -> StatementShown:
        """Show a statement as its reader may see it, in a language, ``sv`` or ``en``."""
        row, agreement, sums = seen.statement, seen.agreement, seen.sums
        operators = seen.by_operator().items()
        return cls(
            **{name: getattr(row, name) for name in ("id", "agreement_id", "half_year", "number", "corrects_id")},
            **{name: getattr(row, name) for name in ("currency", "drawn_up_by", "drawn_up_at")},
            institution_id=agreement.institution_id,
            institution_name=getattr(called.organisation(agreement.institution_id), language),
            provider_id=agreement.provider_id,
            provider_name=getattr(called.organisation(agreement.provider_id), language),
            planned_weeks=sums.planned,
            done_weeks=sums.done,
            unreported_weeks=seen.weeks_of(kind=WeekKind.UNREPORTED),
            alf_weeks=seen.weeks_of(basis=Basis.ALF),
            outside_weeks=seen.weeks_of(basis=Basis.OUTSIDE),
            amount_ore=sums.amount_ore,
            state=seen.state if seen.whole else None,
            whole=seen.whole,
            sha256=row.sha256 if seen.whole else None,
            rows=[StatementRowShown.of(group, called, language) for group in seen.groups],
            programmes=[
                ProgrammeSumsShown(programme_id=key, programme_name=called.programme(key), **_sums(own))
                for key, own in seen.by_programme().items()
            ],
            operators=[
                OperatorSumsShown(
                    operator_id=key, operator_name=getattr(called.organisation(key), language), **_sums(own)
                )
                for key, own in operators
            ],
            answers=[AnswerShown.of(answer) for answer in seen.answers],
        )


def _sums(sums: Sums) -> dict[str, int]:
    """Return weeks and what they come to as the fields that show them."""
    return {"planned_weeks": sums.planned, "done_weeks": sums.done, "amount_ore": sums.amount_ore}


class StatementFilter(Paging):
    """Which statements to list. Vilka avräkningar som ska listas."""

    half_year: Half | None = Field(None, description=SAID)
    agreement_id: Id | None = Field(None, description="Of one agreement. Enligt ett visst avtal.")
    institution_id: Id | None = Field(None, description="With one lärosäte. Med ett visst lärosäte.")
    provider_id: Id | None = Field(None, description="With one provider. Med en viss huvudman.")
    state: StatementState | None = Field(
        None, description="With one state between the sides. Med ett visst läge mellan parterna."
    )
    sort: str | None = sorting("halfYear", "number", "amountOre", "drawnUpAt", "id")

    @property
    def wanted(self) -> Wanted:
        """Return the filters that `placement.settlement.statements` takes."""
        return Wanted(**{name: getattr(self, name) for name in Wanted.__dataclass_fields__})


class StatementSheetAsked(Given):
    """The sheet that is wanted. Önskat kalkylblad."""

    format: Form = Field(Form.XLSX, description="CSV for systems, XLSX for Excel. CSV för system, XLSX för Excel.")
    headings: Headings = Field(
        Headings.CODES,
        description="Headings and words as the fields have them, or in Swedish or English. "
        "Rubriker och ord som fälten har dem, eller på svenska eller engelska.",
    )


class StatementsSheetAsked(StatementSheetAsked):
    """Which statements the sheet is to have. Vilka avräkningar bladet ska ha."""

    half_year: Half | None = Field(None, description=SAID)
    institution_id: Id | None = Field(None, description="With one lärosäte. Med ett visst lärosäte.")
    provider_id: Id | None = Field(None, description="With one provider. Med en viss huvudman.")
