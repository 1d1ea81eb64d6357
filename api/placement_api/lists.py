"""Lists: everything that can be loaded in bulk: its rows, who may take it out and in, and what is said about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from sqlmodel import Session

from placement.callers import Caller
from placement.sheets import (
    agreements,
    cohorts,
    courses,
    municipalities,
    offers,
    organisations,
    placements,
    programmes,
    requests,
    site_wishes,
    sites,
    students,
    supervisors,
    travel_times,
    units,
)
from placement.sheets.faults import Faults
from placement.sheets.importing import Outcome
from placement.sheets.writing import Sheet
from placement_api.callers import Anyone, Care, Coordinator, Institution, Party, Planner, Provider
from placement_api.schemas.base import Change
from placement_api.schemas.sheets import (
    AgreementRow,
    AgreementRows,
    AgreementSheet,
    CohortRow,
    CohortRows,
    CohortSheet,
    CourseRow,
    CourseRows,
    CourseSheet,
    MunicipalityRow,
    MunicipalityRows,
    MunicipalitySheet,
    OfferRow,
    OfferRows,
    OfferSheet,
    OfInstitutionSheet,
    OrganisationRow,
    OrganisationRows,
    OrganisationSheet,
    PlacementRow,
    PlacementRows,
    PlacementSheet,
    ProgrammeRow,
    ProgrammeRows,
    RequestRow,
    RequestRows,
    RequestSheet,
    Rows,
    SheetAsked,
    SiteRow,
    SiteRows,
    SiteWishRow,
    SiteWishRows,
    SiteWishSheet,
    StudentRow,
    StudentRows,
    StudentSheet,
    SupervisorRow,
    SupervisorRows,
    SupervisorSheet,
    TravelTimeRow,
    TravelTimeRows,
    TravelTimeSheet,
    UnitRow,
    UnitRows,
    UnitSheet,
)
from placement_solver.words import Words


class Room(Protocol):
    """The module of a list in ``placement.sheets``."""

    @property
    def PROTECTED(self) -> frozenset[str]:  # noqa: N802 (a constant of each module)
        """Return the columns whose values are never repeated in a fault."""

    @property
    def HEADS(self) -> tuple[str, ...]:  # noqa: N802 (as above)
        """Return the columns of the list, in order."""

    @property
    def NEEDED(self) -> tuple[str, ...]:  # noqa: N802 (as above)
        """Return the fields that a new row must have."""

    @property
    def sheet(self) -> Callable[..., Sheet]:
        """Return what writes the list, or the part of it that is wanted."""

    def bring_in(self, session: Session, by: Caller, rows: Mapping[int, dict[str, Any]], faults: Faults) -> Outcome:
        """Store the rows, or refuse all of them."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One list: its address, the room that reads and writes it, its rows, and the roles that may do so."""

    path: str
    what: Words
    room: Room
    row: type[Change]
    rows: type[Rows]
    asked: type[SheetAsked]
    reads: Any
    writes: Any
    matched: Words
    example: str


