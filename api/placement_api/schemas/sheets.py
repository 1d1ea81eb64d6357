"""Schemas of sheets: the rows of an import, and its outcome.

A row gives the same values as the single operation. It may refer to other rows by our id or by their owner's own
code. A value that is not given stays as it is.
"""

from __future__ import annotations

import enum
from typing import Annotated, Any

from pydantic import Field, JsonValue

from placement.sheets.changes import MOST_CHANGES, ChangeTold
from placement.sheets.files.grid import MOST_ROWS
from placement.sheets.importing import Outcome
from placement.tables import MOST_SITES, OfferStatus, OrganisationKind, PlacementStatus, ProviderKind, RequestStatus
from placement_api.schemas.base import (
    ACCEPT_UNUSUAL,
    Change,
    Count,
    Given,
    Id,
    Name,
    Profession,
    Shown,
    Week,
    example,
)
from placement_api.schemas.in_force.impossible import ConsequencesShown
from placement_api.schemas.in_force.placements import PlacementSettled
from placement_api.schemas.register.agreements import AgreementTerms
from placement_api.schemas.register.capacity import OfferChange
from placement_api.schemas.register.cohorts import CohortGiven
from placement_api.schemas.register.education import CourseDetails, ProgrammeGiven, WindowsGiven
from placement_api.schemas.register.places import MunicipalityGiven, OrganisationGiven, SiteGiven, UnitGiven
from placement_api.schemas.register.requests import RequestGiven
from placement_api.schemas.register.students import StudentGiven
from placement_api.schemas.register.supervision import SupervisorChange, TrainingGiven
from placement_api.schemas.register.travel_times import TravelTimeGiven
from placement_api.schemas.site_choice.wishes import SiteWishGiven
from placement_solver.words import Words

_ROW_ID = (
    "Our id; without it the row is matched by its own key, in any case and with any blanks and dashes. "
    "Vårt id; om det saknas används radens egen nyckel, oavsett versaler, blanksteg och streck."
)
_UNIT_NAME = "If given, it must be the unit's name. Om det anges ska det vara enhetens namn."

Reference = Annotated[Name, Field(description="Our id, or the owner's own code. Vårt id, eller ägarens egen kod.")]
Standing = Annotated[
    Name, Field(description="If given, it must be as exported. Om värdet anges ska det vara som i det uttagna bladet.")
]
References = Annotated[list[Name], Field(max_length=2_000)]
"""The parts of a cell: two names with a comma may have a part in common, so names given twice are refused later."""

