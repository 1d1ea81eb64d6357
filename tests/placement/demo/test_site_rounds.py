"""The demo's site rounds: what a lärosäte that tries it finds, and that the planned term stays as it is."""

from __future__ import annotations

import datetime as dt
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import Session, col, select

from placement.callers import SYSTEM, Caller, Role
from placement.clock import earlier, today
from placement.database import engine_for, open_session
from placement.demo import site_rounds
from placement.demo.dice import dice
from placement.planning.gather import gather
from placement.site_choice.entrants import EntrantPart, list_entrants
from placement.site_choice.measuring import RoundRecord
from placement.site_choice.outcomes import decide_round
from placement.site_choice.receipts import list_receipts
from placement.site_choice.rounds import list_rounds
from placement.store.verifying import verify
from placement.tables import Organisation, SiteRoundStatus, SiteTurn, Term

ROOT = Path(__file__).parents[3]
DAY = dt.timedelta(days=1)
pytestmark = pytest.mark.one_database


@pytest.fixture(scope="module")
def session(small_county: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    file = shutil.copyfile(small_county, tmp_path_factory.mktemp("rounds") / "placement.sqlite3")
    engine = engine_for(f"sqlite:///{file}")
    with open_session(engine) as session:
        term = session.exec(select(Term)).one()
        before = gather(session, SYSTEM, term.id).sha256
        site_rounds.add_site_rounds(session, term, dice(1, "site_rounds"))
        assert gather(session, SYSTEM, term.id).sha256 == before, "the planned term stays as it is"
        yield session
    engine.dispose()


def of(session: Session, institution: str) -> Caller:
    own = session.exec(select(Organisation.id).where(Organisation.external_id == institution)).one()
    return Caller(Role.INSTITUTION, organisation=own, token="system")


def rounds(session: Session, institution: str) -> dict[SiteRoundStatus, RoundRecord]:
    return {each.round.status: each for each in list_rounds(session, of(session, institution)).rows}


def test_a_later_term_follows_the_planned_one(session: Session) -> None:
    assert session.exec(select(Term.code).order_by(col(Term.first_week))).all()[0] == "VT2027"
    assert len(session.exec(select(Term)).all()) == 2


@pytest.mark.parametrize(
    ("day", "code"),
    [(dt.date(2026, 11, 1), "HT2027"), (dt.date(2027, 7, 1), "HT2027"), (dt.date(2027, 8, 1), "VT2028")],
)
def test_the_later_term_leaves_time_to_choose_whenever_the_demo_is_made(
    session: Session, monkeypatch: pytest.MonkeyPatch, day: dt.date, code: str
) -> None:
    term = session.exec(select(Term).where(Term.code == "VT2027")).one()
    monkeypatch.setattr(site_rounds, "today", lambda: day)
    assert site_rounds.later_than(term)["code"] == code


@pytest.mark.parametrize("institution", ["UMU", "LIU"])
def test_each_larosate_has_a_drawn_round_and_one_that_takes_in_wishes(session: Session, institution: str) -> None:
    found = rounds(session, institution)
    assert set(found) == {SiteRoundStatus.DRAWN, SiteRoundStatus.OPEN}
    drawn, taking = found[SiteRoundStatus.DRAWN], found[SiteRoundStatus.OPEN]
    assert drawn.round.closes_on < today() < taking.round.closes_on
    assert taking.claims_to_answer == 1
    assert 0 < taking.wishes <= taking.students


@pytest.mark.parametrize("institution", ["UMU", "LIU"])
def test_the_drawn_round_has_receipts_and_somebody_who_came_after_it(session: Session, institution: str) -> None:
    by, drawn = of(session, institution), rounds(session, institution)[SiteRoundStatus.DRAWN]
    told = list_receipts(session, by, drawn.round.id)
    assert told.total == len(session.exec(select(SiteTurn).where(SiteTurn.round_id == drawn.round.id)).all()) >= 5
    assert any("Särskilda skäl" in each.words.sv for each in told.rows)
    assert any("som par" in each.words.sv for each in told.rows)
    savepoint = session.begin_nested()
    decide_round(session, SYSTEM, drawn.round.id)
    (late,) = list_entrants(session, by, drawn.round.id, part=EntrantPart.LATE).rows
    assert late.external_id == f"{institution}-{site_rounds.LATECOMER}"
    savepoint.rollback()


def test_what_the_rounds_have_left_in_the_trail_is_in_order_and_in_one_chain(session: Session) -> None:
    session.flush()
    assert verify(session, SYSTEM).wrong is None


def test_within_an_earlier_moment_it_is_that_and_afterwards_as_before() -> None:
    day = today()
    with earlier(7 * DAY):
        assert today() in {day - 7 * DAY, day - 6 * DAY, day - 8 * DAY}
        with earlier(30 * DAY):
            assert today() < day - 20 * DAY
    assert today() - day in {0 * DAY, DAY}


def test_only_the_demo_makes_it_earlier() -> None:
    packages = (ROOT / "src/placement", ROOT / "api/placement_api")
    using = {
        str(path.relative_to(ROOT))
        for package in packages
        for path in package.rglob("*.py")
        if re.search(r"\bearlier\(", path.read_text())
    }
    assert using == {"src/placement/clock.py", "src/placement/cli/demo.py", "src/placement/demo/site_rounds.py"}
