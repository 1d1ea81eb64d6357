"""``placement serve``: the REST API and its pages."""

from __future__ import annotations

from typing import Annotated

import typer
import uvicorn

from placement.cli.database import open_database
from placement.cli.speech import Lang, Language, refusing_in

APP = "placement_api.app:create_app"  # named, not imported: what is stored knows no web
STOP_SECONDS = 5
"""So long answers under way are waited for at the end; who follows a run would otherwise hold it up."""


def serve(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65_535, help="The port; 0 for any that is free.")] = 8000,
    lang: Lang = Language.EN,
) -> None:
    """Serve the API; PLACEMENT_RUNNER says whether it carries out runs too."""
    with refusing_in(lang), open_database():
        pass  # settings that cannot be used are told here, not by the server
    uvicorn.run(APP, factory=True, host=host, port=port, server_header=False, timeout_graceful_shutdown=STOP_SECONDS)
