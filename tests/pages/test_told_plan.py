"""Once a plan is in force, a draft that was cut short or plans only a part does not stand for it on any page."""

from __future__ import annotations

import datetime as dt

import pytest
from fastapi import FastAPI

from placement.database import open_session
from placement.tables import Run, RunStatus
from tests.api import drafts
from tests.pages.browsing import text_of
from tests.pages.conftest import Browse

pytestmark = pytest.mark.one_database

TERM = "/terms/VT2027"


@pytest.mark.parametrize(
    ("status", "options", "stands"),
    [
        (RunStatus.CANCELLED, {}, False),
        (RunStatus.SUCCEEDED, {"in_county_only": True}, False),
        (RunStatus.SUCCEEDED, {}, True),
    ],
    ids=["cut short", "only the county's", "whole"],
)
def test_only_a_draft_that_is_whole_stands_for_the_plan_in_force(
    browse: Browse, app: FastAPI, status: RunStatus, options: dict[str, bool], *, stands: bool
) -> None:
    browser = browse()
    with open_session(app.state.engine) as session:
        published, draft = session.get_one(Run, "run_a"), session.get_one(Run, drafts.DRAFT)
        published.status = RunStatus.SUCCEEDED
        published.requested_at = published.started_at = published.finished_at = drafts.ORDERED
        draft.requested_at = draft.started_at = draft.finished_at = drafts.ORDERED + dt.timedelta(hours=1)
        draft.status, draft.options = status, options
    overview = browser.get(f"{TERM}/overview")
    assert (f'href="{TERM}/runs/{drafts.DRAFT}/fairness"' in overview.text) == stands
    assert ("There is a newer draft" in text_of(overview)) != stands
    assert ("Draft, not published" in text_of(browser.get(f"{TERM}/plan"))) == stands
    assert f"1 October 2026 {11 if stands else 10}:00" in text_of(browser.get(f"{TERM}/map"))
    assert f"VT2027 · run {2 if stands else 1}" in text_of(browser.get(f"{TERM}/unplaced"))
