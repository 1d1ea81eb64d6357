"""``placement token``: who may call the API, and in which role."""

from __future__ import annotations

from typing import Annotated

import typer

from placement.callers import SYSTEM, Role
from placement.cli.database import open_database
from placement.cli.speech import Lang, Language, refusing_in
from placement.database import open_session
from placement.store.tokens import create_token

token = typer.Typer(name="token", help="Give access to the API.", no_args_is_help=True, add_completion=False)


@token.callback()
def tokens() -> None:
    """Give access to the API."""


@token.command()
def create(
    role: Annotated[Role, typer.Option(help="What the token's holder may do.")],
    organisation: Annotated[
        str | None,
        typer.Option(help="The id of the lärosäte or the provider, for a role that belongs to one."),
    ] = None,
    unit: Annotated[str | None, typer.Option(help="The id of the unit, for a role that belongs to one.")] = None,
    label: Annotated[str | None, typer.Option(help="What the token is for.")] = None,
    protected: Annotated[
        bool, typer.Option("--protected", help="Let a lärosäte see its own students with a protected identity.")
    ] = False,
    lang: Lang = Language.EN,
) -> None:
    """Print a new token and nothing else; it is shown only now."""
    with refusing_in(lang), open_database() as engine, open_session(engine) as session:
        made = create_token(session, SYSTEM, role, organisation, unit, label, sees_protected=protected)
    typer.echo(made)
