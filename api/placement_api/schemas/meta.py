"""Schemas of the service itself: what the API is, and whether it works."""

from __future__ import annotations

from placement_api.schemas.base import Shown, example


class ApiInfo(Shown):
    """The API's name, version and status. API:ets namn, version och status."""

    model_config = example(
        {
            "name": "Placement",
            "version": "0.1.0",
            "status": "active",
            "released": "2026-11-21",
            "documentation": "/docs",
        }
    )

    name: str
    version: str
    status: str
    released: str
    documentation: str


class Health(Shown):
    """Whether the service works. Om tjänsten fungerar."""

    model_config = example({"status": "ok"})

    status: str
