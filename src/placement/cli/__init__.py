"""The command line: each command has its own module, and only the module of the command given is loaded."""

from __future__ import annotations

import atexit
import gc
import sys
from importlib import import_module
from keyword import iskeyword
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from collections.abc import Sequence

COMMANDS = (
    "init",
    "demo",
    "solve",
    "repair",
    "rerun",
    "check",
    "report",
    "explain",
    "problem",
    "lists",
    "template",
    "readiness",
    "settle",
    "import",
    "yearly-report",
    "remind",
    "serve",
    "worker",
    "health",
    "migrate",
    "extract",
    "backup",
    "restore",
    "sign-in-link",
    "token",
    "keys",
    "retention",
    "audit",
)
"""The commands. Each is the name of a module in this package and of its function, or of its app of several commands.

A name that Python keeps for itself, such as ``import``, has an underscore after it there, and a hyphen is an underscore
there. A module may have an
``EPILOG``, which ends the command's help.
"""


def main() -> None:
    """Run the command given on the command line."""
    gc.disable()  # what is loaded lives as long as the process: looking through it takes a third longer
    app = open_rooms(sys.argv[1:])
    gc.freeze()
    gc.enable()
    atexit.register(gc.freeze)  # saves half a second: no garbage collection of everything when the process ends
    app()


def open_rooms(words: Sequence[str]) -> typer.Typer:
    """Return the app for a command line: with one command if the line begins with its name, otherwise with all.

    Loading every module takes a second, and most commands need neither the database nor the API.
    """
    app = typer.Typer(
        name="placement",
        help="Plans the clinical placements of a county's term. PLACEMENT_DATABASE_URL chooses the database.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    app.callback()(lambda: None)  # without a callback, an app with one command would not expect the command's name
    for name in words[:1] if words and words[0] in COMMANDS else COMMANDS:
        module = f"{name}_" if iskeyword(name) else name.replace("-", "_")
        home = import_module(f"placement.cli.{module}")
        command = getattr(home, module)
        if isinstance(command, typer.Typer):
            app.add_typer(command, name=name)
        else:
            app.command(name, epilog=getattr(home, "EPILOG", None))(command)
    return app
