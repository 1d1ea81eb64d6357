"""The synthetic county as it is stored: its sizes, agreements and answers, and that a seed repeats it."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select as columns
from sqlmodel import Session, col, func, select

from placement.callers import SYSTEM
from placement.database import engine_for, open_session, read_session
from placement.demo.build import build_term, find_term
from placement.demo.demand import Demand
from placement.demo.dice import dice
from placement.demo.education import draw_education
from placement.demo.offers import SILENT_MUNICIPALITIES, draw_offers
from placement.demo.organisations import draw_parties
from placement.demo.scales import SCALES
from placement.demo.supervisors import draw_supervisors
from placement.demo.term import draw_term
from placement.demo.units import draw_units
from placement.identity_numbers import resembles_identity_number
from placement.planning.gather import gather
from placement.tables import (
    Agreement,
    AuditEntry,
    CapacityOffer,
    Cohort,
    OfferInstitution,
    OfferStatus,
    Organisation,
    OrganisationKind,
    ProviderKind,
    Request,
    Row,
    Student,
    Supervisor,
    Term,
    Unit,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from placement_solver.problem import Problem

SYNTHETIC: tuple[type[Row], ...] = (Unit, Supervisor, CapacityOffer, Agreement, Cohort, Student)


@pytest.fixture(scope="module")
def stored(small_county: Path) -> Iterator[Session]:
    """The small county, open for reading."""
    engine = engine_for(f"sqlite:///{small_county}")
    with read_session(engine) as session:
        yield session
    engine.dispose()


@pytest.fixture(scope="module")
def problem(stored: Session) -> Problem:
    return gather(stored, SYSTEM, stored.exec(select(Term.id)).one())


def test_a_small_county_is_about_four_hundred_requests(problem: Problem) -> None:
    assert 360 < len(problem.requests) < 440
    assert 150 < len(problem.units) < 260
    assert 120 < len(problem.supervisors) < 300
    assert len({student.profession for student in problem.students}) == 12


def test_the_gathered_small_county_is_a_valid_problem_with_places_for_every_profession(problem: Problem) -> None:
    supply, demand = Counter[str](), Counter[str]()
    for capacity in problem.capacities:
        if capacity.institutions is None:
            assert not isinstance(capacity.places, int)
            supply.update(dict.fromkeys(capacity.professions, sum(capacity.places)))
    for request in problem.requests:
        demand[problem.student[request.student].profession] += request.weeks
    assert all(supply[profession] >= demand[profession] for profession in demand)


def test_the_same_seed_gives_the_same_problem_on_either_database(session: Session, problem: Problem) -> None:
    term = build_term(session, "small", seed=1)
    session.flush()
    assert gather(session, SYSTEM, term.id).sha256 == problem.sha256


def test_another_seed_gives_another_county(migrated_sqlite: Path, tmp_path: Path, problem: Problem) -> None:
    file = shutil.copyfile(migrated_sqlite, tmp_path / "other.sqlite3")
    engine = engine_for(f"sqlite:///{file}")
    with open_session(engine) as session:
        term = build_term(session, "small", seed=2)
        assert gather(session, SYSTEM, term.id).sha256 != problem.sha256
    engine.dispose()


def test_a_term_that_was_made_is_found_again_by_scale_and_seed(stored: Session) -> None:
    found = find_term(stored, "small", seed=1)
    assert found is not None
    assert found.code == "VT2027"
    assert find_term(stored, "small", seed=2) is None
    assert find_term(stored, "county", seed=1) is None


def test_every_municipality_has_an_agreement_with_every_institution_of_the_county(stored: Session) -> None:
    institutions = stored.exec(
        select(Organisation.id).where(
            Organisation.kind == OrganisationKind.INSTITUTION, col(Organisation.in_county).is_(True)
        )
    ).all()
    municipalities = stored.exec(
        select(Organisation.id).where(Organisation.provider_kind == ProviderKind.MUNICIPALITY)
    ).all()
    having = set(stored.exec(select(Agreement.institution_id, Agreement.provider_id)))
    assert len(municipalities) == 26
    assert {(institution, provider) for institution in institutions for provider in municipalities} <= having


def test_every_agreement_has_the_same_price_and_some_are_under_notice(stored: Session) -> None:
    agreements = stored.exec(select(Agreement)).all()
    assert {agreement.price_ore for agreement in agreements} == {130_000}
    assert sum(agreement.notice_given_on is not None for agreement in agreements) == 3


def test_an_agreement_under_notice_ends_in_the_middle_of_the_term(stored: Session, problem: Problem) -> None:
    left = set(stored.exec(select(Agreement.id).where(col(Agreement.notice_given_on).is_not(None))))
    ends = {agreement.last_week for agreement in problem.agreements if agreement.id in left}
    assert ends == {8}  # notice on 25 September ends it on 25 March, a Thursday in week 12, the tenth of the term


def test_units_answer_decline_or_stay_silent_and_whole_municipalities_are_silent(stored: Session) -> None:
    statuses = Counter(stored.exec(select(CapacityOffer.status)))
    assert all(statuses[status] for status in OfferStatus)
    assert statuses[OfferStatus.ANSWERED] > statuses[OfferStatus.UNANSWERED]
    municipal = stored.execute(
        columns(col(CapacityOffer.status))
        .join(Unit, col(Unit.id) == CapacityOffer.unit_id)
        .join(Organisation, col(Organisation.id) == Unit.provider_id)
        .where(
            col(Organisation.provider_kind) == ProviderKind.MUNICIPALITY,
            col(Unit.municipality_code).in_(SILENT_MUNICIPALITIES),
        )
    ).scalars()
    assert set(municipal) <= {OfferStatus.UNANSWERED}


def test_everything_that_is_not_public_is_marked_synthetic(stored: Session) -> None:
    for table in SYNTHETIC:
        marks = stored.exec(select(table)).all()
        assert marks
        assert all(vars(row)["synthetic"] for row in marks), table.__name__


def test_nobody_is_known_by_a_personal_identity_number(stored: Session) -> None:
    pseudonyms = [*stored.exec(select(Student.external_id)), *stored.exec(select(Supervisor.external_id))]
    assert len(set(pseudonyms)) == len(pseudonyms)
    assert not any(resembles_identity_number(pseudonym) for pseudonym in pseudonyms)


def test_only_students_of_decentralised_programmes_have_a_site(problem: Problem) -> None:
    at_sites = [student for student in problem.students if student.site is not None]
    assert {student.profession for student in at_sites} == {"physician"}
    assert len({student.site for student in at_sites}) == 8
    assert len({student.institution for student in at_sites}) == 2


def test_every_student_has_a_lottery_number_of_their_own(stored: Session) -> None:
    numbers = stored.exec(select(Student.lottery_number)).all()
    assert sorted(number for number in numbers if number is not None) == list(range(1, len(numbers) + 1))


def test_making_a_county_up_leaves_a_trace(stored: Session) -> None:
    entry = stored.exec(select(AuditEntry)).one()
    assert (entry.object_type, entry.actor_token) == ("term", "system")


@pytest.mark.no_cover
def test_the_whole_county_has_about_eight_thousand_requests_and_places_kept_for_one_institution() -> None:
    scale, term = SCALES["county"], draw_term(dice(1, "term"))
    parties = draw_parties(dice(1, "parties"))
    places = draw_units(parties, scale, dice(1, "units"))
    education = draw_education(parties, term, scale, dice(1, "education"))
    assert 7_500 < sum(group.size * len(group.courses) for group in education.groups) < 8_500
    demand = Demand(places, education.groups, term.weeks)
    offers = draw_offers(demand, parties, term, dice(1, "offers"))
    kept = Counter(row.offer_id for row in offers.rows if isinstance(row, OfferInstitution))
    assert len(kept) > 5
    assert set(kept.values()) == {3}
    assert sum(place.unit.max_students is not None for place in places) > 50
    supervisors = draw_supervisors(offers.openings, term, dice(1, "supervisors"))
    assert 2_400 < sum(isinstance(row, Supervisor) for row in supervisors) < 3_000


def test_a_small_county_has_as_many_requests_as_its_students_have_courses(stored: Session) -> None:
    assert stored.exec(select(func.count()).select_from(Request)).one() == 398


def test_some_units_have_a_contact_that_leads_nowhere(stored: Session) -> None:
    units = stored.exec(select(Unit)).all()
    given = [unit for unit in units if unit.contact_email]
    assert 0.5 < len(given) / len(units) < 0.9
    for unit in given:
        assert (unit.contact_email or "").endswith("@example.org")
        assert (unit.contact_phone or "").startswith("08-465 004 ")  # PTS keeps 08-465 004 00 to 99 for fiction
        assert unit.contact_function
    assert all(unit.contact_phone is None for unit in units if unit not in given)
