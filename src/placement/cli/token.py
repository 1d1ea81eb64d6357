"""``placement token``: who may call the API, in which role, for how long and for what."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Annotated

import typer
from sqlmodel import Session

from placement.callers import SYSTEM, Role
from placement.cli.database import open_database
from placement.cli.speech import Lang, Language, refusing_in
from placement.clock import STOCKHOLM, today
from placement.database import open_session, read_session
from placement.errors import Fault, InvalidError
from placement.settings import Settings
from placement.store.access import EVERY
from placement.store.tokens import (
    TokenState,
    create_seeing_token,
    create_token,
    list_tokens,
    revoke_token,
    rotate_token,
    state_of,
)
from placement.tables import ApiToken, Organisation, Unit
from placement_solver.words import Words

token = typer.Typer(name="token", help="Give access to the API.", no_args_is_help=True, add_completion=False)

_STATES = {
    TokenState.VALID: Words("giltig", "valid"),
    TokenState.EXPIRED: Words("har gått ut", "expired"),
    TokenState.REVOKED: Words("återkallad", "revoked"),
}
_HEADINGS = (
    Words("ID", "ID"),
    Words("ROLL", "ROLE"),
    Words("TILLHÖR", "BELONGS TO"),
    Words("TILL FÖR", "FOR"),
    Words("FÅR", "MAY"),
    Words("SENAST ANVÄND", "LAST USED"),
    Words("SISTA DAG", "LAST DAY"),
    Words("LÄGE", "STATE"),
)
_ALL = Words("allt", "all")
_REVOKED = Words("{id} är återkallad.", "{id} is revoked.")

Days = Annotated[
    int | None,
    typer.Option(min=1, help="How many days it works; at most PLACEMENT_TOKEN_DAYS, and as many unless given."),
]
Id = Annotated[str, typer.Argument(help="The token's id, as `placement token list` shows it.")]


@token.callback()
def tokens() -> None:
    """Give access to the API, see who has it, and take it back."""


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
    scope: Annotated[
        list[str] | None,
        typer.Option(help="What it is limited to, such as read or capacity:write; several times for several."),
    ] = None,
    days: Days = None,
    lang: Lang = Language.EN,
) -> None:
    """Print a new token and nothing else; it is shown only now."""
    with refusing_in(lang), open_database() as engine, open_session(engine) as session:
        most_days, last = Settings().token_days, _last_day(days)
        if protected:
            institution, scopes = _of_a_laerosaete(role, organisation), scope or None
            made = create_seeing_token(
                session, SYSTEM, institution, label, scopes=scopes, expires_on=last, most_days=most_days
            )
        else:
            made = create_token(
                session,
                SYSTEM,
                role,
                organisation,
                unit,
                label,
                scopes=scope or None,
                expires_on=last,
                most_days=most_days,
            )
    typer.echo(made)


@token.command("list")
def list_(
    *,
    everything: Annotated[bool, typer.Option("--all", help="Show those that no longer work too.")] = False,
    lang: Lang = Language.EN,
) -> None:
    """List the tokens, the latest made first, without their secrets."""
    with refusing_in(lang), open_database() as engine, read_session(engine) as session:
        state = None if everything else TokenState.VALID
        rows = [*_lines(session, list_tokens(session, SYSTEM, state=state, span=EVERY).rows, lang)]
    table = [tuple(lang.of(heading) for heading in _HEADINGS), *rows]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for row in table:
        typer.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


@token.command()
def rotate(
    token_id: Id,
    overlap_hours: Annotated[
        int, typer.Option(min=0, max=720, help="The hours during which the token before works too.")
    ] = 24,
    days: Days = None,
    lang: Lang = Language.EN,
) -> None:
    """Print a new token in place of one, and nothing else; what that one has set up stays."""
    with refusing_in(lang), open_database() as engine, open_session(engine) as session:
        overlap, most_days = dt.timedelta(hours=overlap_hours), Settings().token_days
        made = rotate_token(session, SYSTEM, token_id, overlap, _last_day(days), most_days)
    typer.echo(made)


@token.command()
def revoke(token_id: Id, lang: Lang = Language.EN) -> None:
    """Revoke a token for good: it stops working at once, and so does what it has set up."""
    with refusing_in(lang), open_database() as engine, open_session(engine) as session:
        revoke_token(session, SYSTEM, token_id)
    typer.echo(lang.of(_REVOKED).format(id=token_id))


def _of_a_laerosaete(role: Role, organisation: str | None) -> str:
    """Return the lärosäte whose protected students a token is to see; no other role sees any."""
    if role is not Role.INSTITUTION or organisation is None:
        raise InvalidError(
            Fault(
                "",
                "only a lärosäte's token sees students with a protected identity: give its role and --organisation",
                "bara ett lärosätes åtkomstnyckel ser studenter med skyddade personuppgifter: ange dess roll och "
                "--organisation",
            )
        )
    return organisation


def _last_day(days: int | None) -> dt.date | None:
    """Return the last day of a token that works for a number of days."""
    return None if days is None else today() + dt.timedelta(days=min(days, 100_000))


def _lines(session: Session, rows: Sequence[ApiToken], lang: Language) -> Iterator[tuple[str, ...]]:
    """Yield the cells of each token's line."""
    for row in rows:
        yield (
            row.id,
            lang.of(row.role.words),
            _belongs_to(session, row, lang),
            row.label,
            lang.of(_ALL) if row.scopes is None else " ".join(row.scopes),
            "" if row.last_used_at is None else f"{row.last_used_at.astimezone(STOCKHOLM):%Y-%m-%d %H}",
            row.expires_on.isoformat(),
            lang.of(_STATES[state_of(row)]),
        )


def _belongs_to(session: Session, row: ApiToken, lang: Language) -> str:
    """Return the name of the organisation or unit that a token belongs to, if it does."""
    if row.unit_id is not None:
        return session.get_one(Unit, row.unit_id).name
    if row.organisation_id is None:
        return ""
    organisation = session.get_one(Organisation, row.organisation_id)
    return lang.of(Words(organisation.name_sv, organisation.name_en))
