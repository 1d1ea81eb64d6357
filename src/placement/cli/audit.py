"""``placement audit``: the audit trail's head, whether the trail is as it was written, and who saw whom."""

from __future__ import annotations

import csv
import datetime as dt
import enum
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from placement.callers import SYSTEM
from placement.cli.database import open_database
from placement.cli.speech import CANNOT, Lang, Language, refusing_in
from placement.clock import STOCKHOLM
from placement.database import open_session, read_session
from placement.errors import Fault, InvalidError
from placement.keys import keys_of
from placement.settings import Settings
from placement.store import looks
from placement.store.heads import Head, keep_head, make_head, read_head
from placement.store.inquiries import Inquiry, Who, inquire
from placement.store.verifying import Verdict, verify
from placement_solver.words import Words

audit = typer.Typer(name="audit", help="Hold the audit trail to account.", no_args_is_help=True, add_completion=False)

_HOLDS = Words(
    "Granskningsloggen håller: {held} poster, den sista med hash {hash}. Raderade värden: {erased} poster.",
    "The audit trail holds: {held} entries, the last with hash {hash}. Erased values: {erased} entries.",
)
_WRONG = Words(
    "Fel i post {sequence}: {what}. Före den håller {held} poster. Raderade värden: {erased} poster.",
    "Wrong at entry {sequence}: {what}. Before it {held} entries hold. Erased values: {erased} entries.",
)
_WITHOUT_HEAD = Words(
    "Utan huvud (--head) går det inte att se om slutet är borttaget eller om alla hashar är gjorda om.",
    "Without a head (--head) nobody can see whether the end was cut off, or every hash made anew.",
)


def _moment(text: str) -> dt.datetime:
    """Read a moment; without a time zone it is Stockholm's, and a day alone begins at midnight."""
    try:
        moment = dt.datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=STOCKHOLM)).astimezone(dt.UTC)
    except (ValueError, OverflowError) as error:
        raise InvalidError(
            Fault(
                "",
                f"{text!r} is no moment such as 2027-01-31T08:00",
                f"{text!r} är ingen tidpunkt som 2027-01-31T08:00",
            )
        ) from error


class Form(enum.StrEnum):
    """In which form an answer is printed."""

    CSV = "csv"
    JSON = "json"


@audit.callback()
def trail() -> None:
    """Hold the audit trail to account: its head, whether it is as it was written, and who saw whom."""


@audit.command()
def head(
    folder: Annotated[Path | None, typer.Option(help="Write it to a file in this folder, and print its name.")] = None,
    lang: Lang = Language.EN,
) -> None:
    """Print the signed head of the audit trail, to be kept where those who may change the database cannot change it."""
    with refusing_in(lang), open_database() as engine:
        with read_session(engine) as session:
            made = make_head(session, SYSTEM, keys_of(Settings()))
        typer.echo(made.as_json() if folder is None else str(keep_head(made, folder)))


@audit.command(name="verify")
def check(
    heads: Annotated[list[Path] | None, typer.Option("--head", help="A head that was kept; may be repeated.")] = None,
    public_keys: Annotated[
        list[str] | None,
        typer.Option("--public-key", help="The key that heads are signed with, unless it is this service's own now."),
    ] = None,
    lang: Lang = Language.EN,
) -> None:
    """Hold every entry to the one before it, and the trail to heads; exit with 2 at the first that is wrong."""
    with refusing_in(lang), open_database() as engine:
        kept: Sequence[Head] = [read_head(file.read_text("utf-8")) for file in heads or ()]
        known = frozenset(public_keys or ([keys_of(Settings()).public_key] if kept else []))
        with read_session(engine) as session:
            verdict = verify(session, SYSTEM, kept, known)
    typer.echo(_told(verdict, lang), err=verdict.wrong is not None)
    if not kept:
        typer.echo(lang.of(_WITHOUT_HEAD), err=True)
    if verdict.wrong is not None:
        raise typer.Exit(CANNOT)


@audit.command()
def seen(
    since: Annotated[str, typer.Option("--from", help="The first moment: 2027-01-31 or 2027-01-31T08:00.")],
    until: Annotated[str, typer.Option("--to", help="The moment at which the time ends.")],
    students: Annotated[list[str] | None, typer.Option("--student", help="A student's id; may be repeated.")] = None,
    students_file: Annotated[Path | None, typer.Option(help="A file with a student's id on each line.")] = None,
    form: Annotated[Form, typer.Option("--format", help="How to print the answer.")] = Form.CSV,
    lang: Lang = Language.EN,
) -> None:
    """Print who saw or changed something of some students in a time, and who could have seen it."""
    with refusing_in(lang), open_database() as engine:
        named = [*(students or ()), *(students_file.read_text("utf-8").split() if students_file else ())]
        with read_session(engine) as session:
            found = inquire(session, SYSTEM, named, _moment(since), _moment(until))
        look = looks.Look("placement audit seen", "placement audit seen", {}, frozenset(), frozenset(named))
        with open_session(engine) as session:
            looks.record(session, SYSTEM, look, looks.people_in(session, look))
        lines = _lines(found)
        if form is Form.JSON:
            typer.echo(json.dumps({"erasedEntries": found.erased, "lines": lines}, ensure_ascii=False, indent=2))
            return
        out = csv.DictWriter(sys.stdout, list(_HEADS), lineterminator="\n")
        out.writeheader()
        out.writerows(lines)


_HEADS = (
    "studentId",
    "known",
    "how",
    "what",
    "tokenId",
    "label",
    "role",
    "organisationId",
    "times",
    "first",
    "last",
)


def _lines(found: Inquiry) -> list[dict[str, Any]]:
    """Return an inquiry's answer line by line: first who saw or changed something, then who could have seen it."""
    lines: list[dict[str, Any]] = []
    for person in found.people:
        about = {"studentId": person.student, "known": person.known}
        for one in person.seen:
            what = {"how": one.action.value, "what": one.what, "times": one.times}
            lines.append(
                {**about, **what, **_who(one.who), "first": one.first.isoformat(), "last": one.last.isoformat()}
            )
        for could in person.could_see:
            where = {"how": "could-see", "what": could.unit}
            lines.append(
                {**about, **where, **_who(could.who), "first": could.since.isoformat(), "last": could.until.isoformat()}
            )
    return [{name: line.get(name) for name in _HEADS} for line in lines]


def _who(who: Who) -> dict[str, Any]:
    return {"tokenId": who.token, "label": who.label, "role": who.role.value, "organisationId": who.organisation}


def _told(verdict: Verdict, lang: Language) -> str:
    """Say what a verdict is in a sentence."""
    numbers = {"held": verdict.held, "hash": verdict.last_hash, "erased": verdict.erased_entries}
    if verdict.wrong is None:
        return lang.of(_HOLDS).format(**numbers)
    at = "–" if verdict.wrong.sequence is None else verdict.wrong.sequence
    return lang.of(_WRONG).format(**numbers, sequence=at, what=lang.of(verdict.wrong.words))