_MUNICIPALITY: dict[str, JsonValue] = {
    "code": "0182",
    "name": "Nacka",
    "lat": 59.3105,
    "lon": 18.1637,
    "population": 112112,
}
_ORGANISATION: dict[str, JsonValue] = {
    "kind": "provider",
    "providerKind": "municipality",
    "nameSv": "Nacka kommun",
    "nameEn": "Nacka Municipality",
    "externalId": "212000-0167",
    "municipalityCode": "0182",
}
_SITE: dict[str, JsonValue] = {"institutionId": "UMU", "name": "Sunderbyn", "municipalityCode": "2580"}
_UNIT: dict[str, JsonValue] = {
    "name": "Hemsjukvården Saltsjöbaden",
    "hsaId": "SE2120000167-HS1",
    "providerId": "Nacka kommun",
    "municipalityCode": "0182",
    "kinds": ["home-care"],
    "lat": 59.28,
    "lon": 18.29,
    "maxStudents": 4,
}
_PROGRAMME: dict[str, JsonValue] = {
    "institutionId": "KI",
    "code": "1SJ24",
    "name": "Sjuksköterskeprogrammet",
    "profession": "nurse",
}
_COURSE: dict[str, JsonValue] = {
    "programmeId": "1SJ24",
    "code": "1SJ021",
    "name": "Klinisk utbildning, termin 4",
    "weeks": 5,
    "kinds": ["home-care"],
    "termId": "VT2027",
    "starts": ["2027-W05"],
}
_AGREEMENT: dict[str, JsonValue] = {
    "institutionId": "KI",
    "providerId": "Nacka kommun",
    "validFrom": "2026-01-01",
    "termId": "VT2027",
    "maxStudentWeeks": 120,
}
_TRAVEL_TIME: dict[str, JsonValue] = {"origin": "vaxholm", "destination": "danderyd", "minutes": 45}
_COHORT: dict[str, JsonValue] = {"programmeId": "1SJ24", "termId": "VT2027", "name": "Termin 4", "size": 210}
_STUDENT: dict[str, JsonValue] = {
    "cohortId": "1SJ24/VT2027/Termin 4",
    "externalId": "ki-7f3a91",
    "lat": 59.27,
    "lon": 18.03,
    "maxTravel": 90,
    "blockedUnits": ["SE2321000016-1A2B"],
}
_REQUEST: dict[str, JsonValue] = {
    "studentId": "ki-7f3a91",
    "courseId": "1SJ021",
    "termId": "VT2027",
    "status": "open",
    "preferences": ["SE2321000016-1A2B"],
}
_SITE_WISH: dict[str, JsonValue] = {
    "roundId": "LAK/VT2027/Termin 4",
    "studentId": "liu-7f3a91",
    "ranking": ["Kalmar", "Linköping", "Norrköping", "Jönköping"],
    "priorityRank": None,
    "partnerId": "liu-2a9d04",
}
_OFFER: dict[str, JsonValue] = {
    "unitId": "SE2321000016-1A2B",
    "termId": "VT2027",
    "professions": ["nurse"],
    "institutions": None,
    "status": "answered",
    "declineReason": None,
    "weeks": [{"week": "2027-W03", "places": 2}],
}
_SUPERVISOR: dict[str, JsonValue] = {
    "unitId": "SE2321000016-1A2B",
    "externalId": "h-0417",
    "profession": "nurse",
    "role": "aka",
    "sharePercent": 30,
    "maxStudents": 2,
    "weeks": None,
    "trainings": [{"course": "Handledarutbildning", "credits": 7.5, "completedOn": "2024-05-31", "expiresOn": None}],
}
_PLACEMENT: dict[str, JsonValue] = {"id": "pla_0b77", "status": "declined", "reason": "no-supervisor"}


class MunicipalityRow(MunicipalityGiven, Change):
    """A municipality, matched by its SCB code. En kommun, som känns igen på kommunkoden."""

    model_config = example(_MUNICIPALITY)


class OrganisationRow(OrganisationGiven, Change):
    """An organisation, matched by its own id or its name. En organisation, som känns igen på eget id eller namn."""

    model_config = example(_ORGANISATION)

    id: Id = Field(description=_ROW_ID)
    municipality_code: Reference | None
    funded_by_id: Reference | None


class SiteRow(SiteGiven, Change):
    """A studieort, matched by lärosäte and name. En studieort, som känns igen på lärosäte och namn."""

    model_config = example(_SITE)

    id: Id = Field(description=_ROW_ID)
    institution_id: Reference
    municipality_code: Reference


class UnitRow(UnitGiven, Change):
    """A unit, matched by HSA id, or provider and name. En enhet, som känns igen på HSA-id, eller huvudman och namn."""

    model_config = example(_UNIT)

    id: Id = Field(description=_ROW_ID)
    provider_id: Reference
    operator_id: Reference | None
    municipality_code: Reference
    site_id: Reference | None


class ProgrammeRow(ProgrammeGiven, Change):
    """A programme, matched by lärosäte and code. Ett program, som känns igen på lärosäte och kod."""

    model_config = example(_PROGRAMME)

    id: Id = Field(description=_ROW_ID)
    institution_id: Reference


class CourseRow(CourseDetails, WindowsGiven, Change):
    """A course with its windows in one term, matched by programme and code.

    En kurs med sina startveckor en termin, som känns igen på program och kod.
    """

    model_config = example(_COURSE)

    id: Id = Field(description=_ROW_ID)
    programme_id: Reference
    term_id: Reference | None

    def changes(self) -> dict[str, Any]:
        """Return the fields that the caller sent, the weeks as weeks."""
        changes = super().changes()
        return {**changes, "starts": self.starts} if "starts" in changes else changes


