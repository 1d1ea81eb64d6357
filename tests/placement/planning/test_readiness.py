"""A check list tells what a term still lacks, from an empty term to one that can be planned."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from sqlmodel import Session, select

from placement.callers import SYSTEM, Caller, Role
from placement.errors import NotAllowedError, NotFoundError
from placement.planning.gather import gather
from placement.planning.readiness import term as term_checks
from placement.planning.readiness.findings import MOST_ITEMS, Finding, Found, Severity
from placement.planning.readiness.judging import CHECKS, judge_readiness
from placement.tables import (
    Agreement,
    AgreementUnit,
    AgreementVolume,
    BlockedUnit,
    CapacityOffer,
    Cohort,
    Course,
    CourseWindow,
    DeclineReason,
    OfferInstitution,
    OfferStatus,
    OfferWeek,
    Organisation,
    OrganisationKind,
    Pin,
    PlacementStatus,
    Programme,
    ProviderKind,
    Request,
    RequestStatus,
    Student,
    Supervisor,
    SupervisorWeek,
    Term,
    Training,
    TravelTime,
    Unit,
    UnitRule,
)
from placement_solver.weeks import IsoWeek
from placement_solver.words import Words
from tests.placement.overlapping import SUMMER, open_term, place_elsewhere
from tests.rows import WEEK, agreement, capacity, education, one, places, term

KI = Caller(Role.INSTITUTION, organisation="org_ki")
UMEA = Caller(Role.INSTITUTION, organisation="org_b")
CITY = Caller(Role.PROVIDER, organisation="org_city")
REGION = Caller(Role.PROVIDER, organisation="org_far")
WARD = Caller(Role.UNIT, unit="unt_a")
BLOCKING, WARNING, OK = Severity
TRIED = "impossible-requests"
UNUSABLE = "places-unusable"


@pytest.fixture(autouse=True)
def in_november(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is a day before the plan is to be published."""
    monkeypatch.setattr(term_checks, "today", lambda: dt.date(2026, 11, 2))


@pytest.fixture
def empty(session: Session) -> Session:
    """A database with a term, and nothing else."""
    session.add(one(Term))
    session.flush()
    return session


@pytest.fixture
def complete(session: Session) -> Session:
    """A term in which nothing is missing: one student of a lärosäte, and one unit with places for her."""
    session.add_all([*places(), *term(), *agreement(), *education(), *capacity()])
    session.flush()
    session.get_one(Student, "stu_a").site_id = "sit_a"
    session.add_all(OfferWeek(offer_id="off_a", week=WEEK.plus(week), places=2) for week in range(1, 6))
    session.get_one(Supervisor, "sup_a").every_week = True
    session.get_one(Unit, "unt_a").zone = "ekerö"
    session.delete(session.get_one(BlockedUnit, ("stu_a", "unt_a")))
    session.flush()
    return session


@pytest.fixture
def beside(complete: Session) -> Session:
    """The same term, with another lärosäte that asks for the same and another provider that offers it."""
    complete.add_all(
        [
            Organisation(id="org_b", kind=OrganisationKind.INSTITUTION, name_sv="Umeå universitet", name_en="Umeå Uni"),
            Organisation(
                id="org_far",
                kind=OrganisationKind.PROVIDER,
                provider_kind=ProviderKind.REGION,
                name_sv="Region Norr",
                name_en="Region North",
            ),
            Unit(
                id="unt_b",
                name="Avdelning 7",
                provider_id="org_far",
                municipality_code="0180",
                kinds=["elderly-care"],
                lat=59.3,
                lon=18.1,
            ),
            CapacityOffer(
                id="off_b",
                term_id="trm_a",
                unit_id="unt_b",
                professions=["nurse"],
                status=OfferStatus.ANSWERED,
                answered_at=dt.datetime(2026, 10, 1, 12, tzinfo=dt.UTC),
            ),
            *(OfferWeek(offer_id="off_b", week=WEEK.plus(week), places=1) for week in range(6)),
            Supervisor(id="sup_b", unit_id="unt_b", profession="nurse", external_id="p-99"),
            Programme(id="prg_b", institution_id="org_b", profession="nurse", code="SSK", name="Sjuksköterska"),
            Course(id="crs_b", programme_id="prg_b", code="B2", name="Äldre", weeks=6, kinds=["elderly-care"]),
            CourseWindow(course_id="crs_b", term_id="trm_a", start=WEEK),
            Cohort(id="coh_b", programme_id="prg_b", term_id="trm_a", name="B2", size=1),
            Student(id="stu_b", cohort_id="coh_b", institution_id="org_b", external_id="b-1", lat=59.3, lon=18.0),
            Request(id="req_b", term_id="trm_a", student_id="stu_b", course_id="crs_b"),
            Agreement(id="agr_b", institution_id="org_b", provider_id="org_far", valid_from=dt.date(2025, 1, 1)),
            AgreementVolume(agreement_id="agr_b", term_id="trm_a"),
        ]
    )
    complete.flush()
    return complete


def findings(session: Session, by: Caller = SYSTEM) -> dict[str, Finding]:
    """Return the check list by code."""
    session.flush()
    return {finding.code: finding for finding in judge_readiness(session, by, "trm_a").findings}


def lacks(session: Session, by: Caller = SYSTEM) -> dict[str, tuple[Severity, dict[str, int], list[str]]]:
    """Return what is not as it should be: its severity, its numbers and what its rows are called.

    What is found by trying follows from the other lacks, and is left out; see `tried` and `unusable`.
    """
    return {
        code: (finding.severity, dict(finding.found.counts), [item.name.sv for item in finding.found.items])
        for code, finding in findings(session, by).items()
        if finding.severity is not OK and code not in {TRIED, UNUSABLE}
    }


