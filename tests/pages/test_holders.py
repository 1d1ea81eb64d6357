"""Who did something is told by what their access is called; one that is called by its role alone is nobody's name."""

from __future__ import annotations

import pytest
from fastapi import FastAPI
from sqlmodel import col, update

from placement.callers import Caller, Role
from placement.clock import now
from placement.database import open_session
from placement.store.changers import Changer
from placement.tables import ApiToken
from placement_api.pages import holders
from placement_api.pages.holders import changed_by, say_holder
from tests.pages.browsing import text_of
from tests.pages.conftest import Browse

pytestmark = pytest.mark.one_database


def call(app: FastAPI, role: Role, label: str) -> None:
    """Call every access of a role something."""
    with open_session(app.state.engine) as session:
        session.exec(update(ApiToken).where(col(ApiToken.role) == role).values(label=label))


def test_whoever_is_called_nothing_but_their_role_is_not_told_so_twice(browse: Browse, app: FastAPI) -> None:
    browser = browse(Role.PROVIDER, "sv")
    call(app, Role.PROVIDER, "provider")
    told = text_of(browser.get("/account"))
    assert "Kallas" not in told
    assert "provider" not in told
    call(app, Role.PROVIDER, "Avdelning 4")
    assert "Kallas Avdelning 4" in text_of(browser.get("/account"))


def test_an_access_without_a_name_is_listed_by_its_role_in_the_readers_language(browse: Browse, app: FastAPI) -> None:
    call(app, Role.UNIT, "unit")
    assert "Återkalla enhet" in text_of(browse(Role.COORDINATOR, "sv").get("/access"))


@pytest.mark.parametrize(
    ("by", "label", "swedish"),
    [
        (Caller(Role.PROVIDER, organisation="org_city"), "provider", "någon hos Stockholms stad"),
        (Caller(Role.UNIT, unit="unt_a"), "provider", "någon med rollen huvudman"),
        (Caller(Role.COORDINATOR), "coordinator", "någon med rollen samordnare"),
        (Caller(Role.COORDINATOR), "CKU:s planerare", "CKU:s planerare"),
    ],
)
def test_whoever_changed_a_row_is_somebody_of_the_readers_own_side(
    app: FastAPI, monkeypatch: pytest.MonkeyPatch, by: Caller, label: str, swedish: str
) -> None:
    monkeypatch.setattr(holders, "last_changer", lambda *_: Changer(label, now()))
    with open_session(app.state.engine) as session:
        found = changed_by(session, by, "off_a")
    assert found is not None
    assert found.by.sv == swedish


def test_a_label_that_says_more_than_a_role_stays_as_it_is() -> None:
    assert say_holder("student", language="en") == "student"
    assert say_holder("huvudman", language="en") == "huvudman"
