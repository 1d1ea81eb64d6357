"""Schemas of what the API says of itself."""

from __future__ import annotations

from placement_api.schemas.base import Shown, example


class ApiInfo(Shown):
    """The API itself. API:et självt."""

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
    """How the service is. Hur tjänsten mår."""

    model_config = example({"status": "ok"})

    status: str