def tried(session: Session, by: Caller = SYSTEM) -> Found:
    """Return what is found by trying to place each request alone."""
    return findings(session, by)[TRIED].found


def unusable(session: Session, by: Caller) -> Found:
    """Return what is found by trying to place every request at a party's own units."""
    return findings(session, by)[UNUSABLE].found


def ask(session: Session, number: int, **other: Any) -> str:  # noqa: ANN401 (a column holds what it holds)
    """Let one more student ask for the course, and return the student's id."""
    values: dict[str, Any] = {"site_id": "sit_a", "cohort_id": "coh_a", "institution_id": "org_ki", **other}
    student = f"stu_{number}"
    course = values.pop("course_id", "crs_a")
    session.add(Student(id=student, external_id=f"x-{number}", lat=59.3, lon=18.0, **values))
    session.add(Request(id=f"req_{number}", term_id="trm_a", student_id=student, course_id=course))
    session.flush()
    return student


def set_places(session: Session, *numbers: int) -> None:
    """Let the unit offer these numbers of places from the first week on, and none in other weeks."""
    for week in session.exec(select(OfferWeek).where(OfferWeek.offer_id == "off_a")):
        session.delete(week)
    session.flush()
    session.add_all(OfferWeek(offer_id="off_a", week=WEEK.plus(at), places=those) for at, those in enumerate(numbers))
    session.flush()


def test_an_empty_term_lacks_cohorts_requests_units_and_places_and_nothing_else_is_said(empty: Session) -> None:
    assert lacks(empty) == {
        "no-cohorts": (BLOCKING, {}, []),
        "no-requests": (BLOCKING, {}, []),
        "no-units": (BLOCKING, {}, []),
        "no-places": (BLOCKING, {}, []),
    }
    assert not judge_readiness(empty, SYSTEM, "trm_a").ready


def test_a_complete_term_lacks_nothing_and_every_check_says_so_in_both_languages(complete: Session) -> None:
    judged = judge_readiness(complete, SYSTEM, "trm_a")
    assert judged.ready
    assert lacks(complete) == {}
    assert tried(complete).severity is OK
    assert [finding.code for finding in judged.findings] == [
        check.code for check in CHECKS if Role.COORDINATOR in check.roles
    ]
    assert all(finding.found.words.sv != finding.found.words.en for finding in judged.findings)


def test_what_blocks_comes_first_and_what_is_well_last(complete: Session) -> None:
    set_places(complete)
    complete.get_one(Agreement, "agr_a").valid_to = WEEK.plus(10).sunday()
    complete.flush()
    severities = [finding.severity for finding in judge_readiness(complete, SYSTEM, "trm_a").findings]
    assert severities == sorted(severities, key=list(Severity).index)
    assert set(severities) == set(Severity)


def test_cohorts_without_students_block_only_if_nobody_asks(complete: Session) -> None:
    complete.add(Cohort(id="coh_new", programme_id="prg_a", term_id="trm_a", name="T4", size=30))
    found = findings(complete)["cohorts-without-students"]
    assert (found.severity, found.found.items[0].counts, found.found.words.sv) == (
        WARNING,
        {"size": 30},
        "Studenter saknas i 1 kull.",
    )
    complete.delete(complete.get_one(Cohort, "coh_new"))
    for row in (*complete.exec(select(Request)), complete.get_one(Student, "stu_a")):
        complete.delete(row)
    assert lacks(complete)["cohorts-without-students"] == (BLOCKING, {"cohorts": 1}, ["T2"])


def test_requests_of_another_terms_cohort_make_a_run_without_cohorts_of_its_own(complete: Session) -> None:
    later = Term(**{**one(Term).model_dump(), "id": "trm_b", "code": "HT2027", "first_week": WEEK.plus(30)})
    complete.add(later)
    complete.get_one(Cohort, "coh_a").term_id = "trm_b"
    assert lacks(complete) == {"no-cohorts": (WARNING, {}, [])}


def test_a_request_that_is_withdrawn_is_no_request(complete: Session) -> None:
    complete.get_one(Request, "req_a").status = RequestStatus.WITHDRAWN
    assert lacks(complete) == {"no-requests": (BLOCKING, {}, [])}


def test_a_course_without_windows_is_named_with_its_requests_and_blocks_if_it_is_the_only_one(
    complete: Session,
) -> None:
    ask(complete, 1)
    complete.delete(complete.get_one(CourseWindow, ("crs_a", "trm_a", WEEK)))
    assert lacks(complete)["courses-without-windows"] == (BLOCKING, {"requests": 2, "courses": 1}, ["T2"])
    complete.add(CourseWindow(course_id="crs_a", term_id="trm_a", start=WEEK.plus(-1)))
    found = findings(complete)["courses-without-windows"]
    assert found.found.words.en == (
        "2 requests (1 course) cannot be placed: the course has no start weeks in the term."
    )
    (item,) = found.found.items
    assert (item.id, item.own_id, item.owner and item.owner.sv, item.counts) == (
        "crs_a",
        "1SJ021",
        "Karolinska Institutet",
        {"requests": 2},
    )


def test_what_concerns_a_part_of_the_requests_is_a_warning(complete: Session) -> None:
    complete.add(Course(id="crs_n", programme_id="prg_a", code="N", name="Ny", weeks=2, kinds=["elderly-care"]))
    ask(complete, 1, course_id="crs_n")
    assert lacks(complete) == {"courses-without-windows": (WARNING, {"requests": 1, "courses": 1}, ["Ny"])}


def test_a_course_that_does_not_end_within_the_term_from_any_window_is_named(complete: Session) -> None:
    complete.delete(complete.get_one(CourseWindow, ("crs_a", "trm_a", WEEK)))
    complete.add(CourseWindow(course_id="crs_a", term_id="trm_a", start=WEEK.plus(15)))
    assert lacks(complete) == {"windows-without-room": (BLOCKING, {"requests": 1, "courses": 1}, ["T2"])}


