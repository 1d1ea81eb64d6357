"""The pages for everybody: they need no sign-in, speak both languages, and tell how long records are kept."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from placement.retention.kinds import KINDS
from placement.settings import Settings
from tests.pages.browsing import text_of

ADDRESSES = ("/accessibility", "/privacy", "/help", "/help/keys")
SWEDISH = ("Tillgäng", "Hjälp", "Personuppgifter", "Kända", "Tangent", "lärosätes", "uppgifter", "Dagar", "sida ")


@pytest.mark.one_database
@pytest.mark.parametrize("address", ADDRESSES)
def test_anybody_reads_it_in_either_language(client: TestClient, address: str) -> None:
    english = client.get(address, headers={"Accept-Language": "en"})
    assert english.status_code == 200
    assert not [word for word in SWEDISH if word in text_of(english)]
    swedish = client.get(address, headers={"Accept-Language": "sv"})
    assert [word for word in SWEDISH if word in text_of(swedish)]
    assert swedish.text.count("<h1") == 1
    assert '<nav class="nav"' not in swedish.text


def test_how_long_each_kind_of_record_is_kept_is_told(client: TestClient) -> None:
    said = text_of(client.get("/privacy", headers={"Accept-Language": "sv"}))
    for kind in KINDS:
        assert kind.words.sv in said
    assert "1 825" in said


@pytest.fixture
def written_to(app: FastAPI) -> Iterator[str]:
    """An address to write to, which is set."""
    usual = app.state.settings
    app.state.settings = Settings(database_url="sqlite://", contact_email="vfu@cku.example.se")
    yield "vfu@cku.example.se"
    app.state.settings = usual


@pytest.mark.one_database
def test_without_an_address_to_write_to_there_is_none(client: TestClient) -> None:
    assert "mailto:" not in client.get("/help").text


@pytest.mark.one_database
def test_the_address_to_write_to_is_the_one_that_is_set(client: TestClient, written_to: str) -> None:
    for address in ("/accessibility", "/privacy", "/help"):
        assert f"mailto:{written_to}" in client.get(address).text
