"""A small world with one valid row of every table, for tests of what is stored."""

from __future__ import annotations

import datetime as dt
from typing import TypeVar

from placement.callers import Role
from placement.tables import (
    Action,
    Agreement,
    AgreementClause,
    AgreementUnit,
    AgreementVolume,
    ApiToken,
    AuditEntry,
    BestSoFar,
    BlockedUnit,
    Calendar,
    CalendarSubject,
    CapacityOffer,
    Cohort,
    Course,
    CourseWindow,
    Delivery,
    EducationLevel,
    Event,
    Figure,
    IdempotencyKey,
    KeptProblem,
    KeptRemedies,
    Level,
    ListedWord,
    Municipality,
    OfferInstitution,
    OfferStatus,
    OfferWeek,
    Organisation,
    OrganisationKind,
    Pin,
    Placement,
    Plan,
    PlanDocument,
    PlannedPlacement,
    PlanStatus,
    Preference,
    Programme,
    ProviderKind,
    Publication,
    RemedyState,
    RemedyWork,
    Request,
    Row,
    Run,
    RunPart,
    RunWorker,
    Site,
    Student,
    Supervisor,
    SupervisorRole,
    SupervisorWeek,
    Swap,
    SwapAnswer,
    SwapSide,
    SwapStatus,
    Term,
    Training,
    TravelTime,
    Unit,
    UnplacedRequest,
    Webhook,
    WordList,
)
from placement_solver.weeks import IsoWeek
from tests import carried, equal_terms, kept, money, signed_in, site_rows, surveyed

WEEK = IsoWeek(2026, 53)
T = TypeVar("T", bound=Row)


def small_world() -> list[Row]:
    """One lärosäte and one municipality with an agreement, a unit, a student and a plan, to be added."""
    made = [*places(), *term(), *capacity(), *agreement(), *education(), *plan()]
    others = [*swap(), *followed(), *carried.rows(), *site_rows.one_of_each(), *surveyed.rows(), *kept.rows()]
    return [*made, *others, *signed_in.rows()]


def one(table: type[T]) -> T:
    """A valid row of a table, by itself."""
    return next(row for row in small_world() if isinstance(row, table))


def places() -> list[Row]:
    return [
        ListedWord(list=WordList.PROFESSION, code="naturopath", name_sv="naturläkare", name_en="naturopath"),
        Municipality(code="0180", name="Stockholm", lat=59.33, lon=18.07, population=995_574, in_county=True),
        Organisation(
            id="org_ki",
            kind=OrganisationKind.INSTITUTION,
            name_sv="Karolinska Institutet",
            name_en="Karolinska Institutet",
            external_id="KI",
            municipality_code="0180",
        ),
        Organisation(
            id="org_city",
            kind=OrganisationKind.PROVIDER,
            provider_kind=ProviderKind.MUNICIPALITY,
            name_sv="Stockholms stad",
            name_en="City of Stockholm",
            municipality_code="0180",
        ),
        Organisation(
            id="org_care",
            kind=OrganisationKind.PROVIDER,
            provider_kind=ProviderKind.PRIVATE,
            name_sv="Omsorgen AB",
            name_en="Omsorgen Ltd",
            funded_by_id="org_city",
            synthetic=True,
        ),
        Site(id="sit_a", institution_id="org_ki", name="Söder", municipality_code="0180"),
        Unit(
            id="unt_a",
            name="Tallgården",
            provider_id="org_city",
            operator_id="org_care",
            municipality_code="0180",
            site_id="sit_a",
            kinds=["elderly-care"],
            lat=59.30,
            lon=18.10,
            hsa_id="SE-1",
            zone="söder",
            max_students=4,
        ),
        EducationLevel(unit_id="unt_a", level=Level.GOALS_KNOWN, judged_on=dt.date(2026, 9, 1), met=True),
        TravelTime(origin="söder", destination="ekerö", minutes=75),
    ]


def term() -> list[Row]:
    return [
        Term(
            id="trm_a",
            code="VT2027",
            first_week=WEEK,
            weeks=20,
            requests_by=dt.date(2026, 9, 15),
            answers_by=dt.date(2026, 11, 1),
            outside_answers_by=dt.date(2026, 11, 15),
            publish_by=dt.date(2026, 12, 1),
        ),
        ApiToken(id="0" * 16, secret_sha256="a" * 64, role=Role.COORDINATOR, label="CKU"),
        AuditEntry(actor_role=Role.COORDINATOR, action=Action.CREATED, object_type="unit", object_id="unt_a"),
        IdempotencyKey(id="0" * 64, call="1" * 64, status=201, headers={}, body=b"{}"),
    ]


def capacity() -> list[Row]:
    return [
        CapacityOffer(
            id="off_a",
            term_id="trm_a",
            unit_id="unt_a",
            professions=["nurse"],
            every_institution=False,
            status=OfferStatus.ANSWERED,
            answered_at=dt.datetime(2026, 10, 1, 12, tzinfo=dt.UTC),
        ),
        OfferInstitution(offer_id="off_a", institution_id="org_ki"),
        OfferWeek(offer_id="off_a", week=WEEK, places=2),
        Supervisor(
            id="sup_a",
            unit_id="unt_a",
            profession="nurse",
            external_id="p-17",
            role=SupervisorRole.AKA,
            share_percent=30,
            every_week=False,
        ),
        SupervisorWeek(supervisor_id="sup_a", week=WEEK),
        Training(
            id="trn_a",
            supervisor_id="sup_a",
            course="Handledarutbildning",
            credits=7.5,
            completed_on=dt.date(2024, 5, 1),
        ),
    ]


