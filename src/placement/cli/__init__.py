"""The command line: each command in its own room."""

from __future__ import annotations

import atexit
import gc

import typer

from placement.cli.check import check
from placement.cli.demo import demo
from placement.cli.explain import explain
from placement.cli.migrate import migrate
from placement.cli.problem import problem
from placement.cli.repair import repair
from placement.cli.report import report
from placement.cli.serve import serve
from placement.cli.solve import solve
from placement.cli.token import tokens
from placement.cli.worker import worker

main = typer.Typer(
    name="placement",
    help="Plans the clinical placements of a county's term. PLACEMENT_DATABASE_URL chooses the database.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for command in (demo, solve, repair, check, report, explain, problem, serve, worker, migrate):
    main.command()(command)
main.add_typer(tokens, name="token")
atexit.register(gc.freeze)  # spares the dying process a last look through all that it has loaded: half a second
