"""The matrix of pages holds: role by page by whose row, and nothing of the other side's comes out of a list."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from sqlmodel import Session, select

from placement.callers import Role
from placement.database import open_session
from placement.tables import Student, Supervisor
from placement_api.pages import PAGES
from tests import site_rows
from tests.pages.browsing import text_of
from tests.pages.conftest import Browse
from tests.pages.matrix import ELSEWHERE, LINES, PUBLIC, PageLine

pytestmark = [pytest.mark.one_database, pytest.mark.no_cover]

SEES_BOTH = frozenset({Role.COORDINATOR, Role.AUDITOR})
_THEIR_ID = re.compile(r"\b(?!org|crs|prg)[a-z]{3}_(?:\w+_)?b\b")
"""An id of the other side's; who the parties are and which courses they have is no secret."""


@pytest.fixture
def session(app: FastAPI, browse: Browse) -> Iterator[Session]:
    """A session over the county, with site rounds of both sides."""
    del browse  # it has lent the application its database
    with open_session(app.state.engine) as session:
        session.add_all(site_rows.both_sides())
    with open_session(app.state.engine) as session:
        yield session


@pytest.mark.usefixtures("session")
@pytest.mark.parametrize("role", Role)
def test_each_role_opens_its_pages_and_no_other(role: Role, browse: Browse) -> None:
    browser = browse(role)
    for line in LINES:
        if line.method != "GET":
            continue
        status = browser.get(line.at(line.ours)).status_code
        assert status in ({200, 303} if role in line.roles else {403}), (line, status)
        if line.ours:
            assert browser.get(line.at("none_such")).status_code == (404 if role in line.roles else 403), line
        if line.theirs:
            expected = 403 if role not in line.roles else 200 if role in SEES_BOTH else 404
            assert browser.get(line.at(line.theirs)).status_code == expected, line


@pytest.mark.usefixtures("session")
@pytest.mark.parametrize("role", Role)
def test_each_role_sends_its_forms_and_no_other(role: Role, browse: Browse) -> None:
    browser = browse(role)
    token = browser.csrf()
    for line in LINES:
        if line.method != "POST":
            continue
        if role not in line.roles:
            assert browser.send(line.at(line.ours), {}, token).status_code == 403, line
        elif line.theirs and role not in SEES_BOTH:
            assert browser.send(line.at(line.theirs), {}, token).status_code == 404, line


_SECRETLY = frozenset({"/access/tokens/{tokenId}/revoke", "/access/links/{signInLinkId}/withdraw"})
"""Forms whose row is none in the county, so that they are answered 404."""


@pytest.mark.usefixtures("session")
def test_what_is_not_found_is_not_repeated_from_the_address(browse: Browse) -> None:
    strange = "strange_thing_in_the_address"
    for role in Role:
        browser = browse(role)
        token = browser.csrf()
        for line in LINES:
            if role not in line.roles or not line.ours:
                continue
            at = line.at(strange)
            answer = browser.get(at) if line.method == "GET" else browser.send(at, {}, token)
            assert strange not in text_of(answer), line
            assert answer.status_code != 200, line


@pytest.mark.usefixtures("session")
def test_a_form_without_its_choice_is_told_what_is_lacking(browse: Browse) -> None:
    for role in (Role.COORDINATOR, Role.INSTITUTION, Role.PROVIDER):
        browser = browse(role)
        token = browser.csrf()
        for line in LINES:
            if line.method == "POST" and role in line.roles and line.path not in _SECRETLY:
                for row in filter(None, (line.ours, "" if "{" in line.path.replace("{code}", "") else "x")):
                    assert browser.send(line.at(row), {}, token).status_code != 404, line


def test_a_cohort_that_is_none_of_the_readers_is_told_of_in_words(browse: Browse) -> None:
    for cohort in ("", "coh_b", "x" * 5_000):
        told = browse(Role.INSTITUTION).send("/terms/VT2027/sites/new", {"cohort": cohort})
        assert (told.status_code, "Choose one of the cohorts" in text_of(told)) == (422, True)
        assert "xxxx" not in told.text


@pytest.mark.parametrize("line", [line for line in LINES if line.method == "POST"], ids=lambda line: str(line.path))
def test_no_form_is_taken_without_the_sessions_own_token(line: PageLine, browse: Browse) -> None:
    browser = browse(next(role for role in Role if role in line.roles))
    for csrf in ("", "0" * 64):
        assert browser.send(line.at(line.ours), {}, csrf).status_code == 403
    foreign = {"Cookie": browser.cookie, "Sec-Fetch-Site": "cross-site"}
    sent = browser.client.post(line.at(line.ours), data={"csrf": browser.csrf()}, headers=foreign)
    assert sent.status_code == 403


@pytest.mark.parametrize("role", [Role.INSTITUTION, Role.PROVIDER, Role.UNIT])
def test_nothing_of_the_other_sides_is_on_a_page(role: Role, browse: Browse, session: Session) -> None:
    if role is Role.INSTITUTION:
        theirs = session.exec(select(Student.external_id).where(Student.institution_id == "org_b")).all()
    else:
        theirs = [
            *session.exec(select(Supervisor.external_id).where(Supervisor.unit_id == "unt_b")).all(),
            "Avdelning 7",
        ]
    secrets = [each for each in theirs if each and len(each) > 3]
    assert secrets
    session.rollback()  # what reads holds the file, and a page that notes who looked would wait for it
    browser = browse(role)
    for line in LINES:
        if line.method == "GET" and role in line.roles:
            answer = browser.get(line.at(line.ours))
            assert answer.status_code in {200, 303}, line
            text = answer.text
            assert [each for each in secrets if each in text] == [], line
            assert _THEIR_ID.findall(text) == [], line


def test_nobody_gets_in_without_signing_in(client: TestClient) -> None:
    for line in LINES:
        answer = client.request(line.method, line.at(line.ours), follow_redirects=False)
        assert answer.status_code == (303 if line.method == "GET" else 401), line


def test_every_page_has_its_line() -> None:
    there = {
        f"{method} {route.path}"
        for router in PAGES
        for route in router.routes
        if isinstance(route, APIRoute)
        for method in route.methods or ()
    }
    lined = [f"{line.method} {line.path}" for line in LINES]
    assert there - set(lined) == PUBLIC | ELSEWHERE
    assert len(lined) == len(set(lined))
