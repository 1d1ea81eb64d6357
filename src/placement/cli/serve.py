"""``placement serve``: the REST API and its pages."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from tempfile import TemporaryDirectory
from typing import Annotated

import typer
import uvicorn
from sqlalchemy import Engine
from uvicorn.config import LOGGING_CONFIG

from placement.cli.database import open_database
from placement.cli.speech import Lang, Language, refusing_in
from placement.database import open_session
from placement.demo.visitors import is_demo, links_for_visitors
from placement.errors import ConflictError
from placement.keys import keys_of
from placement.logs import log_as_json
from placement.settings import HERE, Settings
from placement.working import tasks_for
from placement_solver.words import Words

APP = "placement_api.served:create_served_app"  # by name, not imported: this package does not depend on the web package
PROTOCOL = "placement_api.door.connections:GuardedProtocol"
FIGURES = "PROMETHEUS_MULTIPROC_DIR"
"""Where the library that counts calls looks for the folder in which processes count together."""
STOP_SECONDS = 8
"""The seconds to wait for open answers on shutdown; a caller who follows a run would otherwise delay it."""

_SIGN_IN = Words(
    "Öppna en av adresserna för att se demot. Varje adress gäller en gång, inom en timme.",
    "Open one of these addresses to see the demo. Each works once, within an hour.",
)
_NO_DEMO = Words(
    "Databasen är inte demots. placement sign-in-link skriver ut en adress som loggar in.",
    "The database is not the demo's. placement sign-in-link prints an address that signs in.",
)


def serve(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65_535, help="The port; 0 for any that is free.")] = 8000,
    processes: Annotated[int, typer.Option(min=1, max=64, help="The number of processes that answer calls.")] = 1,
    demo_links: Annotated[
        bool,
        typer.Option(
            "--demo-links", help="Print addresses that sign a browser in as the demo's parties; on this machine only."
        ),
    ] = False,
    lang: Lang = Language.EN,
) -> None:
    """Serve the API and its pages; PLACEMENT_RUNNER says whether it carries out runs too."""
    with refusing_in(lang), open_database() as engine:
        settings = Settings()  # what is wrong with the settings is reported here, not by the server
        keys_of(settings)  # without usable keys it does not begin
        if demo_links:
            for line in _links_into_the_demo(engine, host, port, lang):
                typer.echo(line)
    proxies = [str(network) for network in settings.proxies]
    in_json = settings.log_format == "json"
    if in_json:
        log_as_json()
    with _counting_together(processes), _working_beside(processes):
        uvicorn.run(
            APP,
            factory=True,
            host=host,
            port=port,
            workers=processes,
            http=PROTOCOL,
            ws="none",
            proxy_headers=bool(proxies),
            forwarded_allow_ips=proxies,
            server_header=False,
            timeout_graceful_shutdown=STOP_SECONDS,
            access_log=not in_json,  # which has a line of its own for each call
            log_config=None if in_json else LOGGING_CONFIG,
        )


def _links_into_the_demo(engine: Engine, host: str, port: int, lang: Language) -> Iterator[str]:
    """Yield an address for each of the demo's parties, or a line that says why there is none.

    Raises:
        ConflictError: others could reach the address, or its port is not known yet.

    """
    if host not in HERE or port == 0:
        raise ConflictError(
            sv="--demo-links kräver en adress på den här maskinen (--host 127.0.0.1) och en bestämd port.",
            en="--demo-links needs an address on this machine (--host 127.0.0.1) and a port that is given.",
        )
    with open_session(engine) as session:
        if not is_demo(session):
            yield lang.of(_NO_DEMO)
            return
        yield lang.of(_SIGN_IN)
        for who, secret in links_for_visitors(session):
            yield f"  {lang.of(who)}: http://{f'[{host}]' if ':' in host else host}:{port}/sign-in/links/{secret}"


@contextmanager
def _counting_together(processes: int) -> Iterator[None]:
    """Let several processes add up the figures of their calls, by way of files in a folder."""
    with ExitStack() as stack:
        if processes > 1:
            os.environ[FIGURES] = stack.enter_context(TemporaryDirectory(prefix="placement-"))
            stack.callback(os.environ.pop, FIGURES)
        yield


@contextmanager
def _working_beside(processes: int) -> Iterator[None]:
    """Carry out runs and send events in this process if several others answer calls; else each of them would do so."""
    settings = Settings()
    with ExitStack() as stack:
        if processes > 1 and settings.runner == "embedded":
            os.environ["PLACEMENT_RUNNER"] = "none"  # for the processes that answer calls
            engine = stack.enter_context(open_database())
            for working in tasks_for(engine, settings):
                working.start()
                stack.callback(working.stop)
        yield
