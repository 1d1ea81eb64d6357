"""Rows: times, weeks and lists are read back as they were written, and references hold."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import StatementError
from sqlmodel import col, select

from placement.database import engine_for, open_session
from placement.errors import ConflictError, StaleError
from placement.tables import (
    Agreement,
    BlockedUnit,
    CapacityOffer,
    CourseWindow,
    OfferWeek,
    Preference,
    Request,
    Site,
    Student,
    Unit,
    agreement_party,
    ends_on,
    new_id,
)
from placement_solver.weeks import IsoWeek
from tests.rows import WEEK, one, small_world


@pytest.fixture
def engine(migrated_url: str) -> Iterator[Engine]:
    """A database with one valid row in every table."""
    engine = engine_for(migrated_url)
    with open_session(engine) as session:
        session.add_all(small_world())
    yield engine
    engine.dispose()


def test_a_moment_comes_back_in_utc_on_every_database(engine: Engine) -> None:
    in_stockholm = dt.datetime(2027, 1, 4, 9, 30, tzinfo=dt.timezone(dt.timedelta(hours=1)))
    with open_session(engine) as session:
        session.get_one(CapacityOffer, "off_a").answered_at = in_stockholm
    with open_session(engine) as session:
        moment = session.get_one(CapacityOffer, "off_a").answered_at
    assert moment == in_stockholm
    assert moment.tzinfo is dt.UTC


def test_a_moment_without_a_time_zone_is_refused(engine: Engine) -> None:
    with (
        pytest.raises(StatementError, match="has no time zone"),
        open_session(engine) as session,
    ):
        session.get_one(CapacityOffer, "off_a").answered_at = dt.datetime(2027, 1, 4)  # noqa: DTZ001


def test_week_53_is_stored_and_comes_before_the_new_year(engine: Engine) -> None:
    with open_session(engine) as session:
        session.add_all(CourseWindow(course_id="crs_a", term_id="trm_a", start=WEEK.plus(weeks)) for weeks in (2, 1))
    with open_session(engine) as session:
        starts = session.exec(select(col(CourseWindow.start)).order_by(col(CourseWindow.start))).all()
    assert [str(week) for week in starts] == ["2026-W53", "2027-W01", "2027-W02"]
    assert starts[0] == IsoWeek(2026, 53)


def test_a_change_within_a_list_is_noticed(engine: Engine) -> None:
    with open_session(engine) as session:
        unit = session.get_one(Unit, "unt_a")
        unit.kinds.append("primary-care")
    with open_session(engine) as session:
        assert session.get_one(Unit, "unt_a").kinds == ["elderly-care", "primary-care"]


def test_no_professions_named_means_the_absence_of_a_value_and_not_a_json_null(engine: Engine) -> None:
    with open_session(engine) as session:
        session.get_one(Agreement, "agr_a").professions = None
    with open_session(engine) as session:
        assert session.exec(select(Agreement.id).where(col(Agreement.professions).is_(None))).all() == ["agr_a"]


def test_swedish_letters_in_a_list_are_stored_as_they_are(engine: Engine) -> None:
    with open_session(engine) as session:
        session.get_one(Unit, "unt_a").kinds = ["äldreomsorg på ö"]
    with engine.connect() as connection:
        assert "äldreomsorg på ö" in connection.execute(text("SELECT CAST(kinds AS TEXT) FROM unit")).scalar_one()


def test_rows_may_be_written_before_what_they_refer_to(engine: Engine) -> None:
    with open_session(engine) as session:
        session.add(OfferWeek(offer_id="off_new", week=WEEK, places=1))
        session.flush()
        session.add(CapacityOffer(id="off_new", term_id="trm_a", unit_id="unt_a", professions=["nurse"]))
    with open_session(engine) as session:
        assert session.get(OfferWeek, ("off_new", WEEK)) is not None


def test_a_reference_that_leads_nowhere_is_refused_when_all_is_written(engine: Engine) -> None:
    with pytest.raises(ConflictError) as refusal, open_session(engine) as session:
        session.add(Site(institution_id="org_nowhere", name="Ingenstans", municipality_code="0180"))
    assert "refers to something that does not exist" in refusal.value.en


def test_what_is_in_use_is_not_removed(engine: Engine) -> None:
    with pytest.raises(ConflictError), open_session(engine) as session:
        session.delete(session.get_one(Unit, "unt_a"))
    with open_session(engine) as session:
        assert session.get(Unit, "unt_a") is not None


def test_an_offer_takes_its_weeks_with_it(engine: Engine) -> None:
    with open_session(engine) as session:
        session.delete(session.get_one(CapacityOffer, "off_a"))
    with open_session(engine) as session:
        assert session.exec(select(OfferWeek)).all() == []


def test_the_same_pseudonym_is_not_given_twice_at_an_institution(engine: Engine) -> None:
    with pytest.raises(ConflictError), open_session(engine) as session:
        session.add(Student(cohort_id="coh_a", institution_id="org_ki", external_id="ki-0001", lat=59.0, lon=18.0))


def test_a_unit_is_wished_for_once_in_a_request(engine: Engine) -> None:
    with pytest.raises(ConflictError), open_session(engine) as session:
        session.add(Preference(request_id="req_a", rank=1, unit_id="unt_a"))


def test_a_student_asks_for_a_course_once_in_a_term(engine: Engine) -> None:
    with pytest.raises(ConflictError), open_session(engine) as session:
        session.add(Request(term_id="trm_a", student_id="stu_a", course_id="crs_a"))


def test_a_blocked_unit_has_no_reason() -> None:
    assert set(BlockedUnit.model_fields) == {"student_id", "unit_id"}


def test_a_change_of_what_someone_else_has_changed_since_is_refused(engine: Engine) -> None:
    with open_session(engine) as session:
        mine = session.get_one(Unit, "unt_a")
    with open_session(engine) as session:
        session.get_one(Unit, "unt_a").name = "Tallgården, plan 2"
    mine.name = "Tallgården, plan 3"
    with pytest.raises(StaleError), open_session(engine) as session:
        session.add(mine)
    with open_session(engine) as session:
        unit = session.get_one(Unit, "unt_a")
    assert (unit.name, unit.version) == ("Tallgården, plan 2", 2)


def test_a_new_id_tells_what_it_names_and_is_never_the_same() -> None:
    assert new_id("unt").startswith("unt_")
    assert len({new_id("unt") for _ in range(100)}) == 100


def test_a_row_that_brings_no_id_gets_one_of_its_own() -> None:
    first, second = (Site(institution_id="org_ki", name="Norr", municipality_code="0180") for _ in range(2))
    assert first.id.startswith("sit_")
    assert first.id != second.id


def day(text: str | None) -> dt.date | None:
    """A day, or none."""
    return None if text is None else dt.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("valid_to", "notice", "last"),
    [
        (None, None, None),
        ("2027-12-31", None, "2027-12-31"),
        (None, "2027-01-15", "2027-07-15"),
        (None, "2027-08-31", "2028-02-29"),
        (None, "2026-08-31", "2027-02-28"),
        (None, "2026-07-01", "2027-01-01"),
        ("2027-03-31", "2027-01-15", "2027-03-31"),
        ("2027-12-31", "2027-01-15", "2027-07-15"),
    ],
)
def test_an_agreement_ends_six_months_after_notice_unless_it_ends_before(
    valid_to: str | None, notice: str | None, last: str | None
) -> None:
    agreement = one(Agreement)
    agreement.valid_to = day(valid_to)
    agreement.notice_given_on = day(notice)
    assert ends_on(agreement) == day(last)


def test_a_privately_run_unit_is_covered_by_the_agreements_of_the_provider_that_funds_it() -> None:
    unit = one(Unit)
    assert (unit.operator_id, agreement_party(unit)) == ("org_care", "org_city")
    unit.operator_id = None
    assert agreement_party(unit) == "org_city"


def test_a_unit_excluded_from_its_funders_agreements_is_covered_by_its_operators() -> None:
    unit = one(Unit)
    unit.excluded_from_agreement = True
    assert agreement_party(unit) == "org_care"
