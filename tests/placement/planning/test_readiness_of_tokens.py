"""The check list names whose tokens expire before the term ends, and nothing of anyone else's."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlmodel import Session

from placement.callers import SYSTEM, Caller, Role
from placement.clock import today
from placement.planning.readiness.findings import Found, Severity
from placement.planning.readiness.judging import judge_readiness
from placement.store.tokens import create_token, id_of, revoke_token
from placement.tables import Term
from placement_solver.weeks import IsoWeek
from tests.rows import places, term

KI = Caller(Role.INSTITUTION, organisation="org_ki")
CITY = Caller(Role.PROVIDER, organisation="org_city")
DAY = dt.timedelta(days=1)


@pytest.fixture
def last_day(session: Session) -> dt.date:
    """The last day of a term of ten weeks that begins next week."""
    session.add_all([*places(), *term()])
    row = session.get_one(Term, "trm_a")
    row.first_week, row.weeks = IsoWeek(*(today() + 7 * DAY).isocalendar()[:2]), 10
    session.flush()
    return row.first_week.plus(9).sunday()


def found(session: Session, by: Caller = SYSTEM) -> Found:
    findings = {finding.code: finding.found for finding in judge_readiness(session, by, "trm_a").findings}
    return findings["tokens-expire"]


def test_a_token_that_works_on_the_last_day_is_no_lack(session: Session, last_day: dt.date) -> None:
    create_token(session, SYSTEM, Role.INSTITUTION, "org_ki", expires_on=last_day)
    assert found(session).severity is Severity.OK
    assert found(session).words.en == "No token expires before the term ends."


def test_those_whose_tokens_expire_are_named_with_how_many_and_each_party_its_own(
    session: Session, last_day: dt.date
) -> None:
    before = last_day - DAY
    for role, organisation, unit in (
        (Role.COORDINATOR, None, None),
        (Role.INSTITUTION, "org_ki", None),
        (Role.STUDENT, "org_ki", None),
        (Role.UNIT, None, "unt_a"),
    ):
        create_token(session, SYSTEM, role, organisation, unit, expires_on=before)
    gone = create_token(session, SYSTEM, Role.PROVIDER, "org_city", expires_on=before)
    revoke_token(session, SYSTEM, id_of(gone))
    told = found(session)
    assert (told.severity, told.counts) == (Severity.WARNING, {"tokens": 4})
    assert told.words.sv == f"4 åtkomstnycklar slutar gälla före terminens sista dag, {last_day}. Byt dem i god tid."
    assert [(item.name.en, item.counts) for item in told.items] == [
        ("Karolinska Institutet", {"tokens": 2}),
        ("City of Stockholm", {"tokens": 1}),
        ("coordinator", {"tokens": 1}),
    ]
    assert [(item.id, item.counts) for item in found(session, KI).items] == [("org_ki", {"tokens": 2})]
    city = found(session, CITY)
    assert [(item.id, item.counts) for item in city.items] == [("org_city", {"tokens": 1})]
    assert city.words.en == f"1 token expires before the term's last day, {last_day}. Rotate it in good time."
    assert "tokens-expire" not in {
        finding.code for finding in judge_readiness(session, Caller(Role.UNIT, unit="unt_a"), "trm_a").findings
    }
