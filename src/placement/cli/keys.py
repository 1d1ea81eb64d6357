"""``placement keys``: the keys that secrets in the database are encrypted with and exports are signed with."""

from __future__ import annotations

import typer

from placement.cli.database import open_database
from placement.cli.speech import Lang, Language, refusing_in
from placement.database import open_session
from placement.keys import keys_of, new_key
from placement.outgoing.webhooks import encrypt_anew
from placement.settings import Settings
from placement_solver.words import Words

keys = typer.Typer(name="keys", help="Make and change keys.", no_args_is_help=True, add_completion=False)

_DONE = Words(
    "Krypterade på nytt: {anew}. Kunde inte läsas med någon nyckel: {unreadable}.",
    "Encrypted anew: {anew}. Could not be read with any key: {unreadable}.",
)


@keys.callback()
def all_keys() -> None:
    """Make and change the keys that secrets are encrypted with and exports are signed with."""


@keys.command()
def rotate(lang: Lang = Language.EN) -> None:
    """Encrypt every stored secret by the first key, so that the older keys can be removed from the setting."""
    with refusing_in(lang), open_database() as engine, open_session(engine) as session:
        done = encrypt_anew(session, keys_of(Settings()))
    told = _DONE.sv if lang is Language.SV else _DONE.en
    typer.echo(told.format(anew=done.anew, unreadable=done.unreadable))
    if done.unreadable:
        raise typer.Exit(2)


@keys.command()
def new() -> None:
    """Print a new key and nothing else, for PLACEMENT_SECRET_KEYS."""
    typer.echo(new_key())
