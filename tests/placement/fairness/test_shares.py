"""Shares are counted from what is in force, beside each party's size; little is told of few students."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlmodel import Session, select

from placement.callers import SYSTEM, Caller, Role
from placement.database import engine_for, open_session
from placement.errors import NotAllowedError, NotFoundError
from placement.fairness.evenness import spread_of
from placement.fairness.shares import list_shares, list_unit_shares, show_draft_shares, show_shares
from placement.planning.runs import start_run
from placement.store.access import Span
from placement.tables import (
    Course,
    LedgerCause,
    LedgerEntry,
    Municipality,
    Organisation,
    Placement,
    ProviderKind,
    Request,
    RunMode,
    Student,
    Term,
    Unit,
)
from tests import carried
from tests.effort import drawn_by_hypothesis
from tests.placement.publishing import CITY, KI, plan, publish_run, settle, the_placement
from tests.rows import WEEK, one

UMEA = Caller(Role.INSTITUTION, organisation="org_b")


@pytest.fixture
def county(migrated_url: str) -> Iterator[Engine]:
    """Two students of one lärosäte, one of whom has the only place, for five weeks."""
    engine = engine_for(migrated_url)
    settle(engine)
    publish_run(engine, plan(engine))
    yield engine
    engine.dispose()


def many(session: Session, students: int) -> None:
    """Let the lärosäte have more students, each placed at the unit."""
    placement = the_placement(session)
    for number in range(students):
        name = f"stu_m{number}"
        session.add(Student(**{**session.get_one(Student, "stu_b").model_dump(), "id": name, "external_id": name}))
        session.flush()
        session.add(Request(id=f"req_m{number}", term_id="trm_a", student_id=name, course_id="crs_a"))
        kept = {each: getattr(placement, each) for each in Placement.model_fields}
        session.add(Placement(**{**kept, "id": f"pla_m{number}", "request_id": f"req_m{number}"}))
        session.flush()
        session.add(
            carried.entry(id=f"led_m{number}", student_id=name, placement_id=f"pla_m{number}", minutes=60 + number)
        )
    session.flush()


def test_a_larosate_s_share_is_beside_its_requests_and_a_host_s_beside_what_it_offers(county: Engine) -> None:
    with open_session(county) as session:
        shares = show_shares(session, SYSTEM, "trm_a")
        (ki,) = shares.institutions
        assert (ki.asked.institution, ki.asked.requests, ki.asked.students, ki.name.sv) == (
            "org_ki",
            2,
            2,
            "Karolinska Institutet",
        )
        assert ki.fared is not None
        weeks = the_placement(session).weeks
        assert (ki.fared.placed, ki.fared.weeks, ki.fared.mean_minutes, ki.fared.long) == (1, weeks, 19, 0)
        (city,) = shares.hosts
        assert (city.provider.id, city.provider.kind, city.provider.population) == (
            "org_city",
            ProviderKind.MUNICIPALITY,
            995_574,
        )
        assert (city.units, city.supervisors, city.offered, city.weeks) == (1, 1, 6, weeks)
        assert city.per_inhabitants == 1_000 * weeks * 10_000 // 995_574
        figures = {each.figure: each for each in shares.evenness}
        assert (figures["placed"].groups, figures["placed"].even_permille) == (0, None), "too few to tell"
        assert (figures["weeks-by-offered"].groups, figures["weeks-by-offered"].even_permille) == (1, 1_000)


def test_how_few_students_fared_is_read_by_their_larosate_and_the_coordinator_alone(county: Engine) -> None:
    with open_session(county) as session:
        for by in (SYSTEM, KI):
            assert show_shares(session, by, "trm_a").institutions[0].fared is not None
        for by in (CITY, UMEA):
            (ki,) = show_shares(session, by, "trm_a").institutions
            assert (ki.asked.requests, ki.fared) == (2, None)
        many(session, 3)
        assert show_shares(session, CITY, "trm_a").institutions[0].fared is None, "five asked, four are placed"


def test_of_many_students_all_is_read_but_the_wishes_of_a_few(county: Engine) -> None:
    with open_session(county) as session:
        own = session.exec(select(LedgerEntry)).one()
        own.possible_wishes = own.wish_rank = 0
        many(session, 5)
        (whole,), (told,) = (show_shares(session, by, "trm_a").institutions for by in (KI, CITY))
        assert whole.fared == told.fared
        assert whole.fared is not None
        assert (whole.fared.placed, whole.fared.wishing, whole.fared.any_wish, whole.fared.first_wish) == (6, 5, 5, 0)
        assert whole.fared.long == 4, "60 minutes is not long, 61 to 64 are"
        fewer = session.get_one(LedgerEntry, "led_m0")
        fewer.possible_wishes = fewer.wish_rank = 0
        session.flush()
        (whole,), (told,) = (show_shares(session, by, "trm_a").institutions for by in (KI, CITY))
        assert whole.fared is not None
        assert (whole.fared.wishing, whole.fared.any_wish) == (4, 4)
        assert told.fared == replace(whole.fared, wishing=None, any_wish=None, first_wish=None)
        figures = {each.figure: each.groups for each in show_shares(session, SYSTEM, "trm_a").evenness}
        assert (figures["minutes"], figures["first-wish"]) == (1, 0)


def test_a_placement_that_has_ended_is_no_share_of_anything(county: Engine) -> None:
    with open_session(county) as session:
        placement = the_placement(session)
        line = carried.entry(1, placement_id=placement.id, student_id="stu_a", cause=LedgerCause.ENDED)
        session.add(line)
        session.flush()
        shares = show_shares(session, SYSTEM, "trm_a")
        assert shares.institutions[0].fared is not None
        assert (shares.institutions[0].fared.placed, shares.institutions[0].fared.mean_minutes) == (0, None)
        assert [host.weeks for host in shares.hosts] == [0]


def test_each_term_has_its_line_and_a_draft_is_the_coordinator_s(county: Engine) -> None:
    run = plan(county, RunMode.REPAIR)
    with open_session(county) as session:
        later = {**one(Term).model_dump(), "id": "trm_later", "code": "HT2027", "first_week": WEEK.plus(34)}
        session.add(Term(**later))
        session.flush()
        page = list_shares(session, CITY, span=Span(limit=1, offset=1))
        assert (page.total, [each.term.code for each in page.rows]) == (2, ["HT2027"])
        assert (page.rows[0].institutions, page.rows[0].hosts) == ((), ())
        draft, in_force = show_draft_shares(session, SYSTEM, run), show_shares(session, SYSTEM, "trm_a")
        assert (draft.institutions, draft.hosts) == (in_force.institutions, in_force.hosts)
        for by in (KI, CITY):
            with pytest.raises(NotAllowedError):
                show_draft_shares(session, by, run)
        queued = start_run(session, SYSTEM, "trm_a", 5).id
        for missing in (queued, "run_none"):
            with pytest.raises(NotFoundError):
                show_draft_shares(session, SYSTEM, missing)


def test_only_a_municipality_has_inhabitants(county: Engine) -> None:
    with open_session(county) as session:
        city = session.get_one(Organisation, "org_city")
        city.provider_kind = ProviderKind.REGION
        assert session.get_one(Municipality, city.municipality_code).population > 0
        session.flush()
        (host,) = show_shares(session, SYSTEM, "trm_a").hosts
        assert (host.provider.population, host.per_inhabitants) == (None, None)


def test_units_are_listed_with_their_student_weeks_to_those_who_may_see_them(county: Engine) -> None:
    with open_session(county) as session:
        weeks = the_placement(session).weeks
        for by in (SYSTEM, KI, CITY):
            rows = list_unit_shares(session, by, "trm_a").rows
            shown = [(each.unit.id, each.supervisors, each.offered, each.weeks) for each in rows]
            assert shown == [("unt_far", 0, 0, 0), ("unt_a", 1, 6, weeks)]
        far = Caller(Role.PROVIDER, organisation="org_elsewhere")
        assert list_unit_shares(session, far, "trm_a").total == 0
        assert session.get_one(Unit, "unt_far").name == "Granbacken"


def test_even_is_a_thousand_and_all_for_one_is_its_part() -> None:
    assert spread_of("placed", [(5, 10), (50, 100)]).even_permille == 1_000
    alone = spread_of("placed", [(9, 10), (0, 10), (0, 10)])
    assert (alone.even_permille, alone.most_to_least_permille) == (333, None)
    assert spread_of("minutes", [(30, 1), (20, 1)]).most_to_least_permille == 1_500
    assert spread_of("minutes", [(0, 0)]) == spread_of("minutes", [])


@pytest.mark.no_cover
def test_evenness_does_not_depend_on_order_or_on_how_large_all_are_together() -> None:
    groups = st.lists(st.tuples(st.integers(0, 500), st.integers(0, 50)), max_size=6)

    @drawn_by_hypothesis(100, 1_000)
    @given(groups, st.integers(1, 9))
    def law(amounts: list[tuple[int, int]], times: int) -> None:
        first = spread_of("placed", amounts)
        assert spread_of("placed", amounts[::-1]) == first
        assert spread_of("placed", [(amount * times, size * times) for amount, size in amounts]) == first
        if first.even_permille is not None:
            assert 1_000 // first.groups <= first.even_permille <= 1_000

    law()


def test_few_students_with_many_requests_are_still_few(county: Engine) -> None:
    with open_session(county) as session:
        many(session, 5)
        assert show_shares(session, CITY, "trm_a").institutions[0].fared is not None, "six students are placed"
        for number in range(1, 5):
            course = session.get_one(Course, "crs_a").model_dump()
            session.add(Course(**{**course, "id": f"crs_m{number}", "code": f"M{number}"}))
            session.flush()
            request = session.get_one(Request, f"req_m{number}")
            request.student_id, request.course_id = "stu_m0", f"crs_m{number}"
            session.get_one(LedgerEntry, f"led_m{number}").student_id = "stu_m0"
        session.flush()
        (ki,) = show_shares(session, CITY, "trm_a").institutions
        assert (ki.asked.requests, ki.asked.students, ki.fared) == (7, 3, None)
        assert show_shares(session, KI, "trm_a").institutions[0].fared is not None
