"""Media types and languages: what a caller accepts and sends, and the documentation pages."""

from __future__ import annotations

import re

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from placement_api.documentation import in_language
from placement_api.quality import accepts, language
from tests.api.test_contract import operations
from tests.api.world import World

pytestmark = pytest.mark.one_database

UNREADABLE = ["application/xml", "text/html", "application/json;q=0", "*/*;q=0", "application/json;q=no"]


@pytest.mark.parametrize("accepted", UNREADABLE)
def test_an_answer_that_the_caller_does_not_accept_is_refused(client: TestClient, world: World, accepted: str) -> None:
    refused = client.get("/v1/units", headers=world.by("unit", Accept=accepted))
    assert refused.status_code == 406
    assert refused.json()["type"] == "/problems/not-acceptable"


def test_what_is_refused_has_had_no_effect(client: TestClient, world: World) -> None:
    headers = world.by("coordinator", Accept="text/html", **{"If-Match": '"1"'})
    assert client.patch("/v1/units/unt_a", json={"name": "Ny"}, headers=headers).status_code == 406
    assert client.get("/v1/units/unt_a", headers=world.by("coordinator")).json()["version"] == 1


def test_a_text_is_answered_to_a_caller_that_accepts_texts(client: TestClient) -> None:
    assert client.get("/problems/stale", headers={"Accept": "text/plain"}).status_code == 200
    assert client.get("/problems/stale", headers={"Accept": "image/png"}).status_code == 406


def test_an_answer_without_a_body_suits_every_accept_header(client: TestClient, world: World) -> None:
    headers = world.by("coordinator", Accept="text/html", **{"If-Match": '"1"'})
    assert client.delete("/v1/units/unt_free", headers=headers).status_code == 204


def test_an_unknown_address_is_not_found_whatever_is_accepted(client: TestClient) -> None:
    assert client.get("/v1/nothing", headers={"Accept": "text/html"}).status_code == 404


@pytest.mark.parametrize("form", ["text/plain", "application/xml", "application/x-www-form-urlencoded", ""])
def test_a_body_of_another_media_type_is_refused_with_the_supported_ones(
    client: TestClient, world: World, form: str
) -> None:
    headers = world.by("provider", **({"Content-Type": form} if form else {}))
    refused = client.post("/v1/units", content=b"name=Ny", headers=headers)
    assert refused.status_code == 415
    assert refused.json()["type"] == "/problems/unsupported-media-type"
    assert refused.headers["Accept"] == "application/json"


def test_the_media_type_of_a_body_without_a_content_length_is_checked_too(client: TestClient, world: World) -> None:
    refused = client.post("/v1/units", content=iter([b"name", b"=Ny"]), headers=world.by("provider"))
    assert refused.status_code == 415


def test_json_with_its_charset_named_is_json(client: TestClient, world: World) -> None:
    headers = world.by("coordinator", **{"Content-Type": "Application/JSON; charset=utf-8", "If-Match": '"1"'})
    assert client.patch("/v1/units/unt_a", content='{"name": "Åsen"}', headers=headers).status_code == 200


@pytest.mark.parametrize(
    ("header", "form", "accepted"),
    [
        ("", "application/json", True),
        ("application/*", "application/json", True),
        ("*/*;q=0.1", "text/csv", True),
        ("*/*, text/csv;q=0", "text/csv", False),
        ("text/*;q=0, */*", "text/csv", False),
        ("text/csv; q = 1.0", "text/csv", True),
        ("text/csv;q=2", "text/csv", False),
        (",", "text/csv", True),
    ],
)
def test_the_most_specific_media_range_decides(header: str, form: str, accepted: bool) -> None:  # noqa: FBT001
    assert accepts(header, form) is accepted


@pytest.mark.parametrize(
    ("header", "spoken"),
    [("sv; q=0.5", "sv"), ("sv;q=0", "en"), ("*", "en"), ("*;q=0.5, sv", "sv"), ("en;q=0.1, sv;q=0.2", "sv")],
)
def test_the_language_that_the_caller_prefers_is_chosen(header: str, spoken: str) -> None:
    assert language(header) == spoken


@pytest.mark.parametrize("spoken", ["sv", "en"])
def test_an_answer_names_its_language(client: TestClient, spoken: str) -> None:
    for address in ("/v1/nothing", "/problems/stale", "/docs"):
        answer = client.get(address, headers={"Accept-Language": spoken})
        assert answer.headers["Content-Language"] == spoken
        assert answer.headers["Vary"] == "Accept-Language"


@pytest.mark.parametrize("spoken", ["sv", "en"])
def test_the_pages_fetch_nothing_from_other_hosts_and_have_no_inline_scripts(client: TestClient, spoken: str) -> None:
    page = client.get("/docs", params={"language": spoken})
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert re.findall(r"https?://", page.text) == []
    parts = re.findall(r'(?:src|href|data-contract)="([^"]+)"', page.text)
    assert len(parts) == 5
    for part in parts:
        assert client.get(part).status_code == 200, part


def test_the_files_of_the_pages_have_their_media_types(client: TestClient) -> None:
    forms = {"/docs/swagger-ui-bundle.js": "text/javascript", "/docs/pages.js": "text/javascript"}
    for address, form in {**forms, "/docs/swagger-ui.css": "text/css"}.items():
        answer = client.get(address)
        assert answer.headers["Content-Type"].startswith(form)
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_language_that_the_service_lacks_is_refused(client: TestClient) -> None:
    assert client.get("/docs?language=fi").status_code == 422


def test_the_contract_in_one_language_has_only_that_language(app: FastAPI, client: TestClient) -> None:
    for spoken, number in (("en", 0), ("sv", 1)):
        told = client.get(f"/docs/contract?language={spoken}").json()
        assert told == in_language(app.openapi(), spoken)
        both = dict(operations(app.openapi()))
        for name, operation in operations(told):
            assert operation["description"] == both[name]["description"].split("\n\n")[number], name
    assert told["paths"]["/v1/units"]["get"]["summary"].startswith("Listar de enheter som")
