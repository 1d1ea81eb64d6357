"""``placement keys``: the keys that secrets in the database are encrypted with and exports are signed with."""

from __future__ import annotations

import typer

from placement.keys import new_key

keys = typer.Typer(name="keys", help="Make and change keys.", no_args_is_help=True, add_completion=False)


@keys.callback()
def all_keys() -> None:
    """Make and change the keys that secrets are encrypted with and exports are signed with."""


@keys.command()
def new() -> None:
    """Print a new key and nothing else, for PLACEMENT_SECRET_KEYS."""
    typer.echo(new_key())
