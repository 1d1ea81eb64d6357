"""The command line: each command in its own room, and only the room of the command that is asked for is opened."""

from __future__ import annotations

import atexit
import gc
import sys
from importlib import import_module
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from collections.abc import Sequence

COMMANDS = ("demo", "solve", "repair", "check", "report", "explain", "problem", "serve", "worker", "migrate", "token")
"""Each is the name of a room in this package and of what stands ready in it: a function, or an app of several."""


def main() -> None:
    """Carry out the command that stands on the command line."""
    atexit.register(gc.freeze)  # spares the dying process a last look through all that it has loaded: half a second
    open_rooms(sys.argv[1:])()


def open_rooms(words: Sequence[str]) -> typer.Typer:
    """Return the app for a command line: with one command where it names one first, else with all of them.

    All rooms together take a second to load, and most commands need neither database nor API.
    """
    app = typer.Typer(
        name="placement",
        help="Plans the clinical placements of a county's term. PLACEMENT_DATABASE_URL chooses the database.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    app.callback()(lambda: None)  # with it the app stays one of several commands, also where it has only one
    for name in words[:1] if words and words[0] in COMMANDS else COMMANDS:
        command = getattr(import_module(f"placement.cli.{name}"), name)
        if isinstance(command, typer.Typer):
            app.add_typer(command, name=name)
        else:
            app.command(name)(command)
    return app