def test_units_are_told_apart_that_have_no_offer_no_answer_or_an_answer_without_places(complete: Session) -> None:
    complete.add_all(
        Unit(**{**one(Unit).model_dump(), "id": f"unt_{name}", "name": name, "hsa_id": name, "zone": "ekerö"})
        for name in ("never", "silent", "zero", "no")
    )
    answered: dict[str, Any] = {"status": OfferStatus.ANSWERED, "answered_at": dt.datetime(2026, 10, 1, tzinfo=dt.UTC)}
    declined = {**answered, "status": OfferStatus.DECLINED, "decline_reason": DeclineReason.REBUILDING}
    for name, answer in (("silent", {}), ("zero", answered), ("no", declined)):
        offer = CapacityOffer(id=f"off_{name}", term_id="trm_a", unit_id=f"unt_{name}", professions=["nurse"], **answer)
        complete.add(offer)
    complete.flush()
    complete.add(OfferWeek(offer_id="off_zero", week=WEEK, places=0))
    complete.add(OfferWeek(offer_id="off_zero", week=WEEK.plus(-1), places=9))
    numbers = {"units": 1, "providers": 1}
    assert lacks(complete) == {
        "units-without-offers": (WARNING, numbers, ["never"]),
        "units-unanswered": (WARNING, numbers, ["silent"]),
        "answers-without-places": (WARNING, numbers, ["zero"]),
    }
    found = findings(complete)["units-unanswered"].found
    assert found.words.sv == "1 enhet hos 1 huvudman har inte svarat."
    assert (found.items[0].own_id, found.items[0].owner and found.items[0].owner.en) == ("silent", "City of Stockholm")


def test_an_offer_without_an_answer_gives_no_places(complete: Session) -> None:
    offer = complete.get_one(CapacityOffer, "off_a")
    offer.status, offer.answered_at = OfferStatus.UNANSWERED, None
    told = lacks(complete)
    assert told["no-places"] == (BLOCKING, {}, [])
    assert told["units-unanswered"][2] == ["Tallgården"]
    assert gather(complete, SYSTEM, "trm_a").capacities == ()


def test_a_profession_asked_for_that_no_unit_offers_is_named(complete: Session) -> None:
    complete.get_one(Programme, "prg_a").profession = "midwife"
    assert lacks(complete)["professions-not-offered"] == (
        BLOCKING,
        {"requests": 1, "professions": 1},
        ["barnmorska"],
    )


def test_kinds_that_no_unit_with_places_has_are_named_unless_another_kind_will_do(complete: Session) -> None:
    complete.get_one(Course, "crs_a").kinds = ["psychiatry", "primary-care"]
    severity, counts, kinds = lacks(complete)["kinds-not-offered"]
    assert (severity, counts, len(kinds)) == (BLOCKING, {"requests": 1, "kinds": 2}, 2)
    complete.get_one(Course, "crs_a").kinds = ["psychiatry", "elderly-care"]
    assert lacks(complete) == {}


@pytest.mark.parametrize("obstacle", ["site", "lärosäte", "university healthcare"])
def test_a_course_is_named_that_no_unit_suits_in_every_way_at_once(complete: Session, obstacle: str) -> None:
    if obstacle == "site":
        complete.get_one(Student, "stu_a").site_id = None
    elif obstacle == "lärosäte":
        complete.delete(complete.get_one(OfferInstitution, ("off_a", "org_ki")))
    else:
        complete.get_one(Course, "crs_a").university_healthcare = True
    assert lacks(complete)["courses-without-places"] == (BLOCKING, {"requests": 1, "courses": 1}, ["T2"])


def test_a_course_is_named_whose_weeks_have_no_places_though_other_weeks_do(complete: Session) -> None:
    set_places(complete, 4, 4, 4, 4, 4)
    assert lacks(complete) == {"weeks-without-places": (BLOCKING, {"requests": 1, "courses": 1}, ["T2"])}


def test_a_pair_without_an_agreement_is_named_with_how_many_students_ask(beside: Session) -> None:
    ask(beside, 1, site_id=None)
    ask(beside, 2, site_id=None)
    assert lacks(beside)["no-agreement"] == (
        WARNING,
        {"pairs": 1, "students": 2, "requests": 2},
        ["Karolinska Institutet – Region Norr"],
    )
    (item,) = findings(beside)["no-agreement"].found.items
    assert (item.id, item.counts) == ("org_ki/org_far", {"students": 2})


def test_it_blocks_if_no_agreement_covers_any_students_profession_unit_or_weeks(complete: Session) -> None:
    pair = (BLOCKING, {"pairs": 1, "students": 1, "requests": 1}, ["Karolinska Institutet – Stockholms stad"])
    row = complete.get_one(Agreement, "agr_a")
    row.professions = ["midwife"]
    assert lacks(complete)["no-agreement"] == pair
    row.professions, row.valid_to = None, WEEK.plus(5).monday()
    assert lacks(complete)["no-agreement"] == pair
    row.valid_to = WEEK.plus(5).sunday()
    assert "no-agreement" not in lacks(complete)
    complete.delete(complete.get_one(AgreementUnit, ("agr_a", "unt_a")))
    assert lacks(complete)["no-agreement"] == pair
    row.every_unit = True
    assert "no-agreement" not in lacks(complete)


