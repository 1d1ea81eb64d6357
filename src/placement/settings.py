"""Settings: what differs between installations, read from the environment variables ``PLACEMENT_…``."""

from __future__ import annotations

from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Where the service stores its data, and how it runs the solver."""

    model_config = SettingsConfigDict(env_prefix="PLACEMENT_", frozen=True)

    database_url: str = Field(
        default="sqlite:///placement.sqlite3",
        description="The database: sqlite:///FILE, or postgresql://USER@HOST/NAME.",
    )
    runner: Literal["embedded", "none"] = Field(
        default="embedded",
        description="Whether serve carries out runs and sends events itself (embedded) or leaves it to workers (none).",
    )
    run_time_limit_seconds: int = Field(
        default=180,
        ge=1,
        le=86_400,
        description="How many seconds a run may search, unless it is ordered with a limit of its own.",
    )
    run_memory_mb: int | None = Field(
        default=None,
        ge=256,
        description="How much memory the solver may use for a run, in MiB; no limit unless set.",
    )
    event_streams: int = Field(
        default=100, ge=1, le=10_000, description="How many callers may follow runs at once, in each process."
    )
    webhook_loopback: bool = Field(
        default=False,
        description="Whether events may be sent to this machine itself (http://127.0.0.1:PORT), to try out webhooks.",
    )