def agreement() -> list[Row]:
    return [
        Agreement(
            id="agr_a",
            institution_id="org_ki",
            provider_id="org_city",
            valid_from=dt.date(2025, 1, 1),
            professions=["nurse"],
            every_unit=False,
            price_ore=98_000,
        ),
        AgreementUnit(agreement_id="agr_a", unit_id="unt_a"),
        AgreementVolume(agreement_id="agr_a", term_id="trm_a"),
        AgreementClause(agreement_id="agr_a", figure=Figure.PRICE, clause="7 §"),
        *money.agreed(),
    ]


def education() -> list[Row]:
    return [
        Programme(id="prg_a", institution_id="org_ki", profession="nurse", code="1SJ24", name="Sjuksköterska"),
        Course(id="crs_a", programme_id="prg_a", code="1SJ021", name="T2", weeks=6, kinds=["elderly-care"]),
        CourseWindow(course_id="crs_a", term_id="trm_a", start=WEEK),
        Cohort(id="coh_a", programme_id="prg_a", term_id="trm_a", name="T2", size=1),
        Student(
            id="stu_a",
            cohort_id="coh_a",
            institution_id="org_ki",
            external_id="ki-0001",
            lat=59.31,
            lon=18.05,
            zone="söder",
            max_travel=90,
        ),
        BlockedUnit(student_id="stu_a", unit_id="unt_a"),
        Request(id="req_a", term_id="trm_a", student_id="stu_a", course_id="crs_a"),
        Preference(request_id="req_a", rank=0, unit_id="unt_a"),
    ]


def plan() -> list[Row]:
    return [
        Run(id="run_a", term_id="trm_a", time_limit_seconds=180, requested_by="system"),
        Plan(
            id="pln_a",
            run_id="run_a",
            term_id="trm_a",
            problem_sha256="b" * 64,
            status=PlanStatus.OPTIMAL,
            objective=12,
            bound=12,
        ),
        PlanDocument(plan_id="pln_a", problem="{}", plan="{}", report={"format": "placement-report/1"}),
        PlannedPlacement(id="plp_a", plan_id="pln_a", request_id="req_a", unit_id="unt_a", start=WEEK),
        UnplacedRequest(plan_id="pln_a", request_id="req_a", reasons={"units": {"kind": 1}}, causes=["capacities"]),
        BestSoFar(run_id="run_a", problem_sha256="b" * 64, searched_seconds=1.0, found={"objective": 12}),
        KeptProblem(run_id="run_a", solver="0.1.0", problem="{}"),
        RunPart(run_id="run_a", number=0, problem_sha256="b" * 64, problem="{}", requests=1),
        RunWorker(number=1, memory_mb=4096),
        RemedyWork(plan_id="pln_a", ended=True),
        KeptRemedies(plan_id="pln_a", request_id="req_a", turn=0, state=RemedyState.GIVEN_UP),
        Pin(id="pin_a", term_id="trm_a", request_id="req_a", unit_id="unt_a", start=WEEK),
        Publication(
            id="pub_a",
            term_id="trm_a",
            run_id="run_a",
            number=1,
            published_by="Ada Lind",
            placed=1,
            moved=0,
            ended=0,
        ),
        Placement(
            id="pla_a",
            term_id="trm_a",
            request_id="req_a",
            publication_id="pub_a",
            unit_id="unt_a",
            start=WEEK,
            weeks=5,
        ),
        Event(
            kind="placement.published",
            term_id="trm_a",
            institution_id="org_ki",
            unit_id="unt_a",
            subject_type="placement",
            subject_id="pla_a",
            details={"status": "published"},
        ),
        *money.settled(),
    ]


def swap() -> list[Row]:
    """One side of a swap that is withdrawn, so that it never lapses; there is only one placement to exchange."""
    then = dt.datetime(2026, 12, 1, 12, tzinfo=dt.UTC)
    return [
        Swap(
            id="swp_a",
            term_id="trm_a",
            status=SwapStatus.WITHDRAWN,
            terms={"travel": 12},
            asked_by="KI",
            asked_at=then,
            decided_by="KI",
            decided_at=then,
            changed_at=then,
        ),
        SwapSide(
            swap_id="swp_a",
            placement_id="pla_a",
            unit_id="unt_a",
            start=WEEK,
            weeks=5,
            consented_on=dt.date(2026, 11, 30),
            answer=SwapAnswer.ACCEPTED,
            answered_at=then,
            minutes_before=31,
            minutes_after=43,
            rank_before=1,
        ),
    ]


def followed() -> list[Row]:
    return [
        Calendar(
            id="cal_a",
            token_id="0" * 16,
            secret_sha256="c" * 64,
            subject_type=CalendarSubject.UNIT,
            subject_id="unt_a",
        ),
        Webhook(
            id="whk_a",
            token_id="0" * 16,
            url="https://hooks.example.org/placement",
            secret="whsec_" + "A" * 43 + "=",
            active=False,
        ),
        Delivery(webhook_id="whk_a", cursor=0, outcome="204"),
        *equal_terms.rows(),
    ]
