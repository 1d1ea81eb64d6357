"""The guides to signing in say what the service does: their settings are read, their figures and commands hold."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from placement.cli import open_rooms
from placement.settings import Settings
from placement.signing_in.links import VALID
from placement.signing_in.provider import CALLBACK
from placement.signing_in.tokens import KINDS
from placement_api.signing_in.browsers import CSRF_HEADER
from tests.api.signing_in.test_access_tokens import ATTACKS, ODD
from tests.api.signing_in.test_provider import MISDEEDS
from tests.api.signing_in.test_sessions import REFUSED
from tests.api.signing_in.visiting import RULES

ROOT = Path(__file__).parents[3] / "docs"
GUIDES = {"en": (ROOT / "sign-in.md").read_text(), "sv": (ROOT / "sv" / "inloggning.md").read_text()}
FIGURES = {
    "en": ("{idle} minutes without use, {hours} hours at most", "once, within {link} minutes", "{token} seconds from"),
    "sv": ("{idle} minuter utan användning, högst {hours} timmar", "en gång, inom {link} minuter", "{token} sekunder"),
}
each_language = pytest.mark.parametrize("language", ["sv", "en"])


def settings_in(guide: str) -> dict[str, str]:
    """Return the settings that a guide's example sets."""
    [block] = [part for part in guide.split("\n\n") if part.startswith("    PLACEMENT_")]
    lines = re.sub(r"\n {5,}", " ", block).splitlines()
    return dict(line.strip().split("=", 1) for line in lines)


@each_language
def test_the_example_is_read_as_settings_and_maps_as_the_tests_do(
    language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in settings_in(GUIDES[language]).items():
        monkeypatch.setenv(name, value)
    settings = Settings()
    assert settings.oidc_organisations == {"ki.se": "KI", "SE2120000001": "0180"}
    told: list[dict[str, Any]] = [rule.model_dump(mode="json", exclude_none=True) for rule in settings.oidc_roles]
    assert told == [rule for rule in RULES if rule["role"] != "auditor"]
    assert f"`{settings.public_url}{CALLBACK}`" in GUIDES[language]


@each_language
def test_the_figures_are_those_of_the_service(language: str) -> None:
    settings = Settings()
    figures = {
        "idle": settings.session_idle_minutes,
        "hours": settings.session_hours,
        "link": int(VALID.total_seconds() // 60),
        "token": settings.oidc_token_seconds,
    }
    for sentence in FIGURES[language]:
        assert sentence.format(**figures) in GUIDES[language]
    named = re.findall(r"[A-Z]{2}256|EdDSA", GUIDES[language])
    assert set(named) == set(KINDS) - {"Ed25519"}
    assert f"`{CSRF_HEADER}`" in GUIDES[language]


@each_language
def test_the_command_is_there(language: str) -> None:
    [line] = re.findall(r"^ {4}placement (.+)$", GUIDES[language], re.MULTILINE)
    words = line.split()
    assert open_rooms(words).registered_commands[0].name == words[0]


def test_the_counts_on_the_page_of_promises_are_those_of_the_tests() -> None:
    promises = (ROOT / "security.md").read_text()
    for told in (
        f"misbehaves in {len(MISDEEDS)} ways",
        f"{len(ATTACKS) + 1} of {len(ATTACKS) + 1} are refused",
        f"and {len(ODD)} odd ones",
        f"{len(REFUSED)} kinds of calls",
    ):
        assert told in promises, told


def test_both_guides_have_the_same_parts() -> None:
    shapes = [[line.split(" ")[0] for line in guide.splitlines() if line.startswith("#")] for guide in GUIDES.values()]
    assert shapes[0] == shapes[1]
    assert settings_in(GUIDES["sv"]) == settings_in(GUIDES["en"])
    assert json.loads(settings_in(GUIDES["sv"])["PLACEMENT_OIDC_ROLES"])