def test_an_agreement_that_has_ended_is_told_unless_another_has_come_in_its_place(complete: Session) -> None:
    row = complete.get_one(Agreement, "agr_a")
    row.valid_to = WEEK.monday()
    code, name = "agreements-ended", "Karolinska Institutet – Stockholms stad (2025-01-01 – 2026-12-28)"
    assert lacks(complete)[code] == (WARNING, {"agreements": 1}, [name])
    assert lacks(complete)["no-agreement"][0] is BLOCKING
    complete.add(Agreement(id="agr_n", institution_id="org_ki", provider_id="org_city", valid_from=WEEK.monday()))
    assert code not in lacks(complete)


def test_an_agreement_that_ends_within_the_term_is_told_notice_included(complete: Session) -> None:
    complete.get_one(Agreement, "agr_a").notice_given_on = dt.date(2026, 9, 15)
    name = "Karolinska Institutet – Stockholms stad (2025-01-01 – 2027-03-15)"
    assert lacks(complete) == {"agreements-for-a-part": (WARNING, {"agreements": 1}, [name])}


def test_an_agreement_without_a_volume_for_the_term_is_told(complete: Session) -> None:
    complete.delete(complete.get_one(AgreementVolume, ("agr_a", "trm_a")))
    severity, counts, names = lacks(complete)["agreements-without-volume"]
    assert (severity, counts, len(names)) == (WARNING, {"agreements": 1}, 1)
    assert judge_readiness(complete, SYSTEM, "trm_a").ready


def test_a_ceiling_below_what_is_asked_is_told(complete: Session) -> None:
    complete.get_one(AgreementVolume, ("agr_a", "trm_a")).max_student_weeks = 5
    assert lacks(complete) == {
        "ceilings-below-asked": (WARNING, {"weeks": 1}, ["Karolinska Institutet – Stockholms stad"])
    }
    complete.get_one(AgreementVolume, ("agr_a", "trm_a")).max_student_weeks = 6
    assert lacks(complete) == {}


def test_ceilings_are_counted_together_where_several_agreements_cover_the_same(beside: Session) -> None:
    beside.get_one(Student, "stu_a").site_id = None
    beside.get_one(Unit, "unt_a").site_id = None
    beside.add(Agreement(id="agr_n", institution_id="org_ki", provider_id="org_far", valid_from=dt.date(2025, 1, 1)))
    volume = AgreementVolume(agreement_id="agr_n", term_id="trm_a", max_student_weeks=3)
    beside.add(volume)
    beside.flush()
    beside.get_one(AgreementVolume, ("agr_a", "trm_a")).max_student_weeks = 2
    told = lacks(beside)["ceilings-below-asked"]
    assert told == (WARNING, {"weeks": 1}, ["Karolinska Institutet (2 avtal)"])
    assert "ceilings-below-asked" not in lacks(beside, CITY)
    volume.max_student_weeks = 4
    assert "ceilings-below-asked" not in lacks(beside)


def test_a_course_is_named_that_requires_training_that_no_supervisor_with_places_has(complete: Session) -> None:
    course, lost = complete.get_one(Course, "crs_a"), (BLOCKING, {"requests": 1, "courses": 1}, ["T2"])
    course.supervision_credits = 7.5
    assert lacks(complete) == {}
    course.supervision_credits = 15
    assert lacks(complete) == {"no-supervisor": lost}
    course.supervision_credits = 0
    complete.get_one(Supervisor, "sup_a").every_week = False
    assert lacks(complete)["no-supervisor"] == lost
    complete.add_all(SupervisorWeek(supervisor_id="sup_a", week=WEEK.plus(week)) for week in range(1, 6))
    assert lacks(complete) == {}
    complete.get_one(Supervisor, "sup_a").profession = "midwife"
    assert lacks(complete)["no-supervisor"] == lost


def test_a_unit_with_places_but_no_supervisor_on_duty_is_named(complete: Session) -> None:
    complete.get_one(Supervisor, "sup_a").max_students = 0
    assert lacks(complete) == {
        "units-without-supervisors": (WARNING, {"units": 1, "providers": 1}, ["Tallgården"]),
    }


@pytest.mark.parametrize(
    ("expires", "before", "within"),
    [(WEEK.monday() - dt.timedelta(1), 1, 0), (WEEK.monday(), 0, 1), (WEEK.plus(19).sunday() - dt.timedelta(1), 0, 1)],
)
def test_a_training_that_expires_before_or_within_the_term_is_told_and_does_not_count(
    complete: Session, expires: dt.date, before: int, within: int
) -> None:
    complete.get_one(Training, "trn_a").expires_on = expires
    numbers = {"supervisors": 1, "expireBefore": before, "expireWithin": within}
    assert lacks(complete) == {"trainings-expire": (WARNING, numbers, ["p-17"])}
    assert [each.credits for each in gather(complete, SYSTEM, "trm_a").supervisors] == [0]


def test_a_training_counts_that_is_valid_to_the_last_day_or_is_replaced_by_another(complete: Session) -> None:
    first = complete.get_one(Training, "trn_a")
    first.expires_on = WEEK.plus(19).sunday()
    assert lacks(complete) == {}
    first.expires_on = WEEK.monday()
    again = Training(supervisor_id="sup_a", course="Ny", credits=7.5, completed_on=WEEK.monday())
    complete.add(again)
    assert lacks(complete) == {}
    again.completed_on = WEEK.monday() + dt.timedelta(1)
    assert "trainings-expire" in lacks(complete)


def test_student_weeks_asked_for_and_offered_are_compared_by_profession(complete: Session) -> None:
    found = findings(complete)["fewer-places-than-asked"].found
    assert (found.words.sv, found.counts) == (
        "6 studentveckor begärs och 12 erbjuds.",
        {"asked": 6, "offered": 12, "taken": 0, "missing": 0},
    )
    set_places(complete, 1, 1, 1, 1, 1, 0)
    found = findings(complete)["fewer-places-than-asked"].found
    assert found.severity is WARNING
    assert found.words.en == "6 student-weeks asked for and 5 offered; 1 missing, profession by profession."
    assert [(item.name.sv, item.counts) for item in found.items] == [
        ("sjuksköterska", {"asked": 6, "offered": 5, "taken": 0, "missing": 1})
    ]


