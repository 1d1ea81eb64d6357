"""Schemas of agreements: parties, validity, volumes by term, clauses, and notice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Annotated, Any

from pydantic import AfterValidator, Field, JsonValue

from placement.refusals import form, refused
from placement.register.agreements import Signed
from placement.register.notices import Affected, Foreseen
from placement.tables import Figure
from placement.tables.agreements import LONGEST_NOTICE_DAYS, MOST_NOTICE_MONTHS
from placement_api.paging import Paging
from placement_api.schemas.base import (
    MOST,
    Change,
    Changeable,
    Count,
    Day,
    Given,
    Id,
    Ids,
    Name,
    Number,
    Professions,
    Shown,
    Week,
    example,
)
from placement_api.sorting import sorting
from placement_solver.weeks import IsoWeek

_CURRENCY = form(
    r"^[A-Z]{3}$", "en valuta med tre stora bokstäver, som SEK", "a currency of three capitals such as SEK"
)
_AGREEMENT: dict[str, JsonValue] = {
    "institutionId": "org_ki",
    "providerId": "org_nacka",
    "validFrom": "2026-01-01",
    "validTo": None,
    "professions": ["nurse"],
    "units": None,
    "priceOre": 98000,
    "currency": "SEK",
    "noticeMonths": 6,
    "volumes": [{"termId": "trm_vt2027", "minStudentWeeks": 40, "maxStudentWeeks": 120}],
    "clauses": [{"figure": "price", "clause": "7 §"}],
    "laterPrices": [{"validFrom": "2027-07-01", "priceOre": 101000}],
    "cancellationSteps": [{"daysBefore": 14, "percent": 100}, {"daysBefore": 28, "percent": 50}],
}


def _in_text(week: IsoWeek | None) -> str | None:
    """Return a week as text; notice may run out after the last year that a caller can give."""
    return None if week is None else str(week)


def once(name: str) -> Callable[[list[Any]], list[Any]]:
    """Make the check that no two rows have the same value of a field."""

    def check(rows: list[Any]) -> list[Any]:
        if len({getattr(row, name) for row in rows}) < len(rows):
            raise refused("varje värde får finnas bara en gång", "each value may occur only once")
        return rows

    return check


class VolumeGiven(Given):
    """The floor and ceiling of student-weeks in a term. Golv och tak för antalet studentveckor en termin."""

    term_id: Id
    min_student_weeks: Count = 0
    max_student_weeks: Count | None = None


class ClauseGiven(Given):
    """The clause that a figure comes from. Den avtalsklausul som en uppgift är hämtad från."""

    figure: Figure
    clause: Name


class LaterPriceGiven(Given):
    """The price of a student-week from a day on. Ersättning per studentvecka från och med en dag."""

    valid_from: Day = Field(
        description="The first day; weeks whose Monday is this day or later have this price. "
        "Första dagen; veckor vars måndag är denna dag eller senare har detta pris."
    )
    price_ore: Annotated[int, Field(ge=0, le=100 * MOST), Number]


class CancellationStepGiven(Given):
    """What a placement cancelled late costs. Vad en sent avbokad placering kostar."""

    days_before: Annotated[int, Field(ge=1, le=LONGEST_NOTICE_DAYS), Number] = Field(
        description="The step counts for placements cancelled fewer than so many days before their first day; of "
        "several, the one with the fewest days counts. "
        "Steget gäller placeringar som avbokas färre än så många dagar före sin första dag; av flera gäller det med "
        "minst antal dagar."
    )
    percent: Annotated[int, Field(ge=0, le=100), Number] = Field(
        description="The share of the price that is paid for the weeks not done. "
        "Den del av priset som betalas för de veckor som inte genomförs."
    )


class AgreementTerms(Given):
    """The parties, validity and price of an agreement. Avtalets parter, giltighet och ersättning."""

    institution_id: Id
    provider_id: Id
    valid_from: Day
    valid_to: Day | None = None
    professions: Professions | None = Field(
        None,
        description="Professions of /v1/professions, by code or name; null: all. "
        "Yrken från /v1/professions, med kod eller namn; null: alla.",
    )
    units: Annotated[Ids, Field(min_length=1)] | None = Field(
        None, description="null: every unit of the provider. null: alla huvudmannens enheter."
    )
    price_ore: Annotated[int, Field(ge=0, le=100 * MOST), Number] | None = Field(
        None,
        description="The price of a student-week, in hundredths of the currency (öre). "
        "Ersättning per studentvecka, i hundradelar av valutan (öre).",
    )
    currency: Annotated[str, Field(pattern=_CURRENCY)] = "SEK"
    notice_months: Annotated[int, Field(ge=0, le=MOST_NOTICE_MONTHS), Number] | None = Field(
        None,
        description="The months of notice; null in a new agreement: those of the county's template, or else the six of "
        "the letter of intent; null in a change: as they are. They cannot be changed once notice has been given. "
        "Uppsägningstiden i månader; null i ett nytt avtal: den som länets mall har, eller annars avsiktsförklaringens "
        "sex månader; null i en ändring: som den är. Den kan inte ändras när avtalet är uppsagt.",
    )


class AgreementGiven(AgreementTerms):
    """An agreement between a lärosäte and a provider. Ett avtal mellan ett lärosäte och en huvudman."""

    model_config = example(_AGREEMENT)

    volumes: Annotated[list[VolumeGiven], Field(max_length=200), AfterValidator(once("term_id"))] = Field(default=[])
    clauses: Annotated[list[ClauseGiven], Field(max_length=20), AfterValidator(once("figure"))] = Field(default=[])
    later_prices: Annotated[list[LaterPriceGiven], Field(max_length=50), AfterValidator(once("valid_from"))] = Field(
        default=[],
        description="The prices that follow priceOre, each from a day on. De priser som följer på priceOre, vart och "
        "ett från och med en dag.",
    )
    cancellation_steps: Annotated[
        list[CancellationStepGiven], Field(max_length=10), AfterValidator(once("days_before"))
    ] = Field(
        default=[],
        description="What is paid for placements that the lärosäte cancels late or students leave; none: nothing. "
        "Vad som betalas för placeringar som lärosätet avbokar sent eller studenter avbryter; inga: inget.",
    )


class AgreementChange(AgreementGiven, Change):
    """The fields of an agreement to change. De uppgifter i avtalet som ska ändras."""

    model_config = example({"validTo": "2028-12-31"})


class Notice(Given):
    """The day on which notice is given, and received if later. Dagen då avtalet sägs upp, och då det tas emot."""

    model_config = example({"givenOn": "2026-12-01", "receivedOn": "2026-12-03"})

    given_on: Day
    received_on: Day | None = Field(
        None,
        description="The day on which the other party received the notice, from which its months count; null: the same "
        "day. Dagen då motparten tog emot uppsägningen, från vilken tiden räknas; null: samma dag.",
    )


class NoticeAsked(Given):
    """The day of the notice that is asked about. Den uppsägningsdag som frågan gäller."""

    given_on: Day | None = Field(
        None, description="The day on which notice would be given; today if left out. Uppsägningsdagen; i dag om tomt."
    )
    received_on: Day | None = Field(
        None,
        description="The day on which it would be received; the same day if left out. Mottagandet; samma dag om tomt.",
    )


class VolumeShown(Shown):
    """The floor and ceiling of student-weeks in a term. Golv och tak för antalet studentveckor en termin."""

    term_id: str
    min_student_weeks: int
    max_student_weeks: int | None


class ClauseShown(Shown):
    """The clause that a figure comes from. Den avtalsklausul som en uppgift är hämtad från."""

    figure: Figure
    clause: str


class LaterPriceShown(Shown):
    """The price of a student-week from a day on. Ersättning per studentvecka från och med en dag."""

    valid_from: dt.date
    price_ore: int


class CancellationStepShown(Shown):
    """What a placement cancelled late costs. Vad en sent avbokad placering kostar."""

    days_before: int
    percent: int


class AgreementShown(Changeable):
    """An agreement; ``endsOn`` takes notice into account. Ett avtal; ``endsOn`` tar hänsyn till uppsägning."""

    model_config = example(
        {
            "id": "agr_ki_nacka",
            "version": 1,
            **_AGREEMENT,
            "noticeGivenOn": None,
            "noticeReceivedOn": None,
            "withdrawalById": None,
            "endsOn": None,
            "lastWeek": None,
            "synthetic": False,
        }
    )

    institution_id: str
    provider_id: str
    valid_from: dt.date
    valid_to: dt.date | None
    notice_months: int
    notice_given_on: dt.date | None
    notice_received_on: dt.date | None
    withdrawal_by_id: str | None = Field(
        description="The party that has asked to withdraw the notice; it stands until the other asks too. "
        "Den part som vill återta uppsägningen; den gäller tills den andra också vill det."
    )
    ends_on: dt.date | None
    last_week: str | None = Field(
        description="The last week that a placement can have: the last one wholly within the agreement; null: no end. "
        "Den sista vecka som en placering kan ha: den sista som helt ryms i avtalet; null: inget slut."
    )
    professions: list[str] | None
    units: list[str] | None
    price_ore: int | None
    currency: str
    volumes: list[VolumeShown]
    clauses: list[ClauseShown]
    later_prices: list[LaterPriceShown]
    cancellation_steps: list[CancellationStepShown]
    synthetic: bool

    @classmethod
    def of(cls, signed: Signed) -> AgreementShown:
        """Show an agreement with what belongs to it."""
        return cls(
            ends_on=signed.ends_on,
            last_week=_in_text(signed.last_week),
            units=None if signed.units is None else list(signed.units),
            volumes=[VolumeShown.model_validate(volume) for volume in signed.volumes],
            clauses=[ClauseShown.model_validate(clause) for clause in signed.clauses],
            later_prices=[LaterPriceShown.model_validate(price) for price in signed.later_prices],
            cancellation_steps=[CancellationStepShown.model_validate(step) for step in signed.cancellation_steps],
            **signed.row.model_dump(exclude={"every_unit"}),
        )


class AgreementFilter(Paging):
    """Which agreements to list. Vilka avtal som ska listas."""

    institution_id: Id | None = Field(None, description="Of one lärosäte. Från ett visst lärosäte.")
    provider_id: Id | None = Field(None, description="Of one provider. Med en viss huvudman.")
    sort: str | None = sorting("institutionId", "providerId", "validFrom", "validTo", "noticeGivenOn", "priceOre", "id")


class TermAffectedShown(Shown):
    """A term that the agreement would not cover to its end. En termin som avtalet inte skulle gälla hela."""

    term_id: str
    code: str
    first_week: Week = Field(description="The first week that is lost. Den första vecka som går förlorad.")
    weeks: int = Field(description="How many weeks of the term are lost. Antal veckor av terminen som går förlorade.")

    @classmethod
    def of(cls, affected: Affected) -> TermAffectedShown:
        """Show a term and the weeks of it that would be lost."""
        term = affected.term
        return cls(term_id=term.id, code=term.code, first_week=affected.first_week, weeks=affected.weeks)


class NoticeForeseen(Shown):
    """What notice on a day would mean. Vad en uppsägning en viss dag skulle innebära."""

    model_config = example(
        {
            "agreementId": "agr_ki_nacka",
            "givenOn": "2026-12-01",
            "receivedOn": None,
            "noticeMonths": 6,
            "endsOn": "2027-06-01",
            "lastWeek": "2027-W21",
            "terms": [{"termId": "trm_vt2027", "code": "VT2027", "firstWeek": "2027-W22", "weeks": 1}],
        }
    )

    agreement_id: str
    given_on: dt.date
    received_on: dt.date | None
    notice_months: int
    ends_on: dt.date | None
    last_week: str | None = Field(
        description="The last week that a placement could have. Den sista vecka som en placering skulle kunna ha."
    )
    terms: list[TermAffectedShown] = Field(
        description="The terms, today's and later ones, that the agreement would not cover to their end. "
        "De terminer, från och med i dag, som avtalet inte skulle gälla hela."
    )

    @classmethod
    def of(cls, foreseen: Foreseen) -> NoticeForeseen:
        """Show what a notice would mean."""
        signed, row = foreseen.signed, foreseen.signed.row
        return cls(
            agreement_id=row.id,
            given_on=foreseen.given_on,
            received_on=row.notice_received_on,
            notice_months=row.notice_months,
            ends_on=signed.ends_on,
            last_week=_in_text(signed.last_week),
            terms=[TermAffectedShown.of(affected) for affected in foreseen.terms],
        )
