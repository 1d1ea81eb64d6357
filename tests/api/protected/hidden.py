"""Students with a protected identity in the small county: on both sides, with a row in every table about students.

``MARK`` is in every id and pseudonym of theirs, and ``HOME`` begins every latitude, so that an answer that holds either
gives somebody away.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from placement.callers import SYSTEM
from placement.store import audit
from placement.tables import (
    Action,
    AuditEntry,
    Basis,
    BlockedUnit,
    Calendar,
    CalendarSubject,
    Event,
    KeptRemedies,
    LedgerCause,
    LedgerEntry,
    Pin,
    Placement,
    PlannedPlacement,
    Preference,
    ProtectedStudent,
    RemedyState,
    Request,
    Row,
    SiteDecision,
    SiteReason,
    SiteTurn,
    SiteWish,
    StatementLine,
    Student,
    StudentPage,
    Swap,
    SwapSide,
    UnplacedRequest,
    WeekKind,
)
from tests.rows import WEEK

MARK = "hid7x"
HOME = "58.3719"
NUMBER = 30
MOMENT = dt.datetime(2026, 11, 2, 12, tzinfo=dt.UTC)
SIDES: dict[str, dict[str, str]] = {
    "a": {"institution": "org_ki", "cohort": "coh_a", "course": "crs_a", "unit": "unt_a", "token": "1" * 16},
    "b": {"institution": "org_b", "cohort": "coh_b", "course": "crs_b", "unit": "unt_b", "token": "4" * 16},
}


def name_of(number: int) -> str:
    """Return the last part of one student's ids."""
    return f"{MARK}{number:02}"


def side_of(number: int) -> dict[str, str]:
    """Return whose student one is."""
    return SIDES["a" if number % 2 else "b"]


def asking(number: int) -> list[Row]:
    """Return one protected student with a request."""
    name, at = name_of(number), side_of(number)
    student, request = f"stu_{name}", f"req_{name}"
    return [
        Student(
            id=student,
            cohort_id=at["cohort"],
            institution_id=at["institution"],
            external_id=f"p-{name}",
            lat=float(f"{HOME}{number:02}"),
            lon=17.9,
            zone=f"zon-{name}",
        ),
        ProtectedStudent(student_id=student, contact_function="VFU-kansliet", contact_phone="08-123", marked_at=MOMENT),
        BlockedUnit(student_id=student, unit_id="unt_free"),
        Request(id=request, term_id="trm_a", student_id=student, course_id=at["course"]),
        Preference(request_id=request, rank=0, unit_id=at["unit"]),
    ]


def placed(number: int) -> list[Row]:
    """Return the student's placement and all that follows from it."""
    name, at = name_of(number), side_of(number)
    student, request, placement = f"stu_{name}", f"req_{name}", f"pla_{name}"
    return [
        Placement(
            id=placement,
            term_id="trm_a",
            request_id=request,
            publication_id="pub_a",
            unit_id=at["unit"],
            start=WEEK,
            weeks=5,
        ),
        PlannedPlacement(id=f"plp_{name}", plan_id="pln_a", request_id=request, unit_id=at["unit"], start=WEEK),
        UnplacedRequest(plan_id="pln_a", request_id=request, reasons={"own_placements": [request]}),
        _kept(request, at["unit"]),
        Pin(id=f"pin_{name}", term_id="trm_a", request_id=request, unit_id=at["unit"], start=WEEK),
        StudentPage(id=f"stp_{name}", token_id=at["token"], secret_sha256=f"{number:064x}", student_id=student),
        Calendar(
            id=f"cal_{name}",
            token_id=at["token"],
            secret_sha256=f"{number + 500:064x}",
            subject_type=CalendarSubject.STUDENT,
            subject_id=student,
        ),
        *_told(name, at),
    ]


def _kept(request: str, unit: str) -> KeptRemedies:
    """Return remedies that are kept for one, and would move the next."""
    there = {"request_id": request, "unit_id": unit, "start": "2027-W01", "supervisor_id": None}
    other = {**there, "request_id": f"req_{name_of((int(request[-2:]) + 1) % NUMBER)}"}
    remedy = {
        "kinds": ["moves"],
        "placement": there,
        "moves": [{"before": other, "after": {**other, "start": "2027-W02"}}],
        "objective_before": 9,
        "objective_after": 8,
        "smallest": True,
        "scenario": None,
        "sentences": [{"sv": f"{other['request_id']} flyttar", "en": f"{other['request_id']} moves"}],
    }
    told = {"sv": f"{request} är utan plats", "en": f"{request} is unplaced"}
    answer = {"placed": False, "sentences": [told], "remedies": [remedy]}
    return KeptRemedies(
        plan_id="pln_a",
        request_id=request,
        turn=1,
        state=RemedyState.DONE,
        answer=answer,
        worked_out_at=MOMENT,
        seconds=1.0,
    )