def test_a_zone_that_no_travel_time_names_is_told(complete: Session) -> None:
    complete.get_one(Unit, "unt_a").zone = "ekeröö"
    assert lacks(complete) == {"zones-without-travel-times": (WARNING, {"zones": 1}, ["ekeröö"])}
    complete.delete(complete.get_one(TravelTime, ("söder", "ekerö")))
    assert lacks(complete)["zones-without-travel-times"][2] == ["söder", "ekeröö"]
    assert lacks(complete, CITY)["zones-without-travel-times"][2] == ["ekeröö"]


def test_a_day_of_publication_that_has_passed_is_told(complete: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(term_checks, "today", lambda: dt.date(2026, 12, 1))
    assert lacks(complete) == {}
    monkeypatch.setattr(term_checks, "today", lambda: dt.date(2026, 12, 2))
    assert lacks(complete) == {"publication-late": (WARNING, {}, [])}


def texts(session: Session, by: Caller) -> Iterator[str]:
    """Yield everything that a caller is told."""
    for finding in findings(session, by).values():
        yield finding.found.words.sv
        for item in finding.found.items:
            yield f"{item.id} {item.name.sv} {item.own_id} {item.owner and item.owner.sv} {item.counts}"


def test_a_party_is_told_of_its_own_part_only(beside: Session) -> None:
    beside.get_one(Agreement, "agr_b").valid_to = WEEK.sunday()
    beside.delete(beside.get_one(AgreementVolume, ("agr_b", "trm_a")))
    beside.get_one(Unit, "unt_b").zone = "norr"
    beside.get_one(Supervisor, "sup_b").max_students = 0
    beside.add(
        Training(supervisor_id="sup_b", course="H", credits=9, completed_on=WEEK.monday(), expires_on=WEEK.sunday())
    )
    beside.delete(beside.get_one(CourseWindow, ("crs_b", "trm_a", WEEK)))
    for other in (KI, CITY, WARD):
        told = "\n".join(texts(beside, other))
        assert [name for name in ("Umeå", "Norr", "Avdelning 7", "p-99", "Äldre", "norr") if name in told] == []
        assert lacks(beside, other) == {}
    assert lacks(beside, UMEA).keys() == {
        "courses-without-windows",
        "agreements-for-a-part",
        "agreements-without-volume",
    }
    assert lacks(beside, REGION).keys() == {
        "agreements-for-a-part",
        "agreements-without-volume",
        "units-without-supervisors",
        "trainings-expire",
        "zones-without-travel-times",
    }


def test_an_institution_counts_only_the_places_that_are_open_to_it(beside: Session) -> None:
    assert findings(beside, KI)["fewer-places-than-asked"].found.counts["offered"] == 18
    assert findings(beside, UMEA)["fewer-places-than-asked"].found.counts["offered"] == 6
    beside.get_one(CapacityOffer, "off_b").every_institution = False
    assert lacks(beside, UMEA)["no-places"] == (WARNING, {}, [])


def test_a_provider_is_told_that_a_ceiling_of_its_own_does_not_suffice(beside: Session) -> None:
    beside.get_one(AgreementVolume, ("agr_a", "trm_a")).max_student_weeks = 1
    expected = {"ceilings-below-asked": (WARNING, {"weeks": 5}, ["Karolinska Institutet – Stockholms stad"])}
    assert lacks(beside, CITY) == expected
    assert lacks(beside, REGION) == {}


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.STUDENT, Role.AUDITOR])
def test_nobody_else_is_told_anything(complete: Session, role: Role) -> None:
    with pytest.raises(NotAllowedError):
        judge_readiness(complete, Caller(role, organisation="org_ki", unit="unt_a"), "trm_a")


def test_a_term_that_does_not_exist_is_not_found(complete: Session) -> None:
    with pytest.raises(NotFoundError):
        judge_readiness(complete, SYSTEM, "trm_none")


def test_only_the_first_rows_are_shown_of_many(complete: Session) -> None:
    complete.add_all(
        Unit(**{**one(Unit).model_dump(), "id": f"unt_{name}", "hsa_id": f"{name}", "zone": None})
        for name in range(MOST_ITEMS + 1)
    )
    found = findings(complete)["units-without-offers"]
    assert (len(found.found.items), len(found.shown)) == (MOST_ITEMS + 1, MOST_ITEMS)


def take(
    session: Session,
    start: IsoWeek,
    term_id: str = SUMMER,
    *,
    weeks: int = 6,
    status: PlacementStatus = PlacementStatus.PUBLISHED,
) -> None:
    """Put a placement of another term in force at the unit."""
    student = f"stu_{len(session.exec(select(Student)).all())}"
    values: dict[str, Any] = {"site_id": "sit_a", "cohort_id": "coh_a", "institution_id": "org_ki"}
    session.add(Student(id=student, external_id=student, lat=59.3, lon=18.0, **values))
    session.flush()
    place_elsewhere(session, start, weeks, student=student, term_id=term_id, status=status)


def impossible_by(rule: str, session: Session, but: str = "") -> bool:
    """Tell whether trying has found that the only request cannot be placed, and by which rule."""
    found = tried(session)
    reasons = [item.reason and item.reason.en for item in found.items]
    assert not judge_readiness(session, SYSTEM, "trm_a").ready
    return (found.severity, dict(found.counts), reasons) == (
        BLOCKING,
        {"requests": 1, "courses": 1},
        [f"“{rule}”{but}"],
    )


