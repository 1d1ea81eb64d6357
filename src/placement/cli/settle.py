"""``placement settle``: draw up the statements of a half-year for every agreement."""

from __future__ import annotations

from typing import Annotated

import typer

from placement.callers import SYSTEM
from placement.cli.database import open_database
from placement.cli.speech import Lang, Language, refusing_in
from placement.database import open_session
from placement.errors import Fault, InvalidError
from placement.settlement.drawing import draw_up_all
from placement.settlement.half_years import HalfYear
from placement_solver.words import Words

_DRAWN = Words(
    "Avräkningar för {half_year}: {statements}, varav rättelser: {corrections}. Oförändrade avtal: {unchanged}.",
    "Statements for {half_year}: {statements}, of which corrections: {corrections}. Unchanged agreements: {unchanged}.",
)
_WEEKS = Words(
    "Studentveckor: {planned} planerade, {done} genomförda.", "Student-weeks: {planned} planned, {done} done."
)
_SUM = Words("Att betala: {amount} {currency}.", "To be paid: {amount} {currency}.")
_UNCOVERED = Words(
    "Studentveckor som aldrig har haft något avtal, och inte står i någon avräkning: {uncovered}.",
    "Student-weeks that never had an agreement, and stand in no statement: {uncovered}.",
)
_ORE = 100


def settle(
    half_year: Annotated[str, typer.Argument(help="The half-year, such as 2027-H1 for January to June 2027.")],
    by: Annotated[str | None, typer.Option("--by", help="Who draws the statements up.")] = None,
    lang: Lang = Language.EN,
) -> None:
    """Draw up the statements of a half-year, or corrections of those that placements no longer agree with."""
    with refusing_in(lang), open_database() as engine, open_session(engine) as session:
        drawn = draw_up_all(session, SYSTEM, _read(half_year), by)
        counts = {"statements": len(drawn.statements), "corrections": drawn.corrections, "unchanged": drawn.unchanged}
        typer.echo(lang.of(_DRAWN).format(half_year=lang.of(drawn.half_year.words), **counts))
        planned, done = (
            sum(getattr(each, f"{what}_weeks") for each in drawn.statements) for what in ("planned", "done")
        )
        typer.echo(lang.of(_WEEKS).format(planned=planned, done=done))
        for currency, ore in drawn.sums.items():
            typer.echo(lang.of(_SUM).format(amount=_written(ore, lang), currency=currency))
        if drawn.uncovered:
            typer.echo(lang.of(_UNCOVERED).format(uncovered=drawn.uncovered))


def _read(text: str) -> HalfYear:
    """Read the half-year that was given."""
    try:
        return HalfYear.parse(text)
    except ValueError:
        fault = Fault("/half_year", "a half-year is written such as 2027-H1", "ett halvår skrivs som 2027-H1")
        raise InvalidError(fault) from None


def _written(ore: int, lang: Language) -> str:
    """Write a sum in whole units and hundredths."""
    whole, rest = divmod(abs(ore), _ORE)
    return f"{'-' if ore < 0 else ''}{whole}{',' if lang is Language.SV else '.'}{rest:02d}"