class AgreementRow(AgreementTerms, Change):
    """An agreement with its volume in one term, matched by its parties, first day and professions.

    Ett avtal med sin volym en termin, som känns igen på parter, första dag och yrken.
    """

    model_config = example(_AGREEMENT)

    id: Id = Field(description=_ROW_ID)
    institution_id: Reference
    provider_id: Reference
    units: Annotated[References, Field(min_length=1)] | None
    term_id: Reference | None = Field(description="The term of the volume. Den termin som volymen gäller.")
    min_student_weeks: Count
    max_student_weeks: Count | None


class TravelTimeRow(TravelTimeGiven, Change):
    """A travel time, matched by both zones. En restid, som känns igen på de båda zonerna."""

    model_config = example(_TRAVEL_TIME)


class CohortRow(CohortGiven, Change):
    """A cohort, matched by programme, term and name. En kull, som känns igen på program, termin och namn."""

    model_config = example(_COHORT)

    id: Id = Field(description=_ROW_ID)
    programme_id: Reference
    term_id: Reference


class StudentRow(StudentGiven, Change):
    """A student, matched by externalId. En student, som känns igen på externalId."""

    model_config = example(_STUDENT)

    id: Id = Field(description=_ROW_ID)
    cohort_id: Reference = Field(description="Our id, or programme/term/name. Vårt id, eller program/termin/namn.")
    site_id: Reference | None
    blocked_units: References


class RequestRow(RequestGiven, Change):
    """A request, matched by student, course and term. En begäran, som känns igen på student, kurs och termin."""

    model_config = example(_REQUEST)

    id: Id = Field(description=_ROW_ID)
    student_id: Reference = Field(description="Our id, or the student's externalId. Vårt id, eller externalId.")
    course_id: Reference
    term_id: Reference
    status: RequestStatus
    preferences: Annotated[References, Field(max_length=100)]


class SiteWishRow(SiteWishGiven, Change):
    """A wish for sites, matched by round and student. Ett önskemål om studieort, som känns igen på val och student."""

    model_config = example(_SITE_WISH)

    id: Id = Field(description=_ROW_ID)
    round_id: Reference = Field(
        description="Our id, or the cohort's programme/term/name. Vårt id, eller kullens program/termin/namn."
    )
    student_id: Reference = Field(description="Our id, or the student's externalId. Vårt id, eller externalId.")
    ranking: Annotated[References, Field(max_length=MOST_SITES)]
    partner_id: Reference | None


class OfferRow(OfferChange):
    """An offer, matched by unit, term, professions and the lärosäten that it is reserved for.

    Ett erbjudande, som känns igen på enhet, termin, yrken och de lärosäten som det är reserverat för.
    """

    model_config = example(_OFFER)

    id: Id = Field(description=_ROW_ID)
    unit_id: Reference
    unit_name: Name = Field(description=_UNIT_NAME)
    term_id: Reference
    institutions: Annotated[References, Field(min_length=1)] | None


class TrainingRow(TrainingGiven, Change):
    """A completed course in supervision, matched by its course. En handledarutbildning, som känns igen på kursen."""


class SupervisorRow(SupervisorChange):
    """A supervisor, matched by unit and externalId. En handledare, som känns igen på enhet och externalId."""

    model_config = example(_SUPERVISOR)

    id: Id = Field(description=_ROW_ID)
    unit_id: Reference
    unit_name: Name = Field(description=_UNIT_NAME)
    trainings: Annotated[list[TrainingRow], Field(max_length=20)] = Field(
        description="A training is matched by its course and keeps what is not given of it. In JSON the list is all of "
        "them; a sheet with columns for fewer trainings than the supervisor has leaves the others. "
        "En utbildning känns igen på kursen och behåller det som inte anges. I JSON är listan alla utbildningar; "
        "ett blad med kolumner för färre utbildningar än handledaren har rör inte de andra."
    )


class PlacementRow(PlacementSettled, Change):
    """A placement's next status, matched by id. En placerings nästa status; placeringen känns igen på id."""

    model_config = example(_PLACEMENT)

    id: Id
    term_id: Standing
    institution_id: Standing
    student_id: Standing
    course_id: Standing
    unit_id: Standing
    unit_name: Standing
    contact_function: Standing
    contact_email: Standing
    contact_phone: Standing
    first_week: Standing
    last_week: Standing
    supervisor_id: Standing
    student_answer: Name = Field(
        description="The student's own answer, to be read; another one here changes nothing. "
        "Studentens eget svar, för läsning; ett annat här ändrar inget."
    )


