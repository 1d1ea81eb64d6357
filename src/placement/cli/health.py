"""``placement health``: tells whether the `serve` or the `worker` of this machine lives, as a container's health check.

Whoever is told that it does not may start it again. So it asks for nothing that a new start would not mend: neither the
database nor the keys. Whether the service is ready to be used, /readyz tells.
"""

from __future__ import annotations

from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Annotated

import typer

from placement.cli.life_sign import OLDEST_SECONDS, age_of_sign
from placement.cli.speech import Lang, Language
from placement_solver.words import Words

DEAD = 1
"""The exit status where it does not live."""
PATIENCE_SECONDS = 4.0


def health(
    port: Annotated[int, typer.Option(min=1, max=65_535, help="The port of serve.")] = 8000,
    life_sign_file: Annotated[
        Path | None,
        typer.Option(
            envvar="PLACEMENT_LIFE_SIGN_FILE", help="The file that a worker touches. Where it is there, it tells."
        ),
    ] = None,
    lang: Lang = Language.EN,
) -> None:
    """Tell whether the service lives: status 0, or 1 if serve does not answer or the worker gives no signs of life."""
    age = None if life_sign_file is None else age_of_sign(life_sign_file)
    lives, told = _ask(port) if age is None else _judge(age)
    typer.echo(lang.of(told), err=not lives)
    raise typer.Exit(0 if lives else DEAD)


def _judge(age: float) -> tuple[bool, Words]:
    """Judge a worker by the age of its last sign of life."""
    if age <= OLDEST_SECONDS:
        return True, Words("Arbetsprocessen lever.", "The worker lives.")
    return False, Words(
        f"Arbetsprocessen har inte gett något livstecken på {age:.0f} s.",
        f"The worker has given no sign of life for {age:.0f} s.",
    )


def _ask(port: int) -> tuple[bool, Words]:
    """Ask serve whether it lives; no proxy that the environment names is asked."""
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
    try:
        connection.request("GET", "/healthz")
        status = connection.getresponse().status
    except (OSError, HTTPException):
        return False, Words(f"Ingen tjänst svarar på port {port}.", f"No service answers on port {port}.")
    finally:
        connection.close()
    if status != HTTPStatus.OK:
        return False, Words(f"Port {port} svarar med {status}.", f"Port {port} answers with {status}.")
    return True, Words("Tjänsten lever.", "The service lives.")
