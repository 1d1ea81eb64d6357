"""A run that failed: only the coordinator reads why, since the reasons tell of everyone's students."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi import FastAPI

from placement.callers import Role
from placement.running import worker
from tests.api.conftest import Connect
from tests.api.parties import Party, token_of
from tests.api.two_terms import SPRING, County, Entry
from tests.databases import CopyOf
from tests.placement.solving_here import SolverHere

FAILED = {
    "sv": "Körningen misslyckades. Samordnaren kan läsa varför.",
    "en": "The run failed. The coordinator can read why.",
}
LANGUAGES = pytest.mark.parametrize("language", ["sv", "en"])


@pytest.fixture
def county(app: FastAPI, copy_of: CopyOf[Entry], connect: Connect, monkeypatch: pytest.MonkeyPatch) -> Iterator[County]:
    """A county whose one run has failed: Anna is decided by hand to be at a unit that is blocked for her."""
    monkeypatch.setattr(worker, "SolverProcess", SolverHere)
    county = County(app, copy_of, connect)
    county.set_up(SPRING)
    county.pin(county.ask_for("anna", "VT2027"))
    county.by.change(f"/v1/students/{county.ids['anna']}", {"blockedUnits": [county.ids["unit"]]})
    county.ids["run"] = county.run("VT2027", "failed")["id"]
    yield county
    county.close()


def told(county: County, by: Party, language: str) -> list[str]:
    """Return what a reader reads of a failed run in each of the three places that show runs."""
    path, spoken = f"/v1/runs/{county.ids['run']}", {"Accept-Language": language}
    one = by.ask("GET", path, 200, None, **spoken).json()
    (listed,) = by.ask("GET", "/v1/runs", 200, None, **spoken).json()["items"]
    followed = by.ask("GET", f"{path}/events", 200, None, **spoken).text
    assert listed["error"] == one["error"]
    return [one["error"], followed]


@LANGUAGES
@pytest.mark.parametrize("role", [Role.PROVIDER, Role.INSTITUTION])
def test_others_than_the_coordinator_read_only_that_a_run_failed(county: County, role: Role, language: str) -> None:
    kind = {"providerKind": "municipality"} if role is Role.PROVIDER else {}
    org = county.by.enter("/v1/organisations", {"kind": role.value, "nameSv": "Solna", "nameEn": "Solna", **kind})
    reader = Party(county.by.http, token_of(county.engine, role, org, "Ada Lind"), org)
    error, followed = told(county, reader, language)
    assert error == FAILED[language]
    assert FAILED[language] in followed
    assert county.ids["anna"] not in followed
    assert "Tallgården" not in followed


@LANGUAGES
def test_the_coordinator_reads_why_a_run_failed_with_names_in_their_own_language(county: County, language: str) -> None:
    error, followed = told(county, county.by, language)
    anna = county.ids["anna"]
    assert {
        "sv": f"{anna} (1SJ021): Tallgården är spärrad för {anna}",
        "en": f"{anna} (1SJ021): Tallgården is blocked for {anna}",
    }[language] in error
    assert {"sv": "Terminen kan inte planeras", "en": "The term is not a valid problem"}[language] in error
    assert county.ids["unit"] not in error + followed
    assert "req_" not in error + followed
    assert "Tallgården" in followed
