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
from placement.demo.site_rounds import LATECOMER
from placement.in_force.publishing import publish
from placement.outgoing.calendars import open_calendar
from placement.outgoing.student_pages import open_page
from placement.planning.runs import start_run
from placement.signing_in.links import make_link
from placement.site_choice.outcomes import decide_round
from placement.site_choice.phases import make_seed
from placement.site_choice.rounds import institution_of
from placement.tables import (
    STANDING,
    CalendarSubject,
    Cohort,
    Organisation,
    OrganisationKind,
    Placement,
    Programme,
    ProviderKind,
    QuotaKind,
    Request,
    Run,
    RunMode,
    RunStatus,
    Site,
    SiteQuota,
    SiteRound,
    SiteRoundStatus,
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
            term = session.exec(select(Term).where(Term.code == "VT2027")).one()
            run = start_run(session, SYSTEM, term.id, 10, mode=RunMode.REPAIR).id
        self.until_no_run_goes_on()
        with _session(self.url) as session:
            assert session.get_one(Run, run).status is RunStatus.SUCCEEDED

    def close_a_site_round(self) -> str:
        """Let wishes for sites have come in until yesterday; return a link of the lärosäte whose students chose."""
        with _session(self.url) as session:
            cohort, institution = session.exec(
                select(Cohort, col(Student.institution_id))
                .join(Programme, col(Programme.id) == Cohort.programme_id)
                .join(Student, col(Student.cohort_id) == Cohort.id)
                .where(col(Programme.decentralised), col(Cohort.id).not_in(select(SiteRound.cohort_id)))
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
        """Yield a link of a lärosäte with a round that takes in wishes, and its page; what is sent is taken back."""
        with _session(self.url) as session:
            row = _round(session, open_now=True)
            sent = set(session.exec(select(SiteWish.student_id).where(SiteWish.round_id == row.id)))
            link, round_id = self._link_to(session, row), row.id
        try:
            yield link, f"/terms/VT2027/sites/{round_id}"
        finally:
            with _session(self.url) as session:
                for wish in session.exec(select(SiteWish).where(SiteWish.round_id == round_id)):
                    if wish.student_id not in sent:
                        session.delete(wish)

    def decided_site_round(self) -> tuple[str, str]:
        """Return a link of a lärosäte whose drawn round is decided, with one who came after its draw; and its page."""
        with _session(self.url) as session:
            row = _round(session, open_now=False)
            if row.status is SiteRoundStatus.DRAWN:
                decide_round(session, SYSTEM, row.id, "CKU")
            return self._link_to(session, row), f"/terms/VT2027/sites/{row.id}"

    def _link_to(self, session: Session, row: SiteRound) -> str:
        """Return a link of the lärosäte whose round it is."""
        link = {"role": Role.INSTITUTION, "label": "sites", "organisation": institution_of(session, row)}
        return f"{self.address}/sign-in/links/{make_link(session, SYSTEM, link)[1]}"

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


def _round(session: Session, *, open_now: bool) -> SiteRound:
    """Return a drawn round of the demo's, or an open one whose sites can be told apart by their first letters."""
    ended = (SiteRoundStatus.DRAWN, SiteRoundStatus.DECIDED)
    with_latecomer = select(Student.cohort_id).where(col(Student.external_id).endswith(LATECOMER))
    query = select(SiteRound).order_by(col(SiteRound.id))
    if open_now:
        programmes = select(Programme.id).join(Organisation, col(Organisation.id) == Programme.institution_id)
        cohorts = select(Cohort.id).where(
            col(Cohort.programme_id).in_(programmes.where(Organisation.external_id == "LIU"))
        )
        query = query.where(SiteRound.status == SiteRoundStatus.OPEN, col(SiteRound.closes_on) >= today())
        query = query.where(col(SiteRound.cohort_id).in_(cohorts))
    else:
        query = query.where(col(SiteRound.status).in_(ended), col(SiteRound.cohort_id).in_(with_latecomer))
    return session.exec(query).all()[0]


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
