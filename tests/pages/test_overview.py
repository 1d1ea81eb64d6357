"""The overview and the answers: how a term stands, who is silent, and a reminder that is written beforehand."""

from __future__ import annotations

from urllib.parse import unquote

import pytest
from sqlmodel import Session, select

from placement.callers import Role
from placement.planning import runs
from placement.tables import CapacityOffer, OfferStatus, OrganisationContact, Publication, Run, RunStatus
from tests.pages.browsing import text_of
from tests.pages.conftest import Browse

pytestmark = pytest.mark.one_database

OVERVIEW, ANSWERS = "/terms/VT2027/overview", "/terms/VT2027/answers"


def test_it(browse: Browse) -> None:
    browser = browse()
    for path in ("readiness", "publish", "publish?run=run_a", "publish?run=run_over","publish?run=run_over&check=yes"):
        print(path, text_of(browser.get("/terms/VT2027/"+path)))
    print(text_of(browser.get("/audit?looks=yes")))
    print(text_of(browser.get("/audit?since=2026-01-01&until=2026-12-31&action=changed&kind=unit")))
    print(browser.get("/audit?since=&until=&action=&kind=&organisation=&id=").status_code)
    assert 0