def test_a_term_whose_every_student_is_out_of_reach_is_not_ready(complete: Session) -> None:
    student = complete.get_one(Student, "stu_a")
    student.lat, student.lon, student.zone = 67.85, 20.22, None
    assert lacks(complete) == {}
    assert impossible_by("Longest journey", complete)
    assert tried(complete).words == Words(
        "1 begäran (1 kurs) kan inte placeras, hur en körning än gör. "
        "Det som inte lämnar någon enhet: ”Längsta resa” (1).",
        "1 request (1 course) cannot be placed, whatever a run does. What leaves no unit: “Longest journey” (1).",
    )


def test_a_term_whose_every_unit_is_blocked_for_its_students_is_not_ready(complete: Session) -> None:
    complete.add(BlockedUnit(student_id="stu_a", unit_id="unt_a"))
    assert impossible_by("Blocked unit", complete)


def test_a_term_whose_only_unit_takes_no_students_is_not_ready(complete: Session) -> None:
    complete.get_one(Unit, "unt_a").max_students = 0
    assert impossible_by("Ceiling of the unit", complete)


def test_a_term_is_not_ready_under_an_agreement_with_a_ceiling_below_one_placement(complete: Session) -> None:
    complete.get_one(AgreementVolume, ("agr_a", "trm_a")).max_student_weeks = 5
    assert impossible_by("Ceiling of the agreement", complete)


def test_a_term_whose_weeks_another_term_has_taken_is_not_ready(complete: Session) -> None:
    set_places(complete, *[4] * 6)
    complete.get_one(Unit, "unt_a").max_students = 2
    open_term(complete, WEEK.plus(3), 10)
    take(complete, WEEK.plus(5))
    assert tried(complete).severity is OK
    take(complete, WEEK.plus(4))
    assert impossible_by("Ceiling of the unit", complete, ": taken by the other term (ST2027)")
    assert tried(complete).words.sv.endswith(
        "Det som inte lämnar någon enhet: ”Enhetens tak”: upptaget av en annan termin (ST2027) (1)."
    )
    complete.get_one(Unit, "unt_a").max_students = 0
    assert impossible_by("Ceiling of the unit", complete)


def test_of_several_other_terms_those_are_named_that_are_in_the_way(complete: Session) -> None:
    set_places(complete, *[4] * 6)
    complete.get_one(Unit, "unt_a").max_students = 1
    open_term(complete, WEEK.plus(3), 10)
    open_term(complete, WEEK.plus(6), 10, "trm_late", "LATE")
    take(complete, WEEK.plus(4))
    take(complete, WEEK.plus(7), "trm_late")
    assert impossible_by("Ceiling of the unit", complete, ": taken by the other term (ST2027)")
    take(complete, WEEK.plus(5), "trm_late")
    assert impossible_by("Ceiling of the unit", complete, ": taken by other terms (LATE, ST2027)")


def test_offered_places_that_another_term_has_taken_are_not_counted_as_there(complete: Session) -> None:
    complete.add(
        CapacityOffer(
            **{**one(CapacityOffer).model_dump(), "id": "off_b", "professions": ["midwife"], "every_institution": True}
        )
    )
    complete.flush()
    complete.add(OfferWeek(offer_id="off_b", week=WEEK.plus(5), places=3))
    set_places(complete, 1, 1, 1, 1, 1, 2)
    open_term(complete, WEEK.plus(3), 10)
    take(complete, WEEK.plus(4))
    for reader in (SYSTEM, KI):
        found = findings(complete, reader)["fewer-places-than-asked"].found
        assert (found.severity, found.counts["taken"], found.counts["missing"]) == (WARNING, 2, 1)
        assert found.words == Words(
            "6 studentveckor begärs och 10 erbjuds, varav 2 är upptagna av en annan termin (ST2027); "
            "1 saknas, yrke för yrke.",
            "6 student-weeks asked for and 10 offered, of which 2 are taken by the other term (ST2027); "
            "1 missing, profession by profession.",
        )
    nurses = findings(complete)["fewer-places-than-asked"].found.items[0]
    assert nurses.counts == {"asked": 6, "offered": 7, "taken": 2, "missing": 1}
    take(complete, WEEK.plus(4), weeks=1)
    assert findings(complete)["fewer-places-than-asked"].found.counts["taken"] == 2


def test_what_is_over_in_the_term_itself_is_told_apart_from_what_other_terms_have_taken(complete: Session) -> None:
    take(complete, WEEK.plus(5), "trm_a", weeks=1, status=PlacementStatus.COMPLETED)
    for row in complete.exec(select(Request).where(Request.id != "req_a")):
        row.status = RequestStatus.WITHDRAWN
    found = findings(complete)["fewer-places-than-asked"].found
    assert "1 is taken by placements of the term that are over" in found.words.en
    assert "1 är upptagen av terminens avslutade placeringar" in found.words.sv
    open_term(complete, WEEK.plus(3), 10)
    open_term(complete, WEEK.plus(3), 10, "trm_late", "LATE")
    take(complete, WEEK.plus(4), weeks=1)
    take(complete, WEEK.plus(4), "trm_late", weeks=1)
    found = findings(complete)["fewer-places-than-asked"].found
    assert "3 are taken by other terms (LATE, ST2027) and placements of the term that are over" in found.words.en


