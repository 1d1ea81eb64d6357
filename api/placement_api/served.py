"""What a server process runs: the application, and what the process logs and how it collects garbage."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

from placement.logs import log_as_json
from placement_api.secrecy import keep_secrets

if TYPE_CHECKING:
    from fastapi import FastAPI


def create_served_app() -> FastAPI:
    """Make the service for a server process.

    What is loaded for it lives as long as the process, so the collector looks through none of it: not while it is
    loaded, which would take a third longer, and not later.
    """
    gc.disable()
    from placement_api.app import create_app  # noqa: PLC0415 (most of what is loaded, is loaded here)

    app = create_app()
    app.openapi()  # the first caller need not wait for it
    keep_secrets()
    if app.state.settings.log_format == "json":
        log_as_json()
    gc.freeze()
    gc.set_threshold(20_000, 20, 100)
    gc.enable()
    return app
