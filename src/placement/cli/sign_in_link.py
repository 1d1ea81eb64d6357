"""``placement sign-in-link``: an address that lets somebody without an account in, once and within an hour."""

from __future__ import annotations

from typing import Annotated

import typer

from placement.callers import SYSTEM, Role
from placement.cli.database import open_database
from placement.cli.speech import Lang, Language, refusing_in
from placement.database import open_session
from placement.settings import Settings
from placement.signing_in.links import make_link

HERE = "http://127.0.0.1:8000"
"""Where `placement serve` answers unless it is told otherwise."""


def sign_in_link(
    role: Annotated[Role, typer.Option(help="What whoever signs in may do.")],
    organisation: Annotated[
        str | None, typer.Option(help="The id of the lärosäte or the provider, for a role that belongs to one.")
    ] = None,
    unit: Annotated[str | None, typer.Option(help="The id of the unit, for a role that belongs to one.")] = None,
    label: Annotated[
        str | None, typer.Option(help="Who gets the link, by function and never by name; the role unless given.")
    ] = None,
    address: Annotated[
        str | None,
        typer.Option(help="Where browsers reach the service; PLACEMENT_PUBLIC_URL or this machine unless given."),
    ] = None,
    lang: Lang = Language.EN,
) -> None:
    """Print an address that lets somebody in once, within an hour, and nothing else; it is shown only now."""
    with refusing_in(lang), open_database() as engine, open_session(engine) as session:
        given = {"role": role, "organisation": organisation, "unit": unit, "label": label or role.value}
        _, secret = make_link(session, SYSTEM, given, Settings().token_days)
        home = (address or Settings().public_url or HERE).rstrip("/")
    typer.echo(f"{home}/sign-in/links/{secret}")