def test_a_ceiling_counts_what_other_terms_have_taken_under_the_agreement(complete: Session) -> None:
    volume = complete.get_one(AgreementVolume, ("agr_a", "trm_a"))
    volume.max_student_weeks = 6
    open_term(complete, WEEK.plus(18), 10)
    take(complete, WEEK.plus(17))
    for reader in (SYSTEM, KI, CITY):
        found = findings(complete, reader)["ceilings-below-asked"].found
        assert (found.severity, found.counts) == (WARNING, {"weeks": 3})
        assert [item.counts for item in found.items] == [{"asked": 6, "ceiling": 6, "taken": 3, "missing": 3}]
        assert found.words == Words(
            "Avtalens tak räcker inte till det som begärs: minst 3 studentveckor får inte plats; "
            "3 är upptagna av en annan termin (ST2027).",
            "The ceilings of agreements do not suffice for what is asked: at least 3 student-weeks too many; "
            "3 are taken by the other term (ST2027).",
        )
    assert impossible_by("Ceiling of the agreement", complete, ": taken by the other term (ST2027)")
    volume.max_student_weeks = 9
    assert lacks(complete) == {}
    other = Organisation(id="org_b", kind=OrganisationKind.INSTITUTION, name_sv="Umeå universitet", name_en="Umeå Uni")
    complete.add(other)
    complete.flush()
    for student in complete.exec(select(Student).where(Student.id != "stu_a")):
        student.institution_id, volume.max_student_weeks = "org_b", 6
    assert lacks(complete) == {}
    for student in complete.exec(select(Student)):
        student.institution_id = "org_ki"
    agreed = complete.get_one(Agreement, "agr_a")
    volume.max_student_weeks, agreed.professions = 6, ["midwife"]
    assert "ceilings-below-asked" not in lacks(complete)


def test_a_term_is_not_ready_where_supervisors_and_agreements_have_different_weeks(complete: Session) -> None:
    complete.get_one(Course, "crs_a").supervision_credits = 7.5
    complete.add(CourseWindow(course_id="crs_a", term_id="trm_a", start=WEEK.plus(8)))
    complete.add_all(OfferWeek(offer_id="off_a", week=WEEK.plus(week), places=2) for week in range(6, 14))
    complete.get_one(Supervisor, "sup_a").every_week = False
    complete.add_all(SupervisorWeek(supervisor_id="sup_a", week=WEEK.plus(week)) for week in range(1, 6))
    complete.flush()
    assert tried(complete).severity is OK
    complete.get_one(Agreement, "agr_a").valid_from = WEEK.plus(8).monday()
    assert lacks(complete).keys() == {"agreements-for-a-part"}
    assert impossible_by("Trained supervisor", complete)


def test_requests_that_are_lost_for_different_reasons_block_together(complete: Session) -> None:
    complete.add(Course(id="crs_n", programme_id="prg_a", code="N", name="Ny", weeks=2, kinds=["elderly-care"]))
    ask(complete, 1, course_id="crs_n")
    assert (tried(complete).severity, tried(complete).counts) == (WARNING, {"requests": 1, "courses": 1})
    complete.add(Unit(**{**one(Unit).model_dump(), "id": "unt_n", "hsa_id": "n", "site_id": None}))
    complete.get_one(Student, "stu_a").site_id = None
    told = lacks(complete)
    assert (told["courses-without-windows"][0], told["courses-without-places"][0]) == (WARNING, WARNING)
    found = tried(complete)
    assert (found.severity, found.counts) == (BLOCKING, {"requests": 2, "courses": 2})
    assert {(item.name.sv, item.reason and item.reason.sv) for item in found.items} == {
        ("Ny", "”Kursens veckor”"),
        ("T2", "”Utbildningsplatser”"),
    }


def test_an_institution_is_told_only_of_its_own_impossible_requests(beside: Session) -> None:
    beside.delete(beside.get_one(CourseWindow, ("crs_b", "trm_a", WEEK)))
    assert (tried(beside).severity, tried(beside).counts["requests"]) == (WARNING, 1)
    assert tried(beside, KI).severity is OK
    assert (tried(beside, UMEA).severity, [item.name.sv for item in tried(beside, UMEA).items]) == (BLOCKING, ["Äldre"])
    assert TRIED not in findings(beside, CITY)


def test_a_term_that_a_run_would_refuse_is_said_to_be_so_by_name(complete: Session) -> None:
    set_places(complete, 2, 2, 2, 2, 2, 2, 2)
    complete.add(Pin(id="pin_a", term_id="trm_a", request_id="req_a", unit_id="unt_a", start=WEEK.plus(1)))
    for reader, student in ((SYSTEM, "stu_a"), (KI, "ki-0001")):
        refused = findings(complete, reader)["run-refused"].found
        assert (refused.severity, refused.counts) == (BLOCKING, {"pins": 1})
        assert refused.words.en == (
            "A run that plans anew (plan) would be refused: 1 pin cannot be kept. "
            "A repair, a run that fills and the waiting list release what cannot be kept."
        )
        (told,) = refused.items
        assert (told.id, told.owner and told.owner.sv) == ("pin_a", "Karolinska Institutet")
        assert told.name == Words(*[f"{student} (1SJ021), Tallgården, 2027-W01"] * 2)
        assert told.reason
        assert told.reason.en.startswith("breaks the rule “Weeks of the course”: ")
        assert "req_a" not in told.reason.en
        assert tried(complete, reader).severity is OK


def test_an_institution_is_told_of_its_own_pins_only(beside: Session) -> None:
    beside.add(Pin(id="pin_a", term_id="trm_a", request_id="req_a", unit_id="unt_a", start=WEEK.plus(1)))
    told = findings(beside, UMEA)["run-refused"]
    assert (told.severity, told.found.items) == (WARNING, ())
    assert told.found.words == Words(
        "En körning skulle avvisas tills samordnaren har rättat felen i terminen.",
        "A run would be refused until the coordinator has mended the term.",
    )
    assert tried(beside, UMEA).severity is OK