class Rows(Given):
    """Rows to import. Rader att läsa in."""

    rows: Annotated[list[Any], Field(min_length=1, max_length=MOST_ROWS)]


class MunicipalityRows(Rows):
    """Municipalities to import. Kommuner att läsa in."""

    model_config = example({"rows": [_MUNICIPALITY]})

    rows: Annotated[list[MunicipalityRow], Field(min_length=1, max_length=MOST_ROWS)]


class OrganisationRows(Rows):
    """Organisations to import. Organisationer att läsa in."""

    model_config = example({"rows": [_ORGANISATION]})

    rows: Annotated[list[OrganisationRow], Field(min_length=1, max_length=MOST_ROWS)]


class SiteRows(Rows):
    """Sites to import. Studieorter att läsa in."""

    model_config = example({"rows": [_SITE]})

    rows: Annotated[list[SiteRow], Field(min_length=1, max_length=MOST_ROWS)]


class UnitRows(Rows):
    """Units to import. Enheter att läsa in."""

    model_config = example({"rows": [_UNIT]})

    rows: Annotated[list[UnitRow], Field(min_length=1, max_length=MOST_ROWS)]


class ProgrammeRows(Rows):
    """Programmes to import. Program att läsa in."""

    model_config = example({"rows": [_PROGRAMME]})

    rows: Annotated[list[ProgrammeRow], Field(min_length=1, max_length=MOST_ROWS)]


class CourseRows(Rows):
    """Courses to import. Kurser att läsa in."""

    model_config = example({"rows": [_COURSE]})

    rows: Annotated[list[CourseRow], Field(min_length=1, max_length=MOST_ROWS)]


class AgreementRows(Rows):
    """Agreements to import. Avtal att läsa in."""

    model_config = example({"rows": [_AGREEMENT]})

    rows: Annotated[list[AgreementRow], Field(min_length=1, max_length=MOST_ROWS)]


class TravelTimeRows(Rows):
    """Travel times to import. Restider att läsa in."""

    model_config = example({"rows": [_TRAVEL_TIME]})

    rows: Annotated[list[TravelTimeRow], Field(min_length=1, max_length=MOST_ROWS)]


class CohortRows(Rows):
    """Cohorts to import. Kullar att läsa in."""

    model_config = example({"rows": [_COHORT]})

    rows: Annotated[list[CohortRow], Field(min_length=1, max_length=MOST_ROWS)]


class StudentRows(Rows):
    """Students to import. Studenter att läsa in."""

    model_config = example({"rows": [_STUDENT]})

    rows: Annotated[list[StudentRow], Field(min_length=1, max_length=MOST_ROWS)]


class RequestRows(Rows):
    """Requests to import. Begäranden att läsa in."""

    model_config = example({"rows": [_REQUEST]})

    rows: Annotated[list[RequestRow], Field(min_length=1, max_length=MOST_ROWS)]


class SiteWishRows(Rows):
    """Wishes for sites to import. Önskemål om studieort att läsa in."""

    model_config = example({"rows": [_SITE_WISH]})

    rows: Annotated[list[SiteWishRow], Field(min_length=1, max_length=MOST_ROWS)]


class OfferRows(Rows):
    """Offers to import. Erbjudanden att läsa in."""

    model_config = example({"rows": [_OFFER]})

    rows: Annotated[list[OfferRow], Field(min_length=1, max_length=MOST_ROWS)]


class SupervisorRows(Rows):
    """Supervisors to import. Handledare att läsa in."""

    model_config = example({"rows": [_SUPERVISOR]})

    rows: Annotated[list[SupervisorRow], Field(min_length=1, max_length=MOST_ROWS)]


class PlacementRows(Rows):
    """Placements whose status is to change. Placeringar som ska få ny status."""

    model_config = example({"rows": [_PLACEMENT]})

    rows: Annotated[list[PlacementRow], Field(min_length=1, max_length=MOST_ROWS)]