LISTS: tuple[Listed, ...] = (
    Listed(
        "municipalities",
        Words("kommuner", "municipalities"),
        municipalities,
        MunicipalityRow,
        MunicipalityRows,
        MunicipalitySheet,
        Anyone,
        Coordinator,
        Words("en kommun känns igen på sin SCB-kod", "a municipality is matched by its SCB code"),
        "code,name,lat,lon,population\r\n0182,Nacka,59.3105,18.1637,112112\r\n",
    ),
    Listed(
        "organisations",
        Words("organisationer", "organisations"),
        organisations,
        OrganisationRow,
        OrganisationRows,
        OrganisationSheet,
        Anyone,
        Coordinator,
        Words(
            "en organisation känns igen på sitt eget id, eller på namnet om den saknar ett",
            "an organisation is matched by its own id, or by its name where it has none",
        ),
        "kind,providerKind,nameSv,nameEn,externalId,municipalityCode\r\n"
        "provider,municipality,Nacka kommun,Nacka Municipality,212000-0167,0182\r\n",
    ),
    Listed(
        "sites",
        Words("studieorter", "sites"),
        sites,
        SiteRow,
        SiteRows,
        OfInstitutionSheet,
        Anyone,
        Coordinator,
        Words("en studieort känns igen på lärosäte och namn", "a site is matched by lärosäte and name"),
        "institutionId,name,municipalityCode\r\nUMU,Sunderbyn,2580\r\n",
    ),
    Listed(
        "units",
        Words("enheter", "units"),
        units,
        UnitRow,
        UnitRows,
        UnitSheet,
        Planner,
        Provider,
        Words(
            "en enhet känns igen på HSA-id, eller på huvudman och namn om den saknar ett",
            "a unit is matched by HSA id, or by provider and name where it has none",
        ),
        "name,hsaId,providerId,municipalityCode,kinds,lat,lon,maxStudents\r\n"
        "Hemsjukvården Saltsjöbaden,SE2120000167-HS1,212000-0167,0182,home-care,59.28,18.29,4\r\n",
    ),
    Listed(
        "programmes",
        Words("program", "programmes"),
        programmes,
        ProgrammeRow,
        ProgrammeRows,
        OfInstitutionSheet,
        Institution,
        Institution,
        Words("ett program känns igen på lärosäte och kod", "a programme is matched by lärosäte and code"),
        "institutionId,code,name,profession\r\nKI,1SJ24,Sjuksköterskeprogrammet,nurse\r\n",
    ),
    Listed(
        "courses",
        Words("kurser", "courses"),
        courses,
        CourseRow,
        CourseRows,
        CourseSheet,
        Institution,
        Institution,
        Words(
            "en kurs känns igen på program och kod, och varje rad har startveckorna en termin",
            "a course is matched by programme and code, and each row has its windows in one term",
        ),
        "programmeId,code,name,weeks,kinds,termId,starts\r\n"
        "1SJ24,1SJ021,Klinisk utbildning,5,home-care,VT2027,2027-W05\r\n",
    ),
    Listed(
        "agreements",
        Words("avtal", "agreements"),
        agreements,
        AgreementRow,
        AgreementRows,
        AgreementSheet,
        Party,
        Provider,
        Words(
            "ett avtal känns igen på parter, första dag och yrken, och varje rad har volymen en termin",
            "an agreement is matched by its parties, first day and professions, with its volume in one term",
        ),
        "institutionId,providerId,validFrom,termId,minStudentWeeks,maxStudentWeeks\r\n"
        "KI,212000-0167,2026-01-01,VT2027,40,120\r\n",
    ),
    Listed(
        "travel-times",
        Words("restider", "travel times"),
        travel_times,
        TravelTimeRow,
        TravelTimeRows,
        TravelTimeSheet,
        Anyone,
        Coordinator,
        Words("en restid känns igen på de båda zonerna", "a travel time is matched by both zones"),
        "origin,destination,minutes\r\nvaxholm,danderyd,45\r\n",
    ),
    Listed(
        "cohorts",
        Words("kullar", "cohorts"),
        cohorts,
        CohortRow,
        CohortRows,
        CohortSheet,
        Institution,
        Institution,
        Words("en kull känns igen på program, termin och namn", "a cohort is matched by programme, term and name"),
        "programmeId,termId,name,size\r\n1SJ24,VT2027,Termin 4,210\r\n",
    ),
    Listed(
        "students",
        Words("studenter", "students"),
        students,
        StudentRow,
        StudentRows,
        StudentSheet,
        Institution,
        Institution,
        Words("en student känns igen på externalId", "a student is matched by externalId"),
        "cohortId,externalId,lat,lon,maxTravel\r\n1SJ24/VT2027/Termin 4,ki-7f3a91,59.27,18.03,90\r\n",
    ),
    Listed(
        "requests",
        Words("begäranden", "requests"),
        requests,
        RequestRow,
        RequestRows,
        RequestSheet,
        Institution,
        Institution,
        Words("en begäran känns igen på student, kurs och termin", "a request is matched by student, course and term"),
        "studentId,courseId,termId,status\r\nki-7f3a91,1SJ021,VT2027,open\r\n",
    ),
    Listed(
        "site-wishes",
        Words("önskemål om studieort", "wishes for sites"),
        site_wishes,
        SiteWishRow,
        SiteWishRows,
        SiteWishSheet,
        Institution,
        Institution,
        Words(
            "ett önskemål känns igen på studieortsval och student, och det sista som läses in gäller",
            "a wish is matched by site round and student, and the last that is imported counts",
        ),
        "roundId,studentId,ranking,priorityRank,partnerId\r\n"
        'LAK/VT2027/Termin 4,liu-7f3a91,"Kalmar, Linköping, Norrköping, Jönköping",,liu-2a9d04\r\n',
    ),
    Listed(
        "capacity-offers",
        Words("platserbjudanden", "offers"),
        offers,
        OfferRow,
        OfferRows,
        OfferSheet,
        Planner,
        Care,
        Words(
            "ett erbjudande känns igen på enhet, termin, yrken och de lärosäten som det är reserverat för; en vecka "
            "utan kolumn behåller sina platser",
            "an offer is matched by unit, term, professions and the lärosäten that it is reserved for; a week without "
            "a column keeps its places",
        ),
        "unitId,termId,professions,status,declineReason,2027-W03,2027-W04\r\n"
        "SE2321000016-1A2B,VT2027,nurse,answered,,2,2\r\nunt_geriatrics,VT2027,nurse,declined,no-supervisor,,\r\n",
    ),
    Listed(
        "supervisors",
        Words("handledare", "supervisors"),
        supervisors,
        SupervisorRow,
        SupervisorRows,
        SupervisorSheet,
        Care,
        Care,
        Words("en handledare känns igen på enhet och externalId", "a supervisor is matched by unit and externalId"),
        "unitId,externalId,profession,maxStudents,training1Course,training1Credits,training1CompletedOn\r\n"
        "SE2321000016-1A2B,h-0417,nurse,2,Handledarutbildning,7.5,2024-05-31\r\n",
    ),
    Listed(
        "placements",
        Words("placeringar", "placements"),
        placements,
        PlacementRow,
        PlacementRows,
        PlacementSheet,
        Planner,
        Planner,
        Words(
            "en placering känns igen på id, och bara status, skäl och genomförda veckor kan ändras",
            "a placement is matched by id, and only its status, reason and weeks done can change",
        ),
        "id,status,reason\r\npla_0b77,accepted,\r\npla_0b78,declined,no-supervisor\r\n",
    ),
)
"""Every list, in the order in which one that starts from nothing fills them in."""

BY_PATH = {listed.path: listed for listed in LISTS}
