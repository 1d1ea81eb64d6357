"""Settings are read from the environment, and each has a description."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from placement.callers import Role
from placement.memory import share_of_machine
from placement.settings import RoleRule, Settings


def test_without_any_setting_everything_is_on_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"PLACEMENT_{name.upper()}", raising=False)
    settings = Settings()
    assert settings.database_url == "sqlite:///placement.sqlite3"
    assert settings.runner == "embedded"
    assert settings.run_time_limit_seconds == 180
    assert settings.run_memory_mb == share_of_machine()


def test_the_environment_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLACEMENT_DATABASE_URL", "postgresql://placement@db/placement")
    monkeypatch.setenv("PLACEMENT_RUNNER", "none")
    monkeypatch.setenv("PLACEMENT_RUN_MEMORY_MB", "2048")
    settings = Settings()
    assert settings.database_url == "postgresql://placement@db/placement"
    assert settings.runner == "none"
    assert settings.run_memory_mb == 2048


@pytest.mark.parametrize(
    ("name", "value"), [("RUNNER", "sometimes"), ("RUN_TIME_LIMIT_SECONDS", "0"), ("RUN_MEMORY_MB", "1")]
)
def test_a_setting_that_makes_no_sense_is_refused(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"PLACEMENT_{name}", value)
    with pytest.raises(ValidationError):
        Settings()


def test_every_setting_is_explained() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


@pytest.mark.parametrize(
    "address",
    [
        "http://vfu.example.se",
        "vfu.example.se",
        "https://",
        "https://a@b.se",
        "https://b.se?c",
        "https://b.se#c",
        "ftp://b",
    ],
)
@pytest.mark.parametrize("name", ["public_url", "oidc_issuer"])
def test_an_address_that_secrets_travel_to_is_protected_and_no_more_than_an_address(name: str, address: str) -> None:
    with pytest.raises(ValidationError, match="address"):
        Settings.model_validate({name: address})


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("https://vfu.example.se/", "https://vfu.example.se"),
        ("https://login.example.se/realms/a/", "https://login.example.se/realms/a/"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
    ],
)
def test_a_protected_address_is_taken(address: str, kept: str) -> None:
    assert Settings(oidc_issuer=address).oidc_issuer == kept


def test_nobody_signs_in_through_a_provider_without_both_addresses() -> None:
    with pytest.raises(ValidationError, match="PLACEMENT_PUBLIC_URL"):
        Settings(oidc_client_id="placement", oidc_issuer="https://login.example.se")


@pytest.mark.parametrize(
    "rule",
    [
        {"role": "provider"},
        {"role": "coordinator", "organisation_from": "org"},
        {"role": "unit"},
        {"role": "auditor", "unit_from": "unit"},
        {"role": "unit", "organisation_from": "org", "unit_from": "unit"},
        {"role": "coordinator", "more": "x"},
        {"role": "nobody"},
    ],
)
def test_a_rule_that_does_not_say_where_a_role_belongs_is_refused(rule: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        RoleRule.model_validate({"claim": "roles", "value": "x", **rule})


def test_rules_are_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLACEMENT_OIDC_ROLES", '[{"claim": "roles", "value": "cku", "role": "coordinator"}]')
    monkeypatch.setenv("PLACEMENT_OIDC_ORGANISATIONS", '{"ki.se": "KI"}')
    assert Settings().oidc_roles == (RoleRule(claim="roles", value="cku", role=Role.COORDINATOR),)
    assert Settings().oidc_organisations == {"ki.se": "KI"}