BODIES: tuple[type[Rows], ...] = (
    MunicipalityRows,
    OrganisationRows,
    SiteRows,
    UnitRows,
    ProgrammeRows,
    CourseRows,
    AgreementRows,
    TravelTimeRows,
    CohortRows,
    StudentRows,
    RequestRows,
    SiteWishRows,
    OfferRows,
    SupervisorRows,
    PlacementRows,
)
"""The bodies that the contract has to name itself, since the routes accept them in three forms."""


class Form(enum.StrEnum):
    """The form of a sheet."""

    CSV = "csv"
    XLSX = "xlsx"


class Headings(enum.StrEnum):
    """What the columns of a sheet are called."""

    CODES = "codes"
    SV = "sv"
    EN = "en"


class SheetAsked(Given):
    """The sheet that is wanted. Önskat kalkylblad."""

    format: Form = Field(Form.XLSX, description="CSV for systems, XLSX for Excel. CSV för system, XLSX för Excel.")
    headings: Headings = Field(
        Headings.CODES,
        description="Headings as the fields are called, or in Swedish or English words; all are read again. "
        "Rubriker som fälten heter, eller med svenska eller engelska ord; alla går att läsa in igen.",
    )
    template: bool = Field(
        default=False,
        description="An empty workbook to fill in instead: headings, choices and an example row. "
        "I stället en tom arbetsbok att fylla i: rubriker, val och en exempelrad.",
    )


class MunicipalitySheet(SheetAsked):
    """Which municipalities to export. Vilka kommuner som ska tas ut."""

    in_county: bool | None = Field(None, description="In the county or outside it. I länet eller utanför.")


class OrganisationSheet(SheetAsked):
    """Which organisations to export. Vilka organisationer som ska tas ut."""

    kind: OrganisationKind | None = Field(None, description="Of one kind. Av ett visst slag.")
    provider_kind: ProviderKind | None = Field(
        None, description="Of one kind of provider. Av ett visst slags huvudman."
    )


class OfInstitutionSheet(SheetAsked):
    """Which sites or programmes to export. Vilka studieorter eller program som ska tas ut."""

    institution_id: Id | None = Field(None, description="Of one lärosäte. Från ett visst lärosäte.")


class UnitSheet(SheetAsked):
    """Which units to export. Vilka enheter som ska tas ut."""

    provider_id: Id | None = Field(None, description="Of one provider. Hos en viss huvudman.")
    municipality: Id | None = Field(None, description="In one municipality. I en viss kommun.")


class CourseSheet(SheetAsked):
    """Which courses to export. Vilka kurser som ska tas ut."""

    programme_id: Id | None = Field(None, description="In one programme. I ett visst program.")
    term_id: Id | None = Field(None, description="With windows in one term. Med startveckor en viss termin.")


class AgreementSheet(SheetAsked):
    """Which agreements to export. Vilka avtal som ska tas ut."""

    institution_id: Id | None = Field(None, description="Of one lärosäte. Från ett visst lärosäte.")
    provider_id: Id | None = Field(None, description="Of one provider. Med en viss huvudman.")


class TravelTimeSheet(SheetAsked):
    """Which travel times to export. Vilka restider som ska tas ut."""

    origin: Name | None = Field(None, description="From one zone. Från en viss zon.")
    destination: Name | None = Field(None, description="To one zone. Till en viss zon.")


class CohortSheet(SheetAsked):
    """Which cohorts to export. Vilka kullar som ska tas ut."""

    term_id: Id | None = Field(None, description="In one term. I en viss termin.")
    programme_id: Id | None = Field(None, description="In one programme. I ett visst program.")


class StudentSheet(SheetAsked):
    """Which students to export. Vilka studenter som ska tas ut."""

    cohort_id: Id | None = Field(None, description="In one cohort. I en viss kull.")
    institution_id: Id | None = Field(None, description="Of one lärosäte. Från ett visst lärosäte.")


