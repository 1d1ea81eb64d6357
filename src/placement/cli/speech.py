"""Speech: the language of a command, and how it reports errors: as lines on stderr, never a traceback."""

from __future__ import annotations

import enum
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
from pydantic import ValidationError

from placement.errors import PlacementError
from placement.refusals import words_of
from placement_solver.faults import InvalidDocument
from placement_solver.words import Words

CANNOT = 2
"""The exit status of a command that failed."""
_WHOLE = Words(sv="(dokumentet)", en="(document)")


class Language(enum.StrEnum):
    """A language that commands speak."""

    SV = "sv"
    EN = "en"

    def of(self, words: Words) -> str:
        """Pick the text in this language."""
        return words.sv if self is Language.SV else words.en


Lang = Annotated[
    Language,
    typer.Option("--lang", envvar="PLACEMENT_LANG", help="The language of the answer. Svarets språk."),
]


@contextmanager
def refusing_in(lang: Language) -> Iterator[None]:
    """Report what goes wrong in the block, one line for each fault, and exit with status 2."""
    try:
        yield
    except InvalidDocument as error:
        lines = [f"{fault.pointer or lang.of(_WHOLE)}: {lang.of(fault.words)}" for fault in error.faults]
    except PlacementError as error:
        lines = [error.sv if lang is Language.SV else error.en]
    except ValidationError as error:
        lines = [f"PLACEMENT_{'_'.join(map(str, e['loc'])).upper()}: {lang.of(words_of(e))}" for e in error.errors()]
    except OSError as error:
        lines = [f"{error.filename}: {error.strerror}" if error.filename else str(error)]
    else:
        return
    for line in lines:
        typer.echo(line, err=True)
    raise typer.Exit(CANNOT)