def _told(name: str, at: dict[str, str]) -> list[Row]:
    """Return what the feed and the audit trail have about one, and a line of the ledger."""
    student, request, placement = f"stu_{name}", f"req_{name}", f"pla_{name}"

    def event(kind: str, subject: str, subject_id: str, details: dict[str, Any]) -> Event:
        return Event(
            kind=kind,
            term_id="trm_a",
            institution_id=at["institution"],
            unit_id=at["unit"],
            subject_type=subject,
            subject_id=subject_id,
            details=details,
        )

    ledger = LedgerEntry(
        id=f"led_{name}",
        student_id=student,
        term_id="trm_a",
        placement_id=placement,
        number=1,
        unit_id=at["unit"],
        unit_name="Avdelningen",
        cause=LedgerCause.PUBLISHED,
        recorded_at=MOMENT,
        told_on=dt.date(2026, 11, 2),
        start=WEEK,
        weeks=5,
        minutes=30,
        long_after=60,
        km=3,
        possible_wishes=0,
        wish_rank=0,
    )
    asked = Request(id=request, term_id="trm_a", student_id=student, course_id=at["course"])
    gone = Request(id=f"req_gone_{name}", term_id="trm_a", student_id=student, course_id=at["course"])
    return [
        event("placement.published", "placement", placement, {"placementId": placement, "studentId": student}),
        event("request.removed", "request", gone.id, {"requestId": gone.id, "studentId": student}),
        event("place.freed", "unit", at["unit"], {"placementId": placement}),
        AuditEntry(**audit.entry_of(SYSTEM, Action.CREATED, asked)),
        AuditEntry(**audit.entry_of(SYSTEM, Action.REMOVED, gone)),
        AuditEntry(**audit.entry_of(SYSTEM, Action.CREATED, ledger)),
        ledger,
    ]


def beside_others() -> list[Row]:
    """Return what ties protected students to others: a swap, a paid week, and a site round with a partner."""
    mine = name_of(1)
    return [
        Swap(id=f"swp_{mine}", term_id="trm_a", terms={}, asked_by="KI", asked_at=MOMENT, changed_at=MOMENT),
        *(
            SwapSide(
                swap_id=f"swp_{mine}",
                placement_id=placement,
                unit_id="unt_a",
                start=WEEK,
                weeks=5,
                minutes_before=31,
                minutes_after=43,
            )
            for placement in ("pla_a", f"pla_{mine}")
        ),
        StatementLine(
            statement_id="stm_a",
            number=2,
            placement_id=f"pla_{mine}",
            programme_id="prg_a",
            course_id="crs_a",
            unit_id="unt_a",
            operator_id="org_care",
            first_week=WEEK,
            weeks=1,
            kind=WeekKind.DONE,
            basis=Basis.AGREEMENT,
            price_ore=98_000,
            percent=100,
            amount_ore=98_000,
        ),
        SiteWish(id=f"swi_{mine}", round_id="srd_open_a", student_id=f"stu_{mine}", ranking=["sit_a"]),
        SiteWish(
            id="swi_open_partner",
            round_id="srd_open_a",
            student_id="stu_open_a2",
            ranking=["sit_a"],
            partner_id=f"stu_{mine}",
        ),
        SiteTurn(
            round_id="srd_drawn_a",
            student_id=f"stu_{mine}",
            number=3,
            place=3,
            site_id="sit_a",
            rank=1,
            ranking=["sit_a"],
            full_sites=[],
            closed_sites=[],
        ),
        SiteDecision(
            id=f"sde_{mine}",
            student_id=f"stu_{mine}",
            number=1,
            from_site_id=None,
            site_id="sit_a",
            from_term_id="trm_a",
            reason=SiteReason.OTHER,
            decided_on=dt.date(2026, 11, 2),
            decided_by="Ada Lind",
        ),
    ]
