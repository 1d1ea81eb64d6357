"""Lists: everything that can be loaded in bulk: its rows, who may take it out and in, and what is said about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from placement.sheets import cohorts, offers, placements, requests, students, supervisors
from placement_api.callers import Care, Institution, Planner
from placement_api.importing import Room
from placement_api.schemas.base import Change
from placement_api.schemas.sheets import (
    CohortRow,
    CohortRows,
    CohortSheet,
    OfferRow,
    OfferRows,
    OfferSheet,
    PlacementRow,
    PlacementRows,
    PlacementSheet,
    RequestRow,
    RequestRows,
    RequestSheet,
    Rows,
    SheetAsked,
    StudentRow,
    StudentRows,
    StudentSheet,
    SupervisorRow,
    SupervisorRows,
    SupervisorSheet,
)
from placement_solver.words import Words


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
        "capacity-offers",
        Words("platserbjudanden", "offers"),
        offers,
        OfferRow,
        OfferRows,
        OfferSheet,
        Planner,
        Care,
        Words(
            "ett erbjudande känns igen på enhet, termin och yrken; en vecka utan kolumn behåller sina platser",
            "an offer is matched by unit, term and professions; a week without a column keeps its places",
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
            "en placering känns igen på id, och bara status och skäl kan ändras",
            "a placement is matched by id, and only its status and reason can change",
        ),
        "id,status,reason\r\npla_0b77,accepted,\r\npla_0b78,declined,no-supervisor\r\n",
    ),
)
"""Every list, in the order in which one that starts from nothing fills them in."""

BY_PATH = {listed.path: listed for listed in LISTS}