class RequestSheet(SheetAsked):
    """Which requests to export. Vilka begäranden som ska tas ut."""

    term_id: Id | None = Field(None, description="For one term. För en viss termin.")
    status: RequestStatus | None = Field(None, description="With one status. Med en viss status.")
    institution_id: Id | None = Field(None, description="Of one lärosäte. Från ett visst lärosäte.")


class SiteWishSheet(SheetAsked):
    """Which wishes for sites to export. Vilka önskemål om studieort som ska tas ut."""

    round_id: Id | None = Field(None, description="In one site round. I ett visst studieortsval.")


class OfferSheet(SheetAsked):
    """Which offers to export. Vilka erbjudanden som ska tas ut."""

    term_id: Id | None = Field(None, description="For one term. För en viss termin.")
    unit_id: Id | None = Field(None, description="Of one unit. Från en viss enhet.")
    status: OfferStatus | None = Field(None, description="With one status. Med en viss status.")


class SupervisorSheet(SheetAsked):
    """Which supervisors to export. Vilka handledare som ska tas ut."""

    unit_id: Id | None = Field(None, description="At one unit. Vid en viss enhet.")
    profession: Profession | None = Field(None, description="Of one profession. Inom ett visst yrke.")


class PlacementSheet(SheetAsked):
    """Which placements to export. Vilka placeringar som ska tas ut."""

    term_id: Id | None = Field(None, description="For one term. För en viss termin.")
    unit_id: Id | None = Field(None, description="At one unit. Vid en viss enhet.")
    status: PlacementStatus | None = Field(None, description="With one status. Med en viss status.")


class FaultForm(enum.StrEnum):
    """The form in which faults come back, besides a problem document."""

    XLSX = "xlsx"


class ImportAsked(Given):
    """How to import. Hur inläsningen ska göras."""

    dry_run: bool = Field(
        default=False, description="Only report the outcome; store nothing. Visa bara utfallet; spara inget."
    )
    accept_unusual: bool = Field(default=False, description=ACCEPT_UNUSUAL)
    term_id: Name | None = Field(
        None,
        description="The term, by id or code, of rows that name none. "
        "Terminen, med id eller kod, för rader som inte anger någon.",
    )
    sheet: Name | None = Field(
        None,
        description="The sheet to read, where a file has several. Bladet som ska läsas, om filen har flera.",
    )
    ignore_columns: Annotated[str, Field(max_length=2_000)] | None = Field(
        None,
        description="Headings that are not to be read, separated by commas. "
        "Rubriker som inte ska läsas, åtskilda med kommatecken.",
    )
    faults_as: FaultForm | None = Field(
        None,
        description="`xlsx`: faults come back as the same sheet, with the faulty cells coloured and commented (422). "
        "`xlsx`: fel kommer tillbaka som samma blad, med de felaktiga cellerna färgade och kommenterade (422).",
    )


class ReadShown(Shown):
    """How a file was read. Hur en fil har lästs."""

    form: str = Field(description="`csv`, `xlsx`, `xls` or `ods`. `csv`, `xlsx`, `xls` eller `ods`.")
    sheet: str | None = Field(description="The sheet that was read. Bladet som lästes.")
    heading_row: int = Field(description="The row of the headings. Raden med rubrikerna.")
    rows: int = Field(description="The rows that were read. Antal lästa rader.")
    encoding: str | None = Field(description="The encoding of a text file. En textfils teckenkodning.")
    separator: str | None = Field(description="What separates the cells of a text file. En textfils skiljetecken.")
    ignored_columns: list[str] = Field(description="Columns that were not read. Kolumner som inte lästes.")
    assumptions: list[str] = Field(description="What was assumed. Vad som har antagits.")


class WeekTold(Shown):
    """The places of a week before and after. En veckas platser före och efter."""

    week: Week
    before: int | None
    after: int | None


class SheetPlacesShown(Shown):
    """What became of a unit's places: the sum over the weeks, and each week that changed.

    Vad som hände med en enhets platser: summan över veckorna, och varje vecka som ändrades.
    """

    unit_id: str
    unit_name: str
    term_id: str
    professions: list[str]
    before: int
    after: int
    weeks: list[WeekTold]


