"""Balances: what is asked for and given under each agreement in a term, in student-weeks."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from sqlmodel import Session

from placement.callers import SYSTEM, Caller, Role
from placement.clock import STOCKHOLM, now
from placement.errors import NotAllowedError, NotFoundError
from placement.planning.balances import Balance, Tally, list_balances
from placement.register.rounds import NOTICE
from placement.store.access import SortField, Span
from placement.tables import (
    Agreement,
    AgreementUnit,
    AgreementVolume,
    CapacityOffer,
    Cohort,
    Course,
    EndReason,
    OfferInstitution,
    OfferStatus,
    OfferWeek,
    Organisation,
    OrganisationKind,
    Placement,
    PlacementStatus,
    Programme,
    Request,
    RequestStatus,
    Student,
    Unit,
)
from placement_solver.weeks import IsoWeek
from tests.placement.county import CITY, CKU, KI, settle
from tests.placement.overlapping import open_term, place_elsewhere
from tests.rows import WEEK

RKH = Caller(Role.INSTITUTION, organisation="org_rkh")
LATE = WEEK.monday() - dt.timedelta(weeks=3)
IN_TIME = WEEK.monday() - dt.timedelta(weeks=4)


@pytest.fixture(autouse=True)
def county(session: Session) -> None:
    settle(session)
    session.get_one(AgreementVolume, ("agr_a", "trm_a")).min_student_weeks = 20
    session.commit()


def the_balance(session: Session, by: Caller = SYSTEM, agreement: str = "agr_a") -> Balance:
    session.flush()
    return next(each for each in list_balances(session, by, "trm_a").rows if each.agreement.id == agreement)


def nurses(session: Session, agreement: str = "agr_a") -> Tally:
    (tally,) = the_balance(session, agreement=agreement).professions
    return tally


def place(session: Session, number: int, status: PlacementStatus, ended: dt.date | None = None) -> None:
    """Add a placement of three weeks at the unit for another student of the lärosäte."""
    student = f"stu_{number}"
    session.add(
        Student(id=student, cohort_id="coh_a", institution_id="org_ki", external_id=student, lat=59.3, lon=18.1)
    )
    session.add(Request(id=f"req_{number}", term_id="trm_a", student_id=student, course_id="crs_a"))
    session.add(
        Placement(
            id=f"pla_{number}",
            term_id="trm_a",
            request_id=f"req_{number}",
            publication_id="pub_a",
            unit_id="unt_a",
            start=WEEK,
            weeks=3,
            status=status,
            reason=None if ended is None else EndReason.OTHER,
            changed_at=now() if ended is None else dt.datetime.combine(ended, dt.time(12), dt.UTC),
        )
    )


def test_what_is_asked_offered_and_given_is_counted_in_student_weeks(session: Session) -> None:
    place(session, 1, PlacementStatus.COMPLETED)
    place(session, 2, PlacementStatus.FAILED)
    place(session, 3, PlacementStatus.CANCELLED, LATE)
    place(session, 4, PlacementStatus.DECLINED, IN_TIME)
    balance = the_balance(session)
    # four new requests of six weeks and the one of the small county, whose other one is for five
    assert balance.professions == (
        Tally("nurse", asked=5 * 6 + 5, offered=2, in_force=5, completed=6, cancelled_late=3),
    )
    assert balance.offered == 2
    assert balance.volume is not None
    assert balance.volume.min_student_weeks == 20


def test_a_placement_that_ends_half_an_hour_into_stockholms_next_day_ends_too_late(session: Session) -> None:
    place(session, 1, PlacementStatus.CANCELLED, WEEK.monday() - NOTICE)
    assert nurses(session).cancelled_late == 0
    just_after = dt.datetime.combine(WEEK.monday() - NOTICE + dt.timedelta(days=1), dt.time(0, 30), STOCKHOLM)
    session.get_one(Placement, "pla_1").changed_at = just_after
    assert nurses(session).cancelled_late == 3


def test_a_withdrawn_request_and_one_for_other_care_are_not_asked_for(session: Session) -> None:
    session.get_one(Request, "req_idle").status = RequestStatus.WITHDRAWN
    assert nurses(session).asked == 6
    session.get_one(Course, "crs_a").kinds = ["psychiatry"]
    assert nurses(session).asked == 0


def test_another_profession_is_not_the_agreements(session: Session) -> None:
    session.get_one(Programme, "prg_a").profession = "midwife"
    assert the_balance(session).professions == (Tally("nurse", 0, 2, 0, 0, 0),)
    session.get_one(Agreement, "agr_a").professions = None
    assert [tally.profession for tally in the_balance(session).professions] == ["midwife", "nurse"]
    session.get_one(Agreement, "agr_a").professions = ["physician"]
    assert the_balance(session).professions == ()
    assert the_balance(session).offered == 0


def test_a_place_open_to_two_professions_counts_once_in_all(session: Session) -> None:
    session.get_one(Agreement, "agr_a").professions = None
    session.get_one(CapacityOffer, "off_a").professions = ["midwife", "nurse"]
    balance = the_balance(session)
    assert [(tally.profession, tally.offered) for tally in balance.professions] == [("midwife", 2), ("nurse", 2)]
    assert balance.offered == 2


def test_places_kept_for_another_institution_or_not_promised_are_not_offered(session: Session) -> None:
    session.delete(session.get_one(OfferInstitution, ("off_a", "org_ki")))
    assert nurses(session).offered == 0
    session.get_one(CapacityOffer, "off_a").every_institution = True
    assert nurses(session).offered == 2
    session.get_one(CapacityOffer, "off_a").status = OfferStatus.UNANSWERED
    session.get_one(CapacityOffer, "off_a").answered_at = None
    assert nurses(session).offered == 0


def test_only_the_units_and_the_weeks_that_an_agreement_covers_count(session: Session) -> None:
    session.add(OfferWeek(offer_id="off_a", week=WEEK.plus(19), places=7))
    assert nurses(session).offered == 9
    agreement = session.get_one(Agreement, "agr_a")
    agreement.valid_to = WEEK.plus(3).sunday()
    tally = nurses(session)
    assert (tally.offered, tally.in_force) == (2, 0), "the placement lasts five weeks"
    agreement.valid_to = None
    session.delete(session.get_one(AgreementUnit, ("agr_a", "unt_a")))
    session.flush()
    assert the_balance(session).professions == ()
    agreement.every_unit = True
    assert nurses(session).in_force == 5
    session.get_one(Unit, "unt_a").excluded_from_agreement = True
    assert the_balance(session).professions == (), "its operator has agreements of its own"


def test_each_sees_the_agreements_they_are_a_party_to_side_by_side(session: Session) -> None:
    session.add(
        Organisation(id="org_rkh", kind=OrganisationKind.INSTITUTION, name_sv="Röda korset", name_en="Red Cross")
    )
    session.add(
        Agreement(id="agr_rkh", institution_id="org_rkh", provider_id="org_city", valid_from=dt.date(2026, 1, 1))
    )
    session.add(Programme(id="prg_rkh", institution_id="org_rkh", profession="nurse", code="SSK", name="SSK"))
    session.add(Cohort(id="coh_rkh", programme_id="prg_rkh", term_id="trm_a", name="T1", size=1))
    session.flush()

    def seen(by: Caller, institution: str | None = None, provider: str | None = None) -> list[str]:
        found = list_balances(session, by, "trm_a", institution=institution, provider=provider)
        return [each.agreement.id for each in found.rows]

    assert seen(CITY) == ["agr_a", "agr_rkh"]
    assert seen(KI) == ["agr_a"]
    assert seen(RKH) == ["agr_rkh"]
    assert seen(CKU) == ["agr_b", "agr_a", "agr_rkh"]
    assert seen(CKU, provider="org_far") == ["agr_b"]
    assert seen(CITY, institution="org_rkh") == ["agr_rkh"]
    assert the_balance(session, RKH, "agr_rkh").volume is None
    falling = Span(limit=1, order=(SortField("institution_id", falling=True),))
    assert [each.agreement.id for each in list_balances(session, CKU, "trm_a", span=falling).rows] == ["agr_rkh"]


def test_an_agreement_from_another_time_has_no_balance_in_the_term(session: Session) -> None:
    agreement = session.get_one(Agreement, "agr_a")
    for first, last in ((WEEK.plus(20).monday(), None), (dt.date(2025, 1, 1), WEEK.plus(-1).sunday())):
        agreement.valid_from, agreement.valid_to = first, last
        session.flush()
        assert list_balances(session, CITY, "trm_a").total == 0
    agreement.valid_to, agreement.notice_given_on = None, dt.date(2026, 1, 1)
    assert (nurses(session).offered, nurses(session).in_force) == (0, 0), "it has ended by notice"


def test_balances_are_the_parties_own_and_of_a_term_that_is_there(session: Session) -> None:
    with pytest.raises(NotAllowedError):
        list_balances(session, Caller(Role.UNIT, unit="unt_a"), "trm_a")
    with pytest.raises(NotFoundError):
        list_balances(session, CKU, "trm_none")


def test_weeks_outside_the_term_are_nobodys(session: Session) -> None:
    session.add(OfferWeek(offer_id="off_a", week=IsoWeek(2028, 1), places=9))
    assert nurses(session).offered == 2


def test_student_weeks_of_another_term_in_the_weeks_shared_count_one_by_one(session: Session) -> None:
    open_term(session, WEEK.plus(16), 10)
    before = nurses(session)
    place_elsewhere(session, WEEK.plus(17), 6)
    assert nurses(session).in_force == before.in_force + 3, "the term has its last weeks, 17 to 19"
    session.get_one(Agreement, "agr_a").valid_to = WEEK.plus(18).sunday()
    assert nurses(session).in_force == before.in_force + 2
    session.get_one(Agreement, "agr_a").valid_to = None
    place_elsewhere(session, WEEK.plus(16), 1, status=PlacementStatus.COMPLETED)
    assert nurses(session).completed == before.completed + 1
    place_elsewhere(session, WEEK.plus(18), 1, status=PlacementStatus.DECLINED)
    place_elsewhere(session, WEEK.plus(20), 2)
    assert nurses(session) == replace(before, in_force=before.in_force + 3, completed=before.completed + 1)
    session.get_one(Programme, "prg_a").profession = "midwife"
    assert nurses(session).in_force == 0
