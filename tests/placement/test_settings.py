"""Settings are read from the environment, and each has a description."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from placement.settings import Settings


def test_without_any_setting_everything_is_on_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"PLACEMENT_{name.upper()}", raising=False)
    settings = Settings()
    assert settings.database_url == "sqlite:///placement.sqlite3"
    assert settings.runner == "embedded"
    assert settings.run_time_limit_seconds == 180
    assert settings.run_memory_mb is None


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