class ReplacedShown(Shown):
    """A value that a row has replaced: in words, and null for an empty cell.

    Ett värde som en rad har ersatt: i ord, och null för en tom cell.
    """

    row: int = Field(description="The row, numbered as in a fault. Raden, numrerad som i ett fel.")
    name: str = Field(description="What the row is about, as the caller knows it. Vad raden gäller.")
    column: str = Field(description="The heading; in JSON the field. Rubriken; i JSON fältet.")
    before: str | None
    after: str | None

    @classmethod
    def of(cls, told: ChangeTold, language: str) -> ReplacedShown:
        """Show a change in a language."""

        def said(words: Words | None) -> Any:  # noqa: ANN401 (text, or None for None)
            return words and (words.sv if language == "sv" else words.en)

        values = {name: said(getattr(told, name)) for name in ("name", "column", "before", "after")}
        return cls(row=told.row, **values)


class ImportShown(ConsequencesShown):
    """The outcome of an import, with what it makes impossible. Utfallet av en inläsning, med det som blir omöjligt."""

    model_config = example(
        {
            "dryRun": False,
            "rows": 210,
            "created": 12,
            "changed": 3,
            "unchanged": 195,
            "read": {
                "form": "csv",
                "sheet": None,
                "headingRow": 1,
                "rows": 210,
                "encoding": "windows-1252",
                "separator": ";",
                "ignoredColumns": ["Kommentar"],
                "assumptions": ["The encoding is assumed to be windows-1252."],
            },
            "assumptions": [],
            "places": [
                {
                    "unitId": "unt_geriatrics",
                    "unitName": "Avdelning 12, geriatrik",
                    "termId": "trm_vt2027",
                    "professions": ["nurse"],
                    "before": 20,
                    "after": 19,
                    "weeks": [{"week": "2027-W05", "before": 3, "after": 2}],
                }
            ],
            "changes": [
                {"row": 7, "name": "Avdelning 14", "column": "Högst antal studenter", "before": "5", "after": None}
            ],
            "changesTotal": 1,
        }
    )

    dry_run: bool
    rows: int
    created: int
    changed: int
    unchanged: int
    read: ReadShown | None = Field(description="How the file was read; null for JSON. Hur filen lästes; null för JSON.")
    assumptions: list[str] = Field(
        description="What rows did not say but can only mean. Vad rader inte säger men bara kan betyda."
    )
    places: list[SheetPlacesShown] = Field(
        description="For offers: the places before and after, where they change; those that fall first. "
        "För erbjudanden: platserna före och efter, där de ändras; de som minskar först."
    )
    changes: list[ReplacedShown] = Field(
        description=f"What else the changed rows replace, also on a dry run: {MOST_CHANGES} at most. What falls comes "
        "first: a value that becomes empty, a list that loses something. "
        f"Vad de ändrade raderna i övrigt ersätter, även vid provkörning: högst {MOST_CHANGES}. Det som faller bort "
        "kommer först: ett värde som blir tomt, en lista som förlorar något."
    )
    changes_total: int = Field(description="The number of such changes. Antalet sådana ändringar.")

    @classmethod
    def of_outcome(cls, outcome: Outcome, asked: ImportAsked, read: ReadShown | None, language: str) -> ImportShown:
        """Show an outcome; what falls is listed first."""
        places = sorted(outcome.places, key=lambda each: (not each.falls, each.after - each.before))
        return cls(
            **dict(ConsequencesShown.of(outcome.aftermath, language)),
            dry_run=asked.dry_run,
            rows=outcome.rows,
            created=outcome.created,
            changed=outcome.changed,
            unchanged=outcome.unchanged,
            read=read,
            assumptions=[
                f"{words.sv if language == 'sv' else words.en} ({count})" for words, count in outcome.assumed.items()
            ],
            places=[
                SheetPlacesShown(
                    unit_id=told.unit_id,
                    unit_name=told.unit_name,
                    term_id=told.term_id,
                    professions=list(told.professions),
                    before=told.before,
                    after=told.after,
                    weeks=[WeekTold(week=week, before=old, after=new) for week, old, new in told.weeks],
                )
                for told in places
            ],
            changes=[ReplacedShown.of(told, language) for told in outcome.changes],
            changes_total=outcome.changes_total,
        )