def test_what_else_is_wrong_with_a_term_is_told_to_the_coordinator_and_nothing_is_tried(complete: Session) -> None:
    agreed = complete.get_one(Agreement, "agr_a").model_dump()
    complete.add(Agreement(**{**agreed, "id": "agr_twice", "every_unit": True}))
    refused = findings(complete)["run-refused"].found
    assert (refused.severity, refused.counts) == (BLOCKING, {"faults": 1})
    assert refused.words.en == "A run would be refused: 1 fault in what has been entered."
    assert refused.items[0].id.startswith("/agreements/")
    assert findings(complete, KI)["run-refused"].found.items == ()
    for told in (tried(complete, KI), unusable(complete, CITY), tried(complete)):
        assert (told.severity, "samordnaren" in told.words.sv) == (WARNING, True)


def test_a_unit_that_offers_more_places_than_its_ceiling_is_named_and_one_with_the_ceiling_0(complete: Session) -> None:
    for most, ceiling, closed in ((2, 1, "0 units"), (2, 0, "1 unit")):
        complete.get_one(Unit, "unt_a").max_students = ceiling
        for reader in (SYSTEM, CITY, WARD):
            found = findings(complete, reader)["places-above-ceilings"].found
            assert (found.severity, found.counts) == (WARNING, {"units": 1, "providers": 1})
            assert found.words.en == (
                "1 unit of 1 provider with more places offered than the unit's ceiling allows. "
                f"Ceiling 0, so that nobody can use the places: {closed}."
            )
            assert [(item.name.sv, item.counts) for item in found.items] == [
                ("Tallgården", {"places": most, "maxStudents": ceiling})
            ]
    assert "places-above-ceilings" not in findings(complete, KI)
    complete.get_one(Unit, "unt_a").max_students = None
    assert "places-above-ceilings" not in lacks(complete)


def test_those_whose_places_no_request_can_use_are_told_so_and_why_if_it_is_not_about_the_student(
    beside: Session,
) -> None:
    unit, student = beside.get_one(Unit, "unt_a"), beside.get_one(Student, "stu_a")
    assert unusable(beside, CITY).severity is OK
    unit.max_students = 0
    assert (unusable(beside, CITY).severity, unusable(beside, CITY).words) == (
        WARNING,
        Words(
            "Ingen begäran i terminen kan använda era enheters platser. Det som står i vägen: ”Enhetens tak”.",
            "No request in the term can use the places of your units. What stands in the way: “Ceiling of the unit”.",
        ),
    )
    assert unusable(beside, REGION).severity is OK
    beside.get_one(Unit, "unt_b").max_students = 0
    assert {unusable(beside, reader).severity for reader in (CITY, REGION, WARD)} == {BLOCKING}
    unit.max_students, student.max_travel = None, 0
    assert unusable(beside, WARD).words.en == "No request in the term can use the places of your unit."
    beside.add(Pin(term_id="trm_a", request_id="req_b", unit_id="unt_b", start=WEEK))
    beside.get_one(Unit, "unt_b").max_students = 4
    assert (unusable(beside, REGION).severity, unusable(beside, CITY).severity) == (OK, WARNING)
    for row in beside.exec(select(Request)):
        row.status = RequestStatus.WITHDRAWN
    assert unusable(beside, CITY).severity is OK


def test_a_course_that_wishes_for_the_same_unit_is_told_to_be_a_wish_that_planning_does_not_follow(
    beside: Session,
) -> None:
    beside.get_one(Course, "crs_a").unit_rule = UnitRule.SAME
    ask(beside, 1)
    code = "courses-at-the-same-unit"
    for reader in (SYSTEM, KI):
        assert lacks(beside, reader)[code] == (WARNING, {"requests": 2, "courses": 1}, ["T2"])
    assert code not in lacks(beside, UMEA)
    assert "planning does not follow it" in findings(beside)[code].found.words.en


def test_a_weight_of_pairs_without_any_course_that_teaches_in_pairs_is_told_to_do_nothing(beside: Session) -> None:
    ask(beside, 1)
    code = "pairs-without-courses"
    assert code not in lacks(beside, SYSTEM)
    beside.get_one(Term, "trm_a").weight_pairs = 10
    assert lacks(beside, SYSTEM)[code][0] is WARNING
    assert findings(beside)[code].found.words.en.endswith("Say so on the courses, or remove the weight.")
    beside.get_one(Course, "crs_a").teaches_in_pairs = True
    assert code not in lacks(beside, SYSTEM)


def test_a_party_without_a_part_of_its_own_stops_no_run_of_the_others(complete: Session) -> None:
    complete.add_all(
        Organisation(id=f"org_{name}", kind=kind, provider_kind=provider, name_sv=name, name_en=name)
        for name, kind, provider in (
            ("solna", OrganisationKind.PROVIDER, ProviderKind.MUNICIPALITY),
            ("sh", OrganisationKind.INSTITUTION, None),
        )
    )
    complete.flush()
    for caller, codes, words in (
        (Caller(Role.PROVIDER, organisation="org_solna"), {"no-units", "no-places"}, "Ni har inga enheter."),
        (Caller(Role.INSTITUTION, organisation="org_sh"), {"no-cohorts", "no-requests"}, "Ni har inga kullar"),
    ):
        judged = judge_readiness(complete, caller, "trm_a")
        told = [each for each in judged.findings if each.severity is not OK]
        assert judged.ready
        assert {each.code for each in told} >= codes
        assert told[0].found.words.sv.startswith(words)
        assert "Terminen har" not in " ".join(each.found.words.sv for each in told)


def test_empty_cohorts_of_one_institution_do_not_block_what_others_ask_for(beside: Session) -> None:
    for row in (beside.get_one(Request, "req_b"), beside.get_one(Student, "stu_b")):
        beside.delete(row)
    beside.flush()
    assert lacks(beside, UMEA)["cohorts-without-students"][0] is WARNING
    assert lacks(beside, UMEA)["no-requests"][0] is WARNING
