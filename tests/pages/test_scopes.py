"""A page gives no more than a limited access may: it asks for the scope of everything that it shows."""

from __future__ import annotations

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts
from sqlmodel import col, update

from placement.callers import Role
from placement.database import open_session
from placement.store.token_scopes import SUBJECTS
from placement.tables import ApiToken
from tests.pages.browsing import text_of
from tests.pages.conftest import Browse

pytestmark = pytest.mark.one_database


def test_every_page_for_somebody_stands_under_headings_that_tokens_know(app: FastAPI) -> None:
    pages = [
        each.original_route
        for each in iter_route_contexts(app.routes)
        if isinstance(each.original_route, APIRoute)
        and each.original_route.tags
        and not each.original_route.include_in_schema
    ]
    headings = {str(tag) for page in pages for tag in page.tags}
    assert len(pages) > 40
    assert headings - set(SUBJECTS) == {"meta"}  # the public pages


def limit(app: FastAPI, *scopes: str) -> None:
    """Limit what every access of the county may do."""
    with open_session(app.state.engine) as session:
        session.exec(update(ApiToken).where(col(ApiToken.role) != "").values(scopes=list(scopes)))


def test_a_page_is_refused_to_whom_a_part_of_it_is_not_given(app: FastAPI, browse: Browse) -> None:
    browser = browse(Role.COORDINATOR)
    limit(app, "planning:read", "capacity:read", "requests:read")
    assert browser.get("/terms/VT2027/plan").status_code == 200
    limit(app, "planning:read", "requests:read")
    refused = browser.get("/terms/VT2027/plan")
    assert refused.status_code == 403
    assert "capacity:read" in text_of(refused)


@pytest.mark.parametrize("what", ["students", "cohorts"])
def test_a_file_is_taken_only_with_the_scope_of_its_list(app: FastAPI, browse: Browse, what: str) -> None:
    browser = browse(Role.INSTITUTION)
    csrf = browser.csrf()
    limit(app, "requests:write", "cohorts:read")
    fields = {"what": what, "try": "yes"}
    refused = browser.send("/terms/VT2027/requests/imports", fields, csrf=csrf)
    assert refused.status_code == 403
    assert "cohorts:write" in text_of(refused)
    let_in = browser.send("/terms/VT2027/requests/imports", {**fields, "what": "requests"}, csrf=csrf)
    assert "Choose a file." in text_of(let_in)


def test_a_students_address_is_made_only_with_the_scope_of_such_addresses(app: FastAPI, browse: Browse) -> None:
    browser = browse(Role.INSTITUTION)
    csrf = browser.csrf()
    limit(app, "requests:write", "placements:read")
    assert browser.get("/terms/VT2027/requests/req_a").status_code == 200
    assert browser.send("/terms/VT2027/requests/req_a/link", {}, csrf=csrf).status_code == 403
    limit(app, "requests:read", "student-pages:write")
    assert browser.send("/terms/VT2027/requests/req_a/link", {}, csrf=csrf).status_code == 200
