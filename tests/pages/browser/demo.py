"""A demo of the small scale, planned and published, and links that let a browser in as each role."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

from placement.callers import SYSTEM, Caller, Role
from placement.clock import now, today
from placement.database import engine_for, open_session
from placement.in_force.publishing import publish
from placement.outgoing.calendars import open_calendar
from placement.outgoing.student_pages import open_page
from placement.planning.runs import start_run
from placement.signing_in.links import make_link
from placement.site_choice.phases import make_seed
from placement.tables import (
    STANDING,
    CalendarSubject,
    Cohort,
    Organisation,
    OrganisationKind,
    Placement,
    PriorityEffect,
    Programme,
    ProviderKind,
    QuotaKind,
    Request,
    Run,
    RunMode,
    RunStatus,
    Site,
    SitePriority,
    SiteQuota,
    SiteRound,
    SiteRoundStatus,
    SiteTurn,
    SiteWish,
    Student,
    Term,
    Unit,
)
from placement_solver.lottery import commitment_to
from tests.starting import quick_command

LONGEST_RUN = 120
"""The seconds after which a run that was to take ten counts as lost."""


@dataclass(frozen=True)
class Demo:
    """A served demo: the address of its database, and where it answers."""

    url: str
    address: str

    def link(self, role: Role) -> str:
        """Return an address that signs a browser in as somebody of a role, who has something to see."""
        with _session(self.url) as session:
            _, secret = make_link(session, SYSTEM, {"role": role, "label": role.value, **_home_of(session, role)})
        return f"{self.address}/sign-in/links/{secret}"

    def own_page(self, role: Role) -> str:
        """Return the secret address of a student who is asked whether they come, or of a supervisor with students.

        The student's unit is the one with the longest word in its name, which is the hardest to fit on a phone.
        """
        with _session(self.url) as session:
            placed = select(Placement).where(col(Placement.status).in_(STANDING)).order_by(col(Placement.id))
            if role is Role.STUDENT:
                placed = placed.where(col(Placement.student_answer).is_(None))
                asked = max(session.exec(placed).all(), key=lambda each: _longest_word(session, each.unit_id))
                student = session.get_one(Student, session.get_one(Request, asked.request_id).student_id)
                by = _caller(session, Role.INSTITUTION, student.institution_id)
                _, secret = open_page(session, by, student.id)
            else:
                guided = session.exec(placed.where(col(Placement.supervisor_id).is_not(None))).first()
                assert guided is not None
                by = _caller(session, Role.PROVIDER, session.get_one(Unit, guided.unit_id).provider_id)
                _, secret = open_calendar(session, by, CalendarSubject.SUPERVISOR, guided.supervisor_id or "")
        return f"{self.address}/me/{secret.removesuffix('.ics')}"

    def plan_again(self) -> None:
        """Mend the plan in force in a run of its own, so that there is one to publish."""
        with _session(self.url) as session:
            term = session.exec(select(Term)).one()
            run = start_run(session, SYSTEM, term.id, 10, mode=RunMode.REPAIR).id
        self.until_no_run_goes_on()
        with _session(self.url) as session:
            assert session.get_one(Run, run).status is RunStatus.SUCCEEDED

    def close_a_site_round(self) -> str:
        """Let wishes for sites have come in until yesterday; return a link of the lärosäte whose students chose."""
        with _session(self.url) as session:
            programmes = select(Cohort.programme_id).join(SiteRound, col(SiteRound.cohort_id) == Cohort.id)
            have_one = select(Programme.institution_id).where(col(Programme.id).in_(programmes))
            cohort, institution = session.exec(
                select(Cohort, col(Student.institution_id))
                .join(Programme, col(Programme.id) == Cohort.programme_id)
                .join(Student, col(Student.cohort_id) == Cohort.id)
                .where(col(Programme.decentralised), col(Student.institution_id).not_in(have_one))
                .order_by(col(Cohort.id))
            ).first() or (None, "")
            assert cohort is not None
            seed, day = make_seed(), today()
            row = SiteRound(
                cohort_id=cohort.id,
                from_term_id=cohort.term_id,
                opens_on=day - dt.timedelta(days=9),
                closes_on=day - dt.timedelta(days=1),
                status=SiteRoundStatus.OPEN,
                seed=seed,
                seed_sha256=commitment_to(seed),
                opened_at=now(),
            )
            sites = session.exec(select(Site.id).where(Site.institution_id == institution)).all()
            students = session.exec(select(Student.id).where(Student.cohort_id == cohort.id)).all()
            session.add(row)
            session.flush()
            session.add_all(
                SiteQuota(round_id=row.id, site_id=site, place=place, kind=QuotaKind.REST)
                for place, site in enumerate(sites)
            )
            session.add_all(SiteWish(round_id=row.id, student_id=each, ranking=[*sites]) for each in students)
            link = make_link(session, SYSTEM, {"role": Role.INSTITUTION, "label": "sites", "organisation": institution})
        return f"{self.address}/sign-in/links/{link[1]}"

    @contextmanager
    def open_site_round(self) -> Iterator[tuple[str, str]]:
        """Let a round take in wishes for a while, with a claim of a priority; yield its lärosäte's link and its page.

        While it does, there is a later term, from which sites may hold. Afterwards neither is there any more.
        """
        with _session(self.url) as session:
            having = select(SiteRound.cohort_id)
            cohort, institution = session.exec(
                select(Cohort, Programme.institution_id)
                .join(Programme, col(Programme.id) == Cohort.programme_id)
                .where(col(Programme.decentralised), col(Cohort.id).not_in(having))
                .where(col(Cohort.id).in_(select(Student.cohort_id)))
                .order_by(col(Cohort.id))
            ).first() or (None, "")
            assert cohort is not None
            spring, seed, day = session.get_one(Term, cohort.term_id), make_seed(), today()
            dates = {name: getattr(spring, name) for name in ("requests_by", "answers_by", "outside_answers_by")}
            autumn = Term(
                code="HT2027",
                first_week=spring.first_week.plus(30),
                weeks=20,
                publish_by=spring.publish_by,
                **dates,
            )
            row = SiteRound(
                cohort_id=cohort.id,
                from_term_id=autumn.id,
                opens_on=day,
                closes_on=day + dt.timedelta(days=9),
                status=SiteRoundStatus.OPEN,
                seed=seed,
                seed_sha256=commitment_to(seed),
                opened_at=now(),
            )
            sites = session.exec(select(Site.id).where(Site.institution_id == institution)).all()
            student = session.exec(select(Student.id).where(Student.cohort_id == cohort.id)).all()[0]
            first = SitePriority(
                round_id=row.id,
                rank=1,
                name_sv="Särskilda skäl",
                name_en="Special reasons",
                effect=PriorityEffect.FIRST_CHOICE,
            )
            quotas = [
                SiteQuota(round_id=row.id, site_id=site, place=place, kind=QuotaKind.REST)
                for place, site in enumerate(sites)
            ]
            wish = SiteWish(round_id=row.id, student_id=student, ranking=[*sites], priority_id=first.id)
            made = (autumn, row, *quotas, first, wish)
            for each in made:
                session.add(each)
                session.flush()
            link = make_link(session, SYSTEM, {"role": Role.INSTITUTION, "label": "sites", "organisation": institution})
            ids = autumn.id, row.id
        try:
            yield f"{self.address}/sign-in/links/{link[1]}", f"/terms/VT2027/sites/{ids[1]}"
        finally:
            with _session(self.url) as session:
                for sent in session.exec(select(SiteWish).where(SiteWish.round_id == ids[1])):
                    session.delete(sent)
                session.flush()
                session.delete(session.get_one(SiteRound, ids[1]))
                session.flush()
                session.delete(session.get_one(Term, ids[0]))

    @contextmanager
    def decided_site_round(self) -> Iterator[tuple[str, str]]:
        """Let a round be decided for a while, with one who came after its draw; yield as ``open_site_round``."""
        with self.open_site_round() as (link, page):
            turns = select(SiteTurn).where(SiteTurn.round_id == page.rpartition("/")[2])
            with _session(self.url) as session:
                row = session.get_one(SiteRound, page.rpartition("/")[2])
                row.status, row.drawn_at, row.decided_at, row.decided_by = SiteRoundStatus.DECIDED, now(), now(), "CKU"
                sites = session.exec(select(SiteQuota.site_id).where(SiteQuota.round_id == row.id)).all()
                students = session.exec(select(Student.id).where(Student.cohort_id == row.cohort_id)).all()
                session.add_all(
                    SiteTurn(
                        round_id=row.id,
                        student_id=student,
                        number=number,
                        place=number,
                        site_id=sites[0],
                        rank=1,
                        ranking=[*sites],
                        full_sites=[],
                        closed_sites=[],
                    )
                    for number, student in enumerate(students[1:], start=1)
                )
            try:
                yield link, page
            finally:
                with _session(self.url) as session:
                    for turn in session.exec(turns):
                        session.delete(turn)

    def until_no_run_goes_on(self) -> None:
        """Wait for the runs that this or another test has started."""
        ends = time.monotonic() + LONGEST_RUN
        while time.monotonic() < ends:
            with _session(self.url) as session:
                on = session.exec(
                    select(Run.id).where(col(Run.status).in_((RunStatus.QUEUED, RunStatus.RUNNING)))
                ).all()
            if not on:
                return
            time.sleep(0.2)
        message = f"{on} have not ended after {LONGEST_RUN} s"
        raise AssertionError(message)


@contextmanager
def _session(url: str) -> Iterator[Session]:
    engine = engine_for(url)
    with open_session(engine) as session:
        yield session
    engine.dispose()


def plan_demo(url: str, scale: str = "small", seconds: int = 20) -> None:
    """Make the demo with its command, and publish its plan."""
    environment = os.environ | {"PLACEMENT_DATABASE_URL": url}
    done = subprocess.run(
        [quick_command(), "demo", "--scale", scale, "--time-limit", str(seconds)],
        env=environment,
        check=False,
        capture_output=True,
    )
    assert done.returncode == 0, (done.stdout[-500:], done.stderr[-3000:])
    with _session(url) as session:
        run = session.exec(select(Run)).one()
        publish(session, SYSTEM, run.term_id, run.id, "CKU")
        term = session.get_one(Term, run.term_id)
        term.students_answer_by = max(term.publish_by, today() + dt.timedelta(weeks=2))
        session.add(term)


def _caller(session: Session, role: Role, organisation: str) -> Caller:
    """Return somebody of an organisation, whose token makes secret addresses."""
    link, _ = make_link(session, SYSTEM, {"role": role, "label": "addresses", "organisation": organisation})
    return Caller(role, organisation=organisation, token=link.token.id)


def _longest_word(session: Session, unit: str) -> int:
    return max(len(word) for word in session.get_one(Unit, unit).name.split())


def _home_of(session: Session, role: Role) -> dict[str, Any]:
    """Return the organisation or the unit of a role that has the most placements."""
    placed = select(Placement.unit_id).order_by(col(Placement.id))
    unit = session.exec(
        select(Unit)
        .join(Organisation, col(Organisation.id) == Unit.provider_id)
        .where(col(Unit.id).in_(placed), col(Organisation.provider_kind) == ProviderKind.MUNICIPALITY)
        .order_by(Unit.name)
    ).first()
    assert unit is not None
    institution = session.exec(
        select(Organisation).where(Organisation.kind == OrganisationKind.INSTITUTION, Organisation.external_id == "KI")
    ).one()
    match role:
        case Role.INSTITUTION | Role.STUDENT:
            return {"organisation": institution.id}
        case Role.PROVIDER:
            return {"organisation": unit.provider_id}
        case Role.UNIT | Role.SUPERVISOR:
            return {"unit": unit.id}
        case _:
            return {}
